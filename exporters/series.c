#include "exporters/series.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

/* Names that single families add, which a test holds to axis_labels, and those that alerts and rules add: an alert of a
 * group that had one of them would be told under another name. An SLO's own labels never use them. `namespace` is the
 * SLO's, whether it has one or not: a group's would make it the SLO of another namespace. */
static const char *const family_labels[] = {
	"window",    "outcome",    "state",    "objective", "sli",       "way",    "exact",
	"policy",    "tier",       "severity", "long",      "short",     "factor", "kind",
	"alertname", "alertstate", "pack",     "alerting",  "namespace", "period",
};

/* A label set while it is put together. */
struct draft {
	struct label *at;
	size_t len, cap;
	struct arena names; /* of those that had to be changed */
};

void series_value_write(struct buf *out, struct str value)
{
	size_t from = 0;

	if (str_find(value, '\0') == value.len && str_utf8(value)) {
		label_value_write(out, value);
		return;
	}
	for (size_t pos = 0; pos < value.len;) {
		size_t start = pos;

		if (str_rune(value, &pos) > 0)
			continue;
		label_value_write(out, str_slice(value, from, start));
		buf_cstr(out, "\xEF\xBF\xBD");
		from = pos;
	}
	label_value_write(out, str_slice(value, from, value.len));
}

static bool taken(const struct draft *draft, struct str name)
{
	for (size_t i = 0; i < sizeof(family_labels) / sizeof(*family_labels); i++)
		if (str_is(name, family_labels[i]))
			return true;
	for (size_t i = 0; i < draft->len; i++)
		if (str_eq(draft->at[i].name, name))
			return true;
	return false;
}

/* Names that the text format does not have (Prometheus 3 allows any) are spelled with underscores. */
static struct str spelled(struct draft *draft, struct str name)
{
	struct str copy;
	char *at;

	if (label_name_ok(name))
		return name;
	copy = arena_fmt(&draft->names, "%s%.*s", name.len && ascii_digit(name.at[0]) ? "_" : "", STR_ARG(name));
	at = arena_alloc(&draft->names, copy.len + 1);
	for (size_t i = 0; i < copy.len; i++)
		at[i] = ascii_alpha(copy.at[i]) || ascii_digit(copy.at[i]) ? copy.at[i] : '_';
	return copy.len ? (struct str){at, copy.len} : STR("_");
}

static void draft_put(struct draft *draft, struct str name, struct str value)
{
	XGROW(draft->at, draft->len, draft->cap);
	draft->at[draft->len++] = (struct label){name, value};
}

/* A label that may be empty, which is the same as not there, or have any name. */
static void draft_add(struct draft *draft, struct str name, struct str value)
{
	if (value.len == 0 || str_starts(name, STR("__")))
		return;
	name = spelled(draft, name);
	while (taken(draft, name))
		name = arena_fmt(&draft->names, "exported_%.*s", STR_ARG(name));
	draft_put(draft, name, value);
}

static void draft_fill(struct draft *draft, const struct slo_result *result)
{
	const struct slo *slo = result->slo;

	draft->len = 0;
	/* always there, so that every series has a label set for a family to add to */
	draft_put(draft, STR("service"), slo->service);
	draft_put(draft, STR("slo"), slo->name);
	if (slo->namespace_.len)
		draft_put(draft, STR("namespace"), slo->namespace_);
	for (size_t i = 0; i < result->group.len; i++)
		draft_add(draft, result->group.at[i].name, result->group.at[i].value);
	for (size_t i = 0; i < slo->labels.len; i++)
		draft_add(draft, slo->labels.at[i].name, slo->labels.at[i].value);
	labels_sort((struct labels){draft->at, draft->len});
}

static void put_label(struct buf *text, char before, struct str name, struct str value)
{
	buf_char(text, before);
	buf_str(text, name);
	buf_cstr(text, "=\"");
	series_value_write(text, value);
	buf_char(text, '"');
}

static struct series_labels series_put(struct buf *text, const struct draft *draft, const struct slo *slo)
{
	struct series_labels labels = {.at = text->len, .shown = true};

	for (size_t i = 0; i < draft->len; i++)
		put_label(text, i ? ',' : '{', draft->at[i].name, draft->at[i].value);
	labels.identity_len = text->len - labels.at;
	put_label(text, ',', STR("window"), slo->windows->name);
	labels.window_len = text->len - labels.at - labels.identity_len;
	put_label(text, ',', STR("objective"), slo->objective_text);
	put_label(text, ',', STR("sli"), str_of(sli_kind_names[slo->sli.kind]));
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
	struct draft draft = {0};

	*series = (struct series){.len = results ? results->len : 0};
	buf_init(&series->text, LIMIT_HTTP_RESPONSE_BYTES);
	if (series->len == 0)
		return;
	arena_init(&draft.names);
	series->list = xcalloc(series->len, sizeof(*series->list));
	for (size_t i = 0; i < series->len; i++) {
		draft_fill(&draft, &results->list[i]);
		series->list[i] = series_put(&series->text, &draft, results->list[i].slo);
	}
	find_conflicts(series);
	arena_release(&draft.names);
	free(draft.at);
}

struct labels series_labels_of(struct arena *arena, const struct slo_result *result)
{
	struct draft draft = {0};
	struct labels labels;

	arena_init(&draft.names);
	draft_fill(&draft, result);
	labels = labels_copy(arena, (struct labels){draft.at, draft.len});
	arena_release(&draft.names);
	free(draft.at);
	return labels;
}

void series_release(struct series *series)
{
	buf_release(&series->text);
	free(series->list);
	*series = (struct series){0};
}
