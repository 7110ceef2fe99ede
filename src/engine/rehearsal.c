#include "engine/rehearsal.h"

#include "base/mem.h"
#include "engine/backtest.h"

#include <math.h>
#include <stdlib.h>

/* Any moment on the grid; times are told as differences. */
enum { BEGIN_STEP = 28000000 };

static step_no steps_of(struct span span, struct span step) { return span.ms / step.ms; }

/* How long the incident and the longest window that can still see it are. */
static struct span length_of(const struct slo *slo, const struct rehearsal_options *options)
{
	struct span end = {0}, longest = {SPAN_HOUR};

	for (size_t i = 0; i < options->len; i++) {
		int64_t over = options->outages[i].after.ms + options->outages[i].length.ms;

		end.ms = over > end.ms ? over : end.ms;
	}
	for (size_t i = 0; i < slo->alerting->len; i++)
		if (slo->alerting->tiers[i].long_.ms > longest.ms)
			longest = slo->alerting->tiers[i].long_;
	return (struct span){end.ms + longest.ms};
}

/* The worst outage that covers the step; a part of a step counts as such. */
static double bad_ratio(const struct rehearsal_options *options, step_no step)
{
	double from = (double)(step - 1) * (double)options->step.ms, to = (double)step * (double)options->step.ms;
	double ratio = 0;

	for (size_t i = 0; i < options->len; i++) {
		const struct rehearsal_outage *outage = &options->outages[i];
		double begin = (double)outage->after.ms, end = begin + (double)outage->length.ms;
		double covered = fmax(fmin(to, end) - fmax(from, begin), 0) / (double)options->step.ms;

		ratio = fmax(ratio, outage->ratio * covered);
	}
	return ratio;
}

/* The steps behind the begin are 1, 2, ...; those before it had nothing bad. */
static double fill(const struct slo *slo, const struct rehearsal_options *options, struct counts *at, size_t before,
		   size_t len)
{
	double events = slo_per_step(slo) ? 1 : options->events_per_minute * span_seconds(options->step) / 60, bad = 0;

	for (size_t i = 0; i < len; i++) {
		double ratio = i < before ? 0 : bad_ratio(options, (step_no)(i - before) + 1);

		at[i] = (struct counts){.bad = events * ratio, .total = events, .covered = 1};
		bad += at[i].bad;
	}
	return bad / ((1 - slo->objective) * events * (double)steps_of(slo->window, options->step));
}

static void find_bounds(const struct rehearsal_options *options, struct rehearsal *rehearsal)
{
	int64_t begin = INT64_MAX, end = 0;

	for (size_t i = 0; i < options->len; i++) {
		const struct rehearsal_outage *outage = &options->outages[i];

		begin = outage->after.ms < begin ? outage->after.ms : begin;
		end = outage->after.ms + outage->length.ms > end ? outage->after.ms + outage->length.ms : end;
	}
	rehearsal->begin.ms = BEGIN_STEP * options->step.ms + begin;
	rehearsal->end.ms = BEGIN_STEP * options->step.ms + end;
}

bool rehearse(const struct slo *slo, const struct rehearsal_options *options, struct arena *arena,
	      struct rehearsal *rehearsal, struct err *err)
{
	struct span length = length_of(slo, options);
	size_t before = (size_t)steps_of(slo->window, options->step),
	       len = before + (size_t)steps_of(length, options->step);
	struct ledger_shape shape = ledger_shape_exact(options->step, (struct span){slo->window.ms + length.ms});
	struct ledger_key key = {slo->id, slo->counts_hash, {NULL, 0}};
	struct backtest_options play = {options->step, length, options->stale_after, 1};
	struct slo whole = *slo; /* groups would all go alike */
	struct backtest *played;
	struct entry entry;
	struct store *store;

	*rehearsal = (struct rehearsal){.spent = 0};
	find_bounds(options, rehearsal);
	if (rehearsal->end.ms - BEGIN_STEP * options->step.ms > slo->window.ms)
		return err_set(err, "the incident is longer than the window of '%.*s'", STR_ARG(slo->id));
	whole.group_by_len = 0;
	store = store_open(NULL, options->step, err);
	if (!store)
		return false;
	entry.account = store_create(store, &key, &shape, BEGIN_STEP - (step_no)before);
	entry.posting = (struct posting){BEGIN_STEP - (step_no)before + 1, xcalloc(len, sizeof(struct counts)), len};
	rehearsal->spent = fill(slo, options, entry.posting.at, before, len);
	if (store_commit(store, &entry, 1, err) && backtest_play(store, &whole, &play, arena, &played) == 1) {
		rehearsal->backtest = *played;
		rehearsal->backtest.slo = slo;
	}
	free(entry.posting.at);
	store_close(store);
	return rehearsal->backtest.slo != NULL;
}
