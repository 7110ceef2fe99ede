/* The inside of the live check, shared by the files live_*.c alone. Questions go in rounds: what a round asks may
 * depend on the answers of those before; the verdicts come last. */
#ifndef WICK_ENGINE_LIVE_PARTS_H
#define WICK_ENGINE_LIVE_PARTS_H

#include "engine/buckets.h"
#include "engine/live_ask.h"
#include "engine/live_check.h"

/* A matcher of a selector that finds nothing. */
struct live_matcher {
	const struct promql_matcher *matcher;
	const struct live_answer *alone;  /* series of the metric that it matches */
	const struct live_answer *values; /* what its label holds there, one row each */
};

struct live_selector {
	const struct query *query; /* that it stands in */
	bool needed;               /* there is nothing to count without it; false: errors that have not happened yet */
	const struct promql_node *node;
	struct str text, metric;                      /* the metric is empty where the selector does not name one */
	const struct live_answer *now, *day, *window; /* series */
	const struct live_answer *metric_now;         /* series of its metric */
	const struct live_answer *names;              /* metrics with a similar name */
	const struct live_answer *sample;             /* one series of its metric */
	struct live_matcher *matchers;
	size_t matchers_len;
};

enum { LIVE_SPACED = 3 }; /* series whose samples are looked at */

struct live_look {
	const struct slo *slo;
	struct plan plan;
	struct live_selector *selectors;
	size_t len;
	const struct live_selector *main; /* the first one that is needed and there; NULL: there is none */

	const struct live_answer *values[PLAN_READINGS]; /* of the plan's queries */
	const struct live_answer **terms;                /* series of the plan's terms */
	const struct live_answer *part, *total; /* events over `span`; NULL where there is nothing to compare */
	struct span span;
	const struct live_answer *odd;    /* series of a probe that are neither 0 nor 1 */
	const struct live_answer *strays; /* series of the part that are not among the total's */
	const struct live_answer *densest, *spaced[LIVE_SPACED];
	double interval, gap; /* seconds; NaN: not known */
	const struct live_answer *without_job, *without_instance, *without_evidence;
	const struct live_answer *groups, **group_labels;
	const struct live_answer *bounds, *other_histogram; /* of a latency */
	struct bucket_bounds wanted;
};

struct live {
	struct live_asker *asker;
	struct arena *arena;
	struct findings *findings;
	const struct live_options *options;
};

/* Rounds */
void live_series_now(struct live *live, struct live_look *look);
void live_series_lately(struct live *live, struct live_look *look);
void live_series_why(struct live *live, struct live_look *look);
void live_data_values(struct live *live, struct live_look *look);
void live_data_events(struct live *live, struct live_look *look);
void live_data_samples(struct live *live, struct live_look *look);
void live_target_ask(struct live *live, struct live_look *look);

/* Verdicts */
void live_series_judge(struct live *live, const struct live_look *look);
void live_data_judge(struct live *live, struct live_look *look);
void live_target_judge(struct live *live, struct live_look *look);
void live_histogram_judge(struct live *live, const struct live_look *look);

/* Small things */
const struct live_answer *live_askf(struct live *live, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str live_printed(struct arena *arena, const struct promql_node *node);
/* The selector with one more matcher, and another metric name unless `metric` is empty. */
struct promql_node *live_selector_with(struct arena *arena, const struct promql_node *selector, struct str metric,
				       const struct promql_matcher *extra);
/* A histogram of the other kind than the SLO says is there. */
bool live_other_histogram(const struct live_look *look);
double live_last(const struct live_row *row);

#endif
