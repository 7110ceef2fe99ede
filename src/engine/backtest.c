#include "engine/backtest.h"

#include "base/mem.h"
#include "engine/alert_reading.h"
#include "engine/closing.h"
#include "engine/cohort.h"
#include "engine/top.h"
#include "engine/window.h"

#include <math.h>
#include <stdlib.h>

/* One account while it is played. */
struct play {
	const struct backtest_options *options;
	struct view view;
	struct arena *arena;
	struct backtest *out;
	struct alert states[TIERS_MAX];
	size_t open[TIERS_MAX]; /* the tier's place among the alerts that fired, + 1; 0: it does not fire */
	const struct period_record *closed[TIERS_MAX]; /* the last period that a tier of closed ones looks at */
};

/* A tier that judges nothing but how much of the budget is consumed. */
static const struct tier budget_tier = {.kind = TIER_BUDGET, .consumed = 1};

static double remaining_of(const struct slo *slo, const struct window_reading *window, struct span step)
{
	struct alert_reading reading = {.window = *window, .step = step};
	struct alert alert = {.bad = 0};

	alert_judge(slo, &budget_tier, &reading, &alert);
	return 1 - alert.value;
}

double backtest_remaining(const struct view *raw, step_no at)
{
	struct arena scratch;
	struct window_reading window;
	struct view view;

	arena_init(&scratch);
	view = view_of(raw, &scratch, at, at);
	window = window_read(raw->slo->windows, &view, at);
	arena_release(&scratch);
	return remaining_of(raw->slo, &window, raw->step);
}

/* What the bad events of its long window are of the budget at that step. */
static double spent_in_long(const struct slo *slo, const struct tier *tier, const struct alert *alert,
			    const struct window_reading *window)
{
	double allowed = alert_allowed(slo, window);

	return tier->kind == TIER_BURN && allowed > 0 ? alert->bad / allowed : (double)NAN;
}

static struct backtest_alert *fire(struct play *play, size_t tier, const struct window_reading *window,
				   double remaining)
{
	struct backtest *out = play->out;
	const struct alert *alert = &play->states[tier];

	out->alerts = arena_grow(play->arena, out->alerts, out->len, sizeof(*out->alerts));
	out->alerts[out->len++] = (struct backtest_alert){
		.tier = &out->slo->alerting->tiers[tier],
		.active_at = alert->state.active_at,
		.fired_at = alert->state.fired_at,
		.value = alert->value,
		.worst = alert->value,
		.spent = spent_in_long(out->slo, &out->slo->alerting->tiers[tier], alert, window),
		.left = remaining,
	};
	play->open[tier] = out->len;
	return &out->alerts[out->len - 1];
}

/* The alert of one closed period may end in the step in which that of the next one fires. */
static void follow(struct play *play, size_t tier, struct instant at, const struct window_reading *window,
		   double remaining)
{
	const struct alert *alert = &play->states[tier];
	bool fires = alert->state.phase == ALERT_FIRING;
	struct backtest_alert *open = play->open[tier] ? &play->out->alerts[play->open[tier] - 1] : NULL;

	if (open && (!fires || open->fired_at.ms != alert->state.fired_at.ms)) {
		open->over_at = at;
		play->open[tier] = 0;
		open = NULL;
	}
	if (fires && !open)
		fire(play, tier, window, remaining);
	else if (open)
		open->worst = fmax(open->worst, alert->value);
}

/* The last period of the tier's window that is closed by then; NULL: none, or no such window. */
static const struct period_record *closed_by(struct play *play, size_t tier, step_no at)
{
	const struct slo *slo = play->out->slo;
	struct str name = slo->alerting->tiers[tier].window;

	for (size_t i = 0; i < slo->windows_len; i++) {
		const struct slo_window *window = &slo->windows[i];
		struct window_reading reading;
		struct period_record *record;
		struct instant closed_at;

		if (!window->calendar || !str_eq(window->name, name))
			continue;
		if (!closing_last(window, &play->view, at, &reading, &closed_at))
			return NULL;
		if (play->closed[tier] && play->closed[tier]->begin.ms == reading.from.ms)
			return play->closed[tier];
		record = arena_alloc(play->arena, sizeof(*record));
		*record = closing_record(play->arena, slo, window, &reading);
		record->closed_at = closed_at;
		return play->closed[tier] = record;
	}
	return NULL;
}

static void note_budget(struct play *play, step_no at, double remaining)
{
	struct backtest *out = play->out;

	if (isnan(remaining) || remaining >= out->least)
		return;
	out->least = remaining;
	out->least_at = (struct instant){at * play->options->step.ms};
}

/* Points lie where the next one is due, so that the last one is at the end. */
static void add_point(struct play *play, step_no from, step_no to, step_no at, double remaining)
{
	struct backtest *out = play->out;
	size_t due = (size_t)((at - from) * (step_no)play->options->points / (to - from));

	while (out->curve_len < due && out->curve_len < play->options->points)
		out->curve[out->curve_len++] = (struct backtest_point){{at * play->options->step.ms}, remaining};
}

static void judge_tier(struct play *play, size_t i, const struct window_reading *window, step_no at)
{
	const struct slo *slo = play->out->slo;
	const struct tier *tier = &slo->alerting->tiers[i];
	struct alert_reading reading = alert_reading_at(&play->view, tier, window, at, play->options->stale_after);

	if (tier->kind == TIER_MISSED)
		reading.period = closed_by(play, i, at);
	alert_follow(slo, tier, &reading, &play->states[i]);
}

static void play_step(struct play *play, step_no from, step_no to, step_no at)
{
	const struct slo *slo = play->out->slo;
	struct window_reading window = window_read(slo->windows, &play->view, at);
	double remaining = remaining_of(slo, &window, play->options->step);

	note_budget(play, at, remaining);
	add_point(play, from, to, at, remaining);
	for (size_t i = 0; i < slo->alerting->len; i++) {
		judge_tier(play, i, &window, at);
		follow(play, i, (struct instant){at * play->options->step.ms}, &window, remaining);
	}
}

/* What fires when the history begins is no news of it. */
static void play_lead(struct play *play, step_no before, step_no from)
{
	const struct slo *slo = play->out->slo;
	struct window_reading window = {.steps = 0};

	for (step_no at = before + 1; at <= from; at++) {
		window = window_read(slo->windows, &play->view, at);
		for (size_t i = 0; i < slo->alerting->len; i++)
			judge_tier(play, i, &window, at);
	}
	for (size_t i = 0; i < slo->alerting->len; i++)
		if (play->states[i].state.phase == ALERT_FIRING) {
			struct backtest_alert *alert = fire(play, i, &window, (double)NAN);

			alert->already = true;
			alert->value = alert->spent = (double)NAN;
		}
}

void backtest_play_steps(const struct view *raw, step_no from, step_no to, const struct backtest_options *options,
			 struct arena *arena, struct backtest *out)
{
	step_no lead = options->lead.ms / options->step.ms, begin = view_begin(raw);
	step_no before = from - lead > begin ? from - lead : begin < from ? begin : from;
	struct play play = {
		.options = options,
		.view = view_of(raw, arena, before, to),
		.arena = arena,
		.out = out,
	};
	step_no excluded;

	*out = (struct backtest){
		.slo = raw->slo,
		.from = {from * options->step.ms},
		.to = {to * options->step.ms},
		.curve = arena_array(arena, options->points, sizeof(*out->curve)),
		.counts = view_read(&play.view, from, to),
		.least = HUGE_VAL,
	};
	if (lead)
		play_lead(&play, before, from);
	for (step_no at = from + 1; at <= to; at++)
		play_step(&play, from, to, at);
	view_excluded(&play.view, from, to, &excluded);
	if (to - from > excluded)
		out->known = (out->counts.covered + out->counts.bridged) / (double)(to - from - excluded);
	if (isinf(out->least))
		out->least = (double)NAN;
}

/* What is played, while it is being found. */
struct finding_parts {
	const struct slo *slo;
	struct view_source source;
	struct arena *arena;
	struct backtest_part *parts;
	size_t len;
};

static void add_part(struct finding_parts *finding, const struct account *account)
{
	finding->parts[finding->len++] = (struct backtest_part){
		account->key.group, view_raw_account(finding->slo, account, &finding->source, finding->arena), NULL};
}

/* The accounts of groups that can have a place, to the front; the SLO's own and that of its rest. */
static size_t sort_out(const struct slo *slo, struct account **accounts, size_t len, const struct account **root,
		       const struct account **rest)
{
	size_t kept = 0;

	for (size_t i = 0; i < len; i++)
		if (accounts[i]->key.group.len == 0)
			*root = accounts[i];
		else if (slo_is_rest(slo, accounts[i]->key.group))
			*rest = accounts[i];
		else
			accounts[kept++] = accounts[i];
	return kept;
}

static void top_parts(struct finding_parts *finding, struct account **accounts, size_t len)
{
	const struct slo *slo = finding->slo;
	struct span step = finding->source.step;
	const struct account *root = NULL, *rest = NULL;
	size_t groups = sort_out(slo, accounts, len, &root, &rest), shown;
	const struct ledger **ledgers = xcalloc(groups + 1, sizeof(*ledgers));

	shown = root ? top_rank(slo, accounts, groups, ledger_end(root->ledger), step) : 0;
	for (size_t i = 0; i < shown; i++)
		add_part(finding, accounts[i]);
	for (size_t i = 0; i < groups; i++)
		ledgers[i] = accounts[i]->ledger;
	if (root && rest) {
		struct ledger *made;

		ledgers[groups] = rest->ledger;
		made = ledger_rest(root->ledger, ledgers, shown, ledgers + shown, groups + 1 - shown);
		if (ledger_last_covered(made, ledger_end(made)) > ledger_begin(made))
			finding->parts[finding->len++] =
				(struct backtest_part){rest->key.group, view_raw(slo, made, step), made};
		else
			ledger_free(made);
	}
	free(ledgers);
}

size_t backtest_parts(struct store *store, const struct slo *slo, struct span step, struct arena *arena,
		      struct backtest_part **out)
{
	struct account **accounts;
	size_t len = store_accounts(store, slo->id, slo->counts_hash, &accounts);
	size_t most = slo->group_by_len ? slo->group_limit : 1;
	struct finding_parts finding = {slo, {.store = store, .step = step}, arena, NULL, 0};

	*out = finding.parts = xcalloc(len, sizeof(**out));
	if (slo->top.most)
		top_parts(&finding, accounts, len);
	accounts_by_age(accounts, len);
	for (size_t i = 0; !slo->top.most && i < len && finding.len < most; i++)
		if ((slo->group_by_len > 0) == (accounts[i]->key.group.len > 0))
			add_part(&finding, accounts[i]);
	free(accounts);
	return finding.len;
}

void backtest_parts_free(struct backtest_part *parts, size_t len)
{
	for (size_t i = 0; i < len; i++)
		ledger_free(parts[i].made);
	free(parts);
}

size_t backtest_play(struct store *store, const struct slo *slo, const struct backtest_options *options,
		     struct arena *arena, struct backtest **out)
{
	struct backtest_part *parts;
	size_t len = backtest_parts(store, slo, options->step, arena, &parts);

	*out = arena_array(arena, len, sizeof(**out));
	for (size_t i = 0; i < len; i++) {
		const struct view *raw = &parts[i].raw;
		step_no to = raw->end, from = to - options->since.ms / options->step.ms;

		from = from < view_begin(raw) ? view_begin(raw) : from;
		backtest_play_steps(raw, from, to, options, arena, &(*out)[i]);
		(*out)[i].group = labels_copy(arena, parts[i].group);
	}
	backtest_parts_free(parts, len);
	return len;
}
