#include "model/alerting.h"

#include "base/num.h"
#include "model/period.h"

#include <math.h>
#include <string.h>

const char *const tier_kind_names[TIER_KINDS] = {
	[TIER_BURN] = "burn",       [TIER_BUDGET] = "budget",     [TIER_EXHAUSTS] = "exhausts",
	[TIER_NO_DATA] = "no-data", [TIER_VANISHED] = "vanished", [TIER_ERROR] = "error",
	[TIER_MISSED] = "missed",
};

/* Burn rates that are shown of every SLO. */
static const struct span usual_windows[] = {
	{5 * SPAN_MINUTE}, {30 * SPAN_MINUTE}, {SPAN_HOUR},    {2 * SPAN_HOUR},
	{6 * SPAN_HOUR},   {SPAN_DAY},         {3 * SPAN_DAY},
};

/* The burn tiers of an SLO of 30 days: this part of the budget within the long window. The factor of the last column is
 * share * 30d / long; it stands for windows so short that the long one cannot be scaled any more. */
static const struct {
	struct str name, severity;
	double share;
	struct span long_;
	double factor;
} burn_tiers[] = {
	{STR_INIT("page-fast"), STR_INIT("page"), 0.02, {SPAN_HOUR}, 14.4},
	{STR_INIT("page-slow"), STR_INIT("page"), 0.05, {6 * SPAN_HOUR}, 6},
	{STR_INIT("ticket-fast"), STR_INIT("ticket"), 0.10, {SPAN_DAY}, 3},
	{STR_INIT("ticket-slow"), STR_INIT("ticket"), 0.10, {3 * SPAN_DAY}, 1},
};

static const struct tier other_tiers[] = {
	{.name = STR_INIT("budget-50"), .kind = TIER_BUDGET, .severity = STR_INIT("info"), .consumed = 0.5},
	{.name = STR_INIT("budget-75"), .kind = TIER_BUDGET, .severity = STR_INIT("info"), .consumed = 0.75},
	{.name = STR_INIT("budget-100"), .kind = TIER_BUDGET, .severity = STR_INIT("ticket"), .consumed = 1},
	{.name = STR_INIT("vanished"),
	 .kind = TIER_VANISHED,
	 .severity = STR_INIT("ticket"),
	 .for_ = {15 * SPAN_MINUTE}},
	{.name = STR_INIT("no-data"), .kind = TIER_NO_DATA, .severity = STR_INIT("ticket"), .for_ = {SPAN_HOUR}},
	{.name = STR_INIT("error"), .kind = TIER_ERROR, .severity = STR_INIT("ticket"), .for_ = {15 * SPAN_MINUTE}},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Fewer bad events than these are chance, not a trend. A page wakes somebody up: it wants more of them. A step of a
 * probe stands for a minute of the service, and a second one for more than a hiccup. */
enum { MIN_BAD_PAGE = 5, MIN_BAD = 3, MIN_BAD_STEPS = 2 };

/* Durations that people think in. */
static struct span nearest_known(double ms)
{
	static const struct span known[] = {
		{SPAN_MINUTE},      {2 * SPAN_MINUTE}, {5 * SPAN_MINUTE}, {10 * SPAN_MINUTE}, {15 * SPAN_MINUTE},
		{30 * SPAN_MINUTE}, {SPAN_HOUR},       {2 * SPAN_HOUR},   {3 * SPAN_HOUR},    {6 * SPAN_HOUR},
		{12 * SPAN_HOUR},   {SPAN_DAY},        {2 * SPAN_DAY},    {3 * SPAN_DAY},     {7 * SPAN_DAY},
		{14 * SPAN_DAY},    {30 * SPAN_DAY},   {60 * SPAN_DAY},
	};
	struct span best = known[0];

	for (size_t i = 1; i < COUNT(known); i++)
		if (fabs(log((double)known[i].ms / ms)) < fabs(log((double)best.ms / ms)))
			best = known[i];
	return best;
}

/* Shorter ones hold too few steps to tell anything. */
#define LONG_LEAST ((struct span){5 * SPAN_MINUTE})
/* The short window ends the alert soon after it is over (workbook: 1/12 of the long one). */
#define SHORT_PART 12

struct span alerting_short_window(struct span long_) { return nearest_known((double)long_.ms / SHORT_PART); }

static struct tier burn_tier(size_t i, struct span window, bool per_step)
{
	double month = (double)(30 * SPAN_DAY), scaled = (double)burn_tiers[i].long_.ms * (double)window.ms / month;
	bool too_short = scaled < (double)LONG_LEAST.ms;
	struct tier tier = {.name = burn_tiers[i].name, .kind = TIER_BURN, .severity = burn_tiers[i].severity};

	tier.long_ = too_short ? LONG_LEAST : nearest_known(scaled);
	tier.short_ = alerting_short_window(tier.long_);
	tier.factor =
		too_short ? burn_tiers[i].factor : burn_tiers[i].share * (double)window.ms / (double)tier.long_.ms;
	tier.min_bad = per_step ? MIN_BAD_STEPS : str_is(tier.severity, "page") ? MIN_BAD_PAGE : MIN_BAD;
	return tier;
}

#define MISSED_ENDING STR("-missed")

/* A tier's name has no blank and no slash, which windows' names may have. */
struct tier alerting_missed_tier(struct arena *arena, struct str window)
{
	size_t len = window.len + MISSED_ENDING.len;
	char *name = arena_alloc(arena, len + 1);

	for (size_t i = 0; i < window.len; i++)
		name[i] = ascii_alpha(window.at[i]) || ascii_digit(window.at[i]) ? window.at[i] : '-';
	memcpy(name + window.len, MISSED_ENDING.at, MISSED_ENDING.len);
	return (struct tier){
		.name = {name, len},
		.kind = TIER_MISSED,
		.severity = STR("ticket"),
		.within = {SPAN_DAY},
		.window = arena_str(arena, window),
	};
}

/* A unit behind a count, if there is one. */
static bool is_calendar(struct str name, char blank)
{
	size_t at = 0;

	while (at < name.len && ascii_digit(name.at[at]))
		at++;
	if (at && at < name.len && name.at[at] == blank)
		at++;
	for (size_t i = 0; i < PERIOD_UNITS; i++)
		if (str_starts(str_slice(name, at, name.len), str_of(period_unit_names[i])))
			return true;
	return false;
}

bool alerting_is_missed_name(struct str name) { return str_ends(name, MISSED_ENDING) && is_calendar(name, '-'); }

bool alerting_is_calendar(struct str name) { return is_calendar(name, ' '); }

bool alerting_basis_equal(const struct alerting_basis *a, const struct alerting_basis *b)
{
	if (a->window.ms != b->window.ms || a->per_step != b->per_step || a->calendars_len != b->calendars_len)
		return false;
	for (size_t i = 0; i < a->calendars_len; i++)
		if (!str_eq(a->calendars[i], b->calendars[i]))
			return false;
	return true;
}

const struct alerting *alerting_default(struct arena *arena, const struct alerting_basis *basis)
{
	struct alerting *alerting = arena_alloc(arena, sizeof(*alerting));
	struct tier *tiers =
		arena_array(arena, COUNT(burn_tiers) + COUNT(other_tiers) + basis->calendars_len, sizeof(*tiers));

	for (size_t i = 0; i < COUNT(burn_tiers); i++)
		tiers[alerting->len++] = burn_tier(i, basis->window, basis->per_step);
	for (size_t i = 0; i < COUNT(other_tiers); i++)
		tiers[alerting->len++] = other_tiers[i];
	alerting->tiers = tiers;
	for (size_t i = 0; i < basis->calendars_len; i++) {
		struct tier tier = alerting_missed_tier(arena, basis->calendars[i]);

		if (alerting_tier(alerting, tier.name)) /* of zones such as Etc/GMT+1 and Etc/GMT-1 */
			tier.name = arena_fmt(arena, "%.*s-%zu", STR_ARG(tier.name), i + 1);
		tiers[alerting->len++] = tier;
	}
	alerting_windows(arena, alerting, basis->window);
	return alerting;
}

/* Takes the window in among the sorted ones, if it is shorter than the SLO's and not there yet. */
static void add_window(struct burn_window *windows, size_t *len, struct span span, struct span slo_window)
{
	size_t at = *len;

	while (at > 0 && windows[at - 1].span.ms > span.ms)
		at--;
	if (span.ms == 0 || span.ms >= slo_window.ms || (at > 0 && windows[at - 1].span.ms == span.ms))
		return;
	for (size_t i = (*len)++; i > at; i--)
		windows[i] = windows[i - 1];
	windows[at].span = span;
}

void alerting_windows(struct arena *arena, struct alerting *alerting, struct span window)
{
	struct burn_window *windows = arena_array(arena, COUNT(usual_windows) + 2 * alerting->len, sizeof(*windows));
	size_t len = 0;

	for (size_t i = 0; i < COUNT(usual_windows); i++)
		add_window(windows, &len, usual_windows[i], window);
	for (size_t i = 0; i < alerting->len; i++) {
		add_window(windows, &len, alerting->tiers[i].long_, window);
		add_window(windows, &len, alerting->tiers[i].short_, window);
	}
	for (size_t i = 0; i < len; i++)
		windows[i].name = arena_fmt(arena, "%s", span_text(windows[i].span).text);
	alerting->windows = windows;
	alerting->windows_len = len;
}

const struct alerting *alerting_copy(struct arena *arena, const struct alerting *alerting)
{
	struct alerting *copy = arena_alloc(arena, sizeof(*copy));
	struct tier *tiers = arena_array(arena, alerting->len, sizeof(*tiers));
	struct burn_window *windows = arena_array(arena, alerting->windows_len, sizeof(*windows));

	*copy = *alerting;
	for (size_t i = 0; i < alerting->len; i++) {
		tiers[i] = alerting->tiers[i];
		tiers[i].name = arena_str(arena, tiers[i].name);
		tiers[i].severity = arena_str(arena, tiers[i].severity);
		tiers[i].window = arena_str(arena, tiers[i].window);
		tiers[i].labels = labels_copy(arena, tiers[i].labels);
		tiers[i].annotations = labels_copy(arena, tiers[i].annotations);
	}
	for (size_t i = 0; i < alerting->windows_len; i++)
		windows[i] =
			(struct burn_window){alerting->windows[i].span, arena_str(arena, alerting->windows[i].name)};
	copy->tiers = tiers;
	copy->windows = windows;
	copy->runbook = arena_str(arena, alerting->runbook);
	return copy;
}

const struct tier *alerting_tier(const struct alerting *alerting, struct str name)
{
	for (size_t i = 0; i < alerting->len; i++)
		if (str_eq(alerting->tiers[i].name, name))
			return &alerting->tiers[i];
	return NULL;
}

size_t alerting_window(const struct alerting *alerting, struct span span)
{
	size_t i = 0;

	while (i < alerting->windows_len && alerting->windows[i].span.ms != span.ms)
		i++;
	return i;
}

static bool tier_equal(const struct tier *a, const struct tier *b)
{
	return str_eq(a->name, b->name) && a->kind == b->kind && str_eq(a->severity, b->severity) &&
	       a->long_.ms == b->long_.ms && a->short_.ms == b->short_.ms && num_same(a->factor, b->factor) &&
	       num_same(a->consumed, b->consumed) && a->within.ms == b->within.ms && str_eq(a->window, b->window) &&
	       a->for_.ms == b->for_.ms && a->keep_firing_for.ms == b->keep_firing_for.ms &&
	       num_same(a->min_bad, b->min_bad) && num_same(a->min_events, b->min_events) &&
	       labels_eq(a->labels, b->labels) && labels_eq(a->annotations, b->annotations);
}

bool alerting_equal(const struct alerting *a, const struct alerting *b)
{
	if (a == b)
		return true;
	if (a->len != b->len || !str_eq(a->runbook, b->runbook))
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (!tier_equal(&a->tiers[i], &b->tiers[i]))
			return false;
	return true;
}
