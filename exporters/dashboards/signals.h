/* Requests of a service as its client library shows them: which counter, which histogram and which labels is found out
 * by variables, and can be chosen. */
#ifndef WICK_EXPORTERS_DASHBOARDS_SIGNALS_H
#define WICK_EXPORTERS_DASHBOARDS_SIGNALS_H

#include "exporters/dashboards/parts.h"

/* The first of the names that is a label of the metric; `code`, where none is: a variable must not be empty. */
#define HAS(metric, label)                                                                                             \
	"label_replace(group({__name__=\"" metric "\",job=\"$service\"," label "!=\"\"}), \"found\", \"" label         \
	"\", \"\", \"\") or "
#define FIRST_LABEL(metric)                                                                                            \
	"query_result(" HAS(metric, "code") HAS(metric, "status") HAS(metric, "status_code")                           \
		HAS(metric, "http_status_code") HAS(metric, "http_response_status_code") HAS(metric, "grpc_code")      \
			HAS(metric, "result")                                                                          \
				HAS(metric, "outcome") "label_replace(vector(1), \"found\", \"code\", \"\", \"\"))"
#define FOUND "/found=\"([a-z_]+)\"/"

/* HTTP, gRPC, and what people call it. */
#define FAILED                                                                                                         \
	"5..|Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss|SERVER_ERROR|error|failed|failure"

#define SIGNAL_VARIABLES                                                                                               \
	{.kind = DASH_OF_QUERY, .name = "service", .label = "Service (job)", .query = "label_values(up, job)"},        \
		{.kind = DASH_OF_QUERY,                                                                                \
		 .name = "requests",                                                                                   \
		 .label = "Counter",                                                                                   \
		 .query = "label_values({job=\"$service\",__name__=~\".*(requests?|handled|processed|calls)_total|"    \
			  ".*requests?_seconds_count\"}, __name__)"},                                                  \
		{.kind = DASH_OF_QUERY,                                                                                \
		 .name = "histogram",                                                                                  \
		 .label = "Histogram",                                                                                 \
		 .query = "label_values({job=\"$service\",__name__=~\".*(request|handling|call).*_seconds_bucket\"}, " \
			  "__name__)"},                                                                                \
		{.kind = DASH_OF_QUERY,                                                                                \
		 .name = "code",                                                                                       \
		 .label = "Its label",                                                                                 \
		 .query = FIRST_LABEL("$requests"),                                                                    \
		 .regex = FOUND,                                                                                       \
		 .unsorted = true},                                                                                    \
		{.kind = DASH_OF_QUERY,                                                                                \
		 .name = "status",                                                                                     \
		 .label = "The histogram's",                                                                           \
		 .query = FIRST_LABEL("$histogram"),                                                                   \
		 .regex = FOUND,                                                                                       \
		 .unsorted = true},                                                                                    \
	{                                                                                                              \
		.kind = DASH_OF_TEXT, .name = "failed", .label = "Failed are", .query = FAILED                         \
	}

#define SIGNAL_DEPLOYMENTS                                                                                             \
	{                                                                                                              \
		.name = "Deployments",                                                                                 \
		.expr = "max by (environment) (wick_dora_last_deployment_timestamp_seconds{service=\"$service\"}) "    \
			"* 1000",                                                                                      \
		.title = "Deployed to {{environment}}", .text = "", .tags = "environment", .color = "blue",            \
		.at_value = true                                                                                       \
	}

/* Without a counter there is nothing: an empty name would be all series of the job. */
#define OF(more)     "{__name__=\"$requests\",job=\"$service\"" more "}"
#define ALL          OF("")
#define RATE(series) "rate(" series "[$__rate_interval])"
/* Where nothing has ever failed, there is no series of it. */
#define ERROR_RATIO "(sum(" RATE(OF(",$code=~\"$failed\"")) ") or sum(" RATE(ALL) ") * 0) / (sum(" RATE(ALL) ") > 0)"

#define GOOD_ONES ",$status!~\"$failed\""
#define BAD_ONES  ",$status=~\"$failed\""
/* Without requests a quantile is no number, and no sample. */
#define QUANTILE(q, which)                                                                                             \
	"histogram_quantile(" q ", sum by (le) (rate({__name__=\"$histogram\",job=\"$service\"" which                  \
	"}[$__rate_interval]))) >= 0"
#define QUANTILES(which)                                                                                               \
	.queries = {{.expr = QUANTILE("0.5", which), "p50", .exemplars = true},                                        \
		    {.expr = QUANTILE("0.95", which), "p95", .exemplars = true},                                       \
		    {.expr = QUANTILE("0.99", which), "p99", .exemplars = true}}

#endif
