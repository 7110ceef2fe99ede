/* What samples mean: pairs of them, probes, and the first ones of their series. */
#include "base/mem.h"
#include "base/num.h"
#include "count/histogram.h"
#include "count/tally_parts.h"

#include <math.h>
#include <stdlib.h>

static struct level level_of(struct sample sample) { return (struct level){.ms = sample.ms, .value = sample.value}; }

/* `below` has room for each bound of the series. */
static struct level native_level(const struct tally_series *series, const struct histogram *histogram, double *below)
{
	for (size_t i = 0; i < series->bounds_len; i++)
		below[i] = histogram_at_or_below(histogram, series->bounds[i]);
	return (struct level){.ms = histogram->ms, .value = histogram->count, .below = below};
}

static void set_last(struct tally_series *series, struct level level)
{
	series->last = level;
	if (!level.below)
		return;
	memcpy(series->last_below, level.below, series->bounds_len * sizeof(*level.below));
	series->last.below = series->last_below;
}

void tally_remember(struct tally_series *series, const struct sample *samples, size_t len)
{
	for (size_t i = 0; i < len && !series->native; i++)
		if (isfinite(samples[i].value) && samples[i].ms > series->last.ms)
			series->last = level_of(samples[i]);
}

void tally_remember_native(struct tally_series *series, const struct histogram *histograms, size_t len)
{
	for (size_t i = 0; i < len && series->native; i++)
		if (isfinite(histograms[i].count) && histograms[i].ms > series->last.ms)
			series->last = native_level(series, &histograms[i], series->last_below);
}

static struct sheet *sheet_of(struct slot *slot)
{
	slot->used = true;
	return &slot->sheet;
}

/* True if the counter began at 0 again between the samples. */
static bool was_reset(const struct tally_series *series, struct level before, struct level now)
{
	const struct target *target = series->target;

	for (size_t i = 0; target && i < target->len; i++)
		if (target->starts[i] > before.ms && target->starts[i] <= now.ms)
			return true;
	return now.value < before.value;
}

static bool is_hole(const struct tally *tally, struct level before, struct level now)
{
	return now.ms - before.ms > tally->options.lookback.ms;
}

/* What came between two samples for one effect. A histogram that changes its buckets may seem to move observations over
 * a bound that lies inside of one: still none is taken back, and no more came than came in all. */
static double events_between(const struct effect *effect, struct level before, struct level now, bool reset)
{
	double all = now.value - (reset ? 0 : before.value), below;

	if (effect->bound == ALL_EVENTS)
		return all;
	below = now.below[effect->bound] - (reset || !before.below ? 0 : before.below[effect->bound]);
	return fmin(fmax(below, 0), all);
}

/* Two samples of a counter in a row. */
static void count_events(struct tally *tally, struct tally_series *series, struct level before, struct level now,
			 bool reset)
{
	step_no from = tally_step_of(tally, before.ms), to = tally_step_of(tally, now.ms);
	bool hole = is_hole(tally, before, now);

	for (size_t i = 0; i < series->effects_len; i++) {
		const struct plan_term *term = series->effects[i].term;
		double events = events_between(&series->effects[i], before, now, reset);
		struct sheet *sheet;

		if (term->gauge || !(events > 0))
			continue;
		sheet = sheet_of(series->effects[i].slot);
		if (hole)
			sheet_spread(sheet, from, to, events, term->bad, term->total);
		else
			sheet_add(sheet, to, events * term->bad, events * term->total);
	}
	tally->stats.resets += reset;
}

/* The steps between two samples have data if the samples are not further apart than the lookback. */
static void cover_steps(struct tally *tally, struct tally_series *series, struct level before, struct level now)
{
	step_no from = tally_step_of(tally, before.ms), to = tally_step_of(tally, now.ms);
	bool hole = is_hole(tally, before, now);

	for (size_t i = 0; i < series->effects_len; i++) {
		const struct plan_term *term = series->effects[i].term;
		struct sheet *sheet;

		if (!term->covers)
			continue;
		sheet = sheet_of(series->effects[i].slot);
		sheet_cover(sheet, hole ? to - 1 : from, to);
		if (hole && !term->gauge)
			sheet_bridge(sheet, from, to - 1);
	}
	tally->stats.holes += hole;
}

/* A probe's failing share of one step. */
static void probe_step(struct tally_series *series, step_no step, double failing)
{
	for (size_t i = 0; i < series->effects_len; i++) {
		const struct plan_term *term = series->effects[i].term;

		if (term->gauge)
			sheet_add(sheet_of(series->effects[i].slot), step, failing * term->bad, term->total);
	}
}

static bool probe_fails(double value) { return value < 0.5; }

/* Samples of a gauge: each step is one sample, bad by the share of its own that failed; a step without its own, between
 * samples that are not too far apart, is as the one before. */
static void count_probes(struct tally *tally, struct tally_series *series, struct sample before,
			 const struct sample *samples, size_t len)
{
	for (size_t i = 0; i < len;) {
		step_no step = tally_step_of(tally, samples[i].ms);
		double taken = 0, failed = 0;

		if (before.ms && samples[i].ms - before.ms <= tally->options.lookback.ms)
			for (step_no between = tally_step_of(tally, before.ms) + 1; between < step; between++)
				probe_step(series, between, probe_fails(before.value) ? 1 : 0);
		for (; i < len && tally_step_of(tally, samples[i].ms) == step; i++) {
			taken++;
			failed += probe_fails(samples[i].value) ? 1 : 0;
			before = samples[i];
		}
		probe_step(series, step, failed / taken);
	}
}

/* A level that lasts as long as the stretch. */
static struct level kept_level(struct tally *tally, const struct tally_series *series, struct level level)
{
	double *below;

	if (!level.below)
		return level;
	below = arena_array(&tally->scratch, series->bounds_len, sizeof(*below));
	memcpy(below, level.below, series->bounds_len * sizeof(*below));
	level.below = below;
	return level;
}

static void note_birth(struct tally *tally, struct tally_series *series, struct level first)
{
	struct tally_birth birth = {
		.series = series,
		.watch = series->watch,
		.raw_labels = series->raw,
		.first = kept_level(tally, series, first),
	};

	if (series->last.ms && first.ms - series->last.ms <= tally->options.horizon.ms)
		birth.before = kept_level(tally, series, series->last);
	XGROW(tally->births, tally->births_len, tally->births_cap);
	tally->births[tally->births_len++] = birth;
}

static void count_one(struct tally *tally, struct tally_series *series, struct level now)
{
	if (series->last.ms && !is_hole(tally, series->last, now)) {
		if (series->counter)
			count_events(tally, series, series->last, now, was_reset(series, series->last, now));
		cover_steps(tally, series, series->last, now);
	} else {
		if (series->counter)
			note_birth(tally, series, now);
		cover_steps(tally, series,
			    (struct level){.ms = (tally_step_of(tally, now.ms) - 1) * tally->options.step.ms}, now);
	}
	set_last(series, now);
}

/* The samples that belong to the stretch and can be counted, moved to the front of `kept`. */
static size_t usable(const struct tally *tally, const struct tally_series *series, const struct sample *samples,
		     size_t len, struct sample *kept)
{
	int64_t begin = tally->from * tally->options.step.ms, end = tally->to * tally->options.step.ms;
	int64_t newest = series->last.ms > begin ? series->last.ms : begin;
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		if (samples[i].ms <= newest || samples[i].ms > end || !isfinite(samples[i].value))
			continue;
		newest = samples[i].ms;
		kept[count++] = samples[i];
	}
	return count;
}

void tally_count(struct tally *tally, struct tally_series *series, const struct sample *samples, size_t len)
{
	struct sample before = {series->last.ms, series->last.value};

	if (tally_series_idle(series)) {
		tally_remember(series, samples, len); /* only so that it can be forgotten in time */
		return;
	}
	if (series->native)
		return;
	if (tally->kept_cap < len) {
		tally->kept = xreallocarray(tally->kept, len, sizeof(*tally->kept));
		tally->kept_cap = len;
	}
	len = usable(tally, series, samples, len, tally->kept);
	tally->stats.samples += len;
	for (size_t i = 0; i < len; i++)
		count_one(tally, series, level_of(tally->kept[i]));
	if (series->gauge)
		count_probes(tally, series, before, tally->kept, len);
}

void tally_count_native(struct tally *tally, struct tally_series *series, const struct histogram *histograms,
			size_t len)
{
	int64_t begin = tally->from * tally->options.step.ms, end = tally->to * tally->options.step.ms;
	double *below;

	if (tally_series_idle(series)) {
		tally_remember_native(series, histograms, len);
		return;
	}
	if (!series->native)
		return;
	below = arena_array(&tally->scratch, series->bounds_len, sizeof(*below));
	for (size_t i = 0; i < len; i++) {
		const struct histogram *now = &histograms[i];

		if (now->ms <= begin || now->ms <= series->last.ms || now->ms > end || !isfinite(now->count))
			continue;
		count_one(tally, series, native_level(series, now, below));
		tally->stats.samples++;
	}
}

size_t tally_births(struct tally *tally, struct tally_birth **births)
{
	*births = tally->births;
	return tally->births_len;
}

struct level tally_birth_level(struct tally *tally, const struct tally_birth *birth, const struct histogram *histogram)
{
	const struct tally_series *series = birth->series;

	return native_level(series, histogram, arena_array(&tally->scratch, series->bounds_len, sizeof(double)));
}

void tally_birth_continues(struct tally *tally, const struct tally_birth *birth, struct level before)
{
	/* Whether the process began anew in between was looked up: a beginning is told by `before`. */
	count_events(tally, birth->series, before, birth->first, birth->first.value < before.value);
	cover_steps(tally, birth->series, before, birth->first);
	tally->stats.births_continued++;
}

void tally_birth_restarts(struct tally *tally, const struct tally_birth *birth, struct level before, int64_t begun_ms)
{
	/* What the old process counted behind its last sample is in no sample: the hole is known as well as it can be.
	 */
	count_events(tally, birth->series, (struct level){.ms = begun_ms}, birth->first, true);
	cover_steps(tally, birth->series, before, birth->first);
	tally->stats.births_continued++;
}

void tally_birth_counts(struct tally *tally, const struct tally_birth *birth)
{
	/* From 0, within the step: a pair whose first sample is made up. */
	struct level zero = {.ms = birth->first.ms - 1};

	count_events(tally, birth->series, zero, birth->first, false);
	tally->stats.births_counted++;
}

void tally_birth_unknown(struct tally *tally, const struct tally_birth *birth)
{
	for (size_t i = 0; i < birth->series->effects_len; i++)
		if (birth->series->effects[i].term->covers && birth->first.value > 0)
			sheet_lose(sheet_of(birth->series->effects[i].slot), tally_step_of(tally, birth->first.ms));
	tally->stats.births_unknown++;
}
