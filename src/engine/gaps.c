#include "engine/gaps.h"

#include <math.h>

/* Along the steps of a posting, and the last known one before each. */
struct walk {
	const struct ledger *events, *judged;
	const struct posting *posting;
	step_no known;        /* 0: none, as far back as the ledger has single steps */
	step_no guessed_from; /* the `known` that the guess belongs to */
	struct counts guess;
};

static bool is_known(const struct counts *counts) { return counts->covered + counts->bridged > 0.5; }

static void add(struct counts *sum, const struct counts *more)
{
	sum->bad += more->bad;
	sum->total += more->total;
	sum->covered += more->covered;
	sum->bridged += more->bridged;
}

static struct counts step_of(const struct ledger *ledger, step_no at) { return ledger_read(ledger, at - 1, at); }

/* The events of a step, with the posting. */
static struct counts events_of(const struct walk *walk, step_no at)
{
	struct counts counts = at <= ledger_end(walk->events) ? step_of(walk->events, at) : (struct counts){0};

	if (at >= walk->posting->first && at < walk->posting->first + (step_no)walk->posting->len)
		add(&counts, &walk->posting->at[at - walk->posting->first]);
	return counts;
}

/* Whether the events of (from, to] are known step by step. */
static bool is_single(const struct walk *walk, step_no from, step_no to)
{
	for (step_no at = from; at <= to && at < walk->posting->first; at++)
		if (!ledger_exact(walk->events, at))
			return false;
	return true;
}

/* A mean step of the last hour with data, as the SLO takes it. */
static struct counts mean_of(const struct walk *walk, enum slice_missing missing, step_no hour)
{
	struct counts mean = {0}, guess = {.bridged = 1};
	double known = 0;

	for (step_no at = walk->known - hour + 1; at <= walk->known; at++) {
		struct counts counts = events_of(walk, at);

		if (!is_known(&counts))
			continue;
		add(&mean, &counts);
		known++;
	}
	guess.total = mean.total / known;
	if (missing == MISSING_BAD)
		guess.bad = guess.total;
	else if (missing == MISSING_HELD)
		guess.bad = mean.bad / known;
	/* as a ledger holds it, so that taking it away leaves nothing */
	guess.bad = nearbyint(guess.bad * 0x1p32) / 0x1p32;
	guess.total = nearbyint(guess.total * 0x1p32) / 0x1p32;
	return guess;
}

/* What an unknown step counts as: by the hour before the gap, or as the step before it where that hour is thinned. */
static struct counts guess_at(struct walk *walk, enum slice_missing missing, step_no hour, step_no at)
{
	struct counts before = {0};

	if (walk->known && walk->guessed_from == walk->known)
		return walk->guess;
	if (walk->known && is_single(walk, walk->known - hour, walk->known)) {
		walk->guess = mean_of(walk, missing, hour);
		walk->guessed_from = walk->known;
		return walk->guess;
	}
	if (at > walk->posting->first) /* the posting's own first steps were guessed likewise */
		return walk->guess;
	before = at - 1 > ledger_begin(walk->judged) ? step_of(walk->judged, at - 1) : before;
	if (is_known(&before)) {
		before.covered = 0;
		before.bridged = 1;
	}
	walk->guess = before;
	return before;
}

/* The last known step before `first`, among single steps. */
static step_no known_before(const struct ledger *events, step_no first)
{
	for (step_no at = first - 1; at > ledger_begin(events) && ledger_exact(events, at - 1); at--) {
		struct counts counts = step_of(events, at);

		if (is_known(&counts))
			return at;
	}
	return 0;
}

struct posting gaps_post(struct arena *arena, enum slice_missing missing, struct span step, const struct ledger *events,
			 const struct ledger *judged, const struct posting *posting)
{
	step_no hour = step.ms < SPAN_HOUR ? SPAN_HOUR / step.ms : 1;
	struct walk walk = {.events = events, .judged = judged, .posting = posting};
	struct posting filled = *posting;

	filled.at = arena_array(arena, posting->len, sizeof(*filled.at));
	walk.known = known_before(events, posting->first);
	for (size_t i = 0; i < posting->len; i++) {
		step_no at = posting->first + (step_no)i;
		bool there = at <= ledger_end(judged);
		struct counts before = at <= ledger_end(events) ? step_of(events, at) : (struct counts){0};
		struct counts after = events_of(&walk, at), held = there ? step_of(judged, at) : (struct counts){0};

		filled.at[i] = posting->at[i];
		if (at <= ledger_begin(events))
			continue;
		if (is_known(&after)) {
			walk.known = at;
			if (!is_known(&before)) { /* it was guessed */
				filled.at[i].bad -= held.bad;
				filled.at[i].total -= held.total;
			}
			continue;
		}
		/* a guess that is thinned stands */
		if (there && !(ledger_exact(judged, at - 1) && ledger_exact(judged, at)))
			continue;
		after = guess_at(&walk, missing, hour, at);
		filled.at[i].bad = after.bad - held.bad;
		filled.at[i].total = after.total - held.total;
		filled.at[i].bridged = fmax(posting->at[i].bridged, after.bridged);
	}
	return filled;
}
