#include "delivery/discovery.h"

#include "base/glob.h"
#include "base/limits.h"
#include "base/mem.h"
#include "github/read.h"
#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>

struct discovery {
	struct facts *facts;
	const struct delivery *delivery;
	struct arena arena;
	struct str url;     /* the next page; empty: no more */
	struct buf found;   /* names, one in a line */
	struct str subject; /* what marks stand under */
	bool person;        /* no organisation is called so: a person may be */
	bool changed;
	struct github_call call;
	char error[sizeof(((struct err *)NULL)->text)];
};

static const struct str mark = STR_INIT("repositories");

/* Definitions of one organisation differ in what they pick out: each has a list of its own. */
static struct str subject_of(struct arena *arena, const struct delivery *delivery)
{
	struct buf buf;
	struct str subject;

	buf_init(&buf, LIMIT_FILE_BYTES);
	buf_fmt(&buf, "organisation %.*s", STR_ARG(delivery->organisation));
	for (size_t i = 0; i < delivery->include.len; i++)
		buf_fmt(&buf, " +%.*s", STR_ARG(delivery->include.at[i]));
	for (size_t i = 0; i < delivery->exclude.len; i++)
		buf_fmt(&buf, " -%.*s", STR_ARG(delivery->exclude.at[i]));
	for (size_t i = 0; i < delivery->topics.len; i++)
		buf_fmt(&buf, " #%.*s", STR_ARG(delivery->topics.at[i]));
	buf_char(&buf, ' ');
	labels_write(&buf, delivery->properties);
	subject = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return subject;
}

struct str discovery_url(struct arena *arena, struct str owner, bool person)
{
	struct buf name;
	struct str url;

	buf_init(&name, LIMIT_LINE_BYTES);
	http_url_escape(&name, owner);
	url = arena_fmt(arena, "/%s/%.*s/repos?sort=full_name&per_page=100", person ? "users" : "orgs",
			STR_ARG(buf_view(&name)));
	buf_release(&name);
	return url;
}

struct discovery *discovery_new(struct facts *facts, const struct delivery *delivery)
{
	struct discovery *discovery = xcalloc(1, sizeof(*discovery));

	discovery->facts = facts;
	discovery->delivery = delivery;
	arena_init(&discovery->arena);
	buf_init(&discovery->found, LIMIT_FILE_BYTES);
	discovery->url = discovery_url(&discovery->arena, delivery->organisation, false);
	discovery->subject = subject_of(&discovery->arena, delivery);
	github_call_init(&discovery->call, STR(""), STR(""));
	return discovery;
}

void discovery_free(struct discovery *discovery)
{
	if (!discovery)
		return;
	github_call_release(&discovery->call);
	buf_release(&discovery->found);
	arena_release(&discovery->arena);
	free(discovery);
}

struct github_call *discovery_next(struct discovery *discovery, struct err *err)
{
	(void)err;
	if (!discovery->url.len)
		return NULL;
	github_call_release(&discovery->call);
	github_call_init(&discovery->call, discovery->url, STR(""));
	return &discovery->call;
}

static bool any_matches(const struct delivery_texts *patterns, struct str name)
{
	for (size_t i = 0; i < patterns->len; i++)
		if (glob_matches(patterns->at[i], name))
			return true;
	return false;
}

static bool has_topic(const struct delivery *delivery, const struct github_repository *repository)
{
	for (size_t i = 0; i < repository->topics_len; i++)
		if (any_matches(&delivery->topics, repository->topics[i]))
			return true;
	return delivery->topics.len == 0;
}

static bool has_property(const struct github_repository *repository, const struct label *wanted)
{
	for (size_t i = 0; i < repository->properties_len; i++)
		if (str_eq(repository->property_names[i], wanted->name) &&
		    str_eq(repository->property_values[i], wanted->value))
			return true;
	return false;
}

bool discovery_fits(const struct delivery *delivery, const struct github_repository *repository)
{
	struct str name = repository->full_name;
	size_t slash = str_find(name, '/');

	if (slash == name.len || repository->archived || repository->disabled)
		return false;
	name = str_slice(name, slash + 1, name.len);
	if (!delivery_lets_in(delivery, name) || !has_topic(delivery, repository))
		return false;
	for (size_t i = 0; i < delivery->properties.len; i++)
		if (!has_property(repository, &delivery->properties.at[i]))
			return false;
	return true;
}

static bool finish(struct discovery *discovery, struct err *err)
{
	struct err why = {0};
	struct buf before;
	bool ok;

	buf_init(&before, LIMIT_FILE_BYTES);
	ok = facts_get_mark(discovery->facts, discovery->subject, mark, &before, &why) || !why.text[0];
	discovery->changed = !str_eq(buf_view(&before), buf_view(&discovery->found));
	if (ok && discovery->changed)
		ok = facts_put_mark(discovery->facts, discovery->subject, mark, buf_view(&discovery->found), &why);
	buf_release(&before);
	return ok || err_set(err, "%s", why.text);
}

static void give_up(struct discovery *discovery, const char *text)
{
	snprintf(discovery->error, sizeof(discovery->error), "%s", text);
	discovery->url.len = 0;
}

bool discovery_take(struct discovery *discovery, struct err *err)
{
	struct github_call *call = &discovery->call;
	struct github_repositories list;
	struct err why = {0};

	if (call->verdict == GITHUB_LATER)
		return true;
	if (call->verdict == GITHUB_GONE && !discovery->person && !discovery->found.len) {
		discovery->person = true;
		snprintf(discovery->error, sizeof(discovery->error), "%s", call->err.text);
		discovery->url = discovery_url(&discovery->arena, discovery->delivery->organisation, true);
		return true;
	}
	if (call->verdict == GITHUB_GONE && discovery->person) {
		discovery->url.len = 0; /* what was said of the organisation stands */
		return true;
	}
	if (call->verdict != GITHUB_OK) {
		give_up(discovery, call->err.text);
		return true;
	}
	if (!github_read_repositories(call->answer, &discovery->arena, &list, &why)) {
		give_up(discovery, why.text);
		return true;
	}
	discovery->error[0] = '\0';
	for (size_t i = 0; i < list.len; i++)
		if (discovery_fits(discovery->delivery, &list.at[i]))
			buf_fmt(&discovery->found, "%.*s\n", STR_ARG(list.at[i].full_name));
	discovery->url = arena_str(&discovery->arena, buf_view(&call->next));
	return discovery->url.len > 0 || finish(discovery, err);
}

const char *discovery_error(const struct discovery *discovery) { return discovery->error; }

bool discovery_changed(const struct discovery *discovery) { return discovery->changed; }

bool discovery_found(struct facts *facts, const struct delivery *delivery, struct arena *arena, struct str **out,
		     size_t *len, struct err *err)
{
	struct err why = {0};
	struct buf value;
	struct str rest;

	*out = NULL;
	*len = 0;
	buf_init(&value, LIMIT_FILE_BYTES);
	facts_get_mark(facts, subject_of(arena, delivery), mark, &value, &why);
	rest = arena_str(arena, buf_view(&value));
	buf_release(&value);
	if (why.text[0])
		return err_set(err, "%s", why.text);
	while (rest.len > 0) {
		size_t end = str_find(rest, '\n');

		*out = arena_grow(arena, *out, *len, sizeof(**out));
		(*out)[(*len)++] = str_slice(rest, 0, end);
		rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
	}
	return true;
}
