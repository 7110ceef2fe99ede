/* What pull requests and issues look like, which have numbers in common (fields: GitHub's OpenAPI description). */
#include "base/limits.h"
#include "demo/hub_parts.h"

#include <stdio.h>

bool pull_is_merged(const struct ask *ask, const struct made_pull *pull)
{
	(void)ask; /* what is not due is not there */
	return pull->merge != NOTHING;
}

struct instant pull_updated(const struct ask *ask, const struct made_pull *pull)
{
	const struct instant steps[] = {pull->reviewed, pull->approved, pull->closed};
	struct instant at = pull->opened;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].ms > at.ms && steps[i].ms <= ask->now.ms)
			at = steps[i];
	return at;
}

static void put_label(struct ask *ask, const char *name)
{
	json_object(&ask->json);
	put_int(ask, "id", 100 + name[0]);
	put_node(ask, "L", 100 + name[0]);
	put_text(ask, "url", "%s/labels/%s", ask->url, name);
	put_text(ask, "name", "%s", name);
	put_text(ask, "color", "d73a4a");
	put_bool(ask, "default", false);
	put_text(ask, "description", "%s", "");
	json_object_end(&ask->json);
}

/* What both have; `closed`: ms == 0 where it is open. */
static void put_numbered(struct ask *ask, unsigned number, const char *label, struct instant opened,
			 struct instant updated, struct instant closed)
{
	struct json_writer *json = &ask->json;

	put_int(ask, "id", 1000000 + (int64_t)number);
	put_node(ask, "I", number);
	put_int(ask, "number", number);
	put_text(ask, "state", "%s", closed.ms ? "closed" : "open");
	put_bool(ask, "locked", false);
	put_null(ask, "body");
	json_key(json, "labels");
	json_array(json);
	if (label)
		put_label(ask, label);
	json_array_end(json);
	put_null(ask, "milestone");
	json_key(json, "assignees");
	json_array(json);
	json_array_end(json);
	if (!ask->newer)
		put_null(ask, "assignee");
	put_text(ask, "author_association", "MEMBER");
	put_null(ask, "active_lock_reason");
	put_time(ask, "created_at", opened);
	put_time(ask, "updated_at", updated);
	put_time(ask, "closed_at", closed);
}

static const char *label_of(const struct made_pull *pull)
{
	return pull->kind == PULL_HOTFIX ? "hotfix" : pull->kind == PULL_BOT ? "dependencies" : NULL;
}

static void put_title(struct ask *ask, uint32_t pull)
{
	struct buf buf;

	buf_init(&buf, LIMIT_LINE_BYTES);
	pull_title(ask->repository, pull, &buf);
	json_key_text(&ask->json, "title", buf_view(&buf));
	buf_release(&buf);
}

static void put_side(struct ask *ask, const char *key, struct str ref, uint32_t commit)
{
	json_key(&ask->json, key);
	json_object(&ask->json);
	put_text(ask, "label", "%s:%.*s", account_logins[ACCOUNT_OWNER], STR_ARG(ref));
	json_key_text(&ask->json, "ref", ref);
	put_text(ask, "sha", "%s", ask->repository->commits[commit].sha);
	put_account(ask, "user", ACCOUNT_OWNER);
	json_key(&ask->json, "repo");
	put_repository(ask, FORM_PLAIN);
	json_object_end(&ask->json);
}

static void put_href(struct ask *ask, const char *key, const char *url, const char *tail)
{
	json_key(&ask->json, key);
	json_object(&ask->json);
	put_text(ask, "href", "%s%s", url, tail);
	json_object_end(&ask->json);
}

static void put_pull_links(struct ask *ask, const char *url, const char *issue, const char *sha)
{
	char statuses[2 * HUB_URL_BYTES];

	snprintf(statuses, sizeof(statuses), "%s/statuses/%s", ask->url, sha);
	put_text(ask, "url", "%s", url);
	put_text(ask, "html_url", "%s", url);
	put_text(ask, "diff_url", "%s.diff", url);
	put_text(ask, "patch_url", "%s.patch", url);
	put_text(ask, "issue_url", "%s", issue);
	put_text(ask, "commits_url", "%s/commits", url);
	put_text(ask, "review_comments_url", "%s/comments", url);
	put_text(ask, "review_comment_url", "%s/pulls/comments{/number}", ask->url);
	put_text(ask, "comments_url", "%s/comments", issue);
	put_text(ask, "statuses_url", "%s", statuses);
	json_key(&ask->json, "_links");
	json_object(&ask->json);
	put_href(ask, "self", url, "");
	put_href(ask, "html", url, "");
	put_href(ask, "issue", issue, "");
	put_href(ask, "comments", issue, "/comments");
	put_href(ask, "review_comments", url, "/comments");
	put_href(ask, "review_comment", ask->url, "/pulls/comments{/number}");
	put_href(ask, "commits", url, "/commits");
	put_href(ask, "statuses", statuses, "");
	json_object_end(&ask->json);
}

/* What a list does not tell. */
static void put_whole_pull(struct ask *ask, const struct made_pull *pull)
{
	put_bool(ask, "merged", pull_is_merged(ask, pull));
	put_null(ask, "mergeable");
	put_text(ask, "mergeable_state", "unknown");
	if (pull_is_merged(ask, pull))
		put_account(ask, "merged_by", pull->reviewer);
	else
		put_null(ask, "merged_by");
	put_int(ask, "comments", 0);
	put_int(ask, "review_comments", 0);
	put_bool(ask, "maintainer_can_modify", false);
	put_int(ask, "commits", pull->commits_len);
	put_int(ask, "additions", 2);
	put_int(ask, "deletions", 2);
	put_int(ask, "changed_files", 2);
}

void put_pull(struct ask *ask, uint32_t which, bool whole)
{
	const struct made_pull *pull = &ask->repository->pulls[which];
	const struct made_commit *head = &ask->repository->commits[pull->commits + pull->commits_len - 1];
	const char *const lists[] = {"requested_reviewers", "requested_teams"};
	char url[2 * HUB_URL_BYTES], issue[2 * HUB_URL_BYTES];
	struct buf ref;

	snprintf(url, sizeof(url), "%s/pulls/%u", ask->url, pull->number);
	snprintf(issue, sizeof(issue), "%s/issues/%u", ask->url, pull->number);
	buf_init(&ref, LIMIT_LINE_BYTES);
	pull_branch(ask->repository, which, &ref);
	json_object(&ask->json);
	put_numbered(ask, pull->number, label_of(pull), pull->opened, pull_updated(ask, pull), pull->closed);
	put_title(ask, which);
	put_account(ask, "user", pull->author);
	put_pull_links(ask, url, issue, head->sha);
	put_time(ask, "merged_at", pull_is_merged(ask, pull) ? pull->closed : (struct instant){0});
	put_bool(ask, "draft", false);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_key(&ask->json, lists[i]);
		json_array(&ask->json);
		json_array_end(&ask->json);
	}
	put_null(ask, "auto_merge");
	put_side(ask, "head", buf_view(&ref), pull->commits + pull->commits_len - 1);
	put_side(ask, "base", STR("main"), ask->repository->mains[head->place]);
	/* of one that is not merged: of a merge that was only tried */
	if (!ask->newer)
		put_text(ask, "merge_commit_sha", "%s",
			 pull_is_merged(ask, pull) ? ask->repository->commits[pull->merge].sha : head->sha);
	if (whole)
		put_whole_pull(ask, pull);
	json_object_end(&ask->json);
	buf_release(&ref);
}

static void put_issue_links(struct ask *ask, unsigned number)
{
	static const struct {
		const char *key, *tail;
	} rows[] = {{"url", ""},
		    {"html_url", ""},
		    {"labels_url", "/labels{/name}"},
		    {"comments_url", "/comments"},
		    {"events_url", "/events"},
		    {"timeline_url", "/timeline"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put_text(ask, rows[i].key, "%s/issues/%u%s", ask->url, number, rows[i].tail);
	put_text(ask, "repository_url", "%s", ask->url);
	put_int(ask, "comments", 0);
	put_null(ask, "performed_via_github_app");
}

static void put_pull_of_issue(struct ask *ask, const struct made_pull *pull)
{
	static const char *const ends[] = {"", ".diff", ".patch"};
	static const char *const keys[] = {"html_url", "diff_url", "patch_url"};

	put_bool(ask, "draft", false);
	json_key(&ask->json, "pull_request");
	json_object(&ask->json);
	put_text(ask, "url", "%s/pulls/%u", ask->url, pull->number);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		put_text(ask, keys[i], "%s/pulls/%u%s", ask->url, pull->number, ends[i]);
	if (pull_is_merged(ask, pull))
		put_time(ask, "merged_at", pull->closed);
	else if (!ask->newer)
		put_null(ask, "merged_at");
	json_object_end(&ask->json);
}

void put_issue(struct ask *ask, const struct made_number *number, unsigned which)
{
	json_object(&ask->json);
	if (number->issue) {
		const struct made_issue *issue = &ask->repository->issues[number->index];
		bool closed = issue->closed.ms && issue->closed.ms <= ask->now.ms;

		put_numbered(ask, which, issue->incident ? "incident" : "bug", issue->opened,
			     closed ? issue->closed : issue->opened, closed ? issue->closed : (struct instant){0});
		put_text(ask, "title", "%s", issue_title(issue));
		put_account(ask, "user", ACCOUNT_SRE);
		if (closed)
			put_text(ask, "state_reason", "completed");
		else
			put_null(ask, "state_reason");
	} else {
		const struct made_pull *pull = &ask->repository->pulls[number->index];

		put_numbered(ask, which, label_of(pull), pull->opened, pull_updated(ask, pull), pull->closed);
		put_title(ask, number->index);
		put_account(ask, "user", pull->author);
		put_null(ask, "state_reason");
		put_pull_of_issue(ask, pull);
	}
	put_issue_links(ask, which);
	json_object_end(&ask->json);
}
