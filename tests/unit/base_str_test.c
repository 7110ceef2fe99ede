#include "base/mem.h"
#include "base/str.h"
#include "tests/unit/unit.h"

#include <iconv.h>

START_TEST(order_is_by_byte_and_a_prefix_comes_first)
{
	static const char *const sorted[] = {"", "A", "a", "a b", "aa", "ab", "b", "\x7F", "\xC3\xA4", "\xFF"};

	for (size_t i = 0; i < COUNT_OF(sorted); i++)
		for (size_t j = 0; j < COUNT_OF(sorted); j++) {
			int order = str_cmp(str_of(sorted[i]), str_of(sorted[j]));

			ck_assert_msg((order > 0) - (order < 0) == (i > j) - (i < j), "'%s' and '%s'", sorted[i],
				      sorted[j]);
		}
	ck_assert_int_lt(str_cmp(STR("a"), (struct str){"a\0b", 3}), 0);
}
END_TEST

START_TEST(a_text_that_is_not_there_behaves_as_an_empty_one)
{
	struct str nothing = str_of(NULL);

	ck_assert(str_eq(nothing, STR("")) && str_cmp(nothing, STR("")) == 0 && str_is(nothing, ""));
	ck_assert(str_starts(nothing, nothing) && str_ends(STR("x"), nothing) && str_utf8(nothing));
	ck_assert_uint_eq(str_find(nothing, 'x'), 0);
	ck_assert_uint_eq(str_trim(nothing).len, 0);
	ck_assert_uint_eq(str_slice(nothing, 1, 5).len, 0);
	ck_assert_uint_eq(str_hash(nothing), str_hash(STR("")));
}
END_TEST

START_TEST(slices_stay_inside_of_the_text)
{
	static const struct {
		size_t from, to;
		const char *slice;
	} rows[] = {{0, 5, "abcde"}, {1, 3, "bc"}, {3, 1, ""}, {4, 99, "e"},
		    {99, 100, ""},   {0, 0, ""},   {5, 5, ""}, {0, SIZE_MAX, "abcde"}};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ck_assert_msg(str_is(str_slice(STR("abcde"), rows[i].from, rows[i].to), rows[i].slice), "[%zu, %zu)",
			      rows[i].from, rows[i].to);
}
END_TEST

START_TEST(trimming_takes_blanks_and_line_ends_of_both_sides_only)
{
	ck_assert(str_is(str_trim(STR(" \t\r\na b\n \n")), "a b"));
	ck_assert(str_is(str_trim(STR(" \n")), ""));
	ck_assert(str_is(str_trim(STR("\xC2\xA0x")), "\xC2\xA0x"));
	ck_assert(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("ab"), STR("abc")));
	ck_assert(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("bc"), STR("abc")));
	ck_assert_uint_eq(str_find(STR("a=b=c"), '='), 1);
	ck_assert_uint_eq(str_find(STR("abc"), '='), 3);
}
END_TEST

/* The bytes of one character, by the table of RFC 3629. */
static size_t encode(uint32_t rune, unsigned char *bytes)
{
	if (rune < 0x80)
		return bytes[0] = (unsigned char)rune, 1;
	if (rune < 0x800) {
		bytes[0] = (unsigned char)(0xC0 | rune >> 6);
		bytes[1] = (unsigned char)(0x80 | (rune & 0x3F));
		return 2;
	}
	if (rune < 0x10000) {
		bytes[0] = (unsigned char)(0xE0 | rune >> 12);
		bytes[1] = (unsigned char)(0x80 | (rune >> 6 & 0x3F));
		bytes[2] = (unsigned char)(0x80 | (rune & 0x3F));
		return 3;
	}
	bytes[0] = (unsigned char)(0xF0 | rune >> 18);
	bytes[1] = (unsigned char)(0x80 | (rune >> 12 & 0x3F));
	bytes[2] = (unsigned char)(0x80 | (rune >> 6 & 0x3F));
	bytes[3] = (unsigned char)(0x80 | (rune & 0x3F));
	return 4;
}

START_TEST(every_character_is_decoded_and_surrogates_are_refused)
{
	for (uint32_t rune = 0; rune < 0x110400; rune++) {
		bool legal = rune < 0x110000 && !(rune >= 0xD800 && rune < 0xE000);
		unsigned char bytes[4];
		size_t len = encode(rune, bytes), pos = 0;
		int32_t read = str_rune((struct str){(char *)bytes, len}, &pos);

		ck_assert_msg(legal ? read == (int32_t)rune && pos == len : read == -1 && pos == 1, "U+%04X", rune);
	}
}
END_TEST

START_TEST(malformed_utf8_is_what_iconv_takes_for_malformed)
{
	/* bytes around the bounds of each class are drawn more often than others */
	static const unsigned char drawn[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
					      0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
					      0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
	iconv_t decoder = iconv_open("UTF-32LE", "UTF-8");
	uint64_t state = 4;
	unsigned well = 0;

	ck_assert(decoder != (iconv_t)-1);
	for (unsigned i = 0; i < 500000; i++) {
		char bytes[4], decoded[64], *in = bytes, *out = decoded;
		size_t len = 1 + unit_random(&state) % 4, in_left = len, out_left = sizeof(decoded);
		bool legal;

		for (size_t b = 0; b < len; b++)
			bytes[b] = (char)drawn[unit_random(&state) % sizeof(drawn)];
		iconv(decoder, NULL, NULL, NULL, NULL);
		legal = iconv(decoder, &in, &in_left, &out, &out_left) != (size_t)-1;
		well += legal;
		ck_assert_msg(str_utf8((struct str){bytes, len}) == legal, "%zu bytes: %02x %02x %02x %02x", len,
			      (unsigned char)bytes[0], (unsigned char)bytes[1], (unsigned char)bytes[2],
			      (unsigned char)bytes[3]);
	}
	ck_assert_uint_gt(well, 1000);
	iconv_close(decoder);
}
END_TEST

START_TEST(a_malformed_byte_is_stepped_over_alone)
{
	struct str text = STR("a\xE2\x82z\xC3\xA4");
	static const int32_t runes[] = {'a', -1, -1, 'z', 0xE4};
	size_t pos = 0;

	for (size_t i = 0; i < COUNT_OF(runes); i++)
		ck_assert_int_eq(str_rune(text, &pos), runes[i]);
	ck_assert_uint_eq(pos, text.len);
}
END_TEST

/* The definition itself, without a table: the last characters are equal, inserted, deleted, replaced or swapped. */
static unsigned slow_distance(struct str a, struct str b)
{
	unsigned best, other;

	if (a.len == 0 || b.len == 0)
		return (unsigned)(a.len + b.len);
	best = slow_distance(str_slice(a, 0, a.len - 1), str_slice(b, 0, b.len - 1)) +
	       (a.at[a.len - 1] != b.at[b.len - 1]);
	other = slow_distance(str_slice(a, 0, a.len - 1), b) + 1;
	best = other < best ? other : best;
	other = slow_distance(a, str_slice(b, 0, b.len - 1)) + 1;
	best = other < best ? other : best;
	if (a.len > 1 && b.len > 1 && a.at[a.len - 1] == b.at[b.len - 2] && a.at[a.len - 2] == b.at[b.len - 1]) {
		other = slow_distance(str_slice(a, 0, a.len - 2), str_slice(b, 0, b.len - 2)) + 1;
		best = other < best ? other : best;
	}
	return best;
}

static struct str random_word(uint64_t *state, char *bytes, size_t most)
{
	size_t len = unit_random(state) % (most + 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)('a' + unit_random(state) % 3);
	return (struct str){bytes, len};
}

START_TEST(distance_is_that_of_its_definition_up_to_the_cap)
{
	uint64_t state = 5;

	for (unsigned i = 0; i < 3000; i++) {
		char left[6], right[6];
		struct str a = random_word(&state, left, 6), b = random_word(&state, right, 6);
		unsigned cap = (unsigned)(unit_random(&state) % 8), expected = slow_distance(a, b);

		ck_assert_msg(str_distance(a, b, cap) == (expected < cap ? expected : cap), "'%.*s' '%.*s' cap %u",
			      STR_ARG(a), STR_ARG(b), cap);
	}
}
END_TEST

START_TEST(case_makes_no_distance_not_even_between_swapped_letters)
{
	ck_assert_uint_eq(str_distance(STR("groupBy"), STR("GROUPBY"), 9), 0);
	ck_assert_uint_eq(str_distance(STR("gruopby"), STR("GROUPBY"), 9), 1);
}
END_TEST

START_TEST(the_nearest_name_is_one_that_may_have_been_meant)
{
	static const char *const names[] = {"name", "objective", "window", "groupBy", "sli", "labels"};
	static const struct {
		const char *word, *nearest;
	} rows[] = {
		{"objectiv", "objective"},
		{"objetcive", "objective"},
		{"windows", "window"},
		{"group_by", "groupBy"},
		{"GroupBy", "groupBy"},
		{"lables", "labels"},
		{"sl", "sli"},
		{"slo", "sli"},
		{"x", NULL},
		{"", NULL},
		{"threshold", NULL},
		{"abcdefgh", NULL},
		{"a very long key that nobody could have meant for anything in the whole table", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *nearest = str_nearest(str_of(rows[i].word), names, COUNT_OF(names));

		ck_assert_msg(rows[i].nearest ? nearest && strcmp(nearest, rows[i].nearest) == 0 : !nearest,
			      "'%s' gives '%s'", rows[i].word, nearest ? nearest : "nothing");
	}
}
END_TEST

static int by_number(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

START_TEST(hashes_of_many_like_texts_do_not_collide)
{
	enum { TEXTS = 100000 };
	uint64_t *hashes = xcalloc(TEXTS, sizeof(*hashes));
	static const char zeros[64];

	for (uint64_t i = 0; i < TEXTS; i++) {
		char text[24] = "series/000000/00000000/";

		for (uint64_t rest = i, at = 12; rest; rest /= 10, at--)
			text[at] = (char)('0' + rest % 10);
		hashes[i] = str_hash((struct str){text, 23});
	}
	for (size_t len = 0; len < sizeof(zeros); len++)
		hashes[len] = str_hash((struct str){zeros, len});
	qsort(hashes, TEXTS, sizeof(*hashes), by_number);
	for (size_t i = 1; i < TEXTS; i++)
		ck_assert(hashes[i] != hashes[i - 1]);
	free(hashes);
}
END_TEST

START_TEST(a_hash_depends_on_the_bytes_and_not_on_where_they_stand)
{
	char memory[80];

	for (size_t shift = 0; shift < 16; shift++) {
		memcpy(memory + shift, "a text of more than eight bytes", 31);
		ck_assert(str_hash((struct str){memory + shift, 31}) ==
			  str_hash(STR("a text of more than eight bytes")));
	}
}
END_TEST

UNIT_MAIN("base/str", order_is_by_byte_and_a_prefix_comes_first, a_text_that_is_not_there_behaves_as_an_empty_one,
	  slices_stay_inside_of_the_text, trimming_takes_blanks_and_line_ends_of_both_sides_only,
	  every_character_is_decoded_and_surrogates_are_refused, malformed_utf8_is_what_iconv_takes_for_malformed,
	  a_malformed_byte_is_stepped_over_alone, distance_is_that_of_its_definition_up_to_the_cap,
	  case_makes_no_distance_not_even_between_swapped_letters, the_nearest_name_is_one_that_may_have_been_meant,
	  hashes_of_many_like_texts_do_not_collide, a_hash_depends_on_the_bytes_and_not_on_where_they_stand)
