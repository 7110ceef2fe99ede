/* Several sources that are waited for together: each gets its own answers, and one that hangs holds up no other. */
#include "source/sources.h"

#include "tests/unit/servers.h"

static const struct instant noon = {INT64_C(1700000000000)};

static void open_two(struct sources *sources, const char *first, const char *second)
{
	struct source_settings settings[2] = {
		{.url = str_of(first), .concurrency = 2, .attempts = 1, .answer_bytes = 1 << 20},
		{.name = STR("eu"), .url = str_of(second), .concurrency = 2, .attempts = 1, .answer_bytes = 1 << 20},
	};
	struct err err = {0};

	settings[0].http.timeout = (struct span){1500};
	ck_assert_msg(sources_open(sources, settings, 2, &err), "%s", err.text);
}

START_TEST(a_source_that_hangs_holds_up_no_other)
{
	struct server hanging = fault_server("--fault", "mode=hang", NULL), well = fault_server(NULL);
	struct ask slow = {.promql = STR("up"), .at = noon}, fast = {.promql = STR("up"), .at = noon};
	struct mono begun = mono_now();
	struct sources sources;
	struct source *source;

	open_two(&sources, hanging.url, well.url);
	source = sources.at[1].source;
	source_begin(sources.at[0].source, &slow, 1);
	for (int i = 0; i < 5; i++) { /* five rounds, one after the other, while the first one hangs */
		source_begin(source, &fast, 1);
		while (!source_answered(source))
			source_wait(i % 2 ? source : sources.at[0].source, (struct span){SPAN_MINUTE});
		ck_assert_msg(fast.outcome == ASK_OK, "%s", fast.err.text);
	}
	ck_assert_int_lt(mono_since(begun, mono_now()).ms, 1500);
	ck_assert(!source_answered(sources.at[0].source));
	while (!source_answered(sources.at[0].source))
		source_wait(source, (struct span){SPAN_MINUTE});
	ck_assert_int_eq(slow.outcome, ASK_UNAVAILABLE);
	ck_assert_int_ge(mono_since(begun, mono_now()).ms, 1500);
	ck_assert_uint_eq(source_stats(sources.at[0].source).asks[ASK_UNAVAILABLE], 1);
	ck_assert_uint_eq(source_stats(source).asks[ASK_OK], 5);
	sources_close(&sources);
	server_stop(&hanging);
	server_stop(&well);
}
END_TEST

START_TEST(who_waits_for_one_source_takes_the_answers_of_the_other)
{
	struct server first = fault_server(NULL), second = fault_server(NULL);
	struct ask asks[2] = {{.promql = STR("up"), .at = noon}, {.promql = STR("up"), .at = noon}};
	struct sources sources;

	open_two(&sources, first.url, second.url);
	for (size_t i = 0; i < 2; i++)
		source_begin(sources.at[i].source, &asks[i], 1);
	while (!source_answered(sources.at[0].source) || !source_answered(sources.at[1].source))
		source_wait(sources.at[0].source, (struct span){SPAN_MINUTE});
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(asks[i].outcome, ASK_OK);
		ck_assert_uint_eq(source_stats(sources.at[i].source).requests, 1);
	}
	sources_close(&sources);
	server_stop(&first);
	server_stop(&second);
}
END_TEST

START_TEST(waiting_ends_in_time_although_nothing_comes)
{
	struct server hanging = fault_server("--fault", "mode=hang", NULL), well = fault_server(NULL);
	struct ask ask = {.promql = STR("up"), .at = noon};
	struct mono begun = mono_now();
	struct sources sources;

	open_two(&sources, hanging.url, well.url);
	source_wait(sources.at[0].source, (struct span){SPAN_MINUTE}); /* for nothing */
	source_begin(sources.at[0].source, &ask, 1);
	source_wait(sources.at[1].source, (struct span){150});
	ck_assert_int_ge(mono_since(begun, mono_now()).ms, 150);
	ck_assert_int_lt(mono_since(begun, mono_now()).ms, 1400);
	ck_assert(!source_answered(sources.at[0].source));
	sources_close(&sources); /* with a question under way */
	server_stop(&hanging);
	server_stop(&well);
}
END_TEST

static bool stop_always(void *context)
{
	(void)context;
	return true;
}

START_TEST(an_interrupt_ends_the_questions_to_all_of_them)
{
	struct server first = fault_server("--fault", "mode=hang", NULL),
		      second = fault_server("--fault", "mode=hang", NULL);
	struct ask asks[2] = {{.promql = STR("up"), .at = noon}, {.promql = STR("up"), .at = noon}};
	struct sources sources;

	open_two(&sources, first.url, second.url);
	for (size_t i = 0; i < 2; i++)
		source_begin(sources.at[i].source, &asks[i], 1);
	source_wait(sources.at[0].source, (struct span){50});
	source_interrupt(sources.at[0].source, (struct source_interrupt){.stop = stop_always, .fd = -1});
	source_wait(sources.at[1].source, (struct span){SPAN_MINUTE});
	for (size_t i = 0; i < 2; i++) {
		ck_assert(source_answered(sources.at[i].source));
		ck_assert_int_eq(asks[i].outcome, ASK_INTERRUPTED);
	}
	sources_close(&sources);
	server_stop(&first);
	server_stop(&second);
}
END_TEST

START_TEST(settings_that_cannot_be_used_are_told_with_their_name)
{
	struct source_settings settings[2] = {
		{.url = STR("http://127.0.0.1:1"), .concurrency = 1, .attempts = 1, .answer_bytes = 1 << 20},
		{.name = STR("eu"),
		 .url = STR("ftp://127.0.0.1"),
		 .concurrency = 1,
		 .attempts = 1,
		 .answer_bytes = 1 << 20},
	};
	struct sources sources;
	struct err err = {0};

	ck_assert(!sources_open(&sources, settings, 2, &err));
	ck_assert_msg(str_starts(str_of(err.text), STR("source 'eu': ")), "%s", err.text);
	ck_assert_uint_eq(sources.len, 0);
}
END_TEST

UNIT_MAIN("source/sources", a_source_that_hangs_holds_up_no_other,
	  who_waits_for_one_source_takes_the_answers_of_the_other, waiting_ends_in_time_although_nothing_comes,
	  an_interrupt_ends_the_questions_to_all_of_them, settings_that_cannot_be_used_are_told_with_their_name)
