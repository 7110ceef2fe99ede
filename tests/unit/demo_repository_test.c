/* The made-up history of the demo's code: what it never does, whatever the seed and the moment. What it looks like from
 * outside is for tests/github/demo_test.py. */
#include "demo/delivered.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static const struct instant until = {1795237200000}; /* 2026-11-21T05:00:00Z */

static struct story story;
static struct repository repository;

static void begin(uint64_t seed)
{
	story_init(&story, seed, until);
	repository_init(&repository, &story);
}

START_TEST(a_run_begins_when_the_one_before_it_is_over_and_main_goes_on_only)
{
	begin((uint64_t)_i);
	repository_advance(&repository, (struct instant){until.ms + 40 * SPAN_DAY});
	for (size_t i = 1; i < repository.mains_len; i++) {
		const struct made_commit *now = &repository.commits[repository.mains[i]];

		ck_assert_uint_eq(now->place, i);
		ck_assert_int_ge(now->committed.ms, repository.commits[repository.mains[i - 1]].committed.ms);
		ck_assert_int_le(now->authored.ms, now->committed.ms);
	}
	for (size_t i = 0; i < repository.runs_len; i++)
		for (size_t k = i + 1; k < repository.runs_len && k < i + 4; k++) {
			const struct made_run *a = &repository.runs[i], *b = &repository.runs[k];

			/* but for those that are rolled out again, later */
			if (a->workflow == b->workflow)
				ck_assert_int_le(a->attempts[0].finished.ms, b->attempts[0].created.ms);
		}
	repository_release(&repository);
}
END_TEST

START_TEST(a_pull_request_is_begun_opened_reviewed_and_merged_in_this_order)
{
	begin((uint64_t)_i);
	repository_advance(&repository, until);
	for (size_t i = 0; i < repository.pulls_len; i++) {
		const struct made_pull *pull = &repository.pulls[i];

		if (!pull->number)
			continue;
		ck_assert_int_lt(pull->first.ms, pull->opened.ms);
		ck_assert_int_le(pull->opened.ms, pull->reviewed.ms);
		ck_assert_int_le(pull->reviewed.ms, pull->approved.ms);
		ck_assert_int_le(pull->approved.ms, pull->ends.ms);
		ck_assert_uint_ne(pull->author, pull->reviewer);
		ck_assert(pull->dropped ? pull->merge == NOTHING : pull->closed.ms == 0 || pull->merge != NOTHING);
	}
	repository_release(&repository);
}
END_TEST

START_TEST(a_demo_that_goes_on_for_years_stops_growing)
{
	size_t runs, bytes;

	begin(1);
	repository_advance(&repository, (struct instant){until.ms + (REPOSITORY_LIVE_DAYS + 20) * SPAN_DAY});
	runs = repository.runs_len;
	bytes = repository.runs_cap * sizeof(*repository.runs) + repository.commits_cap * sizeof(*repository.commits) +
		repository.pulls_cap * sizeof(*repository.pulls);
	ck_assert_uint_lt(bytes, (size_t)8 << 20);
	repository_advance(&repository, (struct instant){until.ms + 10 * REPOSITORY_LIVE_DAYS * SPAN_DAY});
	ck_assert_uint_eq(repository.runs_len, runs);
	ck_assert_uint_eq(repository.pending_len, 0);
	repository_release(&repository);
}
END_TEST

/* Its end, and with what commit; the latest success by then. */
static uint32_t live_at(struct instant at)
{
	struct instant latest = {0};
	uint32_t commit = NOTHING;

	for (size_t i = 0; i < repository.runs_len; i++)
		for (unsigned k = 0; k < repository.runs[i].attempts_len; k++) {
			const struct made_attempt *one = &repository.runs[i].attempts[k];

			if (repository.runs[i].workflow == WORKFLOW_PRODUCTION && one->outcome == OUTCOME_SUCCESS &&
			    one->finished.ms <= at.ms && one->finished.ms >= latest.ms) {
				latest = one->finished;
				commit = repository.runs[i].commit;
			}
		}
	return commit;
}

START_TEST(a_version_that_is_rolled_out_by_hand_is_live_at_once_whenever_that_is)
{
	begin(3);
	/* a prime number of seconds, so that all moments of a run come up */
	for (int64_t at = until.ms - 3 * SPAN_DAY; at < until.ms + 4 * SPAN_DAY; at += 1999 * SPAN_SECOND) {
		repository_deploy(&repository, (struct instant){at + at % 7}, at % 3 == 0);
		ck_assert_uint_eq(live_at((struct instant){at + 7}), repository.mains[repository.mains_len - 1]);
	}
	for (size_t i = 0; i < repository.runs_len; i++)
		for (unsigned k = 0; k < repository.runs[i].attempts_len; k++) {
			const struct made_attempt *one = &repository.runs[i].attempts[k];

			ck_assert_int_le(one->created.ms, one->began.ms);
			ck_assert_int_le(one->began.ms, one->finished.ms);
			for (enum made_job job = JOB_BUILD; job < JOBS; job++) {
				struct made_job_run times;

				if (!run_job(&repository.runs[i], k, job, &times))
					continue;
				ck_assert_int_le(times.began.ms, times.ended.ms);
				ck_assert_int_le(times.ended.ms, one->finished.ms);
			}
		}
	repository_release(&repository);
}
END_TEST

START_TEST(many_at_the_same_moment_are_all_there)
{
	size_t before;

	begin(1);
	repository_advance(&repository, until);
	before = repository.runs_len;
	for (int i = 0; i < STORY_FAULTS; i++)
		repository_deploy(&repository, until, i % 2);
	ck_assert_uint_eq(repository.runs_len, before + STORY_FAULTS);
	repository_advance(&repository, (struct instant){until.ms + 30 * SPAN_DAY});
	ck_assert_uint_gt(repository.runs_len, before + STORY_FAULTS + 30);
	repository_release(&repository);
}
END_TEST

START_TEST(what_the_story_tells_of_is_counted_as_failed_and_a_hotfix_by_hand_fails_the_one_before)
{
	struct delivered out[DELIVERED], more[DELIVERED];
	struct instant bad, day;

	begin(1);
	bad = story.bad_deployment.from;
	repository_advance(&repository, (struct instant){until.ms + SPAN_DAY});
	delivered_tell(&repository, (struct instant){bad.ms - SPAN_SECOND}, bad, out);
	ck_assert_uint_eq(out[0].deployments, 1);
	ck_assert_uint_eq(out[0].failed, 0); /* nobody knows yet */
	delivered_tell(&repository, (struct instant){bad.ms - SPAN_SECOND}, story.bad_deployment.to, out);
	ck_assert_uint_eq(out[0].deployments, 2);
	ck_assert_uint_eq(out[0].failed, 1);
	day = (struct instant){until.ms + SPAN_DAY};
	delivered_tell(&repository, until, day, out);
	repository_deploy(&repository, day, true);
	repository_deploy(&repository, (struct instant){day.ms + 10 * SPAN_MINUTE}, false);
	delivered_tell(&repository, until, (struct instant){day.ms + 10 * SPAN_MINUTE}, more);
	ck_assert_uint_eq(more[0].deployments, out[0].deployments + 2);
	ck_assert_uint_eq(more[0].failed, out[0].failed + 1);
	ck_assert(!isnan(more[0].lead_seconds));
	delivered_tell(&repository, repository.created, (struct instant){repository.created.ms + 1}, out);
	ck_assert_uint_eq(out[0].deployments, 0);
	ck_assert(isnan(out[0].lead_seconds)); /* and not 0 */
	repository_release(&repository);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("demo/repository");
	TCase *cases = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(cases, 60);
	tcase_add_loop_test(cases, a_run_begins_when_the_one_before_it_is_over_and_main_goes_on_only, 1, 9);
	tcase_add_loop_test(cases, a_pull_request_is_begun_opened_reviewed_and_merged_in_this_order, 1, 9);
	tcase_add_test(cases, a_demo_that_goes_on_for_years_stops_growing);
	tcase_add_test(cases, a_version_that_is_rolled_out_by_hand_is_live_at_once_whenever_that_is);
	tcase_add_test(cases, many_at_the_same_moment_are_all_there);
	tcase_add_test(cases, what_the_story_tells_of_is_counted_as_failed_and_a_hotfix_by_hand_fails_the_one_before);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
