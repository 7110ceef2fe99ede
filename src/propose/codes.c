#include "propose/codes.h"

#include "base/buf.h"

/* Words for outcomes that are no numbers, in any case. */
static const char *const bad_words[] = {"error",        "errors", "err",       "fail",    "failed", "failure",
					"server_error", "fault",  "exception", "timeout", NULL};
static const char *const good_words[] = {"ok",   "success",   "successful", "succeeded",
					 "good", "completed", "no_error",   NULL};

static const char *const grpc_names[] = {
	"OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
	"NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
	"Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
	"DataLoss", "Unauthenticated"};
enum { GRPC_CODES = sizeof(grpc_names) / sizeof(grpc_names[0]) };

/* The server's fault, or nobody knows whose. */
#define GRPC_BAD_NAMES   "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"
#define GRPC_BAD_CAPS    "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS"
#define GRPC_BAD_NUMBERS "2|4|12|13|14|15"

/* Equal but for the case of ASCII letters and underscores. */
static bool same_word(struct str value, const char *word)
{
	size_t i = 0;

	for (; *word; word++) {
		if (*word == '_')
			continue;
		while (i < value.len && value.at[i] == '_')
			i++;
		if (i == value.len || ascii_lower(value.at[i++]) != ascii_lower(*word))
			return false;
	}
	return i == value.len;
}

static bool is_word(struct str value, const char *const *words)
{
	for (; *words; words++)
		if (same_word(value, *words))
			return true;
	return false;
}

static bool all_digits(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (!ascii_digit(value.at[i]))
			return false;
	return value.len > 0;
}

/* 100 to 599, and 1xx to 5xx. */
static bool is_http_code(struct str value)
{
	struct str rest = str_slice(value, 1, value.len);

	return value.len == 3 && value.at[0] >= '1' && value.at[0] <= '5' &&
	       (all_digits(rest) || str_is(rest, "xx") || str_is(rest, "XX"));
}

static bool is_http_class(struct str value) { return value.len == 1 && value.at[0] >= '1' && value.at[0] <= '5'; }

static size_t count(const struct str *values, size_t len, bool (*is)(struct str value))
{
	size_t found = 0;

	for (size_t i = 0; i < len; i++)
		found += is(values[i]);
	return found;
}

static bool is_bad_word(struct str value) { return is_word(value, bad_words); }
static bool is_good_word(struct str value) { return is_word(value, good_words); }

/* The bad words that there are: they are letters and underscores, so nothing needs quoting. */
static struct str join_bad(struct arena *arena, const struct str *values, size_t len)
{
	struct str joined = STR("");

	for (size_t i = 0; i < len; i++)
		if (is_bad_word(values[i]))
			joined = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(joined), joined.len ? "|" : "",
					   STR_ARG(values[i]));
	return joined;
}

static bool of_http(struct arena *arena, const struct str *values, size_t len, struct bad_codes *bad)
{
	if (count(values, len, is_http_code))
		*bad = (struct bad_codes){MATCH_RE, STR("5.."), "server errors"};
	else if (count(values, len, is_http_class))
		*bad = (struct bad_codes){MATCH_EQ, STR("5"), "server errors"};
	else if (count(values, len, is_bad_word) && count(values, len, is_good_word))
		*bad = (struct bad_codes){count(values, len, is_bad_word) > 1 ? MATCH_RE : MATCH_EQ,
					  join_bad(arena, values, len), "failures, by their name"};
	else
		return false;
	return true;
}

static bool is_grpc_name(struct str value)
{
	for (size_t i = 0; i < GRPC_CODES; i++)
		if (same_word(value, grpc_names[i]))
			return true;
	return same_word(value, "Cancelled");
}

static bool is_grpc_number(struct str value)
{
	return all_digits(value) && (value.len == 1 || (value.len == 2 && value.at[0] == '1' && value.at[1] <= '6'));
}

/* Spelled as in code: InvalidArgument. "OK" is the same either way. */
static bool is_mixed_case(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] >= 'a' && value.at[i] <= 'z')
			return true;
	return false;
}

static bool is_caps(struct str value) { return !is_mixed_case(value) && !same_word(value, "OK"); }

static bool of_grpc(const struct str *values, size_t len, struct bad_codes *bad)
{
	bool mixed = count(values, len, is_mixed_case) > 0, caps = count(values, len, is_caps) > 0;
	struct str value = STR(GRPC_BAD_NAMES "|" GRPC_BAD_CAPS);

	if (count(values, len, is_grpc_name) == 0 && count(values, len, is_grpc_number) == 0)
		return false;
	if (count(values, len, is_grpc_name) == 0)
		value = STR(GRPC_BAD_NUMBERS);
	else if (mixed && !caps)
		value = STR(GRPC_BAD_NAMES);
	else if (caps && !mixed)
		value = STR(GRPC_BAD_CAPS);
	*bad = (struct bad_codes){MATCH_RE, value, "codes that are the server's fault"};
	return true;
}

static bool is_otel_status(struct str value) { return str_starts(value, STR("STATUS_CODE_")); }

static bool is_short_status(struct str value)
{
	return same_word(value, "Ok") || same_word(value, "Unset") || same_word(value, "Error");
}

static bool of_span(const struct str *values, size_t len, struct bad_codes *bad)
{
	*bad = (struct bad_codes){MATCH_EQ, STR("STATUS_CODE_ERROR"), "spans that ended in an error"};
	if (count(values, len, is_otel_status))
		return true;
	bad->op = MATCH_RE;
	bad->value = STR("Error|ERROR|error");
	return count(values, len, is_short_status) > 0;
}

bool bad_codes_of(struct arena *arena, enum convention_codes codes, const struct str *values, size_t len,
		  struct bad_codes *bad)
{
	switch (codes) {
	case CODES_HTTP:
		return of_http(arena, values, len, bad);
	case CODES_GRPC:
		return of_grpc(values, len, bad);
	case CODES_SPAN:
		return of_span(values, len, bad);
	}
	return false;
}
