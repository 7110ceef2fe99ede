/* Prints what the readers of GitHub's answers make of a page on standard input, as JSON: for tests that know another
 * way to read it. `github_pages KIND`; exit 1 with the reader's error. */
#include "base/file.h"
#include "format/json_write.h"
#include "github/read.h"

#include <stdio.h>
#include <stdlib.h>

static struct json_writer json;
static struct arena arena;

static void texts(const char *key, const struct str *at, size_t len)
{
	json_key(&json, key);
	json_array(&json);
	for (size_t i = 0; i < len; i++)
		json_str(&json, at[i]);
	json_array_end(&json);
}

static void number(const char *key, int64_t value)
{
	json_key(&json, key);
	json_int(&json, value);
}

static void flag(const char *key, bool value)
{
	json_key(&json, key);
	json_bool(&json, value);
}

static bool runs(const struct json_tree *page, struct err *err)
{
	struct github_runs read;

	if (!github_read_runs(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct github_run *run = &read.at[i];

		json_object(&json);
		number("total", (int64_t)read.total);
		number("id", run->id);
		number("workflow_id", run->workflow_id);
		number("attempt", run->attempt);
		json_key_text(&json, "path", run->path);
		json_key_text(&json, "name", run->name);
		json_key_text(&json, "sha", run->sha);
		json_key_text(&json, "branch", run->branch);
		json_key_text(&json, "event", run->event);
		json_key_text(&json, "url", run->url);
		json_key_text(&json, "actor", run->actor);
		json_key_text(&json, "result", str_of(attempt_result_names[run->result]));
		json_key_text(&json, "state", run->state);
		json_key_instant(&json, "created", run->created);
		json_key_instant(&json, "started", run->started);
		json_object_end(&json);
	}
	return true;
}

static bool jobs(const struct json_tree *page, struct err *err)
{
	struct github_jobs read;

	if (!github_read_jobs(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct github_job *job = &read.at[i];

		json_object(&json);
		number("id", job->id);
		number("run_id", job->run_id);
		number("attempt", job->attempt);
		json_key_text(&json, "name", job->name);
		json_key_text(&json, "result", str_of(attempt_result_names[job->result]));
		json_key_text(&json, "state", job->state);
		json_key_instant(&json, "started", job->started);
		json_key_instant(&json, "completed", job->completed);
		json_object_end(&json);
	}
	return true;
}

static bool deployments(const struct json_tree *page, struct err *err)
{
	struct github_deployments read;

	if (!github_read_deployments(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct github_deployment *deployment = &read.at[i];

		json_object(&json);
		number("id", deployment->id);
		json_key_text(&json, "sha", deployment->sha);
		json_key_text(&json, "ref", deployment->ref);
		json_key_text(&json, "environment", deployment->environment);
		json_key_text(&json, "task", deployment->task);
		json_key_instant(&json, "created", deployment->created);
		json_object_end(&json);
	}
	return true;
}

static bool statuses(const struct json_tree *page, struct err *err)
{
	struct github_deployment deployment = {.id = 1, .sha = STR("s")};
	struct github_statuses read;
	struct fact_attempt attempt;

	if (!github_read_statuses(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct github_status *status = &read.at[i];

		json_object(&json);
		number("id", status->id);
		json_key_text(&json, "state", status->state);
		json_key_instant(&json, "created", status->created);
		github_judge_deployment(&deployment, &(struct github_statuses){&read.at[i], 1}, &attempt);
		json_key_text(&json, "result", str_of(attempt_result_names[attempt.result]));
		json_key_instant(&json, "finished", attempt.finished);
		json_object_end(&json);
	}
	return true;
}

static bool releases(const struct json_tree *page, struct err *err)
{
	struct github_releases read;

	if (!github_read_releases(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct github_release *release = &read.at[i];

		json_object(&json);
		number("id", release->id);
		json_key_text(&json, "tag", release->tag);
		json_key_text(&json, "name", release->name);
		json_key_text(&json, "url", release->url);
		flag("draft", release->draft);
		flag("prerelease", release->prerelease);
		json_key_instant(&json, "created", release->created);
		json_key_instant(&json, "published", release->published);
		json_object_end(&json);
	}
	return true;
}

static bool pulls(const struct json_tree *page, struct err *err)
{
	struct github_pulls read;

	if (!github_read_pulls(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct fact_pull *pull = &read.at[i];

		json_object(&json);
		number("number", pull->number);
		json_key_text(&json, "title", pull->title);
		json_key_text(&json, "head", pull->head_ref);
		json_key_text(&json, "base", pull->base_ref);
		json_key_text(&json, "author", pull->author);
		json_key_text(&json, "url", pull->url);
		flag("bot", pull->bot);
		json_key_text(&json, "merge_sha", pull->merge_sha);
		number("reverts", pull->reverts);
		json_key_instant(&json, "opened", pull->opened);
		json_key_instant(&json, "merged", pull->merged);
		json_key_instant(&json, "updated", read.updated[i]);
		texts("labels", pull->labels, pull->labels_len);
		json_object_end(&json);
	}
	return true;
}

static bool issues(const struct json_tree *page, struct err *err)
{
	struct github_issues read;

	if (!github_read_issues(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct fact_issue *issue = &read.at[i];

		json_object(&json);
		number("number", issue->number);
		json_key_text(&json, "title", issue->title);
		json_key_text(&json, "url", issue->url);
		json_key_instant(&json, "opened", issue->opened);
		json_key_instant(&json, "closed", issue->closed);
		json_key_instant(&json, "updated", read.updated[i]);
		texts("labels", issue->labels, issue->labels_len);
		json_object_end(&json);
	}
	return true;
}

static bool repositories(const struct json_tree *page, struct err *err)
{
	struct github_repositories read;

	if (!github_read_repositories(page, &arena, &read, err))
		return false;
	for (size_t i = 0; i < read.len; i++) {
		const struct github_repository *repository = &read.at[i];

		json_object(&json);
		json_key_text(&json, "full_name", repository->full_name);
		json_key_text(&json, "default_branch", repository->default_branch);
		flag("archived", repository->archived);
		flag("disabled", repository->disabled);
		flag("fork", repository->fork);
		json_key_instant(&json, "pushed", repository->pushed);
		texts("topics", repository->topics, repository->topics_len);
		json_object_end(&json);
	}
	return true;
}

static bool reviews(const struct json_tree *page, struct err *err)
{
	struct instant first;

	if (!github_read_first_review(page, (struct str){0}, &first, err))
		return false;
	json_object(&json);
	json_key_instant(&json, "first", first);
	json_object_end(&json);
	return true;
}

static const struct {
	const char *kind;
	bool (*print)(const struct json_tree *page, struct err *err);
} kinds[] = {
	{"runs", runs},         {"jobs", jobs},   {"deployments", deployments}, {"statuses", statuses},
	{"releases", releases}, {"pulls", pulls}, {"issues", issues},           {"repositories", repositories},
	{"reviews", reviews},
};

static bool print(const char *kind, const struct json_tree *page, struct err *err)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_is(str_of(kind), kinds[i].kind))
			return kinds[i].print(page, err);
	return err_set(err, "unknown kind '%s'", kind);
}

int main(int argc, char **argv)
{
	struct json_tree *page;
	struct err err = {0};
	struct buf in, out;
	bool ok;

	buf_init(&in, 64 << 20);
	buf_init(&out, 64 << 20);
	arena_init(&arena);
	if (!file_read("-", &in, &err) || !(page = json_tree_read(buf_view(&in), &err))) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILURE;
	}
	json_begin(&json, &out, false);
	json_array(&json);
	ok = print(argc > 1 ? argv[1] : "", page, &err);
	json_array_end(&json);
	if (ok)
		puts(buf_view(&out).at);
	else
		fprintf(stderr, "%s\n", err.text);
	json_tree_free(page);
	arena_release(&arena);
	buf_release(&in);
	buf_release(&out);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
