/* The HTTP client against a server that misbehaves: what comes back, what is never sent, and when it gives up. */
#include "net/http.h"

#include "tests/unit/servers.h"

#include <jansson.h>

static struct http *client(struct http_settings settings, unsigned concurrency)
{
	struct err err = {0};
	struct http *http = http_new(&settings, concurrency, &err);

	ck_assert_msg(http != NULL, "%s", err.text);
	return http;
}

/* A URL below the server; the text lives until the next eight were made. */
static struct str url_of(const struct server *server, const char *path)
{
	static char texts[8][512];
	static size_t next;
	char *text = texts[next++ % 8];

	snprintf(text, sizeof(texts[0]), "%s%s", server->url, path);
	return str_of(text);
}

static struct http_request *wait_for(struct http *http)
{
	struct http_request *request = http_next(http, (struct span){20000}, -1);

	ck_assert_ptr_nonnull(request);
	return request;
}

static struct http_request get(struct http *http, struct str url)
{
	struct http_request request = {.url = url, .body_ceiling = 1 << 20};

	http_start(http, &request);
	ck_assert_ptr_eq(wait_for(http), &request);
	return request;
}

/* What the server has seen so far. */
static json_t *log_of(const struct server *server)
{
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request = get(http, url_of(server, "/-/log"));
	json_t *log = json_loads(buf_view(&request.body).at, 0, NULL);

	ck_assert_ptr_nonnull(log);
	buf_release(&request.body);
	http_free(http);
	return log;
}

static const char *seen(json_t *log, size_t index, const char *member)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(log, "requests"), index), member));
}

static const char *seen_header(json_t *log, size_t index, const char *name)
{
	json_t *request = json_array_get(json_object_get(log, "requests"), index);

	return json_string_value(json_object_get(json_object_get(request, "headers"), name));
}

static size_t requests_in(json_t *log) { return json_array_size(json_object_get(log, "requests")); }

static long long count_in(json_t *log, const char *member) { return json_integer_value(json_object_get(log, member)); }

START_TEST(an_answer_comes_back_whole)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request = get(http, url_of(&server, "/api/v1/query?query=up"));

	ck_assert_msg(!request.failed, "%s", request.err.text);
	ck_assert_int_eq(request.status, 200);
	ck_assert_str_eq(request.answer_type, "application/json");
	ck_assert(str_starts(buf_view(&request.body), STR("{\"status\":\"success\"")));
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(many_requests_share_one_connection)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	json_t *log;

	for (int i = 0; i < 50; i++) {
		struct http_request request = get(http, url_of(&server, "/"));

		ck_assert(!request.failed);
		buf_release(&request.body);
	}
	log = log_of(&server);
	ck_assert_uint_eq(requests_in(log), 50);
	ck_assert_int_eq(count_in(log, "connections"), 2); /* the second asks for the log */
	json_decref(log);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(no_more_requests_are_under_way_than_allowed)
{
	enum { REQUESTS = 12, ALLOWED = 3 };
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, ALLOWED);
	struct http_request requests[REQUESTS] = {0};
	json_t *log;

	for (int i = 0; i < REQUESTS; i++) {
		requests[i].url = url_of(&server, "/fault/mode=delay&seconds=0.1/");
		requests[i].body_ceiling = 1 << 20;
		http_start(http, &requests[i]);
	}
	ck_assert_uint_eq(http_running(http), REQUESTS);
	for (int i = 0; i < REQUESTS; i++) {
		struct http_request *done = wait_for(http);

		ck_assert(!done->failed);
		buf_release(&done->body);
	}
	ck_assert_uint_eq(http_running(http), 0);
	log = log_of(&server);
	ck_assert_int_eq(count_in(log, "most"), ALLOWED);
	json_decref(log);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_long_form_is_posted)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request = {
		.url = url_of(&server, "/post"), .post_body = STR("query=up&a=b"), .body_ceiling = 1 << 20};
	json_t *log;

	http_start(http, &request);
	ck_assert_ptr_eq(wait_for(http), &request);
	buf_release(&request.body);
	log = log_of(&server);
	ck_assert_str_eq(seen(log, 0, "method"), "POST");
	ck_assert_str_eq(seen(log, 0, "body"), "query=up&a=b");
	ck_assert_str_eq(seen_header(log, 0, "Content-Type"), "application/x-www-form-urlencoded");
	ck_assert_str_eq(seen_header(log, 0, "User-Agent"), "wick/" WICK_VERSION);
	json_decref(log);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_user_and_password_and_headers_are_sent)
{
	struct server server = fault_server(NULL);
	struct secret *password = secret_new(STR("open sesame"));
	struct http_header tenant = {STR("X-Scope-OrgID"), STR("team-a")};
	struct http *http = client(
		(struct http_settings){.user = STR("ali"), .password = password, .headers = &tenant, .headers_len = 1},
		1);
	struct http_request request = get(http, url_of(&server, "/"));
	json_t *log = log_of(&server);

	ck_assert_str_eq(seen_header(log, 0, "Authorization"),
			 "Basic YWxpOm9wZW4gc2VzYW1l"); /* printf %s 'ali:open sesame' | base64 */
	ck_assert_str_eq(seen_header(log, 0, "X-Scope-OrgID"), "team-a");
	json_decref(log);
	buf_release(&request.body);
	http_free(http);
	secret_free(password);
	server_stop(&server);
}
END_TEST

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(a_token_file_is_read_again_when_it_changes)
{
	char path[] = "/tmp/wick-token-XXXXXX";
	struct server server = fault_server(NULL);
	struct http_request request;
	struct http *http;
	json_t *log;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	write_file(path, "first\n");
	http = client((struct http_settings){.bearer_file = str_of(path)}, 1);
	request = get(http, url_of(&server, "/"));
	buf_release(&request.body);
	write_file(path, "second-one\n");
	request = get(http, url_of(&server, "/"));
	buf_release(&request.body);
	unlink(path); /* in the middle of a rotation */
	request = get(http, url_of(&server, "/"));
	buf_release(&request.body);
	log = log_of(&server);
	ck_assert_str_eq(seen_header(log, 0, "Authorization"), "Bearer first");
	ck_assert_str_eq(seen_header(log, 1, "Authorization"), "Bearer second-one");
	ck_assert_str_eq(seen_header(log, 2, "Authorization"), "Bearer second-one");
	json_decref(log);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_token_never_follows_a_redirect_to_another_server)
{
	struct server server = fault_server(NULL), other = fault_server(NULL);
	struct secret *token = secret_new(STR("tell-nobody"));
	struct http *http = client((struct http_settings){.bearer = token}, 1);
	struct http_request request;
	char path[200];
	json_t *log;

	snprintf(path, sizeof(path), "/fault/mode=redirect&code=307&to=http:%%2F%%2F127.0.0.1:%u%%2Fapi/", other.port);
	request = get(http, url_of(&server, path));
	ck_assert(request.failed);
	ck_assert_int_eq(request.status, 307);
	ck_assert_ptr_nonnull(strstr(request.err.text, "another server"));
	ck_assert_ptr_null(strstr(request.err.text, "tell-nobody"));
	buf_release(&request.body);
	log = log_of(&server);
	ck_assert_str_eq(seen_header(log, 0, "Authorization"), "Bearer tell-nobody");
	json_decref(log);
	log = log_of(&other);
	ck_assert_uint_eq(requests_in(log), 0);
	json_decref(log);
	http_free(http);
	secret_free(token);
	server_stop(&server);
	server_stop(&other);
}
END_TEST

START_TEST(a_redirect_on_the_same_server_is_followed_and_stays_a_post)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request = {.url = url_of(&server, "/fault/mode=redirect&code=308&to=SELF%2Fthere/"),
				       .post_body = STR("query=1"),
				       .body_ceiling = 1 << 20};
	json_t *log;

	http_start(http, &request);
	ck_assert_ptr_eq(wait_for(http), &request);
	ck_assert_msg(!request.failed, "%s", request.err.text);
	ck_assert_int_eq(request.status, 200);
	buf_release(&request.body);
	log = log_of(&server);
	ck_assert_str_eq(seen(log, 1, "path"), "/there");
	ck_assert_str_eq(seen(log, 1, "method"), "POST");
	ck_assert_str_eq(seen(log, 1, "body"), "query=1");
	json_decref(log);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_circle_of_redirects_ends)
{
	struct server server = fault_server("--fault", "mode=redirect&to=/again", NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request = get(http, url_of(&server, "/"));
	json_t *log;

	ck_assert(request.failed);
	ck_assert_ptr_nonnull(strstr(request.err.text, "in a circle"));
	buf_release(&request.body);
	log = log_of(&server);
	ck_assert_uint_eq(requests_in(log), 6);
	json_decref(log);
	http_free(http);
	server_stop(&server);
}
END_TEST

static const struct {
	const char *fault, *before, *behind; /* the error, before and behind the URL */
	long status;
} broken[] = {
	{"/fault/mode=hang/", "no whole answer from '", "' within 3s", 0},
	{"/fault/mode=half/", "no answer from '", "': ", 200},
	{"/fault/mode=half&chunked=1/", "no answer from '", "': ", 200},
	{"/fault/mode=reset/", "no answer from '", "': ", 0},
	{"/fault/mode=slow&seconds=0.2/", "the answer of '", "' stalled: less than 1 KiB came within 1s", 200},
	{"/fault/mode=huge&bytes=209715200/", "the answer of '", "' is larger than the limit of 1048576 bytes", 200},
	{"/fault/mode=bomb&bytes=209715200/", "the answer of '", "' is larger than the limit of 1048576 bytes", 200},
};

START_TEST(half_an_answer_is_none_and_says_why)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){.timeout = {3000}, .gzip = HTTP_GZIP_ALWAYS}, 1);

	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		struct str url = url_of(&server, broken[i].fault);
		struct http_request request = get(http, url);
		char expected[300];

		snprintf(expected, sizeof(expected), "%s%.*s%s", broken[i].before, STR_ARG(url), broken[i].behind);
		ck_assert_msg(request.failed, "%s", broken[i].fault);
		ck_assert_msg(request.status == broken[i].status, "%s: %ld", broken[i].fault, request.status);
		ck_assert_msg(str_starts(str_of(request.err.text), str_of(expected)), "got: %s", request.err.text);
		buf_release(&request.body);
	}
	http_free(http);
	server_stop(&server);
}
END_TEST

static long peak_kib(void)
{
	char line[200];
	long peak = 0;
	FILE *file = fopen("/proc/self/status", "r");

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "VmHWM:", 6) == 0)
			peak = strtol(line + 6, NULL, 10);
	fclose(file);
	return peak;
}

START_TEST(a_body_of_200_MB_takes_no_more_memory_than_the_ceiling)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){.gzip = HTTP_GZIP_ALWAYS}, 1);
	struct http_request request = get(http, url_of(&server, "/"));
	long before;

	buf_release(&request.body);
	before = peak_kib();
	request = get(http, url_of(&server, "/fault/mode=bomb&bytes=209715200/"));
	ck_assert(request.too_large);
	ck_assert_uint_le(request.body.len, 1 << 20);
	ck_assert_int_lt(peak_kib() - before, 16 * 1024);
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(gzip_is_asked_for_across_a_network_only)
{
	struct server server = fault_server(NULL);
	struct http *plain = client((struct http_settings){0}, 1);
	struct http *packed = client((struct http_settings){.gzip = HTTP_GZIP_ALWAYS}, 1);
	struct http_request one = get(plain, url_of(&server, "/")), two = get(packed, url_of(&server, "/"));
	json_t *log = log_of(&server);

	ck_assert_ptr_null(seen_header(log, 0, "Accept-Encoding"));
	ck_assert_str_eq(seen_header(log, 1, "Accept-Encoding"), "gzip");
	ck_assert(one.body.len > 0 && str_eq(buf_view(&one.body), buf_view(&two.body)));
	json_decref(log);
	buf_release(&one.body);
	buf_release(&two.body);
	http_free(plain);
	http_free(packed);
	server_stop(&server);
}
END_TEST

START_TEST(retry_after_is_read_as_seconds_and_as_a_date)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request = get(http, url_of(&server, "/fault/mode=status&code=429&retry_after=7/"));

	ck_assert(!request.failed);
	ck_assert_int_eq(request.status, 429);
	ck_assert_int_eq(request.retry_after.ms, 7000);
	buf_release(&request.body);
	request = get(http, url_of(&server, "/fault/mode=status&code=503&retry_after=Fri,+31+Dec+2100+23:59:59+GMT/"));
	ck_assert_int_gt(request.retry_after.ms, SPAN_DAY);
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_descriptor_wakes_the_wait)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request = {.url = url_of(&server, "/fault/mode=hang/"), .body_ceiling = 1 << 20};
	struct mono begun = mono_now();
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "x", 1), 1);
	http_start(http, &request);
	ck_assert_ptr_null(http_next(http, (struct span){10000}, ends[0]));
	ck_assert_int_lt(mono_since(begun, mono_now()).ms, 5000);
	http_interrupt(http);
	ck_assert_ptr_eq(http_next(http, (struct span){0}, -1), &request);
	ck_assert(request.interrupted);
	ck_assert_ptr_null(http_next(http, (struct span){0}, -1));
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_pool_with_requests_under_way_can_be_freed)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request requests[2] = {{.url = url_of(&server, "/fault/mode=hang/"), .body_ceiling = 10},
					   {.url = url_of(&server, "/fault/mode=hang/"), .body_ceiling = 10}};

	http_start(http, &requests[0]);
	http_start(http, &requests[1]);
	ck_assert_ptr_null(http_next(http, (struct span){50}, -1));
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(an_address_of_ip_version_6_works)
{
	struct server server = fault_server("--host", "::1", NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request;

	snprintf(server.url, sizeof(server.url), "http://[::1]:%u", server.port);
	request = get(http, url_of(&server, "/"));
	ck_assert_msg(!request.failed, "%s", request.err.text);
	ck_assert_int_eq(request.status, 200);
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
}
END_TEST

START_TEST(a_proxy_of_the_environment_is_used)
{
	struct server server = fault_server(NULL);
	struct http *http = client((struct http_settings){0}, 1);
	struct http_request request;
	json_t *log;

	setenv("http_proxy", server.url, 1);
	request = get(http, STR("http://prometheus.invalid:9090/api/v1/query"));
	ck_assert_msg(!request.failed, "%s", request.err.text);
	buf_release(&request.body);
	log = log_of(&server);
	ck_assert_str_eq(seen(log, 0, "path"), "http://prometheus.invalid:9090/api/v1/query");
	json_decref(log);
	http_free(http);
	server_stop(&server);
}
END_TEST

static const struct {
	const char *description;
	struct http_settings settings;
	const char *error;
} refused[] = {
	{"a CA file that is not there",
	 {.ca_file = STR_INIT("/nonexistent/ca.pem")},
	 "cannot read the CA file '/nonexistent/ca.pem': No such file or directory"},
	{"a token file that is not there",
	 {.bearer_file = STR_INIT("/nonexistent/token")},
	 "no bearer token: cannot open '/nonexistent/token': No such file or directory"},
	{"an empty token file",
	 {.bearer_file = STR_INIT("/dev/null")},
	 "no bearer token: cannot use the secret file '/dev/null': it is empty"},
	{"a key without a certificate",
	 {.key_file = STR_INIT("/etc/hostname")},
	 "cannot use the key file '/etc/hostname' without a certificate file"},
	{"a server name with a port",
	 {.server_name = STR_INIT("prometheus:9090")},
	 "cannot use the server name 'prometheus:9090': it is a host name, without scheme and port"},
	{"a header that would begin another",
	 {.headers = &(const struct http_header){STR_INIT("X-A"), STR_INIT("b\r\nX-C: d")}, .headers_len = 1},
	 "cannot send the header 'X-A': a name is letters and dashes, a value is one line"},
};

START_TEST(settings_that_cannot_work_are_refused_at_once)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct err err = {0};

		ck_assert_msg(!http_new(&refused[i].settings, 1, &err), "%s", refused[i].description);
		ck_assert_msg(strncmp(err.text, refused[i].error, strlen(refused[i].error)) == 0, "%s: %s",
			      refused[i].description, err.text);
	}
}
END_TEST

UNIT_MAIN("net/http", an_answer_comes_back_whole, many_requests_share_one_connection,
	  no_more_requests_are_under_way_than_allowed, a_long_form_is_posted, a_user_and_password_and_headers_are_sent,
	  a_token_file_is_read_again_when_it_changes, a_token_never_follows_a_redirect_to_another_server,
	  a_redirect_on_the_same_server_is_followed_and_stays_a_post, a_circle_of_redirects_ends,
	  half_an_answer_is_none_and_says_why, a_body_of_200_MB_takes_no_more_memory_than_the_ceiling,
	  gzip_is_asked_for_across_a_network_only, retry_after_is_read_as_seconds_and_as_a_date,
	  a_descriptor_wakes_the_wait, a_pool_with_requests_under_way_can_be_freed, a_proxy_of_the_environment_is_used,
	  an_address_of_ip_version_6_works, settings_that_cannot_work_are_refused_at_once)
