#include "demo/truth.h"

#include "demo/history.h"
#include "format/json_write.h"

#include <assert.h>
#include <stdio.h>

enum { CHECKOUT_FAST_CELLS = 7 }; /* the buckets up to 0.5 s */

/* `{label="value"}`: addresses may begin alike, so the quotes count. */
static bool group_is(const char *group, const char *value)
{
	const char *quote = strchr(group, '"');
	size_t len = strlen(value);

	return quote && strncmp(quote + 1, value, len) == 0 && quote[1 + len] == '"';
}

static struct truth_row *row(struct truth *truth, const char *slo, const char *label, const char *value)
{
	struct truth_row *added;

	for (size_t i = 0; i < truth->len; i++)
		if (strcmp(truth->at[i].slo, slo) == 0 && (!value || group_is(truth->at[i].group, value)))
			return &truth->at[i];
	assert(truth->len < TRUTH_ROWS_MAX);
	added = &truth->at[truth->len++];
	*added = (struct truth_row){.bad = 0};
	snprintf(added->slo, sizeof(added->slo), "%s", slo);
	if (value)
		snprintf(added->group, sizeof(added->group), "{%s=\"%s\"}", label, value);
	else
		snprintf(added->group, sizeof(added->group), "{}");
	return added;
}

static void tell_api(const struct tally *from, const struct tally *to, struct truth *truth)
{
	struct truth_row *availability = row(truth, "anvila-api/availability", NULL, NULL);
	struct truth_row *latency = row(truth, "anvila-api/latency", NULL, NULL);
	uint64_t (*events)(const struct tally *, unsigned, unsigned) = tally_events;
	uint64_t answered, fast;

	availability->total += (double)(events(to, 0, CELLS_API) - events(from, 0, CELLS_API));
	availability->bad += (double)(events(to, CELL_ITEMS_FAILED, 1) - events(from, CELL_ITEMS_FAILED, 1));
	availability->bad += (double)(events(to, CELL_CHECKOUT_FAILED, LATENCY_CELLS) -
				      events(from, CELL_CHECKOUT_FAILED, LATENCY_CELLS));
	answered = events(to, CELL_CHECKOUT_OK, LATENCY_CELLS) - events(from, CELL_CHECKOUT_OK, LATENCY_CELLS);
	fast = events(to, CELL_CHECKOUT_OK, CHECKOUT_FAST_CELLS) - events(from, CELL_CHECKOUT_OK, CHECKOUT_FAST_CELLS);
	latency->total += (double)answered;
	latency->bad += (double)(answered - fast);
}

static void tell_worker(const struct tally *from, const struct tally *to, struct truth *truth)
{
	static const struct {
		const char *queue;
		unsigned ok, failed;
	} queues[] = {{"mails", CELL_MAILS_OK, CELL_MAILS_FAILED},
		      {"invoices", CELL_INVOICES_OK, CELL_INVOICES_FAILED}};

	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
		struct truth_row *jobs = row(truth, "anvila-worker/jobs", "queue", queues[i].queue);
		uint64_t failed = tally_events(to, queues[i].failed, 1) - tally_events(from, queues[i].failed, 1);

		jobs->bad += (double)failed;
		jobs->total +=
			(double)(failed + tally_events(to, queues[i].ok, 1) - tally_events(from, queues[i].ok, 1));
	}
}

static void tell_probe(const struct story *story, const struct target *target, struct instant from, struct instant to,
		       struct truth *truth)
{
	struct truth_row *reachable = row(truth, "anvila-api/reachable", "instance", target->instance);

	for (struct instant at = history_scrape_after(story, target, from); at.ms <= to.ms;
	     at.ms += HISTORY_SCRAPE_MS) {
		if (stretch_holds(story->hole, at))
			continue;
		reachable->total++;
		reachable->bad += !probe_succeeds(story, target->slot, at);
	}
}

void truth_tell(struct world *world, struct instant from, struct instant to, struct truth *truth)
{
	truth->len = truth->deliveries_len = 0;
	for (size_t i = 0; i < world->len; i++) {
		struct target *target = &world->targets[i];
		struct tally before, after;

		if (target->process == PROCESS_BLACKBOX) {
			tell_probe(&world->story, target, from, to, truth);
			continue;
		}
		if (target->died.ms <= from.ms || target->born.ms >= to.ms)
			continue;
		/* A copy of one's own: the target's own tally belongs to the scrapes. */
		tally_init(&before, &world->story, target->process, target->slot, target->born);
		tally_advance(&before, &world->story, from);
		after = before;
		tally_advance(&after, &world->story, to.ms < target->died.ms ? to : target->died);
		if (target->process == PROCESS_API)
			tell_api(&before, &after, truth);
		else
			tell_worker(&before, &after, truth);
	}
}

void truth_tell_deliveries(struct repository *repository, struct instant from, struct instant to, struct truth *truth)
{
	repository_advance(repository, to);
	delivered_tell(repository, from, to, truth->deliveries);
	truth->deliveries_len = DELIVERED;
}

static void write_slos(struct json_writer *json, const struct truth *truth)
{
	json_key(json, "slos");
	json_array(json);
	for (size_t i = 0; i < truth->len; i++) {
		json_object(json);
		json_key_text(json, "slo", str_of(truth->at[i].slo));
		json_key_text(json, "group", str_of(truth->at[i].group));
		json_key_num(json, "bad", truth->at[i].bad);
		json_key_num(json, "total", truth->at[i].total);
		json_object_end(json);
	}
	json_array_end(json);
}

/* In the words of `wick dora report --format json`. */
static void write_deliveries(struct json_writer *json, const struct truth *truth)
{
	json_key(json, "deliveries");
	json_array(json);
	for (size_t i = 0; i < truth->deliveries_len; i++) {
		const struct delivered *one = &truth->deliveries[i];

		json_object(json);
		json_key_text(json, "service", str_of(one->service));
		json_key_text(json, "environment", str_of(one->environment));
		json_key_num(json, "deployments", (double)one->deployments);
		json_key_num(json, "failed_deployments", (double)one->failed);
		json_key(json, "lead_time_seconds");
		json_object(json);
		json_key_num(json, "p50", one->lead_seconds);
		json_key_num(json, "count", (double)one->changes);
		json_object_end(json);
		json_object_end(json);
	}
	json_array_end(json);
}

bool truth_write_json(const struct truth *truth, struct instant from, struct instant to, struct buf *out)
{
	struct json_writer json;

	json_begin(&json, out, true);
	json_object(&json);
	json_key_text(&json, "from", str_of(instant_text(from).text));
	json_key_text(&json, "to", str_of(instant_text(to).text));
	write_slos(&json, truth);
	write_deliveries(&json, truth);
	json_object_end(&json);
	buf_char(out, '\n');
	return !out->full;
}

static void write_lead_time(const struct delivered *one, struct buf *out)
{
	struct span lead = {0};

	if (one->changes == 0) {
		buf_cstr(out, ", no lead time\n");
		return;
	}
	lead.ms = (int64_t)(one->lead_seconds / 60) * SPAN_MINUTE;
	buf_fmt(out, ", median lead time %s\n", span_text(lead).text);
}

bool truth_write_text(const struct truth *truth, struct buf *out)
{
	for (size_t i = 0; i < truth->len; i++)
		buf_fmt(out, "%s%s bad %.0f of %.0f\n", truth->at[i].slo,
			strcmp(truth->at[i].group, "{}") == 0 ? "" : truth->at[i].group, truth->at[i].bad,
			truth->at[i].total);
	for (size_t i = 0; i < truth->deliveries_len; i++) {
		const struct delivered *one = &truth->deliveries[i];

		buf_fmt(out, "%s %s: %zu deployments, %zu of them failed", one->service, one->environment,
			one->deployments, one->failed);
		write_lead_time(one, out);
	}
	return !out->full;
}
