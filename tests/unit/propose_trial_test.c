/* Trials: how much is read, what is left out of it, and that what is written is a definition, whatever the names. */
#include "propose/trial.h"

#include "base/limits.h"
#include "propose/document.h"
#include "slo/definitions.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct survey survey;
static struct proposal list[3];
static double bounds[] = {0.005, 0.0005, 2.5};

static void setup(void)
{
	arena_init(&arena);
	for (size_t i = 0; i < COUNT_OF(list); i++)
		list[i] = (struct proposal){
			.convention = convention_of(STR("http_requests_total"), CONVENTION_COUNTER),
			.metric = STR("http_requests_total"),
			.counted = STR("http_requests_total"),
			.service = arena_fmt(&arena, "shop-%zu", i),
			.label = STR("job"),
			.value = arena_fmt(&arena, "it's \"%zu\" \\ # : {", i),
			.name = STR("availability"),
			.outcome = STR("code"),
			.bad = {MATCH_RE, STR("5.."), "server errors"},
			.samples = 1e6,
		};
	survey = (struct survey){.arena = &arena, .list = list, .len = COUNT_OF(list)};
}

static void teardown(void) { arena_release(&arena); }

START_TEST(a_history_that_can_be_read_is_read_in_full)
{
	ck_assert_int_eq(trial_span(&survey, (struct span){30 * SPAN_DAY}).ms, 30 * SPAN_DAY);
	ck_assert_uint_eq(survey.len, 3);
	ck_assert_uint_eq(survey.remarks_len, 0);
}
END_TEST

START_TEST(a_history_that_is_too_large_is_shortened_and_that_is_said)
{
	list[0].samples = 20e6; /* 22 million a day: a week is just over what is read */
	ck_assert_int_eq(trial_span(&survey, (struct span){30 * SPAN_DAY}).ms, 3 * SPAN_DAY);
	ck_assert_uint_eq(survey.len, 3);
	ck_assert_uint_eq(survey.remarks_len, 1);
	ck_assert_ptr_nonnull(strstr(survey.remarks[0].at, "the last 3d alone were tried, since 30d would be"));
}
END_TEST

START_TEST(what_is_too_large_by_itself_is_left_out)
{
	list[1].samples = 1e9;
	ck_assert_int_eq(trial_span(&survey, (struct span){30 * SPAN_DAY}).ms, SPAN_DAY);
	ck_assert_uint_eq(survey.len, 2);
	ck_assert(str_is(survey.list[1].service, "shop-2"));
	ck_assert_uint_eq(survey.remarks_len, 2);
	ck_assert_ptr_nonnull(strstr(survey.remarks[1].at, "of shop-1 has about 1000000000 samples a day"));
}
END_TEST

START_TEST(a_trial_is_a_definition_with_an_slo_for_each_bound)
{
	struct slo_set *set;
	struct buf out;

	list[1].kind = PROPOSE_LATENCY;
	list[1].metric = STR("http_request_duration_seconds");
	list[1].bounds = bounds;
	list[1].bounds_len = COUNT_OF(bounds);
	list[2].kind = PROPOSE_PROBE;
	list[2].counted = STR("probe_success");
	list[2].groups = 250;
	buf_init(&out, MIB(1));
	ck_assert(trial_write(&out, &survey, (struct span){7 * SPAN_DAY}));
	set = slo_set_read("trial", buf_view(&out));
	ck_assert_msg(slo_set_errors(set) == 0, "%s", out.at);
	ck_assert_uint_eq(set->len, 5);
	ck_assert_uint_eq(set->slos[4].group_limit, 250);
	ck_assert_double_eq(set->slos[2].sli.limit, 0.0005);
	ck_assert_int_eq(set->slos[0].window.ms, 7 * SPAN_DAY);
	ck_assert(str_is(set->slos[0].sli.total.text, "http_requests_total{job=\"it's \\\"0\\\" \\\\ # : {\"}"));
	slo_set_unref(set);
	buf_release(&out);
}
END_TEST

START_TEST(texts_from_outside_are_shown_without_what_would_break_out)
{
	ck_assert(str_is(proposal_shown(&arena, STR("a\nb\x7f\xe2\x80\xa8ü\xff")), "a?b??ü?"));
	ck_assert(proposal_plain(STR("ü / \"x\"")));
	ck_assert(!proposal_plain(STR("a\nb")));
	ck_assert(!proposal_plain(STR("\xef\xbf\xbe"))); /* U+FFFE */
	survey_remark(&survey, "%s", "a\nb");
	ck_assert(str_is(survey.remarks[0], "a?b"));
}
END_TEST

UNIT_MAIN_IN("propose/trial", setup, teardown, a_history_that_can_be_read_is_read_in_full,
	     a_history_that_is_too_large_is_shortened_and_that_is_said, what_is_too_large_by_itself_is_left_out,
	     a_trial_is_a_definition_with_an_slo_for_each_bound,
	     texts_from_outside_are_shown_without_what_would_break_out)
