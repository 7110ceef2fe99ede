#include "exporters/alerting/labels.h"

#include "base/limits.h"
#include "exporters/series.h"
#include "format/template.h"

static void put(struct labels *labels, struct str name, struct str value)
{
	labels->at[labels->len++] = (struct label){name, value};
}

struct labels alert_own_labels(struct arena *arena, const struct slo_result *result, const struct tier *tier,
			       const struct alert *alert)
{
	struct labels series = series_labels_of(arena, result);
	struct labels labels = {arena_array(arena, 6 + tier->labels.len, sizeof(struct label)), 0};

	put(&labels, STR("tier"), tier->name);
	put(&labels, STR("kind"), str_of(tier_kind_names[tier->kind]));
	put(&labels, STR("severity"), tier->severity);
	if (tier->kind == TIER_BURN) {
		put(&labels, STR("long"), arena_str(arena, str_of(span_text(tier->long_).text)));
		put(&labels, STR("short"), arena_str(arena, str_of(span_text(tier->short_).text)));
		put(&labels, STR("factor"), arena_fmt(arena, "%.4g", tier->factor));
	}
	if (tier->kind == TIER_MISSED) {
		put(&labels, STR("window"), tier->window);
		if (alert && alert->period)
			put(&labels, STR("period"), alert->period->name);
	}
	for (size_t i = 0; i < tier->labels.len; i++)
		if (!labels_get(series, tier->labels.at[i].name).at)
			put(&labels, tier->labels.at[i].name, tier->labels.at[i].value);
	labels_sort(labels);
	return labels;
}

static struct labels all_labels(struct arena *arena, const struct slo_result *result, const struct tier *tier,
				const struct alert *alert)
{
	struct labels series = series_labels_of(arena, result), own = alert_own_labels(arena, result, tier, alert);
	struct labels all = {arena_array(arena, series.len + own.len, sizeof(struct label)), 0};

	for (size_t i = 0; i < series.len; i++)
		put(&all, series.at[i].name, series.at[i].value);
	for (size_t i = 0; i < own.len; i++)
		put(&all, own.at[i].name, own.at[i].value);
	labels_sort(all);
	return all;
}

/* Unless the author gave one of the same name, or a label would be there twice. */
static void give(struct arena *arena, struct labels *given, struct labels labels, const char *name, struct str text)
{
	struct str label = arena_fmt(arena, "annotation_%s", name);

	if (text.len && !labels_get(*given, str_of(name)).at && !labels_get(labels, label).at)
		put(given, str_of(name), text);
}

struct labels alert_given(struct arena *arena, const struct slo_result *result, const struct tier *tier,
			  const struct alert *alert)
{
	struct labels labels = all_labels(arena, result, tier, alert);
	struct labels given = {arena_array(arena, 2 + tier->annotations.len, sizeof(struct label)), 0};
	struct buf text;

	buf_init(&text, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < tier->annotations.len; i++) {
		buf_clear(&text);
		template_write(&text, tier->annotations.at[i].value, labels, STR("$value"));
		give(arena, &given, labels, arena_str(arena, tier->annotations.at[i].name).at,
		     arena_str(arena, buf_view(&text)));
	}
	give(arena, &given, labels, "slo_description", result->slo->description);
	give(arena, &given, labels, "runbook_url", result->slo->alerting->runbook);
	buf_release(&text);
	labels_sort(given);
	return given;
}
