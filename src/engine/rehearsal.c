#include "engine/rehearsal.h"

#include "base/mem.h"
#include "engine/alert_reading.h"
#include "engine/backtest.h"
#include "engine/traffic_hours.h"

#include <math.h>
#include <stdlib.h>

/* Any moment on the grid; times on even traffic are told as differences. */
enum { BEGIN_STEP = 28000000 };

/* One rehearsal while it is played. */
struct scene {
	const struct slo *slo;
	const struct rehearsal_options *options;
	struct arena *arena;
	struct view without, with; /* the incident; as it was counted */
	int64_t origin_ms;         /* the incident's times count from here */
	struct rehearsal *out;
};

static step_no step_before(const struct scene *scene, struct instant at) { return at.ms / scene->options->step.ms; }

static step_no step_at(const struct scene *scene, struct instant at)
{
	return (at.ms + scene->options->step.ms - 1) / scene->options->step.ms;
}

/* A burn alert ends when its short window has let go. */
static struct span calm_of(const struct tier *tier)
{
	struct span window = tier->kind == TIER_EXHAUSTS ? tier->long_ : tier->short_;

	return (struct span){window.ms + tier->keep_firing_for.ms};
}

struct span rehearsal_room(const struct slo *slo, const struct rehearsal_incident *incident)
{
	struct span begin, end, calm = {SPAN_HOUR};

	rehearsal_bounds(incident, slo, &begin, &end);
	for (size_t i = 0; i < slo->alerting->len; i++)
		if (calm_of(&slo->alerting->tiers[i]).ms > calm.ms)
			calm = calm_of(&slo->alerting->tiers[i]);
	return (struct span){end.ms + calm.ms};
}

struct span rehearsal_lead(const struct slo *slo)
{
	int64_t longest = 0;

	for (size_t i = 0; i < slo->alerting->len; i++) {
		const struct tier *tier = &slo->alerting->tiers[i];

		if (tier->for_.ms + tier->keep_firing_for.ms > longest)
			longest = tier->for_.ms + tier->keep_firing_for.ms;
	}
	return (struct span){SPAN_DAY + longest};
}

/* Sums are rounded to what ledgers hold, not the parts: five steps with a fifth of an event each have one event. */
static double rounded(double events) { return nearbyint(events * 0x1p32) / 0x1p32; }

static void lay_over(const struct scene *scene, const struct slo *slo, struct ledger *ledger)
{
	const struct rehearsal_options *options = scene->options;
	step_no from = step_before(scene, scene->out->begin), to = step_at(scene, scene->out->end);
	struct posting posting = {.first = from + 1,
				  .at = xcalloc((size_t)(to - from), sizeof(struct counts)),
				  .len = (size_t)(to - from)};
	double sum = 0, before;

	for (size_t i = 0; i < posting.len; i++) {
		step_no at = from + 1 + (step_no)i;
		struct counts counts = ledger_read(ledger, at - 1, at);
		struct span begin = {(at - 1) * options->step.ms - scene->origin_ms};
		struct span end = {begin.ms + options->step.ms};

		before = rounded(sum);
		sum += fmax(counts.total - fmax(counts.bad, 0), 0) *
		       rehearsal_ratio(&options->incident, slo, begin, end);
		posting.at[i].bad = rounded(sum) - before;
	}
	ledger_post(ledger, &posting);
	free(posting.at);
}

/* The same with the incident: of a composite, one of all its members. */
static struct view with_incident(const struct scene *scene, const struct view *without)
{
	struct view with = *without;
	struct ledger *ledger;

	if (without->members) {
		size_t len = without->slo->sli.composite->len;

		with.members = arena_array(scene->arena, len, sizeof(*with.members));
		for (size_t i = 0; i < len; i++)
			with.members[i] = with_incident(scene, &without->members[i]);
	} else if (without->ledger) {
		with.ledger = ledger = ledger_copy(without->ledger);
		lay_over(scene, without->slo, ledger);
	}
	return with;
}

/* The ledgers of a view that nobody else has. */
static void free_ledgers(const struct view *view)
{
	for (size_t i = 0; view->members && i < view->slo->sli.composite->len; i++)
		free_ledgers(&view->members[i]);
	ledger_free((struct ledger *)(uintptr_t)view->ledger);
}

/* The part of the budget that the incident had taken by then. */
static double spent_by(const struct scene *scene, step_no at)
{
	double without = backtest_remaining(&scene->without, at), with = backtest_remaining(&scene->with, at);

	return isnan(without - with) ? (double)NAN : fmax(without - with, 0);
}

static bool fires_at(const struct backtest *backtest, const struct tier *tier, struct instant at)
{
	for (size_t i = 0; i < backtest->len; i++) {
		const struct backtest_alert *alert = &backtest->alerts[i];

		if (alert->tier == tier && alert->fired_at.ms <= at.ms &&
		    (alert->over_at.ms == 0 || alert->over_at.ms > at.ms))
			return true;
	}
	return false;
}

/* The first time that is the incident's own; else what the history says of the tier. */
static struct rehearsal_alert judge(const struct scene *scene, const struct backtest *with,
				    const struct backtest *without, const struct tier *tier)
{
	struct instant before = {step_before(scene, scene->out->begin) * scene->options->step.ms};
	struct rehearsal_alert out = {.tier = tier, .spent = (double)NAN, .left = (double)NAN};

	if (fires_at(without, tier, before))
		out.outcome = OUTCOME_FIRED;
	for (size_t i = 0; i < with->len; i++) {
		const struct backtest_alert *alert = &with->alerts[i];

		if (alert->tier != tier || alert->fired_at.ms <= before.ms)
			continue;
		if (!fires_at(without, tier, alert->fired_at)) {
			out.outcome = OUTCOME_FIRES;
			out.fired_at = alert->fired_at;
			out.over_at = alert->over_at;
			out.spent = spent_by(scene, step_at(scene, alert->fired_at));
			out.left = alert->left;
			return out;
		}
		if (out.outcome == OUTCOME_QUIET)
			out.outcome = OUTCOME_ANYWAY;
	}
	return out;
}

static void play(const struct scene *scene)
{
	const struct rehearsal_options *options = scene->options;
	struct backtest_options steps = {.step = options->step, .stale_after = options->stale_after};
	struct rehearsal *out = scene->out;
	step_no from = (out->begin.ms - rehearsal_lead(scene->slo).ms) / options->step.ms, to = step_at(scene, out->to);
	struct backtest with, without;

	from = from < view_begin(&scene->without) ? view_begin(&scene->without) : from;
	backtest_play_steps(&scene->with, from, to, &steps, scene->arena, &with);
	backtest_play_steps(&scene->without, from, to, &steps, scene->arena, &without);
	out->alerts = arena_array(scene->arena, scene->slo->alerting->len, sizeof(*out->alerts));
	for (; out->len < scene->slo->alerting->len; out->len++)
		out->alerts[out->len] = judge(scene, &with, &without, &scene->slo->alerting->tiers[out->len]);
	out->spent = spent_by(scene, step_at(scene, out->end));
}

static double known_of(struct counts counts, step_no steps)
{
	return (counts.covered + counts.bridged) / (double)steps;
}

/* What is known of the traffic before anything is made up. */
static void look(const struct scene *scene)
{
	struct rehearsal *out = scene->out;
	struct span step = scene->options->step, window = scene->slo->window;
	step_no from = step_before(scene, out->begin), to = step_at(scene, out->end);
	struct counts during = view_counted(&scene->without, from, to);

	out->known = known_of(during, to - from);
	out->window_known =
		known_of(view_counted(&scene->without, from - window.ms / step.ms, from), window.ms / step.ms);
	out->events_per_minute = during.total / ((during.covered + during.bridged) * span_seconds(step) / 60);
	out->left_before = backtest_remaining(&scene->without, from);
}

static bool rehearse(struct scene *scene, enum rehearsal_traffic traffic, struct err *err)
{
	const struct rehearsal_options *options = scene->options;
	int64_t end_ms = scene->without.end * options->step.ms;
	struct rehearsal *out = scene->out;
	struct span begin, end;

	*out = (struct rehearsal){.slo = scene->slo, .traffic = traffic};
	out->touched = rehearsal_touches(&options->incident, scene->slo);
	out->spent = out->left_before = out->events_per_minute = (double)NAN;
	out->known = out->window_known = out->touched ? 0 : (double)NAN;
	if (!out->touched || traffic == TRAFFIC_UNKNOWN)
		return true;
	rehearsal_bounds(&options->incident, scene->slo, &begin, &end);
	out->begin.ms = scene->origin_ms + begin.ms;
	out->end.ms = scene->origin_ms + end.ms;
	out->to.ms = scene->origin_ms + rehearsal_room(scene->slo, &options->incident).ms;
	out->to.ms = out->to.ms > end_ms ? end_ms : out->to.ms;
	if (out->end.ms > end_ms)
		return err_set(err, "the incident would end at %s, and the history of '%.*s' ends at %s",
			       instant_text(out->end).text, STR_ARG(scene->slo->id),
			       instant_text((struct instant){end_ms}).text);
	look(scene);
	if (!(out->known > 0))
		return true;
	scene->with = with_incident(scene, &scene->without);
	play(scene);
	free_ledgers(&scene->with);
	return true;
}

/* Budgets are those of one window. */
static bool fits(const struct slo *slo, const struct rehearsal_options *options, struct err *err)
{
	struct span begin, end;

	rehearsal_bounds(&options->incident, slo, &begin, &end);
	return end.ms <= slo->window.ms ||
	       err_set(err, "the incident is longer than the window of '%.*s'", STR_ARG(slo->id));
}

/* Every step of it had the same traffic, and nothing bad. */
static struct ledger *even_ledger(const struct slo *slo, const struct rehearsal_options *options, step_no before,
				  step_no behind)
{
	struct posting posting = {.first = BEGIN_STEP - before + 1, .at = NULL, .len = (size_t)(before + behind)};
	struct ledger_shape shape =
		ledger_shape_exact(options->step, (struct span){(before + behind) * options->step.ms});
	struct ledger *ledger = ledger_new(&shape, BEGIN_STEP - before);

	posting.at = xcalloc(posting.len, sizeof(*posting.at));
	for (size_t i = 0; i < posting.len; i++) {
		posting.at[i].covered = 1;
		posting.at[i].total = slo_per_step(slo)
					      ? (double)options->step.ms / (double)slo_event_span(slo, options->step).ms
					      : options->events_per_minute * span_seconds(options->step) / 60;
	}
	ledger_post(ledger, &posting);
	free(posting.at);
	return ledger;
}

/* Made-up traffic has no date: a calendar window is taken for a rolling one of its length, and nothing is corrected. */
static const struct slo *as_rolling(const struct slo *slo, struct arena *arena)
{
	struct slo *rolling;
	struct slo_window *window;

	if (!slo->windows->calendar && !slo->corrections)
		return slo;
	rolling = arena_alloc(arena, sizeof(*rolling));
	window = arena_alloc(arena, sizeof(*window));
	*rolling = *slo;
	*window = *slo->windows;
	window->calendar = false;
	rolling->windows = window;
	rolling->windows_len = 1;
	rolling->corrections = NULL;
	return rolling;
}

/* Of a composite, all members have the same traffic. */
static struct view even_view(const struct slo *slo, const struct rehearsal_options *options, struct arena *arena,
			     step_no before, step_no behind)
{
	struct view view = {.slo = as_rolling(slo, arena), .step = options->step};

	view.end = BEGIN_STEP + behind;
	view.first_data = BEGIN_STEP - before;
	if (!slo_composed(slo)) {
		view.ledger = even_ledger(slo, options, before, behind);
		return view;
	}
	view.members = arena_array(arena, slo->sli.composite->len, sizeof(*view.members));
	for (size_t i = 0; i < slo->sli.composite->len; i++)
		view.members[i] = even_view(slo->sli.composite->members[i].slo, options, arena, before, behind);
	return view;
}

bool rehearse_evenly(const struct slo *slo, const struct rehearsal_options *options, struct arena *arena,
		     struct rehearsal *rehearsal, struct err *err)
{
	struct scene scene = {
		.options = options, .arena = arena, .origin_ms = BEGIN_STEP * options->step.ms, .out = rehearsal};
	struct span room = rehearsal_room(slo, &options->incident);
	bool ok;

	if (!fits(slo, options, err))
		return false;
	scene.without =
		even_view(slo, options, arena, slo->window.ms / options->step.ms, room.ms / options->step.ms + 1);
	scene.slo = scene.without.slo;
	ok = rehearse(&scene, TRAFFIC_EVEN, err);
	free_ledgers(&scene.without);
	return ok;
}

/* The rehearsals of one account. */
struct cast {
	struct labels group; /* the store's */
	struct rehearsal **list;
	size_t *len;
};

static bool rehearse_at(struct scene *scene, const struct cast *cast, struct instant begin,
			enum rehearsal_traffic traffic, struct err *err)
{
	*cast->list = arena_grow(scene->arena, *cast->list, *cast->len, sizeof(**cast->list));
	scene->out = &(*cast->list)[(*cast->len)++];
	scene->origin_ms = begin.ms;
	if (!rehearse(scene, traffic, err))
		return false;
	scene->out->group = labels_copy(scene->arena, cast->group);
	return true;
}

static bool rehearse_account(struct scene *scene, const struct cast *cast, struct err *err)
{
	const struct rehearsal_options *options = scene->options;
	step_no to = scene->without.end, from = to - options->since.ms / options->step.ms;
	struct span room = rehearsal_room(scene->slo, &options->incident);
	struct traffic_hours hours;

	if (options->begin.ms)
		return rehearse_at(scene, cast, options->begin, TRAFFIC_CHOSEN, err);
	if (!traffic_hours_find(&scene->without, from, to, room, &hours))
		return rehearse_at(scene, cast, (struct instant){0}, TRAFFIC_UNKNOWN, err);
	if (hours.alike)
		return rehearse_at(scene, cast, hours.busiest, TRAFFIC_ALIKE, err);
	return rehearse_at(scene, cast, hours.busiest, TRAFFIC_BUSIEST, err) &&
	       rehearse_at(scene, cast, hours.quietest, TRAFFIC_QUIETEST, err);
}

bool rehearse_history(struct store *store, const struct slo *slo, const struct rehearsal_options *options,
		      struct arena *arena, struct rehearsal **list, size_t *len, struct err *err)
{
	struct backtest_part *parts;
	size_t count, i = 0;

	*list = NULL;
	*len = 0;
	if (!fits(slo, options, err))
		return false;
	count = backtest_parts(store, slo, options->step, arena, &parts);
	while (i < count) {
		struct scene scene = {.slo = slo, .options = options, .arena = arena, .without = parts[i].raw};
		struct cast cast = {parts[i].group, list, len};

		if (!rehearse_account(&scene, &cast, err))
			break;
		i++;
	}
	backtest_parts_free(parts, count);
	return i == count;
}
