#include "demo/hub.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "demo/fault.h"
#include "demo/hub_parts.h"
#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>

enum { REPOSITORY_ID = 1000, PATH_BYTES = 16384 };
/* Of a request's: it comes back in a Link four times, and with codes for single letters. */
enum { ADDRESS_BYTES = 4096 };

struct str ask_value(const struct ask *ask, const char *name, struct buf *buf)
{
	buf_clear(buf);
	return query_value(ask->query, str_of(name), buf) ? buf_view(buf) : STR("");
}

bool ask_is(const struct ask *ask, const char *name, const char *value, bool otherwise)
{
	struct buf buf;
	struct str given;
	bool is;

	buf_init(&buf, PATH_BYTES);
	given = ask_value(ask, name, &buf);
	is = given.len ? str_is(given, value) : otherwise;
	buf_release(&buf);
	return is;
}

void ask_refuse(struct ask *ask, int status, const char *message)
{
	struct json_writer json;

	ask->reply->status = status;
	buf_clear(&ask->reply->body);
	buf_clear(&ask->reply->headers);
	json_begin(&json, &ask->reply->body, false);
	json_object(&json);
	json_key_text(&json, "message", str_of(message));
	json_key_text(&json, "documentation_url", STR("https://docs.github.com/rest"));
	json_key(&json, "status");
	json_str(&json, str_of((char[]){(char)('0' + status / 100), (char)('0' + status / 10 % 10),
					(char)('0' + status % 10), '\0'}));
	json_object_end(&json);
}

bool ask_number(struct str text, int64_t *out)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_digit(text.at[i]))
			return false;
	return text.len > 0 && num_read_i64(text, out);
}

/* Pages as GitHub reads them: nonsense is the default, what is too much is the most. */
static size_t page_number(const struct ask *ask, const char *name, size_t otherwise, size_t most)
{
	struct buf buf;
	int64_t number;

	buf_init(&buf, PATH_BYTES);
	if (!ask_number(ask_value(ask, name, &buf), &number) || number < 1)
		number = (int64_t)otherwise;
	buf_release(&buf);
	return (size_t)number < most ? (size_t)number : most;
}

static bool names(const struct ask *ask, const char *name)
{
	struct buf buf;
	bool there;

	buf_init(&buf, PATH_BYTES);
	there = query_value(ask->query, str_of(name), &buf);
	buf_release(&buf);
	return there;
}

/* What could end a link early is written as a code; the rest of a query is one already. */
static void put_query(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '<' || text.at[i] == '>' || text.at[i] == '"')
			buf_fmt(out, "%%%02X", (unsigned)text.at[i]);
		else
			buf_char(out, text.at[i]);
}

static void put_link(struct ask *ask, const char **before, size_t page, const char *rel)
{
	struct str rest = ask->query, key, value;
	struct buf *out = &ask->reply->headers;

	buf_fmt(out, "%s<%s%.*s?", *before, ask->api, STR_ARG(ask->listed));
	while (query_next(&rest, &key, &value)) {
		if (!key.len || str_is(key, "page"))
			continue;
		put_query(out, key);
		buf_char(out, '=');
		put_query(out, value);
		buf_char(out, '&');
	}
	buf_fmt(out, "page=%zu>; rel=\"%s\"", page, rel);
	*before = ", ";
}

void link_pages(struct ask *ask, size_t count)
{
	size_t last = (count + ask->per_page - 1) / ask->per_page;
	const char *before = "Link: ";

	last = last ? last : 1;
	if (ask->page > 1)
		put_link(ask, &before, ask->page - 1 < last ? ask->page - 1 : last, "prev");
	if (ask->page < last) {
		put_link(ask, &before, ask->page + 1, "next");
		put_link(ask, &before, last, "last");
	}
	if (ask->page > 1)
		put_link(ask, &before, 1, "first");
	if (last > 1 || ask->page > 1)
		buf_cstr(&ask->reply->headers, "\r\n");
}

void listing_add(struct listing *listing, int64_t key, uint32_t index, uint32_t inner)
{
	XGROW(listing->at, listing->len, listing->cap);
	listing->at[listing->len++] = (struct found){key, index, inner};
}

static int by_key(const void *left, const void *right)
{
	const struct found *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return a->inner < b->inner ? -1 : a->inner > b->inner;
}

void listing_answer(struct ask *ask, struct listing *listing, bool descending, const char *name,
		    void (*put)(struct ask *, const struct found *))
{
	size_t reach = listing->ceiling && listing->ceiling < listing->len ? listing->ceiling : listing->len;
	size_t from = (ask->page - 1) * ask->per_page;

	if (listing->len)
		qsort(listing->at, listing->len, sizeof(*listing->at), by_key);
	if (name) {
		json_object(&ask->json);
		put_int(ask, "total_count", (int64_t)listing->len);
		json_key(&ask->json, name);
	}
	json_array(&ask->json);
	for (size_t i = from; i < reach && i < from + ask->per_page; i++)
		put(ask, &listing->at[descending ? listing->len - 1 - i : i]);
	json_array_end(&ask->json);
	if (name)
		json_object_end(&ask->json);
	link_pages(ask, reach);
	free(listing->at);
}

/* '#' stands for a number, '*' for anything that is not empty. */
static const struct route {
	const char *pattern;
	void (*answer)(struct ask *);
} routes[] = {
	{"", hub_repository},
	{"actions/runs", hub_runs},
	{"actions/runs/#", hub_run},
	{"actions/runs/#/jobs", hub_jobs},
	{"actions/runs/#/attempts/#", hub_run},
	{"actions/runs/#/attempts/#/jobs", hub_jobs},
	{"actions/workflows", hub_workflows},
	{"actions/workflows/*", hub_workflow},
	{"actions/workflows/*/runs", hub_runs},
	{"deployments", hub_deployments},
	{"deployments/#", hub_deployment},
	{"deployments/#/statuses", hub_statuses},
	{"environments", hub_environments},
	{"properties/values", hub_properties},
	{"releases", hub_nothing},
	{"tags", hub_nothing},
	{"compare/*", hub_compare},
	{"commits", hub_commits},
	{"commits/*", hub_commit},
	{"commits/*/pulls", hub_commit_pulls},
	{"pulls", hub_pulls},
	{"pulls/#", hub_pull},
	{"pulls/#/commits", hub_pull_commits},
	{"pulls/#/reviews", hub_reviews},
	{"issues", hub_issues},
};

static bool route_fits(const char *pattern, const struct ask *ask)
{
	struct str rest = str_of(pattern);
	int64_t number;

	for (size_t i = 0; i < ask->parts_len; i++) {
		size_t end = str_find(rest, '/');
		struct str part = str_slice(rest, 0, end);

		if (!part.len)
			return false;
		if (str_is(part, "#") ? !ask_number(ask->parts[i], &number)
				      : !str_is(part, "*") && !str_eq(part, ask->parts[i]))
			return false;
		rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
	}
	return rest.len == 0;
}

static bool same_name(struct str text, const char *name)
{
	bool same = text.len == strlen(name);

	for (size_t i = 0; same && i < text.len; i++)
		same = ascii_lower(text.at[i]) == name[i];
	return same;
}

/* "/repos/OWNER/NAME" and "/repositories/ID" are taken off the path. */
static bool take_repository(struct ask *ask)
{
	int64_t id;
	size_t taken = 0;

	if (ask->now.ms < ask->repository->created.ms)
		return false;
	if (ask->parts_len >= 3 && str_is(ask->parts[0], "repos") && same_name(ask->parts[1], HUB_OWNER) &&
	    same_name(ask->parts[2], HUB_NAME))
		taken = 3;
	else if (ask->parts_len >= 2 && str_is(ask->parts[0], "repositories") && ask_number(ask->parts[1], &id) &&
		 id == REPOSITORY_ID)
		taken = 2;
	ask->parts_len -= taken;
	memmove(ask->parts, ask->parts + taken, ask->parts_len * sizeof(*ask->parts));
	return taken > 0;
}

/* Parts of the path, each decoded by itself, one behind the other in the buffer. */
static bool read_parts(struct ask *ask, struct str path, struct buf *buf)
{
	size_t begins[HUB_PARTS + 1] = {0};

	while (path.len) {
		size_t end;

		path = str_slice(path, 1, path.len); /* the slash */
		end = str_find(path, '/');
		if (ask->parts_len == HUB_PARTS || end == 0)
			return ask->parts_len > 0 && path.len == 0;
		query_decode(str_slice(path, 0, end), buf);
		begins[++ask->parts_len] = buf->len;
		path = str_slice(path, end, path.len);
	}
	for (size_t i = 0; i < ask->parts_len; i++)
		ask->parts[i] = (struct str){buf->at + begins[i], begins[i + 1] - begins[i]};
	return !buf->full && str_utf8(buf_view(buf));
}

/* What is asked for, with its list's name for links. */
static void find_answer(struct ask *ask, struct buf *listed)
{
	if (ask->parts_len == 1 && str_is(ask->parts[0], "rate_limit")) {
		hub_rate(ask);
		return;
	}
	if (ask->parts_len == 3 && str_is(ask->parts[0], "orgs") && same_name(ask->parts[1], HUB_OWNER) &&
	    str_is(ask->parts[2], "repos")) {
		ask->listed = STR("/organizations/1009/repos");
		hub_organisation(ask);
		return;
	}
	if (!take_repository(ask)) {
		ask_refuse(ask, 404, "Not Found");
		return;
	}
	buf_fmt(listed, "/repositories/%d", REPOSITORY_ID);
	for (size_t i = 0; i < ask->parts_len; i++) {
		buf_char(listed, '/');
		http_url_escape(listed, ask->parts[i]);
	}
	ask->listed = buf_view(listed);
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (route_fits(routes[i].pattern, ask)) {
			routes[i].answer(ask);
			return;
		}
	ask_refuse(ask, 404, "Not Found");
}

/* One request off the quota; false where there is nothing left. What a request costs is given back where it is free. */
static bool charge(struct hub *hub, struct instant now)
{
	if (now.ms >= hub->reset.ms) {
		hub->reset.ms = now.ms / SPAN_SECOND * SPAN_SECOND + SPAN_HOUR;
		hub->used = 0;
	}
	return hub->used < HUB_LIMIT && ++hub->used;
}

static void put_limits(const struct hub *hub, struct buf *out)
{
	buf_fmt(out, "X-RateLimit-Limit: %d\r\nX-RateLimit-Remaining: %u\r\nX-RateLimit-Used: %u\r\n", HUB_LIMIT,
		HUB_LIMIT - hub->used, hub->used);
	buf_fmt(out, "X-RateLimit-Reset: %lld\r\nX-RateLimit-Resource: core\r\n",
		(long long)(hub->reset.ms / SPAN_SECOND));
}

/* FNV-1a; of the version, too: the same body may mean another thing. */
static uint64_t digest(const struct ask *ask)
{
	struct str body = buf_view(&ask->reply->body);
	uint64_t hash = 14695981039346656037u + ask->newer;

	for (size_t i = 0; i < body.len; i++)
		hash = (hash ^ (unsigned char)body.at[i]) * 1099511628211u;
	return hash;
}

/* What is as it was costs nothing. */
static void put_etag(struct ask *ask, const struct request *request)
{
	struct str known = request_header(request, "If-None-Match");
	char etag[32];

	snprintf(etag, sizeof(etag), "\"%016llx\"", (unsigned long long)digest(ask));
	buf_fmt(&ask->reply->headers, "ETag: W/%s\r\nCache-Control: private, max-age=60, s-maxage=60\r\n", etag);
	if (!known.len || !memmem(known.at, known.len, etag, strlen(etag)))
		return;
	ask->reply->status = 304;
	buf_clear(&ask->reply->body);
	ask->hub->used--;
}

static bool read_version(struct ask *ask, const struct request *request)
{
	struct str version = request_header(request, "X-GitHub-Api-Version");

	ask->newer = str_is(version, "2026-03-10");
	return ask->newer || !version.len || str_is(version, "2022-11-28");
}

static void answer(struct ask *ask, const struct request *request, struct str path)
{
	struct buf parts, listed;

	buf_init(&parts, PATH_BYTES);
	buf_init(&listed, PATH_BYTES);
	if (!str_is(request->method, "GET"))
		ask_refuse(ask, 404, "Not Found");
	else if (!read_version(ask, request))
		ask_refuse(ask, 400, "The version of the API that is asked for is not supported.");
	else if (!read_parts(ask, path, &parts))
		ask_refuse(ask, 404, "Not Found");
	else
		find_answer(ask, &listed);
	buf_release(&parts);
	buf_release(&listed);
}

static void answer_for_quota(struct ask *ask, const struct request *request, struct str path)
{
	answer(ask, request, path);
	if (ask->reply->status == 200)
		put_etag(ask, request);
}

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~')
			return false;
	return true;
}

void hub_answer(struct hub *hub, const struct request *request, struct instant now, struct reply *reply)
{
	struct str prefix = STR(HUB_PATH), path = str_slice(request->path, prefix.len, request->path.len);
	struct ask ask = {.hub = hub,
			  .repository = hub->repository,
			  .now = {now.ms / SPAN_SECOND * SPAN_SECOND},
			  .query = request->query,
			  .reply = reply};

	repository_advance(hub->repository, ask.now);
	snprintf(ask.api, sizeof(ask.api), "http://%.*s" HUB_PATH, STR_ARG(hub->address));
	snprintf(ask.url, sizeof(ask.url), "%s/repos/" HUB_OWNER "/" HUB_NAME, ask.api);
	ask.page = page_number(&ask, "page", 1, 1000000);
	ask.per_page = page_number(&ask, "per_page", 30, 100);
	ask.paged = names(&ask, "page") || names(&ask, "per_page");
	reply->type = "application/json; charset=utf-8";
	json_begin(&ask.json, &reply->body, false);
	if (request->path.len + request->query.len > ADDRESS_BYTES)
		ask_refuse(&ask, 400, "The address is too long.");
	else if (!is_plain(request->path) || !is_plain(request->query))
		ask_refuse(&ask, 400, "The address holds what has to be encoded.");
	else if (str_is(path, "/rate_limit"))
		answer(&ask, request, path);
	else if (!charge(hub, now))
		ask_refuse(&ask, 403, "API rate limit exceeded.");
	else
		answer_for_quota(&ask, request, path);
	put_limits(hub, &reply->headers);
}
