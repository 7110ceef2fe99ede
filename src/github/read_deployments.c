#include "github/read_parts.h"

bool github_read_deployments(const struct json_tree *page, struct arena *arena, struct github_deployments *out,
			     struct err *err)
{
	struct read_list list;

	if (!read_list(page, NULL, &list, err))
		return false;
	*out = (struct github_deployments){.at = arena_array(arena, list.len, sizeof(*out->at)), .len = list.len};
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *deployment = json_tree_at(list.at, i);
		struct github_deployment *to = &out->at[i];

		if (!read_id(deployment, "id", &to->id))
			return read_lacks(&list, i, "id", err);
		to->sha = read_text(deployment, "sha", arena);
		if (to->sha.len == 0)
			return read_lacks(&list, i, "sha", err);
		to->ref = read_text(deployment, "ref", arena);
		to->environment = read_text(deployment, "environment", arena);
		to->task = read_text(deployment, "task", arena);
		to->url = read_text(deployment, "url", arena);
		to->created = read_time(deployment, "created_at");
	}
	return true;
}

bool github_read_statuses(const struct json_tree *page, struct arena *arena, struct github_statuses *out,
			  struct err *err)
{
	static const char *const urls[] = {"log_url", "environment_url", "target_url"};
	struct read_list list;

	if (!read_list(page, NULL, &list, err))
		return false;
	*out = (struct github_statuses){.at = arena_array(arena, list.len, sizeof(*out->at)), .len = list.len};
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *status = json_tree_at(list.at, i);
		struct github_status *to = &out->at[i];

		if (!read_id(status, "id", &to->id))
			return read_lacks(&list, i, "id", err);
		to->state = read_text(status, "state", arena);
		to->created = read_time(status, "created_at");
		for (size_t u = 0; u < sizeof(urls) / sizeof(urls[0]) && to->url.len == 0; u++)
			to->url = read_text(status, urls[u], arena);
	}
	return true;
}

static bool running(struct str state)
{
	return str_is(state, "in_progress") || str_is(state, "queued") || str_is(state, "pending") ||
	       str_is(state, "waiting");
}

/* What weighs more decides. GitHub makes a deployment inactive once a newer one has succeeded, or a person does; where
 * it never succeeded it was given up. */
static enum attempt_result result_of(struct str state)
{
	if (str_is(state, "success"))
		return ATTEMPT_SUCCESS;
	if (str_is(state, "failure") || str_is(state, "error"))
		return ATTEMPT_FAILURE;
	if (str_is(state, "inactive"))
		return ATTEMPT_CANCELLED;
	return running(state) ? ATTEMPT_RUNNING : ATTEMPT_UNKNOWN;
}

/* A success outweighs all, a failure all but that. Of two that weigh the same the earlier one decides: the deployment
 * was there from then on. Of other states the latest one does. */
static bool outweighs(const struct github_status *a, const struct github_status *b)
{
	enum attempt_result x = result_of(a->state), y = result_of(b->state);
	bool x_ends = x == ATTEMPT_SUCCESS || x == ATTEMPT_FAILURE,
	     y_ends = y == ATTEMPT_SUCCESS || y == ATTEMPT_FAILURE;

	if (x_ends != y_ends)
		return x_ends;
	if (!x_ends)
		return a->created.ms > b->created.ms || (a->created.ms == b->created.ms && a->id > b->id);
	if (x != y)
		return x == ATTEMPT_SUCCESS;
	if (b->created.ms == 0 || a->created.ms == 0)
		return b->created.ms == 0 && a->created.ms != 0;
	return a->created.ms < b->created.ms;
}

void github_judge_deployment(const struct github_deployment *deployment, const struct github_statuses *statuses,
			     struct fact_attempt *out)
{
	const struct github_status *decides = statuses->len ? &statuses->at[0] : NULL;
	struct instant started = {0};

	for (size_t i = 0; i < statuses->len; i++) {
		if (outweighs(&statuses->at[i], decides))
			decides = &statuses->at[i];
		if (str_is(statuses->at[i].state, "in_progress"))
			started = read_earlier(started, statuses->at[i].created);
	}
	*out = (struct fact_attempt){
		.id = deployment->id,
		.number = 1,
		.sha = deployment->sha,
		.ref = deployment->ref,
		.result = decides ? result_of(decides->state) : ATTEMPT_RUNNING,
		.created = deployment->created,
		.started = started.ms ? started : deployment->created,
	};
	if (!decides)
		return;
	out->url = decides->url;
	out->state = decides->state;
	if (out->result != ATTEMPT_RUNNING)
		out->finished = decides->created;
}

bool github_read_published(const struct json_tree *release)
{
	return !json_tree_is_true(json_tree_get(release, "draft")) && read_time(release, "published_at").ms;
}

bool github_read_releases(const struct json_tree *page, struct arena *arena, struct github_releases *out,
			  struct err *err)
{
	struct read_list list;

	if (!read_list(page, NULL, &list, err))
		return false;
	*out = (struct github_releases){.at = arena_array(arena, list.len, sizeof(*out->at)), .len = list.len};
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *release = json_tree_at(list.at, i);
		struct github_release *to = &out->at[i];

		if (!read_id(release, "id", &to->id))
			return read_lacks(&list, i, "id", err);
		to->tag = read_text(release, "tag_name", arena);
		if (to->tag.len == 0)
			return read_lacks(&list, i, "tag_name", err);
		to->name = read_text(release, "name", arena);
		to->url = read_text(release, "html_url", arena);
		to->draft = json_tree_is_true(json_tree_get(release, "draft"));
		to->prerelease = json_tree_is_true(json_tree_get(release, "prerelease"));
		to->created = read_time(release, "created_at");
		to->published = read_time(release, "published_at");
	}
	return true;
}
