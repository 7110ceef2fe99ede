#include "exporters/slo_json.h"

#include "exporters/delivery/before.h"
#include "format/json_write.h"
#include "model/source_name.h"

static void key_labels(struct json_writer *json, const char *key, struct labels labels)
{
	json_key(json, key);
	json_object(json);
	for (size_t i = 0; i < labels.len; i++) {
		json_key_str(json, labels.at[i].name);
		json_str(json, labels.at[i].value);
	}
	json_object_end(json);
}

static void key_burn_rates(struct json_writer *json, const struct slo_result *result)
{
	json_key(json, "burn_rates");
	json_object(json);
	for (size_t i = 0; i < result->slo->alerting->windows_len; i++) {
		json_key_str(json, result->slo->alerting->windows[i].name);
		json_num(json, result->burn[i].rate);
	}
	json_object_end(json);
}

/* The one before the alert became true; null where none is known, or it never did. */
static void key_deployment(struct json_writer *json, const struct slo_result *result, const struct alert_state *state,
			   const struct dora_results *deliveries)
{
	struct str service = result->slo->service;
	struct str environment = deployment_environment(deliveries, service, result->slo->labels);
	struct instant at = state->active_at.ms ? state->active_at : state->fired_at;
	struct deployment_before before = {0};

	if (environment.len && at.ms)
		before = deployment_before(deliveries, service, environment, at);
	json_key(json, "deployment_before");
	deployment_before_json(json, &before);
}

static void put_alert(struct json_writer *json, const struct slo_result *result, size_t which,
		      const struct dora_results *deliveries)
{
	const struct tier *tier = &result->slo->alerting->tiers[which];
	const struct alert *alert = &result->alerts[which];

	json_object(json);
	json_key_text(json, "tier", tier->name);
	json_key(json, "kind");
	json_cstr(json, tier_kind_names[tier->kind]);
	json_key_text(json, "severity", tier->severity);
	json_key(json, "state");
	json_cstr(json, alert_phase_names[alert->state.phase]);
	json_key_instant(json, "active_at", alert->state.active_at);
	json_key_instant(json, "fired_at", alert->state.fired_at);
	json_key_instant(json, "resolved_at", alert->state.resolved_at);
	if (tier->kind == TIER_BURN) {
		json_key(json, "long");
		json_cstr(json, span_text(tier->long_).text);
		json_key(json, "short");
		json_cstr(json, span_text(tier->short_).text);
		json_key_num(json, "factor", tier->factor);
	}
	if (tier->kind == TIER_MISSED) {
		json_key_text(json, "window", tier->window);
		json_key_text(json, "period", alert->period ? alert->period->name : STR(""));
		json_key_num(json, "within_seconds", span_seconds(tier->within));
	}
	json_key_num(json, "value", alert->value);
	json_key_num(json, "value_short", alert->value_short);
	json_key_num(json, "bad", alert->bad);
	json_key_num(json, "total", alert->total);
	key_deployment(json, result, &alert->state, deliveries);
	json_object_end(json);
}

/* Whenever an alert of it fired, as far as that is known: from `known_from` on. */
static void key_fired(struct json_writer *json, const struct slo_result *result, const struct firing_list *firings)
{
	json_key(json, "fired");
	json_object(json);
	json_key_instant(json, "known_from", firings ? firings->since : (struct instant){0});
	json_key(json, "times");
	json_array(json);
	for (size_t i = 0; firings && i < firings->len; i++) {
		const struct firing *one = &firings->at[i];

		if (!firing_is_of(one, result->slo->id, result->group))
			continue;
		json_object(json);
		json_key_text(json, "tier", one->tier);
		json_key_text(json, "severity", one->severity);
		json_key_instant(json, "fired_at", one->fired_at);
		json_key_instant(json, "resolved_at", one->resolved_at);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

static void key_policy(struct json_writer *json, const struct slo_result *result)
{
	const struct policy *policy = result->slo->policy;

	json_key(json, "policy");
	if (!slo_has_policy(result->slo)) {
		json_null(json);
		return;
	}
	json_object(json);
	json_key_text(json, "name", policy ? policy->name : result->slo->policy_ref.name);
	json_key(json, "level");
	if (result->level == POLICY_UNKNOWN)
		json_null(json);
	else
		json_cstr(json, policy_level_names[result->level]);
	json_key_text(json, "agreed", policy ? policy->steps[result->level].agreed : STR(""));
	json_object_end(json);
}

/* Of all SLOs those that are pending or firing; of one SLO that was asked for, all. */
static void key_alerts(struct json_writer *json, const struct slo_result *result, bool all,
		       const struct dora_results *deliveries)
{
	json_key(json, "alerts");
	json_array(json);
	for (size_t i = 0; result->alerts && i < result->slo->alerting->len; i++)
		if (all || result->alerts[i].state.phase != ALERT_INACTIVE)
			put_alert(json, result, i, deliveries);
	json_array_end(json);
}

/* Events are slices of time where slices spend the budget. */
static void key_budgeting(struct json_writer *json, const struct budgeting *budgeting)
{
	json_key(json, "budgeting");
	json_object(json);
	json_key(json, "method");
	json_cstr(json, budgeting_method_names[budgeting->method]);
	if (budgeting->method != BUDGET_OCCURRENCES) {
		json_key_num(json, "slice_seconds", span_seconds(budgeting->slice));
		if (budgeting->method == BUDGET_TIME_SLICES)
			json_key_num(json, "target", budgeting->target);
		json_key(json, "empty");
		json_cstr(json, slice_empty_names[budgeting->empty]);
	}
	if (budgeting->method != BUDGET_OCCURRENCES || budgeting->missing != MISSING_IGNORED) {
		json_key(json, "no_data");
		json_cstr(json, slice_missing_names[budgeting->missing]);
	}

	json_object_end(json);
}

static void put_definition(struct json_writer *json, const struct slo_result *result)
{
	const struct slo *slo = result->slo;

	json_key_text(json, "id", slo->id);
	json_key_text(json, "namespace", slo->namespace_);
	json_key_text(json, "service", slo->service);
	json_key_text(json, "slo", slo->name);
	key_labels(json, "group", result->group);
	json_key(json, "rest");
	json_bool(json, result->rest);
	if (result->rest)
		json_key_num(json, "groups", (double)result->rest_groups);
	key_labels(json, "labels", slo->labels);
	json_key_text(json, "window", slo->windows->name);
	json_key_num(json, "objective", slo->objective);
	json_key_text(json, "display_name", slo->display_name);
	json_key_text(json, "description", slo->description.at ? slo->description : STR(""));
	json_key(json, "sli_kind");
	json_cstr(json, sli_kind_names[slo->sli.kind]);
	key_budgeting(json, &slo->budgeting);
	json_key_text(json, "source", source_shown_name(slo->source.name));
}

static void put_budget(struct json_writer *json, const struct budget *budget)
{
	json_key_num(json, "good", budget->good);
	json_key_num(json, "bad", budget->bad);
	json_key_num(json, "total", budget->total);
	json_key_num(json, "sli", budget->sli);
	json_key_num(json, "budget", budget->allowed);
	json_key_num(json, "budget_consumed", budget->consumed);
	json_key_num(json, "budget_remaining", budget->remaining);
	json_key_num(json, "budget_remaining_observed", budget->remaining_observed);
	json_key_num(json, "budget_remaining_events", budget->remaining_events);
	json_key_num(json, "budget_remaining_minutes", budget->remaining_minutes);
	json_key_num(json, "time_to_exhaustion_seconds", budget->exhaustion_seconds);
}

static void put_known(struct json_writer *json, const struct budget *budget)
{
	json_key_num(json, "coverage", budget->coverage);
	json_key_num(json, "known", budget->known);
}

/* What corrections have done to a budget, and what it is without them. */
static void put_corrected(struct json_writer *json, const struct budget *budget, const struct budget *raw)
{
	json_key_num(json, "excluded_seconds", budget->excluded_seconds);
	json_key_num(json, "adjusted_good", budget->adjusted_good);
	json_key_num(json, "adjusted_bad", budget->adjusted_bad);
	json_key(json, "raw");
	json_object(json);
	put_budget(json, raw);
	put_known(json, raw);
	json_object_end(json);
}

/* The windows side by side; the first is repeated, so that they can be read alike. */
static void key_windows(struct json_writer *json, const struct slo_result *result)
{
	json_key(json, "windows");
	json_array(json);
	for (size_t i = 0; i < result->slo->windows_len; i++) {
		const struct slo_window *window = &result->slo->windows[i];
		const struct budget *budget = &result->budgets[i];

		json_object(json);
		json_key_text(json, "window", window->name);
		if (window->calendar) {
			json_key(json, "calendar");
			json_cstr(json, period_unit_names[window->periods.unit]);
			json_key(json, "time_zone");
			json_cstr(json, zone_name(window->periods.zone));
			json_key(json, "period");
			json_cstr(json, period_name(&window->periods, (struct period){budget->from, budget->to}).text);
		}
		json_key_instant(json, "from", budget->from);
		json_key_instant(json, "to", budget->to);
		json_key_num(json, "elapsed", budget->elapsed);
		put_budget(json, budget);
		put_known(json, budget);
		if (result->raw)
			put_corrected(json, budget, &result->raw[i]);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Null where too little is known to tell. */
static void key_met(struct json_writer *json, enum period_verdict verdict)
{
	json_key(json, "met");
	if (verdict == PERIOD_UNKNOWN)
		json_null(json);
	else
		json_bool(json, verdict == PERIOD_MET);
}

static void key_exclusion(struct json_writer *json, const struct exclusion *exclusion)
{
	json_key(json, "exclusion");
	if (!exclusion) {
		json_null(json);
		return;
	}
	json_object(json);
	json_key_text(json, "when", exclusion->when_text);
	json_key_text(json, "reason", exclusion->reason);
	json_key_text(json, "author", exclusion->author);
	json_object_end(json);
}

/* What was counted, and what corrections have done to it. */
static void put_corrected_period(struct json_writer *json, const struct period_record *record)
{
	json_key_num(json, "excluded_steps", record->excluded_steps);
	json_key_num(json, "adjusted_good", record->adjusted_good);
	json_key_num(json, "adjusted_bad", record->adjusted_bad);
	json_key(json, "raw");
	json_object(json);
	json_key_num(json, "good", record->counted.total - record->counted.bad);
	json_key_num(json, "bad", record->counted.bad);
	json_key_num(json, "total", record->counted.total);
	json_object_end(json);
	json_key_instant(json, "corrected_at", record->corrected_at);
}

static void key_periods(struct json_writer *json, const struct slo_result *result)
{
	json_key(json, "periods");
	json_array(json);
	for (size_t i = 0; i < result->periods_len; i++) {
		const struct period_record *record = result->periods[i];

		json_object(json);
		json_key_text(json, "window", record->window);
		json_key_text(json, "period", record->name);
		json_key_instant(json, "from", record->begin);
		json_key_instant(json, "to", record->end);
		json_key_num(json, "objective", record->objective);
		json_key_num(json, "good", record->counts.total - record->counts.bad);
		json_key_num(json, "bad", record->counts.bad);
		json_key_num(json, "total", record->counts.total);
		json_key_num(json, "sli", period_sli(record));
		key_met(json, period_verdict(record));
		json_key_num(json, "budget", period_allowed(record));
		json_key_num(json, "budget_consumed", period_consumed(record));
		json_key_num(json, "coverage", period_coverage(record));
		json_key_num(json, "known", period_known(record));
		json_key_instant(json, "closed_at", record->closed_at);
		if (period_corrected(record) || record->corrected_at.ms)
			put_corrected_period(json, record);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Of a composite: who its members are, and who spends its budget. */
static void key_members(struct json_writer *json, const struct slo_result *result)
{
	const struct composite *composite = result->slo->sli.composite;

	if (!result->members)
		return;
	json_key(json, "weighting");
	json_cstr(json, composite_weighting_names[composite->weighting]);
	json_key(json, "no_data");
	json_cstr(json, slice_missing_names[composite->missing]);
	json_key(json, "members");
	json_array(json);
	for (size_t i = 0; i < composite->len; i++) {
		const struct member_result *member = &result->members[i];

		json_object(json);
		json_key_text(json, "slo", member->slo->id);
		json_key_num(json, "weight", member->weight);
		json_key_num(json, "sli", member->sli);
		json_key_num(json, "known", member->known);
		json_key_num(json, "bad_part", member->bad_part);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_result(struct json_writer *json, const struct slo_result *result, bool whole,
		       const struct results *results)
{
	json_object(json);
	put_definition(json, result);
	put_budget(json, result->budgets);
	key_burn_rates(json, result);
	put_known(json, result->budgets);
	key_windows(json, result);
	key_members(json, result);
	if (result->raw) {
		put_corrected(json, result->budgets, result->raw);
		key_exclusion(json, result->exclusion);
	}
	key_periods(json, result);
	json_key(json, "state");
	json_cstr(json, data_state_names[result->state]);
	json_key_text(json, "reason", result->reason);
	json_key_instant(json, "counted_to", result->counted_to);
	json_key_instant(json, "data_seen", result->data_seen);
	json_key(json, "way");
	if (result->way)
		json_cstr(json, result->way);
	else
		json_null(json);
	json_key(json, "exact");
	json_bool(json, result->exact);
	json_key(json, "averaged");
	json_bool(json, result->averaged);
	key_policy(json, result);
	key_alerts(json, result, whole, results->deliveries);
	if (whole)
		key_fired(json, result, results->firings);
	json_object_end(json);
}

static size_t put_list(struct json_writer *json, const struct results *results, const struct str *id)
{
	size_t found = 0;

	json_array(json);
	for (size_t i = 0; results && i < results->len && !json->out->full; i++) {
		if (id && !str_eq(results->list[i].slo->id, *id))
			continue;
		put_result(json, &results->list[i], id != NULL, results);
		found++;
	}
	json_array_end(json);
	return found;
}

bool slo_json_write(struct buf *out, const struct results *results, bool indent)
{
	struct json_writer json;

	json_begin(&json, out, indent);
	put_list(&json, results, NULL);
	buf_char(out, '\n');
	return !out->full;
}

bool slo_json_write_api(struct buf *out, const struct results *results, const struct str *id, size_t *found)
{
	struct json_writer json;
	size_t written;

	json_begin(&json, out, false);
	json_object(&json);
	json_key_instant(&json, "at", results ? results->at : (struct instant){0});
	json_key(&json, "step");
	if (results)
		json_cstr(&json, span_text(results->step).text);
	else
		json_null(&json);
	json_key(&json, "slos");
	written = put_list(&json, results, id);
	json_object_end(&json);
	buf_char(out, '\n');
	if (found)
		*found = written;
	return !out->full;
}
