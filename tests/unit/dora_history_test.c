/* Histories as text: events, and the deployments that come of them. tests/dora holds made-up ones to another reader. */
#include "dora_fixture.h"
#include "unit.h"

#include <math.h>

/* a - b - c - d - e, one an hour; h is a hotfix of b, m merges h into c. */
#define LINE                                                                                                           \
	"commit a 0\ncommit b 1 parents=a\ncommit c 2 parents=b\ncommit d 3 parents=c\ncommit e 4 parents=d\n"         \
	"commit h 4 parents=b\ncommit m 5 parents=c,h\n"

static const struct {
	const char *what, *events, *deployments;
	const char *left; /* reasons that something was left out for, in order; NULL: not looked at */
} cases[] = {
	{"the first is the baseline, each commit counts in the first that holds it",
	 LINE "deploy a 10\ndeploy c 11\ndeploy e 14\n", "a@10 no_baseline\nc@11: b 10, c 9\ne@14: d 11, e 10\n",
	 "no_baseline 10"},
	{"failed attempts belong to the deployment that they lead to, others do not",
	 LINE "deploy a 10\ndeploy b 11 result=failure\ndeploy b 11.5 result=cancelled\ndeploy b 12 result=failure\n"
	      "deploy c 12.5 result=failure\ndeploy b 13\ndeploy c 14\n",
	 "a@10 no_baseline\nb@13 try 3: b 12\nc@14: c 12\n", NULL},
	{"what is live already is no deployment", LINE "deploy a 10\ndeploy b 11\ndeploy b 12\ndeploy c 13\n",
	 "a@10 no_baseline\nb@11: b 10\nc@13: c 11\n", "no_baseline 10, same_commit 12"},
	{"nobody knows that state, nor when that success was",
	 LINE "deploy a 10\ndeploy b 11 result=unknown\ndeploy c - started=12\ndeploy b 13\n",
	 "a@10 no_baseline\nb@13: b 12\n", "no_baseline 10, unknown_state 11, unknown_state 12"},
	{"a rollback brings nothing, and what comes again does not count again",
	 LINE "deploy a 10\ndeploy c 11\ndeploy b 12\ndeploy d 13\n",
	 "a@10 no_baseline\nc@11: b 10, c 9; rollback 12..12; recovered 12\nb@12 rollback\nd@13: d 10\n", NULL},
	{"behind the baseline and back: its commits were live before",
	 LINE "deploy c 10\ndeploy a 11\ndeploy b 12\ndeploy d 13\n",
	 "c@10 no_baseline; rollback 11..11; recovered 11\na@11 rollback\nb@12\nd@13: d 10\n", NULL},
	{"diverged: only what was never live", LINE "deploy b 10\ndeploy d 11\ndeploy h 12\ndeploy m 13\ndeploy d 14\n",
	 "b@10 no_baseline\nd@11: c 9, d 8\nh@12: h 8\nm@13: m merge_commit\nd@14\n",
	 "no_baseline 10, merge_commit 13, not_linear 14"},
	{"diverged from the baseline: what that holds is older", LINE "deploy d 10\ndeploy h 11\ndeploy m 12\n",
	 "d@10 no_baseline\nh@11: h 7\nm@12: m merge_commit\n", NULL},
	{"a commit that is gone is a new baseline", LINE "deploy a 10\ndeploy x 11\ndeploy c 12\ndeploy d 13\ngone x\n",
	 "a@10 no_baseline\nx@11 commit_gone\nc@12 commit_gone\nd@13: d 10\n",
	 "no_baseline 10, commit_gone 11, commit_gone 12"},
	{"so is one behind a range that is not known", LINE "deploy a 10\ndeploy b 11\ndeploy c 12\nunknown a b\n",
	 "a@10 no_baseline\nb@11 not_read\nc@12: c 10\n", "no_baseline 10, not_read 11"},
	{"a release of no known commit", LINE "deploy a 10\ndeploy - 11\ndeploy b 12\n",
	 "a@10 no_baseline\n@11 commit_gone\nb@12 commit_gone\n", NULL},
	{"what is left out of lead times, and why",
	 "rules bots=out authors=depend*\ncommit a 0\ncommit b 1 parents=a bot\ncommit c 2 parents=b author=dependabot\n"
	 "commit d 12 parents=c\ncommit e 11 parents=d\ncommit nameless 3 parents=e\ncommit f - parents=nameless\n"
	 "deploy a 10\ndeploy f 11\n",
	 "a@10 no_baseline\nf@11: b bot, c author, d clock_skew, e 0, f no_date\n",
	 "no_baseline 10, bot 11, author 11, clock_skew 11, no_date 11, no_date 11"},
	{"two that end in one instant: the one that began later is live",
	 LINE "deploy c 11 started=10.5\ndeploy b 11 started=10\ndeploy a 9\n",
	 "a@9 no_baseline\nb@11: b 10\nc@11: c 9\n", NULL},
	{"nothing is known of what ended before the host was read back to",
	 LINE "since 11\ndeploy a 10\ndeploy b 11\ndeploy c 12\n", "b@11 no_baseline\nc@12: c 10\n", NULL},

	/* several services in one repository */
	{"by paths: commits of others do not count, and deployments without a commit of it are none",
	 "rules paths=api/,lib/*.c\ncommit a 0\ncommit b 1 parents=a files=web/x\ncommit c 2 parents=b files=web/y,api/z\n"
	 "commit d 3 parents=c files=apis/z\ncommit e 4 parents=d files=lib/q.c\ncommit f 5 parents=e\n"
	 "deploy a 10\ndeploy b 11\ndeploy c 12\ndeploy d 13\ndeploy f 14\n",
	 "a@10 no_baseline\nc@12: c 10\nf@14: e 10, f other_service\n",
	 "no_baseline 10, other_service 11, other_service 13, other_service 14"},
	{"a rollback is one of the service whose commits it takes away",
	 "rules paths=api\ncommit a 0\ncommit b 1 parents=a files=api/x\ncommit c 2 parents=b files=web/y\n"
	 "deploy a 10\ndeploy b 11\ndeploy c 12\ndeploy b 13\ndeploy a 14\n",
	 "a@10 no_baseline\nb@11: b 10; rollback 14..14; recovered 14\na@14 rollback\n", NULL},
	{"by labels of pull requests",
	 "rules labels=shop,api\ncommit a 0\ncommit b 1 parents=a pull=1\ncommit c 2 parents=b pull=2\ncommit d 3 "
	 "parents=c\n"
	 "pull 1 labels=web\npull 2 labels=x,API\ndeploy a 10\ndeploy b 11\ndeploy d 12\n",
	 "a@10 no_baseline\nd@12: c 10, d other_service\n", NULL},

	/* per pull request */
	{"one sample each, from its first commit, in the first deployment that has of it",
	 "rules lead=first_commit\ncommit a 0\ncommit b 1 parents=a pull=7\ncommit c 2 parents=b pull=7\n"
	 "commit d 3 parents=c pull=7\ncommit e 4 parents=d\ncommit f 5 parents=e pull=8\ncommit g 6 parents=f pull=9\n"
	 "pull 7 opened=2 merged=4 first=0.5 sha=c\npull 8 opened=5\npull 9 opened=5 merged=6\n"
	 "deploy a 10\ndeploy c 11\ndeploy g 12\n",
	 "a@10 no_baseline\nc@11: c 10.5\ng@12: e no_pull_request, f no_pull_request, g no_date\n", NULL},
	{"from its merge, where it was merged before",
	 "rules lead=merge bots=out\ncommit a 0\ncommit b 1 parents=a pull=7\ncommit c 2 parents=b pull=8\n"
	 "commit d 3 parents=c pull=9\npull 7 merged=4\npull 8 merged=12\npull 9 merged=5 bot\ndeploy a 10\ndeploy d 11\n",
	 "a@10 no_baseline\nd@11: b 7, c clock_skew, d bot\n", NULL},

	/* failures */
	{"an incident counts against the deployment before it, within the attribution",
	 LINE
	 "deploy a 10\ndeploy b 20\ndeploy c 50\nincident i 20 21\nincident j 44 46\nincident k 44.001 47\nincident l 5\n"
	 "incident o 50.5\n",
	 "a@10 no_baseline\nb@20: b 19; incident 20..21; incident 44..46; recovered 46\n"
	 "c@50: c 48; incident 50.5..-; recovered -\n",
	 NULL},
	{"the first recovery, where that is the rule",
	 LINE "rules recovery=first\ndeploy a 10\ndeploy b 20\nincident i 20 25\nincident j 21\nincident k 22 24\n",
	 "a@10 no_baseline\nb@20: b 19; incident 20..25; incident 21..-; incident 22..24; recovered 24\n", NULL},
	{"a rollback after the attribution is none of a failure", LINE "deploy a 10\ndeploy b 11\ndeploy a 35.001\n",
	 "a@10 no_baseline\nb@11: b 10\na@35.001 rollback\n", NULL},
	{"exactly within it", LINE "deploy a 10\ndeploy b 11\ndeploy a 35\n",
	 "a@10 no_baseline\nb@11: b 10; rollback 35..35; recovered 35\na@35 rollback\n", NULL},
	{"hotfixes by branch, by label, by the ref that was deployed",
	 "commit a 0\ncommit b 1 parents=a pull=1\ncommit c 2 parents=b pull=2\ncommit d 3 parents=c\n"
	 "pull 1 head=hotfix/x\npull 2 labels=Hotfix\ndeploy a 10\ndeploy b 11\ndeploy c 12\ndeploy d 13 ref=hotfix-1\n",
	 "a@10 no_baseline; hotfix 11..11; recovered 11\nb@11 hotfix: b 10; hotfix 12..12; recovered 12\n"
	 "c@12 hotfix: c 10; hotfix 13..13; recovered 13\nd@13 hotfix: d 10\n",
	 NULL},
	{"a revert counts against the deployment that brought the commit, even with others in between",
	 "commit a 0\ncommit b 1 parents=a\ncommit c 2 parents=b\ncommit r 12 parents=c reverts=b\n"
	 "deploy a 10\ndeploy b 11\ndeploy c 11.5\ndeploy r 13\n",
	 "a@10 no_baseline\nb@11: b 10; revert 12..13; recovered 13\nc@11.5: c 9.5\nr@13 reverts: r 1\n", NULL},
	{"a revert after the attribution is rework and no failure",
	 "commit a 0\ncommit b 1 parents=a\ncommit r 36 parents=b reverts=b\ndeploy a 10\ndeploy b 11\ndeploy r 37\n",
	 "a@10 no_baseline\nb@11: b 10\nr@37 reverts: r 1\n", NULL},
	{"reverted before it was deployed: nothing happened",
	 "commit a 0\ncommit b 1 parents=a\ncommit r 2 parents=b reverts=b\ndeploy a 10\ndeploy r 11\n",
	 "a@10 no_baseline\nr@11: b 10, r 9\n", NULL},
	{"a revert of what is older than the history is rework",
	 "commit a 0\ncommit r 2 parents=a reverts=a\ndeploy a 10\ndeploy r 11\n",
	 "a@10 no_baseline\nr@11 reverts: r 9\n", NULL},
	{"a revert may name a pull request: its first deployment is meant",
	 "commit a 0\ncommit b 1 parents=a pull=1\ncommit c 2 parents=b pull=1\ncommit r 12 parents=c reverts=#1\n"
	 "pull 1\ndeploy a 10\ndeploy b 11\ndeploy c 11.5\ndeploy r 13\n",
	 "a@10 no_baseline\nb@11: b 10; revert 12..13; recovered 13\nc@11.5: c 9.5\nr@13 reverts: r 1\n", NULL},
	{"a pull request says it where its commits do not, once, when it was merged",
	 "commit a 0\ncommit b 1 parents=a pull=1\ncommit r 11.2 parents=b pull=2\ncommit s 11.3 parents=r pull=2\n"
	 "pull 1\npull 2 merged=12 reverts=1\ndeploy a 10\ndeploy b 11\ndeploy s 13\n",
	 "a@10 no_baseline\nb@11: b 10; revert 12..13; recovered 13\ns@13 reverts: r 1.8, s 1.7\n", NULL},
	{"where a commit says it, too, that is when",
	 "commit a 0\ncommit b 1 parents=a pull=1\ncommit r 11.2 parents=b pull=2\ncommit s 11.3 parents=r pull=2 reverts=b\n"
	 "pull 1\npull 2 merged=12 reverts=1\ndeploy a 10\ndeploy b 11\ndeploy s 13\n",
	 "a@10 no_baseline\nb@11: b 10; revert 11.3..13; recovered 13\ns@13 reverts: r 1.8, s 1.7\n", NULL},
	{"a pull request that was never live is nobody's fault",
	 "commit a 0\ncommit b 1 parents=a pull=1\ncommit r 2 parents=b pull=2\npull 1\npull 2 merged=3 reverts=1\n"
	 "deploy a 10\ndeploy r 11\n",
	 "a@10 no_baseline\nr@11: b 10, r 9\n", NULL},
	{"several kinds at once", LINE "deploy a 10\ndeploy b 11\ndeploy a 13 ref=hotfix-1\nincident i 12 14\n",
	 "a@10 no_baseline\nb@11: b 10; incident 12..14; rollback 13..13; hotfix 13..13; recovered 14\n"
	 "a@13 rollback hotfix\n",
	 NULL},

	/* as of a moment */
	{"what is later is not known",
	 LINE "at 12\ndeploy a 10\ndeploy b 11\ndeploy c 12.001 started=11\nincident i 11.5 12.5\nincident j 13 14\n",
	 "a@10 no_baseline\nb@11: b 10; incident 11.5..-; recovered -\n", NULL},
};

static void check_text(const char *what, struct buf *got, const char *due)
{
	ck_assert_msg(str_is(buf_view(got), due), "%s:\n%.*snot\n%s", what, STR_ARG(buf_view(got)), due);
	buf_clear(got);
}

START_TEST(deployments_follow_from_events)
{
	struct fixture fixture;
	const struct dora_history *history;
	struct buf buf;

	buf_init(&buf, 1 << 20);
	fixture_read(&fixture, str_of(cases[_i].events));
	history = dora_history_make(&fixture.arena, &fixture.one);
	fixture_write(&buf, history);
	check_text(cases[_i].what, &buf, cases[_i].deployments);
	for (size_t i = 0; cases[_i].left && i < history->left_out_len; i++) {
		buf_fmt(&buf, "%s%s ", i ? ", " : "", exclusion_reason_names[history->left_out[i].reason]);
		fixture_write_time(&buf, history->left_out[i].at);
	}
	if (cases[_i].left)
		check_text(cases[_i].what, &buf, cases[_i].left);
	buf_release(&buf);
	fixture_release(&fixture);
}
END_TEST

START_TEST(the_order_of_facts_makes_no_difference)
{
	struct fixture fixture;
	uint64_t random = 7;
	struct buf buf;

	buf_init(&buf, 1 << 20);
	fixture_read(&fixture, str_of(cases[_i].events));
	for (int round = 0; round < 20; round++) {
		for (size_t i = fixture.one.attempts_len; i > 1; i--) {
			size_t k = unit_random(&random) % i;
			struct fact_attempt kept = fixture.attempts[k];

			fixture.attempts[k] = fixture.attempts[i - 1];
			fixture.attempts[i - 1] = kept;
		}
		for (size_t i = fixture.one.incidents_len; i > 1; i--) {
			size_t k = unit_random(&random) % i;
			struct incident kept = fixture.incidents[k];

			fixture.incidents[k] = fixture.incidents[i - 1];
			fixture.incidents[i - 1] = kept;
		}
		fixture_write(&buf, dora_history_make(&fixture.arena, &fixture.one));
		check_text(cases[_i].what, &buf, cases[_i].deployments);
	}
	buf_release(&buf);
	fixture_release(&fixture);
}
END_TEST

/* Of the deployments that a moment knows, a later one says the same of their commits. */
START_TEST(deployments_of_the_past_stay)
{
	struct fixture fixture;
	struct instant end;
	const struct dora_history *all;

	fixture_read(&fixture, str_of(cases[_i].events));
	end = fixture.one.at;
	all = dora_history_make(&fixture.arena, &fixture.one);
	for (size_t i = 0; i < all->deployments_len; i++) {
		const struct dora_history *then;

		fixture.one.at = all->deployments[i].at;
		then = dora_history_make(&fixture.arena, &fixture.one);
		ck_assert_uint_ge(then->deployments_len, i + 1);
		for (size_t k = 0; k <= i; k++) {
			ck_assert(str_eq(then->deployments[k].sha, all->deployments[k].sha));
			ck_assert_int_eq(then->deployments[k].baseline, all->deployments[k].baseline);
			ck_assert_int_eq(then->deployments[k].recovered.ms > fixture.one.at.ms, 0);
		}
	}
	fixture.one.at = end;
	fixture_release(&fixture);
}
END_TEST

START_TEST(ranges_are_wanted_one_after_the_other)
{
	static const char events[] =
		LINE "rules paths=api/\ndeploy b 10\ndeploy a 11\ndeploy h 12\ndeploy h 13\ndeploy e 14\n"
		     "unknown b a\nunknown a b\nunknown a h\nunknown b h\nunknown h e\nunknown e h\n";
	static const char *const wanted[] = {"b...a", "a...b", "a...h", "b...h", "h...e", "e...h"};
	struct fixture fixture;
	struct dora_wants *wants;
	struct str base, head, first, second;

	fixture_read(&fixture, str_of(events));
	wants = dora_wants_new(&fixture.one);
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		struct str pair;

		ck_assert(dora_wants_next(wants, &base, &head));
		pair = fixture_pair(&fixture.arena, base, head);
		ck_assert_msg(str_is(pair, wanted[i]), "%.*s, not %s", STR_ARG(pair), wanted[i]);
		ck_assert(dora_wants_next(wants, &first, &second) && str_eq(first, base) && str_eq(second, head));
		ck_assert(dora_wants_range(&fixture.one, &first, &second) && str_eq(first, base) &&
			  str_eq(second, head));
		map_take(&fixture.unknown, pair);
	}
	ck_assert(!dora_wants_next(wants, &base, &head) && !dora_wants_range(&fixture.one, &base, &head));
	dora_wants_free(wants);
	dora_wants_free(NULL);
	fixture_release(&fixture);
}
END_TEST

/* Release branches that take turns: the extra range begins at the last deployment of the same branch. */
START_TEST(branches_that_take_turns_want_short_ranges)
{
	static const char events[] =
		"commit a 0\ncommit b 1 parents=a\ncommit c 2 parents=b\ncommit x 1 parents=a\ncommit y 2 parents=x\n"
		"commit d 3 parents=c\ndeploy a 10 ref=main\ndeploy b 11 ref=main\ndeploy x 12 ref=old\ndeploy c 13 ref=main\n"
		"deploy y 14 ref=old\ndeploy d 15 ref=main\nunknown a c\nunknown b d\nunknown a d\n";
	struct fixture fixture;
	struct dora_wants *wants;
	struct str base, head;

	fixture_read(&fixture, str_of(events));
	wants = dora_wants_new(&fixture.one);
	ck_assert(!dora_wants_next(wants, &base, &head));
	dora_wants_free(wants);
	fixture_release(&fixture);
}
END_TEST

/* What is rolled back to was deployed before: whether it holds the baseline is known. */
START_TEST(behind_a_rollback_nothing_more_is_wanted)
{
	static const char events[] = LINE "deploy a 10\ndeploy b 11\ndeploy c 12\ndeploy b 13\ndeploy e 14\n"
					  "unknown a e\nunknown c e\n";
	struct fixture fixture;
	struct dora_wants *wants;
	struct str base, head;

	fixture_read(&fixture, STR(events));
	wants = dora_wants_new(&fixture.one);
	ck_assert(!dora_wants_next(wants, &base, &head));
	dora_wants_free(wants);
	fixture_release(&fixture);
}
END_TEST

START_TEST(stages_are_of_each_pull_request_once)
{
	static const char events[] = "commit a 0\ncommit b 1 parents=a pull=1\ncommit c 2 parents=b pull=1\n"
				     "commit d 3 parents=c pull=2\npull 1 first=1 opened=3 review=4 merged=7\n"
				     "pull 2 first=5 opened=4 merged=6\ndeploy a 10\ndeploy d 12 started=11\n";
	static const double due[][DORA_STAGES] = {{2, 1, 3, 4, 1}, {NAN, NAN, NAN, NAN, NAN}, {NAN, NAN, NAN, 5, 1}};
	struct fixture fixture;
	const struct dora_history *history;

	fixture_read(&fixture, STR(events));
	history = dora_history_make(&fixture.arena, &fixture.one);
	ck_assert_uint_eq(history->deployments[1].changes_len, COUNT_OF(due));
	for (size_t i = 0; i < COUNT_OF(due); i++)
		for (int stage = 0; stage < DORA_STAGES; stage++) {
			double got = history->deployments[1].changes[i].stage_seconds[stage] / 3600;

			ck_assert_msg(isnan(due[i][stage]) ? isnan(got) : num_same(got, due[i][stage]),
				      "%zu %s: %g, not %g", i, dora_stage_names[stage], got, due[i][stage]);
		}
	fixture_release(&fixture);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dora/history");

	tcase_add_loop_test(tcase, deployments_follow_from_events, 0, COUNT_OF(cases));
	tcase_add_loop_test(tcase, the_order_of_facts_makes_no_difference, 0, COUNT_OF(cases));
	tcase_add_loop_test(tcase, deployments_of_the_past_stay, 0, COUNT_OF(cases));
	tcase_add_test(tcase, ranges_are_wanted_one_after_the_other);
	tcase_add_test(tcase, branches_that_take_turns_want_short_ranges);
	tcase_add_test(tcase, behind_a_rollback_nothing_more_is_wanted);
	tcase_add_test(tcase, stages_are_of_each_pull_request_once);
	return unit_run("dora/history", tcase);
}
