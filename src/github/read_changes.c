#include "github/read_parts.h"

#include "base/num.h"

/* The commits of a list, the oldest first as they stand. */
static bool read_commits(const struct read_list *list, struct arena *arena, struct fact_commit *out, struct err *err)
{
	for (size_t i = 0; i < list->len; i++)
		if (!read_commit(json_tree_at(list->at, i), arena, &out[i]))
			return read_lacks(list, i, "sha", err);
	return true;
}

bool github_read_compare(const struct json_tree *page, struct arena *arena, struct github_compare *out, struct err *err)
{
	struct str status = json_tree_text(json_tree_get(page, "status"));
	struct read_list list;
	size_t which = 0;

	if (!read_list(page, "commits", &list, err))
		return false;
	while (which < RANGE_GONE && !str_is(status, range_status_names[which]))
		which++;
	if (which == RANGE_GONE) /* no word of GitHub's */
		return err_set(err, "the comparison in GitHub's answer has the status '%.*s', which is not known",
			       status.len < 40 ? (int)status.len : 40, status.at ? status.at : "");
	*out = (struct github_compare){
		.status = (enum range_status)which,
		.total = list.len,
		.commits = arena_array(arena, list.len, sizeof(*out->commits)),
		.len = list.len,
	};
	out->total = read_count(page, "total_commits", (unsigned)list.len);
	return read_commits(&list, arena, out->commits, err);
}

bool github_read_commit(const struct json_tree *page, struct arena *arena, struct fact_commit *out,
			const struct str **files, size_t *files_len, struct err *err)
{
	const struct json_tree *list = json_tree_get(page, "files");
	size_t most = json_tree_is_array(list) ? json_tree_len(list) : 0;
	struct str *names = arena_array(arena, most * 2, sizeof(*names));

	if (!read_commit(page, arena, out))
		return err_set(err, "the commit in GitHub's answer has no 'sha'");
	*files = names;
	*files_len = 0;
	for (size_t i = 0; i < most; i++) {
		const struct json_tree *file = json_tree_at(list, i);
		struct str name = read_text(file, "filename", arena),
			   before = read_text(file, "previous_filename", arena);

		if (name.len)
			names[(*files_len)++] = name;
		if (before.len)
			names[(*files_len)++] = before;
	}
	return true;
}

/* The body that GitHub gives to a pull request that takes another one back. */
static int64_t reverted_by(const struct json_tree *pull, struct arena *arena)
{
	struct str number = read_reverted_pull(json_tree_text(json_tree_get(pull, "body")),
					       json_tree_text(json_tree_get(pull, "url")), arena);
	uint64_t value = 0;

	return number.len && num_read_u64(str_slice(number, 1, number.len), &value) ? (int64_t)value : 0;
}

static bool take_pull(const struct json_tree *pull, struct arena *arena, struct fact_pull *out)
{
	*out = (struct fact_pull){
		.title = read_text(pull, "title", arena),
		.head_ref = read_inner(pull, "head", "ref", arena),
		.base_ref = read_inner(pull, "base", "ref", arena),
		.author = read_inner(pull, "user", "login", arena),
		.url = read_text(pull, "html_url", arena),
		.opened = read_time(pull, "created_at"),
		.merged = read_time(pull, "merged_at"),
	};
	out->bot = read_is_bot(json_tree_get(pull, "user"), out->author);
	out->reverts = reverted_by(pull, arena);
	if (out->merged.ms) /* others have one too, of a merge that was only tried */
		out->merge_sha = read_text(pull, "merge_commit_sha", arena);
	out->labels = read_texts(json_tree_get(pull, "labels"), "name", arena, &out->labels_len);
	return read_id(pull, "number", &out->number);
}

bool github_read_pulls(const struct json_tree *page, struct arena *arena, struct github_pulls *out, struct err *err)
{
	struct read_list list;

	if (!read_list(page, NULL, &list, err))
		return false;
	*out = (struct github_pulls){
		.at = arena_array(arena, list.len, sizeof(*out->at)),
		.updated = arena_array(arena, list.len, sizeof(*out->updated)),
		.len = list.len,
	};
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *pull = json_tree_at(list.at, i);

		if (!take_pull(pull, arena, &out->at[i]))
			return read_lacks(&list, i, "number", err);
		out->updated[i] = read_time(pull, "updated_at");
	}
	return true;
}

bool github_read_first_commit(const struct json_tree *page, struct instant *first, struct err *err)
{
	struct read_list list;

	if (!read_list(page, NULL, &list, err))
		return false;
	first->ms = 0;
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *commit = json_tree_get(json_tree_at(list.at, i), "commit");

		*first = read_earlier(*first, read_time(json_tree_get(commit, "author"), "date"));
	}
	return true;
}

bool github_read_first_review(const struct json_tree *page, struct str author, struct instant *first, struct err *err)
{
	struct read_list list;

	if (!read_list(page, NULL, &list, err))
		return false;
	first->ms = 0;
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *review = json_tree_at(list.at, i), *user = json_tree_get(review, "user");
		struct str login = json_tree_text(json_tree_get(user, "login"));

		/* one that is not handed in yet has no time */
		if (!str_eq(login, author) && !read_is_bot(user, login))
			*first = read_earlier(*first, read_time(review, "submitted_at"));
	}
	return true;
}

static bool read_issue(const struct json_tree *issue, struct arena *arena, struct fact_issue *to)
{
	if (!read_id(issue, "number", &to->number))
		return false;
	to->title = read_text(issue, "title", arena);
	to->url = read_text(issue, "html_url", arena);
	to->opened = read_time(issue, "created_at");
	if (!str_eq(json_tree_text(json_tree_get(issue, "state")), STR("open"))) /* opened again it is open */
		to->closed = read_time(issue, "closed_at");
	to->labels = read_texts(json_tree_get(issue, "labels"), "name", arena, &to->labels_len);
	return true;
}

bool github_read_issue(const struct json_tree *issue, struct arena *arena, struct fact_issue *out, struct err *err)
{
	*out = (struct fact_issue){.number = 0};
	return read_issue(issue, arena, out) || err_set(err, "GitHub's answer has no 'number'");
}

bool github_read_issues(const struct json_tree *page, struct arena *arena, struct github_issues *out, struct err *err)
{
	struct read_list list;

	if (!read_list(page, NULL, &list, err))
		return false;
	*out = (struct github_issues){
		.at = arena_array(arena, list.len, sizeof(*out->at)),
		.updated = arena_array(arena, list.len, sizeof(*out->updated)),
	};
	for (size_t i = 0; i < list.len; i++) {
		const struct json_tree *issue = json_tree_at(list.at, i);
		struct fact_issue *to = &out->at[out->len];

		if (json_tree_len(json_tree_get(issue, "pull_request")))
			continue;
		if (!read_issue(issue, arena, to))
			return read_lacks(&list, i, "number", err);
		out->updated[out->len++] = read_time(issue, "updated_at");
	}
	return true;
}
