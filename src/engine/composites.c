/* Composites in the engine: what their numbers are read through, and what is wrong with that. */
#include "engine/engine_parts.h"
#include "engine/window.h"
#include "eval/budget.h"

#include <math.h>

static const struct member_link *link_of(const struct engine *engine, const struct slo *slo)
{
	return &engine->members[slo - engine->set->slos];
}

const char *engine_reason(const struct engine *engine, const struct slo *slo)
{
	const struct task *task = link_of(engine, slo)->task;

	return task && task->reason ? task->reason : engine->notes[slo - engine->set->slos].reason;
}

/* One that is behind without either is being read back, and gets there. */
static bool stands_still(const void *context, const struct slo *slo)
{
	const struct engine *engine = context;
	const struct task *task = link_of(engine, slo)->task;

	return task->reason || !task->station || !task->station->up;
}

step_no engine_slo_target(const struct engine *engine, const struct slo *slo, struct instant now)
{
	step_no newest = 0;

	if (!slo_composed(slo))
		return engine_station_target(engine, link_of(engine, slo)->task->station, now);
	for (size_t i = 0; i < slo->sli.composite->len; i++) {
		step_no target = engine_slo_target(engine, slo->sli.composite->members[i].slo, now);

		newest = target > newest ? target : newest;
	}
	return newest;
}

struct view engine_view(const struct engine *engine, const struct slo *slo, const struct account *account,
			struct arena *arena)
{
	struct view_source source = {
		.store = engine->store,
		.step = engine->options.counting.step,
		.stands_still = stands_still,
		.context = engine,
	};
	struct view view = view_raw_account(slo, account, &source, arena);
	step_no *shown_to = &engine->shown_to[slo - engine->set->slos];

	if (!slo_composed(slo))
		return view;
	/* a member that stood still, and gets on now, is behind what went on without it */
	if (view.end < *shown_to)
		view.end = *shown_to;
	*shown_to = view.end;
	return view;
}

static struct str fault_of(const struct engine *engine, const struct view *member, struct arena *arena, bool *untrue)
{
	const struct slo *slo = member->slo;
	const char *reason;

	if (slo_composed(slo))
		return composite_fault(engine, member, arena, untrue);
	reason = engine_reason(engine, slo);
	*untrue |= engine->notes[slo - engine->set->slos].untrue;
	for (size_t i = 0; i < slo->windows_len && !reason; i++) {
		reason = budget_impossible(window_read_raw(&slo->windows[i], member, member->end).counts);
		*untrue |= reason != NULL;
	}
	return str_of(reason);
}

struct str composite_fault(const struct engine *engine, const struct view *raw, struct arena *arena, bool *untrue)
{
	struct str text = STR("");

	for (size_t i = 0; i < raw->slo->sli.composite->len; i++) {
		struct str fault = fault_of(engine, &raw->members[i], arena, untrue);

		/* all are looked at: any may be untrue */
		if (fault.len && !text.len)
			text = arena_fmt(arena, "its member '%.*s' is in error: %.*s", STR_ARG(raw->members[i].slo->id),
					 STR_ARG(fault));
	}
	return text;
}

bool composite_exact(const struct engine *engine, const struct slo *slo)
{
	const struct composite *composite = slo->sli.composite;
	bool exact = true;

	for (size_t i = 0; i < composite->len && exact; i++) {
		const struct slo *member = composite->members[i].slo;

		exact = slo_composed(member) ? composite_exact(engine, member)
					     : link_of(engine, member)->member->plan.exact;
	}
	return exact;
}

struct member_result *composite_members(const struct view *view, struct arena *arena)
{
	const struct composite *composite = view->slo->sli.composite;
	step_no from = window_begin(view->slo->windows, view->end, view->step);
	const struct view_share *shares = view_shares(view, arena, from, view->end);
	struct member_result *members = arena_array(arena, composite->len, sizeof(*members));

	for (size_t i = 0; i < composite->len; i++) {
		struct counts counts = shares[i].counts;
		double known = counts.covered + counts.bridged;

		members[i] = (struct member_result){
			.slo = composite->members[i].slo,
			.weight = composite->members[i].weight,
			.sli = counts.total > 0 ? 1 - fmax(counts.bad, 0) / counts.total : (double)NAN,
			.known = shares[i].steps > 0 ? fmin(known / shares[i].steps, 1) : 0,
			.bad_part = shares[i].bad,
		};
	}
	return members;
}
