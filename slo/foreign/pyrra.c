/* Pyrra's resource ServiceLevelObjective. An SLO there has no service: it goes by the label `pyrra.dev/service`, or by
 * its own name. */
#include "base/limits.h"
#include "base/num.h"
#include "slo/default_alerting.h"
#include "slo/foreign/foreign.h"
#include "slo/foreign/latency_pair.h"
#include "slo/foreign/over_window.h"
#include "slo/keeping.h"
#include "slo/native/native_types.h"

#include <stddef.h>

struct pyrra_slo {
	struct draft draft;
	struct span window, latency;
	const struct yaml_node *indicator, *window_node;
	struct written_query success, count; /* of `latency` */
	bool disabled, burnrates, absent;
};

#define AT(member) offsetof(struct pyrra_slo, member)

/* `key: {metric: QUERY}` */
#define METRIC(member)                                                                                                 \
	{                                                                                                              \
		{.name = "metric", .type = &field_query, .at = AT(member), .required = true}, {.name = NULL},          \
	}
#define GROUPING                                                                                                       \
	{                                                                                                              \
		.name = "grouping", .type = &native_type_label_names, .at = AT(draft.slo)                              \
	}

static const struct field errors[] = METRIC(draft.bad), total[] = METRIC(draft.total), success[] = METRIC(success),
			  count[] = METRIC(count), histogram[] = METRIC(draft.metric);

static const struct field ratio[] = {
	{.name = "errors", .type = &field_map, .inner = errors, .required = true},
	{.name = "total", .type = &field_map, .inner = total, .required = true},
	GROUPING,
	{.name = NULL},
};

static const struct field latency[] = {
	{.name = "success", .type = &field_map, .inner = success, .required = true},
	{.name = "total", .type = &field_map, .inner = count, .required = true},
	GROUPING,
	{.name = NULL},
};

static const struct field latency_native[] = {
	{.name = "latency", .type = &native_type_limit, .at = AT(draft.threshold), .required = true},
	{.name = "total", .type = &field_map, .inner = histogram, .required = true},
	GROUPING,
	{.name = NULL},
};

static const struct field bool_gauge[] = {
	{.name = "metric", .type = &field_query, .at = AT(draft.metric), .required = true},
	GROUPING,
	{.name = NULL},
};

static const struct field indicator[] = {
	{.name = "ratio", .type = &field_map, .inner = ratio},
	{.name = "latency", .type = &field_map, .inner = latency},
	{.name = "latencyNative", .type = &field_map, .inner = latency_native},
	{.name = "bool_gauge", .type = &field_map, .inner = bool_gauge},
	{.name = NULL},
};

static const struct field alerting[] = {
	{.name = "disabled", .type = &field_bool, .at = AT(disabled)},
	{.name = "burnrates", .type = &field_bool, .at = AT(burnrates)},
	{.name = "absent", .type = &field_bool, .at = AT(absent)},
	{.name = "name", .type = &foreign_unused, .help = "an alert goes by its tier"},
	{.name = "absentName", .type = &foreign_unused, .help = "an alert goes by its tier"},
	{.name = "severities", .type = &foreign_unused, .help = "pages are `critical` and tickets `warning`"},
	{.name = NULL},
};

static const struct field spec[] = {
	{.name = "description", .type = &field_text, .at = AT(draft.slo.description), .max = (double)LIMIT_TEXT_BYTES},
	{.name = "target", .type = &foreign_percent, .at = AT(draft.slo), .required = true},
	{.name = "window", .type = &native_type_minutes, .at = AT(window), .required = true},
	{.name = "indicator", .type = &native_type_sli, .at = AT(indicator), .required = true, .inner = indicator},
	{.name = "alerting", .type = &field_map, .inner = alerting},
	{.name = "partial_response_strategy",
	 .type = &foreign_unused,
	 .help = "it is for Thanos's ruler, and wick counts no partial answer"},
	{.name = "performanceOverAccuracy", .type = &foreign_unused, .help = "wick's counts are exact and cheap"},
	{.name = "ruleOutput", .type = &foreign_unused, .help = "it changes the rules that Pyrra writes"},
	{.name = NULL},
};

/* Pyrra's label for its own rules: "pyrra.dev/team: a" is the label `team` on all series of the SLO. */
static const struct str prefix = STR_INIT("pyrra.dev/");

/* The labels that Pyrra hands on, with the prefix taken away; the others are the cluster's. */
static struct yaml_node *own_labels(struct reader *reader, const struct yaml_node *labels)
{
	struct arena *arena = reader->scratch;
	struct yaml_node *own = arena_alloc(arena, sizeof(*own));

	*own = *labels;
	own->pairs = arena_array(arena, labels->len, sizeof(*own->pairs));
	own->len = 0;
	for (size_t i = 0; i < labels->len; i++) {
		struct yaml_node *key;

		if (!str_starts(labels->pairs[i].key->text, prefix)) {
			reader_note(reader, labels->pairs[i].key, "labels", "label-passed",
				    "'%.*s' is the cluster's, without 'pyrra.dev/' before it",
				    VALUE_ARG(labels->pairs[i].key->text));
			reader_keep(reader, labels->pairs[i].value);
			continue;
		}
		key = arena_alloc(arena, sizeof(*key));
		*key = *labels->pairs[i].key;
		key->text = str_slice(key->text, prefix.len, key->text.len);
		own->pairs[own->len++] = (struct yaml_pair){key, labels->pairs[i].value, false};
	}
	return own;
}

static void read_labels(struct reader *reader, const struct yaml_node *labels, struct head *head)
{
	static const struct field field = {.name = "labels", .type = &foreign_labels};
	struct yaml_node *own;

	if (!labels)
		return;
	own = own_labels(reader, labels);
	for (size_t i = 0; i < own->len; i++)
		if (str_is(own->pairs[i].key->text, "service") && own->pairs[i].value->kind == YAML_SCALAR &&
		    name_legal(own->pairs[i].value->text)) {
			head->service = arena_str(reader->arena, own->pairs[i].value->text);
			own->pairs[i] = own->pairs[--own->len];
			break;
		}
	if (own->len)
		foreign_labels.read(reader, &field, own, &head->labels);
}

static void finish_sli(struct reader *reader, struct pyrra_slo *slo)
{
	static const char *const kinds[] = {"ratio", "latency", "latencyNative", "bool_gauge"};
	static const enum sli_kind means[] = {SLI_EVENTS, SLI_EVENTS, SLI_LATENCY, SLI_PROBE};
	struct draft *draft = &slo->draft;
	const struct yaml_node *found = NULL;

	if (!slo->indicator || slo->indicator->kind != YAML_MAP)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct yaml_node *node = yaml_get(slo->indicator, kinds[i]);

		if (!node || yaml_null(node))
			continue;
		if (found) {
			reader_error(reader, node, "indicator", "sli-kinds",
				     "has more than one of ratio, latency, latencyNative and bool_gauge");
			return;
		}
		found = node;
		draft->slo.sli.kind = means[i];
		draft->slo.sli.native = str_is(str_of(kinds[i]), "latencyNative");
	}
	if (!found) {
		reader_error(reader, slo->indicator, "indicator", "missing-key",
			     "has none of ratio, latency, latencyNative and bool_gauge");
		return;
	}
	draft->group_by = yaml_get(found, "grouping");
	if (draft->slo.sli.kind == SLI_EVENTS) {
		over_window_take(reader, &draft->bad, &draft->slo);
		over_window_take(reader, &draft->total, &draft->slo);
	}
	if (slo->success.tree && slo->count.tree) {
		latency_pair_take(reader, &slo->success, &slo->count, draft);
		/* wick knows the bound as a number, and Pyrra has to have it as the client spells it */
		if (draft->slo.sli.kind == SLI_LATENCY && num_whole(draft->threshold.number))
			reader_keep(reader, slo->success.node);
	}
	draft_finish_sli(reader, draft);
}

/* Without the tiers that the author wants none of. */
static const struct alerting *wanted(struct reader *reader, const struct pyrra_slo *slo, const struct alerting *all)
{
	struct alerting *kept = arena_alloc(reader->arena, sizeof(*kept));
	struct tier *tiers = arena_array(reader->arena, all->len, sizeof(*tiers));

	*kept = *all;
	kept->len = 0;
	for (size_t i = 0; i < all->len && !slo->disabled; i++) {
		enum tier_kind kind = all->tiers[i].kind;
		bool absent = kind == TIER_NO_DATA || kind == TIER_VANISHED;

		if ((absent && !slo->absent) || (kind == TIER_BURN && !slo->burnrates))
			continue;
		tiers[kept->len++] = all->tiers[i];
	}
	kept->tiers = tiers;
	return kept;
}

static const struct alerting *make_alerting(struct reader *reader, const struct pyrra_slo *slo,
					    const struct yaml_node *node)
{
	static struct label critical[] = {{STR_INIT("severity"), STR_INIT("critical")}};
	static struct label warning[] = {{STR_INIT("severity"), STR_INIT("warning")}};
	static const struct foreign_alerting written = {
		.page = {.labels = {critical, 1}},
		.ticket = {.labels = {warning, 1}},
	};
	struct alerting_basis basis = {slo->window, slo_per_step(&slo->draft.slo), {{0}}, 0};
	const struct alerting *base = default_alerting(reader, &basis);

	return foreign_alerting_make(reader, wanted(reader, slo, base), slo->window, &written, node);
}

static void load_slo(struct reader *reader, const struct foreign_resource *document, const struct yaml_node *node,
		     struct loaded *loaded)
{
	struct pyrra_slo slo = {.draft = {.node = node}, .burnrates = true, .absent = true};
	struct draft *draft = &slo.draft;
	size_t errors_before = reader->findings->errors;
	struct kept_list kept = {NULL, 0};
	struct head head;
	uint64_t given;

	head_init(&head);
	draft->slo.name = head.service = document->metadata.name;
	head.namespace_ = document->metadata.namespace_;
	read_labels(reader, document->metadata.labels, &head);
	reader_unused(reader, document->metadata.annotations, "annotations", "it is the cluster's");
	given = fields_read(reader, spec, document->spec, "spec", &slo);
	draft->name = yaml_get(yaml_get(node, "metadata"), "name");
	draft->objective = yaml_get(document->spec, "target");
	draft->window = yaml_get(document->spec, "window");
	finish_sli(reader, &slo);
	if (field_given(spec, given, "window") &&
	    draft_add_window(reader, draft, draft->window, "window", (struct slo_window){.span = slo.window}))
		draft->slo.alerting = make_alerting(reader, &slo, node);
	kept_gather(reader, &kept, node, STR(""), NULL);
	draft->slo.kept = kept_of(reader, &kept);
	draft_take(reader, &head, draft, errors_before, loaded);
	head_release(&head);
}

static void load(struct reader *reader, const struct yaml_node *node, struct loaded *loaded)
{
	struct foreign_resource document = {.spec = NULL};

	fields_read(reader, foreign_resource, node, "the document", &document);
	if (document.spec)
		load_slo(reader, &document, node, loaded);
}

const struct loader loader_pyrra = {.api_version = "pyrra.dev/v1alpha1", .kind = "ServiceLevelObjective", .load = load};
