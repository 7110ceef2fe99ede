#include "demo/fault.h"

#include "base/limits.h"
#include "base/num.h"

static bool read_share(struct str value, double *share)
{
	struct str percent = STR("%");

	if (str_ends(value, percent))
		return num_read_scaled(str_slice(value, 0, value.len - 1), -2, share);
	return num_read_double(value, share);
}

bool fault_set(struct fault *fault, struct str key, struct str value, struct err *err)
{
	struct span delay;
	double errors;

	if (str_is(key, "errors")) {
		if (!read_share(value, &errors) || errors < 0 || errors > 1)
			return err_set(err, "errors: '%.*s' is no share from 0%% to 100%%", STR_ARG(value));
		fault->errors = errors;
	} else if (str_is(key, "latency")) {
		if (!span_read(value, &delay) || delay.ms > SPAN_HOUR)
			return err_set(err, "latency: '%.*s' is no duration up to 1h, such as 2s", STR_ARG(value));
		fault->delay = span_seconds(delay);
	} else if (str_is(key, "down")) {
		if (!str_is(value, "yes") && !str_is(value, "no"))
			return err_set(err, "down: '%.*s' is neither yes nor no", STR_ARG(value));
		fault->down = str_is(value, "yes");
	} else {
		return err_set(err, "'%.*s' is none of errors, latency, down", STR_ARG(key));
	}
	return true;
}

static int hex_digit(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A percent sign that begins no code stands for itself, so that errors=5% can be typed as it is. */
void query_decode(struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		int high = i + 2 < text.len ? hex_digit(text.at[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(text.at[i + 2]) : -1;

		if (text.at[i] == '%' && low >= 0) {
			buf_char(out, (char)(high * 16 + low));
			i += 2;
		} else {
			buf_char(out, text.at[i] == '+' ? ' ' : text.at[i]);
		}
	}
}

bool query_next(struct str *query, struct str *key, struct str *value)
{
	size_t end = str_find(*query, '&'), equal;
	struct str pair = str_slice(*query, 0, end);

	if (query->len == 0)
		return false;
	*query = str_slice(*query, end < query->len ? end + 1 : end, query->len);
	equal = str_find(pair, '=');
	*key = str_slice(pair, 0, equal);
	*value = str_slice(pair, equal < pair.len ? equal + 1 : equal, pair.len);
	return true;
}

bool fault_read(struct fault *fault, struct str query, struct err *err)
{
	struct fault read = *fault;
	struct str key, value;
	struct buf text;
	bool ok = true;

	buf_init(&text, LIMIT_HTTP_REQUEST_BYTES);
	while (ok && query_next(&query, &key, &value)) {
		buf_clear(&text);
		query_decode(value, &text);
		ok = fault_set(&read, key, buf_view(&text), err);
	}
	buf_release(&text);
	if (ok)
		*fault = read;
	return ok;
}

bool query_value(struct str query, struct str key, struct buf *out)
{
	struct str name, value;

	while (query_next(&query, &name, &value))
		if (str_eq(name, key))
			return query_decode(value, out), !out->full;
	return false;
}
