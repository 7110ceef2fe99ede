/* What is answered to which request, without sockets. */
#include "html_check.h"
#include "results_fixture.h"
#include "unit.h"

#include "base/limits.h"
#include "daemon/accept.h"
#include "daemon/gzip.h"
#include "daemon/site.h"

#include <jansson.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zlib.h>

static struct fixture fixture;
static struct board *board;
static struct site *site;
static int reload_fd;

static void publish(void)
{
	struct snapshot *snapshot = snapshot_new(NULL);

	snapshot->results = fixture.results;
	snapshot->health = fixture.health;
	board_publish(board, snapshot);
}

static void setup(bool with_snapshot)
{
	struct slo slo;

	fixture_init(&fixture);
	slo = fixture_slo(&fixture.arena, "", "a/b", "c d%");
	fixture_add(&fixture, slo, 1250)->group = FIXTURE_LABELS(&fixture.arena, "zone", "<b>\"1\"");
	fixture_add(&fixture, slo, 6000)->group = FIXTURE_LABELS(&fixture.arena, "zone", "2");
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "other", "one"), -1);
	board = board_new();
	reload_fd = eventfd(0, EFD_NONBLOCK);
	site = site_new(board, reload_fd, NULL);
	if (with_snapshot)
		publish();
}

static void teardown(void)
{
	site_free(site);
	board_free(board);
	close(reload_fd);
	fixture_release(&fixture);
}

static struct reply ask(const char *method, const char *path)
{
	return site_answer(site, &(struct request){.method = str_of(method), .path = str_of(path)});
}

static const struct {
	const char *method, *path;
	unsigned status;
	const char *type, *begins, *about;
} answers[] = {
	{"GET", "/metrics", 200, "text/plain; version=0.0.4", "# HELP wick_slo_info ",
	 "the text format unless asked otherwise"},
	{"HEAD", "/metrics", 200, "text/plain; version=0.0.4", "# HELP wick_slo_info ",
	 "HEAD as GET; the library leaves the body out"},
	{"POST", "/metrics", 405, "text/plain", "this page has only GET and HEAD", "nothing can be written here"},
	{"get", "/metrics", 405, "text/plain", "this page has only", "methods are upper case"},
	{"GET", "/-/healthy", 200, "text/plain", "healthy\n", "alive"},
	{"GET", "/-/ready", 200, "text/plain", "ready\n", "ready"},
	{"POST", "/-/reload", 202, "text/plain", "reload asked for\n", "a reload"},
	{"GET", "/-/reload", 405, "text/plain", "this page has only POST", "a link must not reload"},
	{"GET", "/api/v1/slos", 200, "application/json", "{\"at\":\"2023-11-14T22:14:30Z\",\"step\":\"1m\",\"slos\":[{",
	 "all"},
	{"GET", "/api/v1/slos/other/one", 200, "application/json", "{\"at\":", "one"},
	{"GET", "/api/v1/slos/other%2Fone", 200, "application/json", "{\"at\":", "one, its slash encoded"},
	{"GET", "/api/v1/slos/a/b/c%20d%25", 200, "application/json", "{\"at\":", "what needs encoding"},
	{"GET", "/policy", 200, "text/html; charset=utf-8", "<!DOCTYPE html>", "the policies"},
	{"GET", "/api/v1/policy", 200, "application/json", "{\"at\":\"2023-11-14T22:14:30Z\",\"services\":[{",
	 "all services"},
	{"GET", "/api/v1/policy/other", 200, "application/json", "{\"at\":", "a service"},
	{"GET", "/api/v1/status", 200, "application/json",
	 "{\"version\":\"0.1.0\",\"started_at\":", "the daemon itself"},
	{"GET", "/api/v1/audit", 200, "application/json", "{\"dropped\":0,\"entries\":[]}", "changes of corrections"},
	{"GET", "/api/v1/policy/nobody", 404, "application/json", "{\"error\":", "no such service"},
	{"GET", "/api/v1/policy/%zz", 400, "application/json", "{\"error\":", "no escape in a service"},
	{"GET", "/api/v1/slos/", 404, "application/json", "{\"error\":", "no id"},
	{"GET", "/api/v1/slos/nobody", 404, "application/json", "{\"error\":", "no such id"},
	{"GET", "/api/v1/slos/%6", 400, "application/json", "{\"error\":", "half an escape"},
	{"GET", "/api/v1/slos/%zz", 400, "application/json", "{\"error\":", "no escape"},
	{"GET", "/api/v1/slos/other/one%00", 400, "application/json", "{\"error\":", "an encoded NUL"},
	{"GET", "/api/v1/slos/%252e%252e%252f", 404, "application/json", "{\"error\":", "decoded once only"},
	{"GET", "/", 200, "text/html", "<!DOCTYPE html>", "the page for people"},
	{"GET", "/style.css", 200, "text/css", ":root{", "its style"},
	{"GET", "/dashboards/", 200, "text/html", "<!DOCTYPE html>", "the list of dashboards"},
	{"GET", "/dashboards/slo-detail.json", 200, "application/json", "{\n  \"uid\": \"wick-slo-detail\",",
	 "a dashboard"},
	{"GET", "/dashboards/slo-detail", 404, "text/plain", "there is no such dashboard", "it is a file"},
	{"GET", "/dashboards/../metrics", 404, "text/plain", "there is no such dashboard", "and not a folder"},
	{"GET", "/dashboards", 301, "text/plain", "dashboards/", "the list ends in a slash"},
	{"HEAD", "/runbooks", 301, "text/plain", "runbooks/", "so do the runbooks"},
	{"GET", "/dora/", 301, "text/plain", "../dora", "these do not"},
	{"GET", "/calendar/", 301, "text/plain", "../calendar", "nor do the periods"},
	{"GET", "/status/", 301, "text/plain", "../status", "nor does the daemon's page"},
	{"GET", "/policy/", 301, "text/plain", "../policy", "nor do the policies"},
	{"POST", "/runbooks", 405, "text/plain", "this page has only GET and HEAD", "and nothing can be written there"},
	{"POST", "/dashboards/", 405, "text/plain", "this page has only GET and HEAD",
	 "they are pushed to Grafana, not here"},
	{"GET", "/site.js", 200, "text/javascript", "\"use strict\";", "its script"},
	{"GET", "/slo/other/one", 200, "text/html", "<!DOCTYPE html>", "an SLO"},
	{"GET", "/slo/a/b/c%20d%25", 200, "text/html", "<!DOCTYPE html>", "one whose name needs encoding"},
	{"GET", "/slo/nobody", 404, "text/plain", "there is no SLO", "no such SLO"},
	{"GET", "/slo/%zz", 404, "text/plain", "there is no SLO", "no escape in an SLO"},
	{"GET", "/calendar", 200, "text/html", "<!DOCTYPE html>", "the periods"},
	{"GET", "/dora", 200, "text/html", "<!DOCTYPE html>", "the deliveries"},
	{"GET", "/dora/nobody", 404, "text/plain", "nothing is known of deliveries", "no such service"},
	{"GET", "/status", 200, "text/html", "<!DOCTYPE html>", "the daemon itself, for people"},
	{"GET", "/api/v1/deliveries", 200, "application/json", "[]\n", "the deliveries, of which there are none"},
	{"GET", "/api/v1/deliveries/nobody", 404, "application/json", "{\"error\":", "no deliveries of a service"},
	{"GET", "/api/v1/deliveries/%zz", 400, "application/json", "{\"error\":", "no escape in a delivery"},
	{"POST", "/slo/other/one", 405, "text/plain", "this page has only", "nothing can be written to an SLO"},
	{"GET", "/metrics/", 404, "text/plain", "there is no such page", "not a folder"},
	{"GET", "/../../etc/passwd", 404, "text/plain", "there is no such page", "there are no files"},
	{"GET", "", 404, "text/plain", "there is no such page", "no path"},
	{"OPTIONS", "*", 404, "text/plain", "there is no such page", "the server as a whole"},
};

START_TEST(each_path_answers_its_own_methods_and_no_others)
{
	setup(true);
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct reply reply = ask(answers[i].method, answers[i].path);

		ck_assert_msg(reply.status == answers[i].status, "%s: %u", answers[i].about, reply.status);
		ck_assert_msg(str_starts(str_of(reply.content_type), str_of(answers[i].type)), "%s: %s",
			      answers[i].about, reply.content_type);
		ck_assert_msg(str_starts(buf_view(&reply.body->bytes), str_of(answers[i].begins)), "%s: '%.60s'",
			      answers[i].about, reply.body->bytes.at);
		ck_assert_int_eq(reply.allow != NULL, reply.status == 405);
		ck_assert_int_eq(reply.moved, reply.status == 301);
		blob_unref(reply.body);
	}
	teardown();
}
END_TEST

START_TEST(filters_go_along_to_where_a_page_is)
{
	struct request request = {.method = STR("GET"), .path = STR("/calendar/"), .query = STR("team=a%20b&x=1")};
	struct reply reply;

	setup(true);
	reply = site_answer(site, &request);
	ck_assert_str_eq(reply.body->bytes.at, "../calendar?team=a%20b&x=1");
	blob_unref(reply.body);
	teardown();
}
END_TEST

START_TEST(a_browser_is_told_in_a_page_that_leads_on)
{
	static const struct {
		const char *path, *accept, *type, *holds;
		unsigned status;
	} cases[] = {
		{"/slo/a/gone", "text/html,application/xml;q=0.9,*/*;q=0.8", "text/html", "href=\"../../calendar\"",
		 404},
		{"/nothing", "text/html", "text/html", "Asked for <code><bdi>/nothing</bdi></code>", 404},
		{"/<b>", "text/html", "text/html", "&lt;b&gt;", 404},
		{"/-/reload", "text/html", "text/html", "has only POST", 405},
		{"/nothing", "*/*", "text/plain", "there is no such page", 404},
		{"/nothing", "text/html;version=1;q=0.1, text/plain", "text/plain", "there is no such page", 404},
		{"/api/v1/slos/gone", "text/html", "application/json", "there is no SLO", 404},
	};

	setup(true);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct request request = {
			.method = STR("GET"), .path = str_of(cases[i].path), .accept = str_of(cases[i].accept)};
		struct reply reply = site_answer(site, &request);

		ck_assert_uint_eq(reply.status, cases[i].status);
		ck_assert_msg(str_starts(str_of(reply.content_type), str_of(cases[i].type)), "%s", cases[i].path);
		ck_assert_msg(strstr(reply.body->bytes.at, cases[i].holds) != NULL, "%s", reply.body->bytes.at);
		ck_assert_int_eq(reply.allow != NULL, reply.status == 405);
		if (str_is(str_of(cases[i].type), "text/html"))
			html_check(buf_view(&reply.body->bytes), cases[i].path);
		blob_unref(reply.body);
	}
	teardown();
}
END_TEST

START_TEST(before_the_first_snapshot_every_page_says_that_it_starts)
{
	struct reply reply;

	setup(false);
	reply = ask("GET", "/metrics");
	ck_assert_uint_eq(reply.status, 200);
	ck_assert_ptr_nonnull(strstr(reply.body->bytes.at, "\nwick_ready 0\n"));
	ck_assert_ptr_null(
		strstr(reply.body->bytes.at, "wick_silences")); /* whether they are asked for is not known yet */
	blob_unref(reply.body);
	reply = ask("GET", "/-/ready");
	ck_assert_uint_eq(reply.status, 503);
	ck_assert_str_eq(reply.body->bytes.at, "not ready: starting\n");
	blob_unref(reply.body);
	reply = ask("GET", "/api/v1/slos");
	ck_assert_str_eq(reply.body->bytes.at, "{\"at\":null,\"step\":null,\"slos\":[]}\n");
	blob_unref(reply.body);
	reply = ask("GET", "/");
	ck_assert_ptr_nonnull(strstr(reply.body->bytes.at, "just started"));
	blob_unref(reply.body);
	reply = ask("GET", "/slo/other/one");
	ck_assert_uint_eq(reply.status, 503);
	blob_unref(reply.body);
	publish();
	reply = ask("GET", "/-/ready");
	ck_assert_uint_eq(reply.status, 200);
	blob_unref(reply.body);
	teardown();
}
END_TEST

START_TEST(a_daemon_that_is_not_ready_says_why)
{
	struct reply reply;

	setup(false);
	fixture.health.ready = false;
	fixture.health.not_ready = STR("3 of 12 SLOs are still being read back");
	publish();
	reply = ask("GET", "/-/ready");
	ck_assert_uint_eq(reply.status, 503);
	ck_assert_str_eq(reply.body->bytes.at, "not ready: 3 of 12 SLOs are still being read back\n");
	blob_unref(reply.body);
	teardown();
}
END_TEST

START_TEST(the_status_says_what_is_wrong_in_sentences)
{
	static const struct health_pager pager = {.url = STR_INIT("http://am.example"), .up = false};
	static const struct health_teller tellers[] = {
		{STR_INIT("http://am.example"), true, {1000}, {NULL, 0}},
		{STR_INIT("http://b.example"), false, {1700000000000}, STR_INIT("no \"answer\"")},
		{STR_INIT("http://c.example"), false, {0}, STR_INIT("none")},
	};
	struct reply reply;

	setup(false);
	fixture.health.silences_asked = true;
	fixture.health.silences = 3;
	fixture.health.silences_refused = 1;
	fixture.health.tellers = tellers;
	fixture.health.tellers_len = COUNT_OF(tellers);
	fixture.sources[0].up = false;
	fixture.sources[0].error = STR("nobody <answers>");
	fixture.health.sources_up = 0;
	fixture.health.pagers = &pager;
	fixture.health.pagers_len = 1;
	publish();
	reply = ask("GET", "/api/v1/status");
	ck_assert_ptr_nonnull(strstr(reply.body->bytes.at,
				     "\"wrong\":[\"The source does not answer: nobody <answers>\","
				     "\"slo/broken:1:1: no (its last good version is in use)\","
				     "\"The Alertmanager http://am.example does not take alerts\","
				     "\"The Alertmanager http://b.example has not told its silences since "
				     "2023-11-14T22:13:20Z: no \\\"answer\\\"\","
				     "\"The Alertmanager http://c.example has not told its silences yet: none\"]}"));
	ck_assert_ptr_nonnull(strstr(reply.body->bytes.at,
				     "\"silences\":{\"in_force\":3,\"not_imported\":1,\"alertmanagers\":[{\"url\":"
				     "\"http://am.example\",\"up\":true,\"answered_at\":\"1970-01-01T00:00:01Z\","
				     "\"error\":\"\"},{"));
	blob_unref(reply.body);
	reply = ask("GET", "/");
	ck_assert_ptr_nonnull(
		strstr(reply.body->bytes.at,
		       "<p class=\"bad\"><bdi>The source does not answer: nobody &lt;answers&gt;</bdi></p>"));
	blob_unref(reply.body);
	teardown();
}
END_TEST

START_TEST(an_slo_by_its_id_comes_with_all_of_its_groups)
{
	struct reply reply;
	json_t *root, *list;

	setup(true);
	reply = ask("GET", "/api/v1/slos/a%2fb%2Fc%20d%25");
	root = json_loadb(reply.body->bytes.at, reply.body->bytes.len, JSON_REJECT_DUPLICATES, NULL);
	list = json_object_get(root, "slos");
	ck_assert_uint_eq(json_array_size(list), 2);
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(json_array_get(list, 0), "group"), "zone")),
			 "<b>\"1\"");
	json_decref(root);
	blob_unref(reply.body);
	teardown();
}
END_TEST

START_TEST(a_page_is_written_once_per_snapshot)
{
	struct reply first, second, later;

	setup(true);
	first = ask("GET", "/api/v1/policy");
	second = ask("GET", "/api/v1/policy");
	ck_assert_ptr_eq(first.body, second.body);
	blob_unref(first.body);
	blob_unref(second.body);
	first = ask("GET", "/metrics");
	second = ask("GET", "/metrics");
	ck_assert_ptr_eq(first.body, second.body);
	fixture.list[0].budgets->bad = 7;
	publish();
	later = ask("GET", "/metrics");
	ck_assert_ptr_ne(first.body, later.body);
	ck_assert_ptr_nonnull(strstr(later.body->bytes.at, "outcome=\"bad\"} 7\n"));
	ck_assert_ptr_null(strstr(first.body->bytes.at, "outcome=\"bad\"} 7\n"));
	blob_unref(first.body);
	blob_unref(second.body);
	blob_unref(later.body);
	teardown();
}
END_TEST

START_TEST(a_compressed_page_unpacks_to_the_plain_one)
{
	struct request request = {
		.method = STR("GET"), .path = STR("/metrics"), .accept_encoding = STR("gzip;q=0.5, br")};
	struct reply plain, packed;
	z_stream stream = {0};
	char *out;

	setup(true);
	plain = ask("GET", "/metrics");
	packed = site_answer(site, &request);
	ck_assert(packed.gzip && !plain.gzip);
	ck_assert_uint_lt(packed.body->bytes.len, plain.body->bytes.len / 4);
	out = xmalloc(plain.body->bytes.len + 1);
	stream.next_in = (Bytef *)packed.body->bytes.at;
	stream.avail_in = (uInt)packed.body->bytes.len;
	stream.next_out = (Bytef *)out;
	stream.avail_out = (uInt)plain.body->bytes.len + 1;
	ck_assert_int_eq(inflateInit2(&stream, 15 + 16), Z_OK);
	ck_assert_int_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
	ck_assert_uint_eq(stream.total_out, plain.body->bytes.len);
	ck_assert_int_eq(memcmp(out, plain.body->bytes.at, plain.body->bytes.len), 0);
	inflateEnd(&stream);
	free(out);
	blob_unref(plain.body);
	blob_unref(packed.body);
	teardown();
}
END_TEST

START_TEST(the_page_for_people_holds_no_markup_of_an_slo)
{
	struct reply reply;

	setup(true);
	reply = ask("GET", "/");
	ck_assert_ptr_null(strstr(reply.body->bytes.at, "<b>"));
	ck_assert_ptr_null(strstr(strstr(reply.body->bytes.at, "<script") + 1, "<script")); /* ours alone */
	ck_assert_ptr_null(strstr(reply.body->bytes.at, "style="));
	ck_assert_ptr_nonnull(strstr(reply.body->bytes.at, "&lt;b&gt;&quot;1&quot;"));
	ck_assert_ptr_nonnull(strstr(reply.body->bytes.at, "href=\"slo/a/b/c%20d%25?group="));
	/* worst first */
	ck_assert(strstr(reply.body->bytes.at, "-20.0%") < strstr(reply.body->bytes.at, ">75.0%"));
	blob_unref(reply.body);
	teardown();
}
END_TEST

START_TEST(what_is_asked_behind_the_question_mark_is_answered_and_not_kept)
{
	struct request request = {.method = STR("GET"), .path = STR("/"), .query = STR("q=other")};
	struct reply all, some, again;

	setup(true);
	some = site_answer(site, &request);
	ck_assert_ptr_nonnull(strstr(some.body->bytes.at, "slo/other/one"));
	ck_assert_ptr_null(strstr(some.body->bytes.at, "slo/a/b"));
	all = ask("GET", "/");
	ck_assert_ptr_nonnull(strstr(all.body->bytes.at, "slo/a/b"));
	again = ask("GET", "/");
	ck_assert_ptr_eq(all.body, again.body);
	ck_assert_ptr_ne(all.body, some.body);
	blob_unref(all.body);
	blob_unref(some.body);
	blob_unref(again.body);
	teardown();
}
END_TEST

START_TEST(nothing_inline_runs_and_nothing_comes_from_elsewhere)
{
	const char *policy = NULL;

	for (size_t i = 0; site_headers[i]; i += 2)
		if (strcmp(site_headers[i], "Content-Security-Policy") == 0)
			policy = site_headers[i + 1];
	ck_assert_ptr_nonnull(policy);
	ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
	ck_assert_ptr_null(strstr(policy, "unsafe"));
	ck_assert_ptr_null(strstr(policy, "http"));
	ck_assert_ptr_null(strchr(policy, '*'));
}
END_TEST

/* The font size that the style gives to an element, in rem. */
static double size_of(const char *style, const char *element)
{
	const char *rule = strstr(style, element), *size = rule ? strstr(rule, "font-size:") : NULL;

	ck_assert_msg(size && size < strchr(rule + 1, '}'), "%s has no size", element);
	return strtod(size + strlen("font-size:"), NULL);
}

START_TEST(a_runbook_has_one_title_and_sections_that_are_smaller)
{
	struct reply style, page;
	const char *title;

	setup(true);
	style = ask("GET", "/style.css");
	ck_assert_double_gt(size_of(style.body->bytes.at, "\nh1{"), size_of(style.body->bytes.at, "\nh2{"));
	ck_assert_double_gt(size_of(style.body->bytes.at, "\nh2{"), 1); /* of the text */
	page = ask("GET", "/runbooks/error-budget-burn");
	ck_assert_uint_eq(page.status, 200);
	title = strstr(page.body->bytes.at, "<h1>");
	ck_assert_ptr_nonnull(title);
	ck_assert_ptr_null(strstr(title + 1, "<h1>"));
	ck_assert(strstr(page.body->bytes.at, "<h2>") > title);
	ck_assert_ptr_null(strstr(title, "<h3>")); /* for which the style has no size */
	blob_unref(style.body);
	blob_unref(page.body);
	teardown();
}
END_TEST

START_TEST(a_reload_is_asked_for_once_and_only_where_it_is_enabled)
{
	struct request from_page = {
		.method = STR("POST"), .path = STR("/-/reload"), .origin = STR("https://example.org")};
	struct site *closed;
	struct reply reply;
	uint64_t asked = 0;

	setup(true);
	reply = site_answer(site, &from_page);
	ck_assert_uint_eq(reply.status, 403);
	blob_unref(reply.body);
	ck_assert_int_lt(read(reload_fd, &asked, sizeof(asked)), 0);
	reply = ask("POST", "/-/reload");
	blob_unref(reply.body);
	ck_assert_int_eq(read(reload_fd, &asked, sizeof(asked)), sizeof(asked));
	ck_assert_uint_eq(asked, 1);

	closed = site_new(board, -1, NULL);
	reply = site_answer(closed, &(struct request){.method = STR("POST"), .path = STR("/-/reload")});
	ck_assert_uint_eq(reply.status, 403);
	blob_unref(reply.body);
	site_free(closed);
	teardown();
}
END_TEST

static const struct {
	const char *header;
	bool open;
	const char *about;
} wishes[] = {
	{"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
	 "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
	 true, "Prometheus 2.42"},
	{"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
	 "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
	 true, "Prometheus 3"},
	{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false, "a browser"},
	{"text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.4", false, "text wanted more"},
	{"text/plain;q=0, application/openmetrics-text; q=0.001", true, "text refused"},
	{"Application/OpenMetrics-Text; Version=\"1.0.0\"", true, "in other letters, and quoted"},
	{"application/openmetrics-text;version=9.9.9", false, "a version that we do not write"},
	{"application/*", true, "a family of types"},
	{"*/*", false, "anything"},
	{"", false, "nothing said"},
	{"application/json", false, "what we do not have"},
	{"application/openmetrics-text;q=nonsense,text/plain;q=0.1", false, "a weight that is none"},
	{"application/openmetrics-text;q=1.5,text/plain;q=0.1", false, "a weight above 1"},
	{"text/plain;a=\"x,application/openmetrics-text\"", false, "a comma within quotes"},
	{";;;,,,=;q", false, "garbage"},
};

START_TEST(the_format_is_the_one_that_the_client_wants_most)
{
	setup(true);
	for (size_t i = 0; i < COUNT_OF(wishes); i++) {
		struct request request = {
			.method = STR("GET"), .path = STR("/metrics"), .accept = str_of(wishes[i].header)};
		struct reply reply = site_answer(site, &request);
		bool open = str_starts(str_of(reply.content_type), STR("application/openmetrics-text; version=1.0.0"));

		ck_assert_msg(open == wishes[i].open, "%s: '%s'", wishes[i].about, reply.content_type);
		ck_assert_msg(open == str_ends(buf_view(&reply.body->bytes), STR("# EOF\n")), "%s", wishes[i].about);
		blob_unref(reply.body);
	}
	teardown();
}
END_TEST

static const struct {
	const char *header;
	bool gzip;
} encodings[] = {
	{"gzip", true},
	{"deflate, gzip;q=1.0, *;q=0.5", true},
	{"gzip;q=0", false},
	{"*;q=0", false},
	{"*", true},
	{"*;q=0, gzip", true},
	{"identity", false},
	{"", false},
	{"gzip;q=0, *", false},
	{"GZIP", true},
	{"gzipped", false},
};

START_TEST(bodies_are_compressed_only_for_who_takes_them)
{
	for (size_t i = 0; i < COUNT_OF(encodings); i++)
		ck_assert_msg(accept_gzip(str_of(encodings[i].header)) == encodings[i].gzip, "'%s'",
			      encodings[i].header);
}
END_TEST

START_TEST(compressing_stops_where_the_room_ends)
{
	struct buf small;
	char bytes[4096];
	uint64_t state = 7;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)unit_random(&state);
	buf_init(&small, 1024);
	ck_assert(!gzip_write(&small, (struct str){bytes, sizeof(bytes)}));
	buf_release(&small);
}
END_TEST

UNIT_MAIN("daemon/site", each_path_answers_its_own_methods_and_no_others, filters_go_along_to_where_a_page_is,
	  a_browser_is_told_in_a_page_that_leads_on, before_the_first_snapshot_every_page_says_that_it_starts,
	  a_daemon_that_is_not_ready_says_why, the_status_says_what_is_wrong_in_sentences,
	  an_slo_by_its_id_comes_with_all_of_its_groups, a_page_is_written_once_per_snapshot,
	  a_compressed_page_unpacks_to_the_plain_one, the_page_for_people_holds_no_markup_of_an_slo,
	  what_is_asked_behind_the_question_mark_is_answered_and_not_kept,
	  nothing_inline_runs_and_nothing_comes_from_elsewhere, a_runbook_has_one_title_and_sections_that_are_smaller,
	  a_reload_is_asked_for_once_and_only_where_it_is_enabled, the_format_is_the_one_that_the_client_wants_most,
	  bodies_are_compressed_only_for_who_takes_them, compressing_stops_where_the_room_ends)
