/* What accounts, the repository, commits, pull requests and issues look like: the fields of GitHub's OpenAPI
 * description. */
#include "base/limits.h"
#include "demo/hub_parts.h"

#include <stdarg.h>
#include <stdio.h>

enum { TEXT_BYTES = 4096 };

void put_text(struct ask *ask, const char *key, const char *format, ...)
{
	char text[TEXT_BYTES];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	json_key_text(&ask->json, key, str_of(text));
}

void put_int(struct ask *ask, const char *key, int64_t number)
{
	json_key(&ask->json, key);
	json_int(&ask->json, number);
}

void put_bool(struct ask *ask, const char *key, bool value)
{
	json_key(&ask->json, key);
	json_bool(&ask->json, value);
}

void put_null(struct ask *ask, const char *key)
{
	json_key(&ask->json, key);
	json_null(&ask->json);
}

void put_time(struct ask *ask, const char *key, struct instant at) { json_key_instant(&ask->json, key, at); }

void put_node(struct ask *ask, const char *kind, int64_t number)
{
	put_text(ask, "node_id", "%s_%lld", kind, (long long)number);
}

/* Addresses that stand below another one; what is only there to be complete. */
struct below {
	const char *key, *path;
};

static void put_below(struct ask *ask, const char *url, const struct below *rows, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put_text(ask, rows[i].key, "%s/%s", url, rows[i].path);
}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void put_account(struct ask *ask, const char *key, unsigned account)
{
	static const struct below rows[] = {
		{"followers_url", "followers"},
		{"following_url", "following{/other_user}"},
		{"gists_url", "gists{/gist_id}"},
		{"starred_url", "starred{/owner}{/repo}"},
		{"subscriptions_url", "subscriptions"},
		{"organizations_url", "orgs"},
		{"repos_url", "repos"},
		{"events_url", "events{/privacy}"},
		{"received_events_url", "received_events"},
	};
	const char *login = account_logins[account];
	char url[2 * HUB_URL_BYTES];

	snprintf(url, sizeof(url), "%s/users/%s", ask->api, account == ACCOUNT_BOT ? "dependabot%5Bbot%5D" : login);
	json_key(&ask->json, key);
	json_object(&ask->json);
	put_text(ask, "login", "%s", login);
	put_int(ask, "id", 1001 + (int64_t)account);
	put_node(ask, "U", 1001 + (int64_t)account);
	put_text(ask, "avatar_url", "%s/avatar", url);
	put_text(ask, "gravatar_id", "%s", "");
	put_text(ask, "url", "%s", url);
	put_text(ask, "html_url", "%s", url);
	put_below(ask, url, rows, COUNT(rows));
	put_text(ask, "type", "%s",
		 account == ACCOUNT_BOT     ? "Bot"
		 : account == ACCOUNT_OWNER ? "Organization"
					    : "User");
	put_text(ask, "user_view_type", "public");
	put_bool(ask, "site_admin", false);
	json_object_end(&ask->json);
}

static void put_repository_links(struct ask *ask)
{
	static const struct below rows[] = {
		{"archive_url", "{archive_format}{/ref}"},
		{"assignees_url", "assignees{/user}"},
		{"blobs_url", "git/blobs{/sha}"},
		{"branches_url", "branches{/branch}"},
		{"collaborators_url", "collaborators{/collaborator}"},
		{"comments_url", "comments{/number}"},
		{"commits_url", "commits{/sha}"},
		{"compare_url", "compare/{base}...{head}"},
		{"contents_url", "contents/{+path}"},
		{"contributors_url", "contributors"},
		{"deployments_url", "deployments"},
		{"downloads_url", "downloads"},
		{"events_url", "events"},
		{"forks_url", "forks"},
		{"git_commits_url", "git/commits{/sha}"},
		{"git_refs_url", "git/refs{/sha}"},
		{"git_tags_url", "git/tags{/sha}"},
		{"hooks_url", "hooks"},
		{"issue_comment_url", "issues/comments{/number}"},
		{"issue_events_url", "issues/events{/number}"},
		{"issues_url", "issues{/number}"},
		{"keys_url", "keys{/key_id}"},
		{"labels_url", "labels{/name}"},
		{"languages_url", "languages"},
		{"merges_url", "merges"},
		{"milestones_url", "milestones{/number}"},
		{"notifications_url", "notifications{?since,all,participating}"},
		{"pulls_url", "pulls{/number}"},
		{"releases_url", "releases{/id}"},
		{"stargazers_url", "stargazers"},
		{"statuses_url", "statuses/{sha}"},
		{"subscribers_url", "subscribers"},
		{"subscription_url", "subscription"},
		{"tags_url", "tags"},
		{"teams_url", "teams"},
		{"trees_url", "git/trees{/sha}"},
	};

	put_below(ask, ask->url, rows, COUNT(rows));
}

static void put_repository_numbers(struct ask *ask)
{
	static const char *const zeros[] = {"stargazers_count",  "watchers_count", "forks_count",
					    "open_issues_count", "forks",          "open_issues",
					    "watchers"};
	static const char *const no[] = {"has_projects", "has_wiki", "has_pages",   "has_discussions",
					 "archived",     "disabled", "is_template", "web_commit_signoff_required"};

	for (size_t i = 0; i < COUNT(zeros); i++)
		put_int(ask, zeros[i], 0);
	for (size_t i = 0; i < COUNT(no); i++)
		put_bool(ask, no[i], false);
	put_int(ask, "size", 100);
	put_bool(ask, "has_issues", true);
	put_bool(ask, "allow_forking", true);
	if (!ask->newer)
		put_bool(ask, "has_downloads", true);
}

static struct instant pushed(const struct ask *ask)
{
	return ask->repository->commits[ask->repository->mains[ask->repository->mains_len - 1]].committed;
}

static void put_permissions(struct ask *ask)
{
	static const char *const no[] = {"admin", "maintain", "push", "triage"};

	json_key(&ask->json, "permissions");
	json_object(&ask->json);
	for (size_t i = 0; i < COUNT(no); i++)
		put_bool(ask, no[i], false);
	put_bool(ask, "pull", true);
	json_object_end(&ask->json);
	json_key(&ask->json, "custom_properties");
	json_object(&ask->json);
	put_text(ask, "team", "platform");
	json_object_end(&ask->json);
}

void put_repository(struct ask *ask, enum repository_form form)
{
	struct json_writer *json = &ask->json;

	json_object(json);
	put_int(ask, "id", 1000);
	put_node(ask, "R", 1000);
	put_text(ask, "name", HUB_NAME);
	put_text(ask, "full_name", HUB_OWNER "/" HUB_NAME);
	put_bool(ask, "private", false);
	put_account(ask, "owner", ACCOUNT_OWNER);
	put_text(ask, "html_url", "%s", ask->url);
	put_text(ask, "description", "A made-up web shop");
	put_bool(ask, "fork", false);
	put_text(ask, "url", "%s", ask->url);
	put_repository_links(ask);
	put_time(ask, "created_at", ask->repository->created);
	put_time(ask, "updated_at", pushed(ask));
	put_time(ask, "pushed_at", pushed(ask));
	put_text(ask, "git_url", "git://anvila.example/" HUB_NAME ".git");
	put_text(ask, "ssh_url", "git@anvila.example:" HUB_NAME ".git");
	put_text(ask, "clone_url", "%s.git", ask->url);
	put_text(ask, "svn_url", "%s", ask->url);
	put_null(ask, "homepage");
	put_null(ask, "mirror_url");
	put_null(ask, "license");
	put_text(ask, "language", "Go");
	put_repository_numbers(ask);
	json_key(json, "topics");
	json_array(json);
	json_str(json, STR("deployed"));
	json_array_end(json);
	put_text(ask, "visibility", "public");
	put_text(ask, "default_branch", "main");
	if (form == FORM_FULL) {
		put_int(ask, "network_count", 0);
		put_int(ask, "subscribers_count", 1);
	}
	if (form != FORM_PLAIN)
		put_permissions(ask);
	json_object_end(json);
}

static void put_signature(struct ask *ask, const char *key, unsigned account, struct instant at)
{
	json_key(&ask->json, key);
	json_object(&ask->json);
	put_text(ask, "name", "%s", account == ACCOUNT_WEB ? "GitHub" : account_logins[account]);
	put_text(ask, "email", "%s@anvila.example", account == ACCOUNT_BOT ? "dependabot" : account_logins[account]);
	put_time(ask, "date", at);
	json_object_end(&ask->json);
}

static void put_message(struct ask *ask, uint32_t commit)
{
	struct buf buf;

	buf_init(&buf, LIMIT_LINE_BYTES);
	commit_message(ask->repository, commit, &buf);
	json_key_text(&ask->json, "message", buf_view(&buf));
	buf_release(&buf);
}

/* GitHub signs what it merges itself. */
static unsigned committer_of(const struct ask *ask, uint32_t which)
{
	const struct made_commit *commit = &ask->repository->commits[which];

	return commit->on_main && commit->pull != NOTHING ? ACCOUNT_WEB : commit_author(ask->repository, which);
}

static void put_inner_commit(struct ask *ask, uint32_t which)
{
	const struct made_commit *commit = &ask->repository->commits[which];
	struct json_writer *json = &ask->json;

	json_key(json, "commit");
	json_object(json);
	put_signature(ask, "author", commit_author(ask->repository, which), commit->authored);
	put_signature(ask, "committer", committer_of(ask, which), commit->committed);
	put_message(ask, which);
	json_key(json, "tree");
	json_object(json);
	put_text(ask, "sha", "%s", commit->sha);
	put_text(ask, "url", "%s/git/trees/%s", ask->url, commit->sha);
	json_object_end(json);
	put_text(ask, "url", "%s/git/commits/%s", ask->url, commit->sha);
	put_int(ask, "comment_count", 0);
	json_key(json, "verification");
	json_object(json);
	put_bool(ask, "verified", false);
	put_text(ask, "reason", "unsigned");
	put_null(ask, "signature");
	put_null(ask, "payload");
	put_null(ask, "verified_at");
	json_object_end(json);
	json_object_end(json);
}

void put_commit(struct ask *ask, uint32_t which)
{
	const struct made_commit *commits = ask->repository->commits;
	struct json_writer *json = &ask->json;
	uint32_t parents[2];
	unsigned len = commit_parents(ask->repository, which, parents);

	put_text(ask, "sha", "%s", commits[which].sha);
	put_node(ask, "C", which);
	put_inner_commit(ask, which);
	put_text(ask, "url", "%s/commits/%s", ask->url, commits[which].sha);
	put_text(ask, "html_url", "%s/commits/%s", ask->url, commits[which].sha);
	put_text(ask, "comments_url", "%s/commits/%s/comments", ask->url, commits[which].sha);
	put_account(ask, "author", commit_author(ask->repository, which));
	put_account(ask, "committer", committer_of(ask, which));
	json_key(json, "parents");
	json_array(json);
	for (unsigned i = 0; i < len; i++) {
		json_object(json);
		put_text(ask, "sha", "%s", commits[parents[i]].sha);
		put_text(ask, "url", "%s/commits/%s", ask->url, commits[parents[i]].sha);
		put_text(ask, "html_url", "%s/commits/%s", ask->url, commits[parents[i]].sha);
		json_object_end(json);
	}
	json_array_end(json);
}

void put_file(struct ask *ask, uint32_t commit, struct str path)
{
	const char *sha = ask->repository->commits[commit].sha;

	json_object(&ask->json);
	put_text(ask, "sha", "%s", sha);
	json_key_text(&ask->json, "filename", path);
	put_text(ask, "status", "modified");
	put_int(ask, "additions", 1);
	put_int(ask, "deletions", 1);
	put_int(ask, "changes", 2);
	put_text(ask, "blob_url", "%s/blob/%s/%.*s", ask->url, sha, STR_ARG(path));
	put_text(ask, "raw_url", "%s/raw/%s/%.*s", ask->url, sha, STR_ARG(path));
	put_text(ask, "contents_url", "%s/contents/%.*s?ref=%s", ask->url, STR_ARG(path), sha);
	json_object_end(&ask->json);
}
