/* Points that are wanted after their time. */
#include "ledger/ledger_parts.h"

bool ledger_exact(const struct ledger *ledger, step_no point)
{
	step_no known;

	if (point <= ledger->origin || ledger_pinned(ledger, point))
		return true;
	if (point < ledger_begin(ledger) || point > ledger->end)
		return false;
	ledger_known_until(ledger, point, &known);
	return known == point;
}

void ledger_slot(const struct ledger *ledger, step_no point, step_no *begin, step_no *end)
{
	ledger_known_until(ledger, point, begin);
	*end = ledger_next(ledger, *begin);
}

/* The part of `whole` that lies where `part` of `all` does; exact where `all` is the whole. */
static struct sum part_of(struct sum whole, double part, double all)
{
	double value = sum_value(whole);

	return sum_of(value > all || value < all ? value * (part / all) : part);
}

/* What is known of the steps must be the same: a look at a slot alone sees no bridge that spans it, and no guess. */
static bool same_steps(const struct ledger *ledger, const struct counts *finer, step_no from, step_no to)
{
	struct cover_count low = cover_until(&ledger->cover, from), high = cover_until(&ledger->cover, to);
	double known = (double)(high.covered - low.covered) + (double)(high.bridged - low.bridged);
	double off = known - finer->covered - finer->bridged;

	return off > -0.5 && off < 0.5;
}

/* How the slot's events lie before and behind the point, as `finer` has it. */
static bool place(const struct ledger *ledger, const struct ledger *finer, step_no point, struct ring_point *sums)
{
	step_no begin, end;
	struct ring_point low, high;
	struct counts part, all;

	ledger_slot(ledger, point, &begin, &end);
	if (!finer || begin < ledger_begin(finer) || end > ledger_end(finer))
		return false;
	part = ledger_read(finer, begin, point);
	all = ledger_read(finer, begin, end);
	low = ledger_at(ledger, begin);
	high = ledger_at(ledger, end);
	*sums = low;
	if (!same_steps(ledger, &part, begin, point) || !same_steps(ledger, &all, begin, end))
		return false;
	if (!(all.total > 0))
		return all.covered + all.bridged > 0 && !(sum_value(sum_sub(high.total, low.total)) > 0);
	/* bad events that it does not know of lie where all events do */
	if (!(all.bad > 0)) {
		part.bad = part.total;
		all.bad = all.total;
	}
	sums->bad = sum_add(low.bad, part_of(sum_sub(high.bad, low.bad), part.bad, all.bad));
	sums->total = sum_add(low.total, part_of(sum_sub(high.total, low.total), part.total, all.total));
	return true;
}

bool ledger_remember(struct ledger *ledger, step_no point, const struct ledger *finer)
{
	struct pin pin = {.at = point};

	if (point <= ledger->origin || ledger_pinned(ledger, point))
		return true;
	if (point < ledger_begin(ledger) || point > ledger->end || ledger->pins.len == LEDGER_PINS)
		return false;
	if (ledger_exact(ledger, point))
		pin.sums = ledger_at(ledger, point);
	else if (!place(ledger, finer, point, &pin.sums))
		return false;
	pin.count = cover_until(&ledger->cover, point);
	pins_insert(&ledger->pins, pin);
	return true;
}
