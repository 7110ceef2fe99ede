/* What is seen from outside, by the blackbox exporter. Colours change where the rules of the blackbox pack warn and
 * page.
 */
#include "exporters/dashboards/parts.h"

#define THE     "job=~\"$job\",instance=~\"$target\""
#define P(name) "probe_" name "{" THE "}"
#define EACH    "max by (instance) "

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	{DASH_OF_QUERY, "job", "Job", .query = "label_values(probe_success, job)", .many = true, .all = true},
	{DASH_OF_QUERY, "target", "Target", .query = "label_values(probe_success{job=~\"$job\"}, instance)",
	 .many = true, .all = true},
	{.name = NULL},
};

static const struct dash_column targets[] = {
	{.field = "instance", .title = "Target"},
	{"A", "Now", .words = DASH_WORDS_UP},
	{"B", "In the range", DASH_RATIO, DASH_SCALE_COVERAGE, .decimals = 3},
	{"C", "Takes", .unit = DASH_SECONDS, .decimals = 3},
	{.field = "D", .title = "HTTP status"},
	{"E", "Certificate ends in", DASH_SECONDS, DASH_SCALE_CERTIFICATE, .decimals = 2},
	{.field = NULL},
};

static const struct dash_column certificates[] = {
	{.field = "instance", .title = "Target"},
	{"A", "Ends in", DASH_SECONDS, DASH_SCALE_CERTIFICATE, .decimals = 2},
	{"B", "Ends at", .unit = DASH_TIME},
	{.field = "version", .title = "TLS"},
	{.field = NULL},
};

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Probes that fail", "Targets that do not answer as they should, now.", 8, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD, .queries = {{.expr = "sum(" EACH "(" P("success") ") == bool 0)"}}},
	{DASH_STAT, "Targets that are probed", "Targets that are probed.", 8, 4, DASH_NUMBER, .queries = {{.expr = "count(" EACH "(" P("success") "))"}}},
	{DASH_STAT, "Next certificate that ends", "When the first of the certificates expires.", 8, 4, DASH_SECONDS, DASH_SCALE_CERTIFICATE, .decimals = 2, .nothing = "no certificates", .queries = {{.expr = "min((" P("ssl_earliest_cert_expiry") " > 0) - time())"}}},
	{DASH_TABLE, "Targets", "The worst first.", 24, 9, DASH_NUMBER, .columns = targets, .sort = "In the range",
	 .queries = {{.expr = EACH "(" P("success") ")"}, {.expr = EACH "(avg_over_time(" P("success") "[$__range]))"}, {.expr = EACH "(" P("duration_seconds") ")"}, {.expr = EACH "(" P("http_status_code") " > 0)"}, {.expr = EACH "((" P("ssl_earliest_cert_expiry") " > 0) - time())"}}},
	{DASH_TIMELINE, "Success", "Whether each target answered as it should.", 24, 8, DASH_NUMBER, .words = DASH_WORDS_UP, .queries = {{.expr = EACH "(" P("success") ")", "{{instance}}"}}},

	{DASH_ROW, .title = "How long it takes"},
	{DASH_SERIES, "Duration of probes", "From the question to the whole answer.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(" P("duration_seconds") ")", "{{instance}}"}}},
	{DASH_SERIES, "HTTP, by phase", "The mean of the targets that are chosen.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO | DASH_STACKED, .queries = {{.expr = "avg by (phase) (" P("http_duration_seconds") ")", "{{phase}}"}}},
	{DASH_SERIES, "Looking up names", "How long the lookup of each target's name took.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(" P("dns_lookup_time_seconds") ")", "{{instance}}"}}},
	{DASH_SERIES, "HTTP status", "The last status of each target.", 12, 8, DASH_NUMBER, .flags = DASH_STEPPED, .queries = {{.expr = EACH "(" P("http_status_code") " > 0)", "{{instance}}"}}},

	{DASH_ROW, .title = "Certificates"},
	{DASH_TABLE, "Certificates", "The first to end first. Of a chain the one that ends first.", 12, 8, DASH_NUMBER, .columns = certificates, .sort = "Ends in", .nothing = "no certificates",
	 .queries = {{.expr = EACH "((" P("ssl_earliest_cert_expiry") " > 0) - time())"}, {.expr = EACH "(" P("ssl_earliest_cert_expiry") " > 0) * 1000"}, {.expr = "max by (instance, version) (" P("tls_version_info") ")"}}},
	{DASH_SERIES, "Certificates end in", "Falls by a day a day; a step up is a renewal.", 12, 8, DASH_SECONDS, DASH_SCALE_CERTIFICATE, .flags = DASH_FROM_ZERO | DASH_LINES, .nothing = "no certificates", .queries = {{.expr = EACH "((" P("ssl_earliest_cert_expiry") " > 0) - time())", "{{instance}}"}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_blackbox = {
	.name = "blackbox",
	.title = "wick: probes and certificates",
	.summary = "What is seen from outside, by the blackbox exporter",
	.from = "now-24h",
	.to = "now",
	.variables = variables,
	.panels = panels,
};
