/* What GitHub is shown: tokens of a file, and those of an App, taken out, renewed, and taken out again after a 401. */
#include "base/file.h"
#include "tests/unit/github_fixture.h"

static char folder[] = "/tmp/wick-token-XXXXXX", key[300], token_file[300];

static void sh(const char *command)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (chdir(folder) == 0)
			execl("/bin/sh", "sh", "-ec", command, NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", command);
}

static void before(void)
{
	ck_assert_ptr_nonnull(mkdtemp(strcpy(folder, "/tmp/wick-token-XXXXXX")));
	snprintf(key, sizeof(key), "%s/key.pem", folder);
	snprintf(token_file, sizeof(token_file), "%s/token", folder);
	server_up();
}

static void behind(void)
{
	server_down();
	sh("rm -rf \"$PWD\"");
}

static void write_token(const char *text)
{
	struct err err = {0};

	ck_assert_msg(file_replace(token_file, str_of(text), 0600, &err), "%s", err.text);
}

static void connect_app(uint64_t installation)
{
	sh("openssl genrsa -traditional -out key.pem 2048 2>/dev/null && openssl rsa -in key.pem -pubout -out public.pem 2>/dev/null");
	connect_with((struct github_settings){
		.app_id = STR("Iv1.abc"), .app_key_file = str_of(key), .app_installation = installation});
}

/* EXPIRES in the answers stands for a time so many minutes from the_now. */
static void script_expiring(const char *answers, int64_t minutes)
{
	const char *mark = strstr(answers, "EXPIRES");
	char text[1200];

	snprintf(text, sizeof(text), "%.*s%s%s", (int)(mark - answers), answers,
		 instant_text((struct instant){the_now.ms + minutes * SPAN_MINUTE}).text, mark + strlen("EXPIRES"));
	script(&the_server, text);
}

static void saw_token(size_t request, const char *authorization)
{
	json_t *log = script_log(&the_server);

	ck_assert_str_eq(script_header(log, request, "authorization"), authorization);
	json_decref(log);
}

/* A claim of the request's JWT, once openssl has found the signature to be the App's. */
static int64_t claim(size_t request, const char *name)
{
	json_t *log = script_log(&the_server), *claims;
	const char *sent = script_header(log, request, "authorization");
	struct err err = {0};
	struct buf text;
	int64_t value;
	char path[300];

	ck_assert(str_starts(str_of(sent), STR("Bearer ")));
	snprintf(path, sizeof(path), "%s/jwt", folder);
	ck_assert(file_replace(path, str_of(sent + 7), 0600, &err));
	sh("/usr/bin/python3 -c \"import base64, pathlib\n"
	   "plain = lambda t: base64.urlsafe_b64decode(t + '=' * (-len(t) % 4))\n"
	   "head, body, signature = pathlib.Path('jwt').read_text().split('.')\n"
	   "pathlib.Path('text').write_text(head + '.' + body); pathlib.Path('signature').write_bytes(plain(signature))\n"
	   "pathlib.Path('claims').write_bytes(plain(body))\" && "
	   "openssl dgst -sha256 -verify public.pem -signature signature text > /dev/null");
	snprintf(path, sizeof(path), "%s/claims", folder);
	buf_init(&text, 10000);
	ck_assert(file_read(path, &text, &err));
	claims = json_loads(buf_view(&text).at, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(claims, "iss")), "Iv1.abc");
	value = json_integer_value(json_object_get(claims, name));
	json_decref(claims);
	json_decref(log);
	buf_release(&text);
	return value;
}

START_TEST(a_token_file_is_read_again_when_it_changes)
{
	write_token("first\n");
	connect_with((struct github_settings){.token_file = str_of(token_file)});
	script(&the_server, "[{'body': {}}, {'body': {}}]");
	ck_verdict(ask("/a"), GITHUB_OK);
	write_token("second-one\n");
	ck_verdict(ask("/a"), GITHUB_OK);
	saw_token(0, "Bearer first");
	saw_token(1, "Bearer second-one");
}
END_TEST

/* The file is replaced after the call was sent, before its 401 is looked at. */
START_TEST(a_401_is_tried_once_more_with_a_file_that_has_changed)
{
	struct mono begun = mono_now();
	char answers[600];

	write_token("first");
	connect_with((struct github_settings){.token_file = str_of(token_file)});
	snprintf(answers, sizeof(answers),
		 "[{'status': 401, 'body': {}, 'until': '%s/go'}, {'body': {}}, {'status': 401, 'body': {}}]", folder);
	script(&the_server, answers);
	github_call_init(&the_call, STR("/a"), STR(""));
	github_start(the_github, &the_call, (struct mono){1}, the_now);
	for (bool sent = false; !sent;) { /* until the server has seen it */
		json_t *log;

		ck_assert_ptr_null(github_next(the_github, (struct span){0}, -1, the_now));
		log = script_log(&the_server);
		sent = script_seen(log) == 1;
		json_decref(log);
		ck_assert_int_lt(mono_since(begun, mono_now()).ms, 20000);
	}
	write_token("second");
	sh("touch go");
	while (!github_next(the_github, (struct span){1000}, -1, the_now))
		ck_assert_int_lt(mono_since(begun, mono_now()).ms, 20000);
	ck_verdict(the_call.verdict, GITHUB_OK);
	saw_token(1, "Bearer second");
	ck_assert_uint_eq(github_health(the_github).retries, 1);
	ck_verdict(ask("/a"), GITHUB_REFUSED); /* the file is as it was */
	script_over(3);
}
END_TEST

START_TEST(an_app_takes_out_a_token_for_its_only_installation)
{
	connect_app(0);
	script_expiring(
		"[{'path': '/app/installations?per_page=100', 'method': 'GET', 'body': [{'id': 42, 'account': {'login': 'o'}}]},"
		" {'path': '/app/installations/42/access_tokens', 'method': 'POST', 'status': 201,"
		"  'body': {'token': 'ghs_7_first', 'expires_at': 'EXPIRES'}},"
		" {'path': '/a', 'body': {}}, {'path': '/b', 'body': {}}]",
		60);
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_verdict(ask("/b"), GITHUB_OK);
	script_over(4);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(claim(i, "iat"), NOW_S - 60);
		ck_assert_int_eq(claim(i, "exp"), NOW_S + 540);
	}
	saw_token(2, "Bearer ghs_7_first");
	saw_token(3, "Bearer ghs_7_first");
	ck_assert_uint_eq(github_health(the_github).tokens, 1);
}
END_TEST

START_TEST(an_apps_token_is_renewed_ten_minutes_before_its_end)
{
	char long_token[6000], answers[7000];

	connect_app(7);
	script_expiring(
		"[{'status': 201, 'body': {'token': 'one', 'expires_at': 'EXPIRES'}}, {'body': {}}, {'body': {}}]", 60);
	ck_verdict(ask("/a"), GITHUB_OK);
	the_now.ms += 49 * SPAN_MINUTE;
	ck_verdict(ask("/a"), GITHUB_OK);
	the_now.ms += 61 * SPAN_SECOND;
	memset(long_token, 'x', sizeof(long_token) - 1); /* they are of any length since 2026 */
	long_token[sizeof(long_token) - 1] = '\0';
	snprintf(answers, sizeof(answers),
		 "[{'path': '/app/installations/7/access_tokens', 'body': {'token': '%s'}}, {'body': {}}]", long_token);
	script(&the_server, answers);
	ck_verdict(ask("/a"), GITHUB_OK);
	snprintf(answers, sizeof(answers), "Bearer %s", long_token);
	saw_token(1, answers);
	ck_assert_uint_eq(github_health(the_github).tokens, 2);
}
END_TEST

START_TEST(a_401_takes_out_one_new_token_and_no_more)
{
	connect_app(7);
	script_expiring(
		"[{'body': {'token': 'one', 'expires_at': 'EXPIRES'}}, {'status': 401, 'body': {}},"
		" {'path': '/app/installations/7/access_tokens', 'body': {'token': 'two'}}, {'path': '/a', 'body': {}}]",
		60);
	ck_verdict(ask("/a"), GITHUB_OK);
	script_over(4);
	saw_token(1, "Bearer one");
	saw_token(3, "Bearer two");
	script(&the_server, "[{'status': 401, 'body': {}}, {'body': {'token': 'three'}}, {'status': 401, 'body': {}}]");
	ck_verdict(ask("/a"), GITHUB_REFUSED);
	ck_says(the_call.err.text, "the App's token");
	script_over(3);
	ck_assert_uint_eq(github_health(the_github).retries, 2);
}
END_TEST

static const struct {
	const char *description, *answers;
	uint64_t installation;
	enum github_verdict verdict;
	const char *error;
} exchanges[] = {
	{"several installations", "[{'body': [{'id': 17, 'account': {'login': 'acme'}}, {'id': 18, 'account': null}]}]",
	 0, GITHUB_REFUSED, "the App 'Iv1.abc' has 2 installations: the settings have to name one of 17 (acme), 18 ()"},
	{"none", "[{'body': []}]", 0, GITHUB_REFUSED, "no token for the App 'Iv1.abc': it is not installed anywhere"},
	{"no list", "[{'body': {}}]", 0, GITHUB_REFUSED,
	 "no token for the App 'Iv1.abc': GitHub's list of its installations is none"},
	{"no id", "[{'body': [{'id': '17'}]}]", 0, GITHUB_REFUSED,
	 "no token for the App 'Iv1.abc': its installation has no id"},
	{"another installation", "[{'status': 404, 'body': {'message': 'Not Found'}}]", 9, GITHUB_REFUSED,
	 "no token for the App 'Iv1.abc': it has no installation 9; GitHub says 'Not Found'"},
	{"another key", "[{'status': 401, 'body': {'message': 'A JSON web token could not be decoded'}}]", 9,
	 GITHUB_REFUSED, "no token for the App 'Iv1.abc': GitHub refuses it"},
	{"a suspended one", "[{'status': 403, 'body': {'message': 'This installation has been suspended'}}]", 9,
	 GITHUB_REFUSED, "no token for the App 'Iv1.abc': GitHub refuses it"},
	{"no token in it", "[{'status': 201, 'body': {'token': null}}]", 9, GITHUB_REFUSED,
	 "no token for the App 'Iv1.abc': GitHub's answer holds none"},
	{"a token that would begin a header", "[{'status': 201, 'body': {'token': 'a\\r\\nX: b'}}]", 9, GITHUB_REFUSED,
	 "no token for the App 'Iv1.abc': GitHub's answer holds none"},
	{"a server that is not well", "[{'status': 502}]", 9, GITHUB_LATER, "answered with status 502"},
	{"half an answer", "[{'status': 201, 'body': '{\\\"token\\\"'}]", 9, GITHUB_LATER, "is no JSON"},
	{"a limit", "[{'status': 403, 'headers': {'Retry-After': 30}}]", 9, GITHUB_LATER, "secondary limit"},
};

START_TEST(what_keeps_an_app_from_its_token_is_said)
{
	for (size_t i = 0; i < COUNT_OF(exchanges); i++) {
		connect_app(exchanges[i].installation);
		script(&the_server, exchanges[i].answers);
		ck_verdict(ask("/repos/o/r"), exchanges[i].verdict);
		ck_says(the_call.err.text, exchanges[i].error);
		script_over(1);
		ck_assert_int_eq(wait_now().ms > 0, exchanges[i].verdict == GITHUB_LATER);
		github_free(the_github);
		the_github = NULL;
	}
}
END_TEST

START_TEST(an_app_that_is_installed_anew_is_found_again)
{
	connect_app(0);
	script(&the_server, "[{'body': [{'id': 1}]}, {'status': 404, 'body': {}}, {'body': [{'id': 2}]},"
			    " {'path': '/app/installations/2/access_tokens', 'body': {'token': 'x'}}, {'body': {}}]");
	ck_verdict(ask("/a"), GITHUB_REFUSED);
	ck_verdict(ask("/a"), GITHUB_OK);
	script_over(5);
}
END_TEST

/* The App's own limit is not its installation's. */
START_TEST(the_quota_of_the_exchange_is_not_that_of_the_calls)
{
	char answers[500];

	connect_app(7);
	snprintf(
		answers, sizeof(answers),
		"[{'body': {'token': 'x'}, 'headers': {'X-RateLimit-Limit': 10, 'X-RateLimit-Remaining': 0, 'X-RateLimit-Reset': %lld}},"
		" {'body': {}}]",
		(long long)NOW_S + 1000);
	script(&the_server, answers);
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_assert_int_eq(wait_now().ms, 0);
	ck_assert(!github_health(the_github).limited);
}
END_TEST

/* Ours is 20 minutes ahead: what was signed counts as issued in the future. */
START_TEST(an_app_goes_by_the_servers_clock_once_it_knows_it)
{
	connect_app(7);
	the_now.ms += 20 * SPAN_MINUTE;
	script(&the_server, "[{'status': 401, 'headers': {'Date': '" NOW_HTTP
			    "'}, 'body': {}}, {'body': {'token': 'x'}}, {'body': {}}]");
	ck_verdict(ask("/a"), GITHUB_OK);
	script_over(3);
	ck_assert_int_eq(claim(0, "iat"), NOW_S + 1200 - 60);
	ck_assert_int_ge(claim(1, "iat"), NOW_S - 60);
	ck_assert_int_le(claim(1, "iat"), NOW_S - 60 + 20);
	script(&the_server, "[{'status': 401, 'body': {}}, {'status': 401, 'body': {}}, {'status': 401, 'body': {}}]");
	ck_verdict(ask("/a"), GITHUB_REFUSED); /* the call, the exchange, and that once more */
	script_over(3);
}
END_TEST

START_TEST(a_key_that_went_away_is_said_to_be_so)
{
	connect_app(7);
	sh("rm key.pem");
	ck_verdict(ask("/a"), GITHUB_REFUSED);
	ck_says(the_call.err.text, "no token for the App 'Iv1.abc': cannot open");
}
END_TEST

UNIT_MAIN_IN("github/token", before, behind, a_token_file_is_read_again_when_it_changes,
	     a_401_is_tried_once_more_with_a_file_that_has_changed, an_app_takes_out_a_token_for_its_only_installation,
	     an_apps_token_is_renewed_ten_minutes_before_its_end, a_401_takes_out_one_new_token_and_no_more,
	     what_keeps_an_app_from_its_token_is_said, an_app_that_is_installed_anew_is_found_again,
	     the_quota_of_the_exchange_is_not_that_of_the_calls, an_app_goes_by_the_servers_clock_once_it_knows_it,
	     a_key_that_went_away_is_said_to_be_so)
