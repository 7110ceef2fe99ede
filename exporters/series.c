#include "exporters/series.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "exporters/alerting/tier_set.h"
#include "exporters/label_draft.h"

#include <stdlib.h>

/* Names that single families add, which a test holds to axis_labels, and those that alerts and rules add: an alert of a
 * group that had one of them would be told under another name. An SLO's own labels never use them. `namespace` is the
 * SLO's, whether it has one or not: a group's would make it the SLO of another namespace. */
static const char *const family_labels[] = {
	"window", "outcome",  "state",     "objective", "sli",    "way",       "exact",     "policy",
	"tier",   "severity", "long",      "short",     "factor", "kind",      "alertname", "alertstate",
	"pack",   "alerting", "namespace", "period",    "slo_id", "slo_group",
};

static void draft_fill(struct label_draft *draft, const struct slo_result *result)
{
	const struct slo *slo = result->slo;

	draft->len = 0;
	/* always there, so that every series has a label set for a family to add to */
	label_draft_put(draft, STR("service"), slo->service);
	label_draft_put(draft, STR("slo"), slo->name);
	if (slo->namespace_.len)
		label_draft_put(draft, STR("namespace"), slo->namespace_);
	for (size_t i = 0; i < result->group.len; i++)
		label_draft_add(draft, result->group.at[i].name, result->group.at[i].value);
	for (size_t i = 0; i < slo->labels.len; i++)
		label_draft_add(draft, slo->labels.at[i].name, slo->labels.at[i].value);
	label_draft_sorted(draft);
}

/* What tells the groups of an SLO apart, whatever their labels are called: "eu", "eu, GET". */
static void put_group(struct buf *text, struct labels group)
{
	struct buf value;

	if (group.len == 0)
		return;
	buf_init(&value, text->ceiling);
	for (size_t i = 0; i < group.len; i++) {
		buf_cstr(&value, i ? ", " : "");
		buf_str(&value, group.at[i].value);
	}
	label_write(text, ',', STR("slo_group"), buf_view(&value));
	buf_release(&value);
}

static struct series_labels series_put(struct buf *text, const struct label_draft *draft,
				       const struct slo_result *result, const struct tier_set *set)
{
	const struct slo *slo = result->slo;
	struct series_labels labels = {.at = text->len, .shown = true};

	label_set_write(text, (struct labels){draft->at, draft->len});
	labels.identity_len = text->len - labels.at;
	label_write(text, ',', STR("window"), slo->windows->name);
	labels.window_len = text->len - labels.at - labels.identity_len;
	label_write(text, ',', STR("objective"), slo->objective_text);
	label_write(text, ',', STR("sli"), str_of(sli_kind_names[slo->sli.kind]));
	label_write(text, ',', STR("slo_id"), slo->id);
	put_group(text, result->group);
	label_write(text, ',', STR("alerting"), str_of(set->name));
	labels.info_len = text->len - labels.at - labels.identity_len - labels.window_len;
	return labels;
}

/* Hides what would come twice. Only here, when the text does not move any more, can keys point into it. */
static void find_conflicts(struct series *series)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < series->len; i++) {
		struct series_labels *labels = &series->list[i];
		struct str identity = str_slice(buf_view(&series->text), labels->at, labels->at + labels->identity_len);

		labels->shown = !series->text.full && !map_get(&seen, identity);
		if (labels->shown)
			map_put(&seen, identity, labels);
		else
			series->conflicts++;
	}
	map_release(&seen);
}

void series_init(struct series *series, const struct results *results)
{
	const struct alerting *alerting = NULL;
	struct label_draft draft;
	struct tier_set set;

	*series = (struct series){.len = results ? results->len : 0};
	buf_init(&series->text, LIMIT_HTTP_RESPONSE_BYTES);
	if (series->len == 0)
		return;
	label_draft_init(&draft, family_labels, sizeof(family_labels) / sizeof(*family_labels));
	series->list = xcalloc(series->len, sizeof(*series->list));
	for (size_t i = 0; i < series->len; i++) {
		draft_fill(&draft, &results->list[i]);
		if (results->list[i].slo->alerting != alerting) /* most share one */
			set = tier_set_of(alerting = results->list[i].slo->alerting);
		series->list[i] = series_put(&series->text, &draft, &results->list[i], &set);
	}
	find_conflicts(series);
	label_draft_release(&draft);
}

struct labels series_labels_of(struct arena *arena, const struct slo_result *result)
{
	struct label_draft draft;
	struct labels labels;

	label_draft_init(&draft, family_labels, sizeof(family_labels) / sizeof(*family_labels));
	draft_fill(&draft, result);
	labels = labels_copy(arena, (struct labels){draft.at, draft.len});
	label_draft_release(&draft);
	return labels;
}

void series_release(struct series *series)
{
	buf_release(&series->text);
	free(series->list);
	*series = (struct series){0};
}
