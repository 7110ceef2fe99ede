/* What one request has of its own: headers, a token, headers of the answer; and pools that are waited for together. */
#include "net/http.h"

#include "tests/unit/scripted.h"

static struct http *client(struct http_settings settings)
{
	struct err err = {0};
	struct http *http = http_new(&settings, 1, &err);

	ck_assert_msg(http != NULL, "%s", err.text);
	return http;
}

static void carry(struct http *http, struct http_request *request)
{
	http_start(http, request);
	ck_assert_ptr_eq(http_next(http, (struct span){20000}, -1), request);
}

static void drop(struct http_request *request)
{
	buf_release(&request->body);
	for (size_t i = 0; i < request->wanted_len; i++)
		buf_release(&request->wanted[i].value);
}

START_TEST(headers_that_are_asked_for_come_back_whole)
{
	struct server server = script_server("127.0.0.1");
	struct http *http = client((struct http_settings){0});
	struct http_wanted wanted[] = {{.name = "etag"}, {.name = "Link"}, {.name = "X-None"}, {.name = "X-Twice"}};
	struct http_request request = {
		.url = str_of(server.url), .body_ceiling = 1000, .wanted = wanted, .wanted_len = COUNT_OF(wanted)};
	char *script_text_, *link = malloc(6001);

	memset(link, 'x', 6000);
	link[6000] = '\0';
	ck_assert_int_gt(asprintf(&script_text_,
				  "[{'headers': {'ETag': 'W/%s', 'Link': '<%s>', 'x-twice': ['a', 'b']}}, {}]",
				  "\\\"a b\\\"", link),
			 0);
	script(&server, script_text_);
	carry(http, &request);
	ck_assert_str_eq(buf_view(&wanted[0].value).at, "W/\"a b\"");
	ck_assert_uint_eq(wanted[1].value.len, 6002);
	ck_assert_uint_eq(wanted[2].value.len, 0);
	ck_assert_str_eq(buf_view(&wanted[3].value).at, "a, b");
	drop(&request);
	carry(http, &request); /* none of them belongs to the next answer */
	for (size_t i = 0; i < COUNT_OF(wanted); i++)
		ck_assert_uint_eq(wanted[i].value.len, 0);
	drop(&request);
	free(link);
	free(script_text_);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(headers_of_an_answer_are_not_those_of_the_redirect_before_it)
{
	struct server server = script_server("127.0.0.1");
	struct http *http = client((struct http_settings){0});
	struct http_wanted wanted[] = {{.name = "ETag"}, {.name = "X-Left"}};
	struct http_request request = {
		.url = str_of(server.url), .body_ceiling = 1000, .wanted = wanted, .wanted_len = COUNT_OF(wanted)};

	script(&server, "[{'status': 301, 'headers': {'Location': 'SELF/new', 'ETag': 'old', 'X-Left': 5}},"
			" {'path': '/new', 'headers': {'X-Left': 4}}]");
	carry(http, &request);
	ck_assert_msg(!request.failed, "%s", request.err.text);
	ck_assert_uint_eq(wanted[0].value.len, 0);
	ck_assert_str_eq(buf_view(&wanted[1].value).at, "4");
	drop(&request);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_request_brings_its_own_token_and_headers)
{
	struct server server = script_server("127.0.0.1");
	struct secret *common = secret_new(STR("common")), *own = secret_new(STR("own"));
	struct http_header always = {STR("X-Always"), STR("1")}, once = {STR("If-None-Match"), STR("\"e\"")};
	struct http *http = client((struct http_settings){.bearer = common, .headers = &always, .headers_len = 1});
	struct http_request request = {.url = str_of(server.url), .body_ceiling = 1000, .bearer = own};
	struct http_request plain = request;
	json_t *log;

	plain.bearer = NULL;
	request.headers = &once;
	request.headers_len = 1;
	script(&server, "[{'status': 308, 'headers': {'Location': '/there'}}, {'status': 304}, {}]");
	carry(http, &request);
	ck_assert_msg(!request.failed && request.status == 304, "%ld %s", request.status, request.err.text);
	ck_assert_uint_eq(request.body.len, 0);
	drop(&request);
	carry(http, &plain);
	drop(&plain);
	log = script_log(&server);
	for (size_t i = 0; i < 3; i++) {
		const char *token = i < 2 ? "Bearer own" : "Bearer common";

		ck_assert_str_eq(script_header(log, i, "authorization"), token);
		ck_assert_str_eq(script_header(log, i, "x-always"), "1");
		ck_assert_int_eq(script_header(log, i, "if-none-match") != NULL, i < 2);
	}
	json_decref(log);
	http_free(http);
	secret_free(common);
	secret_free(own);
	server_stop(&server);
}
END_TEST

START_TEST(a_token_of_ten_thousand_characters_is_sent_whole)
{
	struct server server = script_server("127.0.0.1");
	struct http *http = client((struct http_settings){0});
	struct http_request request = {.url = str_of(server.url), .body_ceiling = 1000};
	struct secret *token;
	char text[10001];
	json_t *log;

	memset(text, 't', sizeof(text) - 1);
	text[10000] = '\0';
	token = secret_new(str_of(text));
	request.bearer = token;
	script(&server, "[{}]");
	carry(http, &request);
	drop(&request);
	log = script_log(&server);
	ck_assert_uint_eq(strlen(script_header(log, 0, "authorization")), strlen("Bearer ") + 10000);
	json_decref(log);
	http_free(http);
	secret_free(token);
	server_stop(&server);
}
END_TEST

START_TEST(a_requests_token_does_not_go_to_another_server_either)
{
	struct server server = script_server("127.0.0.1"), other = script_server("127.0.0.1");
	struct http *http = client((struct http_settings){0});
	struct secret *token = secret_new(STR("own"));
	struct http_request request = {.url = str_of(server.url), .body_ceiling = 1000, .bearer = token};
	char answers[200];
	json_t *log;

	snprintf(answers, sizeof(answers), "[{'status': 301, 'headers': {'Location': '%s/'}}]", other.url);
	script(&server, answers);
	carry(http, &request);
	ck_assert(request.failed);
	ck_assert_ptr_nonnull(strstr(request.err.text, "another server"));
	log = script_log(&other);
	ck_assert_uint_eq(script_seen(log), 0);
	json_decref(log);
	drop(&request);
	http_free(http);
	secret_free(token);
	server_stop(&server);
	server_stop(&other);
}
END_TEST

START_TEST(a_header_that_would_begin_another_fails_its_request_alone)
{
	struct server server = script_server("127.0.0.1");
	struct http *http = client((struct http_settings){0});
	struct http_header bad = {STR("If-None-Match"), STR("a\r\nX: b")};
	struct http_request request = {
		.url = str_of(server.url), .body_ceiling = 1000, .headers = &bad, .headers_len = 1};

	script(&server, "[{}]");
	carry(http, &request);
	ck_assert(request.failed);
	ck_assert_int_eq(request.status, 0);
	ck_assert_str_eq(request.err.text,
			 "cannot send the header 'If-None-Match': a name is letters and dashes, a value is one line");
	drop(&request);
	request.headers_len = 0;
	carry(http, &request);
	ck_assert_int_eq(request.status, 200);
	drop(&request);
	ck_assert_uint_eq(http_running(http), 0);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_pool_that_is_apart_keeps_its_requests_to_itself)
{
	struct server server = script_server("127.0.0.1");
	struct http *common = client((struct http_settings){0});
	struct http *apart = http_new_beside(common, &(struct http_settings){.apart = true}, 1, NULL);
	struct http_request one = {.url = str_of(server.url), .body_ceiling = 1000}, two = one;
	struct mono begun = mono_now();

	script(&server, "[{}, {}]");
	http_start(common, &one);
	while (http_running(common) && !http_next(apart, (struct span){20000}, -1) && one.status == 0)
		ck_assert_int_lt(mono_since(begun, mono_now()).ms, 20000);
	ck_assert_ptr_eq(http_next(common, (struct span){20000}, -1), &one);
	drop(&one);
	http_start(apart, &two);
	while (two.status == 0) /* carried on, but not handed out */
		ck_assert_ptr_null(http_next(common, (struct span){20}, -1));
	ck_assert_ptr_eq(http_next(apart, (struct span){20000}, -1), &two);
	drop(&two);
	http_free(apart);
	http_free(common);
	server_stop(&server);
}
END_TEST

START_TEST(a_date_header_is_read)
{
	struct instant instant;

	ck_assert(http_date_read(STR("Sun, 06 Nov 1994 08:49:37 GMT"), &instant));
	ck_assert_int_eq(instant.ms, INT64_C(784111777000)); /* RFC 9110's example; date -u -d ... +%s */
	ck_assert(!http_date_read(STR("soon"), &instant));
	ck_assert(!http_date_read(STR(""), &instant));
}
END_TEST

UNIT_MAIN("net/answer", headers_that_are_asked_for_come_back_whole,
	  headers_of_an_answer_are_not_those_of_the_redirect_before_it, a_request_brings_its_own_token_and_headers,
	  a_token_of_ten_thousand_characters_is_sent_whole, a_requests_token_does_not_go_to_another_server_either,
	  a_header_that_would_begin_another_fails_its_request_alone, a_pool_that_is_apart_keeps_its_requests_to_itself,
	  a_date_header_is_read)
