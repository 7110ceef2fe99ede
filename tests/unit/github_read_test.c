/* GitHub's answers as facts: what is missing or null, states that nobody knows, and what a thing must not lack. */
#include "github/read.h"

#include "tests/unit/unit.h"

#include <stdio.h>

static struct arena arena;
static struct json_tree *page;

static void before(void) { arena_init(&arena); }

static void behind(void)
{
	json_tree_free(page);
	page = NULL;
	arena_release(&arena);
}

/* JSON that may be written with single quotes. */
static const struct json_tree *json(const char *text)
{
	struct err err = {0};
	char *copy = strdup(text);

	for (char *at = copy; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	json_tree_free(page);
	page = json_tree_read(str_of(copy), &err);
	ck_assert_msg(page != NULL, "%s: %s", text, err.text);
	free(copy);
	return page;
}

static int64_t at(const char *text)
{
	struct instant instant;

	ck_assert(instant_read(str_of(text), &instant));
	return instant.ms;
}

#define ck_str(text, should) ck_assert_msg(str_is(text, should), "'%.*s' instead of '%s'", STR_ARG(text), should)

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

START_TEST(a_run_is_read_as_its_latest_attempt_stands)
{
	struct github_runs runs;
	struct err err = {0};

	ck_assert(github_read_runs(
		json("{'total_count': 1234, 'workflow_runs': [{'id': 30433642, 'name': null, 'workflow_id': 5, 'run_attempt': 3,"
		     " 'path': '.github/workflows/deploy.yml@refs/heads/main', 'head_sha': '" SHA_A
		     "', 'head_branch': 'main',"
		     " 'event': 'push', 'status': 'completed', 'conclusion': 'success', 'html_url': 'https://x/1',"
		     " 'actor': {'login': 'platform-on-call'}, 'created_at': '2026-01-01T00:00:00Z',"
		     " 'run_started_at': '2026-01-02T00:00:00+02:00', 'updated_at': '2026-03-01T00:00:00Z'}]}"),
		&arena, &runs, &err));
	ck_assert_uint_eq(runs.len, 1);
	ck_assert_uint_eq(runs.total, 1234);
	ck_assert_int_eq(runs.at[0].id, 30433642);
	ck_assert_int_eq(runs.at[0].workflow_id, 5);
	ck_assert_uint_eq(runs.at[0].attempt, 3);
	ck_str(runs.at[0].path, ".github/workflows/deploy.yml");
	ck_str(runs.at[0].name, "");
	ck_str(runs.at[0].sha, SHA_A);
	ck_str(runs.at[0].branch, "main");
	ck_str(runs.at[0].event, "push");
	ck_str(runs.at[0].url, "https://x/1");
	ck_str(runs.at[0].actor, "platform-on-call");
	ck_str(runs.at[0].state, "success");
	ck_assert_int_eq(runs.at[0].result, ATTEMPT_SUCCESS);
	ck_assert_int_eq(runs.at[0].created.ms, at("2026-01-01T00:00:00Z"));
	ck_assert_int_eq(runs.at[0].started.ms, at("2026-01-01T22:00:00Z"));
}
END_TEST

static const struct {
	const char *status, *conclusion; /* JSON */
	enum attempt_result result;
	const char *state;
} results[] = {
	{"'completed'", "'success'", ATTEMPT_SUCCESS, "success"},
	{"'completed'", "'failure'", ATTEMPT_FAILURE, "failure"},
	{"'completed'", "'timed_out'", ATTEMPT_FAILURE, "timed_out"},
	{"'completed'", "'startup_failure'", ATTEMPT_FAILURE, "startup_failure"},
	{"'completed'", "'cancelled'", ATTEMPT_CANCELLED, "cancelled"},
	{"'completed'", "'skipped'", ATTEMPT_SKIPPED, "skipped"},
	{"'completed'", "'neutral'", ATTEMPT_SKIPPED, "neutral"},
	{"'completed'", "'stale'", ATTEMPT_SKIPPED, "stale"},
	{"'completed'", "'action_required'", ATTEMPT_SKIPPED, "action_required"},
	{"'completed'", "'exploded'", ATTEMPT_UNKNOWN, "exploded"}, /* not known: neither good nor bad */
	{"'completed'", "null", ATTEMPT_UNKNOWN, "completed"},
	{"'queued'", "null", ATTEMPT_RUNNING, "queued"},
	{"'in_progress'", "null", ATTEMPT_RUNNING, "in_progress"},
	{"'waiting'", "null", ATTEMPT_RUNNING, "waiting"},
	{"'requested'", "null", ATTEMPT_RUNNING, "requested"},
	{"'pending'", "null", ATTEMPT_RUNNING, "pending"},
	{"'in_progress'", "'failure'", ATTEMPT_RUNNING, "in_progress"}, /* of the attempt before */
	{"'dreaming'", "null", ATTEMPT_UNKNOWN, "dreaming"},
	{"null", "'success'", ATTEMPT_SUCCESS, "success"},
	{"null", "null", ATTEMPT_UNKNOWN, ""},
	{"7", "[]", ATTEMPT_UNKNOWN, ""},
};

START_TEST(a_state_is_what_it_says_and_an_unknown_one_is_unknown)
{
	for (size_t i = 0; i < COUNT_OF(results); i++) {
		struct github_run run;
		struct github_jobs jobs;
		struct err err = {0};
		char text[300];

		snprintf(text, sizeof(text), "{'id': 1, 'head_sha': 'a', 'status': %s, 'conclusion': %s}",
			 results[i].status, results[i].conclusion);
		ck_assert(github_read_run(json(text), &arena, &run, &err));
		ck_assert_msg(run.result == results[i].result && str_is(run.state, results[i].state), "%s", text);
		snprintf(text, sizeof(text), "{'jobs': [{'id': 1, 'status': %s, 'conclusion': %s}]}", results[i].status,
			 results[i].conclusion);
		ck_assert(github_read_jobs(json(text), &arena, &jobs, &err));
		ck_assert_msg(jobs.at[0].result == results[i].result, "%s", text);
	}
}
END_TEST

/* Everything null but what makes the thing one. */
START_TEST(what_is_null_everywhere_is_empty)
{
	struct github_runs runs;
	struct github_jobs jobs;
	struct github_deployments deployments;
	struct github_pulls pulls;
	struct github_issues issues;
	struct github_releases releases;
	struct github_repositories repositories;
	struct github_compare compare;
	struct err err = {0};

	ck_assert(github_read_runs(
		json("{'total_count': null, 'workflow_runs': [{'id': 1, 'head_sha': 'a', 'path': null, 'name': null, 'actor': null,"
		     " 'run_attempt': null, 'workflow_id': null, 'created_at': null, 'run_started_at': 'soon'}]}"),
		&arena, &runs, &err));
	ck_assert_uint_eq(runs.total, 1);
	ck_assert_uint_eq(runs.at[0].attempt, 1);
	ck_assert_int_eq(runs.at[0].created.ms, 0);
	ck_assert_int_eq(runs.at[0].started.ms, 0);
	ck_str(runs.at[0].actor, "");
	ck_assert(github_read_jobs(json("{'jobs': [{'id': 2, 'run_id': null, 'started_at': null}]}"), &arena, &jobs,
				   &err));
	ck_assert_int_eq(jobs.at[0].completed.ms, 0);
	ck_assert_uint_eq(jobs.at[0].attempt, 0);
	ck_assert(github_read_deployments(json("[{'id': 3, 'sha': 'a', 'ref': null, 'creator': null}]"), &arena,
					  &deployments, &err));
	ck_str(deployments.at[0].ref, "");
	ck_assert(github_read_pulls(
		json("[{'number': 4, 'user': null, 'head': null, 'base': {'ref': null}, 'labels': null, 'merged_at': null,"
		     " 'merge_commit_sha': '" SHA_A "'}]"),
		&arena, &pulls, &err));
	ck_str(pulls.at[0].merge_sha, ""); /* of a merge that was only tried */
	ck_assert_uint_eq(pulls.at[0].labels_len, 0);
	ck_assert(
		github_read_issues(json("[{'number': 5, 'pull_request': null, 'labels': [null, {'name': null}, 'x']}]"),
				   &arena, &issues, &err));
	ck_assert_uint_eq(issues.len, 1);
	ck_assert_uint_eq(issues.at[0].labels_len, 1);
	ck_assert(github_read_releases(json("[{'id': 6, 'tag_name': 'v1', 'name': null, 'published_at': null}]"),
				       &arena, &releases, &err));
	ck_assert_int_eq(releases.at[0].published.ms, 0);
	ck_assert(github_read_repositories(
		json("[{'full_name': 'o/r', 'topics': null, 'custom_properties': null, 'pushed_at': null}]"), &arena,
		&repositories, &err));
	ck_assert_uint_eq(repositories.at[0].topics_len, 0);
	ck_assert(github_read_compare(json("{'status': 'ahead', 'total_commits': null, 'commits': [{'sha': '" SHA_A
					   "', 'author': null, 'committer': null, 'commit': null, 'parents': null}]}"),
				      &arena, &compare, &err));
	ck_assert_uint_eq(compare.total, 1);
	ck_assert_int_eq(compare.commits[0].authored.ms, 0);
	ck_str(compare.commits[0].author, "");
}
END_TEST

static bool runs_bad(const struct json_tree *bad, struct err *err)
{
	struct github_runs out;

	return github_read_runs(bad, &arena, &out, err);
}

static bool run_bad(const struct json_tree *bad, struct err *err)
{
	struct github_run out;

	return github_read_run(bad, &arena, &out, err);
}

static bool jobs_bad(const struct json_tree *bad, struct err *err)
{
	struct github_jobs out;

	return github_read_jobs(bad, &arena, &out, err);
}

static bool deployments_bad(const struct json_tree *bad, struct err *err)
{
	struct github_deployments out;

	return github_read_deployments(bad, &arena, &out, err);
}

static bool statuses_bad(const struct json_tree *bad, struct err *err)
{
	struct github_statuses out;

	return github_read_statuses(bad, &arena, &out, err);
}

static bool releases_bad(const struct json_tree *bad, struct err *err)
{
	struct github_releases out;

	return github_read_releases(bad, &arena, &out, err);
}

static bool compare_bad(const struct json_tree *bad, struct err *err)
{
	struct github_compare out;

	return github_read_compare(bad, &arena, &out, err);
}

static bool commit_bad(const struct json_tree *bad, struct err *err)
{
	const struct str *files;
	struct fact_commit out;
	size_t len;

	return github_read_commit(bad, &arena, &out, &files, &len, err);
}

static bool pulls_bad(const struct json_tree *bad, struct err *err)
{
	struct github_pulls out;

	return github_read_pulls(bad, &arena, &out, err);
}

static bool first_bad(const struct json_tree *bad, struct err *err)
{
	struct instant first;

	return github_read_first_commit(bad, &first, err) || github_read_first_review(bad, STR("x"), &first, err);
}

static bool issues_bad(const struct json_tree *bad, struct err *err)
{
	struct github_issues out;

	return github_read_issues(bad, &arena, &out, err);
}

static bool repositories_bad(const struct json_tree *bad, struct err *err)
{
	struct github_repositories out;

	return github_read_repositories(bad, &arena, &out, err);
}

static bool environments_bad(const struct json_tree *bad, struct err *err)
{
	struct str *names;
	size_t len;

	return github_read_environments(bad, &arena, &names, &len, err);
}

static bool names_bad(const struct json_tree *bad, struct err *err)
{
	struct str *names;
	size_t len;

	return github_read_names(bad, &arena, &names, &len, err);
}

static bool workflows_bad(const struct json_tree *bad, struct err *err)
{
	struct github_workflows out;

	return github_read_workflows(bad, &arena, &out, err);
}

static const struct {
	bool (*read)(const struct json_tree *bad, struct err *err);
	const char *text, *error;
} bad_pages[] = {
	{runs_bad, "{}", "GitHub's answer has no list 'workflow_runs'"},
	{runs_bad, "[]", "GitHub's answer has no list 'workflow_runs'"},
	{runs_bad, "{'workflow_runs': null}", "GitHub's answer has no list 'workflow_runs'"},
	{runs_bad, "{'workflow_runs': {}}", "GitHub's answer has no list 'workflow_runs'"},
	{runs_bad, "{'workflow_runs': [{'id': 1, 'head_sha': 'a'}, {'id': 2}]}",
	 "element 2 of 'workflow_runs' in GitHub's answer has no 'head_sha'"},
	{runs_bad, "{'workflow_runs': [null]}", "element 1 of 'workflow_runs' in GitHub's answer has no 'id'"},
	{runs_bad, "{'workflow_runs': [{'id': '7', 'head_sha': 'a'}]}",
	 "element 1 of 'workflow_runs' in GitHub's answer has no 'id'"},
	{runs_bad, "{'workflow_runs': [{'id': 1.5, 'head_sha': 'a'}]}",
	 "element 1 of 'workflow_runs' in GitHub's answer has no 'id'"},
	{runs_bad, "{'workflow_runs': [{'id': 1e300, 'head_sha': 'a'}]}",
	 "element 1 of 'workflow_runs' in GitHub's answer has no 'id'"},
	{run_bad, "[]", "the run in GitHub's answer has no 'id'"},
	{jobs_bad, "{'jobs': [{}]}", "element 1 of 'jobs' in GitHub's answer has no 'id'"},
	{deployments_bad, "{}", "GitHub's answer is no list"},
	{deployments_bad, "[{'id': 1}]", "element 1 of 'the list' in GitHub's answer has no 'sha'"},
	{statuses_bad, "[{'state': 'success'}]", "element 1 of 'the list' in GitHub's answer has no 'id'"},
	{releases_bad, "[{'id': 1}]", "element 1 of 'the list' in GitHub's answer has no 'tag_name'"},
	{compare_bad, "{'status': 'ahead'}", "GitHub's answer has no list 'commits'"},
	{compare_bad, "{'status': 'sideways', 'commits': []}",
	 "the comparison in GitHub's answer has the status 'sideways', which is not known"},
	{compare_bad, "{'status': 'gone', 'commits': []}",
	 "the comparison in GitHub's answer has the status 'gone', which is not known"},
	{compare_bad, "{'status': 'ahead', 'commits': [{'commit': {}}]}",
	 "element 1 of 'commits' in GitHub's answer has no 'sha'"},
	{commit_bad, "{'files': []}", "the commit in GitHub's answer has no 'sha'"},
	{pulls_bad, "[{'title': 'x'}]", "element 1 of 'the list' in GitHub's answer has no 'number'"},
	{first_bad, "{}", "GitHub's answer is no list"},
	{issues_bad, "[{'title': 'x'}]", "element 1 of 'the list' in GitHub's answer has no 'number'"},
	{repositories_bad, "{'total_count': 0}", "GitHub's answer has no list 'repositories'"},
	{repositories_bad, "[{'name': 'r'}]", "element 1 of 'the list' in GitHub's answer has no 'full_name'"},
	{environments_bad, "{'environments': [{'name': ''}]}",
	 "element 1 of 'environments' in GitHub's answer has no 'name'"},
	{names_bad, "{'name': 'main'}", "GitHub's answer is no list"},
	{names_bad, "[{'name': 'main'}, {}]", "element 2 of 'the list' in GitHub's answer has no 'name'"},
	{workflows_bad, "{'workflows': [{'path': 'x'}]}", "element 1 of 'workflows' in GitHub's answer has no 'id'"},
};

START_TEST(a_page_that_lacks_what_it_must_have_is_an_error_that_names_it)
{
	for (size_t i = 0; i < COUNT_OF(bad_pages); i++) {
		struct err err = {0};

		ck_assert_msg(!bad_pages[i].read(json(bad_pages[i].text), &err), "%s", bad_pages[i].text);
		ck_assert_str_eq(err.text, bad_pages[i].error);
		if (i == 0) /* no document at all */
			ck_assert(!bad_pages[i].read(NULL, &err));
	}
}
END_TEST

static const struct {
	const char *description, *statuses;
	enum attempt_result result;
	const char *state, *started, *finished; /* finished NULL: not over */
} deployments[] = {
	{"none yet", "[]", ATTEMPT_RUNNING, "", "2026-01-01T00:00:00Z", NULL},
	{"the usual way, the newest first",
	 "[{'id': 3, 'state': 'success', 'created_at': '2026-01-01T00:09:00Z'}, {'id': 2, 'state': 'in_progress', 'created_at':"
	 " '2026-01-01T00:02:00Z'}, {'id': 1, 'state': 'queued', 'created_at': '2026-01-01T00:01:00Z'}]",
	 ATTEMPT_SUCCESS, "success", "2026-01-01T00:02:00Z", "2026-01-01T00:09:00Z"},
	{"inactive once another has come: it did succeed, and when it did",
	 "[{'id': 9, 'state': 'inactive', 'created_at': '2026-02-01T00:00:00Z'}, {'id': 3, 'state': 'success', 'created_at':"
	 " '2026-01-01T00:09:00Z'}]",
	 ATTEMPT_SUCCESS, "success", "2026-01-01T00:00:00Z", "2026-01-01T00:09:00Z"},
	{"success said twice: the first",
	 "[{'id': 1, 'state': 'success', 'created_at': '2026-01-01T00:05:00Z'}, {'id': 2, 'state': 'success', 'created_at':"
	 " '2026-01-01T00:07:00Z'}]",
	 ATTEMPT_SUCCESS, "success", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"},
	{"a failure, then a success of the same deployment",
	 "[{'id': 1, 'state': 'failure', 'created_at': '2026-01-01T00:05:00Z'}, {'id': 2, 'state': 'success', 'created_at':"
	 " '2026-01-01T00:07:00Z'}]",
	 ATTEMPT_SUCCESS, "success", "2026-01-01T00:00:00Z", "2026-01-01T00:07:00Z"},
	{"a success, then a failure: it was there",
	 "[{'id': 2, 'state': 'failure', 'created_at': '2026-01-01T00:07:00Z'}, {'id': 1, 'state': 'success', 'created_at':"
	 " '2026-01-01T00:05:00Z'}]",
	 ATTEMPT_SUCCESS, "success", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"},
	{"failed and then put away",
	 "[{'id': 2, 'state': 'inactive', 'created_at': '2026-01-01T00:07:00Z'}, {'id': 1, 'state': 'error', 'created_at':"
	 " '2026-01-01T00:05:00Z'}]",
	 ATTEMPT_FAILURE, "error", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"},
	{"given up", "[{'id': 2, 'state': 'inactive', 'created_at': '2026-01-01T00:07:00Z'}]", ATTEMPT_CANCELLED,
	 "inactive", "2026-01-01T00:00:00Z", "2026-01-01T00:07:00Z"},
	{"waiting for a person",
	 "[{'id': 1, 'state': 'queued', 'created_at': '2026-01-01T00:01:00Z'}, {'id': 2, 'state': 'waiting', 'created_at':"
	 " '2026-01-01T00:02:00Z'}]",
	 ATTEMPT_RUNNING, "waiting", "2026-01-01T00:00:00Z", NULL},
	{"a state that nobody knows", "[{'id': 1, 'state': 'levitating', 'created_at': '2026-01-01T00:01:00Z'}]",
	 ATTEMPT_UNKNOWN, "levitating", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"},
	{"no state at all", "[{'id': 1, 'state': null}]", ATTEMPT_UNKNOWN, "", "2026-01-01T00:00:00Z", NULL},
};

START_TEST(a_deployment_is_what_its_statuses_say_at_the_time_of_the_first_that_decides)
{
	struct github_deployment deployment = {
		.id = 77, .sha = STR_INIT(SHA_A), .ref = STR_INIT("main"), .created = {at("2026-01-01T00:00:00Z")}};

	for (size_t i = 0; i < COUNT_OF(deployments); i++) {
		struct github_statuses statuses;
		struct fact_attempt attempt;
		struct err err = {0};

		ck_assert(github_read_statuses(json(deployments[i].statuses), &arena, &statuses, &err));
		github_judge_deployment(&deployment, &statuses, &attempt);
		ck_assert_msg(attempt.result == deployments[i].result, "%s: %s", deployments[i].description,
			      attempt_result_names[attempt.result]);
		ck_str(attempt.state, deployments[i].state);
		ck_assert_int_eq(attempt.id, 77);
		ck_assert_uint_eq(attempt.number, 1);
		ck_str(attempt.sha, SHA_A);
		ck_str(attempt.ref, "main");
		ck_assert_int_eq(attempt.created.ms, deployment.created.ms);
		ck_assert_msg(attempt.started.ms == at(deployments[i].started), "%s", deployments[i].description);
		ck_assert_msg(attempt.finished.ms == (deployments[i].finished ? at(deployments[i].finished) : 0), "%s",
			      deployments[i].description);
	}
}
END_TEST

static const struct {
	const char *message, *subject, *reverts;
} messages[] = {
	{"One line", "One line", ""},
	{"Revert \\\"x\\\"\\n\\nThis reverts commit " SHA_A ".\\n", "Revert \"x\"", SHA_A},
	{"Revert \\\"x\\\"\\r\\n\\r\\nThis reverts commit\\r\\n" SHA_A, "Revert \"x\"", SHA_A},
	{"Revert a merge\\n\\nThis reverts commit " SHA_B ", reversing\\nchanges made to " SHA_A ".", "Revert a merge",
	 SHA_B},
	{"This reverts commit " SHA_A, "This reverts commit " SHA_A, ""}, /* git writes it below the subject */
	{"Short\\n\\nThis reverts commit abc1234.", "Short", ""},
	{"Too long\\n\\nThis reverts commit " SHA_A "0.", "Too long", ""},
	{"Back\\n\\nReverts o/r#12", "Back", "#12"},
	{"Back (#13)\\r\\n\\r\\nReverts O/R#12\\r\\n", "Back (#13)", "#12"},
	{"Back\\n\\n  Reverts #7, which broke it", "Back", "#7"},
	{"Reverts #7", "Reverts #7", "#7"},
	{"Both\\n\\nReverts #7\\nThis reverts commit " SHA_A ".", "Both", SHA_A},
	{"Another\\n\\nReverts o/other#12", "Another", ""},
	{"Another\\n\\nReverts other/r#12\\nReverts o/r#3", "Another", "#3"},
	{"None\\n\\nIt reverts #7; Reverts #8", "None", ""},
	{"None\\n\\nReverts #0, #x, #12a", "None", ""},
	{"None\\n\\nReverts #12a", "None", ""},
	{"None\\n\\nReverts #1234567890123456789", "None", ""},
	{"None\\n\\nReverts ", "None", ""},
	{"SHA-256\\n\\nThis reverts commit " SHA_A "123456789012345678901234.", "SHA-256",
	 SHA_A "123456789012345678901234"},
	{"", "", ""},
};

START_TEST(a_commits_subject_and_what_it_reverts_come_from_its_message)
{
	for (size_t i = 0; i < COUNT_OF(messages); i++) {
		const struct str *files;
		struct fact_commit commit;
		struct err err = {0};
		char text[600];
		size_t len;

		snprintf(
			text, sizeof(text),
			"{\"sha\": \"s\", \"url\": \"https://h/api/v3/repos/o/r/commits/s\", \"commit\": {\"message\": \"%s\"}}",
			messages[i].message);
		ck_assert(github_read_commit(json(text), &arena, &commit, &files, &len, &err));
		ck_str(commit.subject, messages[i].subject);
		ck_str(commit.reverts, messages[i].reverts);
	}
}
END_TEST

START_TEST(a_comparison_has_its_commits_with_their_authors_and_parents)
{
	struct github_compare compare;
	struct err err = {0};

	ck_assert(github_read_compare(
		json("{'status': 'diverged', 'ahead_by': 300, 'behind_by': 1, 'total_commits': 300, 'commits': ["
		     "{'sha': '" SHA_A "', 'author': {'login': 'sre', 'type': 'User'}, 'parents': [{'sha': 'p'}],"
		     " 'commit': {'message': 'A', 'author': {'name': 'Somebody', 'date': '2026-01-01T10:00:00+05:00'},"
		     "  'committer': {'date': '2026-01-02T00:00:00Z'}}},"
		     "{'sha': '" SHA_B
		     "', 'author': {'login': 'dependabot[bot]', 'type': 'Bot'}, 'parents': [{'sha': 'p'}, {'sha': 'q'}],"
		     " 'commit': {'message': 'B'}},"
		     "{'sha': 'c', 'author': null, 'commit': {'author': {'name': 'renovate[bot]'}}},"
		     "{'sha': 'd', 'author': {'login': 'a-machine', 'type': 'Bot'}}]}"),
		&arena, &compare, &err));
	ck_assert_int_eq(compare.status, RANGE_DIVERGED);
	ck_assert_uint_eq(compare.total, 300);
	ck_assert_uint_eq(compare.len, 4);
	ck_str(compare.commits[0].sha, SHA_A);
	ck_str(compare.commits[0].author, "sre");
	ck_assert(!compare.commits[0].bot);
	ck_assert_int_eq(compare.commits[0].authored.ms, at("2026-01-01T05:00:00Z"));
	ck_assert_int_eq(compare.commits[0].committed.ms, at("2026-01-02T00:00:00Z"));
	ck_assert_uint_eq(compare.commits[0].parents_len, 1);
	ck_assert_uint_eq(compare.commits[1].parents_len, 2);
	ck_str(compare.commits[1].parents[1], "q");
	ck_assert(compare.commits[1].bot);
	ck_str(compare.commits[2].author, "renovate[bot]");
	ck_assert(compare.commits[2].bot);
	ck_assert(compare.commits[3].bot);
	for (int status = 0; status < RANGE_GONE; status++) {
		char text[100];

		snprintf(text, sizeof(text), "{'status': '%s', 'commits': []}", range_status_names[status]);
		ck_assert(github_read_compare(json(text), &arena, &compare, &err));
		ck_assert_int_eq((int)compare.status, status);
	}
}
END_TEST

START_TEST(a_commits_files_have_both_names_of_a_renamed_one)
{
	const struct str *files;
	struct fact_commit commit;
	struct err err = {0};
	size_t len;

	ck_assert(github_read_commit(
		json("{'sha': 's', 'files': [{'filename': 'a.c', 'status': 'modified'}, null,"
		     " {'filename': 'new/b.c', 'previous_filename': 'old/b.c', 'status': 'renamed'}, {'filename': null}]}"),
		&arena, &commit, &files, &len, &err));
	ck_assert_uint_eq(len, 3);
	ck_str(files[0], "a.c");
	ck_str(files[1], "new/b.c");
	ck_str(files[2], "old/b.c");
	ck_assert(github_read_commit(json("{'sha': 's'}"), &arena, &commit, &files, &len, &err));
	ck_assert_uint_eq(len, 0);
}
END_TEST

START_TEST(a_pull_request_is_merged_where_it_has_a_time_of_that)
{
	struct github_pulls pulls;
	struct err err = {0};

	/* the second has no merge_commit_sha, as API 2026-03-10 has it */
	ck_assert(github_read_pulls(
		json("[{'number': 12, 'title': 'T', 'html_url': 'u', 'user': {'login': 'x', 'type': 'User'}, 'head': {'ref': 'hotfix/1'},"
		     " 'base': {'ref': 'main'}, 'labels': [{'name': 'hotfix'}], 'created_at': '2026-01-01T00:00:00Z', 'merged_at':"
		     " '2026-01-02T00:00:00Z', 'updated_at': '2026-01-03T00:00:00Z',"
		     " 'url': 'https://h/repos/o/r/pulls/12', 'body':"
		     " 'Reverts o/r#7\\r\\n\\r\\nIt broke.', 'merge_commit_sha': '" SHA_A "'},"
		     " {'number': 13, 'merged_at': '2026-01-02T00:00:00Z', 'body': null},"
		     " {'number': 14, 'url': 'https://h/repos/o/r/pulls/14', 'body': 'Reverts o/other#7'}]"),
		&arena, &pulls, &err));
	ck_assert_int_eq(pulls.at[0].number, 12);
	ck_str(pulls.at[0].head_ref, "hotfix/1");
	ck_str(pulls.at[0].base_ref, "main");
	ck_str(pulls.at[0].labels[0], "hotfix");
	ck_str(pulls.at[0].merge_sha, SHA_A);
	ck_assert_int_eq(pulls.at[0].merged.ms, at("2026-01-02T00:00:00Z"));
	ck_assert_int_eq(pulls.updated[0].ms, at("2026-01-03T00:00:00Z"));
	ck_assert_int_eq(pulls.at[0].reverts, 7);
	ck_str(pulls.at[1].merge_sha, "");
	ck_assert_int_eq(pulls.at[1].reverts, 0);
	ck_assert_int_eq(pulls.at[2].reverts, 0);
	ck_assert_int_gt(pulls.at[1].merged.ms, 0);
}
END_TEST

START_TEST(the_first_commit_and_the_first_review_are_the_earliest)
{
	struct instant first;
	struct err err = {0};

	ck_assert(github_read_first_commit(
		json("[{'commit': {'author': {'date': '2026-01-03T00:00:00Z'}}}, {'commit': {'author': {'date': '2026-01-02T00:00:00Z'}}},"
		     " {'commit': {'author': null}}]"),
		&first, &err));
	ck_assert_int_eq(first.ms, at("2026-01-02T00:00:00Z"));
	ck_assert(github_read_first_commit(json("[]"), &first, &err));
	ck_assert_int_eq(first.ms, 0);
	ck_assert(github_read_first_review(
		json("[{'user': {'login': 'author'}, 'submitted_at': '2026-01-01T00:00:00Z'},"
		     " {'user': {'login': 'lint[bot]', 'type': 'Bot'}, 'submitted_at': '2026-01-01T01:00:00Z'},"
		     " {'user': {'login': 'b'}, 'state': 'PENDING', 'submitted_at': null},"
		     " {'user': {'login': 'b'}, 'submitted_at': '2026-01-04T00:00:00Z'},"
		     " {'user': null, 'submitted_at': '2026-01-03T00:00:00Z'}]"),
		STR("author"), &first, &err));
	ck_assert_int_eq(first.ms, at("2026-01-03T00:00:00Z"));
	ck_assert(github_read_first_review(json("[{'user': {'login': 'a'}, 'submitted_at': '2026-01-01T00:00:00Z'}]"),
					   STR("a"), &first, &err));
	ck_assert_int_eq(first.ms, 0);
}
END_TEST

START_TEST(issues_are_not_pull_requests_and_those_opened_again_are_open)
{
	struct github_issues issues;
	struct err err = {0};

	ck_assert(github_read_issues(
		json("[{'number': 1, 'pull_request': {'url': 'x'}, 'updated_at': '2026-01-09T00:00:00Z'},"
		     " {'number': 2, 'title': 'Down', 'html_url': 'u', 'state': 'closed', 'created_at': '2026-01-01T00:00:00Z', 'closed_at':"
		     "  '2026-01-02T00:00:00Z', 'updated_at': '2026-01-03T00:00:00Z', 'labels': ['plain', {'name': 'incident'}]},"
		     " {'number': 3, 'state': 'open', 'closed_at': '2026-01-02T00:00:00Z'}]"),
		&arena, &issues, &err));
	ck_assert_uint_eq(issues.len, 2);
	ck_assert_int_eq(issues.at[0].number, 2);
	ck_str(issues.at[0].title, "Down");
	ck_assert_int_eq(issues.at[0].closed.ms, at("2026-01-02T00:00:00Z"));
	ck_assert_int_eq(issues.updated[0].ms, at("2026-01-03T00:00:00Z"));
	ck_assert_uint_eq(issues.at[0].labels_len, 2);
	ck_str(issues.at[0].labels[0], "plain");
	ck_str(issues.at[0].labels[1], "incident");
	ck_assert_int_eq(issues.at[1].closed.ms, 0);
}
END_TEST

START_TEST(what_there_is_can_be_found)
{
	struct github_repositories repositories;
	struct github_repository repository;
	struct github_workflows workflows;
	struct github_releases releases;
	struct str *names;
	struct err err = {0};
	size_t len;

	ck_assert(github_read_repositories(
		json("{'repositories': [{'full_name': 'o/r', 'default_branch': 'main', 'archived': true, 'disabled': false, 'fork': true,"
		     " 'pushed_at': '2026-01-01T00:00:00Z', 'topics': ['tier-1', 'api'],"
		     " 'custom_properties': {'team': 'core', 'langs': ['c'], 'none': null}}]}"),
		&arena, &repositories, &err));
	ck_str(repositories.at[0].full_name, "o/r");
	ck_assert(repositories.at[0].archived && !repositories.at[0].disabled && repositories.at[0].fork);
	ck_assert_uint_eq(repositories.at[0].topics_len, 2);
	ck_assert_uint_eq(repositories.at[0].properties_len, 1);
	ck_str(repositories.at[0].property_names[0], "team");
	ck_str(repositories.at[0].property_values[0], "core");
	ck_assert(github_read_repository(json("{'full_name': 'o/r'}"), &arena, &repository, &err));
	ck_assert(!github_read_repository(json("{'name': 'r'}"), &arena, &repository, &err));
	ck_assert(github_read_workflows(
		json("{'total_count': 1, 'workflows': [{'id': 9, 'path': '.github/workflows/a.yml', 'name': 'A', 'state': 'active'}]}"),
		&arena, &workflows, &err));
	ck_str(workflows.at[0].path, ".github/workflows/a.yml");
	ck_assert(github_read_environments(json("{'environments': [{'name': 'production'}, {'name': 'staging'}]}"),
					   &arena, &names, &len, &err));
	ck_assert_uint_eq(len, 2);
	ck_str(names[1], "staging");
	ck_assert(github_read_names(json("[{'name': 'main', 'commit': {'sha': 'x'}}, {'name': 'a/b'}]"), &arena, &names,
				    &len, &err));
	ck_assert_uint_eq(len, 2);
	ck_str(names[1], "a/b");
	ck_assert(github_read_releases(
		json("[{'id': 4, 'tag_name': 'v1', 'draft': true, 'prerelease': true, 'created_at': '2026-01-01T00:00:00Z',"
		     " 'published_at': '2026-01-02T00:00:00Z'}]"),
		&arena, &releases, &err));
	ck_assert(releases.at[0].draft && releases.at[0].prerelease);
	ck_assert_int_eq(releases.at[0].published.ms, at("2026-01-02T00:00:00Z"));
}
END_TEST

UNIT_MAIN_IN("github/read", before, behind, a_run_is_read_as_its_latest_attempt_stands,
	     a_state_is_what_it_says_and_an_unknown_one_is_unknown, what_is_null_everywhere_is_empty,
	     a_page_that_lacks_what_it_must_have_is_an_error_that_names_it,
	     a_deployment_is_what_its_statuses_say_at_the_time_of_the_first_that_decides,
	     a_commits_subject_and_what_it_reverts_come_from_its_message,
	     a_comparison_has_its_commits_with_their_authors_and_parents,
	     a_commits_files_have_both_names_of_a_renamed_one, a_pull_request_is_merged_where_it_has_a_time_of_that,
	     the_first_commit_and_the_first_review_are_the_earliest,
	     issues_are_not_pull_requests_and_those_opened_again_are_open, what_there_is_can_be_found)
