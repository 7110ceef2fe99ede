#include "exporters/alerting/rules.h"

#include "exporters/alerting/names.h"
#include "format/yaml.h"

/* One rule of wick's own health. In `expr` $job is the matcher of wick's own job. */
struct health_rule {
	const char *alert, *expr, *for_, *severity, *runbook, *summary, *description;
};

/* The rule for one kind of alert tier: the series say which SLO and tier it is, and how severe. */
struct tier_rule {
	const char *summary, *description;
};

/* Which SLO an alert is about. */
#define SLO "{{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.service }}/{{ $labels.slo }}"
/* One number of the SLO; of one with groups the least. */
#define LEAST_OF(metric)                                                                                               \
	"with printf \"min(" metric "{service=%q,slo=%q,namespace=%q})\" $labels.service $labels.slo "                 \
	"$labels.namespace | query"
#define LEFT                                                                                                           \
	"{{ " LEAST_OF(                                                                                                \
		"wick_slo_error_budget_remaining_ratio") " }}{{ . | first | value | humanizePercentage }} of the "     \
							 "error budget is left. {{ end }}"
#define EMPTY_IN                                                                                                       \
	"{{ " LEAST_OF(                                                                                                \
		"wick_slo_time_to_exhaustion_seconds") " }}{{ with . | first | value }}{{ if lt . 1e9 }}As it burns "  \
						       "now, it is empty in {{ . | humanizeDuration }}.{{ end }}{{ end }}{{ end }}"

static const struct tier_rule tier_rules[TIER_KINDS] = {
	[TIER_BURN] =
		{SLO " burns its error budget {{ $value | humanize }} times too fast",
		 "Over {{ $labels.long }} and {{ $labels.short }} the burn rates are above {{ $labels.factor }}. " LEFT
			 EMPTY_IN},
	[TIER_BUDGET] = {SLO " has spent {{ $value | humanizePercentage }} of its error budget", LEFT EMPTY_IN},
	[TIER_EXHAUSTS] = {"The error budget of " SLO " will be empty in {{ $value | humanizeDuration }}", LEFT},
	[TIER_NO_DATA] =
		{SLO " has no data",
		 "Nothing is known of its whole window: its metrics may have other names, or were never there."},
	[TIER_VANISHED] =
		{"The data of " SLO " have vanished",
		 "There were data, and none come any more: a target is gone, or its metrics have other names."},
	[TIER_ERROR] = {SLO " cannot be evaluated",
			"Its query is refused, or its numbers cannot be right. wick's page and log say why."},
};

static const struct health_rule health_rules[] = {
	{"Watchdog", "vector(1)", NULL, "none", "watchdog", "Alerts get through",
	 "This alert always fires. Whoever receives it should miss it when it does not come."},
	{"WickDown", "up{$job} == 0 or absent(up{$job})", "5m", "page", "wick-down", "wick is down",
	 "Nothing counts error budgets, and no alert about them is sent. What is missed is counted once wick is back."},
	{"WickBehind", "wick_behind_seconds{$job} > 300", "5m", "page", "wick-behind",
	 "wick is {{ $value | humanizeDuration }} behind", "Alerts about error budgets come late by as much."},
	{"WickSourceDown", "wick_source_up{$job} == 0", "5m", "page", "wick-source-down",
	 "wick's source does not answer", "Nothing is counted until it does; then it is counted afterwards."},
	{"WickNotStored", "wick_store_up{$job} == 0", "5m", "page", "wick-not-stored", "wick cannot write to its store",
	 "Nothing is counted that cannot be written down. Is the disk full?"},
	{"WickAlertmanagerDown", "wick_alertmanager_up{$job} == 0", "5m", "ticket", "wick-alertmanager-down",
	 "An Alertmanager does not take alerts from wick",
	 "{{ $labels.url }} refuses them or does not answer; wick tries again, and its log says why."},
	{"WickReloadFailed", "wick_config_last_reload_successful{$job} == 0", "15m", "ticket", "wick-reload-failed",
	 "wick's definitions are not taken up as they stand",
	 "A file is broken, and its last good version is in use. 'wick check' says what is wrong."},
	{"WickCycleTooLong", "wick_cycle_last_seconds{$job} > 45", "15m", "ticket", "wick-cycle-too-long",
	 "wick's cycle takes {{ $value | humanizeDuration }}",
	 "There is too much to do for one step, or the source is slow."},
	{"WickEventsDropped", "increase(wick_count_events_dropped_total{$job}[1h]) > 0", NULL, "ticket",
	 "wick-events-dropped", "wick has dropped events",
	 "{{ $value | humanize }} events came to light later than their ledgers remember."},
	{"WickGroupsDropped", "wick_groups_dropped{$job} > 0", "15m", "ticket", "wick-groups-dropped",
	 "wick leaves {{ $value }} groups out", "The limit of a groupBy is reached; the log says of which SLO."},
};
enum { HEALTH_RULES = sizeof(health_rules) / sizeof(*health_rules) };

/* Where a line begins: a resource is indented below its spec. */
struct page {
	struct buf *out;
	const struct rules_options *options;
	const char *indent;
};

static void put_field(struct page *page, const char *blanks, const char *key, struct str value)
{
	buf_fmt(page->out, "%s%s%s: ", page->indent, blanks, key);
	yaml_write_text(page->out, value);
	buf_char(page->out, '\n');
}

/* The runbook in general, or with `slo`, a template, the SLO's. */
static void put_annotations(struct page *page, const char *summary, const char *description, const char *runbook,
			    const char *slo)
{
	buf_fmt(page->out, "%s        annotations:\n", page->indent);
	put_field(page, "          ", "summary", str_of(summary));
	put_field(page, "          ", "description", str_of(description));
	if (page->options->runbooks.len) {
		struct str base = page->options->runbooks;
		struct buf address;

		buf_init(&address, page->out->ceiling);
		buf_fmt(&address, "%.*s%s%s%s%s", STR_ARG(base), str_ends(base, STR("/")) ? "" : "/", runbook,
			slo ? "/" : "", slo ? slo : "");
		put_field(page, "          ", "runbook_url", buf_view(&address));
		buf_release(&address);
	}
}

static void put_tier_rule(struct page *page, enum tier_kind kind)
{
	struct buf expr;

	buf_init(&expr, page->out->ceiling);
	buf_fmt(&expr, "wick_slo_alert_value{kind=\"%s\"} and wick_slo_alert_firing == 1", tier_kind_names[kind]);
	buf_fmt(page->out, "%s      - alert: %s\n", page->indent, alert_names[kind]);
	put_field(page, "        ", "expr", buf_view(&expr));
	put_annotations(page, tier_rules[kind].summary, tier_rules[kind].description, alert_runbooks[kind], SLO);
	buf_release(&expr);
}

/* $job as a matcher. */
static void put_expr(struct page *page, const char *text)
{
	struct str rest = str_of(text);
	struct buf expr;

	buf_init(&expr, page->out->ceiling);
	while (rest.len) {
		size_t end = str_find(rest, '$');

		buf_str(&expr, str_slice(rest, 0, end));
		rest = str_slice(rest, end, rest.len);
		if (rest.len) {
			buf_cstr(&expr, "job=\"");
			label_value_write(&expr, page->options->job);
			buf_char(&expr, '"');
			rest = str_slice(rest, sizeof("$job") - 1, rest.len);
		}
	}
	put_field(page, "        ", "expr", buf_view(&expr));
	buf_release(&expr);
}

static void put_health_rule(struct page *page, const struct health_rule *rule)
{
	buf_fmt(page->out, "%s      - alert: %s\n", page->indent, rule->alert);
	put_expr(page, rule->expr);
	if (rule->for_)
		put_field(page, "        ", "for", str_of(rule->for_));
	buf_fmt(page->out, "%s        labels:\n", page->indent);
	put_field(page, "          ", "severity", str_of(rule->severity));
	put_annotations(page, rule->summary, rule->description, rule->runbook, NULL);
}

/* "a=b,c=d", which the command has checked. */
static void put_resource_labels(struct page *page, struct str labels)
{
	if (labels.len)
		buf_cstr(page->out, "  labels:\n");
	while (labels.len) {
		size_t end = str_find(labels, ','), equal = str_find(labels, '=');

		buf_fmt(page->out, "    %.*s: ", (int)equal, labels.at);
		yaml_write_text(page->out, str_slice(labels, equal + 1, end));
		buf_char(page->out, '\n');
		labels = str_slice(labels, end + 1, labels.len);
	}
}

static void put_resource(struct page *page)
{
	const struct rules_options *options = page->options;

	buf_cstr(page->out, "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n");
	page->indent = "  ";
	put_field(page, "", "name", options->resource);
	if (options->namespace_.len)
		put_field(page, "", "namespace", options->namespace_);
	put_resource_labels(page, options->resource_labels);
	buf_cstr(page->out, "spec:\n");
}

bool rules_write(struct buf *out, const struct rules_options *options)
{
	struct page page = {out, options, ""};

	if (options->resource.len)
		put_resource(&page);
	buf_fmt(out, "%sgroups:\n", page.indent);
	if (!options->health_only)
		buf_fmt(out, "%s  - name: wick-slos\n%s    rules:\n", page.indent, page.indent);
	for (size_t kind = 0; kind < TIER_KINDS && !options->health_only; kind++)
		put_tier_rule(&page, (enum tier_kind)kind);
	buf_fmt(out, "%s  - name: wick\n%s    rules:\n", page.indent, page.indent);
	for (size_t i = 0; i < HEALTH_RULES; i++)
		put_health_rule(&page, &health_rules[i]);
	return !out->full;
}
