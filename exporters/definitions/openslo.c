/* openslo/v1: one SLO with one objective each. */
#include "exporters/definitions/openslo.h"

#include <stdio.h>

enum { DESCRIPTION_BYTES = 1050 };

struct str openslo_duration_text(struct arena *arena, struct span span)
{
	static const struct {
		int64_t ms;
		char unit;
	} units[] = {{SPAN_DAY, 'd'}, {SPAN_HOUR, 'h'}, {SPAN_MINUTE, 'm'}};
	size_t i = 0;

	while (i < 2 && span.ms % units[i].ms)
		i++;
	return arena_fmt(arena, "%lld%c", (long long)(span.ms / units[i].ms), units[i].unit);
}

/* ^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$ of what is a legal name of a label here already. */
static bool label_fits(struct str name) { return name.len <= 63 && name.at[0] != '_' && name.at[name.len - 1] != '_'; }

static void put_metadata(struct writing *writing, struct str name)
{
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;

	yaml_map(yaml, "metadata");
	yaml_text(yaml, "name", name);
	if (slo->display_name.len)
		yaml_text(yaml, "displayName", slo->display_name);
	yaml_map(yaml, "labels");
	for (size_t i = 0; i < slo->labels.len; i++) {
		struct label label = slo->labels.at[i];

		if (label_fits(label.name))
			yaml_pair_of(yaml, label.name, label.value);
		else
			writing_lost(writing, CARRIED_LABELS, slo->place, "'%.*s' is no name of a label in openslo",
				     VALUE_ARG(label.name));
	}
	yaml_map_end(yaml);
	yaml_map_end(yaml);
}

/* A calendar wants a start: where there is none, a Monday that is the first of a month, a quarter and a year. */
static void put_calendar(struct writing *writing, const struct calendar *periods)
{
	static const char letters[PERIOD_UNITS] = {[PERIOD_DAY] = 'd',
						   [PERIOD_WEEK] = 'w',
						   [PERIOD_MONTH] = 'M',
						   [PERIOD_QUARTER] = 'Q',
						   [PERIOD_YEAR] = 'Y'};
	struct civil start = periods->start.year ? periods->start : (struct civil){.year = 2001, .month = 1, .day = 1};
	struct yaml_writer *yaml = &writing->yaml;
	char text[80];

	snprintf(text, sizeof(text), "%u%c", periods->count, letters[periods->unit]);
	yaml_plain(yaml, "duration", text);
	yaml_bool(yaml, "isRolling", false);
	yaml_map(yaml, "calendar");
	snprintf(text, sizeof(text), "\"%04d-%02u-%02u %02u:%02u:%02u\"", start.year, start.month, start.day,
		 start.hour, start.minute, start.second);
	yaml_plain(yaml, "startTime", text);
	yaml_text(yaml, "timeZone", str_of(zone_name(periods->zone)));
	yaml_map_end(yaml);
}

static void put_window(struct writing *writing)
{
	const struct slo_window *window = writing->slo->windows;
	struct yaml_writer *yaml = &writing->yaml;

	yaml_list(yaml, "timeWindow");
	yaml_item(yaml);
	if (window->calendar) {
		put_calendar(writing, &window->periods);
	} else {
		yaml_plain(yaml, "duration", openslo_duration_text(writing->arena, window->span).at);
		yaml_bool(yaml, "isRolling", true);
	}
	yaml_item_end(yaml);
	yaml_list_end(yaml);
}

static void put_slices(struct writing *writing)
{
	const struct budgeting *budgeting = &writing->slo->budgeting;
	struct yaml_writer *yaml = &writing->yaml;

	if (budgeting->missing != MISSING_IGNORED)
		writing_lost(writing, CARRIED_BUDGETING, writing->slo->place,
			     "openslo does not say what time without data is: '%s' is left out",
			     slice_missing_names[budgeting->missing]);
	if (budgeting->method == BUDGET_OCCURRENCES)
		return;
	if (budgeting->method == BUDGET_TIME_SLICES)
		yaml_plain(yaml, "timeSliceTarget", decimal_text(writing->arena, budgeting->target, 0).at);
	yaml_plain(yaml, "timeSliceWindow", openslo_duration_text(writing->arena, budgeting->slice).at);
	if (budgeting->empty != SLICE_GOOD)
		writing_lost(writing, CARRIED_BUDGETING, writing->slo->place,
			     "openslo does not say what a slice without events is: '%s' is left out",
			     slice_empty_names[budgeting->empty]);
}

static void put_objective(struct writing *writing)
{
	static const char *const operators[COMPARISONS] = {
		[IS_LESS] = "lt", [IS_AT_MOST] = "lte", [IS_MORE] = "gt", [IS_AT_LEAST] = "gte"};
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;

	yaml_list(yaml, "objectives");
	yaml_item(yaml);
	if (slo->sli.kind == SLI_THRESHOLD) {
		yaml_plain(yaml, "op", operators[slo->sli.comparison]);
		yaml_plain(yaml, "value", decimal_text(writing->arena, slo->sli.limit, 0).at);
	}
	yaml_plain(yaml, "target", decimal_text(writing->arena, slo->objective, 0).at);
	put_slices(writing);
	yaml_item_end(yaml);
	yaml_list_end(yaml);
}

static void put_description(struct writing *writing)
{
	struct str description = writing->slo->description;

	if (description.len > DESCRIPTION_BYTES)
		writing_lost(writing, CARRIED_DESCRIPTION, writing->slo->place,
			     "openslo's descriptions have up to %d bytes: it is left out", DESCRIPTION_BYTES);
	else if (description.len)
		yaml_text(&writing->yaml, "description", description);
}

static bool write_slo(struct writing *writing)
{
	static const char *const methods[BUDGETING_METHODS] = {[BUDGET_OCCURRENCES] = "Occurrences",
							       [BUDGET_TIME_SLICES] = "Timeslices",
							       [BUDGET_RATIO_TIME_SLICES] = "RatioTimeslices"};
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;
	struct str name;

	if (!writing_name(writing, &name))
		return false;
	if (!dns_label(name))
		return writing_refuse(writing, slo->place,
				      "'%.*s' is no name in openslo: lower-case letters, digits and '-', up to 63",
				      STR_ARG(name));
	yaml_plain(yaml, "apiVersion", "openslo/v1");
	yaml_plain(yaml, "kind", "SLO");
	put_metadata(writing, name);
	yaml_map(yaml, "spec");
	put_description(writing);
	yaml_text(yaml, "service", slo->service);
	if (!openslo_put_indicator(writing, name))
		return false;
	put_window(writing);
	yaml_plain(yaml, "budgetingMethod", methods[slo->budgeting.method]);
	put_objective(writing);
	openslo_put_alerts(writing);
	yaml_map_end(yaml);
	writing_lost_common(writing);
	return true;
}

const struct definition_language language_openslo = {
	.name = "openslo", .version = "openslo/v1", .sources = true, .slo = write_slo, .across_files = true};
