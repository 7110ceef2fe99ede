#include "exporters/alerting/rule_file.h"

#include "format/template.h"
#include "format/yaml.h"

static void put_field(struct rule_file *file, const char *blanks, const char *key, struct str value)
{
	buf_fmt(file->out, "%s%s%s: ", file->indent, blanks, key);
	yaml_write_text(file->out, value);
	buf_char(file->out, '\n');
}

static void put_pair(struct rule_file *file, struct label pair)
{
	buf_fmt(file->out, "%s          %.*s: ", file->indent, STR_ARG(pair.name));
	yaml_write_text(file->out, pair.value);
	buf_char(file->out, '\n');
}

static void put_pairs(struct rule_file *file, struct labels pairs)
{
	for (size_t i = 0; i < pairs.len; i++)
		put_pair(file, pairs.at[i]);
}

/* Labels of alerts are templates to Prometheus; ours are meant as they stand. */
static void put_literals(struct rule_file *file, struct labels labels)
{
	struct buf value;

	buf_init(&value, file->out->ceiling);
	for (size_t i = 0; i < labels.len; i++) {
		buf_clear(&value);
		template_literal_write(&value, labels.at[i].value);
		put_pair(file, (struct label){labels.at[i].name, buf_view(&value)});
	}
	buf_release(&value);
}

/* In its templates Prometheus has the labels of the series, but not those that the rule adds. */
static void put_annotation(struct rule_file *file, const struct rule_more *more, struct label annotation)
{
	struct buf text;

	buf_init(&text, file->out->ceiling);
	template_write_some(&text, annotation.value, more->labels);
	put_pair(file, (struct label){annotation.name, buf_view(&text)});
	buf_release(&text);
}

/* An annotation of ours, unless the author gave one of the same name. */
static void put_ours(struct rule_file *file, const struct rule_more *more, const char *name, struct str text)
{
	if (!labels_get(more->annotations, str_of(name)).at)
		put_annotation(file, more, (struct label){str_of(name), text});
}

static void put_runbook(struct rule_file *file, const struct rule *rule, const struct rule_more *more)
{
	struct str base = file->options->runbooks;
	struct buf address;

	buf_init(&address, file->out->ceiling);
	buf_fmt(&address, "%.*s%s%s", STR_ARG(base), str_ends(base, STR("/")) ? "" : "/", rule->runbook);
	put_ours(file, more, "runbook_url", buf_view(&address));
	buf_release(&address);
}

static void put_annotations(struct rule_file *file, const struct rule *rule, const struct rule_more *more)
{
	buf_fmt(file->out, "%s        annotations:\n", file->indent);
	put_ours(file, more, "summary", str_of(rule->summary));
	put_ours(file, more, "description", str_of(rule->description));
	if (file->options->runbooks.len && rule->runbook)
		put_runbook(file, rule, more);
	for (size_t i = 0; i < more->annotations.len; i++)
		put_annotation(file, more, more->annotations.at[i]);
}

/* $job as a matcher; without a job there is none, and a query of an author may have the same letters. */
static void put_expr(struct rule_file *file, const char *text)
{
	struct str rest = str_of(text);
	struct buf expr;

	buf_init(&expr, file->out->ceiling);
	while (rest.len) {
		size_t end = str_find(rest, '$');

		buf_str(&expr, str_slice(rest, 0, end));
		rest = str_slice(rest, end, rest.len);
		if (rest.len && (!file->options->job.len || !str_starts(rest, STR("$job")))) {
			buf_char(&expr, '$');
			rest = str_slice(rest, 1, rest.len);
		} else if (rest.len) {
			buf_cstr(&expr, "job=\"");
			label_value_write(&expr, file->options->job);
			buf_char(&expr, '"');
			rest = str_slice(rest, sizeof("$job") - 1, rest.len);
		}
	}
	put_field(file, "        ", "expr", buf_view(&expr));
	buf_release(&expr);
}

/* The machine behind a target, whatever its port and path: a host that is down holds back what else is said of it. */
static void put_host(struct rule_file *file)
{
	put_field(file, "          ", "host",
		  STR("{{ if $labels.host }}{{ $labels.host }}{{ else }}{{ reReplaceAll "
		      "`^(?:[a-zA-Z][a-zA-Z0-9+.-]*://)?(?:[^/@]*@)?(\\[[^\\]]*\\]|[^:/?#]+).*$` `$1` $labels.instance "
		      "}}{{ end }}"));
}

static void put_labels(struct rule_file *file, const struct rule *rule, const struct rule_more *more)
{
	if (!rule->severity && !more->labels.len)
		return;
	buf_fmt(file->out, "%s        labels:\n", file->indent);
	if (rule->severity)
		put_field(file, "          ", "severity", str_of(rule->severity));
	if (rule->severity && file->pack)
		put_field(file, "          ", "pack", str_of(file->pack));
	if (rule->severity && file->hosts)
		put_host(file);
	if (rule->summary)
		put_literals(file, more->labels);
	else
		put_pairs(file, more->labels);
}

void rule_file_rule(struct rule_file *file, const struct rule *rule)
{
	rule_file_rule_with(file, rule, &(struct rule_more){0});
}

void rule_file_rule_with(struct rule_file *file, const struct rule *rule, const struct rule_more *more)
{
	buf_fmt(file->out, "%s      - %s: %s\n", file->indent, rule->summary ? "alert" : "record", rule->name);
	put_expr(file, rule->expr);
	if (rule->for_)
		put_field(file, "        ", "for", str_of(rule->for_));
	if (more->keep_firing_for)
		put_field(file, "        ", "keep_firing_for", str_of(more->keep_firing_for));
	put_labels(file, rule, more);
	if (rule->summary)
		put_annotations(file, rule, more);
}

void rule_file_group(struct rule_file *file, const char *name, const char *interval)
{
	buf_fmt(file->out, "%s  - name: %s\n", file->indent, name);
	if (interval)
		buf_fmt(file->out, "%s    interval: %s\n", file->indent, interval);
	buf_fmt(file->out, "%s    rules:\n", file->indent);
}

/* "a=b,c=d", which the command has checked. */
static void put_resource_labels(struct rule_file *file, struct str labels)
{
	if (labels.len)
		buf_cstr(file->out, "  labels:\n");
	while (labels.len) {
		size_t end = str_find(labels, ','), equal = str_find(labels, '=');

		buf_cstr(file->out, "    ");
		yaml_write_text(file->out, str_slice(labels, 0, equal));
		buf_cstr(file->out, ": ");
		yaml_write_text(file->out, str_slice(labels, equal + 1, end));
		buf_char(file->out, '\n');
		labels = str_slice(labels, end + 1, labels.len);
	}
}

static void put_resource(struct rule_file *file)
{
	const struct rules_options *options = file->options;

	buf_cstr(file->out, "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n");
	file->indent = "  ";
	put_field(file, "", "name", options->resource);
	if (options->namespace_.len)
		put_field(file, "", "namespace", options->namespace_);
	put_resource_labels(file, options->resource_labels);
	buf_cstr(file->out, "spec:\n");
}

void rule_file_begin(struct rule_file *file, struct buf *out, const struct rules_options *options)
{
	*file = (struct rule_file){.out = out, .options = options, .indent = ""};
	if (options->resource.len)
		put_resource(file);
	buf_fmt(out, "%sgroups:\n", file->indent);
}
