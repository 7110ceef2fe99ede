/* From facts to delivery metrics: pure, no I/O and no clock. Definitions and their sources: docs/delivery.md. */
#ifndef WICK_DORA_DORA_H
#define WICK_DORA_DORA_H

#include "base/arena.h"
#include "model/dora.h"

/* What is known of one repository, as lookups; what they return lives as long as the caller says, and longer than what
 * is made of it. Each returns NULL for what is not known (yet). */
struct dora_facts {
	void *context;
	const struct fact_range *(*range)(void *context, struct str base, struct str head);
	const struct fact_commit *(*commit)(void *context, struct str sha);
	const struct fact_pull *(*pull_of)(void *context, struct str sha); /* that brought a commit in */
	/* Paths that a commit changed; false: not known. */
	bool (*files_of)(void *context, struct str sha, const struct str **files, size_t *len);
};

/* What the metrics of one service and environment are worked out of. */
struct dora_case {
	const struct delivery *delivery;
	const struct delivery_environment *environment;
	struct str repository;               /* "owner/name" */
	const struct fact_attempt *attempts; /* of the environment's source, in any order */
	size_t attempts_len;
	const struct incident *incidents; /* that count for the service, in any order */
	size_t incidents_len;
	struct dora_facts facts;
	struct instant at;    /* what is later is not looked at; what ends later is open */
	struct instant since; /* the host was read back to here; ms == 0: all of it */
};

/* A range that the history needs and that is not known; false where there is none. They come in the order of time, and
 * which comes next depends on what the one before says. */
bool dora_wants_range(const struct dora_case *one, struct str *base, struct str *head);

/* The whole history, in the arena. Ranges that are not known make a deployment a baseline. */
const struct dora_history *dora_history_make(struct arena *arena, const struct dora_case *one);

/* The metrics of a window: of one history, or of several taken together (all changes and deployments of all of them;
 * quantiles are of the whole, not means of quantiles). */
void dora_measure(const struct dora_history *const *histories, size_t len, const struct dora_window *window,
		  struct dora_metrics *out);
struct dora_standing dora_stand(const struct dora_history *const *histories, size_t len);

/* The rolling windows of 7, 30 and 90 days that end at `at`. */
enum { DORA_WINDOWS = 3 };
void dora_windows(struct instant at, struct dora_window out[DORA_WINDOWS]);
/* The calendar month (UTC) that holds `at`, cut at `at`; named "2026-10", in the arena. */
struct dora_window dora_month(struct arena *arena, struct instant at);

/* Levels by the table of that report year and the 0-10 score (grades.h has the tables and their sources). */
void dora_grade(const struct dora_metrics *metrics, unsigned year, struct dora_grades *out);

/* What an attempt does to the history of deployments, for pages that list attempts: the deployment that it belongs to,
 * or NULL. */
const struct dora_deployment *dora_deployment_before(const struct dora_history *history, struct instant at);

#endif
