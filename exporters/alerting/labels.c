#include "exporters/alerting/labels.h"

#include "exporters/series.h"

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
