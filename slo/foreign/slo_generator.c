/* Google's slo-generator, sre.google.com/v2, with Prometheus for a backend; and the configuration that its SLOs share,
 * of which the error budget policies matter here: a step's window and burn rate is an alert, the longest window is
 * the SLO's. */
#include "base/limits.h"
#include "format/yaml_tree.h"
#include "model/source_name.h"
#include "slo/foreign/foreign.h"
#include "slo/foreign/latency_pair.h"
#include "slo/foreign/over_window.h"
#include "slo/foreign/quotient.h"
#include "slo/foreign/slo_generator_policy.h"
#include "slo/foreign/yaml_fill.h"
#include "slo/keeping.h"
#include "slo/kept_path.h"
#include "slo/native/native_types.h"
#include "slo/parts.h"

#include <stddef.h>

struct generator_slo {
	struct draft draft;
	struct str backend, policy;
	int method;
	const struct yaml_node *indicator, *threshold_bucket, *operators;
	struct written_query good, bad, valid, expression;
};

enum { GOOD_BAD_RATIO, DISTRIBUTION_CUT, QUERY_SLI };

#define AT(member) offsetof(struct generator_slo, member)

static const struct field indicator[] = {
	{.name = "filter_good", .type = &field_query, .at = AT(good)},
	{.name = "filter_bad", .type = &field_query, .at = AT(bad)},
	{.name = "filter_valid", .type = &field_query, .at = AT(valid)},
	{.name = "expression", .type = &field_query, .at = AT(expression)},
	{.name = "threshold_bucket", .type = &native_type_later, .at = AT(threshold_bucket)},
	{.name = "operators", .type = &native_type_later, .at = AT(operators)},
	{.name = NULL},
};

static const char not_ours[] = "wick serves its numbers itself";

static const struct field spec[] = {
	{.name = "description", .type = &field_text, .at = AT(draft.slo.description), .max = (double)LIMIT_TEXT_BYTES},
	{.name = "backend", .type = &field_text, .at = AT(backend), .required = true},
	{.name = "method",
	 .type = &field_choice,
	 .at = AT(method),
	 .required = true,
	 .choices = (const char *const[]){"good_bad_ratio", "distribution_cut", "query_sli", NULL}},
	{.name = "goal", .type = &native_type_objective, .at = AT(draft.slo), .required = true},
	{.name = "service_level_indicator",
	 .type = &native_type_sli,
	 .at = AT(indicator),
	 .required = true,
	 .inner = indicator},
	{.name = "error_budget_policy", .type = &field_text, .at = AT(policy)},
	{.name = "exporters", .type = &foreign_unused, .help = not_ours},
	{.name = "frequency", .type = &foreign_unused, .help = "wick counts all the time"},
	{.name = NULL},
};

/* slo-generator puts a window behind a filter that has none, and increase() and sum() around it. Without an SLO
 * whose events it counts, an offset stays where it is. */
static void take_window(struct reader *reader, struct written_query *query, const struct slo *slo)
{
	struct promql_node *tree = query->tree;

	if (slo)
		over_window_take(reader, query, slo);
	if (!tree || query->tree != tree || tree->kind != PROMQL_SELECTOR || !tree->range.window)
		return;
	tree->range = (struct promql_span){.set = false};
	query->query.text = query_canonical(reader->arena, tree);
}

/* The order of the two does not change a ratio of sums. */
static void check_operators(struct reader *reader, const struct yaml_node *operators)
{
	bool fine = !operators || (operators->kind == YAML_LIST && operators->len == 2);

	for (size_t i = 0; fine && operators && i < operators->len; i++) {
		const struct yaml_node *item = operators->items[i];

		fine = item->kind == YAML_SCALAR &&
		       (str_is(item->text, "increase") || str_is(item->text, "rate") || str_is(item->text, "sum"));
	}
	if (!fine)
		reader_error(reader, operators, "operators", "operators",
			     "are known as [increase, sum] or [rate, sum]; write other queries as method query_sli");
}

/* good + bad as a query: for wick an SLI says all events. */
static void add_up(struct reader *reader, struct generator_slo *slo)
{
	struct written_query *total = &slo->draft.total;
	struct promql_error fault;
	struct str text;

	if (!slo->good.tree || !slo->bad.tree)
		return;
	if (!query_plain(slo->good.tree) || !query_plain(slo->bad.tree)) {
		const struct written_query *wrong = query_plain(slo->good.tree) ? &slo->bad : &slo->good;

		reader_error(reader, wrong->node, wrong->key, "query-selector",
			     "must be a plain selector where filter_good and filter_bad make up all; give filter_valid "
			     "instead of one of them");
		return;
	}
	text = arena_fmt(reader->arena, "sum(increase(%.*s[$window])) + sum(increase(%.*s[$window]))",
			 STR_ARG(query_canonical(reader->scratch, slo->good.tree)),
			 STR_ARG(query_canonical(reader->scratch, slo->bad.tree)));
	*total = slo->bad;
	total->query.text = text;
	total->tree = promql_parse(reader->scratch, text, &fault);
	slo->draft.good = (struct written_query){.node = NULL};
	slo->draft.bad = slo->bad;
}

static void finish_ratio(struct reader *reader, struct generator_slo *slo)
{
	struct draft *draft = &slo->draft;
	bool good = slo->good.node, bad = slo->bad.node, valid = slo->valid.node;

	check_operators(reader, slo->operators);
	take_window(reader, &slo->good, &slo->draft.slo);
	take_window(reader, &slo->bad, &slo->draft.slo);
	take_window(reader, &slo->valid, &slo->draft.slo);
	draft->slo.sli.kind = SLI_EVENTS;
	if (good + bad + valid < 2) {
		reader_error(reader, slo->indicator, "service_level_indicator", "missing-key",
			     "wants filter_good with filter_valid or filter_bad");
		return;
	}
	if (good && bad && valid) {
		reader_error(reader, slo->bad.node, "filter_bad", "good-and-bad",
			     "stands beside filter_good and filter_valid; give two of the three");
		return;
	}
	draft->good = slo->good;
	draft->bad = slo->bad;
	draft->total = slo->valid;
	if (!valid)
		add_up(reader, slo);
	if (draft->total.node)
		draft_finish_sli(reader, draft);
}

static bool has_expression(struct reader *reader, const struct generator_slo *slo)
{
	return slo->expression.node || reader_error(reader, slo->indicator, "expression", "missing-key", "is missing");
}

static void finish_cut(struct reader *reader, struct generator_slo *slo)
{
	if (!has_expression(reader, slo))
		return;
	if (!slo->threshold_bucket) {
		reader_error(reader, slo->indicator, "threshold_bucket", "missing-key", "is missing");
		return;
	}
	if (!slo->expression.tree)
		return;
	slo->draft.slo.sli.kind = SLI_LATENCY;
	take_window(reader, &slo->expression, NULL);
	latency_bucket_take(reader, &slo->expression, slo->threshold_bucket, &slo->draft);
	if (slo->draft.metric.node)
		draft_finish_sli(reader, &slo->draft);
}

static void finish_query(struct reader *reader, struct generator_slo *slo)
{
	struct draft *draft = &slo->draft;

	if (!has_expression(reader, slo))
		return;
	draft->slo.sli.kind = SLI_RATIO;
	draft->good = slo->expression;
	quotient_take(reader, draft);
	draft_finish_sli(reader, draft);
}

static void finish_sli(struct reader *reader, struct generator_slo *slo)
{
	if (!slo->indicator || slo->indicator->kind != YAML_MAP)
		return;
	if (slo->method == GOOD_BAD_RATIO)
		finish_ratio(reader, slo);
	else if (slo->method == DISTRIBUTION_CUT)
		finish_cut(reader, slo);
	else
		finish_query(reader, slo);
}

static struct str label_text(const struct yaml_node *labels, const char *key)
{
	const struct yaml_node *node = foreign_get(labels, key);

	return node && node->kind == YAML_SCALAR && name_legal(node->text) ? node->text : STR("");
}

/* Its SLOs go by three labels: service, feature and SLO. The name is left over where they are there. */
static void read_names(struct reader *reader, const struct foreign_metadata *metadata, struct head *head,
		       struct draft *draft)
{
	static const struct field field = {.name = "labels", .type = &foreign_labels};
	const struct yaml_node *labels = metadata->labels;
	struct str service = label_text(labels, "service_name"), feature = label_text(labels, "feature_name");
	struct str name = label_text(labels, "slo_name");

	head->service = arena_str(reader->arena, service.len ? service : metadata->name);
	draft->slo.name = metadata->name;
	if (service.len && name.len) {
		reader_unused(reader, draft->name, "name",
			      "an SLO goes by its labels service_name, feature_name and slo_name");
		draft->slo.name =
			arena_fmt(reader->arena, "%.*s%s%.*s", STR_ARG(feature), feature.len ? "-" : "", STR_ARG(name));
	}
	if (labels)
		foreign_labels.read(reader, &field, labels, &head->labels);
}

/* The window and tiers of its error budget policy, where that is known. */
static void read_policy(struct reader *reader, const struct yaml_node *node, struct generator_slo *slo)
{
	struct draft *draft = &slo->draft;
	struct str name = slo->policy.len ? slo->policy : STR("default");
	struct span window;

	if (!generator_policy_find(reader, name, node, slo_per_step(&draft->slo), &window, &draft->slo.alerting))
		return;
	if (draft->slo.alerting)
		draft_add_window(reader, draft, node, "error_budget_policy", (struct slo_window){.span = window});
	else if (slo->policy.len)
		reader_warn(
			reader, node, "error_budget_policy", "unknown-policy",
			"no file here defines the policy '%.*s' below error_budget_policies: the window is 30d, with "
			"wick's own alerts",
			VALUE_ARG(name));
}

static bool is_prometheus(struct str backend)
{
	struct str class = str_slice(backend, 0, str_find(backend, '/'));

	return str_is(class, "prometheus");
}

/* `prometheus/eu` is one of several Prometheus: a wish for the settings' source of that name. */
static void take_source(struct reader *reader, const struct generator_slo *generator, const struct yaml_node *node,
			struct source_ref *source)
{
	struct str name = str_slice(generator->backend, str_find(generator->backend, '/') + 1, generator->backend.len);

	if (!name_legal(name) || str_is(name, SOURCE_DEFAULT_NAME))
		return;
	*source = (struct source_ref){arena_str(reader->arena, name), true, reader_place(reader, node)};
	reader_note(
		reader, node, "backend", "source-wish",
		"it is counted at the source '%.*s' where the settings have one of that name, else at the default one",
		VALUE_ARG(name));
}

/* With its placeholders: what they stand for is none of the file's. */
static const struct kept_fields *keep(struct reader *reader, const struct yaml_node *filled,
				      const struct yaml_node *written)
{
	struct kept_list kept = {NULL, 0};

	kept_gather(reader, &kept, filled, STR(""), NULL);
	for (size_t i = 0; i < kept.len; i++)
		kept.at[i].value =
			yaml_tree_copy(reader->arena, kept_path_find(reader->scratch, written, kept.at[i].path));
	return kept_of(reader, &kept);
}

/* `errors` are those of before the document's variables were filled in. */
static void load_spec(struct reader *reader, const struct foreign_resource *document, const struct yaml_node *node,
		      const struct yaml_node *written, size_t errors, struct loaded *loaded)
{
	struct generator_slo slo = {.draft = {.node = node}};
	struct draft *draft = &slo.draft;
	struct head head;

	head_init(&head);
	draft->name = yaml_get(yaml_get(node, "metadata"), "name");
	read_names(reader, &document->metadata, &head, draft);
	reader_unused(reader, document->metadata.annotations, "annotations", "it is for the file's other readers");
	fields_read(reader, spec, document->spec, "spec", &slo);
	take_source(reader, &slo, yaml_get(document->spec, "backend"), &draft->slo.source);
	draft->objective = yaml_get(document->spec, "goal");
	finish_sli(reader, &slo);
	read_policy(reader,
		    yaml_get(document->spec, "error_budget_policy") ? yaml_get(document->spec, "error_budget_policy")
								    : node,
		    &slo);
	draft->slo.kept = keep(reader, node, written);
	draft_take(reader, &head, draft, errors, loaded);
	head_release(&head);
}

/* Before variables are filled in: those of other systems need not be set here. */
static bool is_others(struct reader *reader, const struct yaml_node *document)
{
	const struct yaml_node *backend = yaml_get(yaml_get(document, "spec"), "backend");

	if (!backend || backend->kind != YAML_SCALAR || yaml_null(backend) || is_prometheus(backend->text) ||
	    str_starts(backend->text, STR("${")))
		return false;
	reader_warn(reader, backend, "backend", "other-backend", "'%.*s' is no Prometheus: this SLO is left out",
		    VALUE_ARG(backend->text));
	return true;
}

static void load_filled(struct reader *reader, const struct yaml_node *written, struct loaded *loaded)
{
	size_t errors = reader->findings->errors;
	const struct yaml_node *node = yaml_fill(reader, written);
	struct foreign_resource document = {.spec = NULL};

	if (reader->findings->errors == errors && is_others(reader, node))
		return;
	fields_read(reader, foreign_resource, node, "the document", &document);
	if (document.spec)
		load_spec(reader, &document, node, written, errors, loaded);
}

static void load(struct reader *reader, const struct yaml_node *written, struct loaded *loaded)
{
	size_t before = reader->findings->len;

	if (is_others(reader, written))
		return;
	load_filled(reader, written, loaded);
	yaml_fill_settle(reader, before);
}

const struct loader loader_slo_generator = {
	.api_version = "sre.google.com/v2", .kind = "ServiceLevelObjective", .load = load};
