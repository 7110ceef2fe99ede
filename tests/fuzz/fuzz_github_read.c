/* GitHub's answers and its Link headers: whatever the bytes, a reader takes a page or names an error, and what it took
 * is text and has what makes it a thing. */
#include "github/link.h"
#include "github/read.h"
#include "github/refusal.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

/* A reader says why it took nothing, and nothing where it took all. */
static bool took(bool ok, struct err *err)
{
	assert(ok == (err->text[0] == '\0'));
	assert(str_utf8(str_of(err->text)));
	*err = (struct err){0};
	return ok;
}

static void look_at_commit(const struct fact_commit *commit)
{
	assert(commit->sha.len > 0 && str_utf8(commit->sha) && str_utf8(commit->author) && str_utf8(commit->subject));
	assert(commit->reverts.len == 0 || commit->reverts.len == 40 || commit->reverts.len == 64 ||
	       (commit->reverts.at[0] == '#' && commit->reverts.len < 20));
	for (size_t i = 0; i < commit->parents_len; i++)
		assert(commit->parents[i].len > 0);
}

static void read_attempts(const struct json_tree *page)
{
	struct github_deployment deployment = {.id = 1};
	struct github_deployments deployments;
	struct github_statuses statuses;
	struct fact_attempt attempt;
	struct github_releases releases;
	struct err err = {0};
	struct github_run run;
	struct github_runs runs;
	struct github_jobs jobs;

	if (took(github_read_runs(page, &arena, &runs, &err), &err))
		for (size_t i = 0; i < runs.len; i++)
			assert(runs.at[i].id > 0 && runs.at[i].attempt > 0 && runs.at[i].sha.len > 0 &&
			       str_find(runs.at[i].path, '@') == runs.at[i].path.len);
	took(github_read_run(page, &arena, &run, &err), &err);
	took(github_read_jobs(page, &arena, &jobs, &err), &err);
	if (took(github_read_deployments(page, &arena, &deployments, &err), &err) && deployments.len)
		deployment = deployments.at[0];
	if (took(github_read_statuses(page, &arena, &statuses, &err), &err)) {
		github_judge_deployment(&deployment, &statuses, &attempt);
		assert(attempt.finished.ms == 0 || attempt.result != ATTEMPT_RUNNING);
	}
	took(github_read_releases(page, &arena, &releases, &err), &err);
}

static void read_changes(const struct json_tree *page)
{
	struct instant first;
	struct err err = {0};
	struct github_compare compare;
	struct fact_commit commit;
	const struct str *files;
	struct github_pulls pulls;
	struct github_issues issues;
	size_t len;

	if (took(github_read_compare(page, &arena, &compare, &err), &err))
		for (size_t i = 0; i < compare.len; i++)
			look_at_commit(&compare.commits[i]);
	if (took(github_read_commit(page, &arena, &commit, &files, &len, &err), &err)) {
		look_at_commit(&commit);
		for (size_t i = 0; i < len; i++)
			assert(files[i].len > 0);
	}
	if (took(github_read_pulls(page, &arena, &pulls, &err), &err))
		for (size_t i = 0; i < pulls.len; i++)
			assert(pulls.at[i].number > 0 && (pulls.at[i].merged.ms || pulls.at[i].merge_sha.len == 0));
	took(github_read_first_commit(page, &first, &err), &err);
	took(github_read_first_review(page, STR("a"), &first, &err), &err);
	if (took(github_read_issues(page, &arena, &issues, &err), &err))
		for (size_t i = 0; i < issues.len; i++)
			assert(issues.at[i].number > 0);
}

static void read_what_there_is(const struct json_tree *page)
{
	struct github_repositories repositories;
	struct github_repository repository;
	struct github_workflows workflows;
	struct err err = {0};
	struct str *names;
	size_t len;

	took(github_read_repositories(page, &arena, &repositories, &err), &err);
	took(github_read_repository(page, &arena, &repository, &err), &err);
	took(github_read_workflows(page, &arena, &workflows, &err), &err);
	took(github_read_environments(page, &arena, &names, &len, &err), &err);
	took(github_read_names(page, &arena, &names, &len, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, next;
	struct json_tree *page = json_tree_read(text, NULL);
	struct err err = {0};

	if (link_next(text, &next) && next.len)
		assert(next.at > text.at && next.at + next.len < text.at + text.len && next.at[-1] == '<');
	refusal_say_permission(STR("https://a/repos/o/r/pulls"), text, str_utf8(text) ? text : STR(""), &err);
	assert(refusal_permission(text) && str_utf8(str_of(err.text)));
	if (!page)
		return 0;
	arena_init(&arena);
	read_attempts(page);
	read_changes(page);
	read_what_there_is(page);
	arena_release(&arena);
	json_tree_free(page);
	return 0;
}
