/* The JSON writer: whatever is written must be read back by a parser that is not ours, as the same values. */
#include "unit.h"

#include "base/limits.h"
#include "format/json_tree.h"
#include "format/json_write.h"

#include <math.h>

static const struct {
	struct str text;
	const char *json, *about;
} texts[] = {
	{STR_INIT("plain"), "\"plain\"", "plain"},
	{STR_INIT("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"", "what must be escaped, and what need not"},
	{STR_INIT("\n\t\x01\x7F"), "\"\\n\\u0009\\u0001\\u007f\"", "control characters"},
	{STR_INIT("\0"), "\"\\u0000\"", "NUL"},
	{STR_INIT("Ж日\xF0\x9F\x98\x80"), "\"Ж日\xF0\x9F\x98\x80\"", "characters of two to four bytes"},
	{STR_INIT("\xFF\xC0\x80\xED\xA0\x80"),
	 "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"",
	 "bytes that are no UTF-8, an overlong form, a surrogate"},
};

START_TEST(texts_are_escaped)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct json_writer json;
		struct buf out;

		buf_init(&out, KIB(4));
		json_begin(&json, &out, false);
		json_str(&json, texts[i].text);
		ck_assert_msg(str_is(buf_view(&out), texts[i].json), "%s: %s", texts[i].about, out.at);
		buf_release(&out);
	}
}
END_TEST

START_TEST(numbers_that_json_does_not_have_are_null)
{
	struct json_writer json;
	struct buf out;

	buf_init(&out, KIB(4));
	json_begin(&json, &out, false);
	json_array(&json);
	json_num(&json, (double)NAN);
	json_num(&json, HUGE_VAL);
	json_num(&json, -HUGE_VAL);
	json_num(&json, 0.1);
	json_num(&json, 1e300);
	json_int(&json, INT64_MIN);
	json_bool(&json, true);
	json_null(&json);
	json_array_end(&json);
	ck_assert_str_eq(out.at, "[null,null,null,0.1,1e+300,-9223372036854775808,true,null]");
	buf_release(&out);
}
END_TEST

/* What is written next: the same for the writer and for who reads it back, from the same random numbers. */
struct choice {
	enum { WRITE_NUMBER, WRITE_BOOL, WRITE_TEXT, WRITE_NULL, WRITE_ARRAY, WRITE_OBJECT } kind;
	unsigned len;
};

static struct choice next_choice(uint64_t *state, unsigned depth)
{
	uint64_t random = unit_random(state);

	return (struct choice){(int)(random % (depth < 5 ? 6 : 4)), (unsigned)(random >> 32) % 4};
}

static const char *const keys[] = {"a", "k\"", "\n", ""};

static void write_value(struct json_writer *json, uint64_t *state, unsigned depth)
{
	struct choice choice = next_choice(state, depth);

	switch (choice.kind) {
	case WRITE_NUMBER:
		json_num(json, choice.len - 0.5);
		break;
	case WRITE_BOOL:
		json_bool(json, choice.len > 1);
		break;
	case WRITE_TEXT:
		json_cstr(json, keys[choice.len]);
		break;
	case WRITE_NULL:
		json_null(json);
		break;
	case WRITE_ARRAY:
		json_array(json);
		for (unsigned i = 0; i < choice.len; i++)
			write_value(json, state, depth + 1);
		json_array_end(json);
		break;
	case WRITE_OBJECT:
		json_object(json);
		for (unsigned i = 0; i < choice.len; i++) {
			json_key(json, keys[i]);
			write_value(json, state, depth + 1);
		}
		json_object_end(json);
		break;
	}
}

static void check_value(const struct json_tree *value, uint64_t *state, unsigned depth)
{
	struct choice choice = next_choice(state, depth);
	double number = 0;

	switch (choice.kind) {
	case WRITE_NUMBER:
		ck_assert(json_tree_number(value, &number));
		ck_assert_double_eq(number, choice.len - 0.5);
		break;
	case WRITE_BOOL:
		ck_assert_int_eq(json_tree_is_true(value), choice.len > 1);
		break;
	case WRITE_TEXT:
		ck_assert(str_is(json_tree_text(value), keys[choice.len]));
		break;
	case WRITE_NULL:
		ck_assert(value && !json_tree_text(value).at && !json_tree_number(value, &number));
		break;
	case WRITE_ARRAY:
		ck_assert(json_tree_is_array(value) && json_tree_len(value) == choice.len);
		for (unsigned i = 0; i < choice.len; i++)
			check_value(json_tree_at(value, i), state, depth + 1);
		break;
	case WRITE_OBJECT:
		ck_assert(!json_tree_is_array(value) && json_tree_len(value) == choice.len);
		for (unsigned i = 0; i < choice.len; i++)
			check_value(json_tree_get(value, keys[i]), state, depth + 1);
		break;
	}
}

START_TEST(any_nesting_reads_back_as_what_was_written)
{
	uint64_t state = 42;

	for (int round = 0; round < 2000; round++) {
		uint64_t again = state;
		struct json_writer json;
		struct json_tree *read;
		struct err err = {0};
		struct buf out;

		buf_init(&out, MIB(1));
		json_begin(&json, &out, round % 2);
		write_value(&json, &state, 0);
		read = json_tree_read(buf_view(&out), &err);
		ck_assert_msg(read, "%s: %s", err.text, out.at);
		check_value(read, &again, 0);
		json_tree_free(read);
		buf_release(&out);
	}
}
END_TEST

START_TEST(a_tree_gives_what_is_there_and_nothing_else)
{
	struct str key, text = STR("{\"a\":[1,\"t\",true,null],\"b\":{}}");
	struct err err = {0};
	struct json_tree *tree = json_tree_read(text, &err);
	const struct json_tree *list = json_tree_get(tree, "a"), *value;
	double number = 7;
	void *at = NULL;

	ck_assert(json_tree_is_array(list) && json_tree_len(list) == 4 && json_tree_len(tree) == 2);
	ck_assert(json_tree_number(json_tree_at(list, 0), &number) && number < 2);
	ck_assert(str_is(json_tree_text(json_tree_at(list, 1)), "t"));
	ck_assert(json_tree_is_true(json_tree_at(list, 2)) && !json_tree_is_true(json_tree_at(list, 0)));
	ck_assert(!json_tree_number(json_tree_at(list, 3), &number) &&
		  !json_tree_number(json_tree_at(list, 4), &number));
	ck_assert(json_tree_text(json_tree_at(list, 0)).at == NULL && json_tree_get(list, "a") == NULL);
	ck_assert(json_tree_get(NULL, "a") == NULL && json_tree_len(NULL) == 0);
	ck_assert(json_tree_member(tree, &at, &key, &value) && str_is(key, "a") && value == list);
	ck_assert(json_tree_member(tree, &at, &key, &value) && str_is(key, "b"));
	ck_assert(!json_tree_member(tree, &at, &key, &value));
	json_tree_free(tree);
}
END_TEST

START_TEST(a_document_that_is_none_is_refused_with_its_place)
{
	static const struct str wrong[] = {STR_INIT(""),           STR_INIT("{"),      STR_INIT("{\"a\":1,\"a\":2}"),
					   STR_INIT("[1] x"),      STR_INIT("\"\0\""), STR_INIT("\"\\u0000\""),
					   STR_INIT("[\"\xFF\"]"), STR_INIT("[01]"),   STR_INIT("nul")};

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct err err = {0};

		ck_assert_msg(json_tree_read(wrong[i], &err) == NULL, "%.*s", STR_ARG(wrong[i]));
		ck_assert_ptr_nonnull(strstr(err.text, "line 1, column "));
	}
}
END_TEST

UNIT_MAIN("format/json", texts_are_escaped, numbers_that_json_does_not_have_are_null,
	  any_nesting_reads_back_as_what_was_written, a_tree_gives_what_is_there_and_nothing_else,
	  a_document_that_is_none_is_refused_with_its_place)
