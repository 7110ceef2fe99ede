/* Asking a server: a real Prometheus answers right, and a server that misbehaves gets what it deserves. */
#include "source/source.h"

#include "base/num.h"
#include "tests/unit/servers.h"

#include <jansson.h>
#include <math.h>
#include <sys/stat.h>

static const struct instant noon = {INT64_C(1700000000000)};

static struct source *source_at(const char *url, struct source_settings settings)
{
	struct err err = {0};
	struct source *source;

	settings.url = str_of(url);
	settings.concurrency = settings.concurrency ? settings.concurrency : 4;
	settings.attempts = settings.attempts ? settings.attempts : 3;
	settings.answer_bytes = settings.answer_bytes ? settings.answer_bytes : 1 << 20;
	settings.backoff = settings.backoff.ms ? settings.backoff : (struct span){10};
	source = source_new(&settings, &err);
	ck_assert_msg(source != NULL, "%s: %s", url, err.text);
	return source;
}

static struct source *source_with_fault(const struct server *server, const char *fault, struct source_settings settings)
{
	char url[300];

	snprintf(url, sizeof(url), "%s/fault/%s", server->url, fault);
	return source_at(url, settings);
}

static json_t *log_of(const struct server *server)
{
	struct http_request request = {.body_ceiling = 8 << 20};
	struct http *http = http_new(&(struct http_settings){0}, 1, NULL);
	char url[100];
	json_t *log;

	snprintf(url, sizeof(url), "%s/-/log", server->url);
	request.url = str_of(url);
	http_start(http, &request);
	ck_assert_ptr_eq(http_next(http, (struct span){20000}, -1), &request);
	log = json_loads(buf_view(&request.body).at, 0, NULL);
	ck_assert_ptr_nonnull(log);
	buf_release(&request.body);
	http_free(http);
	return log;
}

static size_t requests_seen(const struct server *server)
{
	json_t *log = log_of(server);
	size_t count = json_array_size(json_object_get(log, "requests"));

	json_decref(log);
	return count;
}

/* What came to a callback. */
struct got {
	struct arena arena;
	struct labels labels[10];
	struct sample samples[100];
	size_t series, len;
};

static bool keep(void *context, const struct source_series *series, struct err *err)
{
	struct got *got = context;

	ck_assert_uint_lt(got->series, COUNT_OF(got->labels));
	ck_assert_msg(source_series_labels(series, &got->arena, &got->labels[got->series++], err), "%s", err->text);
	for (size_t i = 0; i < series->len && got->len < COUNT_OF(got->samples); i++)
		got->samples[got->len++] = series->samples[i];
	return true;
}

/* Prometheus in a folder of its own; the test passes with a word where it is not installed. */
struct real {
	char folder[40];
	struct server server;
};

static bool real_start(struct real *real)
{
	strcpy(real->folder, "/tmp/wick-prometheus-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(real->folder));
	real->server = prometheus_server(real->folder);
	if (real->server.pid == 0) {
		rmdir(real->folder);
		fprintf(stderr, "skipped: prometheus is not installed\n");
	}
	return real->server.pid != 0;
}

static void real_stop(struct real *real)
{
	char command[100];

	server_stop(&real->server);
	snprintf(command, sizeof(command), "rm -rf '%s'", real->folder);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(prometheus_answers_instant_and_range_questions)
{
	struct got got = {0};
	struct ask asks[] = {
		{.promql = STR("label_replace(vector(time()), \"job\", \"caf\\u00e9 \\\"x\\\"\", \"\", \"\")"),
		 .at = noon,
		 .series = keep,
		 .context = &got},
		{.promql = STR("vector(time())"),
		 .start = {noon.ms - 2500},
		 .at = noon,
		 .step = {500},
		 .series = keep,
		 .context = &got},
		{.promql = STR("scalar(vector(-0.125))"), .at = {noon.ms + 123}, .series = keep, .context = &got},
		{.promql = STR("vector(NaN)"), .at = noon, .series = keep, .context = &got},
		{.promql = STR("no_such_metric"), .at = noon, .series = keep, .context = &got},
	};
	struct source *source;
	struct real real;

	if (!real_start(&real))
		return;
	source = source_at(real.server.url, (struct source_settings){.concurrency = 1});
	arena_init(&got.arena);
	ck_assert_msg(source_ask(source, asks, COUNT_OF(asks)), "%s %s %s", asks[0].err.text, asks[1].err.text,
		      asks[2].err.text);
	ck_assert_uint_eq(got.series, 4);
	ck_assert_uint_eq(got.len, 9);
	ck_assert(str_is(labels_get(got.labels[0], STR("job")), "caf\xC3\xA9 \"x\""));
	ck_assert_int_eq(got.samples[0].ms, noon.ms);
	for (int i = 1; i < 7; i++) {
		ck_assert_int_eq(got.samples[i].ms, noon.ms - 2500 + 500 * (i - 1));
		ck_assert(num_same(got.samples[i].value, (double)got.samples[i].ms / 1000));
	}
	ck_assert_uint_eq(got.labels[2].len, 0);
	ck_assert_int_eq(got.samples[7].ms, noon.ms + 123);
	ck_assert(num_same(got.samples[7].value, -0.125));
	ck_assert_double_nan(got.samples[8].value);
	ck_assert_uint_eq(asks[1].sample_count, 6);
	ck_assert_uint_eq(asks[4].series_count, 0);
	arena_release(&got.arena);
	source_free(source);
	real_stop(&real);
}
END_TEST

START_TEST(prometheus_tells_the_time_of_its_own_clock)
{
	struct got got = {0};
	struct ask ask = {.promql = STR("time()"), .series = keep, .context = &got};
	struct source *source;
	struct real real;

	if (!real_start(&real))
		return;
	source = source_at(real.server.url, (struct source_settings){0});
	arena_init(&got.arena);
	ck_assert_msg(source_ask(source, &ask, 1), "%s", ask.err.text);
	ck_assert(fabs(got.samples[0].value * 1000 - (double)instant_now().ms) < 60000);
	arena_release(&got.arena);
	source_free(source);
	real_stop(&real);
}
END_TEST

START_TEST(prometheus_refuses_and_says_why)
{
	char expected[300];
	struct ask asks[] = {
		{.promql = STR("up{"), .at = noon},
		{.promql = STR(""), .at = noon},
		{.promql = STR("vector(1)"), .start = {noon.ms - 20000000}, .at = noon, .step = {1000}},
	};
	struct source *source;
	struct real real;

	if (!real_start(&real))
		return;
	source = source_at(real.server.url, (struct source_settings){0});
	ck_assert(!source_ask(source, asks, COUNT_OF(asks)));
	ck_assert_int_eq(asks[0].outcome, ASK_REFUSED);
	snprintf(expected, sizeof(expected),
		 "'%s/api/v1/query' answered 400: bad_data: invalid parameter \"query\": 1:4: parse error",
		 real.server.url);
	ck_assert_msg(str_starts(str_of(asks[0].err.text), str_of(expected)), "%s", asks[0].err.text);
	ck_assert_int_eq(asks[1].outcome, ASK_REFUSED);
	ck_assert_int_eq(asks[2].outcome, ASK_TOO_LARGE);
	ck_assert_uint_eq(source_stats(source).retries, 0);
	source_free(source);
	real_stop(&real);
}
END_TEST

START_TEST(a_long_question_is_posted_and_understood)
{
	struct buf promql;
	struct got got = {0};
	struct ask ask = {.at = noon, .series = keep, .context = &got};
	struct source *source;
	struct real real;

	if (!real_start(&real))
		return;
	buf_init(&promql, 100000);
	buf_cstr(&promql, "vector(1)");
	for (int i = 0; i < 2000; i++)
		buf_cstr(&promql, " + 1");
	ask.promql = buf_view(&promql);
	source = source_at(real.server.url, (struct source_settings){0});
	arena_init(&got.arena);
	ck_assert_msg(source_ask(source, &ask, 1), "%s", ask.err.text);
	ck_assert(num_same(got.samples[0].value, 2001));
	arena_release(&got.arena);
	buf_release(&promql);
	source_free(source);
	real_stop(&real);
}
END_TEST

START_TEST(a_proxy_with_a_path_prefix_that_fails_for_a_while_is_outlasted)
{
	struct server proxy;
	struct source *source;
	struct got got = {0};
	struct ask ask = {.promql = STR("vector(7)"), .at = noon, .series = keep, .context = &got};
	struct real real;

	if (!real_start(&real))
		return;
	proxy = fault_server("--upstream", real.server.url, NULL);
	source = source_with_fault(&proxy, "mode=status&code=502&times=2//", (struct source_settings){0});
	arena_init(&got.arena);
	ck_assert_msg(source_ask(source, &ask, 1), "%s", ask.err.text);
	ck_assert(num_same(got.samples[0].value, 7));
	ck_assert_uint_eq(source_stats(source).retries, 2);
	arena_release(&got.arena);
	source_free(source);
	server_stop(&proxy);
	real_stop(&real);
}
END_TEST

static void set_fault(const struct server *server, const char *fault)
{
	struct http_request request = {.post_body = STR(""), .body_ceiling = 1000};
	struct http *http = http_new(&(struct http_settings){0}, 1, NULL);
	char url[200];

	snprintf(url, sizeof(url), "%s/-/fault?%s", server->url, fault);
	request.url = str_of(url);
	http_start(http, &request);
	ck_assert_ptr_eq(http_next(http, (struct span){20000}, -1), &request);
	ck_assert_int_eq(request.status, 200);
	buf_release(&request.body);
	http_free(http);
}

START_TEST(a_server_that_was_gone_answers_again)
{
	struct ask ask = {.promql = STR("vector(7)"), .at = noon};
	struct source *source;
	struct server proxy;
	struct real real;

	if (!real_start(&real))
		return;
	proxy = fault_server("--upstream", real.server.url, "--fault", "mode=reset", NULL);
	source = source_at(proxy.url, (struct source_settings){0});
	ck_assert(!source_ask(source, &ask, 1));
	ck_assert_int_eq(ask.outcome, ASK_UNAVAILABLE);
	set_fault(&proxy, "mode=ok");
	ck_assert_msg(source_ask(source, &ask, 1), "%s", ask.err.text);
	ck_assert_int_eq(ask.outcome, ASK_OK);
	ck_assert_str_eq(ask.err.text, "");
	ck_assert_uint_eq(ask.series_count, 1);
	source_free(source);
	server_stop(&proxy);
	real_stop(&real);
}
END_TEST

static const struct {
	const char *fault;
	enum ask_outcome outcome;
	size_t tries;
	const char *error; /* a part of it */
} faults[] = {
	{"mode=status&code=500&body=boom", ASK_UNAVAILABLE, 3, "/api/v1/query' answered 500: boom"},
	{"mode=status&code=503", ASK_UNAVAILABLE, 3, "/api/v1/query' answered 503"},
	{"mode=status&code=429&body=slow+down", ASK_UNAVAILABLE, 3, "answered 429: slow down"},
	{"mode=status&code=500&times=2", ASK_OK, 3, ""},
	{"mode=half&times=1", ASK_OK, 2, ""},
	{"mode=half&chunked=1", ASK_UNAVAILABLE, 3, "3 tries: no answer from"},
	{"mode=reset&times=2", ASK_OK, 3, ""},
	{"mode=garbage&times=1", ASK_OK, 2, ""},
	{"mode=garbage", ASK_UNAVAILABLE, 3,
	 "answered 200 with something that is no query result: malformed at byte 45: a text without end"},
	{"mode=garbage&body=%00%ff", ASK_UNAVAILABLE, 3, "malformed at byte 0"},
	{"mode=garbage&body={\"status\":\"success\"}", ASK_UNAVAILABLE, 3,
	 "no 'result' with a 'resultType' of matrix, vector, scalar or string"},
	{"mode=html", ASK_UNAVAILABLE, 3, "' is not a Prometheus API: answered 200 with text/html; charset=utf-8"},
	{"mode=status&code=404", ASK_UNAVAILABLE, 1, "answered 404"},
	{"mode=status&code=401&body=who+are+you", ASK_UNAVAILABLE, 1, "answered 401: who are you"},
	{"mode=status&code=403&type=text%2Fhtml&body=<html>", ASK_UNAVAILABLE, 1, "/api/v1/query' answered 403"},
	{"mode=status&code=400", ASK_REFUSED, 1, "answered 400"},
	{"mode=status&code=422&type=application%2Fjson&body={\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"many-to-many\"}",
	 ASK_REFUSED, 1, "answered 422: execution: many-to-many"},
	{"mode=status&code=503&type=application%2Fjson&body={\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query+timed+out\"}",
	 ASK_UNAVAILABLE, 3, "answered 503: timeout: query timed out"},
	{"mode=status&code=422&type=application%2Fjson&body={\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"query+processing+would+load+too+many+samples+into+memory+in+query+execution\"}",
	 ASK_TOO_LARGE, 1, "too many samples"},
	{"mode=status&code=503&body=exceeded+maximum+of+something", ASK_TOO_LARGE, 1, "exceeded maximum"},
	{"mode=huge&bytes=4194304", ASK_TOO_LARGE, 1, "is larger than the limit of 1048576 bytes"},
	{"mode=redirect&to=http:%2F%2F127.0.0.1:1%2F", ASK_UNAVAILABLE, 1, "is another server and is not followed"},
	{"mode=ok", ASK_OK, 1, ""},
};

START_TEST(each_fault_has_its_outcome_tries_and_reason)
{
	struct server server = fault_server(NULL);
	size_t before = 0;

	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		struct source *source = source_with_fault(&server, faults[i].fault, (struct source_settings){0});
		struct ask ask = {.promql = STR("up"), .at = noon};
		size_t seen;

		source_ask(source, &ask, 1);
		seen = requests_seen(&server);
		ck_assert_msg(ask.outcome == faults[i].outcome, "%s: %s: %s", faults[i].fault,
			      ask_outcome_names[ask.outcome], ask.err.text);
		ck_assert_msg(seen - before == faults[i].tries, "%s: %zu tries", faults[i].fault, seen - before);
		ck_assert_msg(strstr(ask.err.text, faults[i].error) != NULL, "%s: %s", faults[i].fault, ask.err.text);
		ck_assert_msg(!strchr(ask.err.text, '\n'), "%s", ask.err.text);
		ck_assert_uint_eq(source_stats(source).requests, faults[i].tries);
		ck_assert_uint_eq(source_stats(source).asks[faults[i].outcome], 1);
		before = seen;
		source_free(source);
	}
	server_stop(&server);
}
END_TEST

START_TEST(retry_after_is_waited_for)
{
	struct server server = fault_server(NULL);
	struct source *source =
		source_with_fault(&server, "mode=status&code=429&retry_after=1&times=1", (struct source_settings){0});
	struct ask ask = {.promql = STR("up"), .at = noon};
	struct mono begun = mono_now();

	ck_assert(source_ask(source, &ask, 1));
	ck_assert_int_ge(mono_since(begun, mono_now()).ms, 1000);
	source_free(source);
	server_stop(&server);
}
END_TEST

START_TEST(a_question_that_waits_does_not_hold_up_the_others)
{
	struct server server = fault_server("--fault", "mode=status&code=429&retry_after=1&times=1", NULL);
	struct source *source = source_at(server.url, (struct source_settings){.concurrency = 1});
	struct ask asks[3] = {
		{.promql = STR("a"), .at = noon}, {.promql = STR("b"), .at = noon}, {.promql = STR("c"), .at = noon}};

	ck_assert(source_ask(source, asks, 3));
	ck_assert_double_ge(asks[0].seconds, 1);
	ck_assert_double_lt(asks[1].seconds, 1);
	ck_assert_double_lt(asks[2].seconds, 1);
	source_free(source);
	server_stop(&server);
}
END_TEST

START_TEST(a_server_that_hangs_is_not_asked_all_questions)
{
	enum { ASKS = 50 };
	struct server server = fault_server("--fault", "mode=hang", NULL);
	struct source *source =
		source_at(server.url, (struct source_settings){.http.timeout = {200}, .attempts = 2, .concurrency = 2});
	struct ask asks[ASKS] = {0};
	size_t unasked = 0;

	for (int i = 0; i < ASKS; i++)
		asks[i] = (struct ask){.promql = STR("up"), .at = noon};
	ck_assert(!source_ask(source, asks, ASKS));
	for (int i = 0; i < ASKS; i++) {
		ck_assert_int_eq(asks[i].outcome, ASK_UNAVAILABLE);
		unasked += str_starts(str_of(asks[i].err.text),
				      STR("not asked, since another query failed: no whole answer from"));
	}
	ck_assert_uint_ge(unasked, ASKS - 12);
	ck_assert_uint_le(source_stats(source).requests, 24);
	source_free(source);
	server_stop(&server);
}
END_TEST

static bool stop_now(void *context)
{
	const int *fd = context;
	struct pollfd watched = {.fd = *fd, .events = POLLIN};

	return poll(&watched, 1, 0) > 0;
}

START_TEST(an_interrupt_is_obeyed_at_once_while_the_server_hangs)
{
	struct server server = fault_server("--fault", "mode=hang", NULL);
	struct source *source = source_at(server.url, (struct source_settings){.concurrency = 2});
	struct ask asks[5];
	int ends[2];
	pid_t writer;
	struct mono told;
	ssize_t got;

	for (int i = 0; i < 5; i++)
		asks[i] = (struct ask){.promql = STR("up"), .at = noon};
	ck_assert_int_eq(pipe(ends), 0);
	writer = fork();
	if (writer == 0) { /* says when it interrupts: what it writes is the moment */
		struct mono now;

		usleep(300000);
		now = mono_now();
		_exit(write(ends[1], &now, sizeof(now)) != sizeof(now));
	}
	source_interrupt(source, (struct source_interrupt){.stop = stop_now, .context = &ends[0], .fd = ends[0]});
	ck_assert(!source_ask(source, asks, 5));
	got = read(ends[0], &told, sizeof(told));
	ck_assert_int_eq(got, (ssize_t)sizeof(told));
	ck_assert_int_lt(mono_since(told, mono_now()).ms, 200);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(asks[i].outcome, ASK_INTERRUPTED);
	ck_assert_uint_eq(source_stats(source).asks[ASK_INTERRUPTED], 5);
	waitpid(writer, NULL, 0);
	source_free(source);
	server_stop(&server);
}
END_TEST

static bool count_down(void *context)
{
	int *left = context;

	return --*left < 0;
}

START_TEST(stop_is_asked_although_no_descriptor_speaks)
{
	struct server server = fault_server("--fault", "mode=hang", NULL);
	struct source *source = source_at(server.url, (struct source_settings){0});
	struct ask ask = {.promql = STR("up"), .at = noon};
	struct mono begun = mono_now();
	int left = 3;

	source_interrupt(source, (struct source_interrupt){.stop = count_down, .context = &left, .fd = -1});
	ck_assert(!source_ask(source, &ask, 1));
	ck_assert_int_eq(ask.outcome, ASK_INTERRUPTED);
	ck_assert_int_lt(mono_since(begun, mono_now()).ms, 2000);
	source_interrupt(source, (struct source_interrupt){.fd = -1}); /* and the source can be used again */
	source_free(source);
	server_stop(&server);
}
END_TEST

static bool refuse(void *context, const struct source_series *series, struct err *err)
{
	(void)context;
	return err_set(err, "no use for %zu samples", series->len);
}

START_TEST(a_callback_may_refuse)
{
	struct server server = fault_server(NULL);
	struct source *source = source_at(server.url, (struct source_settings){0});
	struct ask ask = {.promql = STR("up"), .at = noon, .series = refuse};

	ck_assert(!source_ask(source, &ask, 1));
	ck_assert_int_eq(ask.outcome, ASK_REFUSED);
	ck_assert_str_eq(ask.err.text, "no use for 1 samples");
	source_free(source);
	server_stop(&server);
}
END_TEST

START_TEST(warnings_come_along)
{
	struct server server = fault_server(
		"--fault",
		"mode=garbage&body={\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]},"
		"\"warnings\":[\"store+down\",\"b\"]}",
		NULL);
	struct source *source = source_at(server.url, (struct source_settings){0});
	struct ask ask = {.promql = STR("up"), .at = noon};

	ck_assert_msg(source_ask(source, &ask, 1), "%s", ask.err.text);
	ck_assert_str_eq(ask.warning, "store down");
	ck_assert_uint_eq(source_stats(source).warnings, 2);
	source_free(source);
	server_stop(&server);
}
END_TEST

START_TEST(what_is_asked_for_is_what_is_sent)
{
	struct server server = fault_server(NULL);
	char url[100];
	struct source *source;
	struct ask asks[] = {
		{.promql = STR("a + b"), .at = {noon.ms + 50}},
		{.promql = STR("c"), .start = {-1500}, .at = noon, .step = {60000}},
		{.promql = STR("time()")},
	};
	const char *const paths[] = {
		"/prefix/api/v1/query?query=a%20%2B%20b&time=1700000000.050&timeout=27s",
		"/prefix/api/v1/query_range?query=c&start=-1.500&end=1700000000&step=60&timeout=27s",
		"/prefix/api/v1/query?query=time%28%29&timeout=27s",
	};
	json_t *log;

	snprintf(url, sizeof(url), "%s/prefix///", server.url);
	source = source_at(url, (struct source_settings){.concurrency = 1});
	ck_assert(source_ask(source, asks, COUNT_OF(asks)));
	log = log_of(&server);
	for (size_t i = 0; i < COUNT_OF(asks); i++)
		ck_assert_str_eq(
			json_string_value(json_object_get(json_array_get(json_object_get(log, "requests"), i), "path")),
			paths[i]);
	json_decref(log);
	source_free(source);
	server_stop(&server);
}
END_TEST

START_TEST(a_url_that_cannot_work_is_refused)
{
	struct source_settings settings = {
		.url = STR("localhost:9090"), .concurrency = 1, .attempts = 1, .answer_bytes = 1};
	struct err err = {0};

	ck_assert_ptr_null(source_new(&settings, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "http://host:port/path"));
}
END_TEST

UNIT_MAIN("source/source", prometheus_answers_instant_and_range_questions, prometheus_refuses_and_says_why,
	  prometheus_tells_the_time_of_its_own_clock, a_long_question_is_posted_and_understood,
	  a_proxy_with_a_path_prefix_that_fails_for_a_while_is_outlasted, a_server_that_was_gone_answers_again,
	  each_fault_has_its_outcome_tries_and_reason, retry_after_is_waited_for,
	  a_question_that_waits_does_not_hold_up_the_others, a_server_that_hangs_is_not_asked_all_questions,
	  an_interrupt_is_obeyed_at_once_while_the_server_hangs, stop_is_asked_although_no_descriptor_speaks,
	  a_callback_may_refuse, warnings_come_along, what_is_asked_for_is_what_is_sent,
	  a_url_that_cannot_work_is_refused)
