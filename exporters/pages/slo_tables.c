/* The tables of an SLO's page. */
#include "exporters/alerting/text.h"
#include "exporters/delivery/shown.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/parts.h"
#include "exporters/pages/slo_cells.h"
#include "exporters/pages/slo_parts.h"
#include "exporters/table.h"
#include "format/html.h"

#include <math.h>

enum { DEPLOYMENTS_MOST = 20, CORRECTIONS_MOST = 20, PERIODS_MOST = 24, FIRINGS_MOST = 20, TEXT = 300 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void put_number(struct buf *out, enum chart_unit unit, double value)
{
	buf_cstr(out, "<td class=\"num\">");
	chart_number_write(out, unit, value);
	buf_cstr(out, "</td>");
}

/* The tiers that look at this window, with the burn rate above which they are true. */
static void put_limits(struct buf *out, const struct alerting *alerting, struct span span)
{
	bool any = false;

	for (size_t i = 0; i < alerting->len; i++) {
		const struct tier *tier = &alerting->tiers[i];

		if (tier->kind != TIER_BURN || (tier->long_.ms != span.ms && tier->short_.ms != span.ms))
			continue;
		buf_fmt(out, "%s%.3g: ", any ? ", " : "", tier->factor);
		page_text(out, tier->name, 60);
		any = true;
	}
	buf_cstr(out, any ? "" : "-");
}

void slo_burn_write(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"Window", "num:Burn rate", "num:SLI", "num:Coverage", "Alerts above"};
	const struct slo_result *result = view->result;
	const struct alerting *alerting = result->slo->alerting;

	if (!alerting->windows_len)
		return;
	buf_cstr(out,
		 "<h2>Burn rates</h2>\n<p class=\"soft\">At 1 the budget is spent with the end of its window.</p>\n");
	page_table(out, STR("Burn rates by window"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < alerting->windows_len; i++) {
		const struct burn *burn = &result->burn[i];

		buf_fmt(out, "<tr><th scope=\"row\">%.*s</th><td class=\"num\">", STR_ARG(alerting->windows[i].name));
		slo_burn_cell(out, burn->rate);
		buf_cstr(out, "</td><td class=\"num\">");
		table_percent_write(out, burn->sli, table_sli_decimals(result->slo->objective));
		buf_cstr(out, "</td><td class=\"num\">");
		table_percent_write(out, burn->coverage, 0);
		buf_cstr(out, "</td><td>");
		put_limits(out, alerting, alerting->windows[i].span);
		buf_cstr(out, "</td></tr>\n");
	}
	page_table_end(out);
}

static void put_alert(struct buf *out, const struct slo_result *result, size_t which)
{
	const struct tier *tier = &result->slo->alerting->tiers[which];
	const struct alert *alert = &result->alerts[which];
	struct buf text;

	buf_cstr(out, "<tr><th scope=\"row\">");
	page_text(out, tier->name, 100);
	buf_cstr(out, "</th><td>");
	page_text(out, tier->severity, 60);
	buf_fmt(out, "</td><td%s>%s</td><td>",
		alert->state.phase == ALERT_FIRING    ? " class=\"bad\""
		: alert->state.phase == ALERT_PENDING ? " class=\"warn\""
						      : "",
		alert_phase_names[alert->state.phase]);
	page_time(out, alert->state.phase == ALERT_INACTIVE ? (struct instant){0} : alert->state.active_at);
	buf_cstr(out, "</td><td>");
	page_time(out, alert->state.fired_at);
	if (alert->state.fired_at.ms && alert->state.phase != ALERT_FIRING && alert->state.resolved_at.ms) {
		buf_cstr(out, " to ");
		page_time(out, alert->state.resolved_at);
	}
	buf_cstr(out, "</td><td>");
	if (alert->state.phase != ALERT_INACTIVE) {
		buf_init(&text, out->ceiling);
		alert_description_write(&text, result, tier, alert);
		page_text(out, buf_view(&text), 600);
		buf_release(&text);
	}
	buf_cstr(out, "</td></tr>\n");
}

static void put_firing(struct buf *out, const struct firing *firing)
{
	buf_cstr(out, "<tr><th scope=\"row\">");
	page_time(out, firing->fired_at);
	buf_cstr(out, "</th><td>");
	page_text(out, firing->tier, 100);
	buf_cstr(out, "</td><td>");
	page_text(out, firing->severity, 60);
	if (firing->resolved_at.ms) {
		buf_cstr(out, "</td><td>");
		page_time(out, firing->resolved_at);
		buf_fmt(out, "</td><td>%s</td></tr>\n",
			span_text((struct span){firing->resolved_at.ms - firing->fired_at.ms}).text);
	} else {
		buf_cstr(out, "</td><td class=\"bad\">firing</td><td></td></tr>\n");
	}
}

/* Those of the first window, also of tiers that are gone. */
static void put_firings(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"Fired", "Tier", "Severity", "Until", "Lasted"};
	const struct firing_list *firings = view->source->results->firings;
	const struct budget *budget = view->result->budgets;
	size_t found = 0;

	if (!firings)
		return;
	for (size_t i = firings->len; i > 0; i--) {
		const struct firing *one = &firings->at[i - 1];

		if (!firing_is_of(one, view->result->slo->id, view->result->group) ||
		    (one->resolved_at.ms && one->resolved_at.ms < budget->from.ms))
			continue;
		if (found++ == 0)
			page_table(out, STR("Alerts that fired in the window, the newest first"), titles,
				   COUNT_OF(titles));
		if (found <= FIRINGS_MOST)
			put_firing(out, one);
	}
	if (found)
		page_table_end(out);
	else
		buf_cstr(out, "<p class=\"soft\">None fired in the window.</p>\n");
	if (found > FIRINGS_MOST)
		buf_fmt(out, "<p class=\"soft\">Of %zu the newest %d are shown.</p>\n", found, FIRINGS_MOST);
	if (firings->since.ms > budget->from.ms) {
		buf_cstr(out, "<p class=\"soft\">What fired is known from ");
		page_time(out, firings->since);
		buf_cstr(out, " on.</p>\n");
	}
}

void slo_alerts_write(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"Tier", "Severity", "State", "Since", "Fired last", "What it says"};
	const struct slo_result *result = view->result;

	buf_cstr(out, "<h2>Alerts</h2>\n");
	if (!result->alerts || !result->slo->alerting->len) {
		buf_cstr(out, "<p>It has none.</p>\n");
		return;
	}
	page_table(out, STR("Alerts by tier"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < result->slo->alerting->len; i++)
		put_alert(out, result, i);
	page_table_end(out);
	put_firings(out, view);
}

static void put_deployment(struct buf *out, const struct dora_deployment *deployment)
{
	const char *marks[] = {deployment->rollback ? "rollback" : NULL, deployment->hotfix ? "hotfix" : NULL,
			       deployment->reverts ? "revert" : NULL};

	buf_cstr(out, "<tr><th scope=\"row\">");
	page_time(out, deployment->at);
	buf_cstr(out, "</th><td>");
	page_link(out, deployment->success->url, dora_short(deployment->sha));
	buf_fmt(out, "</td><td class=\"num\">%zu</td><td>", deployment->changes_len);
	if (deployment->evidence_len)
		buf_fmt(out, "<span class=\"bad\">failed (%s)%s</span> ", evidence_names[deployment->evidence->kind],
			deployment->recovered.ms ? ", recovered" : "");
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (marks[i])
			buf_fmt(out, "%s ", marks[i]);
	buf_cstr(out, "</td></tr>\n");
}

void slo_deployments_write(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"At", "Commit", "num:Changes", "What became of it"};
	const struct dora_history *history = slo_deployments_of(view);
	size_t shown = 0;

	if (!history)
		return;
	buf_cstr(out, "<h2>Deployments</h2>\n<p class=\"soft\">To ");
	page_text(out, history->environment->name, 100);
	buf_cstr(out, " in the window, the newest first. <a href=\"");
	page_up(out, view->depth);
	buf_cstr(out, "dora/");
	page_path(out, view->result->slo->service);
	buf_cstr(out, "\">Delivery of the service</a></p>\n");
	for (size_t i = history->deployments_len; i > 0 && shown < DEPLOYMENTS_MOST; i--) {
		const struct dora_deployment *one = &history->deployments[i - 1];

		if (one->at.ms < view->result->budgets->from.ms)
			break;
		if (shown++ == 0)
			page_table(out, STR("Deployments in the window"), titles, COUNT_OF(titles));
		put_deployment(out, one);
	}
	if (shown)
		page_table_end(out);
	else
		buf_cstr(out, "<p>None is known.</p>\n");
}

static void put_exclusion(struct buf *out, const struct exclusion *exclusion, bool now)
{
	buf_cstr(out, "<tr><th scope=\"row\">");
	page_text(out, exclusion->when_text, TEXT);
	buf_fmt(out, "</th><td>%s</td><td>", now ? "does not count, in force now" : "does not count");
	page_text(out, exclusion->reason, TEXT);
	buf_cstr(out, "</td><td>");
	page_text(out, exclusion->author, 100);
	buf_cstr(out, "</td></tr>\n");
}

static void put_adjustment(struct buf *out, const struct adjustment *adjustment)
{
	struct buf text;

	buf_init(&text, out->ceiling);
	adjustment_write(&text, adjustment);
	buf_cstr(out, "<tr><th scope=\"row\">");
	page_time(out, adjustment->at);
	buf_cstr(out, "</th><td>");
	html_write(out, buf_view(&text));
	buf_cstr(out, "</td><td>");
	page_text(out, adjustment->reason, TEXT);
	buf_cstr(out, "</td><td>");
	page_text(out, adjustment->author, 100);
	buf_cstr(out, "</td></tr>\n");
	buf_release(&text);
}

/* The same numbers with and without. */
static void put_changed(struct buf *out, const struct slo_result *result)
{
	static const char *const titles[] = {"Numbers", "num:Bad", "num:All", "num:SLI", "num:Budget left"};
	const struct budget *both[] = {result->budgets, result->raw};

	page_table(out, STR("What that has changed"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < COUNT_OF(both); i++) {
		buf_fmt(out, "<tr><th scope=\"row\">%s</th>", i ? "as counted" : "corrected");
		put_number(out, CHART_NUMBER, both[i]->bad);
		put_number(out, CHART_NUMBER, both[i]->total);
		buf_cstr(out, "<td class=\"num\">");
		table_percent_write(out, both[i]->sli, table_sli_decimals(result->slo->objective));
		buf_cstr(out, "</td>");
		put_number(out, CHART_PERCENT, both[i]->remaining);
		buf_cstr(out, "</tr>\n");
	}
	page_table_end(out);
}

void slo_corrections_write(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"When", "What", "Why", "By"};
	const struct slo_result *result = view->result;
	const struct corrections *corrections = result->slo->corrections;
	size_t exclusions = corrections ? corrections->exclusions_len : 0,
	       adjustments = corrections ? corrections->adjustments_len : 0;

	buf_cstr(out, "<h2>Exclusions and adjustments</h2>\n");
	if (!exclusions && !adjustments) {
		buf_cstr(out, "<p>There are none: everything counts as it was counted.</p>\n");
		return;
	}
	page_table(out, STR("Exclusions and adjustments"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < exclusions && i < CORRECTIONS_MOST; i++)
		put_exclusion(out, corrections->exclusions[i], corrections->exclusions[i] == result->exclusion);
	for (size_t i = 0; i < adjustments && i < CORRECTIONS_MOST; i++)
		put_adjustment(out, corrections->adjustments[i]);
	page_table_end(out);
	if (exclusions > CORRECTIONS_MOST || adjustments > CORRECTIONS_MOST)
		buf_fmt(out, "<p class=\"soft\">Of each the first %d are shown.</p>\n", CORRECTIONS_MOST);
	if (result->raw)
		put_changed(out, result);
}

static void put_windows(struct buf *out, const struct slo_result *result)
{
	static const char *const titles[] = {"Window",          "From",        "To", "num:Bad", "num:All", "num:SLI",
					     "num:Budget left", "num:Coverage"};

	page_table(out, STR("Windows"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < result->slo->windows_len; i++) {
		const struct budget *budget = &result->budgets[i];

		buf_cstr(out, "<tr><th scope=\"row\">");
		page_text(out, result->slo->windows[i].name, 60);
		buf_cstr(out, "</th><td>");
		page_time(out, budget->from);
		buf_cstr(out, "</td><td>");
		page_time(out, budget->to);
		buf_cstr(out, "</td>");
		put_number(out, CHART_NUMBER, budget->bad);
		put_number(out, CHART_NUMBER, budget->total);
		buf_cstr(out, "<td class=\"num\">");
		table_percent_write(out, budget->sli, table_sli_decimals(result->slo->objective));
		buf_cstr(out, "</td><td class=\"num\">");
		slo_budget_cell(out, budget->remaining);
		buf_cstr(out, "</td>");
		put_number(out, CHART_PERCENT, budget->coverage);
		buf_cstr(out, "</tr>\n");
	}
	page_table_end(out);
}

static void put_period(struct buf *out, const struct period_record *record)
{
	struct slo_verdict verdict = slo_verdict_of(record);

	buf_cstr(out, "<tr><th scope=\"row\">");
	page_text(out, record->name, 60);
	buf_cstr(out, "</th><td class=\"num\">");
	table_objective_write(out, record->objective);
	buf_cstr(out, "</td><td class=\"num\">");
	table_percent_write(out, period_sli(record), table_sli_decimals(record->objective));
	buf_fmt(out, "</td><td class=\"%s\">%s</td>", chart_tone_classes[verdict.tone], verdict.text);
	put_number(out, CHART_PERCENT, period_consumed(record));
	buf_cstr(out, "<td class=\"num\">");
	slo_known_write(out, period_known(record));
	buf_cstr(out, "</td>");
	buf_fmt(out, "<td>%s</td></tr>\n", period_corrected(record) ? "corrected" : "");
}

void slo_windows_write(struct buf *out, const struct slo_view *view)
{
	static const char *const titles[] = {"Period",          "num:Objective", "num:SLI", "Verdict",
					     "num:Budget used", "num:Known",     "Remark"};
	const struct slo_result *result = view->result;
	size_t shown = 0;

	buf_cstr(out, "<h2>Windows and periods</h2>\n");
	put_windows(out, result);
	if (!result->periods_len)
		return;
	page_table(out, STR("Closed periods, the newest first"), titles, COUNT_OF(titles));
	for (size_t i = result->periods_len; i > 0 && shown < PERIODS_MOST; i--, shown++)
		put_period(out, result->periods[i - 1]);
	page_table_end(out);
}
