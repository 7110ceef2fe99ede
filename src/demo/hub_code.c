/* Commits and comparisons: which of them an address shows. */
#include "base/limits.h"
#include "base/mem.h"
#include "demo/hub_parts.h"

#include <stdlib.h>

enum { WITHOUT_PAGES = 250 }; /* commits of a comparison that is not paged: the newest */

static bool is_hex(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_digit(text.at[i]) && (text.at[i] < 'a' || text.at[i] > 'f'))
			return false;
	return true;
}

static struct str without(struct str text, struct str prefix)
{
	return str_starts(text, prefix) ? str_slice(text, prefix.len, text.len) : text;
}

/* Of a branch: what its last run was pushed with. */
static uint32_t staged(const struct repository *repository)
{
	for (size_t i = repository->runs_len; i > 0; i--)
		if (repository->runs[i - 1].workflow == WORKFLOW_STAGING)
			return repository->runs[i - 1].commit;
	return NOTHING;
}

uint32_t hub_find_commit(const struct ask *ask, struct str name)
{
	const struct repository *repository = ask->repository;
	struct str branch = without(without(name, STR("refs/")), STR("heads/"));

	if (str_is(branch, "main"))
		return repository->mains[repository->mains_len - 1];
	if (str_is(branch, "staging"))
		return staged(repository);
	if (name.len < 7 || name.len >= SHA_BYTES || !is_hex(name))
		return NOTHING;
	for (uint32_t i = 0; i < repository->commits_len; i++)
		if (memcmp(repository->commits[i].sha, name.at, name.len) == 0)
			return i;
	return NOTHING;
}

static void add_if_missing(const struct repository *repository, struct listing *listing, uint32_t commit, uint32_t base)
{
	if (base == NOTHING || !commit_holds(repository, base, commit))
		listing_add(listing, (int64_t)listing->len, commit, 0);
}

/* The commits that `head` holds and `base` does not (NOTHING: all), parents before children. */
static void list_missing(const struct repository *repository, uint32_t head, uint32_t base, struct listing *out)
{
	const struct made_commit *end = &repository->commits[head];
	uint32_t place = base == NOTHING ? 0 : repository->commits[base].place + 1;

	for (; place <= end->place; place++) {
		uint32_t commit = repository->mains[place];
		const struct made_pull *pull = commit_is_merge(repository, commit)
						       ? &repository->pulls[repository->commits[commit].pull]
						       : NULL;

		for (uint32_t i = 0; pull && i < pull->commits_len; i++)
			add_if_missing(repository, out, pull->commits + i, base);
		add_if_missing(repository, out, commit, base);
	}
	for (uint32_t i = 0; !end->on_main && i <= end->ordinal; i++)
		add_if_missing(repository, out, head - end->ordinal + i, base);
}

static uint32_t common_ancestor(const struct repository *repository, uint32_t a, uint32_t b)
{
	uint32_t x = repository->commits[a].place, y = repository->commits[b].place;

	if (commit_holds(repository, a, b))
		return b;
	if (commit_holds(repository, b, a))
		return a;
	return repository->mains[x < y ? x : y];
}

static void put_listed_commit(struct ask *ask, const struct found *found)
{
	json_object(&ask->json);
	put_commit(ask, found->index);
	json_object_end(&ask->json);
}

static void put_commit_as(struct ask *ask, const char *key, uint32_t commit)
{
	json_key(&ask->json, key);
	json_object(&ask->json);
	put_commit(ask, commit);
	json_object_end(&ask->json);
}

/* Each file once, as the last commit left it. */
static void put_changed_files(struct ask *ask, const struct listing *commits)
{
	struct str seen[64];
	size_t len = 0;
	struct buf names, name;

	buf_init(&names, LIMIT_LINE_BYTES);
	buf_init(&name, LIMIT_LINE_BYTES);
	buf_reserve(&names, LIMIT_LINE_BYTES - 1); /* it stays where it is */
	json_key(&ask->json, "files");
	json_array(&ask->json);
	for (size_t i = commits->len; i > 0; i--)
		for (unsigned file = 0; file < FILES_MAX; file++) {
			bool known = false;

			buf_clear(&name);
			if (!commit_file(ask->repository, commits->at[i - 1].index, file, &name))
				break;
			for (size_t k = 0; k < len; k++)
				known |= str_eq(seen[k], buf_view(&name));
			if (known || len == sizeof(seen) / sizeof(seen[0]))
				continue;
			seen[len++] = (struct str){names.at + names.len, name.len};
			buf_str(&names, buf_view(&name));
			put_file(ask, commits->at[i - 1].index, buf_view(&name));
		}
	json_array_end(&ask->json);
	buf_release(&names);
	buf_release(&name);
}

static void put_compare_links(struct ask *ask, const char *base, const char *head)
{
	static const struct {
		const char *key, *tail;
	} rows[] = {
		{"url", ""}, {"html_url", ""}, {"permalink_url", ""}, {"diff_url", ".diff"}, {"patch_url", ".patch"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put_text(ask, rows[i].key, "%s/compare/%s...%s%s", ask->url, base, head, rows[i].tail);
}

static void put_compare(struct ask *ask, uint32_t base, uint32_t head)
{
	const struct repository *repository = ask->repository;
	struct listing ahead = {.at = NULL}, behind = {.at = NULL};
	size_t from, to;

	list_missing(repository, head, base, &ahead);
	list_missing(repository, base, head, &behind);
	from = ask->paged ? (ask->page - 1) * ask->per_page : ahead.len > WITHOUT_PAGES ? ahead.len - WITHOUT_PAGES : 0;
	to = ask->paged && from + ask->per_page < ahead.len ? from + ask->per_page : ahead.len;
	json_object(&ask->json);
	put_compare_links(ask, repository->commits[base].sha, repository->commits[head].sha);
	put_commit_as(ask, "base_commit", base);
	put_commit_as(ask, "merge_base_commit", common_ancestor(repository, base, head));
	put_text(ask, "status", "%s",
		 ahead.len && behind.len ? "diverged"
		 : ahead.len             ? "ahead"
		 : behind.len            ? "behind"
					 : "identical");
	put_int(ask, "ahead_by", (int64_t)ahead.len);
	put_int(ask, "behind_by", (int64_t)behind.len);
	put_int(ask, "total_commits", (int64_t)ahead.len);
	json_key(&ask->json, "commits");
	json_array(&ask->json);
	for (size_t i = from; i < to; i++)
		put_listed_commit(ask, &ahead.at[i]);
	json_array_end(&ask->json);
	if (!ask->paged || ask->page == 1)
		put_changed_files(ask, &ahead);
	json_object_end(&ask->json);
	if (ask->paged)
		link_pages(ask, ahead.len);
	free(ahead.at);
	free(behind.at);
}

void hub_compare(struct ask *ask)
{
	struct str text = ask->parts[1], dots = STR("...");
	const char *found = memmem(text.at, text.len, dots.at, dots.len);
	size_t at = found ? (size_t)(found - text.at) : text.len;
	uint32_t base = hub_find_commit(ask, str_slice(text, 0, at));
	uint32_t head = found ? hub_find_commit(ask, str_slice(text, at + dots.len, text.len)) : NOTHING;

	if (base == NOTHING || head == NOTHING)
		ask_refuse(ask, 404, "Not Found");
	else
		put_compare(ask, base, head);
}

static bool touches(const struct ask *ask, uint32_t commit, struct str path)
{
	struct buf name;
	bool found = path.len == 0;

	buf_init(&name, LIMIT_LINE_BYTES);
	for (unsigned file = 0; !found && commit_file(ask->repository, commit, file, &name); file++) {
		struct str view = buf_view(&name);

		found = str_starts(view, path) &&
			(view.len == path.len || view.at[path.len] == '/' || path.at[path.len - 1] == '/');
		buf_clear(&name);
	}
	buf_release(&name);
	return found;
}

void hub_commits(struct ask *ask)
{
	struct listing all = {.at = NULL}, fits = {.at = NULL};
	struct instant since = {INT64_MIN}, until = {INT64_MAX};
	struct buf buf;
	struct str text;
	uint32_t head;
	bool ok;

	buf_init(&buf, LIMIT_LINE_BYTES);
	text = ask_value(ask, "sha", &buf);
	head = hub_find_commit(ask, text.len ? text : STR("main"));
	text = ask_value(ask, "since", &buf);
	ok = !text.len || instant_read(text, &since);
	text = ask_value(ask, "until", &buf);
	ok = ok && (!text.len || instant_read(text, &until));
	text = ask_value(ask, "path", &buf);
	if (head == NOTHING || !ok) {
		ask_refuse(ask, ok ? 404 : 422, ok ? "Not Found" : "Validation Failed");
	} else {
		list_missing(ask->repository, head, NOTHING, &all);
		for (size_t i = 0; i < all.len; i++) {
			int64_t at = ask->repository->commits[all.at[i].index].committed.ms;

			if (at >= since.ms && at <= until.ms && touches(ask, all.at[i].index, text))
				listing_add(&fits, all.at[i].key, all.at[i].index, 0);
		}
		listing_answer(ask, &fits, true, NULL, put_listed_commit);
	}
	free(all.at);
	buf_release(&buf);
}

static uint32_t named_commit(struct ask *ask)
{
	uint32_t commit = hub_find_commit(ask, ask->parts[1]);

	if (commit == NOTHING)
		ask_refuse(ask, 422, "No commit found for SHA");
	return commit;
}

void hub_commit(struct ask *ask)
{
	uint32_t commit = named_commit(ask);
	size_t count = 0, from = ask->paged ? (ask->page - 1) * ask->per_page : 0;
	struct buf name;

	if (commit == NOTHING)
		return;
	buf_init(&name, LIMIT_LINE_BYTES);
	json_object(&ask->json);
	put_commit(ask, commit);
	json_key(&ask->json, "files");
	json_array(&ask->json);
	for (; commit_file(ask->repository, commit, (unsigned)count, &name); count++) {
		if (count >= from && (!ask->paged || count < from + ask->per_page))
			put_file(ask, commit, buf_view(&name));
		buf_clear(&name);
	}
	json_array_end(&ask->json);
	json_key(&ask->json, "stats");
	json_object(&ask->json);
	put_int(ask, "total", 2 * (int64_t)count);
	put_int(ask, "additions", (int64_t)count);
	put_int(ask, "deletions", (int64_t)count);
	json_object_end(&ask->json);
	json_object_end(&ask->json);
	if (ask->paged)
		link_pages(ask, count);
	buf_release(&name);
}

static void put_listed_pull(struct ask *ask, const struct found *found) { put_pull(ask, found->index, false); }

void hub_commit_pulls(struct ask *ask)
{
	struct listing listing = {.at = NULL};
	uint32_t commit = named_commit(ask);

	if (commit == NOTHING)
		return;
	if (ask->repository->commits[commit].pull != NOTHING)
		listing_add(&listing, 0, ask->repository->commits[commit].pull, 0);
	listing_answer(ask, &listing, false, NULL, put_listed_pull);
}
