/* GitHub's limits under a clock that the test turns: the reserve is never touched, and pauses are as long as they are
 * told to be. */
#include "tests/unit/github_fixture.h"

/* An answer with its part of the quota, reset so many seconds from the_now. */
static void script_quota(long status, unsigned limit, unsigned remaining, int64_t reset_in, const char *more)
{
	char answers[600];

	snprintf(
		answers, sizeof(answers),
		"[{'status': %ld, 'body': {'message': 'x'}, 'headers': {'X-RateLimit-Limit': %u, 'X-RateLimit-Remaining': %u,"
		" 'X-RateLimit-Reset': %lld%s}}]",
		status, limit, remaining, (long long)(the_now.ms / SPAN_SECOND + reset_in), more);
	script(&the_server, answers);
}

/* A server that counts: 100 an hour, and somebody else uses some now and then. No request may come that would leave
 * less than the reserve. */
START_TEST(the_reserve_is_never_undercut)
{
	enum { LIMIT = 100, RESERVE = 20, HOURS = 3 };
	unsigned asked = 0;

	connect_with((struct github_settings){.quota_reserve = RESERVE});
	for (int hour = 0; hour < HOURS; hour++) {
		int64_t reset = the_now.ms + SPAN_HOUR;
		unsigned remaining = LIMIT;
		struct github_health health;

		while (wait_now().ms == 0) {
			ck_assert_uint_gt(remaining, RESERVE);
			remaining--;
			asked++;
			script_quota(200, LIMIT, remaining, (reset - the_now.ms) / SPAN_SECOND, "");
			ck_verdict(ask("/a"), GITHUB_OK);
			the_now.ms += SPAN_SECOND;
			if (asked % 7 == 0 && remaining > RESERVE + 10)
				remaining -= 5;
		}
		health = github_health(the_github);
		ck_assert(health.limited);
		ck_assert_double_eq(health.limit, LIMIT);
		ck_assert_double_eq(health.remaining, remaining);
		ck_assert_int_eq(health.reset.ms, reset);
		ck_assert_int_eq(health.paused_until.ms, reset + SPAN_SECOND);
		ck_assert_int_eq(wait_now().ms, reset + SPAN_SECOND - the_now.ms);
		ck_assert_uint_le(remaining, RESERVE + 3); /* what one call may take is kept back, and no more */
		wait_over();
		ck_assert_int_eq(the_now.ms, reset + SPAN_SECOND);
	}
	ck_assert_uint_gt(asked, HOURS * 40);
}
END_TEST

START_TEST(a_reserve_that_is_larger_than_the_quota_leaves_half_of_it)
{
	connect_with((struct github_settings){.quota_reserve = 500});
	script_quota(200, 60, 31, 3600, "");
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_assert_int_eq(wait_now().ms, 0);
	script_quota(200, 60, 30, 3600, "");
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_assert_int_eq(wait_now().ms, 3601 * SPAN_SECOND);
}
END_TEST

START_TEST(an_unchanged_answer_tells_of_the_quota_too)
{
	connect_with((struct github_settings){.quota_reserve = 10});
	script_quota(304, 60, 5, 100, "");
	ck_verdict(ask_with("/a", "\"e\""), GITHUB_UNCHANGED);
	ck_assert_int_eq(wait_now().ms, 101 * SPAN_SECOND);
}
END_TEST

START_TEST(nothing_left_waits_for_the_reset_with_403_and_with_429)
{
	for (long status = 403; status <= 429; status += 26) {
		connect_with((struct github_settings){0});
		script_quota(status, 5000, 0, 1234, "");
		ck_verdict(ask("/a"), GITHUB_LATER);
		ck_says(the_call.err.text, "primary limit");
		ck_assert_int_eq(wait_now().ms, 1235 * SPAN_SECOND);
		ck_assert(github_health(the_github).up); /* it did answer */
		the_now.ms += 1235 * SPAN_SECOND - 1;
		ck_assert_int_eq(wait_now().ms, 1);
		the_now.ms++;
		script_quota(200, 5000, 4999, 3600, "");
		ck_verdict(ask("/a"), GITHUB_OK);
		github_free(the_github);
		the_github = NULL;
	}
}
END_TEST

START_TEST(retry_after_is_kept_to)
{
	connect_with((struct github_settings){0});
	script_quota(403, 5000, 4000, 3000, ", 'Retry-After': 17");
	ck_verdict(ask("/a"), GITHUB_LATER);
	ck_says(the_call.err.text, "secondary limit");
	ck_assert_int_eq(wait_now().ms, 17 * SPAN_SECOND);
	ck_assert_int_ge(github_health(the_github).paused_until.ms, the_now.ms + 17 * SPAN_SECOND);
	wait_over();
	script(&the_server, "[{'status': 503, 'headers': {'Retry-After': 40}}]");
	ck_verdict(ask("/a"), GITHUB_LATER);
	ck_assert_int_eq(wait_now().ms, 40 * SPAN_SECOND);
}
END_TEST

/* 403 or 429, the quota is far from used up, and no word of how long. */
START_TEST(a_secondary_limit_without_a_time_waits_a_minute_and_longer_each_time)
{
	static const int64_t minutes[] = {1, 2, 4, 8, 15, 15};

	connect_with((struct github_settings){0});
	for (size_t i = 0; i < COUNT_OF(minutes); i++) {
		script(&the_server,
		       i % 2 ? "[{'status': 429}]"
			     : "[{'status': 403, 'headers': {'X-RateLimit-Remaining': 4000, 'X-RateLimit-Reset': 1},"
			       " 'body': {'message': 'You have exceeded a secondary rate limit.'}}]");
		ck_verdict(ask("/a"), GITHUB_LATER);
		ck_assert_int_eq(wait_now().ms, minutes[i] * SPAN_MINUTE);
		wait_over();
	}
	script(&the_server, "[{'body': {}}, {'status': 429}]");
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_verdict(ask("/a"), GITHUB_LATER);
	ck_assert_int_eq(wait_now().ms, SPAN_MINUTE);
}
END_TEST

START_TEST(pauses_after_failures_double_up_to_five_minutes)
{
	int64_t nominal = SPAN_SECOND;
	bool differs = false;

	connect_with((struct github_settings){0});
	for (int i = 0; i < 12; i++) {
		script(&the_server, "[{'status': 500}]");
		ck_verdict(ask("/a"), GITHUB_LATER);
		ck_assert_int_gt(wait_now().ms, nominal - 100); /* the call itself took some ms */
		ck_assert_int_le(wait_now().ms, nominal + nominal / 4);
		differs |= wait_now().ms > nominal + 1;
		nominal = nominal < 4 * SPAN_MINUTE ? nominal * 2 : nominal;
		nominal = nominal > 4 * SPAN_MINUTE ? 4 * SPAN_MINUTE : nominal;
		wait_over();
	}
	ck_assert(differs);
	script(&the_server, "[{'status': 404}, {'status': 500}]");
	ck_verdict(ask("/a"), GITHUB_GONE);
	ck_verdict(ask("/a"), GITHUB_LATER);
	ck_assert_int_le(wait_now().ms, 1250);
}
END_TEST

START_TEST(a_clock_that_is_set_back_makes_no_pause_longer)
{
	connect_with((struct github_settings){0});
	script(&the_server, "[{'status': 429, 'headers': {'Retry-After': 60}}]");
	ck_verdict(ask("/a"), GITHUB_LATER);
	the_now.ms -= 30 * SPAN_DAY;
	ck_assert_int_le(wait_now().ms, SPAN_MINUTE);
	script_quota(200, 60, 0, 100, "");
	the_now.ms += 30 * SPAN_DAY + SPAN_MINUTE + SPAN_SECOND;
	ck_verdict(ask("/a"), GITHUB_OK);
	the_now.ms -= 30 * SPAN_DAY;
	ck_assert_int_le(wait_now().ms, SPAN_HOUR + SPAN_MINUTE);
}
END_TEST

/* `now` is 5 minutes behind the server's clock: the reset is by the server's. */
START_TEST(the_reset_is_by_the_servers_clock)
{
	connect_with((struct github_settings){0});
	the_now.ms -= 5 * SPAN_MINUTE;
	script_quota(200, 60, 0, 300 + 100, ", 'Date': '" NOW_HTTP "'");
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_assert_int_ge(wait_now().ms, 101 * SPAN_SECOND);
	ck_assert_int_le(wait_now().ms, 103 * SPAN_SECOND); /* the answer took some ms, and may end a second */
}
END_TEST

START_TEST(a_server_whose_clock_is_far_off_does_not_stop_us_for_years)
{
	connect_with((struct github_settings){0});
	script_quota(200, 60, 0, 10 * 365 * 86400, ", 'Date': 'Fri, 01 Jan 2038 00:00:00 GMT'");
	ck_verdict(ask("/a"), GITHUB_OK);
	ck_assert_int_eq(wait_now().ms, SPAN_HOUR + SPAN_MINUTE);
}
END_TEST

UNIT_MAIN_IN("github/limits", server_up, server_down, the_reserve_is_never_undercut,
	     a_reserve_that_is_larger_than_the_quota_leaves_half_of_it, an_unchanged_answer_tells_of_the_quota_too,
	     nothing_left_waits_for_the_reset_with_403_and_with_429, retry_after_is_kept_to,
	     a_secondary_limit_without_a_time_waits_a_minute_and_longer_each_time,
	     pauses_after_failures_double_up_to_five_minutes, a_clock_that_is_set_back_makes_no_pause_longer,
	     the_reset_is_by_the_servers_clock, a_server_whose_clock_is_far_off_does_not_stop_us_for_years)
