/* Values of labels, and what of them is bad: a table made by hand from what libraries write there. */
#include "propose/codes.h"

#include "tests/unit/unit.h"

#define GRPC   "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"
#define CAPS   "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS"
#define STATUS "Error|ERROR|error"

static const struct judged {
	enum convention_codes codes;
	const char *values; /* with a blank between them */
	enum match_op op;
	const char *bad; /* NULL: nothing is guessed */
} judged[] = {
	{CODES_HTTP, "200 404", MATCH_RE, "5.."},
	{CODES_HTTP, "200 500 503", MATCH_RE, "5.."},
	{CODES_HTTP, "0 200", MATCH_RE, "5.."},
	{CODES_HTTP, "2xx 4xx 5xx", MATCH_RE, "5.."},
	{CODES_HTTP, "2XX", MATCH_RE, "5.."},
	{CODES_HTTP, "1 2 5", MATCH_EQ, "5"},
	{CODES_HTTP, "success error", MATCH_EQ, "error"},
	{CODES_HTTP, "ok failed timeout", MATCH_RE, "failed|timeout"},
	{CODES_HTTP, "SUCCESS CLIENT_ERROR SERVER_ERROR", MATCH_EQ, "SERVER_ERROR"},
	{CODES_HTTP, "", MATCH_EQ, NULL},
	{CODES_HTTP, "error", MATCH_EQ, NULL},   /* nothing says that it is an outcome */
	{CODES_HTTP, "success", MATCH_EQ, NULL}, /* nor what a failure would be called */
	{CODES_HTTP, "blue green", MATCH_EQ, NULL},
	{CODES_HTTP, "600 2000 20 7", MATCH_EQ, NULL},
	{CODES_GRPC, "OK NotFound", MATCH_RE, GRPC},
	{CODES_GRPC, "OK DEADLINE_EXCEEDED", MATCH_RE, CAPS},
	{CODES_GRPC, "OK", MATCH_RE, GRPC "|" CAPS},
	{CODES_GRPC, "0 5 14", MATCH_RE, "2|4|12|13|14|15"},
	{CODES_GRPC, "17 200", MATCH_EQ, NULL},
	{CODES_GRPC, "fine", MATCH_EQ, NULL},
	{CODES_SPAN, "STATUS_CODE_UNSET", MATCH_EQ, "STATUS_CODE_ERROR"},
	{CODES_SPAN, "Unset Ok", MATCH_RE, STATUS},
	{CODES_SPAN, "200", MATCH_EQ, NULL},
};

START_TEST(bad_values_follow_from_those_that_there_are)
{
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < COUNT_OF(judged); i++) {
		struct str values[8], rest = str_of(judged[i].values);
		struct bad_codes bad;
		size_t len = 0;
		bool known;

		while (convention_word(&rest, &values[len]))
			len++;
		known = bad_codes_of(&arena, judged[i].codes, values, len, &bad);
		ck_assert_msg(known == (judged[i].bad != NULL), "'%s'", judged[i].values);
		if (!known)
			continue;
		ck_assert_msg(bad.op == judged[i].op && str_is(bad.value, judged[i].bad), "'%s' gives %.*s",
			      judged[i].values, STR_ARG(bad.value));
	}
	arena_release(&arena);
}
END_TEST

UNIT_MAIN("propose/codes", bad_values_follow_from_those_that_there_are)
