/* What the live demo answers, and what it can be told. */
#include "base/limits.h"
#include "demo/fault.h"
#include "demo/stage.h"
#include "demo/truth.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct instant clock_now = {1795237200000}; /* 2026-11-21T05:00:00Z */

static struct instant now(void) { return clock_now; }

static struct repository repository;
static struct world world;
static struct stage stage;
static struct reply reply;

static void set_up(void)
{
	clock_now = (struct instant){1795237200000};
	world_init(&world, 1, clock_now);
	repository_init(&repository, &world.story);
	stage = (struct stage){.world = &world,
			       .hub = {.repository = &repository, .address = STR("127.0.0.1:9651")},
			       .address = STR("127.0.0.1:9651"),
			       .now = now};
	reply = (struct reply){.status = 200};
	buf_init(&reply.headers, KIB(64));
	buf_init(&reply.body, MIB(4));
}

static void tear_down(void)
{
	buf_release(&reply.headers);
	buf_release(&reply.body);
	repository_release(&repository);
	world_release(&world);
}

static const char *ask(const char *method, const char *path, const char *query)
{
	struct request request = {.method = str_of(method), .path = str_of(path), .query = str_of(query)};

	reply.status = 200;
	buf_clear(&reply.headers);
	buf_clear(&reply.body);
	stage_answer(&stage, &request, &reply);
	return reply.body.at ? reply.body.at : "";
}

START_TEST(every_answer_has_its_status)
{
	static const struct {
		const char *what, *method, *path, *query;
		int status;
		const char *holds;
	} rows[] = {
		{"the front page says how to make it fail", "GET", "/", "", 200, "POST"},
		{"the API's pods are listed", "GET", "/targets/anvila-api", "", 200, "\"anvila-api-"},
		{"the workers are listed", "GET", "/targets/anvila-worker", "", 200, "/pods/anvila-worker-1/metrics"},
		{"probed addresses go as a parameter", "GET", "/targets/blackbox-http", "", 200, "__param_target"},
		{"a job that is not there", "GET", "/targets/anvil", "", 404, "no such job"},
		{"a worker's metrics", "GET", "/pods/anvila-worker-0/metrics", "", 200, "jobs_processed_total{queue="},
		{"a pod that is not there", "GET", "/pods/anvila-worker-9/metrics", "", 404, "no such target"},
		{"a pod without a name", "GET", "/pods/metrics", "", 404, "no such target"},
		{"a probe, encoded", "GET", "/probe", "target=https%3A%2F%2Fanvila.example%2F", 200, "probe_success 1"},
		{"a probe of an unknown address", "GET", "/probe", "target=x", 404, "no such target"},
		{"a probe of nothing", "GET", "/probe", "", 404, "no such target"},
		{"the truth", "GET", "/truth", "window=1d", 200, "anvila-api/availability"},
		{"the truth of deliveries", "GET", "/truth", "window=1d", 200, "\"environment\": \"staging\""},
		{"the code's repository", "GET", "/github/repos/hngprojects/anvila-backend", "", 200,
		 "\"default_branch\":\"main\""},
		{"another repository", "GET", "/github/repos/hngprojects/other", "", 404, "Not Found"},
		{"what only begins like it", "GET", "/githubs", "", 404, "no such target"},
		{"it can only be read", "POST", "/github/repos/hngprojects/anvila-backend/pulls", "", 405, "only GET"},
		{"the truth of tomorrow", "GET", "/truth", "at=2026-11-22", 400, "until now"},
		{"the truth of too long a window", "GET", "/truth", "window=32d", 400, "31d"},
		{"how it fails now", "GET", "/fail", "", 200, "errors 0%, latency +0s, up"},
		{"a fault that is none", "POST", "/fail", "errors=101%", 400, "no share"},
		{"a fault of an unknown kind", "POST", "/fail", "error=5%", 400, "none of errors, latency, down"},
		{"a version that fails too much", "POST", "/deploy", "errors=101%", 400, "no share"},
		{"looking rolls nothing out", "GET", "/deploy", "", 405, "takes a POST"},
		{"only what makes it fail may be posted to", "POST", "/truth", "", 405, "only GET"},
		{"no other methods", "DELETE", "/fail", "", 405, "only GET"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *body = ask(rows[i].method, rows[i].path, rows[i].query);

		ck_assert_msg(reply.status == rows[i].status, "%s: %d", rows[i].what, reply.status);
		ck_assert_msg(strstr(body, rows[i].holds), "%s: %s", rows[i].what, body);
	}
}
END_TEST

START_TEST(a_probe_fails_while_the_demo_is_told_to_be_down_and_not_before_or_after)
{
	ck_assert_ptr_nonnull(strstr(ask("GET", "/probe", "target=https://anvila.example/"), "\nprobe_success 1\n"));
	ask("POST", "/fail", "down=yes");
	ck_assert_int_eq(reply.status, 200);
	ck_assert_ptr_nonnull(strstr(ask("GET", "/probe", "target=https://anvila.example/"), "\nprobe_success 0\n"));
	clock_now.ms += SPAN_SECOND;
	ask("POST", "/fail", "down=no");
	ck_assert_ptr_nonnull(strstr(ask("GET", "/probe", "target=https://anvila.example/"), "\nprobe_success 1\n"));
}
END_TEST

START_TEST(what_a_fault_does_not_name_stays_as_it_was)
{
	ask("POST", "/fail", "errors=5%&latency=2s");
	ck_assert_str_eq(ask("POST", "/fail", "down=yes"), "errors 5%, latency +2s, down\n");
	ck_assert_str_eq(ask("POST", "/fail", "errors=0.1"), "errors 10%, latency +2s, down\n");
	ask("POST", "/fail", "errors=1&down=maybe");
	ck_assert_int_eq(reply.status, 400);
	ck_assert_str_eq(ask("GET", "/fail", ""), "errors 10%, latency +2s, down\n");
}
END_TEST

static size_t occurrences(const char *text, const char *of)
{
	size_t count = 0;

	for (const char *at = strstr(text, of); at; at = strstr(at + 1, of))
		count++;
	return count;
}

START_TEST(a_deployment_replaces_every_pod_by_one_that_has_counted_nothing_and_fails_as_told)
{
	char *before = strdup(ask("GET", "/targets/anvila-api", "")), instance[INSTANCE_BYTES],
	     path[INSTANCE_BYTES + 32];
	const char *after, *body;

	ck_assert_str_eq(ask("POST", "/deploy", "errors=100%"), "errors 100%, latency +0s, up\n");
	after = ask("GET", "/targets/anvila-api", "");
	ck_assert_uint_eq(occurrences(before, "\"instance\""), DEMO_PODS);
	ck_assert_uint_eq(occurrences(after, "\"instance\""), DEMO_PODS);
	for (const char *at = before; (at = strstr(at, "/pods/")); at++) {
		snprintf(instance, sizeof(instance), "%.*s", (int)strcspn(at + 6, "/"), at + 6);
		ck_assert_msg(!strstr(after, instance), "'%s' is still there", instance);
	}
	snprintf(instance, sizeof(instance), "%.*s", (int)strcspn(strstr(after, "/pods/") + 6, "/"),
		 strstr(after, "/pods/") + 6);
	snprintf(path, sizeof(path), "/pods/%s/metrics", instance);
	ck_assert_ptr_null(strstr(ask("GET", path, ""), "http_requests_total{"));
	clock_now.ms += 10 * SPAN_SECOND;
	body = ask("GET", path, "");
	ck_assert_ptr_nonnull(strstr(body, "code=\"500\"} "));
	ck_assert_ptr_null(strstr(body, "code=\"200\"} "));
	ck_assert_ptr_nonnull(strstr(body, "process_start_time_seconds 1795237200\n"));
	free(before);
}
END_TEST

START_TEST(a_deployment_is_a_run_of_the_repository_and_one_that_is_refused_is_none)
{
	static const char runs[] = "/github/repos/hngprojects/anvila-backend/actions/runs";
	char *before = strdup(ask("GET", runs, "per_page=1"));

	ask("POST", "/deploy", "errors=500%");
	ck_assert_str_eq(ask("GET", runs, "per_page=1"), before);
	ask("POST", "/deploy", "errors=5%");
	ck_assert_str_ne(ask("GET", runs, "per_page=1"), before);
	ck_assert_ptr_nonnull(strstr(ask("GET", runs, "per_page=1"), "\"updated_at\":\"2026-11-21T05:00:00Z\""));
	free(before);
}
END_TEST

static double requests_in(struct instant from, struct instant to)
{
	struct truth truth;

	truth_tell(&world, from, to, &truth);
	for (size_t i = 0; i < truth.len; i++)
		if (strcmp(truth.at[i].slo, "anvila-api/availability") == 0)
			return truth.at[i].total;
	return -1;
}

START_TEST(a_deployment_changes_nothing_about_how_much_there_is_to_do)
{
	struct instant deployed = clock_now, end = {clock_now.ms + SPAN_HOUR};
	double undisturbed = requests_in(deployed, end);

	ask("POST", "/deploy", "errors=0");
	clock_now = end;
	ck_assert_double_gt(undisturbed, 4000);
	/* each cell begins somewhere within its first event */
	ck_assert_double_eq_tol(requests_in(deployed, end), undisturbed, DEMO_PODS * CELLS_API);
}
END_TEST

START_TEST(faults_are_bounded_and_what_is_over_is_refused)
{
	for (size_t i = 0; i < STORY_FAULTS; i++) {
		ask("POST", "/fail", "errors=1%");
		ck_assert_int_eq(reply.status, 200);
	}
	ask("POST", "/fail", "errors=2%");
	ck_assert_int_eq(reply.status, 503);
	ck_assert_str_eq(ask("GET", "/fail", ""), "errors 1%, latency +0s, up\n");
}
END_TEST

START_TEST(a_query_value_is_decoded_and_a_lone_percent_sign_is_itself)
{
	static const struct {
		const char *query, *value;
	} rows[] = {
		{"a=5%&b=1", "5%"}, {"a=5%25", "5%"}, {"b=1&a=x+y", "x y"},     {"a=%2", "%2"}, {"a=%zz", "%zz"},
		{"a=", ""},         {"a", ""},        {"a=%c3%A4", "\xc3\xa4"},
	};
	struct buf value;

	buf_init(&value, KIB(1));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&value);
		ck_assert_msg(query_value(str_of(rows[i].query), STR("a"), &value), "%s", rows[i].query);
		ck_assert_msg(str_is(buf_view(&value), rows[i].value), "%s", rows[i].query);
	}
	ck_assert(!query_value(STR("aa=1&b=2"), STR("a"), &value));
	ck_assert(!query_value(STR(""), STR("a"), &value));
	buf_release(&value);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("demo/stage");
	TCase *cases = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, every_answer_has_its_status);
	tcase_add_test(cases, a_probe_fails_while_the_demo_is_told_to_be_down_and_not_before_or_after);
	tcase_add_test(cases, what_a_fault_does_not_name_stays_as_it_was);
	tcase_add_test(cases, a_deployment_replaces_every_pod_by_one_that_has_counted_nothing_and_fails_as_told);
	tcase_add_test(cases, a_deployment_is_a_run_of_the_repository_and_one_that_is_refused_is_none);
	tcase_add_test(cases, a_deployment_changes_nothing_about_how_much_there_is_to_do);
	tcase_add_test(cases, faults_are_bounded_and_what_is_over_is_refused);
	tcase_add_test(cases, a_query_value_is_decoded_and_a_lone_percent_sign_is_itself);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
