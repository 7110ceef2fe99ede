/* Metrics as libraries and proxies name them, and what they are known as: a table made by hand. */
#include "propose/convention.h"

#include "tests/unit/unit.h"

static const struct known {
	const char *metric;
	enum convention_kind kind;
	const char *events, *prefix; /* NULL: not known */
} known[] = {
	{"http_requests_total", CONVENTION_COUNTER, "HTTP requests", ""},
	{"prometheus_http_requests_total", CONVENTION_COUNTER, "HTTP requests", ""},
	{"flask_http_request_total", CONVENTION_COUNTER, "HTTP requests", ""},
	{"http_requests_received_total", CONVENTION_COUNTER, "HTTP requests", ""},
	{"apiserver_request_total", CONVENTION_COUNTER, "API requests", ""},
	{"http_request_duration_seconds", CONVENTION_HISTOGRAM, "HTTP requests", ""},
	{"caddy_http_request_duration_seconds", CONVENTION_HISTOGRAM, "HTTP requests", ""},
	{"http_server_request_duration_seconds", CONVENTION_HISTOGRAM, "HTTP requests", ""},
	{"http_server_duration_milliseconds", CONVENTION_HISTOGRAM, "HTTP requests", ""},
	{"http_server_requests_seconds", CONVENTION_HISTOGRAM, "HTTP requests", ""},
	{"grpc_server_handled_total", CONVENTION_COUNTER, "gRPC calls", "grpc-"},
	{"grpc_server_handling_seconds", CONVENTION_HISTOGRAM, "gRPC calls", "grpc-"},
	{"rpc_server_duration_milliseconds", CONVENTION_HISTOGRAM, "calls", "grpc-"},
	{"traces_spanmetrics_calls_total", CONVENTION_COUNTER, "calls", "span-"},
	{"traces_spanmetrics_latency", CONVENTION_HISTOGRAM, "calls", "span-"},
	{"traces_span_metrics_duration_milliseconds", CONVENTION_HISTOGRAM, "calls", "span-"},
	{"nginx_ingress_controller_requests", CONVENTION_COUNTER, "requests", "ingress-"},
	{"traefik_service_requests_total", CONVENTION_COUNTER, "requests", "traefik-"},
	{"istio_request_duration_milliseconds", CONVENTION_HISTOGRAM, "requests", "mesh-"},
	{"envoy_cluster_upstream_rq_xx", CONVENTION_COUNTER, "requests", "envoy-"},
	{"haproxy_backend_http_responses_total", CONVENTION_COUNTER, "responses", "haproxy-"},
	{"probe_success", CONVENTION_PROBE, "probes", ""},
	/* what a client asks of others, parts of names, and the other kind */
	{"http_client_request_duration_seconds", CONVENTION_HISTOGRAM, NULL, NULL},
	{"grpc_client_handled_total", CONVENTION_COUNTER, NULL, NULL},
	{"my_probe_success", CONVENTION_PROBE, NULL, NULL},
	{"xhttp_requests_total", CONVENTION_COUNTER, NULL, NULL},
	{"http_requests_total_extra", CONVENTION_COUNTER, NULL, NULL},
	{"http_requests_total", CONVENTION_HISTOGRAM, NULL, NULL},
	{"", CONVENTION_COUNTER, NULL, NULL},
};

START_TEST(metrics_are_known_by_their_names)
{
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		const struct convention *found = convention_of(str_of(known[i].metric), known[i].kind);

		ck_assert_msg((found != NULL) == (known[i].events != NULL), "%s", known[i].metric);
		if (!found)
			continue;
		ck_assert_str_eq(found->events, known[i].events);
		ck_assert_str_eq(found->prefix ? found->prefix : "", known[i].prefix);
		ck_assert_msg(found->kind == CONVENTION_PROBE || found->outcomes, "%s", known[i].metric);
		ck_assert_msg(!found->only == !found->is, "%s", known[i].metric);
	}
}
END_TEST

START_TEST(words_of_a_list_come_one_by_one)
{
	struct str rest = STR("one  two three "), word;
	const char *const expected[] = {"one", "two", "three"};
	size_t len = 0;

	while (convention_word(&rest, &word))
		ck_assert(str_is(word, expected[len++]));
	ck_assert_uint_eq(len, COUNT_OF(expected));
	rest = STR("");
	ck_assert(!convention_word(&rest, &word));
}
END_TEST

UNIT_MAIN("propose/convention", metrics_are_known_by_their_names, words_of_a_list_come_one_by_one)
