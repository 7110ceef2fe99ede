#include "propose/convention.h"

#define COUNTER   .kind = CONVENTION_COUNTER
#define HISTOGRAM .kind = CONVENTION_HISTOGRAM

#define HTTP_OUTCOMES "code status status_code http_status_code http_response_status_code status_class outcome"
#define GRPC_OUTCOMES "grpc_code rpc_grpc_status_code rpc_response_status_code grpc_status grpc_status_code code"
#define SPAN_SERVICES "service service_name"
#define INGRESS       "exported_service ingress service"
#define MESH          "destination_service_name destination_service destination_workload destination_app"

static const struct convention conventions[] = {
	/* HTTP, counted by libraries of many languages */
	{"*_http_requests_total", COUNTER, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"*_http_request_total", COUNTER, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"http_requests_received_total", COUNTER, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"apiserver_request_total", COUNTER, .events = "API requests", .outcomes = "code"},
	{"*_http_request_duration_seconds", HISTOGRAM, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"*_http_request_duration_milliseconds", HISTOGRAM, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"http_server_request_duration_seconds", HISTOGRAM, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"http_server_duration_milliseconds", HISTOGRAM, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"http_server_duration_seconds", HISTOGRAM, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},
	{"http_server_requests_seconds", HISTOGRAM, .events = "HTTP requests", .outcomes = HTTP_OUTCOMES},

	/* gRPC */
	{"grpc_server_handled_total", COUNTER, CODES_GRPC, "grpc-", "gRPC calls", GRPC_OUTCOMES},
	{"grpc_server_handling_seconds", HISTOGRAM, CODES_GRPC, "grpc-", "gRPC calls", GRPC_OUTCOMES},
	{"rpc_server_duration_milliseconds", HISTOGRAM, CODES_GRPC, "grpc-", "calls", GRPC_OUTCOMES},
	{"rpc_server_duration_seconds", HISTOGRAM, CODES_GRPC, "grpc-", "calls", GRPC_OUTCOMES},
	{"rpc_server_call_duration_seconds", HISTOGRAM, CODES_GRPC, "grpc-", "calls", GRPC_OUTCOMES},

	/* metrics that are made of traces: only what a service answers, not what it asks of others */
	{"traces_spanmetrics_calls_total", COUNTER, CODES_SPAN, "span-", "calls", "status_code", SPAN_SERVICES,
	 "span_kind", "SPAN_KIND_SERVER"},
	{"traces_span_metrics_calls_total", COUNTER, CODES_SPAN, "span-", "calls", "status_code", SPAN_SERVICES,
	 "span_kind", "SPAN_KIND_SERVER"},
	{"traces_spanmetrics_latency", HISTOGRAM, CODES_SPAN, "span-", "calls", "status_code", SPAN_SERVICES,
	 "span_kind", "SPAN_KIND_SERVER", "s"},
	{"traces_span_metrics_duration_milliseconds", HISTOGRAM, CODES_SPAN, "span-", "calls", "status_code",
	 SPAN_SERVICES, "span_kind", "SPAN_KIND_SERVER"},
	{"traces_span_metrics_duration_seconds", HISTOGRAM, CODES_SPAN, "span-", "calls", "status_code", SPAN_SERVICES,
	 "span_kind", "SPAN_KIND_SERVER"},

	/* proxies: what they saw of the services behind them */
	{"nginx_ingress_controller_requests", COUNTER, CODES_HTTP, "ingress-", "requests", "status", INGRESS},
	{"nginx_ingress_controller_request_duration_seconds", HISTOGRAM, CODES_HTTP, "ingress-", "requests", "status",
	 INGRESS},
	{"traefik_service_requests_total", COUNTER, CODES_HTTP, "traefik-", "requests", "code",
	 "exported_service service"},
	{"traefik_service_request_duration_seconds", HISTOGRAM, CODES_HTTP, "traefik-", "requests", "code",
	 "exported_service service"},
	{"traefik_entrypoint_requests_total", COUNTER, CODES_HTTP, "entrypoint-", "requests", "code", "entrypoint"},
	{"traefik_entrypoint_request_duration_seconds", HISTOGRAM, CODES_HTTP, "entrypoint-", "requests", "code",
	 "entrypoint"},
	{"istio_requests_total", COUNTER, CODES_HTTP, "mesh-", "requests", "response_code", MESH, "reporter",
	 "destination"},
	{"istio_request_duration_milliseconds", HISTOGRAM, CODES_HTTP, "mesh-", "requests", "response_code", MESH,
	 "reporter", "destination"},
	{"envoy_cluster_upstream_rq_xx", COUNTER, CODES_HTTP, "envoy-", "requests", "envoy_response_code_class",
	 "envoy_cluster_name"},
	{"envoy_cluster_upstream_rq_time", HISTOGRAM, CODES_HTTP, "envoy-", "requests", "", "envoy_cluster_name",
	 .unit = "ms"},
	{"envoy_http_downstream_rq_xx", COUNTER, CODES_HTTP, "downstream-", "requests", "envoy_response_code_class",
	 "envoy_http_conn_manager_prefix"},
	{"haproxy_backend_http_responses_total", COUNTER, CODES_HTTP, "haproxy-", "responses", "code", "proxy backend"},
	{"haproxy_frontend_http_responses_total", COUNTER, CODES_HTTP, "frontend-", "responses", "code",
	 "proxy frontend"},

	{"probe_success", .kind = CONVENTION_PROBE, .events = "probes"},
};

const char *const convention_services = "service service_name app app_kubernetes_io_name application exported_job job";

static bool named(const char *pattern, struct str metric)
{
	if (pattern[0] != '*')
		return str_is(metric, pattern);
	return str_is(metric, pattern + 2) || str_ends(metric, str_of(pattern + 1));
}

const struct convention *convention_of(struct str metric, enum convention_kind kind)
{
	for (size_t i = 0; i < sizeof(conventions) / sizeof(conventions[0]); i++)
		if (conventions[i].kind == kind && named(conventions[i].metric, metric))
			return &conventions[i];
	return NULL;
}

bool convention_word(struct str *rest, struct str *word)
{
	size_t end;

	*rest = str_trim(*rest);
	end = str_find(*rest, ' ');
	*word = str_slice(*rest, 0, end);
	*rest = str_slice(*rest, end, rest->len);
	return word->len > 0;
}
