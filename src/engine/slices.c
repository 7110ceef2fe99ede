#include "engine/slices.h"

#include "engine/gaps.h"

#include <math.h>

/* What is equal on paper shall not depend on the last bit. */
#define SLACK 1e-9

struct account *slices_events(struct store *store, const struct account *judged, const struct ledger_shape *shape)
{
	struct arena scratch;
	struct ledger_key key = judged->key;
	struct account *events;

	arena_init(&scratch);
	/* no SLO's id has a blank in it */
	key.slo_id = arena_fmt(&scratch, "%.*s (events)", STR_ARG(judged->key.slo_id));
	events = store_find(store, &key);
	if (!events)
		events = store_create(store, &key, shape, ledger_end(judged->ledger));
	arena_release(&scratch);
	return events;
}

struct counts slices_judge(const struct budgeting *budgeting, const struct counts *events)
{
	double bad_part;

	if (events->covered + events->bridged < 0.5)
		return (struct counts){0};
	if (!(events->total > SLACK))
		return (struct counts){.bad = budgeting->empty == SLICE_BAD,
				       .total = budgeting->empty != SLICE_IGNORED};
	bad_part = fmin(fmax(events->bad / events->total, 0), 1);
	if (budgeting->method == BUDGET_TIME_SLICES)
		bad_part = bad_part > 1 - budgeting->target + SLACK;
	/* as fine as a ledger: what was posted before can be taken away again to the last bit */
	return (struct counts){.bad = nearbyint(bad_part * 0x1p32) / 0x1p32, .total = 1};
}

static struct counts sum(struct counts a, struct counts b)
{
	return (struct counts){a.bad + b.bad, a.total + b.total, a.covered + b.covered, a.bridged + b.bridged};
}

static struct counts within(const struct posting *posting, step_no from, step_no to)
{
	struct counts all = {0};

	for (step_no step = from + 1 > posting->first ? from + 1 : posting->first; step <= to; step++)
		all = sum(all, posting->at[step - posting->first]);
	return all;
}

static bool is_known(const struct counts *events) { return events->covered + events->bridged > 0.5; }

/* Slices one after the other, as they were or as they become. */
struct walk {
	const struct budgeting *budgeting;
	bool any;           /* there was a slice with data */
	struct counts held; /* the last one, judged */
};

/* The slice that follows; `guessed` says that it is one without data that counts all the same. */
static struct counts next(struct walk *walk, const struct counts *events, bool *guessed)
{
	struct counts slice = slices_judge(walk->budgeting, events);

	*guessed = false;
	if (is_known(events)) {
		walk->any = true;
		walk->held = slice;
		return slice;
	}
	*guessed = walk->any && walk->budgeting->missing != MISSING_IGNORED;
	if (!*guessed)
		return slice;
	if (walk->budgeting->missing == MISSING_HELD)
		return walk->held;
	return (struct counts){.bad = walk->budgeting->missing == MISSING_BAD, .total = 1};
}

/* What goes before the slice that ends with `end`: whether there were data, and the last slice that is known. */
static struct walk walk_from(const struct budgeting *budgeting, const struct ledger *ledger, step_no length,
			     step_no end)
{
	struct walk walk = {.budgeting = budgeting};
	step_no newest = ledger_end(ledger), seen = ledger_last_covered(ledger, end - length);
	struct counts events = {0};
	bool guessed;

	walk.any = seen > ledger_begin(ledger);
	if (!walk.any || budgeting->missing != MISSING_HELD)
		return walk;
	/* behind the last step with data there may be some that are bridged */
	for (step_no last = end - length; last - length >= ledger_begin(ledger) - length && !is_known(&events);
	     last -= length)
		if (last - length < newest)
			events = ledger_read(ledger, last - length, last < newest ? last : newest);
	next(&walk, &events, &guessed);
	return walk;
}

/* Puts what the slice that ends with `end` has become, less what it was, into its place in `judged`. */
static void post_slice(struct posting *judged, const struct posting *posting, const struct ledger *ledger, step_no end,
		       step_no length, struct walk *was, struct walk *is)
{
	step_no begin = end - length, known = ledger_end(ledger) < end ? ledger_end(ledger) : end;
	struct counts before = known > begin ? ledger_read(ledger, begin, known) : (struct counts){0};
	struct counts after = sum(before, within(posting, begin, end)), old = {0}, new;
	struct counts *at = &judged->at[end - judged->first];
	bool guessed;

	if (end <= ledger_end(ledger))
		old = next(was, &before, &guessed);
	new = next(is, &after, &guessed);
	at->bad = new.bad - old.bad;
	at->total = new.total - old.total;
	for (step_no step = begin + 1 > judged->first ? begin + 1 : judged->first; guessed && step <= end; step++)
		judged->at[step - judged->first].bridged = 1;
}

/* A posting of the same steps, which begins where its first slice does. */
static struct posting same_steps(struct arena *arena, const struct ledger *events, const struct posting *posting,
				 step_no begin)
{
	struct posting judged = {.pins = posting->pins, .pins_len = posting->pins_len};
	size_t lead;

	judged.first = begin < ledger_begin(events) ? ledger_begin(events) + 1 : begin + 1;
	if (judged.first > posting->first)
		judged.first = posting->first;
	lead = (size_t)(posting->first - judged.first);
	judged.len = lead + posting->len;
	judged.at = arena_array(arena, judged.len, sizeof(*judged.at));
	for (size_t i = 0; i < posting->len; i++) {
		judged.at[lead + i].covered = posting->at[i].covered;
		judged.at[lead + i].bridged = posting->at[i].bridged;
	}
	return judged;
}

static struct posting post_slices(struct arena *arena, const struct budgeting *budgeting, struct span step,
				  const struct ledger *events, const struct posting *posting)
{
	step_no length = budgeting->slice.ms / step.ms, last = posting->first + (step_no)posting->len - 1;
	step_no first = (posting->first + length - 1) / length * length; /* where the first slice ends */
	struct posting judged = same_steps(arena, events, posting, first > last ? last : first - length);
	struct walk was, is;

	if (first > last)
		return judged;
	was = is = walk_from(budgeting, events, length, first);
	for (step_no end = first; end <= last; end += length)
		post_slice(&judged, posting, events, end, length, &was, &is);
	return judged;
}

struct posting slices_post(struct arena *arena, const struct budgeting *budgeting, struct span step,
			   const struct ledger *events, const struct ledger *judged, const struct posting *posting)
{
	if (budgeting->method == BUDGET_OCCURRENCES)
		return gaps_post(arena, budgeting->missing, step, events, judged, posting);
	return post_slices(arena, budgeting, step, events, posting);
}
