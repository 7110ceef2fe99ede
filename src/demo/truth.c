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
	truth->len = 0;
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

bool truth_write_json(const struct truth *truth, struct instant from, struct instant to, struct buf *out)
{
	struct json_writer json;

	json_begin(&json, out, true);
	json_object(&json);
	json_key(&json, "from");
	json_cstr(&json, instant_text(from).text);
	json_key(&json, "to");
	json_cstr(&json, instant_text(to).text);
	json_key(&json, "slos");
	json_array(&json);
	for (size_t i = 0; i < truth->len; i++) {
		json_object(&json);
		json_key(&json, "slo");
		json_cstr(&json, truth->at[i].slo);
		json_key(&json, "group");
		json_cstr(&json, truth->at[i].group);
		json_key(&json, "bad");
		json_num(&json, truth->at[i].bad);
		json_key(&json, "total");
		json_num(&json, truth->at[i].total);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_object_end(&json);
	buf_char(out, '\n');
	return !out->full;
}

bool truth_write_text(const struct truth *truth, struct buf *out)
{
	for (size_t i = 0; i < truth->len; i++)
		buf_fmt(out, "%s%s bad %.0f of %.0f\n", truth->at[i].slo,
			strcmp(truth->at[i].group, "{}") == 0 ? "" : truth->at[i].group, truth->at[i].bad,
			truth->at[i].total);
	return !out->full;
}
