/* How long a page of metrics takes to write, and how large it is: CPU milliseconds and bytes for 1,000 and 10,000
 * SLOs. */
#include "../unit/results_fixture.h"

#include "base/limits.h"
#include "exporters/exposition.h"
#include "exporters/slo_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void make(struct arena *arena, struct results *results, size_t len)
{
	static const char *const names[] = {"availability", "latency", "reachable"};
	struct slo *slos = arena_array(arena, len, sizeof(*slos));

	*results = (struct results){.at = {1700000070000},
				    .step = {SPAN_MINUTE},
				    .list = arena_array(arena, len, sizeof(*results->list)),
				    .len = len};
	for (size_t i = 0; i < len; i++) {
		struct str service = arena_fmt(arena, "service-%05zu", i / 3);
		double shift = 1.0 / (double)(7 * i + 3);

		slos[i] = fixture_slo(arena, "", service.at, names[i % 3]);
		slos[i].labels = FIXTURE_LABELS(arena, "team", "platform", "tier", "gold");
		results->list[i] = fixture_counted(&slos[i], (double)(i * 7919 % 6000));
		for (size_t w = 0; w < slos[i].alerting->windows_len; w++) {
			results->list[i].burn[w].rate += shift;
			results->list[i].burn[w].sli -= shift / 1000;
		}
		slos[i].policy = &policy_default;
		results->list[i].level = policy_level_at(slos[i].policy, results->list[i].budgets->consumed);
		results->list[i].budgets->coverage -= shift;
		results->list[i].budgets->exhaustion_seconds = 1e6 * shift;
	}
}

static void measure(const char *what, const struct results *results, const struct health *health,
		    enum exposition_format format, struct buf *out)
{
	double start;

	buf_clear(out);
	start = cpu_ms();
	if (health ? !exposition_write(out, results, health, NULL, format)
		   : !slo_json_write_api(out, results, NULL, NULL))
		exit(EXIT_FAILURE);
	printf("%6zu SLOs  %-22s %8.1f ms CPU  %10zu bytes\n", results->len, what, cpu_ms() - start, out->len);
}

int main(void)
{
	static const size_t sizes[] = {1000, 10000};
	struct fixture fixture;

	fixture_init(&fixture);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct results results;
		struct buf out;

		make(&fixture.arena, &results, sizes[i]);
		buf_init(&out, LIMIT_HTTP_RESPONSE_BYTES);
		measure("text, first page", &results, &fixture.health, EXPOSITION_TEXT, &out);
		measure("text, next page", &results, &fixture.health, EXPOSITION_TEXT, &out);
		measure("OpenMetrics, next page", &results, &fixture.health, EXPOSITION_OPENMETRICS, &out);
		measure("JSON, next page", &results, NULL, EXPOSITION_TEXT, &out);
		buf_release(&out);
	}
	fixture_release(&fixture);
	return EXIT_SUCCESS;
}
