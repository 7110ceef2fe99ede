/* Lists of a source: what comes out of them is what jansson finds in the same bytes; what is damaged gives nothing. */
#include "source/listing.h"

#include "tests/unit/unit.h"

#include <jansson.h>

struct got {
	char text[4096];
	size_t len, lines;
	size_t stop_at; /* 0: never */
};

static bool keep(void *context, const struct source_item *item, struct err *err)
{
	struct got *got = context;

	got->len += (size_t)snprintf(got->text + got->len, sizeof(got->text) - got->len, "%.*s=%.*s\n",
				     STR_ARG(item->text), STR_ARG(item->type));
	return ++got->lines != got->stop_at || err_set(err, "enough");
}

/* The same lines by way of jansson. */
static void expect(enum ask_list list, const char *body, char *out, size_t size)
{
	json_t *root = json_loads(body, 0, NULL), *data = json_object_get(root, "data"), *value;
	const char *key;
	size_t len = 0, i;

	ck_assert_ptr_nonnull(root);
	out[0] = '\0';
	if (list == ASK_METADATA) {
		json_object_foreach(data, key, value)
		{
			json_t *type = json_object_get(json_array_get(value, 0), "type");

			len += (size_t)snprintf(out + len, size - len, "%s=%s\n", key,
						json_is_string(type) ? json_string_value(type) : "");
		}
	} else {
		json_array_foreach(data, i, value) len +=
			(size_t)snprintf(out + len, size - len, "%s=\n", json_string_value(value));
	}
	json_decref(root);
}

static const struct {
	enum ask_list list;
	const char *body;
} good[] = {
	{ASK_VALUES, "{\"status\":\"success\",\"data\":[]}"},
	{ASK_VALUES, "{\"data\": [ \"a\" , \"b\\\"\\u00fc\\ud83d\\ude00\" ], \"status\" : \"success\", \"x\": {}}"},
	{ASK_LABEL_NAMES, "{\"status\":\"success\",\"data\":[\"__name__\",\"job\"],\"warnings\":[\"w\"]}"},
	{ASK_METADATA, "{\"status\":\"success\",\"data\":{}}"},
	{ASK_METADATA,
	 "{\"status\":\"success\",\"data\":{\"a_total\":[{\"type\":\"counter\",\"help\":\"h\",\"unit\":\"\"},"
	 "{\"type\":\"gauge\"}],\"b\":[{\"help\":\"x\"}],\"c\":[],\"d\":[{\"type\":7}]}}"},
};

START_TEST(lists_hold_what_another_reader_finds)
{
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct answer_info info;
		struct got got = {.len = 0};
		struct err err = {0};
		char expected[4096];

		expect(good[i].list, good[i].body, expected, sizeof(expected));
		ck_assert_int_eq(listing_read(good[i].list, str_of(good[i].body), keep, &got, &info, &err),
				 ANSWER_SUCCESS);
		ck_assert_str_eq(got.text, expected);
		ck_assert_uint_eq(info.series, got.lines);
	}
}
END_TEST

START_TEST(what_is_cut_anywhere_is_malformed)
{
	for (size_t i = 0; i < COUNT_OF(good); i++)
		for (size_t len = 0; len < strlen(good[i].body); len++) {
			struct answer_info info;
			struct err err = {0};

			ck_assert_int_eq(
				listing_read(good[i].list, (struct str){good[i].body, len}, NULL, NULL, &info, &err),
				ANSWER_MALFORMED);
			ck_assert(err.text[0] != '\0');
		}
}
END_TEST

START_TEST(what_is_no_list_is_malformed)
{
	static const char *const bad[] = {
		"{\"status\":\"success\"}",
		"{\"status\":\"success\",\"data\":{}}",
		"{\"status\":\"success\",\"data\":[1]}",
		"{\"status\":\"success\",\"data\":[\"a\",null]}",
		"{\"status\":\"success\",\"data\":[\"a\"],\"data\":[]}",
		"{\"data\":[\"a\"]}",
		"[\"a\"]",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct answer_info info;
		struct err err = {0};

		ck_assert_msg(listing_read(ASK_VALUES, str_of(bad[i]), NULL, NULL, &info, &err) == ANSWER_MALFORMED,
			      "%s", bad[i]);
	}
}
END_TEST

START_TEST(an_error_is_told_and_a_callback_may_stop)
{
	struct answer_info info;
	struct got got = {.stop_at = 1};
	struct err err = {0};

	ck_assert_int_eq(
		listing_read(ASK_VALUES, STR("{\"status\":\"error\",\"error\":\"no\"}"), keep, &got, &info, &err),
		ANSWER_ERROR);
	ck_assert_str_eq(info.error, "no");
	ck_assert_int_eq(listing_read(ASK_VALUES, STR("{\"status\":\"success\",\"data\":[\"a\",\"b\"]}"), keep, &got,
				      &info, &err),
			 ANSWER_MALFORMED);
	ck_assert_str_eq(err.text, "enough");
	ck_assert_uint_eq(got.lines, 1);
}
END_TEST

START_TEST(no_values_may_be_written_as_null)
{
	struct answer_info info;
	struct err err = {0};

	ck_assert_int_eq(
		listing_read(ASK_VALUES, STR("{\"status\":\"success\",\"data\":null}"), NULL, NULL, &info, &err),
		ANSWER_SUCCESS);
	ck_assert_uint_eq(info.series, 0);
}
END_TEST

UNIT_MAIN("source/listing", lists_hold_what_another_reader_finds, what_is_cut_anywhere_is_malformed,
	  what_is_no_list_is_malformed, an_error_is_told_and_a_callback_may_stop, no_values_may_be_written_as_null)
