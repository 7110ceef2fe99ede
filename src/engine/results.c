/* Results of the engine: ledgers in, one snapshot out. */
#include "base/log.h"
#include "base/mem.h"
#include "engine/engine_parts.h"
#include "engine/window.h"
#include "eval/budget.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct span engine_stale_after(const struct engine_options *options)
{
	const struct counting_options *counting = &options->counting;

	return (struct span){options->settle.ms + counting->lookback.ms + 3 * counting->step.ms};
}

static struct instant instant_of(const struct engine *engine, step_no step)
{
	return (struct instant){step * engine->options.counting.step.ms};
}

/* What the view says, and the room for it. */
struct reading_room {
	struct counts burn[BURN_WINDOWS_MAX];
	struct window_reading windows[SLO_WINDOWS], raw[SLO_WINDOWS];
};

/* `carried`: what its counters have beside what the view holds. */
static struct readings read_view(const struct view *view, struct counts carried, struct reading_room *room)
{
	const struct slo *slo = view->slo;
	step_no end = view->end, seen;
	struct readings readings = {
		.windows = room->windows,
		.raw = view_corrected(view) ? room->raw : NULL,
		.burn = room->burn,
		.ever = view_ever(view),
		.counted_to = {end * view->step.ms},
	};

	readings.ever.bad += carried.bad;
	readings.ever.total += carried.total;
	if (view_last_data(view, end, &seen)) {
		readings.data_seen.ms = seen * view->step.ms;
		readings.excluded_since.ms = (end - seen) * view->step.ms - view_quiet(view, end).ms;
	}
	for (size_t i = 0; i < slo->windows_len; i++) {
		room->windows[i] = window_read(&slo->windows[i], view, end);
		room->raw[i] = window_read_raw(&slo->windows[i], view, end);
	}
	for (size_t i = 0; i < slo->alerting->windows_len; i++)
		room->burn[i] = view_span(view, end, slo->alerting->windows[i].span);
	return readings;
}

/* Why an SLO has no right numbers, if so; in the snapshot's arena. */
static struct str reason_of(const struct engine *engine, struct snapshot *snapshot, const struct view *raw,
			    bool *untrue)
{
	const char *reason;

	if (slo_composed(raw->slo))
		return composite_fault(engine, raw, &snapshot->arena, untrue);
	*untrue = engine->notes[raw->slo - engine->set->slos].untrue;
	reason = engine_reason(engine, raw->slo);
	return reason ? arena_str(&snapshot->arena, str_of(reason)) : (struct str){NULL, 0};
}

/* Where good events are counted, the bad ones can go back by a few for a moment; a counter that falls would be read as
 * one that began at 0 again. */
static void keep_rising(struct account *account, struct slo_result *result)
{
	if (isnan(result->good_ever))
		return;
	account->good_shown = result->good_ever = fmax(result->good_ever, account->good_shown);
	account->bad_shown = result->bad_ever = fmax(result->bad_ever, account->bad_shown);
}

/* What burned while an SLO was read back is history. */
static bool is_live(const struct engine *engine, const struct slo *slo, struct instant at, step_no end)
{
	return engine_slo_target(engine, slo, at) - end <= RECENT_STEPS;
}

/* Alerts wait until an SLO is nearly up to date. */
static void follow_alerts(const struct engine *engine, struct snapshot *snapshot, const struct view *raw,
			  const struct account *account, struct slo_result *result)
{
	struct alerts_case one = {
		.account = account,
		.view = raw,
		.stale_after = engine_stale_after(&engine->options),
		.now = snapshot->results.at,
		.periods = result->periods,
		.periods_len = result->periods_len,
		.live = is_live(engine, raw->slo, snapshot->results.at, raw->end),
		.error = result->state == DATA_ERROR,
	};

	result->alerts = arena_array(&snapshot->arena, raw->slo->alerting->len, sizeof(*result->alerts));
	alerts_follow(engine->alerts, &one, result->alerts);
}

/* Only what is counted is closed: while an SLO is in error, its counts may be wrong. */
static void close_periods(struct engine *engine, struct snapshot *snapshot, const struct view *raw,
			  const struct account *account, struct slo_result *result)
{
	const struct period_record *const *list;
	const struct period_record **copy;
	struct err err = {0};

	if (!engine->periods)
		return;
	if (result->state != DATA_ERROR) {
		bool kept = periods_close(engine->periods, raw, account->key.group, snapshot->results.at, &err);

		if (!kept && engine->periods_kept)
			log_error("the record of a period cannot be written down", F_CSTR("reason", err.text));
		engine->periods_kept = kept;
	}
	result->periods_len = periods_of(engine->periods, raw->slo->id, account->key.group, &list);
	copy = arena_array(&snapshot->arena, result->periods_len, sizeof(*copy));
	for (size_t i = 0; i < result->periods_len; i++)
		copy[i] = list[i];
	result->periods = copy;
}

/* How it is counted. */
static void describe(const struct engine *engine, const struct view *view, struct snapshot *snapshot,
		     struct slo_result *result)
{
	const struct member_link *link = &engine->members[view->slo - engine->set->slos];

	if (slo_composed(view->slo)) {
		result->members = composite_members(view, &snapshot->arena);
		result->exact = composite_exact(engine, view->slo);
		return;
	}
	if (link->member->plan.terms_len || link->member->plan.query_len)
		result->way = plan_way_names[link->member->plan.way];
	result->exact = link->member->plan.exact;
}

static void evaluate(struct engine *engine, struct snapshot *snapshot, const struct slo *slo, struct account *account,
		     struct counts carried, struct slo_result *result)
{
	struct view raw = engine_view(engine, slo, account, &snapshot->arena);
	struct view view = view_of(&raw, &snapshot->arena, raw.end, raw.end);
	struct reading_room room;
	struct readings readings = read_view(&view, carried, &room);
	struct budget_options options = {
		.step = raw.step,
		.stale_after = engine_stale_after(&engine->options),
		.now = snapshot->results.at,
	};

	result->group = labels_copy(&snapshot->arena, account->key.group);
	result->reason = reason_of(engine, snapshot, &raw, &options.untrue);
	describe(engine, &view, snapshot, result);
	result->burn = arena_array(&snapshot->arena, slo->alerting->windows_len, sizeof(*result->burn));
	result->budgets = arena_array(&snapshot->arena, slo->windows_len, sizeof(*result->budgets));
	if (readings.raw)
		result->raw = arena_array(&snapshot->arena, slo->windows_len, sizeof(*result->raw));
	result->exclusion = exclusion_at(slo, raw.end, raw.step);
	budget_evaluate(slo, &readings, &options, result);
	result->curve = curves_take(engine->curves, account, &view);
	result->recent = curves_recent(&view, &snapshot->arena);
	keep_rising(account, result);
	close_periods(engine, snapshot, &raw, account, result);
	follow_alerts(engine, snapshot, &raw, account, result);
}

static int by_group(const void *a, const void *b)
{
	const struct slo_result *left = a, *right = b;

	return labels_cmp(left->group, right->group);
}

struct result_list {
	struct slo_result *at;
	size_t len, cap;
};

static struct slo_result *next_result(struct result_list *list)
{
	XGROW(list->at, list->len, list->cap);
	list->at[list->len] = (struct slo_result){0};
	return &list->at[list->len++];
}

/* A group is shown as long as its window holds data. */
static bool is_shown(const struct engine *engine, const struct slo *slo, const struct account *account)
{
	step_no end = ledger_end(engine->members[slo - engine->set->slos].account->ledger);

	return account->key.group.len && ledger_last_covered(account->ledger, ledger_end(account->ledger)) >
						 end - windows_longest(slo).ms / engine->options.counting.step.ms;
}

/* All groups but those that have places: the SLO as a whole less those. What hangs on a group hangs on its account. */
static void evaluate_rest(struct engine *engine, struct snapshot *snapshot, size_t i, struct account *const *groups,
			  size_t shown, size_t len, struct slo_result *result)
{
	const struct member *member = engine->members[i].member;
	struct account rest = *member->rest;
	const struct ledger **ledgers = xcalloc(len + 1, sizeof(*ledgers));

	for (size_t g = 0; g < len; g++)
		ledgers[g] = groups[g]->ledger;
	ledgers[len] = member->rest->ledger;
	rest.ledger = ledger_rest(member->root->ledger, ledgers, shown, ledgers + shown, len + 1 - shown);
	evaluate(engine, snapshot, &engine->set->slos[i], &rest, tops_carried(engine->tops, member->root), result);
	member->rest->good_shown = rest.good_shown;
	member->rest->bad_shown = rest.bad_shown;
	result->rest = true;
	ledger_free(rest.ledger);
	free(ledgers);
}

/* Accounts of groups, first those that may have a place: with data in the window, the newest up to the limit, which are
 * sure to be counted on. *len: all of them; *with_data: of these. */
static size_t find_groups(const struct engine *engine, const struct slo *slo, struct account **accounts, size_t *len,
			  size_t *with_data)
{
	size_t kept = 0, shown = 0;

	*with_data = 0;
	for (size_t a = 0; a < *len; a++) {
		struct account *account = accounts[a];

		if (account->key.group.len == 0 || slo_is_rest(slo, account->key.group))
			continue;
		*with_data += is_shown(engine, slo, account);
		accounts[kept] = accounts[shown];
		if (is_shown(engine, slo, account) && shown < slo->group_limit)
			accounts[shown++] = account;
		else
			accounts[kept] = account;
		kept++;
	}
	*len = kept;
	return shown;
}

/* The groups that have places, and the rest where there is one. Returns how many results that is. */
static size_t add_top(struct engine *engine, struct snapshot *snapshot, size_t i, struct account **accounts, size_t len,
		      struct result_list *list)
{
	const struct slo *slo = &engine->set->slos[i];
	const struct member *member = engine->members[i].member;
	size_t all, eligible = find_groups(engine, slo, accounts, &len, &all), shown, hidden;
	struct top_case one = {
		.slo = slo,
		.root = member->root,
		.groups = accounts,
		.len = len,
		.with_data = eligible,
		.step = engine->options.counting.step,
		.live = is_live(engine, slo, snapshot->results.at, ledger_end(member->root->ledger)),
	};

	shown = tops_choose(engine->tops, &one);
	for (size_t a = 0; a < shown; a++)
		evaluate(engine, snapshot, slo, accounts[a], (struct counts){0}, next_result(list));
	hidden = all - shown + (member->rest ? member->groups_dropped : 0);
	snapshot->health.groups_hidden += hidden;
	if (!member->rest || (!hidden && !is_shown(engine, slo, member->rest)))
		return shown;
	evaluate_rest(engine, snapshot, i, accounts, shown, len, next_result(list));
	list->at[list->len - 1].rest_groups = hidden;
	return shown + 1;
}

/* An SLO with groupBy shows its groups, those with the newest data up to its limit; as long as there is none, the SLO
 * as a whole stands for them. */
static void add_results(struct engine *engine, struct snapshot *snapshot, size_t i, struct result_list *list)
{
	const struct slo *slo = &engine->set->slos[i];
	struct account **accounts = NULL;
	size_t len = 0, groups = 0, first = list->len;

	if (slo->group_by_len)
		len = store_accounts(engine->store, slo->id, slo->counts_hash, &accounts);
	if (len > (size_t)slo->group_limit + 1 + slo_has_rest(slo))
		accounts_by_age(accounts, len); /* one account is the SLO's own, one its rest's */
	if (slo->top.most)
		groups = add_top(engine, snapshot, i, accounts, len, list);
	for (size_t a = 0; !slo->top.most && a < len && groups < slo->group_limit; a++)
		if (is_shown(engine, slo, accounts[a])) {
			evaluate(engine, snapshot, slo, accounts[a], (struct counts){0}, next_result(list));
			groups++;
		}
	if (groups == 0)
		evaluate(engine, snapshot, slo, engine->members[i].account, (struct counts){0}, next_result(list));
	else
		qsort(list->at + first, groups, sizeof(*list->at), by_group);
	free(accounts);
}

static void process_health(struct health *health)
{
	struct rusage usage;
	FILE *statm = fopen("/proc/self/statm", "re");
	char line[128];

	if (getrusage(RUSAGE_SELF, &usage) == 0)
		health->cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
				      (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	if (statm && fgets(line, sizeof(line), statm)) {
		char *end;

		strtol(line, &end, 10);
		health->resident_bytes = strtol(end, NULL, 10) * sysconf(_SC_PAGESIZE);
	}
	if (statm)
		fclose(statm);
}

static void store_health(const struct engine *engine, struct snapshot *snapshot)
{
	struct store_stats stats = store_stats(engine->store);
	struct health *health = &snapshot->health;

	health->store_ok = engine->store_ok;
	health->store_error = engine->store_ok ? STR("") : arena_str(&snapshot->arena, str_of(engine->store_err.text));
	health->store_bytes = stats.file_bytes;
	health->ledger_bytes = stats.memory_bytes;
	health->store_commits = stats.commits;
	health->store_commits_failed = stats.failed_commits;
	health->events_dropped = (uint64_t)stats.dropped.total;
}

/* What is still to be read back, and is: where the source does not answer, nothing goes on. */
static void progress_health(const struct engine *engine, struct snapshot *snapshot)
{
	struct health *health = &snapshot->health;
	double left = 0, all = 0;

	for (size_t i = 0; i < engine->set->len; i++) {
		const struct member_link *link = &engine->members[i];
		step_no target, steps, lag;

		if (!link->task) /* a composite is as far as its members */
			continue;
		target = engine_station_target(engine, link->task->station, snapshot->results.at);
		steps = target - windows_reach(&engine->set->slos[i], target, engine->options.counting.step);
		lag = task_lag(link->task, target);
		health->groups_dropped += slo_has_rest(&engine->set->slos[i]) ? 0 : link->member->groups_dropped;
		if (link->task->reason || lag <= RECENT_STEPS || (link->task->station && !link->task->station->up))
			continue;
		health->backfill_slos++;
		left += (double)(lag < steps ? lag : steps);
		all += (double)steps;
	}
	health->backfill_done_ratio = all > 0 ? 1 - left / all : (double)NAN;
	health->backfill_steps = engine->backfilled;
}

/* How far the SLOs of a source are that are not being read back. */
static step_no position_of(const struct engine *engine, const struct station *station, step_no target)
{
	step_no least = target;

	for (size_t i = 0; i < station->slos_len; i++) {
		const struct task *task = engine->members[station->places[i]].task;

		if (!task->reason && task_lag(task, target) <= RECENT_STEPS && cohort_position(task->cohort) < least)
			least = cohort_position(task->cohort);
	}
	return least;
}

static struct health_source source_health(const struct station *station, struct arena *arena)
{
	struct source_stats stats = source_stats(station->source);

	return (struct health_source){
		.name = arena_str(arena, source_shown_name(station->named->name)),
		.url = arena_str(arena, station->named->url),
		.up = station->up,
		.error = station->up ? STR("") : arena_str(arena, str_of(station->err.text)),
		.slos = station->slos_len,
		.requests = stats.requests,
		.retries = stats.retries,
		.bytes = stats.bytes,
		.samples = stats.samples,
		.series = stats.series,
		.warnings = stats.warnings,
		.seconds_total = stats.seconds,
		.asks_ok = stats.asks[ASK_OK],
		.asks_refused = stats.asks[ASK_REFUSED],
		.asks_unavailable = stats.asks[ASK_UNAVAILABLE],
		.asks_too_large = stats.asks[ASK_TOO_LARGE],
	};
}

/* How far the engine is, and each of its sources; of one that nothing is counted at nothing is known. */
static void sources_health(const struct engine *engine, struct snapshot *snapshot)
{
	struct health *health = &snapshot->health;
	struct health_source *list = arena_array(&snapshot->arena, engine->stations_len, sizeof(*list));
	step_no least = engine_target(engine, snapshot->results.at);

	for (size_t i = 0; i < engine->stations_len; i++) {
		const struct station *station = &engine->stations[i];
		step_no target = engine_station_target(engine, station, snapshot->results.at), position;
		struct health_source *one = &list[health->sources_len];

		if (!engine_in_use(engine, station))
			continue;
		position = position_of(engine, station, target);
		least = position < least ? position : least;
		*one = source_health(station, &snapshot->arena);
		one->behind_seconds = (double)(target - position) * span_seconds(engine->options.counting.step);
		health->behind_seconds = fmax(health->behind_seconds, one->behind_seconds);
		health->sources_up += one->up;
		health->sources_len++;
	}
	health->sources = list;
	health->counted_to = instant_of(engine, least);
}

static void engine_health(const struct engine *engine, struct snapshot *snapshot)
{
	struct health *health = &snapshot->health;
	struct cohort_stats stats = engine->retired;

	for (size_t i = 0; i < engine->tasks.len; i++) {
		struct cohort_stats cohort = cohort_stats(engine->tasks.at[i]->cohort);

		stats.births_counted += cohort.births_counted;
		stats.births_unknown += cohort.births_unknown;
		stats.resets += cohort.resets;
		stats.holes += cohort.holes;
		stats.series += cohort.series;
		stats.series_idle += cohort.series_idle;
	}
	health->births_counted = stats.births_counted;
	health->births_unknown = stats.births_unknown;
	health->resets_counted = stats.resets;
	health->holes_bridged = stats.holes;
	health->series = stats.series;
	health->series_idle = stats.series_idle;
	health->cycles = engine->cycles;
	health->cycles_failed = engine->cycles_failed;
	health->steps_counted = engine->steps;
	health->cycle_seconds = engine->cycle_seconds;
	health->cycle_seconds_total = engine->cycle_seconds_total;
	health->slos = engine->set->len;
	health->groups = snapshot->results.len;
}

static void save_alerts(struct engine *engine)
{
	struct err err = {0};
	bool kept = alerts_save(engine->alerts, &err);

	if (!kept && engine->alerts_kept)
		log_error("the states of alerts cannot be written down", F_CSTR("reason", err.text));
	engine->alerts_kept = kept;
}

static void save_tops(struct engine *engine)
{
	struct err err = {0};
	bool kept = tops_save(engine->tops, &err);

	if (!kept && engine->tops_kept)
		log_error("which groups are shown cannot be written down", F_CSTR("reason", err.text));
	engine->tops_kept = kept;
}

struct snapshot *engine_snapshot(struct engine *engine, struct instant now)
{
	struct snapshot *snapshot = snapshot_new(engine->set);
	struct result_list list = {0};

	snapshot->results.at = now;
	snapshot->results.step = engine->options.counting.step;
	snapshot->results.lookback = engine->options.counting.lookback;
	snapshot->results.horizon = engine->options.counting.horizon;
	for (size_t i = 0; i < engine->set->len; i++)
		add_results(engine, snapshot, i, &list);
	snapshot->results.list = arena_array(&snapshot->arena, list.len, sizeof(*list.at));
	if (list.len)
		memcpy(snapshot->results.list, list.at, list.len * sizeof(*list.at));
	snapshot->results.len = list.len;
	free(list.at);
	save_tops(engine);
	save_alerts(engine);
	snapshot->firings = firings_book(alerts_firings(engine->alerts));
	snapshot->results.firings = &snapshot->firings->list;
	engine_health(engine, snapshot);
	progress_health(engine, snapshot);
	sources_health(engine, snapshot);
	store_health(engine, snapshot);
	process_health(&snapshot->health);
	return snapshot;
}
