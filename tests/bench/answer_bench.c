/* What reading a query answer costs, beside jansson on the same bytes in the same run: MB/s for a matrix as backfill
 * gets it, and for a vector as a live cycle gets it. Both ways end with every label set and sample seen once. */
#include "base/num.h"
#include "source/answer.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5, CEILING = 1 << 28 };

static uint64_t state = 42;

static uint64_t next_random(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(0x2545F4914F6CDD1D);
}

static void write_metric(struct buf *out, int series)
{
	buf_fmt(out,
		"{\"metric\":{\"__name__\":\"http_requests_total\",\"code\":\"%d\",\"instance\":\"10.0.%d.%d:8080\",\"job\":\"api\","
		"\"method\":\"GET\",\"path\":\"/v1/orders\"},",
		200 + series % 5 * 100, series / 256, series % 256);
}

static void write_sample(struct buf *out, int64_t ms, bool counter)
{
	buf_fmt(out, "[%lld.%03d,\"", (long long)(ms / 1000), (int)(ms % 1000));
	num_write_double(out, counter ? (double)(next_random() % 100000000)
				      : (double)(next_random() >> 11) / 9007199254740992.0 * 1000);
	buf_cstr(out, "\"]");
}

static void write_answer(struct buf *out, int series, int samples, bool counter)
{
	buf_init(out, CEILING);
	buf_fmt(out, "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":[",
		samples ? "matrix" : "vector");
	for (int i = 0; i < series; i++) {
		buf_cstr(out, i ? "," : "");
		write_metric(out, i);
		buf_cstr(out, samples ? "\"values\":[" : "\"value\":");
		for (int k = 0; k < samples; k++) {
			buf_cstr(out, k ? "," : "");
			write_sample(out, INT64_C(1700000000123) + k * 15000, counter);
		}
		if (samples == 0)
			write_sample(out, INT64_C(1700000000123), counter);
		buf_cstr(out, samples ? "]}" : "}");
	}
	buf_cstr(out, "]}}");
}

static double sum; /* of all values: shows that both ways see the same, and keeps the work from being optimized away */

static bool add(void *context, const struct source_series *series, struct err *err)
{
	(void)context;
	(void)err;
	for (size_t i = 0; i < series->len; i++)
		sum += series->samples[i].value;
	return true;
}

static void by_wick(struct str body)
{
	struct answer_info info;
	struct err err;

	if (answer_read(body, NULL, NULL, &info, &err) != ANSWER_SUCCESS ||
	    answer_read(body, add, NULL, &info, &err) != ANSWER_SUCCESS)
		exit(1);
}

static void add_pair(const json_t *pair)
{
	double value;

	if (!num_read_sample(str_of(json_string_value(json_array_get(pair, 1))), &value))
		exit(1);
	sum += value;
}

static void by_jansson(struct str body)
{
	json_t *root = json_loadb(body.at, body.len, 0, NULL), *series, *pair;
	size_t i, k;

	json_array_foreach(json_object_get(json_object_get(root, "data"), "result"), i, series)
	{
		json_t *values = json_object_get(series, "values");

		json_array_foreach(values, k, pair) add_pair(pair);
		if (!values)
			add_pair(json_object_get(series, "value"));
	}
	json_decref(root);
}

/* The best of some rounds: others on the machine only ever make it slower. */
static double rate(struct str body, void (*read)(struct str body))
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct mono begun = mono_now();
		double now;

		sum = 0;
		read(body);
		now = (double)body.len * 1e3 / (double)(mono_now().ns - begun.ns);
		best = now > best ? now : best;
	}
	return best;
}

int main(void)
{
	static const struct {
		const char *name;
		int series, samples;
		bool counter;
	} rows[] = {
		{"matrix, counters", 200, 2000, true},
		{"matrix, 16-digit values", 200, 2000, false},
		{"vector, counters", 50000, 0, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body;
		double ours, theirs, seen;

		write_answer(&body, rows[i].series, rows[i].samples, rows[i].counter);
		ours = rate(buf_view(&body), by_wick);
		seen = sum;
		theirs = rate(buf_view(&body), by_jansson);
		printf("%-24s %6.1f MB  wick %6.0f MB/s  jansson %5.0f MB/s  %s\n", rows[i].name,
		       (double)body.len / 1e6, ours, theirs, num_same(seen, sum) ? "same sums" : "DIFFERENT SUMS");
		buf_release(&body);
	}
	return 0;
}
