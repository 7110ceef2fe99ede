/* Pull requests with their commits and reviews, and issues: which of them an address shows. */
#include "base/limits.h"
#include "demo/hub_parts.h"

#include <stdio.h>

static void put_listed_pull(struct ask *ask, const struct found *found) { put_pull(ask, found->index, false); }

static void put_listed_commit(struct ask *ask, const struct found *found)
{
	json_object(&ask->json);
	put_commit(ask, found->index);
	json_object_end(&ask->json);
}

/* One of the words, or nothing at all. */
static bool is_one_of(const struct ask *ask, const char *name, const char *const *words)
{
	struct buf buf;
	struct str value;
	bool ok;

	buf_init(&buf, LIMIT_LINE_BYTES);
	value = ask_value(ask, name, &buf);
	for (ok = value.len == 0; !ok && *words; words++)
		ok = str_is(value, *words);
	buf_release(&buf);
	return ok;
}

/* What both lists can be told: which state, by what, and in which direction. */
static bool order_ok(struct ask *ask)
{
	static const char *const states[] = {"open", "closed", "all", NULL};
	static const char *const sorts[] = {"created", "updated", NULL};
	static const char *const directions[] = {"asc", "desc", NULL};

	if (is_one_of(ask, "state", states) && is_one_of(ask, "sort", sorts) && is_one_of(ask, "direction", directions))
		return true;
	ask_refuse(ask, 422, "Validation Failed");
	return false;
}

static bool state_fits(const struct ask *ask, bool closed)
{
	return ask_is(ask, "state", "all", false) ||
	       (closed ? ask_is(ask, "state", "closed", false) : ask_is(ask, "state", "open", true));
}

static bool side_fits(const struct ask *ask, uint32_t which)
{
	struct buf buf, branch;
	struct str head;
	bool fits;

	buf_init(&buf, LIMIT_LINE_BYTES);
	buf_init(&branch, LIMIT_LINE_BYTES);
	head = ask_value(ask, "head", &buf);
	buf_fmt(&branch, "%s:", account_logins[ACCOUNT_OWNER]);
	pull_branch(ask->repository, which, &branch);
	fits = (!head.len || str_eq(head, buf_view(&branch))) && ask_is(ask, "base", "main", true);
	buf_release(&buf);
	buf_release(&branch);
	return fits;
}

void hub_pulls(struct ask *ask)
{
	bool by_update = ask_is(ask, "sort", "updated", false),
	     descending = ask_is(ask, "direction", "desc", !by_update);
	struct listing listing = {.at = NULL};

	if (!order_ok(ask))
		return;
	for (uint32_t i = 0; i < ask->repository->pulls_len; i++) {
		const struct made_pull *pull = &ask->repository->pulls[i];

		if (pull->number && state_fits(ask, pull->closed.ms > 0) && side_fits(ask, i))
			listing_add(&listing, by_update ? pull_updated(ask, pull).ms : (int64_t)pull->number, i, 0);
	}
	listing_answer(ask, &listing, descending, NULL, put_listed_pull);
}

/* The pull request of the path, or NOTHING. */
static uint32_t pull_of_path(struct ask *ask)
{
	const struct repository *repository = ask->repository;
	int64_t number;

	if (ask_number(ask->parts[1], &number) && number > 0 && (uint64_t)number <= repository->numbers_len &&
	    !repository->numbers[number - 1].issue)
		return repository->numbers[number - 1].index;
	ask_refuse(ask, 404, "Not Found");
	return NOTHING;
}

void hub_pull(struct ask *ask)
{
	uint32_t pull = pull_of_path(ask);

	if (pull != NOTHING)
		put_pull(ask, pull, true);
}

void hub_pull_commits(struct ask *ask)
{
	struct listing listing = {.at = NULL};
	uint32_t pull = pull_of_path(ask);

	if (pull == NOTHING)
		return;
	for (uint32_t i = 0; i < ask->repository->pulls[pull].commits_len; i++)
		listing_add(&listing, i, ask->repository->pulls[pull].commits + i, 0);
	listing_answer(ask, &listing, false, NULL, put_listed_commit);
}

/* `inner` 0 is a first look, 1 the approval. */
static void put_review(struct ask *ask, const struct found *found)
{
	const struct made_pull *pull = &ask->repository->pulls[found->index];
	int64_t id = 3000000 + 2 * (int64_t)found->index + found->inner;
	struct json_writer *json = &ask->json;
	char url[2 * HUB_URL_BYTES];

	json_object(json);
	put_int(ask, "id", id);
	put_node(ask, "PRR", id);
	put_account(ask, "user", pull->reviewer);
	put_text(ask, "body", "%s", "");
	put_text(ask, "state", "%s", found->inner ? "APPROVED" : "COMMENTED");
	snprintf(url, sizeof(url), "%s/pulls/%u", ask->url, pull->number);
	put_text(ask, "html_url", "%s#pullrequestreview-%lld", url, (long long)id);
	put_text(ask, "pull_request_url", "%s", url);
	put_text(ask, "author_association", "MEMBER");
	json_key(json, "_links");
	json_object(json);
	json_key(json, "html");
	json_object(json);
	put_text(ask, "href", "%s#pullrequestreview-%lld", url, (long long)id);
	json_object_end(json);
	json_key(json, "pull_request");
	json_object(json);
	put_text(ask, "href", "%s", url);
	json_object_end(json);
	json_object_end(json);
	put_time(ask, "submitted_at", (struct instant){found->key});
	put_text(ask, "commit_id", "%s", ask->repository->commits[pull->commits + pull->commits_len - 1].sha);
	json_object_end(json);
}

void hub_reviews(struct ask *ask)
{
	struct listing listing = {.at = NULL};
	uint32_t which = pull_of_path(ask);
	const struct made_pull *pull = which == NOTHING ? NULL : &ask->repository->pulls[which];

	if (!pull)
		return;
	if (pull->reviewed.ms <= ask->now.ms && pull->reviewed.ms < pull->approved.ms)
		listing_add(&listing, pull->reviewed.ms, which, 0);
	if (pull->approved.ms <= ask->now.ms && !pull->dropped)
		listing_add(&listing, pull->approved.ms, which, 1);
	listing_answer(ask, &listing, false, NULL, put_review);
}

static void put_listed_issue(struct ask *ask, const struct found *found)
{
	put_issue(ask, &ask->repository->numbers[found->index], found->index + 1);
}

/* All of the labels that are asked for; things have one at most here. */
static bool has_labels(const struct made_number *number, const struct ask *ask, struct str labels)
{
	const char *label = "";

	if (number->issue)
		label = ask->repository->issues[number->index].incident ? "incident" : "bug";
	else if (ask->repository->pulls[number->index].kind == PULL_HOTFIX)
		label = "hotfix";
	else if (ask->repository->pulls[number->index].kind == PULL_BOT)
		label = "dependencies";
	while (labels.len) {
		size_t end = str_find(labels, ',');

		if (!str_is(str_slice(labels, 0, end), label))
			return false;
		labels = str_slice(labels, end < labels.len ? end + 1 : end, labels.len);
	}
	return true;
}

/* What a list of issues goes by. */
struct standing {
	bool closed;
	struct instant updated;
};

static struct standing standing_of(const struct ask *ask, const struct made_number *number)
{
	const struct made_issue *issue;

	if (!number->issue) {
		const struct made_pull *pull = &ask->repository->pulls[number->index];

		return (struct standing){pull->closed.ms > 0, pull_updated(ask, pull)};
	}
	issue = &ask->repository->issues[number->index];
	if (issue->closed.ms && issue->closed.ms <= ask->now.ms)
		return (struct standing){true, issue->closed};
	return (struct standing){false, issue->opened};
}

static void list_issues(struct ask *ask, struct str labels, struct instant since)
{
	bool by_update = ask_is(ask, "sort", "updated", false), descending = ask_is(ask, "direction", "desc", true);
	struct listing listing = {.at = NULL};

	for (uint32_t i = 0; i < ask->repository->numbers_len; i++) {
		const struct made_number *number = &ask->repository->numbers[i];
		struct standing standing = standing_of(ask, number);

		if (state_fits(ask, standing.closed) && standing.updated.ms >= since.ms &&
		    has_labels(number, ask, labels))
			listing_add(&listing, by_update ? standing.updated.ms : (int64_t)i, i, 0);
	}
	listing_answer(ask, &listing, descending, NULL, put_listed_issue);
}

void hub_issues(struct ask *ask)
{
	struct instant since = {INT64_MIN};
	struct buf labels, buf;
	struct str text;

	if (!order_ok(ask))
		return;
	buf_init(&labels, LIMIT_LINE_BYTES);
	buf_init(&buf, LIMIT_LINE_BYTES);
	text = ask_value(ask, "since", &buf);
	if (text.len && !instant_read(text, &since))
		ask_refuse(ask, 422, "Validation Failed");
	else
		list_issues(ask, ask_value(ask, "labels", &labels), since);
	buf_release(&labels);
	buf_release(&buf);
}
