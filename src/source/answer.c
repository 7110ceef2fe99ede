#include "source/answer.h"

#include "base/limits.h"
#include "base/mem.h"
#include "source/histogram_text.h"
#include "source/point.h"

#include <stdlib.h>

enum result_type { RESULT_UNKNOWN, RESULT_SERIES, RESULT_SCALAR, RESULT_STRING };

struct reading {
	struct scan scan;
	bool (*each)(void *context, const struct source_series *series, struct err *err);
	void *context;
	struct answer_info *info;
	struct str *frame; /* where to put `data` as it is; NULL: it is a query's */
	enum result_type type;
	const char *result; /* where the result stands, if it came before its type */
	bool success, error, got_result;
	struct sample *samples; /* of the series at hand; only filled where `each` wants them */
	size_t len, cap;
	struct histogram_list histograms; /* likewise */
};

/* One line of text, cut at a character's end where it is too long. */
static void copy_text(char *out, size_t size, struct str raw)
{
	char *text = xmalloc(raw.len + 1);
	size_t len = scan_unescape(raw, text);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20)
			text[i] = ' ';
	if (len < size) {
		memcpy(out, text, len);
		out[len] = '\0';
	} else {
		for (len = size - 4; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;)
			len--;
		memcpy(out, text, len);
		memcpy(out + len, "...", 4);
	}
	free(text);
}

/* Which of `names` the member is, or `count` for another one. A known member comes once: of two, readers take this or
 * that one. */
static bool identify(struct scan *scan, struct str key, const char *const *names, size_t count, unsigned *seen,
		     size_t *which)
{
	for (*which = 0; *which < count && !str_is(key, names[*which]);)
		++*which;
	if (*which < count && (*seen & 1u << *which))
		return scan_fail(scan, "a member that comes twice");
	if (*which < count)
		*seen |= 1u << *which;
	return true;
}

/* [1700000000.123,"0.5"] */
static bool read_sample(struct reading *reading)
{
	struct scan *scan = &reading->scan;
	struct sample sample;

	if (!scan_take(scan, '[') || !point_time(scan, &sample.ms) || !scan_take(scan, ',') ||
	    !point_value(scan, reading->each ? &sample.value : NULL) || !scan_take(scan, ']'))
		return false;
	if (reading->each) {
		XGROW(reading->samples, reading->len, reading->cap);
		reading->samples[reading->len] = sample;
	}
	reading->len++;
	return true;
}

static bool read_samples(struct reading *reading)
{
	struct scan *scan = &reading->scan;

	if (scan_peek(scan) == 'n')
		return scan_null(scan);
	if (!scan_take(scan, '['))
		return false;
	for (bool first = true; scan_more(scan, ']', &first);)
		if (!read_sample(reading))
			return false;
	return !scan->failed;
}

/* {"__name__":"up","job":"api"}: texts only, as many as a series may have. */
static bool read_metric(struct scan *scan, struct str *raw)
{
	size_t count = 0;
	struct str text;
	const char *begin;

	if (scan_peek(scan) != '{')
		return scan_fail(scan, "a 'metric' that is no object");
	begin = scan->at++;
	for (bool first = true; scan_more(scan, '}', &first);)
		if (!scan_key(scan, &text) || !scan_string(scan, &text) ||
		    (++count > LIMIT_LABELS_PER_SERIES && !scan_fail(scan, "a series with too many labels")))
			return false;
	*raw = (struct str){begin, (size_t)(scan->at - begin)};
	return !scan->failed;
}

static bool hand_out(struct reading *reading, struct source_series *series)
{
	struct scan *scan = &reading->scan;

	series->samples = reading->samples;
	series->len = reading->len;
	series->histograms = histogram_list_finish(&reading->histograms);
	series->histograms_len = reading->histograms.len;
	reading->info->samples += reading->len + reading->histograms.len;
	if (++reading->info->series > LIMIT_SERIES_PER_ANSWER)
		return scan_fail(scan, "too many series");
	if (reading->each && !reading->each(reading->context, series, scan->err)) {
		scan->failed = true;
		return false;
	}
	return true;
}

enum { SERIES_METRIC, SERIES_VALUES, SERIES_VALUE, SERIES_HISTOGRAMS, SERIES_HISTOGRAM, SERIES_MEMBERS };
static const char *const series_members[SERIES_MEMBERS] = {"metric", "values", "value", "histograms", "histogram"};

static bool read_series_member(struct reading *reading, size_t which, struct source_series *series)
{
	struct scan *scan = &reading->scan;

	switch (which) {
	case SERIES_METRIC:
		return read_metric(scan, &series->raw_labels);
	case SERIES_VALUES:
		return read_samples(reading);
	case SERIES_VALUE:
		return read_sample(reading);
	case SERIES_HISTOGRAMS:
		return histogram_list_read(&reading->histograms, scan, reading->each != NULL);
	case SERIES_HISTOGRAM:
		return histogram_list_read_one(&reading->histograms, scan, reading->each != NULL);
	}
	return scan_skip(scan);
}

static bool read_series(struct reading *reading)
{
	const unsigned samples = 1u << SERIES_VALUES | 1u << SERIES_VALUE;
	const unsigned histograms = 1u << SERIES_HISTOGRAMS | 1u << SERIES_HISTOGRAM;
	struct scan *scan = &reading->scan;
	struct source_series series = {0};
	unsigned seen = 0;
	struct str key;
	size_t which;

	reading->len = reading->histograms.len = 0;
	if (!scan_take(scan, '{'))
		return false;
	for (bool first = true; scan_more(scan, '}', &first);)
		if (!scan_key(scan, &key) || !identify(scan, key, series_members, SERIES_MEMBERS, &seen, &which) ||
		    !read_series_member(reading, which, &series))
			return false;
	if (scan->failed)
		return false;
	if (!(seen & 1u << SERIES_METRIC))
		return scan_fail(scan, "a series without 'metric'");
	if ((seen & samples) == samples)
		return scan_fail(scan, "a series with 'value' and 'values'");
	if ((seen & histograms) == histograms)
		return scan_fail(scan, "a series with 'histogram' and 'histograms'");
	return hand_out(reading, &series);
}

/* A scalar's [time, "value"], or a string's, whose value is a text. */
static bool read_plain(struct reading *reading)
{
	struct source_series series = {.raw_labels = STR("{}")};
	struct scan *scan = &reading->scan;
	struct str text;
	int64_t ms;

	reading->len = reading->histograms.len = 0;
	if (reading->type == RESULT_SCALAR)
		return read_sample(reading) && hand_out(reading, &series);
	return scan_take(scan, '[') && point_time(scan, &ms) && scan_take(scan, ',') && scan_string(scan, &text) &&
	       scan_take(scan, ']') && hand_out(reading, &series);
}

static bool read_result(struct reading *reading)
{
	struct scan *scan = &reading->scan;

	reading->got_result = true;
	if (reading->type != RESULT_SERIES)
		return read_plain(reading);
	if (scan_peek(scan) == 'n')
		return scan_null(scan); /* how some servers write an empty list */
	if (!scan_take(scan, '['))
		return false;
	for (bool first = true; scan_more(scan, ']', &first);)
		if (!read_series(reading))
			return false;
	return !scan->failed;
}

static bool read_type(struct reading *reading)
{
	struct str type;

	if (!scan_string(&reading->scan, &type))
		return false;
	if (str_is(type, "matrix") || str_is(type, "vector"))
		reading->type = RESULT_SERIES;
	else if (str_is(type, "scalar"))
		reading->type = RESULT_SCALAR;
	else if (str_is(type, "string"))
		reading->type = RESULT_STRING;
	return true; /* another one, or none, stands in error answers; read_all refuses it in others */
}

/* The result that came before its type, now that the type is known. */
static bool read_deferred(struct reading *reading)
{
	const char *behind = reading->scan.at;

	reading->scan.at = reading->result;
	if (!read_result(reading))
		return false;
	reading->scan.at = behind;
	return true;
}

enum { DATA_TYPE, DATA_RESULT, DATA_MEMBERS };
static const char *const data_members[DATA_MEMBERS] = {"resultType", "result"};

static bool read_data_member(struct reading *reading, size_t which)
{
	struct scan *scan = &reading->scan;

	switch (which) {
	case DATA_TYPE:
		return read_type(reading);
	case DATA_RESULT:
		if (reading->type)
			return read_result(reading);
		scan_space(scan);
		reading->result = scan->at;
	}
	return scan_skip(scan);
}

static bool read_data(struct reading *reading)
{
	struct scan *scan = &reading->scan;
	unsigned seen = 0;
	struct str key;
	size_t which;

	if (scan_peek(scan) != '{')
		return scan_skip(scan);
	scan->at++;
	for (bool first = true; scan_more(scan, '}', &first);)
		if (!scan_key(scan, &key) || !identify(scan, key, data_members, DATA_MEMBERS, &seen, &which) ||
		    !read_data_member(reading, which))
			return false;
	if (!scan->failed && reading->type && reading->result && !reading->got_result)
		return read_deferred(reading);
	return !scan->failed;
}

static bool frame_data(struct reading *reading)
{
	struct scan *scan = &reading->scan;

	scan_space(scan);
	reading->frame->at = scan->at;
	if (!scan_skip(scan))
		return false;
	reading->frame->len = (size_t)(scan->at - reading->frame->at);
	reading->got_result = true;
	return true;
}

static bool read_warnings(struct reading *reading)
{
	struct scan *scan = &reading->scan;
	struct str text;

	if (scan_peek(scan) != '[')
		return scan_skip(scan);
	scan->at++;
	for (bool first = true; scan_more(scan, ']', &first);) {
		if (scan_peek(scan) != '"') {
			if (!scan_skip(scan))
				return false;
			continue;
		}
		if (!scan_string(scan, &text))
			return false;
		if (reading->info->warnings++ == 0)
			copy_text(reading->info->warning, sizeof(reading->info->warning), text);
	}
	return !scan->failed;
}

/* VictoriaMetrics: some of its storage nodes did not answer. */
static bool read_partial(struct reading *reading)
{
	struct scan *scan = &reading->scan;
	bool partial;

	if (scan_peek(scan) != 't')
		return scan_skip(scan);
	if (!scan_bool(scan, &partial))
		return false;
	if (reading->info->warnings++ == 0)
		copy_text(reading->info->warning, sizeof(reading->info->warning), STR("the answer is partial"));
	return true;
}

static bool read_text(struct scan *scan, char *out, size_t size)
{
	struct str text;

	if (scan_peek(scan) != '"')
		return scan_skip(scan);
	if (!scan_string(scan, &text))
		return false;
	copy_text(out, size, text);
	return true;
}

static bool read_status(struct reading *reading)
{
	struct str status;

	if (!scan_string(&reading->scan, &status))
		return false;
	reading->success = str_is(status, "success");
	reading->error = str_is(status, "error");
	return reading->success || reading->error ||
	       scan_fail(&reading->scan, "a 'status' that is neither success nor error");
}

enum { ANSWER_STATUS, ANSWER_DATA, ANSWER_TYPE, ANSWER_REASON, ANSWER_WARNINGS, ANSWER_PARTIAL, ANSWER_MEMBERS };
static const char *const answer_members[ANSWER_MEMBERS] = {"status", "data",     "errorType",
							   "error",  "warnings", "isPartial"};

static bool read_member(struct reading *reading, size_t which)
{
	struct answer_info *info = reading->info;

	switch (which) {
	case ANSWER_STATUS:
		return read_status(reading);
	case ANSWER_DATA:
		return reading->frame ? frame_data(reading) : read_data(reading);
	case ANSWER_TYPE:
		return read_text(&reading->scan, info->error_type, sizeof(info->error_type));
	case ANSWER_REASON:
		return read_text(&reading->scan, info->error, sizeof(info->error));
	case ANSWER_WARNINGS:
		return read_warnings(reading);
	case ANSWER_PARTIAL:
		return read_partial(reading);
	}
	return scan_skip(&reading->scan);
}

static bool read_all(struct reading *reading)
{
	struct scan *scan = &reading->scan;
	unsigned seen = 0;
	struct str key;
	size_t which;

	if (!scan_take(scan, '{'))
		return false;
	for (bool first = true; scan_more(scan, '}', &first);)
		if (!scan_key(scan, &key) || !identify(scan, key, answer_members, ANSWER_MEMBERS, &seen, &which) ||
		    !read_member(reading, which))
			return false;
	if (scan->failed || !scan_end(scan))
		return false;
	if (!reading->success && !reading->error)
		return scan_fail(scan, "no 'status'");
	if (reading->error || reading->got_result)
		return true;
	return scan_fail(scan, reading->frame ? "no 'data'"
					      : "no 'result' with a 'resultType' of matrix, vector, scalar or string");
}

enum answer_status answer_frame(struct str body, struct str *data, struct answer_info *info, struct err *err)
{
	struct reading reading = {.scan = scan_text(body, err), .info = info, .frame = data};

	*info = (struct answer_info){0};
	*data = (struct str){0};
	if (!read_all(&reading))
		return ANSWER_MALFORMED;
	return reading.error ? ANSWER_ERROR : ANSWER_SUCCESS;
}

enum answer_status answer_read(struct str body,
			       bool (*each)(void *context, const struct source_series *series, struct err *err),
			       void *context, struct answer_info *info, struct err *err)
{
	struct reading reading = {.scan = scan_text(body, err), .each = each, .context = context, .info = info};
	bool ok;

	*info = (struct answer_info){0};
	ok = read_all(&reading);
	free(reading.samples);
	histogram_list_release(&reading.histograms);
	return !ok ? ANSWER_MALFORMED : reading.error ? ANSWER_ERROR : ANSWER_SUCCESS;
}
