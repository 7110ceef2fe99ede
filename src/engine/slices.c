#include "engine/slices.h"

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

static struct counts within(const struct posting *posting, step_no from, step_no to)
{
	struct counts sum = {0};

	for (step_no step = from + 1 > posting->first ? from + 1 : posting->first; step <= to; step++) {
		const struct counts *at = &posting->at[step - posting->first];

		sum.bad += at->bad;
		sum.total += at->total;
		sum.covered += at->covered;
		sum.bridged += at->bridged;
	}
	return sum;
}

/* What the slice that ends with step `end` has become, less what it was. */
static struct counts change(const struct budgeting *budgeting, const struct ledger *ledger,
			    const struct posting *posting, step_no begin, step_no end)
{
	step_no known = ledger_end(ledger) < end ? ledger_end(ledger) : end;
	struct counts before = known > begin ? ledger_read(ledger, begin, known) : (struct counts){0};
	struct counts more = within(posting, begin, end), after, was = {0}, is;

	after = (struct counts){before.bad + more.bad, before.total + more.total, before.covered + more.covered,
				before.bridged + more.bridged};
	is = slices_judge(budgeting, &after);
	if (end <= ledger_end(ledger))
		was = slices_judge(budgeting, &before);
	return (struct counts){.bad = is.bad - was.bad, .total = is.total - was.total};
}

struct posting slices_post(struct arena *arena, const struct budgeting *budgeting, struct span step,
			   const struct ledger *events, const struct posting *posting)
{
	step_no length = budgeting->slice.ms / step.ms, last = posting->first + (step_no)posting->len - 1;
	struct posting judged = *posting;

	judged.at = arena_array(arena, posting->len, sizeof(*judged.at));
	for (size_t i = 0; i < posting->len; i++) {
		judged.at[i].covered = posting->at[i].covered;
		judged.at[i].bridged = posting->at[i].bridged;
	}
	for (step_no end = (posting->first + length - 1) / length * length; end <= last; end += length) {
		struct counts slice = change(budgeting, events, posting, end - length, end);

		judged.at[end - posting->first].bad = slice.bad;
		judged.at[end - posting->first].total = slice.total;
	}
	return judged;
}
