#include "exporters/alerting/alertmanager_config.h"

#include "format/template.h"
#include "format/yaml.h"
#include "model/labels.h"

/* clang-format off */
/* What Slack takes for its own in a text: values of labels come from strangers. */
#define SLACK " | reReplaceAll `&` `&amp;` | reReplaceAll `<` `&lt;` | reReplaceAll `>` `&gt;`"
#define MAIL ""
/* A value in its place. `escape` is one of these. */
#define SAY(value, escape) "{{ " value escape " }}"
#define SAY_IF(value, before, behind, escape) "{{ with " value " }}" before "{{ ." escape " }}" behind "{{ end }}"

/* One line. */
#define TITLE(escape) \
	"[{{ .Status | toUpper }}{{ if eq .Status \"firing\" }}:{{ .Alerts.Firing | len }}{{ end }}] " SAY(".CommonLabels.alertname", escape) \
	SAY_IF(".CommonLabels.severity", " (", ")", escape) SAY_IF(".CommonLabels.service", " ", "", escape) \
	SAY_IF(".CommonLabels.slo", "/", "", escape) "\n"

/* What stands behind it. An alert that wick posts as over has the words of now; what Prometheus says of one is what it
 * said last. */
#define SAID(escape) \
	"{{ $now := or (eq .Status \"firing\") (eq .Annotations.state \"over\") }}" \
	"{{ if eq .Status \"resolved\" }}Resolved{{ if $now }}: {{ else }}. It had said: {{ end }}{{ end }}" SAY(".Annotations.summary", escape) "\n" \
	"{{ if $now }}" SAY_IF(".Annotations.description", "", "\n", escape) "{{ end }}" \
	SAY_IF(".Annotations.deployment", "Just before it: ", "\n", escape)
#define TIER(escape) \
	SAY_IF(".Labels.tier", "Alert: ", "", escape) SAY_IF(".Labels.long", " over ", "", escape) SAY_IF(".Labels.short", " and ", "", escape) \
	"{{ if .Labels.tier }}, since {{ .StartsAt.UTC.Format \"2006-01-02 15:04 UTC\" }}{{ end }}\n"

/* Links come only where there are some. */
#define LINK(name, title) SAY_IF(".Annotations." name, "<", "|" title ">  ", SLACK " | reReplaceAll `[|]` `%7C`")
#define ADDRESS(name, title) SAY_IF(".Annotations." name, title ": ", "\n", MAIL)

static const char titles[] =
	"{{ define \"wick.title\" -}}\n" TITLE(MAIL) "{{- end }}\n\n"
	"{{ define \"wick.slack_title\" -}}\n" TITLE(SLACK) "{{- end }}\n\n"
	"{{ define \"wick.color\" -}}\n"
	"{{ if eq .Status \"resolved\" }}#2e7d32{{ else if eq .CommonLabels.severity \"page\" }}#c62828"
	"{{ else if eq .CommonLabels.severity \"ticket\" }}#ef6c00{{ else }}#546e7a{{ end }}\n"
	"{{- end }}\n\n";

static const char slack_text[] =
	"{{ define \"wick.slack\" -}}\n{{ range .Alerts }}{{ template \"wick.slack_alert\" . }}\n"
	LINK("runbook_url", "Runbook") LINK("dashboard", "Dashboard") LINK("details_url", "Details") LINK("deployment_url", "Deployment")
	"\n\n{{ end }}\n{{- end }}\n\n";

static const char mail_text[] =
	"{{ define \"wick.text\" -}}\n{{ range .Alerts }}{{ template \"wick.alert\" . }}\n"
	ADDRESS("runbook_url", "Runbook") ADDRESS("dashboard", "Dashboard") ADDRESS("details_url", "Details") ADDRESS("deployment_url", "Deployment")
	"\n{{ end }}\n{{- end }}\n";
/* clang-format on */

/* One label of what is affected; where Prometheus sets such a label itself when it scrapes wick, ours comes under the
 * other name. */
static void put_affected_label(struct buf *out, struct str name, const char *escape)
{
	buf_fmt(out,
		"{{ with or .Labels.exported_%.*s .Labels.%.*s }}{{ $before }}%.*s={{ .%s }}{{ $before = `, ` }}{{ end }}",
		STR_ARG(name), STR_ARG(name), STR_ARG(name), escape);
}

/* The group of an SLO, by the labels that the definitions group by; of all else the instance. `job` is that of the
 * scrape. */
static void put_affected(struct buf *out, const struct alertmanager_config *config, const char *escape)
{
	buf_cstr(out, "{{ $before := `Affected: ` }}{{ if .Labels.slo }}");
	if (config->group_labels_len == 0)
		buf_fmt(out, "{{ with .Labels.exported_instance }}{{ $before }}{{ .%s }}{{ $before = `` }}{{ end }}",
			escape);
	for (size_t i = 0; i < config->group_labels_len; i++)
		if (!str_is(config->group_labels[i], "job"))
			put_affected_label(out, config->group_labels[i], escape);
	buf_fmt(out, "{{ else }}{{ with .Labels.instance }}{{ $before }}{{ .%s }}{{ $before = `` }}{{ end }}{{ end }}",
		escape);
	buf_cstr(out, "{{ if ne $before `Affected: ` }}\n{{ end }}");
}

bool alertmanager_template_write(struct buf *out, const struct alertmanager_config *config)
{
	buf_cstr(out, titles);
	buf_cstr(out, "{{ define \"wick.alert\" -}}\n" SAID(MAIL));
	put_affected(out, config, MAIL);
	buf_cstr(out, TIER(MAIL) "{{- end }}\n\n{{ define \"wick.slack_alert\" -}}\n" SAID(SLACK));
	put_affected(out, config, SLACK);
	buf_cstr(out, TIER(SLACK) "{{- end }}\n\n");
	buf_cstr(out, slack_text);
	return buf_cstr(out, mail_text);
}

static void put(struct buf *out, const char *before, struct str value)
{
	buf_cstr(out, before);
	yaml_write_text(out, value);
	buf_char(out, '\n');
}

/* A page wakes somebody up: at once, and again while it goes on. A ticket waits for company, and is told once a day. */
static void put_timing(struct buf *out, const char *indent, bool page)
{
	buf_fmt(out, "%s  group_wait: %s\n", indent, page ? "10s" : "5m");
	buf_fmt(out, "%s  group_interval: %s\n", indent, page ? "1m" : "1h");
	buf_fmt(out, "%s  repeat_interval: %s\n", indent, page ? "4h" : "24h");
}

static void put_name(struct buf *out, const char *severity, struct str team)
{
	struct buf name;

	buf_init(&name, out->ceiling);
	buf_fmt(&name, "%s%s%.*s", severity, team.len ? "-" : "", STR_ARG(team));
	yaml_write_text(out, buf_view(&name));
	buf_release(&name);
}

/* The routes of one team, or, without one, of all others. */
static void put_routes(struct buf *out, const char *indent, struct str team)
{
	static const char *const severities[] = {"page", "ticket"};

	for (size_t i = 0; i < 2; i++) {
		/* a severity of the author's own is at least a ticket */
		buf_fmt(out, "%s- matchers: ['severity%s\"']\n%s  receiver: ", indent,
			i == 0 ? "=\"page" : "!~\"|page|info|none", indent);
		put_name(out, severities[i], team);
		buf_char(out, '\n');
		put_timing(out, indent, i == 0);
	}
}

static void put_route(struct buf *out, const struct alertmanager_config *config)
{
	buf_cstr(out, "route:\n  receiver: nobody\n  group_by: [alertname, service, severity]\n  routes:\n"
		      "    - matchers: ['alertname=\"Watchdog\"']\n      receiver: watchdog\n"
		      "      group_by: [alertname, sender]\n      group_wait: 0s\n"
		      "      group_interval: 1m\n      repeat_interval: 5m\n");
	for (size_t i = 0; i < config->teams_len; i++) {
		struct buf matcher;

		buf_init(&matcher, out->ceiling);
		buf_cstr(&matcher, "team=\"");
		label_value_write(&matcher, config->teams[i]);
		buf_char(&matcher, '"');
		buf_cstr(out, "    - matchers: [");
		yaml_write_text(out, buf_view(&matcher));
		buf_cstr(out, "]\n      receiver: nobody\n      routes:\n");
		put_routes(out, "        ", config->teams[i]);
		buf_release(&matcher);
	}
	put_routes(out, "    ", STR(""));
}

/* One alert at a time for one cause: the louder one silences the quieter ones of the same SLO, and of the same thing in
 * a pack of rules; a dead host silences what runs on it. */
static void put_inhibition(struct buf *out, const struct alertmanager_config *config)
{
	static const char *const louder[][2] = {
		{"'severity=\"page\"', 'kind=\"burn\"'", "'severity!=\"page\"', 'kind=~\"burn|budget|exhausts\"'"},
		{"'tier=\"page-fast\"'", "'tier=\"page-slow\"'"},
		{"'tier=\"ticket-fast\"'", "'tier=\"ticket-slow\"'"},
		{"'tier=\"budget-100\"'", "'tier=~\"budget-50|budget-75\"'"},
	};

	buf_cstr(out, "inhibit_rules:\n");
	for (size_t i = 0; i < sizeof(louder) / sizeof(*louder); i++) {
		buf_fmt(out,
			"  - source_matchers: [%s]\n    target_matchers: [%s]\n    equal: [namespace, service, slo",
			louder[i][0], louder[i][1]);
		/* where Prometheus sets such a label itself when it scrapes wick, ours comes under the other name */
		for (size_t k = 0; k < config->group_labels_len; k++)
			buf_fmt(out, ", '%.*s', 'exported_%.*s'", STR_ARG(config->group_labels[k]),
				STR_ARG(config->group_labels[k]));
		buf_cstr(out, "]\n");
	}
	buf_cstr(out, "  - source_matchers: ['pack!=\"\"', 'severity=\"page\"']\n"
		      "    target_matchers: ['pack!=\"\"', 'severity=\"ticket\"']\n"
		      "    equal: [alertname, cluster, namespace, job, instance, device, mountpoint]\n"
		      "  - source_matchers: ['alertname=\"ProbeMissing\"']\n"
		      "    target_matchers: ['alertname=\"TargetDown\"']\n"
		      "    equal: [job, instance]\n"
		      "  - source_matchers: ['alertname=\"HostDown\"']\n"
		      "    target_matchers: ['alertname!=\"HostDown\"']\n"
		      "    equal: [instance]\n"
		      "  - source_matchers: ['alertname=\"HostDown\"', 'host!=\"\"']\n"
		      "    target_matchers: ['alertname!=\"HostDown\"']\n"
		      "    equal: [cluster, host]\n");
}

/* Alertmanager reads channels as templates; a team's name is none, whatever stands in it. */
static void put_slack(struct buf *out, const struct alertmanager_config *config, struct str channel, struct str team)
{
	struct buf name;

	buf_init(&name, out->ceiling);
	if (team.len) {
		buf_char(&name, '#');
		template_literal_write(&name, team);
		buf_char(&name, '-');
		buf_str(&name, str_slice(channel, str_starts(channel, STR("#")), channel.len));
	}
	put(out, "    slack_configs:\n      - api_url_file: ", config->slack_url_file);
	put(out, "        channel: ", team.len ? buf_view(&name) : channel);
	buf_cstr(out,
		 "        send_resolved: true\n        title: '{{ template \"wick.slack_title\" . }}'\n"
		 "        text: '{{ template \"wick.slack\" . }}'\n        color: '{{ template \"wick.color\" . }}'\n");
	buf_release(&name);
}

static void put_email(struct buf *out, const struct alertmanager_config *config)
{
	put(out, "    email_configs:\n      - to: ", config->email_to);
	put(out, "        from: ", config->email_from);
	put(out, "        smarthost: ", config->smarthost);
	buf_cstr(out, "        send_resolved: true\n        headers: {Subject: '{{ template \"wick.title\" . }}'}\n"
		      "        html: ''\n        text: '{{ template \"wick.text\" . }}'\n");
}

static void put_webhook(struct buf *out, struct str url)
{
	put(out, "    webhook_configs:\n      - url: ", url);
	buf_cstr(out, "        send_resolved: true\n");
}

static void put_receiver(struct buf *out, const struct alertmanager_config *config, bool page, struct str team)
{
	buf_cstr(out, "  - name: ");
	put_name(out, page ? "page" : "ticket", team);
	buf_char(out, '\n');
	if (config->slack_url_file.len)
		put_slack(out, config, page ? config->page_channel : config->ticket_channel, team);
	if (config->email_to.len && page)
		put_email(out, config);
	if (config->webhook.len)
		put_webhook(out, config->webhook);
}

static void put_receivers(struct buf *out, const struct alertmanager_config *config)
{
	buf_cstr(out, "receivers:\n  - name: nobody\n  - name: watchdog\n");
	if (config->watchdog.len)
		put_webhook(out, config->watchdog);
	for (size_t i = 0; i <= config->teams_len; i++) {
		struct str team = i < config->teams_len ? config->teams[i] : STR("");

		put_receiver(out, config, true, team);
		put_receiver(out, config, false, team);
	}
}

bool alertmanager_config_write(struct buf *out, const struct alertmanager_config *config)
{
	put(out, "templates:\n  - ", config->template_file);
	put_route(out, config);
	put_inhibition(out, config);
	put_receivers(out, config);
	return !out->full;
}
