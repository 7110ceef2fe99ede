/* Reads histories as text (tests/unit/dora_fixture.h), each ended by a line "end FROM TO", and answers each with a line
 * of JSON: its deployments, and the metrics of the window (FROM, TO]. Times are seconds on the fixture's clock. */
#include "tests/unit/dora_fixture.h"

#include <math.h>

static void put_number(double n)
{
	char text[NUM_TEXT];
	size_t len = num_text(text, n);

	printf("%.*s", isnan(n) ? 4 : (int)len, isnan(n) ? "null" : text);
}

static void put_time(struct instant at) { put_number(at.ms ? (double)(at.ms - FIXTURE_MIDNIGHT) / 1000 : NAN); }

static void put_changes(const struct dora_deployment *one)
{
	for (size_t k = 0; k < one->changes_len; k++) {
		const struct dora_change *change = &one->changes[k];

		printf("%s[\"%.*s\",", k ? "," : "", STR_ARG(change->commit->sha));
		if (change->counts)
			put_number(change->lead_seconds);
		else
			printf("\"%s\"", exclusion_reason_names[change->reason]);
		for (int stage = 0; stage < DORA_STAGES; stage++) {
			putchar(',');
			put_number(change->stage_seconds[stage]);
		}
		putchar(']');
	}
}

static void put_deployment(const struct dora_deployment *one)
{
	printf("{\"sha\":\"%.*s\",\"at\":", STR_ARG(one->sha));
	put_time(one->at);
	printf(",\"attempts\":%zu,\"baseline\":%d,\"rollback\":%d,\"hotfix\":%d,\"reverts\":%d,\"changes\":[",
	       one->attempts, one->baseline, one->rollback, one->hotfix, one->reverts);
	put_changes(one);
	printf("],\"evidence\":[");
	for (size_t k = 0; k < one->evidence_len; k++) {
		printf("%s[", k ? "," : "");
		put_time(one->evidence[k].at);
		printf(",\"%s\",", evidence_names[one->evidence[k].kind]);
		put_time(one->evidence[k].recovered);
		putchar(']');
	}
	printf("],\"recovered\":");
	put_time(one->recovered);
	putchar('}');
}

static void put_quantiles(const char *name, const struct dora_quantiles *of)
{
	printf(",\"%s\":[%zu,", name, of->count);
	put_number(of->p50);
	putchar(',');
	put_number(of->p75);
	putchar(',');
	put_number(of->p90);
	putchar(']');
}

static void put_counts(const char *name, const size_t *counts, size_t len)
{
	printf(",\"%s\":[", name);
	for (size_t i = 0; i < len; i++)
		printf("%s%zu", i ? "," : "", counts[i]);
	putchar(']');
}

static void put_metrics(const struct dora_metrics *metrics)
{
	printf("{\"deployments\":%zu,\"failed\":%zu,\"unplanned\":%zu,\"per_day\":", metrics->deployments,
	       metrics->failed, metrics->unplanned);
	put_number(metrics->deployments_per_day);
	printf(",\"failing\":");
	put_number(metrics->change_failure_ratio);
	printf(",\"rework\":");
	put_number(metrics->rework_ratio);
	put_quantiles("lead", &metrics->lead);
	put_quantiles("recovery", &metrics->recovery);
	for (int stage = 0; stage < DORA_STAGES; stage++)
		put_quantiles(dora_stage_names[stage], &metrics->stages[stage]);
	put_counts("attempts", metrics->attempts, ATTEMPT_RESULTS);
	put_counts("failed_by", metrics->failed_by, EVIDENCES);
	put_counts("buckets", metrics->lead_buckets, DORA_BUCKETS);
	putchar('}');
}

static void answer(struct str text, struct str window)
{
	struct fixture fixture;
	const struct dora_history *history;
	struct dora_metrics metrics;
	struct dora_window of = {.name = STR("w"), .from = fixture_time(fixture_word(&window))};

	of.to = fixture_time(fixture_word(&window));
	fixture_read(&fixture, text);
	history = dora_history_make(&fixture.arena, &fixture.one);
	dora_measure(&history, 1, &of, &metrics);
	printf("{\"deployments\":[");
	for (size_t i = 0; i < history->deployments_len; i++) {
		printf("%s", i ? "," : "");
		put_deployment(&history->deployments[i]);
	}
	printf("],\"left_out\":{");
	for (int i = 0; i < EXCLUSION_REASONS; i++)
		printf("%s\"%s\":%zu", i ? "," : "", exclusion_reason_names[i], metrics.left_out[i]);
	printf("},\"metrics\":");
	put_metrics(&metrics);
	printf("}\n");
	fixture_release(&fixture);
}

int main(void)
{
	struct buf text;
	char line[4096];

	buf_init(&text, 1 << 26);
	while (fgets(line, sizeof(line), stdin)) {
		if (strncmp(line, "end ", 4) == 0) {
			answer(buf_view(&text), str_trim(str_of(line + 4)));
			buf_clear(&text);
		} else if (!buf_cstr(&text, line)) {
			return 2;
		}
	}
	buf_release(&text);
	return 0;
}
