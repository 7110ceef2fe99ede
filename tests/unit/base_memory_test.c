/* err, buf, arena and map: what holds texts and memory. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdalign.h>
#include <stdio.h>

START_TEST(an_error_that_is_too_long_ends_in_dots_and_in_a_whole_character)
{
	/* characters of 1 to 4 bytes, moved byte by byte over the place of the cut */
	static const char *const letters[] = {"x", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x95\xAF"};

	for (size_t l = 0; l < COUNT_OF(letters); l++)
		for (int shift = 0; shift < 4; shift++) {
			struct err err = {0};
			struct buf text;
			size_t len;

			buf_init(&text, 5000);
			buf_fill(&text, '-', (size_t)shift);
			while (text.len < 2000)
				buf_cstr(&text, letters[l]);
			ck_assert(!err_set(&err, "%s", text.at));
			len = strlen(err.text);
			ck_assert_uint_lt(len, sizeof(err.text));
			ck_assert_uint_ge(len, sizeof(err.text) - 4);
			ck_assert(str_ends(str_of(err.text), STR("...")) && str_utf8(str_of(err.text)));
			ck_assert(memcmp(err.text, text.at, len - 3) == 0);
			err_prefix(&err, "in '%s'", text.at);
			ck_assert(str_ends(str_of(err.text), STR("...")) && str_utf8(str_of(err.text)));
			ck_assert(str_starts(str_of(err.text), STR("in '")));
			buf_release(&text);
		}
}
END_TEST

START_TEST(an_error_of_just_the_room_is_not_cut)
{
	struct err err = {0};
	struct buf text;

	buf_init(&text, 5000);
	buf_fill(&text, 'x', sizeof(err.text) - 1);
	err_set(&err, "%s", text.at);
	ck_assert_str_eq(err.text, text.at);
	buf_release(&text);
}
END_TEST

START_TEST(errors_carry_their_context_and_reason)
{
	struct err err = {0};

	ck_assert(!err_set(&err, "no such key '%s'", "obj%d"));
	ck_assert(!err_prefix(&err, "line %d", 7));
	ck_assert_str_eq(err.text, "line 7: no such key 'obj%d'");
	ck_assert(!err_errno(&err, ENOENT, "cannot open", "a.yaml"));
	ck_assert_str_eq(err.text, "cannot open 'a.yaml': No such file or directory");
	ck_assert(!err_set(NULL, "nobody reads this") && !err_prefix(NULL, "or this"));
}
END_TEST

START_TEST(a_buffer_takes_what_fits_and_drops_the_rest_whole)
{
	struct buf buf;

	buf_init(&buf, 5);
	ck_assert(buf_cstr(&buf, "abc") && !buf.full);
	ck_assert(!buf_cstr(&buf, "def"));
	ck_assert(buf.full && str_is(buf_view(&buf), "abc") && buf.at[3] == '\0');
	ck_assert_msg(buf_cstr(&buf, "de"), "what fits still goes in");
	ck_assert(buf.full && str_is(buf_view(&buf), "abcde"));
	ck_assert(!buf_char(&buf, 'f') && !buf_fmt(&buf, "%d", 1) && !buf_fill(&buf, 'x', 1) && !buf_reserve(&buf, 1));
	ck_assert(!buf_reserve(&buf, SIZE_MAX) && !buf_reserve(&buf, SIZE_MAX - 4));
	ck_assert(buf_put(&buf, NULL, 0) && buf_str(&buf, (struct str){NULL, 0}));
	ck_assert(str_is(buf_view(&buf), "abcde"));
	buf_clear(&buf);
	ck_assert(!buf.full && buf.len == 0 && buf.at[0] == '\0' && buf_fmt(&buf, "%05d", 42));
	ck_assert_str_eq(buf.at, "00042");
	buf_release(&buf);
	ck_assert(str_is(buf_view(&buf), "") && buf_view(&buf).at);
	ck_assert_msg(buf_cstr(&buf, "again"), "a released buffer keeps its ceiling");
	buf_release(&buf);
}
END_TEST

START_TEST(a_buffer_holds_what_a_plain_array_would)
{
	enum { CEILING = 3000 };
	uint64_t state = 6;
	char *model = xcalloc(1, CEILING);
	struct buf buf;
	size_t len = 0;
	bool full = false;

	buf_init(&buf, CEILING);
	for (unsigned i = 0; i < 20000; i++) {
		size_t more = unit_random(&state) % 100;
		char c = (char)('a' + unit_random(&state) % 26), text[101];
		bool fits = len + more <= CEILING;

		memset(text, c, more);
		text[more] = '\0';
		ck_assert((unit_random(&state) & 1 ? buf_fmt(&buf, "%s", text) : buf_put(&buf, text, more)) == fits);
		if (fits)
			memcpy(model + len, text, more);
		len += fits ? more : 0;
		full |= !fits;
		ck_assert(buf.len == len && buf.full == full && buf.cap <= (size_t)CEILING * 2);
		ck_assert(len == 0 || (memcmp(buf.at, model, len) == 0 && buf.at[len] == '\0'));
		if (unit_random(&state) % 200 == 0) {
			buf_clear(&buf);
			len = 0;
			full = false;
		}
	}
	buf_release(&buf);
	free(model);
}
END_TEST

START_TEST(arena_memory_is_zeroed_aligned_and_nobody_elses)
{
	enum { PIECES = 3000 };
	struct piece {
		unsigned char *at;
		size_t size;
	} *pieces = xcalloc(PIECES, sizeof(*pieces));
	struct arena arena;
	uint64_t state = 7;

	arena_init(&arena);
	for (unsigned i = 0; i < PIECES; i++) {
		size_t size = unit_random(&state) % (i % 100 == 0 ? 50000 : 200);

		pieces[i] = (struct piece){arena_alloc(&arena, size), size};
		ck_assert(pieces[i].at && (uintptr_t)pieces[i].at % alignof(max_align_t) == 0);
		for (size_t b = 0; b < size; b++)
			ck_assert(pieces[i].at[b] == 0);
		memset(pieces[i].at, (int)(i % 255) + 1, size);
	}
	for (unsigned i = 0; i < PIECES; i++)
		for (size_t b = 0; b < pieces[i].size; b++)
			ck_assert(pieces[i].at[b] == i % 255 + 1);
	arena_release(&arena);
	ck_assert_uint_eq(arena.bytes, 0);
	free(pieces);
}
END_TEST

START_TEST(arena_texts_are_copies_with_a_nul_behind)
{
	struct arena arena;
	char source[] = "text";
	struct str copy, made;

	arena_init(&arena);
	copy = arena_str(&arena, str_of(source));
	source[0] = 'n';
	ck_assert_str_eq(copy.at, "text");
	made = arena_fmt(&arena, "%d of %s", 3, "many");
	ck_assert(str_is(made, "3 of many") && made.at[made.len] == '\0');
	ck_assert_str_eq(arena_str(&arena, (struct str){NULL, 0}).at, "");
	arena_release(&arena);
}
END_TEST

START_TEST(an_arena_array_that_grows_keeps_its_elements)
{
	struct arena arena;
	unsigned *array = NULL;

	arena_init(&arena);
	for (unsigned i = 0; i < 1000; i++) {
		array = arena_grow(&arena, array, i, sizeof(*array));
		array[i] = i * i;
	}
	for (unsigned i = 0; i < 1000; i++)
		ck_assert_uint_eq(array[i], i * i);
	arena_release(&arena);
}
END_TEST

START_TEST(an_arena_array_whose_size_overflows_ends_the_program)
{
	struct arena arena;

	arena_init(&arena);
	arena_array(&arena, SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(an_arena_piece_whose_size_overflows_ends_the_program)
{
	struct arena arena;

	arena_init(&arena);
	arena_alloc(&arena, SIZE_MAX - 3);
}
END_TEST

enum { MODEL_KEYS = 500 };

/* A map must do what an array of values by key number does. */
START_TEST(a_map_does_what_an_array_would)
{
	static char keys[MODEL_KEYS][12], again[MODEL_KEYS][12];
	void *model[MODEL_KEYS] = {NULL};
	uint64_t state = 8;
	struct map map;
	size_t len = 0;

	map_init(&map);
	for (unsigned k = 0; k < MODEL_KEYS; k++) {
		snprintf(keys[k], sizeof(keys[k]), "key%u", k);
		memcpy(again[k], keys[k], sizeof(keys[k]));
	}
	for (unsigned i = 0; i < 200000; i++) {
		/* growing and shrinking by turns, so that runs form and are taken apart */
		unsigned k = (unsigned)(unit_random(&state) % MODEL_KEYS);
		bool put = unit_random(&state) % 100 < (i / 5000 % 2 ? 70 : 30);
		void *value = &keys[unit_random(&state) % MODEL_KEYS];

		ck_assert_ptr_eq(map_get(&map, str_of(keys[k])), model[k]);
		if (put)
			ck_assert_ptr_eq(map_put(&map, str_of(again[k]), value), model[k]);
		else
			ck_assert_ptr_eq(map_take(&map, str_of(keys[k])), model[k]);
		len += put && !model[k];
		len -= !put && model[k];
		model[k] = put ? value : NULL;
		ck_assert_uint_eq(map.len, len);
	}
	for (struct map_entry *e = NULL; (e = map_next(&map, e)); len--) {
		unsigned long k = strtoul(e->key.at + 3, NULL, 10);

		ck_assert_ptr_eq(e->value, model[k]);
		model[k] = NULL; /* met once only */
	}
	ck_assert_uint_eq(len, 0);
	map_release(&map);
	ck_assert_ptr_null(map_get(&map, STR("key1")));
	ck_assert_ptr_null(map_take(&map, STR("key1")));
	ck_assert_ptr_null(map_next(&map, NULL));
}
END_TEST

START_TEST(a_map_tells_keys_apart_by_all_their_bytes)
{
	int one, two, three;
	struct map map;

	map_init(&map);
	ck_assert_ptr_null(map_put(&map, STR(""), &one));
	ck_assert_ptr_null(map_put(&map, STR("\0"), &two));
	ck_assert_ptr_null(map_put(&map, STR("\0\0"), &three));
	ck_assert(map_get(&map, STR("")) == &one && map_get(&map, STR("\0")) == &two &&
		  map_get(&map, STR("\0\0")) == &three);
	map_release(&map);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("base/memory");

	tcase_add_test(tcase, an_error_that_is_too_long_ends_in_dots_and_in_a_whole_character);
	tcase_add_test(tcase, an_error_of_just_the_room_is_not_cut);
	tcase_add_test(tcase, errors_carry_their_context_and_reason);
	tcase_add_test(tcase, a_buffer_takes_what_fits_and_drops_the_rest_whole);
	tcase_add_test(tcase, a_buffer_holds_what_a_plain_array_would);
	tcase_add_test(tcase, arena_memory_is_zeroed_aligned_and_nobody_elses);
	tcase_add_test(tcase, arena_texts_are_copies_with_a_nul_behind);
	tcase_add_test(tcase, an_arena_array_that_grows_keeps_its_elements);
	tcase_add_test_raise_signal(tcase, an_arena_array_whose_size_overflows_ends_the_program, SIGABRT);
	tcase_add_test_raise_signal(tcase, an_arena_piece_whose_size_overflows_ends_the_program, SIGABRT);
	tcase_add_test(tcase, a_map_does_what_an_array_would);
	tcase_add_test(tcase, a_map_tells_keys_apart_by_all_their_bytes);
	return unit_run("base/memory", tcase);
}
