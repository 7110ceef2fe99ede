/* wick/v1 ServiceLevels and Policy: everything that there is. */
#include "base/limits.h"
#include "base/num.h"
#include "exporters/definitions/keep.h"
#include "exporters/definitions/query.h"
#include "exporters/definitions/tiers.h"

#include <stdio.h>

static void put_span(struct yaml_writer *yaml, const char *key, struct span span)
{
	yaml_plain(yaml, key, span_text(span).text);
}

static void head(struct writing *writing)
{
	struct yaml_writer *yaml = &writing->yaml;
	const struct slo *slo = writing->slo;

	yaml_plain(yaml, "apiVersion", "wick/v1");
	yaml_plain(yaml, "kind", "ServiceLevels");
	if (slo->namespace_.len)
		yaml_text(yaml, "namespace", slo->namespace_);
	yaml_text(yaml, "service", slo->service);
	keep_put_native(writing, true);
}

static void put_start(struct yaml_writer *yaml, const struct civil *start)
{
	char text[64];

	if (start->hour || start->minute || start->second)
		snprintf(text, sizeof(text), "\"%04d-%02u-%02uT%02u:%02u:%02u\"", start->year, start->month, start->day,
			 start->hour, start->minute, start->second);
	else
		snprintf(text, sizeof(text), "\"%04d-%02u-%02u\"", start->year, start->month, start->day);
	yaml_plain(yaml, "start", text);
}

/* The keys of a window that is written as a map. */
static void put_window_map(struct yaml_writer *yaml, const struct slo_window *window)
{
	const struct calendar *periods = &window->periods;

	if (!window->calendar) {
		put_span(yaml, "rolling", window->span);
		return;
	}
	yaml_plain(yaml, "calendar", period_unit_names[periods->unit]);
	if (periods->count != 1)
		yaml_number(yaml, "every", periods->count);
	if (strcmp(zone_name(periods->zone), "UTC") != 0)
		yaml_text(yaml, "timeZone", str_of(zone_name(periods->zone)));
	if (periods->start.year)
		put_start(yaml, &periods->start);
}

static void put_windows(struct yaml_writer *yaml, const struct slo *slo)
{
	const struct slo_window *first = slo->windows;

	if (slo->windows_len > 1) {
		yaml_list(yaml, "windows");
		for (size_t i = 0; i < slo->windows_len; i++) {
			yaml_item(yaml);
			put_window_map(yaml, &slo->windows[i]);
			yaml_item_end(yaml);
		}
		yaml_list_end(yaml);
	} else if (!first->calendar) {
		put_span(yaml, "window", first->span);
	} else {
		yaml_map(yaml, "window");
		put_window_map(yaml, first);
		yaml_map_end(yaml);
	}
}

static void put_budgeting(struct writing *writing)
{
	const struct budgeting *budgeting = &writing->slo->budgeting;
	struct yaml_writer *yaml = &writing->yaml;

	if (budgeting->method == BUDGET_OCCURRENCES) {
		if (budgeting->missing == MISSING_IGNORED)
			return;
		yaml_map(yaml, "budgeting");
		yaml_plain(yaml, "noData", slice_missing_names[budgeting->missing]);
		yaml_map_end(yaml);
		return;
	}
	if (budgeting->slice.ms > SPAN_DAY) {
		writing_lost(writing, CARRIED_BUDGETING, writing->slo->place,
			     "slices of %s are longer than a day: bad events spend the budget",
			     span_text(budgeting->slice).text);
		return;
	}
	yaml_map(yaml, "budgeting");
	yaml_plain(yaml, "method", budgeting_method_names[budgeting->method]);
	put_span(yaml, "slice", budgeting->slice);
	if (budgeting->method == BUDGET_TIME_SLICES)
		yaml_plain(yaml, "target", decimal_text(writing->arena, budgeting->target, 0).at);
	if (budgeting->empty != SLICE_GOOD)
		yaml_plain(yaml, "empty", slice_empty_names[budgeting->empty]);
	if (budgeting->missing != MISSING_IGNORED)
		yaml_plain(yaml, "noData", slice_missing_names[budgeting->missing]);
	yaml_map_end(yaml);
}

/* As the author wrote it, where this language takes it so. */
static struct str events_query(struct arena *arena, const struct query *query)
{
	struct promql_node *tree = query_tree(arena, query);

	if (!promql_has_range(tree) &&
	    (tree->kind != PROMQL_SELECTOR || tree->modifiers.has_offset || tree->modifiers.at != PROMQL_AT_NONE))
		return query_of_counters(arena, tree);
	return query->text;
}

static void put_query(struct writing *writing, const char *key, const struct query *query, bool events)
{
	struct query written = *query;

	if (!written.text.len)
		return;
	if (events)
		written.text = events_query(writing->arena, query);
	if (str_find(written.text, '{') < written.text.len && strstr(written.text.at, "{{"))
		written.text = query_canonical(writing->arena, query_tree(writing->arena, &written));
	yaml_query(&writing->yaml, key, written.text);
}

static void put_events(struct writing *writing, const struct sli *sli)
{
	put_query(writing, "good", &sli->good, true);
	put_query(writing, "bad", &sli->bad, true);
	put_query(writing, "total", &sli->total, true);
}

static void put_latency(struct writing *writing, const struct sli *sli)
{
	struct yaml_writer *yaml = &writing->yaml;

	put_query(writing, "histogram", &sli->metric, false);
	if (sli->latency.ms)
		put_span(yaml, "threshold", sli->latency);
	else
		yaml_number(yaml, "threshold", sli->limit);
	if (sli->native)
		yaml_bool(yaml, "native", true);
}

static void put_composite(struct yaml_writer *yaml, const struct composite *composite)
{
	yaml_list(yaml, "members");
	for (size_t i = 0; i < composite->len; i++) {
		yaml_item(yaml);
		yaml_text(yaml, "slo", composite->members[i].id);
		if (!num_same(composite->members[i].weight, 1))
			yaml_number(yaml, "weight", composite->members[i].weight);
		yaml_item_end(yaml);
	}
	yaml_list_end(yaml);
	if (composite->weighting != WEIGHTED_EQUALLY)
		yaml_plain(yaml, "weighting", composite_weighting_names[composite->weighting]);
	if (composite->missing != MISSING_IGNORED)
		yaml_plain(yaml, "noData", slice_missing_names[composite->missing]);
	if (composite->delay.ms != 10 * SPAN_MINUTE)
		put_span(yaml, "delay", composite->delay);
}

static void put_sli(struct writing *writing)
{
	struct yaml_writer *yaml = &writing->yaml;
	const struct sli *sli = &writing->slo->sli;

	yaml_map(yaml, "sli");
	if (sli->kind != SLI_PROBE)
		yaml_map(yaml, sli_kind_names[sli->kind]);
	switch (sli->kind) {
	case SLI_EVENTS:
		put_events(writing, sli);
		break;
	case SLI_LATENCY:
		put_latency(writing, sli);
		break;
	case SLI_PROBE:
		put_query(writing, "probe", &sli->metric, false);
		break;
	case SLI_THRESHOLD:
		put_query(writing, "query", &sli->metric, false);
		yaml_text(yaml, "operator", str_of(comparison_signs[sli->comparison]));
		yaml_number(yaml, "value", sli->limit);
		break;
	case SLI_RATIO:
		put_query(writing, "good", &sli->good, false);
		put_query(writing, "bad", &sli->bad, false);
		break;
	case SLI_COMPOSITE:
		put_composite(yaml, sli->composite);
		break;
	}
	if (sli->kind != SLI_PROBE)
		yaml_map_end(yaml);
	yaml_map_end(yaml);
}

/* The fields of the tier that `differ` from what it would be without a word. */
static void put_fields(struct yaml_writer *yaml, const struct tier *tier, unsigned differ)
{
	if (differ & 1U << TIER_PART_SEVERITY)
		yaml_text(yaml, "severity", tier->severity);
	if (differ & 1U << TIER_PART_LONG)
		put_span(yaml, "long", tier->long_);
	if (differ & 1U << TIER_PART_SHORT)
		put_span(yaml, "short", tier->short_);
	if (differ & 1U << TIER_PART_FACTOR)
		yaml_number(yaml, "factor", tier->factor);
	if (differ & 1U << TIER_PART_CONSUMED)
		yaml_number(yaml, "consumed", tier->consumed);
	if (differ & 1U << TIER_PART_WITHIN)
		put_span(yaml, "within", tier->within);
	if (differ & 1U << TIER_PART_WINDOW)
		yaml_text(yaml, "window", tier->window);
	if (differ & 1U << TIER_PART_FOR)
		put_span(yaml, "for", tier->for_);
	if (differ & 1U << TIER_PART_KEEP)
		put_span(yaml, "keepFiringFor", tier->keep_firing_for);
	if (differ & 1U << TIER_PART_MIN_BAD)
		yaml_number(yaml, "minBadEvents", tier->min_bad);
	if (differ & 1U << TIER_PART_MIN_EVENTS)
		yaml_number(yaml, "minEvents", tier->min_events);
}

/* The keys that a new tier may have are those of its kind. */
static void put_tier(struct writing *writing, const struct tier *tier, const struct tier *known,
		     const struct alerting *common)
{
	static const struct tier unwritten = {.severity = STR_INIT("")};
	struct yaml_writer *yaml = &writing->yaml;
	unsigned differ = tier_differences(tier, known ? known : &unwritten, STR(""));
	struct labels labels = labels_beyond(writing->arena, tier->labels, common->tiers->labels);
	struct labels annotations = labels_beyond(writing->arena, tier->annotations, common->tiers->annotations);

	if (known && !(differ & ~(1U << TIER_PART_LABELS | 1U << TIER_PART_ANNOTATIONS)) && !labels.len &&
	    !annotations.len)
		return;
	yaml_item(yaml);
	yaml_text(yaml, "name", tier->name);
	if (!known && tier->kind != TIER_BURN)
		yaml_plain(yaml, "kind", tier_kind_names[tier->kind]);
	put_fields(yaml, tier, differ);
	yaml_labels(yaml, "labels", labels);
	yaml_labels(yaml, "annotations", annotations);
	yaml_item_end(yaml);
}

static void put_tiers(struct writing *writing, const struct alerting *common)
{
	const struct alerting *own = writing->slo->alerting, *known = tiers_default(writing->arena, writing->slo);
	struct yaml_writer *yaml = &writing->yaml;

	yaml_list(yaml, "tiers");
	for (size_t i = 0; i < known->len; i++) {
		if (alerting_tier(own, known->tiers[i].name))
			continue;
		yaml_item(yaml);
		yaml_text(yaml, "name", known->tiers[i].name);
		yaml_bool(yaml, "disable", true);
		yaml_item_end(yaml);
	}
	for (size_t i = 0; i < own->len; i++)
		put_tier(writing, &own->tiers[i], alerting_tier(known, own->tiers[i].name), common);
	yaml_list_end(yaml);
}

static void put_alerting(struct writing *writing)
{
	const struct alerting *own = writing->slo->alerting;
	struct yaml_writer *yaml = &writing->yaml;
	const struct tier **all = arena_array(writing->arena, own->len, sizeof(struct tier *));
	struct tier *shared;
	struct alerting *common = tiers_new(writing->arena, 1, &shared);

	for (size_t i = 0; i < own->len; i++)
		all[i] = &own->tiers[i];
	shared->labels = tiers_common(writing->arena, all, own->len, TIER_LABELS);
	shared->annotations = tiers_common(writing->arena, all, own->len, TIER_ANNOTATIONS);
	yaml_map(yaml, "alerting");
	if (own->len == 0)
		yaml_bool(yaml, "disable", true);
	if (own->runbook.len)
		yaml_text(yaml, "runbook", own->runbook);
	yaml_labels(yaml, "labels", shared->labels);
	yaml_labels(yaml, "annotations", shared->annotations);
	if (own->len)
		put_tiers(writing, common);
	yaml_map_end(yaml);
}

/* A name here is no wish: where the settings do not have it, nothing would be counted. */
static void put_source(struct writing *writing)
{
	const struct source_ref *source = &writing->slo->source;

	if (source->soft)
		writing_lost(writing, CARRIED_SOURCE, source->place,
			     "'%.*s' is left out: write it as the 'source' where the settings have one of that name",
			     STR_ARG(source->name));
	else if (source->name.len)
		yaml_text(&writing->yaml, "source", source->name);
}

static void put_groups(struct yaml_writer *yaml, const struct slo *slo)
{
	unsigned usual = slo->top.most ? LIMIT_GROUPS_TOP : LIMIT_GROUPS_DEFAULT;

	if (slo->top.most) {
		yaml_map(yaml, "groupBy");
		yaml_texts(yaml, "labels", slo->group_by, slo->group_by_len);
		yaml_number(yaml, "top", slo->top.most);
		if (slo->top.by != TOP_EVENTS)
			yaml_text(yaml, "by", str_of(top_order_names[slo->top.by]));
		if (!str_is(slo->top.rest, "everything-else"))
			yaml_text(yaml, "rest", slo->top.rest.len ? slo->top.rest : STR("none"));
		yaml_map_end(yaml);
	} else {
		yaml_texts(yaml, "groupBy", slo->group_by, slo->group_by_len);
	}
	if (slo->group_by_len && slo->group_limit != usual)
		yaml_number(yaml, "groupLimit", slo->group_limit);
}

static bool write_slo(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;
	struct str name;

	if (!writing_name(writing, &name))
		return false;
	yaml_item(yaml);
	yaml_text(yaml, "name", name);
	if (slo->display_name.len)
		yaml_text(yaml, "displayName", slo->display_name);
	if (slo->description.len)
		yaml_text(yaml, "description", slo->description);
	yaml_plain(yaml, "objective", arena_str(writing->arena, slo->objective_text).at);
	put_windows(yaml, slo);
	put_budgeting(writing);
	yaml_labels(yaml, "labels", slo->labels);
	put_groups(yaml, slo);
	put_source(writing);
	put_sli(writing);
	put_alerting(writing);
	if (slo->policy_ref.name.len)
		yaml_text(yaml, "policy", slo->policy_ref.name);
	keep_put_native(writing, false);
	yaml_item_end(yaml);
	return true;
}

static void write_policy(struct writing *writing, const struct policy *policy)
{
	struct yaml_writer *yaml = &writing->yaml;

	yaml_plain(yaml, "apiVersion", "wick/v1");
	yaml_plain(yaml, "kind", "Policy");
	yaml_text(yaml, "name", policy->name);
	if (policy->description.len)
		yaml_text(yaml, "description", policy->description);
	yaml_map(yaml, "levels");
	for (size_t i = 0; i < POLICY_LEVELS; i++) {
		const struct policy_step *step = &policy->steps[i];

		if (!step->given || (i == POLICY_NORMAL && !step->agreed.len))
			continue;
		yaml_map(yaml, policy_level_names[i]);
		if (i != POLICY_NORMAL)
			yaml_plain(yaml, "consumed", decimal_text(writing->arena, step->consumed, 0).at);
		yaml_text(yaml, "agreed", step->agreed);
		yaml_map_end(yaml);
	}
	yaml_map_end(yaml);
}

const struct definition_language language_native = {
	.name = "wick", .head = head, .slo = write_slo, .policy = write_policy, .namespaces = true, .sources = true};
