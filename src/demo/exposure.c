#include "demo/world.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>

enum { KEY_PROBE = 500, KEY_PROBE_TIME = 510, KEY_QUEUE = 520 };

const struct family_row demo_families[FAMILIES] = {
	[FAMILY_UP] = {"up", "gauge", "1 where the target could be scraped."},
	[FAMILY_START_TIME] = {"process_start_time_seconds", "gauge", "When the process started, in Unix time."},
	[FAMILY_REQUESTS] = {"http_requests_total", "counter", "Requests answered."},
	[FAMILY_DURATION] = {"http_request_duration_seconds", "histogram", "How long checkouts took."},
	[FAMILY_JOBS] = {"jobs_processed_total", "counter", "Jobs taken off a queue."},
	[FAMILY_QUEUE_AGE] = {"queue_oldest_item_age_seconds", "gauge", "Age of the oldest item that waits."},
	[FAMILY_PROBE_SUCCESS] = {"probe_success", "gauge", "1 where the probe succeeded."},
	[FAMILY_PROBE_DURATION] = {"probe_duration_seconds", "gauge", "How long the probe took."},
};

static const char *const queues[] = {"mails", "invoices"};

/* Ends the text of a series that was begun with name and labels: `name{` + outer + inner + `}`. */
static struct series *series_add(struct series *series, size_t *len, const struct target *target, bool outside,
				 enum family family, const char *suffix, const char *labels)
{
	struct series *added = &series[(*len)++];
	char outer[160] = "";
	bool both;

	if (outside)
		snprintf(outer, sizeof(outer), "job=\"%s\",instance=\"%s\"", demo_jobs[target->process],
			 target->instance);
	both = outer[0] && labels[0];
	*added = (struct series){.family = family, .kind = VALUE_OTHER};
	added->len = (size_t)snprintf(added->text, sizeof(added->text), "%s%s%s%s%s%s%s", demo_families[family].name,
				      suffix, outer[0] || labels[0] ? "{" : "", outer, both ? "," : "", labels,
				      outer[0] || labels[0] ? "}" : "");
	return added;
}

static void events(struct series *series, unsigned first, unsigned count, unsigned born)
{
	series->kind = VALUE_EVENTS;
	series->first = first;
	series->count = count;
	series->born = born;
}

static size_t request_series(const struct target *target, bool outside, struct series *series)
{
	static const struct {
		const char *labels;
		unsigned first, count;
	} rows[] = {
		{"method=\"GET\",route=\"/items\",code=\"200\"", CELL_ITEMS_OK, 1},
		{"method=\"GET\",route=\"/items\",code=\"404\"", CELL_ITEMS_MISSING, 1},
		{"method=\"GET\",route=\"/items\",code=\"500\"", CELL_ITEMS_FAILED, 1},
		{"method=\"POST\",route=\"/checkout\",code=\"201\"", CELL_CHECKOUT_OK, LATENCY_CELLS},
		{"method=\"POST\",route=\"/checkout\",code=\"500\"", CELL_CHECKOUT_FAILED, LATENCY_CELLS},
	};
	size_t len = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		events(series_add(series, &len, target, outside, FAMILY_REQUESTS, "", rows[i].labels), rows[i].first,
		       rows[i].count, rows[i].count);
	return len;
}

static void bucket_labels(char *out, size_t size, const char *status, unsigned cell)
{
	char bound[32] = "+Inf";

	if (cell < LATENCY_BOUNDS)
		snprintf(bound, sizeof(bound), "%g", latency_bounds[cell]);
	snprintf(out, size, "method=\"POST\",route=\"/checkout\",status=\"%s\"%s%s%s", status,
		 cell <= LATENCY_BOUNDS ? ",le=\"" : "", cell <= LATENCY_BOUNDS ? bound : "",
		 cell <= LATENCY_BOUNDS ? "\"" : "");
}

static size_t duration_series(const struct target *target, bool outside, struct series *series)
{
	size_t len = 0;

	for (int failed = 0; failed < 2; failed++) {
		const char *status = failed ? "500" : "201";
		unsigned first = failed ? CELL_CHECKOUT_FAILED : CELL_CHECKOUT_OK;
		struct series *sum;
		char labels[128];

		for (unsigned i = 0; i < LATENCY_CELLS; i++) {
			bucket_labels(labels, sizeof(labels), status, i);
			events(series_add(series, &len, target, outside, FAMILY_DURATION, "_bucket", labels), first,
			       i + 1, LATENCY_CELLS);
		}
		bucket_labels(labels, sizeof(labels), status, LATENCY_CELLS);
		sum = series_add(series, &len, target, outside, FAMILY_DURATION, "_sum", labels);
		events(sum, first, LATENCY_CELLS, LATENCY_CELLS);
		sum->kind = VALUE_SECONDS;
		events(series_add(series, &len, target, outside, FAMILY_DURATION, "_count", labels), first,
		       LATENCY_CELLS, LATENCY_CELLS);
	}
	return len;
}

static size_t job_series(const struct target *target, bool outside, struct series *series)
{
	size_t len = 0;
	char labels[64];

	for (unsigned i = 0; i < CELLS_WORKER; i++) {
		snprintf(labels, sizeof(labels), "queue=\"%s\",result=\"%s\"", queues[i / 2], i % 2 ? "failed" : "ok");
		events(series_add(series, &len, target, outside, FAMILY_JOBS, "", labels), i, 1, 1);
	}
	return len;
}

static size_t queue_series(const struct target *target, bool outside, struct series *series)
{
	size_t len = 0;
	char labels[64];

	for (unsigned i = 0; i < 2; i++) {
		snprintf(labels, sizeof(labels), "queue=\"%s\"", queues[i]);
		series_add(series, &len, target, outside, FAMILY_QUEUE_AGE, "", labels)->queue = i;
	}
	return len;
}

/* Which process exposes a family; FAMILY_UP is everyone's. */
static bool exposes(const struct target *target, enum family family)
{
	switch (family) {
	case FAMILY_UP:
		return true;
	case FAMILY_START_TIME:
		return target->process != PROCESS_BLACKBOX;
	case FAMILY_REQUESTS:
	case FAMILY_DURATION:
		return target->process == PROCESS_API;
	case FAMILY_JOBS:
	case FAMILY_QUEUE_AGE:
		return target->process == PROCESS_WORKER;
	case FAMILY_PROBE_SUCCESS:
	case FAMILY_PROBE_DURATION:
		return target->process == PROCESS_BLACKBOX;
	}
	return false;
}

size_t target_series(const struct target *target, enum family family, bool outside, struct series *series)
{
	size_t len = 0;

	if (!exposes(target, family))
		return 0;
	if (family == FAMILY_REQUESTS)
		return request_series(target, outside, series);
	if (family == FAMILY_DURATION)
		return duration_series(target, outside, series);
	if (family == FAMILY_JOBS)
		return job_series(target, outside, series);
	if (family == FAMILY_QUEUE_AGE)
		return queue_series(target, outside, series);
	series_add(series, &len, target, outside, family, "", "");
	return len;
}

/* The checkout page is the unreliable one; the others fail now and then. */
bool probe_succeeds(const struct story *story, unsigned slot, struct instant at)
{
	static const double failing[DEMO_PROBES] = {0.0004, 0.007, 0.0015};

	return !story_down(story, at) &&
	       story_noise(story, KEY_PROBE + slot, at.ms / (3 * SPAN_MINUTE)) >= failing[slot];
}

static double probe_seconds(const struct story *story, const struct target *target, struct instant at)
{
	struct weather weather = story_weather(story, at);
	double noise = story_noise(story, KEY_PROBE_TIME + target->slot, at.ms / SPAN_SECOND);

	if (!probe_succeeds(story, target->slot, at))
		return 10;
	return round((0.05 + 0.08 * noise) * weather.slowness * 1e4) / 1e4 + weather.delay;
}

/* Seconds; grows while the workers do not keep up, then is worked off four times as fast. */
static double queue_age(const struct story *story, const struct target *target, unsigned queue, struct instant at)
{
	double noise = story_noise(story, KEY_QUEUE + queue * 4 + target->slot, at.ms / (10 * SPAN_SECOND));
	double age = 2 + noise * noise * 40;
	int64_t grown = at.ms - story->backlog.from.ms, length = story->backlog.to.ms - story->backlog.from.ms;

	if (grown > 0 && grown < length)
		age += (double)grown / 1000 * 0.6;
	else if (grown >= length && grown < length + length / 4)
		age += (double)(length - 4 * (grown - length)) / 1000 * 0.6;
	return round(age * 10) / 10;
}

bool series_value(const struct series *series, const struct target *target, const struct story *story,
		  struct instant at, double *value)
{
	bool alive = target_lives(target, at);

	if (series->family == FAMILY_UP)
		return *value = alive, true;
	if (!alive)
		return false;
	if (series->kind == VALUE_EVENTS)
		return *value = (double)tally_events(&target->tally, series->first, series->count),
		       tally_events(&target->tally, series->first, series->born) > 0;
	if (series->kind == VALUE_SECONDS)
		return *value = tally_seconds(&target->tally, series->first),
		       tally_events(&target->tally, series->first, series->born) > 0;
	if (series->family == FAMILY_START_TIME)
		*value = (double)target->born.ms / 1000;
	else if (series->family == FAMILY_QUEUE_AGE)
		*value = queue_age(story, target, series->queue, at);
	else if (series->family == FAMILY_PROBE_SUCCESS)
		*value = probe_succeeds(story, target->slot, at);
	else
		*value = probe_seconds(story, target, at);
	return true;
}

bool family_write(struct buf *out, enum family family, bool openmetrics)
{
	const struct family_row *row = &demo_families[family];
	size_t len = strlen(row->name);

	if (openmetrics && strcmp(row->type, "counter") == 0)
		len -= strlen("_total");
	return buf_fmt(out, "# HELP %.*s %s\n# TYPE %.*s %s\n", (int)len, row->name, row->help, (int)len, row->name,
		       row->type);
}

bool target_write(struct target *target, const struct story *story, struct instant at, struct buf *out)
{
	target_move(target, story, at);
	for (int family = FAMILY_START_TIME; family < FAMILIES; family++) {
		struct series series[TARGET_SERIES];
		size_t len = target_series(target, (enum family)family, false, series);

		if (len)
			family_write(out, (enum family)family, false);
		for (size_t i = 0; i < len; i++) {
			double value;

			if (!series_value(&series[i], target, story, at, &value))
				continue;
			buf_put(out, series[i].text, series[i].len);
			buf_char(out, ' ');
			num_write_double(out, value);
			buf_char(out, '\n');
		}
	}
	return !out->full;
}
