#include "exporters/alerting/alertmanager.h"

#include "exporters/alerting/labels.h"
#include "exporters/alerting/names.h"
#include "exporters/alerting/text.h"
#include "exporters/delivery/before.h"
#include "exporters/series.h"
#include "format/json_write.h"
#include "format/template.h"

#include <math.h>
#include <stdio.h>

/* One array while it is written. */
struct page {
	struct json_writer json;
	const struct alertmanager_options *options;
	const struct dora_results *deliveries; /* or NULL */
	struct arena arena;                    /* of the alert at hand */
	struct buf text;                       /* one annotation */
};

static void key_label(struct json_writer *json, struct label label)
{
	json_key_str(json, label.name);
	json_str(json, label.value);
}

static void key_time(struct json_writer *json, const char *key, struct instant instant)
{
	json_key(json, key);
	json_cstr(json, instant_text(instant).text);
}

/* The series' labels, then the alert's own. */
static struct labels all_labels(struct page *page, const struct slo_result *result, const struct tier *tier,
				const struct alert *alert)
{
	struct labels series = series_labels_of(&page->arena, result);
	struct labels own = alert_own_labels(&page->arena, result, tier, alert), all;

	all = (struct labels){arena_array(&page->arena, series.len + own.len, sizeof(struct label)), 0};
	for (size_t i = 0; i < series.len; i++)
		all.at[all.len++] = series.at[i];
	for (size_t i = 0; i < own.len; i++)
		all.at[all.len++] = own.at[i];
	labels_sort(all);
	return all;
}

static void put_labels(struct page *page, const char *name, struct labels labels)
{
	json_key(&page->json, "labels");
	json_object(&page->json);
	json_key(&page->json, "alertname");
	json_cstr(&page->json, name);
	for (size_t i = 0; i < labels.len; i++)
		key_label(&page->json, labels.at[i]);
	json_object_end(&page->json);
}

static void put_author_annotations(struct page *page, const struct tier *tier, const struct alert *alert,
				   struct labels labels)
{
	char value[32] = "unknown"; /* of alerts without a number, and while data are missing */

	if (!isnan(alert->value))
		snprintf(value, sizeof(value), "%.4g", alert->value);
	for (size_t i = 0; i < tier->annotations.len; i++) {
		buf_clear(&page->text);
		template_write(&page->text, tier->annotations.at[i].value, labels, str_of(value));
		key_label(&page->json, (struct label){tier->annotations.at[i].name, buf_view(&page->text)});
	}
}

/* The author's annotation of the same name takes the place of ours. */
static bool ours(const struct tier *tier, const char *name) { return !labels_get(tier->annotations, str_of(name)).at; }

/* What was deployed shortly before it became true. */
static void put_deployment(struct page *page, const struct slo_result *result, const struct tier *tier,
			   const struct alert *alert)
{
	const struct dora_results *deliveries = page->deliveries;
	struct str service = result->slo->service;
	struct str environment = deployment_environment(deliveries, service, result->slo->labels);
	struct instant at = alert->state.active_at.ms ? alert->state.active_at : alert->state.fired_at;
	struct deployment_before before;

	if (!environment.len)
		return;
	before = deployment_before(deliveries, service, environment, at);
	if (!deployment_before_near(&before))
		return;
	if (ours(tier, "deployment")) {
		buf_clear(&page->text);
		deployment_before_write(&page->text, &before);
		key_label(&page->json, (struct label){STR("deployment"), buf_view(&page->text)});
	}
	if (ours(tier, "deployment_url") && before.deployment->success->url.len)
		key_label(&page->json, (struct label){STR("deployment_url"), before.deployment->success->url});
}

/* For messages: the texts of an alert that is over are of now, which they are not where Prometheus tells of it. */
static void put_over(struct page *page) { key_label(&page->json, (struct label){STR("state"), STR("over")}); }

static void put_annotations(struct page *page, const struct slo_result *result, const struct tier *tier,
			    const struct alert *alert, struct labels labels)
{
	struct str runbook = result->slo->alerting->runbook, link = page->options->link;

	json_key(&page->json, "annotations");
	json_object(&page->json);
	if (ours(tier, "summary")) {
		buf_clear(&page->text);
		alert_summary_write(&page->text, result, tier, alert);
		key_label(&page->json, (struct label){STR("summary"), buf_view(&page->text)});
	}
	if (ours(tier, "description")) {
		buf_clear(&page->text);
		alert_description_write(&page->text, result, tier, alert);
		key_label(&page->json, (struct label){STR("description"), buf_view(&page->text)});
	}
	if (ours(tier, "slo_description") && result->slo->description.len)
		key_label(&page->json, (struct label){STR("slo_description"), result->slo->description});
	if (!runbook.len && link.len)
		runbook = arena_fmt(&page->arena, "%.*s/runbooks/%s/%.*s", STR_ARG(link), alert_runbooks[tier->kind],
				    STR_ARG(result->slo->id));
	if (ours(tier, "runbook_url") && runbook.len)
		key_label(&page->json, (struct label){STR("runbook_url"), runbook});
	if (ours(tier, "details_url") && link.len)
		key_label(&page->json,
			  (struct label){STR("details_url"), arena_fmt(&page->arena, "%.*s/slo/%.*s", STR_ARG(link),
								       STR_ARG(result->slo->id))});
	if (alert->state.phase != ALERT_FIRING && ours(tier, "state"))
		put_over(page);
	put_deployment(page, result, tier, alert);
	put_author_annotations(page, tier, alert, labels);
	json_object_end(&page->json);
}

static void put_link(struct page *page)
{
	if (!page->options->link.len)
		return;
	json_key(&page->json, "generatorURL");
	json_str(&page->json, arena_fmt(&page->arena, "%.*s/", STR_ARG(page->options->link)));
}

static void put_times(struct page *page, const struct alert_state *state)
{
	bool fires = state->phase == ALERT_FIRING;

	key_time(&page->json, "startsAt", state->fired_at);
	key_time(&page->json, "endsAt",
		 fires ? (struct instant){page->options->now.ms + page->options->hold.ms} : state->resolved_at);
}

static void put_alert(struct page *page, const struct slo_result *result, const struct tier *tier,
		      const struct alert *alert)
{
	const struct alert_state *state = &alert->state;
	struct labels labels = all_labels(page, result, tier, alert);

	if (page->options->told)
		told_note(page->options->told,
			  &(struct told_alert){alert_names[tier->kind],
					       labels,
					       result->slo->id,
					       state->fired_at,
					       page->options->now,
					       {0}},
			  state->phase == ALERT_FIRING);
	json_object(&page->json);
	put_labels(page, alert_names[tier->kind], labels);
	put_annotations(page, result, tier, alert, labels);
	put_times(page, state);
	put_link(page);
	json_object_end(&page->json);
	arena_release(&page->arena);
}

/* One that is pending anew is told as what it was: over. */
static void put_told(struct page *page, const struct slo_result *result, const struct tier *tier, struct alert alert)
{
	if (alert.state.phase != ALERT_FIRING)
		alert.state.phase = ALERT_INACTIVE;
	put_alert(page, result, tier, &alert);
}

/* An alert about wick; `sender` tells it apart from what a rule of that name says. */
static void begin_own(struct page *page, const char *name, const char *severity, const char *summary)
{
	json_object(&page->json);
	json_key(&page->json, "labels");
	json_object(&page->json);
	key_label(&page->json, (struct label){STR("alertname"), str_of(name)});
	key_label(&page->json, (struct label){STR("sender"), STR("wick")});
	key_label(&page->json, (struct label){STR("severity"), str_of(severity)});
	json_object_end(&page->json);
	json_key(&page->json, "annotations");
	json_object(&page->json);
	key_label(&page->json, (struct label){STR("summary"), str_of(summary)});
}

static void put_own(struct page *page, const struct own_alert *alert, const struct alert_state *state,
		    const struct health *health)
{
	begin_own(page, alert->name, alert->severity, alert->summary);
	buf_clear(&page->text);
	alert->describe(&page->text, health);
	key_label(&page->json, (struct label){STR("description"), buf_view(&page->text)});
	if (page->options->link.len)
		key_label(&page->json,
			  (struct label){STR("runbook_url"), arena_fmt(&page->arena, "%.*s/runbooks/%s",
								       STR_ARG(page->options->link), alert->runbook)});
	json_object_end(&page->json);
	put_times(page, state);
	put_link(page);
	json_object_end(&page->json);
	arena_release(&page->arena);
}

static void put_watchdog(struct page *page, struct instant since)
{
	begin_own(page, "Watchdog", "none", "Alerts from wick get through");
	json_object_end(&page->json);
	put_times(page, &(struct alert_state){.phase = ALERT_FIRING, .fired_at = since});
	put_link(page);
	json_object_end(&page->json);
	arena_release(&page->arena);
}

/* It is not told of any more: its SLO, group, period, tier or labels are not there now, or its end was learnt late. How
 * the service is nobody can say from that. */
static void put_gone(struct page *page, const struct told_alert *alert)
{
	json_object(&page->json);
	put_labels(page, alert->name, alert->labels);
	json_key(&page->json, "annotations");
	json_object(&page->json);
	key_label(&page->json, (struct label){STR("summary"), arena_fmt(&page->arena, "This alert of %.*s is over",
									STR_ARG(alert->slo_id))});
	key_label(&page->json,
		  (struct label){STR("description"),
				 STR("It is not told of any more: it ended while nobody could see it, or what "
				     "it was about (its group, its period, its definition) is not there now. "
				     "That says nothing of the service.")});
	put_over(page);
	json_object_end(&page->json);
	put_times(page, &(struct alert_state){
				.phase = ALERT_INACTIVE, .fired_at = alert->fired_at, .resolved_at = alert->ended_at});
	put_link(page);
	json_object_end(&page->json);
	arena_release(&page->arena);
}

static void put_all_gone(struct page *page, const struct results *results)
{
	const struct alertmanager_options *options = page->options;
	const struct told_alert *gone;
	size_t len;

	for (size_t i = 0; results && i < results->len; i++)
		if (options->now.ms - results->list[i].counted_to.ms > options->hold.ms)
			told_late(options->told, results->list[i].slo->id);
	len = told_gone(options->told, options->now, options->hold, options->resolved, &gone);
	for (size_t i = 0; i < len; i++)
		put_gone(page, &gone[i]);
}

/* Fires, or has ended so lately that it may not have been heard yet. */
static bool is_told(const struct page *page, const struct alert_state *state)
{
	if (state->phase == ALERT_FIRING)
		return true;
	return state->resolved_at.ms && state->resolved_at.ms >= state->fired_at.ms &&
	       page->options->now.ms - state->resolved_at.ms <= page->options->resolved.ms;
}

bool alertmanager_write(struct buf *out, const struct results *results, const struct health *health,
			const struct alert_state *own, const struct alertmanager_options *options)
{
	struct page page = {.options = options, .deliveries = results->deliveries};

	arena_init(&page.arena);
	buf_init(&page.text, out->ceiling);
	json_begin(&page.json, out, false);
	json_array(&page.json);
	if (options->told)
		told_begin(options->told);
	for (size_t i = 0; results && i < results->len; i++) {
		const struct slo_result *result = &results->list[i];

		for (size_t t = 0; result->alerts && t < result->slo->alerting->len; t++)
			if (is_told(&page, &result->alerts[t].state))
				put_told(&page, result, &result->slo->alerting->tiers[t], result->alerts[t]);
	}
	if (options->told)
		put_all_gone(&page, results);
	for (size_t i = 0; i < OWN_ALERTS; i++)
		if (is_told(&page, &own[i]))
			put_own(&page, &own_alerts[i], &own[i], health);
	put_watchdog(&page, health->started_at);
	json_array_end(&page.json);
	buf_release(&page.text);
	arena_release(&page.arena);
	return !out->full;
}
