#include "engine/gaps.h"

#include <math.h>

/* How things stand while one walks along the steps: as they were, without the posting, or as they become. */
struct walk {
	const struct ledger *ledger;
	const struct posting *posting; /* NULL: as they were */
	step_no known;                 /* the last step of which something is known; 0: none yet */
	step_no guessed_from;          /* the `known` that the guess belongs to */
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

/* Of the steps in (from, to]. */
static struct counts sum_of(const struct walk *walk, step_no from, step_no to)
{
	step_no end = ledger_end(walk->ledger);
	struct counts sum = from < end ? ledger_read(walk->ledger, from, to < end ? to : end) : (struct counts){0};

	for (step_no step = from + 1; walk->posting && step <= to; step++)
		if (step >= walk->posting->first && step < walk->posting->first + (step_no)walk->posting->len)
			add(&sum, &walk->posting->at[step - walk->posting->first]);
	return sum;
}

/* A mean step of the last hour with data, as the SLO takes it. */
static struct counts guess_of(const struct walk *walk, enum slice_missing missing, struct span step)
{
	step_no hour = step.ms < SPAN_HOUR ? SPAN_HOUR / step.ms : 1;
	struct counts mean = {0}, guess = {.bridged = 1};
	double known = 0;

	for (step_no at = walk->known - hour + 1; at <= walk->known; at++) {
		struct counts counts = sum_of(walk, at - 1, at);

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

/* What the step counts as. */
static struct counts taken(struct walk *walk, enum slice_missing missing, struct span step, step_no at)
{
	struct counts counts = sum_of(walk, at - 1, at);

	if (is_known(&counts)) {
		walk->known = at;
		return counts;
	}
	if (!walk->known)
		return counts;
	if (walk->guessed_from != walk->known)
		walk->guess = guess_of(walk, missing, step);
	walk->guessed_from = walk->known;
	return walk->guess;
}

/* The last step before `first` of which something is known. */
static step_no known_before(const struct ledger *ledger, step_no first)
{
	for (step_no step = first - 1; step > ledger_begin(ledger); step--) {
		struct counts counts = ledger_read(ledger, step - 1, step);

		if (is_known(&counts))
			return step;
	}
	return 0;
}

struct posting gaps_post(struct arena *arena, enum slice_missing missing, struct span step, const struct ledger *events,
			 const struct posting *posting)
{
	struct posting filled = *posting;
	struct walk was = {.ledger = events}, is = {.ledger = events, .posting = posting};

	filled.at = arena_array(arena, posting->len, sizeof(*filled.at));
	was.known = is.known = known_before(events, posting->first);
	for (size_t i = 0; i < posting->len; i++) {
		step_no at = posting->first + (step_no)i;
		struct counts new, old = {0};

		if (at <= ledger_begin(events)) {
			filled.at[i] = posting->at[i];
			continue;
		}
		if (at <= ledger_end(events))
			old = taken(&was, missing, step, at);
		new = taken(&is, missing, step, at);
		filled.at[i] = (struct counts){
			.bad = new.bad - old.bad,
			.total = new.total - old.total,
			.covered = posting->at[i].covered,
			.bridged = fmax(posting->at[i].bridged, new.bridged),
		};
	}
	return filled;
}
