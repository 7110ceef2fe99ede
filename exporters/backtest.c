#include "exporters/backtest.h"

#include "exporters/alerting/text.h"
#include "exporters/screen.h"
#include "format/json_write.h"

#include <math.h>

double backtest_objective_met(const struct backtest *backtest)
{
	double met = 1 - (1 - backtest->least) * (1 - backtest->slo->objective);

	return isnan(met) ? met : fmin(met, 1); /* fmin takes the number beside a NaN */
}

void backtest_ratio_write(struct buf *out, double ratio)
{
	if (isnan(ratio))
		buf_cstr(out, "-");
	else
		buf_fmt(out, "%.1f %%", ratio * 100);
}

void backtest_name_write(struct buf *out, const struct slo *slo, struct labels labels)
{
	screen_safe(out, slo->id);
	if (labels.len) {
		struct buf group;

		buf_init(&group, out->ceiling);
		labels_write(&group, labels);
		buf_char(out, ' ');
		screen_safe(out, buf_view(&group));
		buf_release(&group);
	}
}

/* A character per point: how much of the budget is left. */
static void put_curve(struct buf *out, const struct backtest *backtest, bool ascii)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

	for (size_t i = 0; i < backtest->curve_len; i++) {
		double left = fmin(fmax(backtest->curve[i].remaining, 0), 1);

		if (isnan(backtest->curve[i].remaining))
			buf_char(out, ' ');
		else if (ascii)
			buf_char(out, (char)('0' + (int)(left * 9)));
		else
			buf_cstr(out, backtest->curve[i].remaining <= 0 ? "_" : blocks[(int)(left * 7.999)]);
	}
}

static double last_remaining(const struct backtest *backtest)
{
	return backtest->curve_len ? backtest->curve[backtest->curve_len - 1].remaining : (double)NAN;
}

static void put_head(struct buf *out, const struct backtest *backtest, const struct table_style *style)
{
	backtest_name_write(out, backtest->slo, backtest->group);
	buf_fmt(out, ": %.*s over %.*s, from %s", STR_ARG(backtest->slo->objective_text),
		STR_ARG(backtest->slo->windows->name), instant_text(backtest->from).text);
	buf_fmt(out, " to %s\n  %.0f of %.0f events were bad; ", instant_text(backtest->to).text, backtest->counts.bad,
		backtest->counts.total);
	backtest_ratio_write(out, backtest->known);
	buf_cstr(out, " of the time is known\n");
	if (isnan(backtest->least))
		return;
	buf_cstr(out, "  budget left  ");
	put_curve(out, backtest, style->ascii);
	buf_cstr(out, "  ");
	backtest_ratio_write(out, last_remaining(backtest));
	buf_cstr(out, " at the end, ");
	backtest_ratio_write(out, backtest->least);
	buf_fmt(out, " at worst (%s)\n  an objective of ", instant_text(backtest->least_at).text);
	table_percent_write(out, backtest_objective_met(backtest), table_sli_decimals(backtest->slo->objective));
	buf_cstr(out, " would have been met throughout\n");
}

struct instant backtest_from(const struct backtest *backtest, const struct backtest_alert *alert)
{
	return alert->already ? backtest->from : alert->fired_at;
}

double backtest_seconds(const struct backtest *backtest, const struct backtest_alert *alert)
{
	struct instant over = alert->over_at.ms ? alert->over_at : backtest->to;

	return (double)(over.ms - backtest_from(backtest, alert).ms) / 1000;
}

static void put_alert(struct buf *out, const struct backtest *backtest, const struct backtest_alert *alert)
{
	struct buf cell;

	buf_init(&cell, 256);
	buf_fmt(out, "  %-16.*s %-9.*s %-20s  ", STR_ARG(alert->tier->name), STR_ARG(alert->tier->severity),
		alert->already ? "already firing" : instant_text(alert->fired_at).text);
	alert_time_write(&cell, backtest_seconds(backtest, alert));
	if (!alert->over_at.ms)
		buf_cstr(&cell, " so far");
	buf_fmt(out, "%-14s ", cell.at);
	buf_clear(&cell);
	backtest_ratio_write(&cell, alert->spent);
	buf_fmt(out, "%8s ", cell.at);
	buf_clear(&cell);
	backtest_ratio_write(&cell, alert->left);
	buf_fmt(out, "%9s ", cell.at);
	if (alert->tier->kind == TIER_BURN)
		buf_fmt(out, "%8.3g", alert->worst);
	else
		buf_fmt(out, "%8s", "-");
	buf_char(out, '\n');
	buf_release(&cell);
}

bool backtest_write(struct buf *out, const struct backtest *backtest, const struct table_style *style)
{
	put_head(out, backtest, style);
	if (backtest->len == 0)
		return buf_cstr(out, "  no alert would have fired\n");
	buf_fmt(out, "  %-16s %-9s %-21s %-14s %8s %9s %8s\n", "ALERT", "SEVERITY", "WOULD HAVE FIRED", "FOR", "SPENT",
		"LEFT", "BURN");
	for (size_t i = 0; i < backtest->len; i++)
		put_alert(out, backtest, &backtest->alerts[i]);
	return !out->full;
}

/* How often and for how long a tier fires, beside what fired when the history began. */
struct tier_firings {
	bool already;
	size_t times;
	double seconds;
};

static struct tier_firings firings_of_tier(const struct backtest *backtest, struct str tier)
{
	struct tier_firings firing = {0};

	for (size_t i = 0; i < backtest->len; i++)
		if (!str_eq(backtest->alerts[i].tier->name, tier))
			continue;
		else if (backtest->alerts[i].already) {
			firing.already = true;
		} else {
			firing.times++;
			firing.seconds += backtest_seconds(backtest, &backtest->alerts[i]);
		}
	return firing;
}

static void put_firing(struct buf *out, const struct backtest *backtest, const struct tier *tier)
{
	struct tier_firings firing = firings_of_tier(backtest, tier->name);
	struct buf cell;

	buf_init(&cell, 256);
	if (!alerting_tier(backtest->slo->alerting, tier->name)) {
		buf_cstr(&cell, "-");
	} else {
		buf_fmt(&cell, "%s%zu", firing.already ? "already firing, then " : "", firing.times);
		if (firing.times) {
			buf_cstr(&cell, ", ");
			alert_time_write(&cell, firing.seconds);
		}
	}
	buf_fmt(out, "  %-34s", cell.at);
	buf_release(&cell);
}

static void put_tier(struct buf *out, const struct backtest *before, const struct backtest *after,
		     const struct tier *tier)
{
	buf_fmt(out, "  %-16.*s %-9.*s", STR_ARG(tier->name), STR_ARG(tier->severity));
	put_firing(out, before, tier);
	put_firing(out, after, tier);
	while (out->len && out->at[out->len - 1] == ' ')
		out->at[--out->len] = '\0';
	buf_char(out, '\n');
}

bool backtest_write_comparison(struct buf *out, const struct backtest *before, const struct backtest *after)
{
	const struct alerting *old = before->slo->alerting, *new = after->slo->alerting;
	size_t line;

	backtest_name_write(out, before->slo, before->group);
	buf_fmt(out, "\n  %-16s %-9s  %-34s  %s\n", "ALERT", "SEVERITY", "BEFORE", "AFTER");
	for (size_t i = 0; i < old->len; i++)
		put_tier(out, before, after, &old->tiers[i]);
	for (size_t i = 0; i < new->len; i++)
		if (!alerting_tier(old, new->tiers[i].name))
			put_tier(out, before, after, &new->tiers[i]);
	line = out->len;
	buf_cstr(out, "  budget left at worst        ");
	backtest_ratio_write(out, before->least);
	while (out->len < line + 30 + 34 + 2)
		buf_char(out, ' ');
	backtest_ratio_write(out, after->least);
	buf_char(out, '\n');
	return !out->full;
}

static void alert_json(struct json_writer *json, const struct backtest_alert *alert)
{
	json_object(json);
	json_key_text(json, "tier", alert->tier->name);
	json_key(json, "kind");
	json_cstr(json, tier_kind_names[alert->tier->kind]);
	json_key_text(json, "severity", alert->tier->severity);
	json_key(json, "already_firing");
	json_bool(json, alert->already);
	json_key_instant(json, "active_at", alert->already ? (struct instant){0} : alert->active_at);
	json_key_instant(json, "fired_at", alert->already ? (struct instant){0} : alert->fired_at);
	json_key_instant(json, "over_at", alert->over_at);
	json_key_num(json, "value", alert->value);
	json_key_num(json, "worst", alert->worst);
	json_key_num(json, "budget_spent", alert->spent);
	json_key_num(json, "budget_left", alert->left);
	json_object_end(json);
}

void backtest_group_json(struct json_writer *json, struct labels group)
{
	json_key(json, "group");
	json_object(json);
	for (size_t i = 0; i < group.len; i++) {
		json_key_str(json, group.at[i].name);
		json_str(json, group.at[i].value);
	}
	json_object_end(json);
}

void backtest_json(struct json_writer *json, const struct backtest *backtest)
{
	json_object(json);
	json_key_text(json, "id", backtest->slo->id);
	backtest_group_json(json, backtest->group);
	json_key_num(json, "objective", backtest->slo->objective);
	json_key(json, "window");
	json_str(json, backtest->slo->windows->name);
	json_key_instant(json, "from", backtest->from);
	json_key_instant(json, "to", backtest->to);
	json_key_num(json, "bad", backtest->counts.bad);
	json_key_num(json, "total", backtest->counts.total);
	json_key_num(json, "known", backtest->known);
	json_key_num(json, "budget_least", backtest->least);
	json_key_instant(json, "budget_least_at", isnan(backtest->least) ? (struct instant){0} : backtest->least_at);
	json_key_num(json, "objective_met", backtest_objective_met(backtest));
	json_key(json, "alerts");
	json_array(json);
	for (size_t i = 0; i < backtest->len; i++)
		alert_json(json, &backtest->alerts[i]);
	json_array_end(json);
	json_key(json, "budget");
	json_array(json);
	for (size_t i = 0; i < backtest->curve_len; i++) {
		json_array(json);
		json_cstr(json, instant_text(backtest->curve[i].at).text);
		json_num(json, backtest->curve[i].remaining);
		json_array_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}
