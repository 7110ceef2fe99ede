/* Counting by sample: raw samples of many series in, counts per step of many SLOs out. Pure memory; all of it can be
 * rebuilt from the source, so it is dropped whenever a step could not be written down.
 *
 * For two samples of a counter in a row, what happened between them is the difference, or the newer value where it
 * fell. It belongs to the step of the newer sample, or, where they lie further apart than the lookback, evenly to the
 * steps between them. Where the process of its target is known to have started between them, the counter began at 0
 * again, even if its value does not show it. A series' first sample, also the first one after a hole, is a birth:
 * whoever uses the tally finds out what it means and settles it with one of tally_birth_*.
 *
 * One watch is one question: a selector that serves every SLO that counts series of its metric. */
#ifndef WICK_COUNT_TALLY_H
#define WICK_COUNT_TALLY_H

#include "count/plan.h"
#include "count/slot.h"
#include "model/histogram.h"
#include "model/sample.h"

struct tally;
struct tally_series;

/* How far a series had come by then: a counter's value; of a native histogram the count of its observations and, for
 * each bound that it is counted by, how many were at or below it. */
struct level {
	int64_t ms;
	double value;
	const double *below; /* NULL: a counter's, or nothing yet below any bound */
};

struct tally_options {
	struct span step, lookback, horizon;
};

struct tally *tally_new(const struct tally_options *options);
void tally_free(struct tally *tally);

/* Takes an SLO in; `plan` must outlive the tally. Returns its number, counting from 0. Before the first stretch
 * only. */
size_t tally_add_slo(struct tally *tally, const struct plan *plan);
/* Gives the SLO a group that is known from before; `seen` is its last step with data. NULL where there is no place. */
struct slot *tally_add_group(struct tally *tally, size_t slo, struct labels group, step_no seen);
/* Groups that the SLO's limit keeps from being counted by themselves now. */
size_t tally_groups_dropped(const struct tally *tally, size_t slo);

/* What has to be asked: plain selectors, to which a range is put. Settled with the first call; plans by expression have
 * none. */
size_t tally_watches(struct tally *tally);
struct str tally_watch_selector(struct tally *tally, size_t watch);
/* True if an SLO needs this watch. */
bool tally_watch_serves(struct tally *tally, size_t watch, size_t slo);

/* Begins a stretch: the steps (from, to] will be counted. */
void tally_begin(struct tally *tally, step_no from, step_no to);
/* Ends it, once its sheets have been used: what a long stretch needed is not kept until the next one. */
void tally_end(struct tally *tally);
/* A process of the target (its labels job and instance) started at this time; holds for the stretch. */
void tally_restart(struct tally *tally, struct str job, struct str instance, int64_t started_ms);
/* The jobs whose counters are counted, as far as they are known: named by selectors, or seen. Texts live as long as the
 * tally. */
size_t tally_jobs(struct tally *tally, struct str **jobs);
/* The series with these raw labels, or NULL: then it has to be taken in with its labels. Unknown to every SLO: still a
 * series, for not being asked about again; tally_series_idle says so. */
struct tally_series *tally_find(struct tally *tally, size_t watch, struct str raw_labels);
struct tally_series *tally_take_in(struct tally *tally, size_t watch, struct str raw_labels, struct labels labels);
/* The same for a series of native histograms: it is of use to other terms. */
struct tally_series *tally_take_in_native(struct tally *tally, size_t watch, struct str raw_labels,
					  struct labels labels);
bool tally_series_idle(const struct tally_series *series);
/* Samples up to `from`: only the last one is remembered. */
void tally_remember(struct tally_series *series, const struct sample *samples, size_t len);
/* Samples in time order; those up to the last one known and those behind the stretch are passed over. */
void tally_count(struct tally *tally, struct tally_series *series, const struct sample *samples, size_t len);
/* The same for native histograms. */
void tally_remember_native(struct tally_series *series, const struct histogram *histograms, size_t len);
void tally_count_native(struct tally *tally, struct tally_series *series, const struct histogram *histograms,
			size_t len);

/* First samples of series that are new in this stretch, or were away for longer than the lookback; to be settled before
 * the stretch ends. Both kinds are settled by what the source knows: so it makes no difference whether the series was
 * remembered here. Places change with each tally_count. */
struct tally_birth {
	struct tally_series *series;
	size_t watch;
	struct str raw_labels; /* as in the answers of the source */
	struct level first;
	struct level before; /* the newest one before it, where it is remembered and within the horizon; else ms == 0 */
};
size_t tally_births(struct tally *tally, struct tally_birth **births);
/* What a sample of a native histogram says of the series; valid as long as the stretch. */
struct level tally_birth_level(struct tally *tally, const struct tally_birth *birth, const struct histogram *histogram);
/* It was there before: the two samples count like any pair. */
void tally_birth_continues(struct tally *tally, const struct tally_birth *birth, struct level before);
/* It was there before, and began anew at 0 after that: it counts from then on, and the whole hole is bridged. */
void tally_birth_restarts(struct tally *tally, const struct tally_birth *birth, struct level before, int64_t begun_ms);
/* It started at 0 within the lookback: its first value counts. */
void tally_birth_counts(struct tally *tally, const struct tally_birth *birth);
/* Nobody knows what happened before: its step is lost. */
void tally_birth_unknown(struct tally *tally, const struct tally_birth *birth);

/* Every slot, the SLOs' own first, in a stable order. Valid until the next tally_begin. */
size_t tally_slots(struct tally *tally, struct slot ***slots);

struct tally_stats {
	uint64_t births_counted, births_unknown, births_continued, resets, holes, samples;
	size_t series, series_idle, bytes;
};
struct tally_stats tally_stats(const struct tally *tally);

/* Forgets series that had no sample since `before`: should one come back, it is looked up like a birth. */
void tally_forget(struct tally *tally, struct instant before);

#endif
