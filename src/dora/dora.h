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
	struct dora_unread unread;
	struct instant at;    /* what is later is not looked at; what ends later is open or running */
	struct instant since; /* the host was read back to here, what ended earlier is not looked at; 0: all */
};

/* The ranges that a history needs and that are not known, in the order of time; which comes next depends on what the
 * one before says. `next` goes on where it stopped as long as the range is not known, so that thousands of them cost
 * one walk; false where there is no more. The case's texts, and those that its lookups return, outlive it. A range that
 * cannot be had is known as RANGE_GONE. */
struct dora_wants;
struct dora_wants *dora_wants_new(const struct dora_case *one);
bool dora_wants_next(struct dora_wants *wants, struct str *base, struct str *head);
void dora_wants_free(struct dora_wants *wants); /* NULL is legal */
/* The first of them alone, which walks all of the history up to there. */
bool dora_wants_range(const struct dora_case *one, struct str *base, struct str *head);

/* The whole history, in the arena. Ranges that are not known make a deployment a baseline; so does one that begins a
 * history, or whose commit, or the one before, is gone.
 *
 * A service with paths or labels of its own is one of several: a commit is its own if the files that it changed are
 * known and one fits a path (the file's name fits, or that of a folder that it is in: `api/`, `api` and `api/` with
 * stars behind it mean everything below), and if its pull request has one of the labels. */
const struct dora_history *dora_history_make(struct arena *arena, const struct dora_case *one);

/* The metrics of a window: of one history, or of several taken together (all changes and deployments of all of them;
 * quantiles are of the whole, not means of quantiles). */
void dora_measure(const struct dora_history *const *histories, size_t len, const struct dora_window *window,
		  struct dora_metrics *out);
struct dora_standing dora_stand(const struct dora_history *const *histories, size_t len);

/* The rolling windows of 7, 30 and 90 days that end at `at`. */
enum { DORA_WINDOWS = 3 };
void dora_windows(struct instant at, struct dora_window out[DORA_WINDOWS]);
/* The calendar month (UTC) that holds `at`, cut at `at`; named "2026-10", in the arena. A window holds its end and not
 * its beginning, so midnight of the first is the end of the whole month before. */
struct dora_window dora_month(struct arena *arena, struct instant at);

/* Levels by the table of that report year and the 0-10 score (grades.h has the tables and their sources). */
void dora_grade(const struct dora_metrics *metrics, unsigned year, struct dora_grades *out);

/* What was live at a moment: the latest deployment at or before it, or NULL. */
const struct dora_deployment *dora_deployment_before(const struct dora_history *history, struct instant at);

#endif
