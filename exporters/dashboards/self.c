/* wick itself. */
#include "exporters/dashboards/parts.h"

#define THE          "job=~\"$job\""
#define W(name)      "wick_" name "{" THE "}"
#define RATE(series) "rate(" series "[$__rate_interval])"
#define EACH         "max by (instance) "
/* Of the process that shows wick's version. With honor_labels an SLO's group may be called instance, too, but no such
 * series has a version. */
#define PROCESS(series) series " and on (job, instance) " W("build_info")

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	DASH_VARIABLE_WICK,
	{DASH_OF_QUERY, "job", "Job", .query = "label_values(wick_build_info, job)", .many = true, .all = true},
	{.name = NULL},
};

static const struct dash_link links[] = {
	{"Status", .url = "${wick:raw}/api/v1/status"},
	{"Runbooks", .url = "${wick:raw}/runbooks/"},
	{"wick", .url = "${wick:raw}/"},
	{.title = NULL},
};

static const struct dash_column daemons[] = {
	{.field = "instance", .title = "Daemon"},
	{.field = "version", .title = "Version"},
	{"B", "Ready", .words = DASH_WORDS_OK},
	{"C", "Up for", .unit = DASH_SECONDS, .decimals = 2},
	{.field = "D", .title = "SLOs"},
	{.field = "E", .title = "Groups with a ledger"},
	{"F", "Behind", .unit = DASH_SECONDS, .decimals = 1},
	{"G", "Definitions as they stand", .words = DASH_WORDS_OK},
	{"H", "Store can be written", .words = DASH_WORDS_OK},
	{.field = NULL},
};

static const struct dash_column sources[] = {
	{.field = "source", .title = "Source"},
	{"A", "Answers", .words = DASH_WORDS_OK},
	{.field = "B", .title = "SLOs"},
	{"C", "Behind", .unit = DASH_SECONDS, .decimals = 1},
	{"D", "Per question", .unit = DASH_SECONDS, .decimals = 4},
	{.field = NULL},
};

static const struct dash_column broken[] = {
	{.field = "file", .title = "File"},
	{"A", "Broken", .words = DASH_WORDS_FAULT},
	{"B", "Its last good version is in use", .words = DASH_WORDS_YES},
	{.field = NULL},
};

static const struct dash_column hosts[] = {
	{.field = "host", .title = "GitHub"},
	{"A", "Answers", .words = DASH_WORDS_OK},
	{"B", "Quota left", DASH_RATIO, DASH_SCALE_QUOTA, .decimals = 1},
	{"C", "Full again", .unit = DASH_AGO},
	{"D", "A permission is missing", .words = DASH_WORDS_FAULT},
	{"E", "Held back until", .unit = DASH_TIME},
	{.field = NULL},
};

static const struct dash_column deliveries[] = {
	{.field = "service", .title = "Service"},  {.field = "environment", .title = "Environment"},
	{"A", "Answered", .words = DASH_WORDS_OK}, {"B", "History is complete", .words = DASH_WORDS_YES},
	{"C", "Asked last", .unit = DASH_AGO},     {.field = NULL},
};

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_TABLE, "Daemons", "Each wick that is scraped.", 24, 6, DASH_NUMBER, .columns = daemons,
	 .queries = {{.expr = "max by (instance, version) (" W("build_info") ")"}, {.expr = EACH "(" W("ready") ")"}, {.expr = "time() - " EACH "(" PROCESS("process_start_time_seconds{" THE "}") ")"}, {.expr = EACH "(" W("slos") ")"}, {.expr = EACH "(" W("groups") ")"},
		     {.expr = EACH "(" W("behind_seconds") ")"}, {.expr = EACH "(" W("config_last_reload_successful") ")"}, {.expr = EACH "(" W("store_up") ")"}}},

	{DASH_ROW, .title = "Cycles"},
	{DASH_SERIES, "How long a cycle takes, of its step", "One evaluation of everything; it has to be done within a step. At three quarters WickCycleTooLong fires.", 12, 8, DASH_RATIO, DASH_SCALE_STEP, .flags = DASH_FROM_ZERO | DASH_LINES, .queries = {{.expr = EACH "(" W("cycle_last_seconds") " / " W("step_seconds") ")", "{{instance}}"}}},
	{DASH_SERIES, "Behind", "How far counting is behind the newest step that it could have.", 12, 8, DASH_SECONDS, .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(" W("behind_seconds") ")", "{{instance}}"}}},
	{DASH_SERIES, "Cycles", "Cycles per second, and those in which something could not be counted.", 12, 8, DASH_OPERATION_RATE, .interval = "2m", .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(" RATE(W("cycles_total")) ")", "{{instance}}"}, {.expr = EACH "(" RATE(W("cycles_failed_total")) ")", "{{instance}} failed", .style = DASH_BAD}}},
	{DASH_SERIES, "Read back", "The part of the history that is read back, while some is.", 12, 8, DASH_RATIO, .flags = DASH_FROM_ZERO | DASH_TO_ONE, .nothing = "nothing is being read back, as far as is known", .queries = {{.expr = EACH "(" W("backfill_done_ratio") ")", "{{instance}}"}}},

	{DASH_ROW, .title = "Sources"},
	{DASH_TABLE, "Sources", "Where events are counted.", 12, 8, DASH_NUMBER, .columns = sources, .interval = "5m",
	 .queries = {{.expr = "max by (source) (" W("source_up") ")"}, {.expr = "max by (source) (" W("source_slos") ")"}, {.expr = "max by (source) (" W("source_behind_seconds") ")"},
		     {.expr = "sum by (source) (" RATE(W("source_seconds_total")) ") / (sum by (source) (" RATE(W("source_asks_total")) ") > 0)"}}},
	{DASH_SERIES, "Questions", "Questions per second, by how they ended.", 12, 8, DASH_OPERATION_RATE, .interval = "2m", .flags = DASH_FROM_ZERO | DASH_STACKED, .queries = {{.expr = "sum by (source, outcome) (" RATE(W("source_asks_total")) ")", "{{source}} {{outcome}}"}}},
	{DASH_SERIES, "Time per question", "The mean.", 8, 8, DASH_SECONDS, .interval = "5m", .flags = DASH_FROM_ZERO, .queries = {{.expr = "sum by (source) (" RATE(W("source_seconds_total")) ") / (sum by (source) (" RATE(W("source_asks_total")) ") > 0)", "{{source}}"}}},
	{DASH_SERIES, "Answers", "Bytes per second.", 8, 8, DASH_BYTE_RATE, .interval = "2m", .flags = DASH_FROM_ZERO, .queries = {{.expr = "sum by (source) (" RATE(W("source_received_bytes_total")) ")", "{{source}}"}}},
	{DASH_SERIES, "Requests, and those that repeat one", "Per second.", 8, 8, DASH_REQUEST_RATE, .interval = "2m", .flags = DASH_FROM_ZERO, .queries = {{.expr = "sum by (source) (" RATE(W("source_requests_total")) ")", "{{source}}"}, {.expr = "sum by (source) (" RATE(W("source_retries_total")) ")", "{{source}} again", .style = DASH_BAD}}},

	{DASH_ROW, .title = "Counting"},
	{DASH_SERIES, "Series that begin and begin again", "Per second: series born between two steps, those of whose beginning nothing is known, resets, and holes that were bridged.", 12, 8, DASH_OPERATION_RATE, .interval = "2m", .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = "sum(" RATE(W("count_births_total")) ")", "born"}, {.expr = "sum(" RATE(W("count_births_unknown_total")) ")", "new, without evidence"}, {.expr = "sum(" RATE(W("count_resets_total")) ")", "reset"}, {.expr = "sum(" RATE(W("count_holes_bridged_total")) ")", "holes bridged"}}},
	{DASH_STAT, "Events dropped in the range", "Events that came to light for steps that their ledger had forgotten.", 6, 8, DASH_COUNT, DASH_SCALE_NONE_GOOD, .queries = {{.expr = "sum(increase(" W("count_events_dropped_total") "[$__range]))"}}},
	{DASH_STAT, "Groups left out", "Groups over the limit of their groupBy.", 6, 8, DASH_NUMBER, DASH_SCALE_NONE_GOOD, .queries = {{.expr = "sum(" W("groups_dropped") ")"}}},
	{DASH_SERIES, "Series that are remembered", "Of SLOs that are counted by sample; and those among them that no SLO wants.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO, .queries = {{.expr = "sum(" W("series") ")", "remembered"}, {.expr = "sum(" W("series_idle") ")", "idle"}}},
	{DASH_SERIES, "Groups", "That have a ledger, and those that are not shown by themselves.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO, .queries = {{.expr = "sum(" W("groups") ")", "with a ledger"}, {.expr = "sum(" W("groups_hidden") ")", "not shown"}}},

	{DASH_ROW, .title = "Ledgers and store"},
	{DASH_SERIES, "Size on disk", "Of the store.", 8, 8, DASH_BYTES, .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(" W("store_size_bytes") ")", "{{instance}}"}}},
	{DASH_SERIES, "Memory", "Of the process, and of all ledgers in it.", 8, 8, DASH_BYTES, .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(" PROCESS("process_resident_memory_bytes{" THE "}") ")", "{{instance}}"}, {.expr = EACH "(" W("ledger_memory_bytes") ")", "{{instance}} ledgers"}}},
	{DASH_SERIES, "CPU", "Processors that it keeps busy.", 8, 8, DASH_NUMBER, .flags = DASH_FROM_ZERO, .decimals = 4, .queries = {{.expr = EACH "(" PROCESS(RATE("process_cpu_seconds_total{" THE "}")) ")", "{{instance}}"}}},
	{DASH_SERIES, "Writes to the store", "Per second, and those that failed: then nothing is counted.", 12, 8, DASH_OPERATION_RATE, .interval = "2m", .flags = DASH_FROM_ZERO, .queries = {{.expr = EACH "(" RATE(W("store_commits_total")) ")", "{{instance}}"}, {.expr = EACH "(" RATE(W("store_commits_failed_total")) ")", "{{instance}} failed", .style = DASH_BAD}}},
	{DASH_TABLE, "Definition files that are broken", "'wick check' says what is wrong.", 12, 8, DASH_NUMBER, .columns = broken, .nothing = DASH_NONE_KNOWN,
	 .queries = {{.expr = "max by (file) (" W("definition_file_broken") ")"}, {.expr = "max by (file) (" W("definition_file_kept") ")"}}},

	{DASH_ROW, .title = "Alertmanagers"},
	{DASH_SERIES, "Posts", "Posts of alerts per second, and those that were not taken.", 12, 8, DASH_OPERATION_RATE, .interval = "2m", .flags = DASH_FROM_ZERO, .nothing = "wick posts to no Alertmanager", .queries = {{.expr = "sum by (url) (" RATE(W("alertmanager_posts_total")) ")", "{{url}}"}, {.expr = "sum by (url) (" RATE(W("alertmanager_posts_failed_total")) ")", "{{url}} not taken", .style = DASH_BAD}}},
	{DASH_TIMELINE, "Alertmanagers that take alerts", "Whether what was sent last was taken.", 12, 8, DASH_NUMBER, .words = DASH_WORDS_OK, .nothing = "wick posts to no Alertmanager", .queries = {{.expr = "max by (url) (" W("alertmanager_up") ")", "{{url}}"}}},

	{DASH_ROW, .title = "GitHub"},
	{DASH_TABLE, "GitHub", "What is left of the hour's quota; a host that tells of none has an empty cell.", 12, 8, DASH_NUMBER, .columns = hosts, .nothing = "GitHub is not asked",
	 .queries = {{.expr = "max by (host) (" W("github_up") ")"}, {.expr = "max by (host) (" W("github_quota_left_requests") " / (" W("github_quota_requests") " > 0))"}, {.expr = "max by (host) (" W("github_quota_reset_timestamp_seconds") ") * 1000"}, {.expr = "max by (host) (" W("github_permission_missing") ")"}, {.expr = "max by (host) (" W("github_paused_until_timestamp_seconds") ") * 1000"}}},
	{DASH_SERIES, "Requests to GitHub", "Per second, by how they ended; what is unchanged costs no quota.", 12, 8, DASH_REQUEST_RATE, .interval = "2m", .flags = DASH_FROM_ZERO | DASH_STACKED, .nothing = "GitHub is not asked", .queries = {{.expr = "sum by (host, outcome) (" RATE(W("github_requests_total")) ")", "{{host}} {{outcome}}"}}},
	{DASH_SERIES, "Quota left", "Requests that are left of the hour's quota.", 12, 8, DASH_COUNT, .flags = DASH_FROM_ZERO, .nothing = "no quota is told", .queries = {{.expr = "min by (host) (" W("github_quota_left_requests") ")", "{{host}}"}, {.expr = "max by (host) (" W("github_quota_requests") ")", "{{host}}: all", .style = DASH_DASHED}}},
	{DASH_TABLE, "Deliveries", "Whether what is asked about each service is answered.", 12, 8, DASH_NUMBER, .columns = deliveries, .nothing = "no deliveries are defined",
	 .queries = {{.expr = "max by (service, environment) (" W("dora_up") ")"}, {.expr = "max by (service, environment) (" W("dora_complete") ")"}, {.expr = "max by (service, environment) (" W("dora_read_timestamp_seconds") ") * 1000"}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_self = {
	.name = "self",
	.title = "wick: wick itself",
	.summary = "Cycles, sources, counting, ledgers, store, Alertmanagers, GitHub",
	.from = "now-6h",
	.to = "now",
	.variables = variables,
	.links = links,
	.panels = panels,
};
