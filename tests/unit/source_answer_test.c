/* Reading query answers: what comes out of each kind, and that what jansson makes of the same bytes, whole or damaged,
 * is the same. */
#include "source/answer.h"

#include "base/file.h"
#include "base/num.h"
#include "tests/unit/unit.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

static void write_histogram(struct buf *out, const struct histogram *histogram)
{
	buf_fmt(out, " %lld:", (long long)histogram->ms);
	num_write_double(out, histogram->count);
	buf_char(out, 'h');
	for (size_t i = 0; i < histogram->len; i++) {
		buf_cstr(out, i ? "," : "");
		num_write_double(out, histogram->buckets[i].lower);
		buf_char(out, '_');
		num_write_double(out, histogram->buckets[i].upper);
		buf_char(out, '=');
		num_write_double(out, histogram->buckets[i].count);
	}
}

/* Everything that an answer holds, as one text: `{a="b"} 1700000000123:0.5 ... 1700000000123:3h0.25_0.5=3` per series.
 */
static bool note(void *context, const struct source_series *series, struct err *err)
{
	struct buf *out = context;
	struct arena arena;
	struct labels labels;
	bool ok;

	arena_init(&arena);
	ok = source_series_labels(series, &arena, &labels, err);
	if (ok)
		labels_write(out, labels);
	arena_release(&arena);
	for (size_t i = 0; i < series->len; i++) {
		buf_fmt(out, " %lld:", (long long)series->samples[i].ms);
		num_write_double(out, series->samples[i].value);
	}
	for (size_t i = 0; i < series->histograms_len; i++)
		write_histogram(out, &series->histograms[i]);
	buf_char(out, '\n');
	return ok;
}

static enum answer_status read_twice(struct str body, struct buf *out, struct answer_info *info, struct err *err)
{
	enum answer_status status = answer_read(body, NULL, NULL, info, err);
	struct answer_info again;

	buf_clear(out);
	if (status == ANSWER_SUCCESS && answer_read(body, note, out, &again, err) != ANSWER_SUCCESS)
		return ANSWER_MALFORMED;
	return status;
}

static const struct {
	const char *description, *body;
	enum answer_status status;
	const char *text; /* the series, the error, or what is malformed */
} rows[] = {
	{"a vector",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},\"value\":[1700000000.123,\"1\"]}]}}",
	 ANSWER_SUCCESS, "{__name__=\"up\",job=\"a\"} 1700000000123:1\n"},
	{"a matrix",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,\"0.5\"],[2.5,\"NaN\"],[3.25,\"+Inf\"],[4.125,\"-Inf\"],[5,\"1e-7\"]]}]}}",
	 ANSWER_SUCCESS, "{} 1000:0.5 2500:NaN 3250:+Inf 4125:-Inf 5000:1e-07\n"},
	{"a scalar", "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1.5,\"42\"]}}",
	 ANSWER_SUCCESS, "{} 1500:42\n"},
	{"a string", "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1.5,\"hello\"]}}",
	 ANSWER_SUCCESS, "{}\n"},
	{"native histograms beside plain samples",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,\"2\"]],\"histograms\":[[2,{\"count\":\"5\",\"sum\":\"1.5\",\"buckets\":[[3,\"-0.001\",\"0.001\",\"2\"],[0,\"0.25\",\"0.5\",\"3\"]]}],[3,{\"sum\":\"0\",\"count\":\"0\"}]]}]}}",
	 ANSWER_SUCCESS, "{} 1000:2 2000:5h-0.001_0.001=2,0.25_0.5=3 3000:0h\n"},
	{"a native histogram at an instant, with counts that are not whole",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"histogram\":[1.5,{\"count\":\"2.5\",\"sum\":\"NaN\",\"buckets\":[[0,\"1\",\"+Inf\",\"0.5\"],[0,\"-Inf\",\"1\",\"2\"]]}]}]}}",
	 ANSWER_SUCCESS, "{} 1500:2.5h1_+Inf=0.5,-Inf_1=2\n"},
	{"a native histogram without a count",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"histogram\":[1,{\"sum\":\"1\"}]}]}}",
	 ANSWER_MALFORMED, "malformed at byte 100: a histogram without 'count'"},
	{"a bucket upside down",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"histogram\":[1,{\"count\":\"1\",\"buckets\":[[0,\"2\",\"1\",\"1\"]]}]}]}}",
	 ANSWER_MALFORMED, "malformed at byte 127: a bucket whose bounds are in the wrong order"},
	{"a bucket that is short of a number",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"histogram\":[1,{\"count\":\"1\",\"buckets\":[[0,\"1\",\"2\"]]}]}]}}",
	 ANSWER_MALFORMED, "malformed at byte 122: ',' missing"},
	{"members in another order",
	 "{\"data\":{\"result\":[{\"value\":[1,\"2\"],\"metric\":{\"b\":\"1\",\"a\":\"2\"}}],\"resultType\":\"vector\"},\"status\":\"success\"}",
	 ANSWER_SUCCESS, "{a=\"2\",b=\"1\"} 1000:2\n"},
	{"escapes in labels",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":\"\\u00e9\\ud83d\\ude00\\t\\/\"},\"value\":[1,\"2\"]}]}}",
	 ANSWER_SUCCESS, "{a=\"\xC3\xA9\xF0\x9F\x98\x80\t/\"} 1000:2\n"},
	{"a NUL in a label, which Prometheus 2 takes from its targets",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":\"x\\u0000y\"},\"value\":[1,\"2\"]}]}}",
	 ANSWER_SUCCESS, "{a=\"x\xEF\xBF\xBDy\"} 1000:2\n"},
	{"times with an exponent and with more decimals than it takes",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1.7e9,\"1\"],[1700000000.1239,\"1\"],[-1.001,\"1\"]]}]}}",
	 ANSWER_SUCCESS, "{} 1700000000000:1 1700000000124:1 -1001:1\n"},
	{"no series", "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}", ANSWER_SUCCESS,
	 ""},
	{"no series, as some write it", "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":null}}",
	 ANSWER_SUCCESS, ""},
	{"an error", "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:3: parse\\nerror\"}", ANSWER_ERROR,
	 "bad_data: 1:3: parse error"},
	{"an error with an empty result",
	 "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"x\",\"data\":{\"resultType\":\"\",\"result\":null}}",
	 ANSWER_ERROR, "execution: x"},
	{"nothing", "", ANSWER_MALFORMED, "malformed at byte 0: '{' missing"},
	{"another API", "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[]}}",
	 ANSWER_MALFORMED, "malformed at byte 64: no 'result' with a 'resultType' of matrix, vector, scalar or string"},
	{"no status", "{}", ANSWER_MALFORMED, "malformed at byte 2: no 'status'"},
	{"another status", "{\"status\":\"fine\"}", ANSWER_MALFORMED,
	 "malformed at byte 16: a 'status' that is neither success nor error"},
	{"something behind", "{\"status\":\"error\"}{", ANSWER_MALFORMED,
	 "malformed at byte 18: something behind the end"},
	{"a comma too many", "{\"status\":\"error\",}", ANSWER_MALFORMED,
	 "malformed at byte 18: ',' with nothing behind it"},
	{"half a surrogate pair", "{\"a\":\"\\ud83d\"}", ANSWER_MALFORMED, "malformed at byte 6: a wrong \\u escape"},
	{"bytes that are no UTF-8", "{\"a\":\"\xC3(\"}", ANSWER_MALFORMED,
	 "malformed at byte 6: text that is not UTF-8"},
	{"a raw line end in a text", "{\"a\":\"\n\"}", ANSWER_MALFORMED,
	 "malformed at byte 6: a control character in a text"},
	{"a value that is no number",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"0x1\"]}}", ANSWER_MALFORMED,
	 "malformed at byte 67: a sample value that is no number"},
	{"a value without quotes", "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,2]}}",
	 ANSWER_MALFORMED, "malformed at byte 62: '\"' missing"},
	{"a time that overflows",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1e300,\"2\"]}}", ANSWER_MALFORMED,
	 "malformed at byte 65: a time that is out of range"},
	{"a series without labels",
	 "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"2\"]}]}}",
	 ANSWER_MALFORMED, "malformed at byte 77: a series without 'metric'"},
};

START_TEST(each_answer_reads_as_it_should)
{
	struct buf out;

	buf_init(&out, 100000);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer_info info;
		struct err err = {0};
		enum answer_status status = read_twice(str_of(rows[i].body), &out, &info, &err);
		char text[800];

		snprintf(text, sizeof(text), "%s: %s", info.error_type, info.error);
		ck_assert_msg(status == rows[i].status, "%s: %s", rows[i].description, err.text);
		switch (status) {
		case ANSWER_SUCCESS:
			ck_assert_msg(str_is(buf_view(&out), rows[i].text), "%s: %s", rows[i].description, out.at);
			break;
		case ANSWER_ERROR:
			ck_assert_msg(strcmp(text, rows[i].text) == 0, "%s: %s", rows[i].description, text);
			break;
		case ANSWER_MALFORMED:
			ck_assert_msg(strcmp(err.text, rows[i].text) == 0, "%s: %s", rows[i].description, err.text);
			break;
		}
	}
	buf_release(&out);
}
END_TEST

START_TEST(warnings_and_partial_answers_are_told)
{
	struct answer_info info;

	ck_assert_int_eq(
		answer_read(STR("{\"status\":\"error\",\"warnings\":[\"one\\nline\",\"two\"],\"infos\":[\"three\"]}"),
			    NULL, NULL, &info, NULL),
		ANSWER_ERROR);
	ck_assert_str_eq(info.warning, "one line");
	ck_assert_uint_eq(info.warnings, 2);
	ck_assert_int_eq(answer_read(STR("{\"status\":\"error\",\"isPartial\":true,\"warnings\":null}"), NULL, NULL,
				     &info, NULL),
			 ANSWER_ERROR);
	ck_assert_str_eq(info.warning, "the answer is partial");
	ck_assert_int_eq(answer_read(STR("{\"status\":\"error\",\"isPartial\":false}"), NULL, NULL, &info, NULL),
			 ANSWER_ERROR);
	ck_assert_str_eq(info.warning, "");
}
END_TEST

START_TEST(a_long_error_is_cut_between_characters)
{
	struct answer_info info;
	struct buf body;

	buf_init(&body, 10000);
	buf_cstr(&body, "{\"status\":\"error\",\"error\":\"");
	for (int i = 0; i < 1000; i++)
		buf_cstr(&body, "\xC3\xA9");
	buf_cstr(&body, "\"}");
	ck_assert_int_eq(answer_read(buf_view(&body), NULL, NULL, &info, NULL), ANSWER_ERROR);
	ck_assert(str_utf8(str_of(info.error)) && str_ends(str_of(info.error), STR("\xC3\xA9...")));
	ck_assert_uint_eq(strlen(info.error), 511);
	buf_release(&body);
}
END_TEST

START_TEST(nesting_is_bounded)
{
	struct answer_info info;
	struct err err = {0};
	struct buf body;

	buf_init(&body, 200000);
	buf_cstr(&body, "{\"x\":");
	buf_fill(&body, '[', 100000);
	ck_assert_int_eq(answer_read(buf_view(&body), NULL, NULL, &info, &err), ANSWER_MALFORMED);
	ck_assert_str_eq(err.text, "malformed at byte 69: values nested too deeply");
	buf_release(&body);
}
END_TEST

static bool refuse(void *context, const struct source_series *series, struct err *err)
{
	(void)series;
	++*(int *)context;
	return err_set(err, "enough");
}

START_TEST(a_callback_ends_the_reading_with_its_error)
{
	struct answer_info info;
	struct err err = {0};
	int calls = 0;

	ck_assert_int_eq(answer_read(STR("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
					 "{\"metric\":{},\"value\":[1,\"2\"]},{\"metric\":{},\"value\":[1,\"2\"]}]}}"),
				     refuse, &calls, &info, &err),
			 ANSWER_MALFORMED);
	ck_assert_str_eq(err.text, "enough");
	ck_assert_int_eq(calls, 1);
}
END_TEST

/* The same reading by way of a tree: false where it is refused. `out` gets what note() writes. */
static bool tree_sample(const json_t *pair, struct buf *out, bool number)
{
	const json_t *time = json_array_get(pair, 0), *value = json_array_get(pair, 1);
	double seconds = json_number_value(time), read;

	if (json_array_size(pair) != 2 || !json_is_number(time) || !json_is_string(value) || fabs(seconds) > 9e12)
		return false;
	if (!number)
		return true;
	if (!num_read_sample((struct str){json_string_value(value), json_string_length(value)}, &read))
		return false;
	buf_fmt(out, " %lld:", llround(seconds * 1000));
	return num_write_double(out, read);
}

static bool tree_number(const json_t *text, double *number)
{
	return json_is_string(text) &&
	       num_read_sample((struct str){json_string_value(text), json_string_length(text)}, number);
}

static bool tree_histogram(const json_t *pair, struct buf *out)
{
	const json_t *time = json_array_get(pair, 0), *histogram = json_array_get(pair, 1), *list, *bucket;
	struct histogram_bucket buckets[8];
	struct histogram read = {.ms = llround(json_number_value(time) * 1000), .buckets = buckets};
	size_t i;

	list = json_object_get(histogram, "buckets");
	if (json_array_size(pair) != 2 || !json_is_number(time) || fabs(json_number_value(time)) > 9e12 ||
	    !tree_number(json_object_get(histogram, "count"), &read.count) ||
	    (list && !json_is_array(list) && !json_is_null(list)))
		return false;
	json_array_foreach(list, i, bucket)
	{
		struct histogram_bucket *one = &buckets[read.len++];

		if (json_array_size(bucket) != 4 || !json_is_number(json_array_get(bucket, 0)) ||
		    !tree_number(json_array_get(bucket, 1), &one->lower) ||
		    !tree_number(json_array_get(bucket, 2), &one->upper) ||
		    !tree_number(json_array_get(bucket, 3), &one->count) || !(one->lower <= one->upper))
			return false;
	}
	write_histogram(out, &read);
	return true;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static bool tree_labels(json_t *metric, struct buf *out)
{
	const char *names[300], *name;
	size_t len = 0;
	json_t *value;

	if (!json_is_object(metric))
		return false;
	json_object_foreach(metric, name, value)
	{
		if (!json_is_string(value))
			return false;
		names[len++] = name;
	}
	qsort(names, len, sizeof(*names), by_name);
	buf_char(out, '{');
	for (size_t i = 0; i < len; i++) {
		buf_fmt(out, "%s%s=\"", i ? "," : "", names[i]);
		label_value_write(out, str_of(json_string_value(json_object_get(metric, names[i]))));
		buf_char(out, '"');
	}
	return buf_char(out, '}');
}

static bool list_or_null(const json_t *value) { return json_is_array(value) || json_is_null(value); }

static bool tree_series(json_t *series, struct buf *out)
{
	json_t *value = json_object_get(series, "value"), *values = json_object_get(series, "values"), *pair;
	json_t *histogram = json_object_get(series, "histogram"), *histograms = json_object_get(series, "histograms");
	size_t i;

	if ((value && values) || (histogram && histograms) || !tree_labels(json_object_get(series, "metric"), out) ||
	    (value && !tree_sample(value, out, true)) || (values && !list_or_null(values)) ||
	    (histograms && !list_or_null(histograms)))
		return false;
	json_array_foreach(values, i, pair) if (!tree_sample(pair, out, true)) return false;
	if (histogram && !tree_histogram(histogram, out))
		return false;
	json_array_foreach(histograms, i, pair) if (!tree_histogram(pair, out)) return false;
	return buf_char(out, '\n');
}

static bool tree_data(json_t *data, struct buf *out, bool *there)
{
	const char *type = json_string_value(json_object_get(data, "resultType"));
	json_t *result = json_object_get(data, "result"), *series;
	size_t i;

	if (json_object_get(data, "resultType") && !type)
		return false;
	*there = type && result;
	if (!*there)
		return true;
	if (strcmp(type, "scalar") == 0 || strcmp(type, "string") == 0)
		return buf_cstr(out, "{}") && tree_sample(result, out, type[1] == 'c') && buf_char(out, '\n');
	*there = strcmp(type, "vector") == 0 || strcmp(type, "matrix") == 0;
	if (!*there)
		return true;
	json_array_foreach(result, i, series) if (!tree_series(series, out)) return false;
	return list_or_null(result);
}

static enum answer_status tree_read(struct str body, struct buf *out)
{
	json_t *root = json_loadb(body.at, body.len, JSON_REJECT_DUPLICATES, NULL);
	const char *status = json_string_value(json_object_get(root, "status"));
	bool success = status && strcmp(status, "success") == 0, error = status && strcmp(status, "error") == 0,
	     there = false, ok;

	buf_clear(out);
	ok = (success || error) && tree_data(json_object_get(root, "data"), out, &there) && (there || error);
	json_decref(root);
	return !ok ? ANSWER_MALFORMED : error ? ANSWER_ERROR : ANSWER_SUCCESS;
}

/* 17e0000000 is a number, but nobody's time: base/num takes exponents of up to six characters, and a tree any. */
static bool long_exponent(struct str body)
{
	for (size_t i = 0; i < body.len; i++) {
		size_t len = 1;

		if (ascii_lower(body.at[i]) != 'e')
			continue;
		while (i + len < body.len && (ascii_digit(body.at[i + len]) || strchr("+-", body.at[i + len])))
			len++;
		if (len > 6)
			return true;
	}
	return false;
}

static size_t accepted;

static void compare(struct str body, struct buf *ours, struct buf *theirs)
{
	struct answer_info info;
	struct err err = {0};
	enum answer_status one = read_twice(body, ours, &info, &err), two = tree_read(body, theirs);

	if (one == ANSWER_MALFORMED && long_exponent(body))
		return;
	if (memmem(body.at, body.len, "\\u0000", 6)) /* the tree refuses it; ours makes U+FFFD of it, tested above */
		return;
	if (one != two || (one == ANSWER_SUCCESS && !str_eq(buf_view(ours), buf_view(theirs))))
		ck_abort_msg("%.*s\nours %d: %s\n%s\ntree %d:\n%s", STR_ARG(body), one, err.text, buf_view(ours).at,
			     two, buf_view(theirs).at);
	accepted += one == ANSWER_SUCCESS;
}

/* Changes, drops, adds, doubles or cuts; what it adds is what JSON is made of. */
static struct str damage(struct str seed, char *out, uint64_t *state)
{
	static const char alphabet[] = "{}[]\",:\\0123456789.-+eEnNaIftu/ \n\x01\x80\xC3";
	size_t at = unit_random(state) % seed.len, len = 1 + unit_random(state) % 8;
	char c = alphabet[unit_random(state) % (sizeof(alphabet) - 1)];

	memcpy(out, seed.at, seed.len);
	if (len > seed.len - at)
		len = seed.len - at;
	switch (unit_random(state) % 5) {
	case 0:
		out[at] = c;
		return (struct str){out, seed.len};
	case 1:
		memmove(out + at, out + at + len, seed.len - at - len);
		return (struct str){out, seed.len - len};
	case 2:
		memmove(out + at + 1, seed.at + at, seed.len - at);
		out[at] = c;
		return (struct str){out, seed.len + 1};
	case 3:
		memmove(out + at + len, seed.at + at, seed.len - at);
		return (struct str){out, seed.len + len};
	default:
		return (struct str){out, at};
	}
}

START_TEST(damaged_or_whole_it_reads_as_a_tree_of_it_reads)
{
	static const char *const suffixes[] = {".json", NULL};
	struct file_list files = {0};
	struct buf seed, ours, theirs;
	char damaged[8192];
	uint64_t state = 11;

	buf_init(&seed, 4096);
	buf_init(&ours, 100000);
	buf_init(&theirs, 100000);
	ck_assert(file_list_add(&files, "tests/fuzz/corpus/fuzz_source_answer", suffixes, 100, NULL));
	ck_assert_uint_ge(files.len, 10);
	for (size_t i = 0; i < files.len; i++) {
		buf_clear(&seed);
		ck_assert(file_read(files.at[i], &seed, NULL));
		compare(buf_view(&seed), &ours, &theirs);
		for (int round = 0; round < 10000; round++)
			compare(damage(buf_view(&seed), damaged, &state), &ours, &theirs);
	}
	/* damage in a label's value leaves an answer whole: both sides of the comparison must have been at work */
	ck_assert_uint_gt(accepted, 10000);
	file_list_release(&files);
	buf_release(&seed);
	buf_release(&ours);
	buf_release(&theirs);
}
END_TEST

UNIT_MAIN("source/answer", each_answer_reads_as_it_should, warnings_and_partial_answers_are_told,
	  a_long_error_is_cut_between_characters, nesting_is_bounded, a_callback_ends_the_reading_with_its_error,
	  damaged_or_whole_it_reads_as_a_tree_of_it_reads)
