/* Questions, and what their answers say, each kept for whoever asks again. */
#include "base/limits.h"
#include "base/mem.h"
#include "delivery/discovery.h"
#include "delivery/inspection_parts.h"
#include "net/url.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGES_MOST = 10, PER_PAGE = 100 };

struct str inspect_escaped(struct inspector *inspector, struct str text)
{
	struct str copy;
	struct buf buf;

	buf_init(&buf, LIMIT_LINE_BYTES);
	http_url_escape(&buf, text);
	copy = arena_str(inspector->arena, buf_view(&buf));
	buf_release(&buf);
	return copy;
}

struct str inspect_url(struct inspector *inspector, const struct seen_repository *seen, const char *format, ...)
{
	char *rest = NULL;
	struct str url;
	va_list list;

	va_start(list, format);
	if (vasprintf(&rest, format, list) < 0)
		abort();
	va_end(list);
	url = arena_fmt(inspector->arena, "/repos/%.*s%s", STR_ARG(seen->name), rest);
	free(rest);
	return url;
}

/* Waits until something may be asked. False where that is not worth it. */
static bool wait_for_turn(struct inspector *inspector, bool *said)
{
	const struct inspection_settings *settings = inspector->settings;

	for (;;) {
		struct span wait = github_wait(inspector->github, mono_now(), instant_now());
		struct github_health health = github_health(inspector->github);

		if (wait.ms <= 0)
			return true;
		if (!health.up && wait.ms >= settings->give_up.ms)
			return err_set(inspector->err, "%s", health.error);
		if (wait.ms > 10 * SPAN_SECOND && !*said && settings->waits) {
			settings->waits(&health, wait);
			*said = true;
		}
		github_next(inspector->github, wait, -1, instant_now());
	}
}

bool inspect_ask(struct inspector *inspector, struct str url)
{
	struct github_call *call = &inspector->call;
	bool said = false;

	do {
		if (!wait_for_turn(inspector, &said))
			return false;
		github_call_release(call);
		github_call_init(call, url, STR(""));
		github_start(inspector->github, call, mono_now(), instant_now());
		while (!github_next(inspector->github, (struct span){SPAN_SECOND}, -1, instant_now()))
			continue;
	} while (call->verdict == GITHUB_LATER);
	return !call->nobody || err_set(inspector->err, "%s", call->err.text);
}

/* The answer is no list, or the like: as if GitHub had not said it. */
static void not_understood(enum github_verdict *verdict, struct str *why, struct arena *arena, const struct err *err)
{
	*verdict = GITHUB_UNFIT;
	*why = arena_str(arena, str_of(err->text));
}

static void note_verdict(struct inspector *inspector, enum github_verdict *verdict, struct str *why)
{
	*verdict = inspector->call.verdict;
	*why = arena_str(inspector->arena, str_of(inspector->call.err.text));
}

static struct seen_repository *seen_already(const struct inspector *inspector, struct str name)
{
	for (size_t i = 0; i < inspector->repositories_len; i++)
		if (str_alike(inspector->repositories[i]->name, name))
			return inspector->repositories[i];
	return NULL;
}

static void add_seen(struct inspector *inspector, struct seen_repository *seen)
{
	inspector->repositories = arena_grow(inspector->arena, inspector->repositories, inspector->repositories_len,
					     sizeof(struct seen_repository *));
	inspector->repositories[inspector->repositories_len++] = seen;
}

void inspect_know(struct inspector *inspector, const struct github_repository *repository)
{
	struct seen_repository *seen;

	if (seen_already(inspector, repository->full_name))
		return;
	seen = arena_alloc(inspector->arena, sizeof(*seen));
	*seen = (struct seen_repository){.name = repository->full_name, .verdict = GITHUB_OK, .told = *repository};
	add_seen(inspector, seen);
}

struct seen_repository *inspect_repository(struct inspector *inspector, struct str name)
{
	struct seen_repository *seen = seen_already(inspector, name);
	struct err err = {0};

	if (seen)
		return seen;
	seen = arena_alloc(inspector->arena, sizeof(*seen));
	seen->name = name;
	if (!inspect_ask(inspector, inspect_url(inspector, seen, "%s", "")))
		return NULL;
	note_verdict(inspector, &seen->verdict, &seen->why);
	if (seen->verdict == GITHUB_OK &&
	    !github_read_repository(inspector->call.answer, inspector->arena, &seen->told, &err))
		not_understood(&seen->verdict, &seen->why, inspector->arena, &err);
	add_seen(inspector, seen);
	return seen;
}

static bool walk_owner(struct inspector *inspector, struct seen_owner *owner, struct str url)
{
	struct arena *arena = inspector->arena;

	while (url.len) {
		struct github_repositories page;
		struct err err = {0};

		if (!inspect_ask(inspector, url))
			return false;
		note_verdict(inspector, &owner->verdict, &owner->why);
		if (owner->verdict != GITHUB_OK)
			return true;
		if (!github_read_repositories(inspector->call.answer, arena, &page, &err)) {
			not_understood(&owner->verdict, &owner->why, arena, &err);
			return true;
		}
		for (size_t i = 0; i < page.len; i++) {
			owner->at = arena_grow(arena, owner->at, owner->len, sizeof(*owner->at));
			owner->at[owner->len++] = page.at[i];
		}
		url = arena_str(arena, buf_view(&inspector->call.next));
	}
	return true;
}

struct seen_owner *inspect_owner(struct inspector *inspector, struct str owner)
{
	struct seen_owner *seen;

	for (size_t i = 0; i < inspector->owners_len; i++)
		if (str_alike(inspector->owners[i]->name, owner))
			return inspector->owners[i];
	seen = arena_alloc(inspector->arena, sizeof(*seen));
	seen->name = owner;
	for (int person = 0; person < 2 && (!person || seen->verdict == GITHUB_GONE); person++)
		if (!walk_owner(inspector, seen, discovery_url(inspector->arena, owner, person)))
			return NULL;
	inspector->owners =
		arena_grow(inspector->arena, inspector->owners, inspector->owners_len, sizeof(struct seen_owner *));
	inspector->owners[inspector->owners_len++] = seen;
	return seen;
}

static bool take_page(struct inspector *inspector, struct seen_page *page, enum page_kind kind, struct err *err)
{
	const struct json_tree *answer = inspector->call.answer;

	switch (kind) {
	case PAGE_RUNS:
		return github_read_runs(answer, inspector->arena, &page->runs, err);
	case PAGE_JOBS:
		return github_read_jobs(answer, inspector->arena, &page->jobs, err);
	case PAGE_DEPLOYMENTS:
		return github_read_deployments(answer, inspector->arena, &page->deployments, err);
	case PAGE_ANY:
		break;
	}
	return true;
}

const struct seen_page *inspect_page(struct inspector *inspector, struct str url, enum page_kind kind)
{
	struct seen_page *page = map_get(&inspector->pages, url);
	struct err err = {0};

	if (page)
		return page;
	if (!inspect_ask(inspector, url))
		return NULL;
	page = arena_alloc(inspector->arena, sizeof(*page));
	note_verdict(inspector, &page->verdict, &page->why);
	page->off = inspector->call.off;
	if (page->verdict == GITHUB_OK && !take_page(inspector, page, kind, &err))
		not_understood(&page->verdict, &page->why, inspector->arena, &err);
	map_put(&inspector->pages, url, page);
	return page;
}

/* --- lists of a repository */

static struct seen_entry *add(struct inspector *inspector, struct seen_list *list, struct str name)
{
	list->at = arena_grow(inspector->arena, list->at, list->len, sizeof(*list->at));
	list->at[list->len] = (struct seen_entry){.name = name};
	return &list->at[list->len++];
}

static bool take_workflows(struct inspector *inspector, struct seen_list *list, struct err *err)
{
	struct github_workflows page;

	if (!github_read_workflows(inspector->call.answer, inspector->arena, &page, err))
		return false;
	for (size_t i = 0; i < page.len; i++) {
		struct str path = page.at[i].path;
		struct seen_entry *entry;
		size_t from = 0;

		for (size_t k = 0; k < path.len; k++)
			if (path.at[k] == '/')
				from = k + 1;
		entry = add(inspector, list, arena_str(inspector->arena, str_slice(path, from, path.len)));
		entry->other = page.at[i].name;
		entry->state = page.at[i].state;
		entry->id = page.at[i].id;
	}
	return true;
}

static bool take_names(struct inspector *inspector, struct seen_list *list, struct err *err)
{
	struct str *names;
	size_t len;

	if (!github_read_names(inspector->call.answer, inspector->arena, &names, &len, err))
		return false;
	for (size_t i = 0; i < len; i++)
		add(inspector, list, names[i]);
	return true;
}

static bool take_environments(struct inspector *inspector, struct seen_list *list, struct err *err)
{
	struct str *names;
	size_t len;

	if (!github_read_environments(inspector->call.answer, inspector->arena, &names, &len, err))
		return false;
	for (size_t i = 0; i < len; i++)
		add(inspector, list, names[i]);
	return true;
}

static bool take_deployed(struct inspector *inspector, struct seen_list *list, struct err *err)
{
	struct github_deployments page;

	if (!github_read_deployments(inspector->call.answer, inspector->arena, &page, err))
		return false;
	for (size_t i = 0; i < page.len; i++) {
		bool known = false;

		for (size_t k = 0; k < list->len && !known; k++)
			known = str_eq(list->at[k].name, page.at[i].environment);
		if (!known && page.at[i].environment.len)
			add(inspector, list, page.at[i].environment);
	}
	return true;
}

static bool take_releases(struct inspector *inspector, struct seen_list *list, struct err *err)
{
	struct github_releases page;

	if (!github_read_releases(inspector->call.answer, inspector->arena, &page, err))
		return false;
	for (size_t i = 0; i < page.len; i++)
		if (!page.at[i].draft)
			add(inspector, list, page.at[i].tag)->flag = page.at[i].prerelease;
	return true;
}

static const struct {
	const char *path;
	bool (*take)(struct inspector *inspector, struct seen_list *list, struct err *err);
} kinds[SEEN_KINDS] = {
	[SEEN_WORKFLOWS] = {"/actions/workflows", take_workflows},
	[SEEN_ENVIRONMENTS] = {"/environments", take_environments},
	[SEEN_DEPLOYED] = {"/deployments", take_deployed},
	[SEEN_BRANCHES] = {"/branches", take_names},
	[SEEN_LABELS] = {"/labels", take_names},
	[SEEN_RELEASES] = {"/releases", take_releases},
};

static bool read_page(struct inspector *inspector, struct seen_list *list, enum seen_kind kind, struct str url)
{
	struct err err = {0};

	if (!inspect_ask(inspector, url))
		return false;
	note_verdict(inspector, &list->verdict, &list->why);
	list->asked = true;
	list->next = (struct str){0};
	if (list->verdict == GITHUB_OK && !kinds[kind].take(inspector, list, &err))
		not_understood(&list->verdict, &list->why, inspector->arena, &err);
	if (list->verdict == GITHUB_OK && ++list->pages < PAGES_MOST)
		list->next = arena_str(inspector->arena, buf_view(&inspector->call.next));
	return true;
}

struct seen_list *inspect_list(struct inspector *inspector, struct seen_repository *seen, enum seen_kind kind)
{
	struct seen_list *list = &seen->lists[kind];
	struct str url = inspect_url(inspector, seen, "%s?per_page=%d", kinds[kind].path, PER_PAGE);

	return list->asked || read_page(inspector, list, kind, url) ? list : NULL;
}

bool inspect_more(struct inspector *inspector, struct seen_repository *seen, enum seen_kind kind, bool *failed)
{
	struct seen_list *list = &seen->lists[kind];

	if (!list->next.len)
		return false;
	*failed = !read_page(inspector, list, kind, list->next);
	return !*failed;
}
