/* What is sent to GitHub, and what its answers come to. */
#include "tests/unit/github_fixture.h"

START_TEST(a_call_says_what_it_wants)
{
	struct secret *token = secret_new(STR("ghp_secret"));
	json_t *log;

	connect_with((struct github_settings){.token = token, .api_version = STR("2026-03-10")});
	secret_free(token); /* it is not taken over, and copied */
	script(&the_server, "[{'path': '/repos/o/r/issues?page=2', 'method': 'GET', 'body': [{'id': 1}]}]");
	ck_verdict(ask("/repos/o/r/issues?page=2"), GITHUB_OK);
	ck_assert_uint_eq(json_tree_len(the_call.answer), 1);
	ck_assert_uint_eq(the_call.next.len, 0);
	ck_assert_uint_eq(the_call.new_etag.len, 0);
	log = script_log(&the_server);
	ck_assert_str_eq(script_header(log, 0, "accept"), "application/vnd.github+json");
	ck_assert_str_eq(script_header(log, 0, "x-github-api-version"), "2026-03-10");
	ck_assert_str_eq(script_header(log, 0, "user-agent"), "wick/" WICK_VERSION);
	ck_assert_str_eq(script_header(log, 0, "authorization"), "Bearer ghp_secret");
	ck_assert_ptr_null(script_header(log, 0, "if-none-match"));
	json_decref(log);
	ck_assert(github_health(the_github).up);
}
END_TEST

START_TEST(without_a_token_nothing_is_shown)
{
	json_t *log;

	connect_with((struct github_settings){0});
	script(&the_server, "[{'body': {}}]");
	ck_verdict(ask("/repos/o/r"), GITHUB_OK);
	log = script_log(&the_server);
	ck_assert_ptr_null(script_header(log, 0, "authorization"));
	ck_assert_str_eq(script_header(log, 0, "x-github-api-version"), "2022-11-28");
	json_decref(log);
}
END_TEST

START_TEST(what_an_etag_says_is_unchanged_has_no_answer)
{
	json_t *log;

	connect_with((struct github_settings){0});
	script(&the_server, "[{'body': {}, 'headers': {'ETag': 'W/\\\"abc\\\"'}}, {'status': 304},"
			    " {'body': {}, 'headers': {'ETag': '\\\"def\\\"'}}]");
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_assert_str_eq(buf_view(&the_call.new_etag).at, "W/\"abc\"");
	ck_verdict(ask_with("/a", "W/\"abc\""), GITHUB_UNCHANGED);
	ck_verdict(ask_with("/a", "W/\"abc\""), GITHUB_OK);
	ck_assert_str_eq(buf_view(&the_call.new_etag).at, "\"def\"");
	log = script_log(&the_server);
	ck_assert_str_eq(script_header(log, 1, "if-none-match"), "W/\"abc\"");
	json_decref(log);
}
END_TEST

START_TEST(a_304_that_nobody_asked_for_is_no_answer)
{
	connect_with((struct github_settings){0});
	script(&the_server, "[{'status': 304}]");
	ck_verdict(ask("/a"), GITHUB_LATER);
}
END_TEST

START_TEST(the_next_page_is_where_the_link_says)
{
	char url[300];

	connect_with((struct github_settings){0});
	script(&the_server,
	       "[{'body': [1], 'headers': {'Link': '<SELF/repositories/1/issues?page=2&a=%2Cb>; rel=\\\"next\\\","
	       " <SELF/repositories/1/issues?page=9>; rel=\\\"last\\\"'}},"
	       " {'path': '/repositories/1/issues?page=2&a=%2Cb', 'body': [2],"
	       "  'headers': {'Link': '<SELF/x>; rel=\\\"prev\\\"'}}]");
	ck_verdict(ask("/repos/o/r/issues"), GITHUB_OK);
	snprintf(url, sizeof(url), "%s/repositories/1/issues?page=2&a=%%2Cb", the_server.url);
	ck_assert_str_eq(buf_view(&the_call.next).at, url);
	ck_verdict(ask(url), GITHUB_OK);
	ck_assert_uint_eq(the_call.next.len, 0);
	script_over(2);
}
END_TEST

static const char *const bad_links[] = {
	"<http://127.0.0.1:1/x?page=2>; rel=\\\"next\\\"",
	"<http://elsewhere.example/x?page=2>; rel=\\\"next\\\"",
	"</relative>; rel=\\\"next\\\"",
	"<SELF/x; rel=\\\"next\\\"",
	"SELF/x; rel=\\\"next\\\"",
};

START_TEST(a_link_to_another_server_or_none_is_an_error_and_not_the_last_page)
{
	for (size_t i = 0; i < COUNT_OF(bad_links); i++) {
		char answers[300];

		connect_with((struct github_settings){0});
		snprintf(answers, sizeof(answers), "[{'body': [1], 'headers': {'Link': '%s'}}]", bad_links[i]);
		script(&the_server, answers);
		ck_verdict(ask("/a"), GITHUB_LATER);
		ck_assert(strstr(the_call.err.text, "another server") || strstr(the_call.err.text, "cannot be read"));
		ck_assert(!github_health(the_github).up);
		github_free(the_github);
		the_github = NULL;
	}
}
END_TEST

START_TEST(another_server_is_never_asked)
{
	struct server other = script_server("127.0.0.1");
	struct secret *token = secret_new(STR("tell-nobody"));
	char answers[200];
	json_t *log;

	connect_with((struct github_settings){.token = token});
	ck_verdict(ask(other.url), GITHUB_UNFIT);
	ck_says(the_call.err.text, "another server");
	snprintf(answers, sizeof(answers), "[{'status': 301, 'headers': {'Location': '%s/a'}}]", other.url);
	script(&the_server, answers);
	ck_verdict(ask("/a"), GITHUB_LATER);
	ck_says(the_call.err.text, "another server");
	ck_assert_ptr_null(strstr(the_call.err.text, "tell-nobody"));
	log = script_log(&other);
	ck_assert_uint_eq(script_seen(log), 0);
	json_decref(log);
	secret_free(token);
	server_stop(&other);
}
END_TEST

START_TEST(a_renamed_repository_is_found_where_it_went)
{
	struct secret *token = secret_new(STR("t"));
	json_t *log;

	connect_with((struct github_settings){.token = token});
	script(&the_server, "[{'status': 301, 'headers': {'Location': 'SELF/repositories/7/pulls'}, 'body': {}},"
			    " {'path': '/repositories/7/pulls', 'body': [3]}]");
	ck_verdict(ask("/repos/old/name/pulls"), GITHUB_OK);
	log = script_log(&the_server);
	ck_assert_str_eq(script_header(log, 1, "authorization"), "Bearer t");
	json_decref(log);
	secret_free(token);
}
END_TEST

START_TEST(an_enterprise_server_has_a_path_and_tells_of_no_limits)
{
	char url[100];
	struct github_health health;

	snprintf(url, sizeof(url), "%s/api/v3//", the_server.url);
	connect_with((struct github_settings){.url = str_of(url), .quota_reserve = 100});
	script(&the_server, "[{'path': '/api/v3/repos/o/r', 'body': {}}, {'status': 503}, {'status': 403}]");
	ck_verdict(ask("/repos/o/r"), GITHUB_OK);
	health = github_health(the_github);
	ck_assert(!health.limited && health.remaining != health.remaining && health.reset.ms == 0);
	ck_verdict(ask("/repos/o/r"), GITHUB_LATER);
	the_now.ms += 2 * SPAN_SECOND;
	ck_verdict(ask("/repos/o/r"), GITHUB_REFUSED);
	script_over(3);
}
END_TEST

static const struct {
	long status;
	enum github_verdict verdict;
} statuses[] = {
	{404, GITHUB_GONE},    {410, GITHUB_GONE},  {451, GITHUB_GONE},  {409, GITHUB_GONE},
	{422, GITHUB_UNFIT},   {400, GITHUB_UNFIT}, {406, GITHUB_UNFIT}, {401, GITHUB_REFUSED},
	{403, GITHUB_REFUSED}, {500, GITHUB_LATER}, {502, GITHUB_LATER}, {503, GITHUB_LATER},
	{202, GITHUB_LATER},   {204, GITHUB_LATER}, {408, GITHUB_LATER}, {302, GITHUB_LATER},
};

START_TEST(every_status_has_its_verdict_and_only_later_pauses)
{
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		char answers[200];

		connect_with((struct github_settings){0});
		snprintf(answers, sizeof(answers), "[{'status': %ld, 'body': {'message': 'Not so'}}]",
			 statuses[i].status);
		script(&the_server, answers);
		ck_verdict(ask("/repos/o/r/issues"), statuses[i].verdict);
		ck_assert_int_eq(wait_now().ms > 0, statuses[i].verdict == GITHUB_LATER);
		ck_assert_uint_eq(github_health(the_github).calls[statuses[i].verdict], 1);
		github_free(the_github);
		the_github = NULL;
	}
}
END_TEST

static const char *const broken[] = {
	"[{'fault': 'half', 'body': {'a': 'bbbbbbbbbbbbbb'}}]",
	"[{'fault': 'reset'}]",
	"[{'fault': 'hang'}]",
	"[{'fault': 'slow', 'body': {'a': 'bbbbbbbbbbbbbb'}}]",
	"[{'body': '{\\\"workflow_runs\\\": [{\\\"id\\\": 1'}]",
	"[{'body': '<!doctype html><title>Log in</title>'}]",
	"[{'body': ''}]",
	"[{'status': 502, 'body': 'Bad Gateway'}]",
};

/* Each is no answer; the pause doubles up to 5 min, and after an answer the next one is short again. */
START_TEST(what_is_no_whole_answer_is_asked_for_later)
{
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		connect_with((struct github_settings){.timeout = {600}, .connect_timeout = {600}});
		script(&the_server, broken[i]);
		ck_verdict(ask("/a"), GITHUB_LATER);
		ck_assert_int_ge(wait_now().ms, 900);
		ck_assert_int_le(wait_now().ms, 1250);
		ck_assert(!github_health(the_github).up);
		ck_assert_str_eq(github_health(the_github).error, the_call.err.text);
		ck_says(the_call.err.text, "/a'");
		wait_over();
		script(&the_server, "[{'body': {}}]");
		ck_verdict(ask("/a"), GITHUB_OK);
		ck_assert(github_health(the_github).up);
		ck_assert_str_eq(github_health(the_github).error, "");
		github_free(the_github);
		the_github = NULL;
	}
}
END_TEST

START_TEST(a_missing_right_is_named_and_stands_in_nobodys_way)
{
	struct secret *token = secret_new(STR("t"));

	connect_with((struct github_settings){.token = token});
	script(&the_server,
	       "[{'status': 403, 'headers': {'X-Accepted-GitHub-Permissions': 'actions=read; a_b=read,c=write'},"
	       " 'body': {'message': 'Resource not accessible by personal access token'}},"
	       " {'status': 403, 'body': {}}, {'body': {}}]");
	ck_verdict(ask("/repos/o/r/actions/runs?created=x"), GITHUB_REFUSED);
	ck_says(the_call.err.text,
		"/repos/o/r/actions/runs': it takes the permission 'actions: read or a b: read and c: write'; "
		"GitHub says 'Resource not accessible by personal access token'");
	ck_verdict(ask("/repos/o/r/deployments"), GITHUB_REFUSED);
	ck_says(the_call.err.text, "'deployments: read'");
	ck_verdict(ask("/repos/o/r"), GITHUB_OK);
	ck_says(github_health(the_github).refused, "'deployments: read'");
	ck_assert(github_health(the_github).up);
	secret_free(token);
}
END_TEST

START_TEST(a_refused_token_is_said_to_be_so_once_and_not_tried_again)
{
	struct secret *token = secret_new(STR("t"));

	connect_with((struct github_settings){.token = token});
	script(&the_server, "[{'status': 401, 'body': {'message': 'Bad credentials'}}]");
	ck_verdict(ask("/repos/o/r"), GITHUB_REFUSED);
	ck_says(the_call.err.text, "does not take the token");
	ck_says(the_call.err.text, "Bad credentials");
	ck_assert_uint_eq(github_health(the_github).retries, 0);
	script_over(1);
	secret_free(token);
}
END_TEST

START_TEST(calls_lie_apart_but_for_a_server_on_this_machine)
{
	char url[100];
	struct mono mono = {INT64_C(5000000000)};

	snprintf(url, sizeof(url), "http://0.0.0.0:%u", the_server.port); /* not known to be this machine */
	connect_with((struct github_settings){.url = str_of(url)});
	script(&the_server, "[{'body': {}}]");
	ck_verdict(ask("/a"), GITHUB_OK);
	mono.ns = the_now.ms * 1000000;
	ck_assert_int_eq(github_wait(the_github, mono, the_now).ms, 70); /* 900 a minute are 67 ms */
	mono.ns += INT64_C(70) * 1000000;
	ck_assert_int_eq(github_wait(the_github, mono, the_now).ms, 0);
}
END_TEST

static const struct {
	const char *description;
	struct github_settings settings;
	const char *error;
} refused[] = {
	{"the pages instead of the API",
	 {.url = STR_INIT("https://github.com/")},
	 "cannot use the URL 'https://github.com/': the API of github.com is 'https://api.github.com'"},
	{"no URL", {.url = STR_INIT("api.github.com")}, "cannot use a URL that is not of the form"},
	{"a token file that is not there",
	 {.url = STR_INIT("https://api.github.com"), .token_file = STR_INIT("/nonexistent/token")},
	 "cannot open '/nonexistent/token': No such file or directory"},
	{"two ways",
	 {.url = STR_INIT("https://api.github.com"), .token_file = STR_INIT("/x"), .app_id = STR_INIT("1")},
	 "cannot show GitHub more than one of a token, a token file and an App"},
	{"an App without a key",
	 {.url = STR_INIT("https://api.github.com"), .app_id = STR_INIT("1")},
	 "cannot be the App '1' without its private key"},
	{"an App's key that is none",
	 {.url = STR_INIT("https://api.github.com"), .app_id = STR_INIT("1"), .app_key_file = STR_INIT("/dev/null")},
	 "cannot use the key file '/dev/null': it is no private key in PEM form"},
	{"an id that would break the claims",
	 {.url = STR_INIT("https://api.github.com"), .app_id = STR_INIT("1\","), .app_key_file = STR_INIT("/dev/null")},
	 "cannot be the App '1\",': an id is a number, or letters and digits"},
};

START_TEST(settings_that_cannot_work_are_refused_at_once)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct err err = {0};

		ck_assert_msg(!github_new(&refused[i].settings, NULL, &err), "%s", refused[i].description);
		ck_assert_msg(strncmp(err.text, refused[i].error, strlen(refused[i].error)) == 0, "%s: %s",
			      refused[i].description, err.text);
	}
}
END_TEST

START_TEST(a_client_with_a_call_under_way_can_be_freed)
{
	connect_with((struct github_settings){0});
	script(&the_server, "[{'fault': 'hang'}]");
	github_call_init(&the_call, STR("/a"), STR(""));
	github_start(the_github, &the_call, (struct mono){1}, the_now);
	ck_assert_int_gt(wait_now().ms, 0);
	ck_assert_ptr_null(github_next(the_github, (struct span){50}, -1, the_now));
}
END_TEST

UNIT_MAIN_IN("github/client", server_up, server_down, a_call_says_what_it_wants, without_a_token_nothing_is_shown,
	     what_an_etag_says_is_unchanged_has_no_answer, a_304_that_nobody_asked_for_is_no_answer,
	     the_next_page_is_where_the_link_says, a_link_to_another_server_or_none_is_an_error_and_not_the_last_page,
	     another_server_is_never_asked, a_renamed_repository_is_found_where_it_went,
	     an_enterprise_server_has_a_path_and_tells_of_no_limits, every_status_has_its_verdict_and_only_later_pauses,
	     what_is_no_whole_answer_is_asked_for_later, a_missing_right_is_named_and_stands_in_nobodys_way,
	     a_refused_token_is_said_to_be_so_once_and_not_tried_again,
	     calls_lie_apart_but_for_a_server_on_this_machine, settings_that_cannot_work_are_refused_at_once,
	     a_client_with_a_call_under_way_can_be_freed)
