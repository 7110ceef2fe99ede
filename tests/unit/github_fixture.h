/* A client against a server that answers as it was told, under a clock that the test turns. */
#ifndef WICK_TESTS_GITHUB_FIXTURE_H
#define WICK_TESTS_GITHUB_FIXTURE_H

#include "github/github.h"

#include "tests/unit/scripted.h"

#define NOW_S    INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define NOW_HTTP "Thu, 01 Jan 2026 00:00:00 GMT"

static struct server the_server;
static struct github *the_github;
static struct instant the_now;
static struct github_call the_call;

static inline void server_up(void)
{
	the_server = script_server("127.0.0.1");
	the_now.ms = NOW_S * SPAN_SECOND;
	the_call = (struct github_call){0};
}

static inline void server_down(void)
{
	github_call_release(&the_call);
	github_free(the_github);
	the_github = NULL;
	server_stop(&the_server);
}

static inline void connect_with(struct github_settings settings)
{
	struct err err = {0};

	if (settings.url.len == 0)
		settings.url = str_of(the_server.url);
	the_github = github_new(&settings, NULL, &err);
	ck_assert_msg(the_github != NULL, "%s", err.text);
}

static inline struct span wait_now(void)
{
	return github_wait(the_github, (struct mono){the_now.ms * 1000000}, the_now);
}

/* Turns the clock on to where something may be asked. */
static inline void wait_over(void)
{
	while (wait_now().ms > 0)
		the_now.ms += wait_now().ms;
}

/* Carries one call to its end, without looking whether it may be started. */
static inline enum github_verdict ask_anyway(const char *url, const char *etag)
{
	struct mono begun = mono_now();

	github_call_release(&the_call);
	github_call_init(&the_call, str_of(url), str_of(etag));
	github_start(the_github, &the_call, (struct mono){the_now.ms * 1000000}, the_now);
	ck_assert(github_busy(the_github));
	while (!github_next(the_github, (struct span){1000}, -1, the_now))
		ck_assert_int_lt(mono_since(begun, mono_now()).ms, 30000);
	ck_assert(!github_busy(the_github));
	ck_assert_int_eq(the_call.verdict == GITHUB_OK, the_call.answer != NULL);
	ck_assert_int_eq(the_call.verdict == GITHUB_OK || the_call.verdict == GITHUB_UNCHANGED,
			 the_call.err.text[0] == '\0');
	return the_call.verdict;
}

static inline enum github_verdict ask_with(const char *url, const char *etag)
{
	ck_assert_int_eq(wait_now().ms, 0);
	return ask_anyway(url, etag);
}

static inline enum github_verdict ask(const char *url) { return ask_with(url, ""); }

#define ck_verdict(is, should)                                                                                         \
	ck_assert_msg((is) == (should), "%s instead of %s: %s", github_verdict_names[the_call.verdict],                \
		      github_verdict_names[should], the_call.err.text)
#define ck_says(text, part) ck_assert_msg(strstr(text, part) != NULL, "'%s' is not in: %s", part, text)

/* Asks the script's answers for, one after the other, and sees that none is left. */
static inline void script_over(size_t requests)
{
	json_t *log = script_log(&the_server);

	ck_assert_uint_eq(script_seen(log), requests);
	ck_assert_int_eq(json_integer_value(json_object_get(log, "left")), 0);
	json_decref(log);
}

#endif
