/* Prometheus itself. */
#include "exporters/dashboards/parts.h"

#define THE          "job=~\"$job\",instance=~\"$instance\""
#define P(name)      "prometheus_" name "{" THE "}"
#define RATE(series) "rate(" series "[$__rate_interval])"
#define EACH         "max by (instance) "
#define SUM          "sum by (instance) "

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	{DASH_OF_QUERY, "job", "Job", .query = "label_values(prometheus_build_info, job)", .many = true, .all = true},
	{DASH_OF_QUERY, "instance", "Prometheus",
	 .query = "label_values(prometheus_build_info{job=~\"$job\"}, instance)", .many = true, .all = true},
	{.name = NULL},
};

static const struct dash_column down[] = {
	{.field = "job", .title = "Job"},
	{.field = "instance", .title = "Target"},
	{"A", "Now", .words = DASH_WORDS_UP, .width = 80},
	{"B", "Last answered", .unit = DASH_AGO},
	{.field = NULL},
};

static const struct dash_column groups[] = {
	{.field = "rule_group", .title = "Group of rules"},
	{"A", "Takes", .unit = DASH_SECONDS, .decimals = 4},
	{"B", "Of its interval", DASH_RATIO, DASH_SCALE_UTILISATION, .decimals = 2},
	{.field = "C", .title = "Rules"},
	{.field = NULL},
};

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Targets down", "Targets of every job that cannot be scraped.", 4, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD, .queries = {{.expr = "sum(up == bool 0)"}}},
	{DASH_STAT, "Series", "Series in the head, which is in memory.", 4, 4, DASH_COUNT, .decimals = 2, .queries = {{.expr = SUM "(" P("tsdb_head_series") ")", "{{instance}}"}}},
	{DASH_STAT, "Samples per second", "Samples that come in.", 4, 4, DASH_COUNT, .decimals = 2, .queries = {{.expr = SUM "(" RATE(P("tsdb_head_samples_appended_total")) ")", "{{instance}}"}}},
	{DASH_STAT, "Configuration is in use", "Whether the last reload of the configuration succeeded.", 4, 4, DASH_NUMBER, DASH_SCALE_ALL_GOOD, DASH_WORDS_OK, .queries = {{.expr = "min by (instance) (" P("config_last_reload_successful") ")", "{{instance}}"}}},
	{DASH_STAT, "Alertmanagers", "Alertmanagers that alerts go to.", 4, 4, DASH_NUMBER, DASH_SCALE_ALL_GOOD, .queries = {{.expr = "min by (instance) (" P("notifications_alertmanagers_discovered") ")", "{{instance}}"}}},
	{DASH_STAT, "On disk", "Size of all blocks.", 4, 4, DASH_BYTES, .decimals = 2, .queries = {{.expr = EACH "(" P("tsdb_storage_blocks_bytes") ")", "{{instance}}"}}},

	{DASH_ROW, .title = "Scraping"},
	{DASH_TABLE, "Targets that are down", "With when they last answered, if that was in the last day.", 12, 8, DASH_NUMBER, .columns = down, .nothing = DASH_NONE_KNOWN,
	 .queries = {{.expr = "max by (job, instance) (up) == 0"}, {.expr = "max by (job, instance) (max_over_time((timestamp(up) and up == 1)[1d:1m]) * 1000 and up == 0)"}}},
	{DASH_SERIES, "Targets", "By job, those that can be scraped.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO, .queries = {{.expr = "sum by (job) (up)", "{{job}}"}}},
	{DASH_SERIES, "The slowest targets", "How long it takes to scrape the ten that take longest.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = "max by (job, instance) (scrape_duration_seconds) and topk(10, max by (job, instance) (scrape_duration_seconds @ end()))", "{{job}} {{instance}}"}}},
	{DASH_SERIES, "The largest targets", "Samples of the ten that have most.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO, .queries = {{.expr = "max by (job, instance) (scrape_samples_scraped) and topk(10, max by (job, instance) (scrape_samples_scraped @ end()))", "{{job}} {{instance}}"}}},
	{DASH_SERIES, "Scrapes that were refused", "Scrapes per second with samples that could not be stored, or more of them than allowed.", 24, 7, DASH_OPERATION_RATE, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = SUM "(" RATE(P("target_scrapes_exceeded_sample_limit_total")) ")", "{{instance}}: too many samples"},
		     {.expr = SUM "(" RATE(P("target_scrapes_sample_duplicate_timestamp_total")) ")", "{{instance}}: twice at one time"},
		     {.expr = SUM "(" RATE(P("target_scrapes_sample_out_of_order_total")) ")", "{{instance}}: out of order"},
		     {.expr = SUM "(" RATE(P("target_scrapes_sample_out_of_bounds_total")) ")", "{{instance}}: too old"}}},

	{DASH_ROW, .title = "Rules and alerts"},
	{DASH_TABLE, "Groups of rules", "How long the last evaluation of each took, and what part of its interval.", 12, 8, DASH_NUMBER, .columns = groups, .sort = "Of its interval", .flags = DASH_DESCENDING, .nothing = "no rules",
	 .queries = {{.expr = "max by (rule_group) (" P("rule_group_last_duration_seconds") ")"}, {.expr = "max by (rule_group) (" P("rule_group_last_duration_seconds") " / " P("rule_group_interval_seconds") ")"}, {.expr = "max by (rule_group) (" P("rule_group_rules") ")"}}},
	{DASH_SERIES, "Rules that fail or are missed", "Evaluations per second that failed, and rounds that were left out since the one before took too long.", 12, 8, DASH_OPERATION_RATE, .flags = DASH_FROM_ZERO, .nothing = "no rules",
	 .queries = {{.expr = SUM "(" RATE(P("rule_evaluation_failures_total")) ")", "{{instance}} failed", .style = DASH_BAD}, {.expr = SUM "(" RATE(P("rule_group_iterations_missed_total")) ")", "{{instance}} missed"}}},
	{DASH_SERIES, "Alerts that are sent", "Alerts per second to each Alertmanager.", 12, 8, DASH_OPERATION_RATE, .flags = DASH_FROM_ZERO, .nothing = "no Alertmanager", .queries = {{.expr = "sum by (alertmanager) (" RATE(P("notifications_sent_total")) ")", "{{alertmanager}}"}}},
	{DASH_SERIES, "Alerts that are lost", "Alerts per second that were dropped, or that an Alertmanager did not take.", 12, 8, DASH_OPERATION_RATE, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = SUM "(" RATE(P("notifications_dropped_total")) ")", "{{instance}} dropped", .style = DASH_BAD}, {.expr = "sum by (alertmanager) (" RATE(P("notifications_errors_total")) ")", "not taken by {{alertmanager}}"}}},

	{DASH_ROW, .title = "Questions and storage"},
	{DASH_SERIES, "How long questions take", "Nine of ten are answered faster, by part of the engine.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = "max by (slice) (prometheus_engine_query_duration_seconds{" THE ",quantile=\"0.9\"} >= 0)", "{{slice}}"}}},
	{DASH_SERIES, "Questions", "HTTP requests per second.", 12, 8, DASH_REQUEST_RATE, .flags = DASH_FROM_ZERO | DASH_STACKED, .queries = {{.expr = "sum by (handler) (" RATE(P("http_requests_total")) ") > 0", "{{handler}}"}}},
	{DASH_SERIES, "Series in the head", "Series, and below the axis those that go, per second.", 12, 8, DASH_COUNT, .queries = {{.expr = SUM "(" P("tsdb_head_series") ")", "{{instance}}"}, {.expr = SUM "(" RATE(P("tsdb_head_series_removed_total")) ")", "{{instance}} go", .style = DASH_BELOW}}},
	{DASH_SERIES, "Storage that fails", "Per second.", 12, 8, DASH_OPERATION_RATE, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = SUM "(" RATE(P("tsdb_compactions_failed_total")) ")", "{{instance}}: compactions"}, {.expr = SUM "(" RATE(P("tsdb_wal_corruptions_total")) ")", "{{instance}}: damage in the log"},
		     {.expr = SUM "(" RATE(P("tsdb_wal_writes_failed_total")) ")", "{{instance}}: writes to the log"}, {.expr = SUM "(" RATE(P("tsdb_reloads_failures_total")) ")", "{{instance}}: reloads of blocks"}}},
	{DASH_SERIES, "Memory", "Memory of the process.", 12, 8, DASH_BYTES, .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(process_resident_memory_bytes{" THE "} and on (job, instance) " P("build_info") ")", "{{instance}}"}}},
	{DASH_SERIES, "CPU", "Processors that it keeps busy.", 12, 8, DASH_NUMBER, .flags = DASH_FROM_ZERO, .decimals = 3, .queries = {{.expr = EACH "(" RATE("process_cpu_seconds_total{" THE "}") " and on (job, instance) " P("build_info") ")", "{{instance}}"}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_prometheus = {
	.name = "prometheus",
	.title = "wick: Prometheus",
	.summary = "Prometheus itself: scraping, rules, alerts, questions, storage",
	.from = "now-6h",
	.to = "now",
	.variables = variables,
	.panels = panels,
};
