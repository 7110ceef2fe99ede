/* Latency, traffic, errors and saturation of a service, whatever its client library calls them. */
#include "exporters/dashboards/signals.h"

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE, DASH_VARIABLE_WICK, SIGNAL_VARIABLES, {.name = NULL}};

static const struct dash_link links[] = {
	{"SLOs of this service",
	 .url = "/d/wick-slo-overview?var-datasource=${datasource}&var-service=${service:percentencode}", .here = true},
	{"Logs and traces", .url = "/d/wick-unified?var-datasource=${datasource}&var-service=${service:percentencode}",
	 .here = true},
	{"Delivery", .url = "/d/wick-delivery?var-datasource=${datasource}&var-service=${service:percentencode}",
	 .here = true},
	{"wick", .url = "${wick:raw}/"},
	{.title = NULL},
};

static const struct dash_note notes[] = {SIGNAL_DEPLOYMENTS, {.name = NULL}};

#define PROCESS(name) "process_" name "{job=\"$service\"}"

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Requests", "Requests per second.", 6, 4, DASH_REQUEST_RATE, .decimals = 2, .queries = {{.expr = "sum(" RATE(ALL) ")"}}},
	{DASH_STAT, "Requests that fail", "The share of requests that fail.", 6, 4, DASH_RATIO, .decimals = 3, .queries = {{.expr = ERROR_RATIO}}},
	{DASH_STAT, "Latency, p95, of good requests", "19 of 20 requests that do not fail are answered faster.", 6, 4, DASH_SECONDS, .decimals = 3, .queries = {{.expr = QUANTILE("0.95", GOOD_ONES)}}},
	{DASH_STAT, "Least budget left", "Of the SLOs that have this service.", 6, 4, DASH_RATIO, DASH_SCALE_BUDGET, .decimals = 2, .nothing = "no SLO", .queries = {{.expr = "min(wick_slo_error_budget_remaining_ratio{service=\"$service\"})"}}},

	{DASH_ROW, .title = "Latency"},
	{DASH_SERIES, "Latency of good requests", "Quantiles, out of the buckets of the histogram chosen above.", 12, 9, DASH_SECONDS, .flags = DASH_FROM_ZERO | DASH_LEGEND, QUANTILES(GOOD_ONES)},
	{DASH_SERIES, "Latency of failed requests", "Apart from the others, since failing fast looks well and failing slowly hurts more.", 12, 9, DASH_SECONDS, .flags = DASH_FROM_ZERO | DASH_LEGEND, .nothing = "no request failed, or the histogram does not tell", QUANTILES(BAD_ONES)},

	{DASH_ROW, .title = "Traffic and errors"},
	{DASH_SERIES, "Traffic", "Requests per second, by how they ended.", 12, 9, DASH_REQUEST_RATE, .flags = DASH_STACKED | DASH_FROM_ZERO, .queries = {{.expr = "sum by ($code) (" RATE(ALL) ")", "{{$code}}"}}},
	{DASH_SERIES, "Errors", "The share of requests that fail. Where there are none at all there is no number.", 12, 9, DASH_RATIO, .flags = DASH_FROM_ZERO, .queries = {{.expr = ERROR_RATIO, "failed", .style = DASH_BAD}}},

	{DASH_ROW, .title = "Saturation"},
	{DASH_SERIES, "CPU", "Processors that each process keeps busy.", 8, 8, DASH_NUMBER, .flags = DASH_FROM_ZERO, .decimals = 3, .queries = {{.expr = "sum by (instance) (rate(" PROCESS("cpu_seconds_total") "[$__rate_interval]))", "{{instance}}"}}},
	{DASH_SERIES, "Memory", "Memory of each process.", 8, 8, DASH_BYTES, .flags = DASH_FROM_ZERO, .queries = {{.expr = "max by (instance) (" PROCESS("resident_memory_bytes") ")", "{{instance}}"}}},
	{DASH_SERIES, "File descriptors", "The part of the descriptors that a process may have open.", 8, 8, DASH_RATIO, DASH_SCALE_UTILISATION, .flags = DASH_FROM_ZERO | DASH_TO_ONE, .queries = {{.expr = "max by (instance) (" PROCESS("open_fds") " / " PROCESS("max_fds") ")", "{{instance}}"}}},
	{DASH_SERIES, "Processes that answer", "Targets of the job that Prometheus can scrape, and those that it cannot.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = "sum(up{job=\"$service\"})", "up", .style = DASH_GOOD}, {.expr = "sum(up{job=\"$service\"} == bool 0)", "down", .style = DASH_BAD}}},
	{DASH_SERIES, "Error budgets of the service", "What is left of the budgets of the SLOs that have this service.", 12, 8, DASH_RATIO, DASH_SCALE_BUDGET, .flags = DASH_LINES, .nothing = "no SLO has this service",
	 .queries = {{.expr = "min by (slo) (wick_slo_error_budget_remaining_ratio{service=\"$service\"})", "{{slo}}"}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_golden_signals = {
	.name = "golden-signals",
	.title = "wick: golden signals",
	.summary = "Latency, traffic, errors and saturation of one service",
	.from = "now-6h",
	.to = "now",
	.variables = variables,
	.notes = notes,
	.links = links,
	.panels = panels,
};
