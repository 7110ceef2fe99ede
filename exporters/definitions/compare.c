/* An SLO before and behind a conversion. */
#include "base/limits.h"
#include "base/num.h"
#include "exporters/definitions/conversion.h"
#include "exporters/definitions/counted.h"
#include "exporters/definitions/query.h"
#include "exporters/definitions/tiers.h"

/* A calendar without a start begins as one of this start does. */
static struct civil start_of(const struct calendar *calendar)
{
	return calendar->start.year ? calendar->start : (struct civil){.year = 2001, .month = 1, .day = 1};
}

static bool same_window(const struct slo_window *a, const struct slo_window *b)
{
	struct civil left = start_of(&a->periods), right = start_of(&b->periods);

	if (a->calendar != b->calendar || a->span.ms != b->span.ms)
		return false;
	return !a->calendar || (a->periods.unit == b->periods.unit && a->periods.count == b->periods.count &&
				a->periods.zone == b->periods.zone && civil_seconds(&left) == civil_seconds(&right));
}

static bool same_windows(const struct slo *a, const struct slo *b)
{
	if (a->windows_len != b->windows_len)
		return false;
	for (size_t i = 0; i < a->windows_len; i++)
		if (!same_window(&a->windows[i], &b->windows[i]))
			return false;
	return true;
}

static bool same_budgeting(const struct budgeting *a, const struct budgeting *b)
{
	return a->method == b->method && a->slice.ms == b->slice.ms && num_same(a->target, b->target) &&
	       a->missing == b->missing && (a->method == BUDGET_OCCURRENCES || a->empty == b->empty);
}

static bool same_groups(const struct slo *a, const struct slo *b)
{
	if (a->group_by_len != b->group_by_len)
		return false;
	for (size_t i = 0; i < a->group_by_len; i++)
		if (!str_eq(a->group_by[i], b->group_by[i]))
			return false;
	return true;
}

static bool same_top(const struct group_top *a, const struct group_top *b)
{
	return a->most == b->most && a->by == b->by && str_eq(a->rest, b->rest);
}

static bool same_query(struct arena *arena, const struct query *a, const struct query *b)
{
	const struct promql_node *left = query_tree(arena, a), *right = query_tree(arena, b);

	return !left == !right && (!left || promql_equal(left, right));
}

/* The same kind, by the same queries. */
static bool same_sli(struct arena *arena, const struct sli *a, const struct sli *b)
{
	return a->kind == b->kind && a->native == b->native && num_same(a->limit, b->limit) &&
	       (a->kind != SLI_THRESHOLD || a->comparison == b->comparison) && same_query(arena, &a->good, &b->good) &&
	       same_query(arena, &a->bad, &b->bad) && same_query(arena, &a->total, &b->total) &&
	       same_query(arena, &a->metric, &b->metric);
}

/* By the same members. */
static bool same_composite(const struct composite *a, const struct composite *b)
{
	bool same = a->weighting == b->weighting && a->missing == b->missing && a->delay.ms == b->delay.ms &&
		    a->len == b->len;

	for (size_t i = 0; i < a->len && same; i++)
		same = str_eq(a->members[i].id, b->members[i].id) &&
		       num_same(a->members[i].weight, b->members[i].weight);
	return same;
}

/* The same number of bad and of all events, whichever way the queries put it, and whatever they do to the budget. */
static bool same_counts(const struct slo *a, const struct slo *b)
{
	struct counted left, right;
	struct arena arena;
	bool same;

	if (slo_composed(a) && slo_composed(b))
		return same_composite(a->sli.composite, b->sli.composite);
	if (a->counts_hash == b->counts_hash)
		return true;
	arena_init(&arena);
	left = counted_of(&arena, a, true);
	right = counted_of(&arena, b, true);
	same = same_sli(&arena, &a->sli, &b->sli) || counted_equal(&arena, &left, &right) ||
	       (a->sli.kind == SLI_RATIO && b->sli.kind == SLI_RATIO &&
		str_eq(query_bad_ratio(&arena, &a->sli), query_bad_ratio(&arena, &b->sli)));
	arena_release(&arena);
	return same;
}

unsigned slo_differences(const struct slo *a, const struct slo *b)
{
	const bool differs[CARRIED] = {
		[CARRIED_NAME] = !str_eq(a->id, b->id),
		[CARRIED_DESCRIPTION] = !str_eq(a->description, b->description),
		[CARRIED_DISPLAY_NAME] = !str_eq(a->display_name, b->display_name),
		[CARRIED_OBJECTIVE] = !num_same(a->objective, b->objective),
		[CARRIED_WINDOWS] = !same_windows(a, b),
		[CARRIED_BUDGETING] = !same_budgeting(&a->budgeting, &b->budgeting),
		[CARRIED_LABELS] = !labels_eq(a->labels, b->labels),
		[CARRIED_COUNTS] = !same_counts(a, b),
		[CARRIED_SOURCE] = !str_eq(a->source.name, b->source.name),
		[CARRIED_GROUPS] = !same_groups(a, b),
		[CARRIED_GROUP_LIMIT] = a->group_by_len && a->group_limit != b->group_limit,
		[CARRIED_GROUP_TOP] = !same_top(&a->top, &b->top),
		[CARRIED_ALERTS] = !tiers_equal(a->alerting, b->alerting),
		[CARRIED_RUNBOOK] = !str_eq(a->alerting->runbook, b->alerting->runbook),
		[CARRIED_POLICY] = !str_eq(a->policy_ref.name, b->policy_ref.name),
		[CARRIED_CORRECTIONS] = !a->corrections != !b->corrections,
	};
	unsigned bits = 0;

	for (unsigned what = 0; what < CARRIED; what++)
		bits |= differs[what] ? 1U << what : 0;
	return bits;
}
