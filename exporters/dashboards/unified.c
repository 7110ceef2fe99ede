/* Metrics, logs and traces of one service, at the same times. */
#include "exporters/dashboards/signals.h"

/* Streams of the service; which label says so depends on what collects them. */
#define STREAMS(more) "{$stream=\"$service\"" more "}"
#define LOG_LINES                                                                                                      \
	{                                                                                                              \
		"Lines in Explore", .explore = "{${stream}=\"${service:percentencode}\"}", .source = DASH_LOKI         \
	}
#define TRACES_THERE                                                                                                   \
	{                                                                                                              \
		"Traces in Explore", .explore = "{resource.service.name=\"${service:percentencode}\"}",                \
				     .source = DASH_TEMPO                                                              \
	}

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	{DASH_OF_SOURCE, "loki", "Loki", .query = "loki"},
	{DASH_OF_SOURCE, "tempo", "Tempo", .query = "tempo"},
	SIGNAL_VARIABLES,
	{DASH_OF_LIST, "stream", "Label of streams", .query = "service_name,service,job,app,container",
	 .current = "service_name"},
	{.name = NULL},
};

static const struct dash_link links[] = {
	{"SLOs of this service",
	 .url = "/d/wick-slo-overview?var-datasource=${datasource}&var-service=${service:percentencode}", .here = true},
	{"Golden signals",
	 .url = "/d/wick-golden-signals?var-datasource=${datasource}&var-service=${service:percentencode}",
	 .here = true},
	LOG_LINES,
	TRACES_THERE,
	{.title = NULL},
};

static const struct dash_link to_others[] = {LOG_LINES, TRACES_THERE, {.title = NULL}};
static const struct dash_link to_traces[] = {TRACES_THERE, {.title = NULL}};
static const struct dash_link to_lines[] = {LOG_LINES, {.title = NULL}};

static const struct dash_note notes[] = {
	SIGNAL_DEPLOYMENTS,
	{.name = "Pages",
	 "max by (slo, tier) (wick_slo_alert_firing{service=\"$service\",severity=\"page\"})",
	 "{{slo}}: {{tier}}",
	 "An alert that pages fires.",
	 "slo",
	 "red"},
	{.name = NULL},
};

static const struct dash_column lines[] = {
	{.field = "Time", .title = "Time", .width = 190},
	{.field = "Line", .title = "Line"},
	{.field = NULL},
};

static const struct dash_column traces[] = {
	{"traceID", "Trace", .width = 180, .link_title = "This trace",
	 .link = "/explore?schemaVersion=1&orgId=1&panes=%7B%22a%22%3A%7B%22datasource%22%3A%22${tempo}%22%2C%22queries%22%3A%5B%7B%22refId%22%3A%22A%22%2C%22queryType%22%3A%22traceql%22%2C%22query%22%3A%22${__value.raw:percentencode}%22%7D%5D%7D%7D"},
	{.field = "startTime", .title = "Began"},
	{.field = "traceName", .title = "Name"},
	{.field = "traceDuration", .title = "Took", .width = 90},
	{.field = NULL},
};

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_SERIES, "Traffic", "Requests per second, by how they ended.", 8, 9, DASH_REQUEST_RATE, .flags = DASH_STACKED | DASH_FROM_ZERO, .links = to_others, .queries = {{.expr = "sum by ($code) (" RATE(ALL) ")", "{{$code}}"}}},
	{DASH_SERIES, "Errors", "The share of requests that fail.", 8, 9, DASH_RATIO, .flags = DASH_FROM_ZERO, .links = to_others, .queries = {{.expr = ERROR_RATIO, "failed", .style = DASH_BAD}}},
	{DASH_SERIES, "Latency of good requests", "Quantiles. Where there are exemplars, points lead to traces.", 8, 9, DASH_SECONDS, .flags = DASH_FROM_ZERO, .links = to_traces, QUANTILES(GOOD_ONES)},

	{DASH_ROW, .title = "Logs"},
	{DASH_SERIES, "Lines by level", "Lines in each interval.", 12, 8, DASH_COUNT, .flags = DASH_STACKED | DASH_FROM_ZERO, .links = to_lines, .nothing = "no lines: is the label of streams right?",
	 .queries = {{.expr = "sum by (level) (count_over_time(" STREAMS("") "[$__interval]))", "{{level}}", DASH_LOKI}}},
	{DASH_SERIES, "Lines that tell of errors", "Lines in each interval whose level is an error's.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO, .links = to_lines, .nothing = "no such lines",
	 .queries = {{.expr = "sum by (level) (count_over_time(" STREAMS(",level=~\"(?i)err.*|fatal|crit.*|panic\"") "[$__interval]))", "{{level}}", DASH_LOKI, .style = DASH_BAD}}},
	{DASH_TABLE, "The newest lines", "200 of them; Explore has all.", 24, 10, DASH_NUMBER, .columns = lines, .sort = "Time", .flags = DASH_DESCENDING, .links = to_lines, .nothing = "no lines: is the label of streams right?",
	 .queries = {{.expr = STREAMS(""), NULL, DASH_LOKI}}},

	{DASH_ROW, .title = "Traces"},
	{DASH_TABLE, "Traces that failed", "Of the range that is shown.", 12, 10, DASH_NUMBER, .columns = traces, .links = to_traces, .nothing = "no such traces",
	 .queries = {{.expr = "{resource.service.name=\"$service\" && status=error}", NULL, DASH_TEMPO}}},
	{DASH_TABLE, "Slow traces", "Those that took more than a second.", 12, 10, DASH_NUMBER, .columns = traces, .links = to_traces, .nothing = "no such traces",
	 .queries = {{.expr = "{resource.service.name=\"$service\" && duration > 1s}", NULL, DASH_TEMPO}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_unified = {
	.name = "unified",
	.title = "wick: unified observability",
	.summary = "Metrics, logs (Loki) and traces (Tempo) of one service, side by side",
	.from = "now-1h",
	.to = "now",
	.variables = variables,
	.notes = notes,
	.links = links,
	.panels = panels,
};
