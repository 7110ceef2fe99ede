#include "slo/foreign/sloth.h"

#include "slo/foreign/quotient.h"
#include "slo/keeping.h"

#include <string.h>

/* Words of plugins' ids, and the templates that count what such plugins do. */
static const struct {
	const char *word, *template;
	bool whole; /* else `-latency` or `-availability` comes behind it */
} plugins[] = {
	{"apiserver", "kubernetes-api", false},
	{"coredns", "coredns", false},
	{"nginx", "ingress-nginx", false},
	{"traefik", "traefik", false},
	{"haproxy", "haproxy", false},
	{"envoy", "envoy", false},
	{"istio", "istio", false},
	{"grpc", "grpc", false},
	{"kafka", "kafka-lag", true},
	{"probe", "blackbox-probe", true},
	{"blackbox", "blackbox-probe", true},
	{"http", "http", false},
};

static bool has_word(struct str text, const char *word) { return memmem(text.at, text.len, word, strlen(word)); }

/* "coredns-latency", or an empty text. */
static struct str template_of(struct arena *arena, struct str id)
{
	for (size_t i = 0; i < sizeof(plugins) / sizeof(*plugins); i++)
		if (has_word(id, plugins[i].word))
			return arena_fmt(arena, "%s%s", plugins[i].template,
					 plugins[i].whole          ? ""
					 : has_word(id, "latency") ? "-latency"
								   : "-availability");
	return STR("");
}

static void finish_plugin(struct reader *reader, const struct sloth_slo *slo, const struct yaml_node *plugin)
{
	const struct yaml_node *id = slo->plugin_id;
	struct str name = id && id->kind == YAML_SCALAR ? id->text : STR("the plugin");
	struct str template = template_of(reader->scratch, name);

	reader_error(reader, id ? id : plugin, "plugin", "sli-plugin",
		     "'%.*s' is code that only sloth can run: write its two queries as sli.events%s%.*s%s",
		     VALUE_ARG(name), template.len ? ", or the SLO in wick's language with 'template: " : "",
		     VALUE_ARG(template), template.len ? "'" : "");
}

static void finish_sli(struct reader *reader, struct sloth_slo *slo)
{
	const struct yaml_node *sli = slo->sli, *events = foreign_get(sli, "events"), *raw = foreign_get(sli, "raw"),
			       *plugin = foreign_get(sli, "plugin");

	if (!sli || sli->kind != YAML_MAP)
		return;
	if (!!events + !!raw + !!plugin != 1) {
		reader_error(reader, sli, "sli", "sli-kinds", "wants exactly one of events, raw and plugin");
		return;
	}
	if (plugin)
		finish_plugin(reader, slo, plugin);
	slo->draft.slo.sli.kind = events ? SLI_EVENTS : SLI_RATIO;
	quotient_take(reader, &slo->draft);
	draft_finish_sli(reader, &slo->draft);
}

/* The document's labels become its SLOs' own. */
static void keep(struct reader *reader, const struct sloth_head *head, const struct yaml_node *slo,
		 struct kept_list *kept)
{
	const struct yaml_node *labels = yaml_get(head->spec, "labels");
	struct kept_list shared = {NULL, 0};

	kept_gather_head(reader, &shared, head->document, head->slos);
	for (size_t i = 0; i < shared.len; i++)
		if (!str_starts(shared.at[i].path, STR("labels")) && !str_starts(shared.at[i].path, STR("spec.labels")))
			kept_add(reader, kept, shared.at[i]);
	kept_gather(reader, kept, labels, STR("labels"), NULL);
	kept_gather(reader, kept, slo, STR(""), NULL);
}

static void load_slo(struct reader *reader, const struct sloth_dialect *dialect, struct sloth_head *head,
		     const struct yaml_node *node, struct loaded *loaded)
{
	struct sloth_slo slo = {.draft = {.node = node}};
	struct draft *draft = &slo.draft;
	struct sloth_period period;
	size_t errors = reader->findings->errors;
	struct kept_list kept = {NULL, 0};

	fields_read(reader, dialect->slo, node, "an SLO", &slo);
	if (node->kind != YAML_MAP)
		return;
	draft->name = yaml_get(node, "name");
	draft->objective = yaml_get(node, "objective");
	finish_sli(reader, &slo);
	if (sloth_period_find(reader, node, slo_per_step(&draft->slo), &period)) {
		draft_add_window(reader, draft, node, "sloPeriod", (struct slo_window){.span = period.period});
		draft->slo.alerting = foreign_alerting_make(reader, period.alerting, period.period, &slo.alerting,
							    slo.alerting_node ? slo.alerting_node : node);
	}
	keep(reader, head, node, &kept);
	draft->slo.kept = kept_of(reader, &kept);
	draft_take(reader, &head->head, draft, errors, loaded);
}

static void load_slos(struct reader *reader, const struct sloth_dialect *dialect, struct sloth_head *head,
		      struct loaded *loaded)
{
	if (head->slos && head->slos->len == 0)
		reader_error(reader, head->slos, "slos", "empty", "the list is empty; it wants at least one SLO");
	for (size_t i = 0; head->slos && i < head->slos->len; i++)
		load_slo(reader, dialect, head, head->slos->items[i], loaded);
}

static void load_snake(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	struct sloth_head head = {.slos = NULL};

	head_init(&head.head);
	head.document = head.spec = document;
	fields_read(reader, sloth_snake.head, document, "the document", &head);
	load_slos(reader, &sloth_snake, &head, loaded);
	head_release(&head.head);
}

static bool claims_snake(const struct yaml_node *document)
{
	const struct yaml_node *version = yaml_get(document, "version");

	return version && version->kind == YAML_SCALAR && str_is(version->text, "prometheus/v1");
}

static void load_camel(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	struct foreign_resource written = {.spec = NULL};
	struct sloth_head head = {.slos = NULL};

	fields_read(reader, foreign_resource, document, "the document", &written);
	if (!written.spec)
		return;
	head_init(&head.head);
	head.head.namespace_ = written.metadata.namespace_;
	head.document = document;
	head.spec = written.spec;
	reader_unused(reader, yaml_get(yaml_get(document, "metadata"), "name"), "name",
		      "an SLO goes by its own name and its service");
	foreign_metadata_unused(reader, &written.metadata);
	fields_read(reader, sloth_camel.head, written.spec, "spec", &head);
	load_slos(reader, &sloth_camel, &head, loaded);
	head_release(&head.head);
}

const struct loader loader_sloth = {
	.api_version = "version: prometheus/v1", .kind = "", .claims = claims_snake, .load = load_snake};
const struct loader loader_sloth_crd = {
	.api_version = "sloth.slok.dev/v1", .kind = "PrometheusServiceLevel", .load = load_camel};
