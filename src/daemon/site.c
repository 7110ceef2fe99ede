#include "daemon/site.h"

#include "base/limits.h"
#include "base/mem.h"
#include "daemon/accept.h"
#include "daemon/dashboards_page.h"
#include "daemon/gzip.h"
#include "daemon/page.h"
#include "daemon/page_frame.h"
#include "daemon/percent.h"
#include "daemon/policy_page.h"
#include "daemon/runbook_page.h"
#include "delivery/results.h"
#include "exporters/audit.h"
#include "exporters/exposition.h"
#include "exporters/health_json.h"
#include "exporters/policy.h"
#include "exporters/slo_json.h"
#include "format/json_write.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* Nothing on our pages comes from elsewhere or runs; nothing is to be kept or framed. */
const char *const site_headers[] = {
	"Content-Security-Policy",
	"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options",
	"nosniff",
	"Referrer-Policy",
	"no-referrer",
	"Cache-Control",
	"no-store",
	"Vary",
	"Accept, Accept-Encoding",
	NULL,
};

static const char text_plain[] = "text/plain; charset=utf-8";
static const char text_html[] = "text/html; charset=utf-8";
static const char application_json[] = "application/json";

/* Pages that show a whole snapshot. */
enum page { PAGE_METRICS_TEXT, PAGE_METRICS_OPENMETRICS, PAGE_SLOS, PAGE_POLICY, PAGE_AUDIT, PAGE_INDEX };
enum { PAGES = PAGE_INDEX + 1 };

struct site {
	struct board *board;
	int reload_fd;
	struct webhooks *webhooks;   /* or NULL */
	struct str address;          /* by which people reach wick; not owned */
	struct snapshot *shown;      /* what the kept pages show */
	struct blob *kept[PAGES][2]; /* as they are, and compressed */
};

struct blob *blob_new(size_t ceiling)
{
	struct blob *blob = xcalloc(1, sizeof(*blob));

	buf_init(&blob->bytes, ceiling);
	blob->references = 1;
	return blob;
}

struct blob *blob_ref(struct blob *blob)
{
	blob->references++;
	return blob;
}

void blob_unref(struct blob *blob)
{
	if (!blob || --blob->references > 0)
		return;
	buf_release(&blob->bytes);
	free(blob);
}

struct site *site_new(struct board *board, int reload_fd, struct webhooks *webhooks)
{
	struct site *site = xcalloc(1, sizeof(*site));

	site->board = board;
	site->reload_fd = reload_fd;
	site->webhooks = webhooks;
	return site;
}

void site_set_address(struct site *site, struct str address) { site->address = address; }

static void drop_pages(struct site *site)
{
	for (size_t i = 0; i < PAGES; i++)
		for (size_t gzip = 0; gzip < 2; gzip++) {
			blob_unref(site->kept[i][gzip]);
			site->kept[i][gzip] = NULL;
		}
	snapshot_unref(site->shown);
	site->shown = NULL;
}

void site_free(struct site *site)
{
	if (!site)
		return;
	drop_pages(site);
	free(site);
}

/* Follows the board: what was kept of an older snapshot goes. */
static const struct snapshot *site_look(struct site *site)
{
	struct snapshot *current = board_current(site->board);

	if (current != site->shown)
		drop_pages(site);
	else
		snapshot_unref(site->shown);
	return site->shown = current;
}

/* Of a daemon that has just started, before there is a snapshot. */
static const struct health starting = {
	.not_ready = STR_INIT("starting"),
	.version = STR_INIT(WICK_VERSION),
	.store_ok = true,
	.reload_ok = true,
	.silences = (double)NAN,
	.silences_refused = (double)NAN,
	.delivery.quota_left = (double)NAN,
};

/* The metrics, with those of deliveries where GitHub is asked. */
static bool write_metrics(struct buf *out, const struct snapshot *snapshot, enum exposition_format format)
{
	const struct delivery_results *delivery = snapshot ? snapshot->delivery : NULL;
	struct github_shown github;
	struct delivery_series series = {.githubs = &github};

	if (!snapshot)
		return exposition_write(out, NULL, &starting, NULL, format);
	if (delivery) {
		github = (struct github_shown){delivery->host, delivery->github};
		series.results = &delivery->results;
		series.githubs_len = delivery->asked;
	}
	return exposition_write(out, &snapshot->results, &snapshot->health, delivery ? &series : NULL, format);
}

static bool write_page(struct buf *out, const struct snapshot *snapshot, enum page page)
{
	const struct results *results = snapshot ? &snapshot->results : NULL;

	switch (page) {
	case PAGE_METRICS_TEXT:
		return write_metrics(out, snapshot, EXPOSITION_TEXT);
	case PAGE_METRICS_OPENMETRICS:
		return write_metrics(out, snapshot, EXPOSITION_OPENMETRICS);
	case PAGE_SLOS:
		return slo_json_write_api(out, results, NULL, NULL);
	case PAGE_POLICY:
		return policy_page_write(out, snapshot);
	case PAGE_AUDIT:
		return audit_json_write(out, snapshot ? snapshot->audit : NULL, (struct instant){0});
	case PAGE_INDEX:
		return page_write(out, snapshot);
	}
	return false;
}

/* Gives what is left of a buffer's doubling back: kept pages live as long as a snapshot. */
static struct blob *trimmed(struct blob *blob)
{
	if (blob->bytes.at && blob->bytes.cap > blob->bytes.len + 1) {
		blob->bytes.cap = blob->bytes.len + 1;
		blob->bytes.at = xrealloc(blob->bytes.at, blob->bytes.cap);
	}
	return blob;
}

/* The page from what is kept, or written now; NULL where it is too large. The compressed form does not keep the plain
 * one. */
static struct blob *site_page(struct site *site, enum page page, bool gzip)
{
	const struct snapshot *snapshot = site_look(site);
	struct blob *plain = site->kept[page][false], *packed;

	if (site->kept[page][gzip])
		return blob_ref(site->kept[page][gzip]);
	if (plain) {
		blob_ref(plain);
	} else {
		plain = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
		if (!write_page(&plain->bytes, snapshot, page)) {
			blob_unref(plain);
			return NULL;
		}
	}
	if (!gzip)
		return blob_ref(site->kept[page][false] = trimmed(plain));
	packed = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	if (!gzip_write(&packed->bytes, buf_view(&plain->bytes))) {
		blob_unref(packed);
		packed = NULL;
	} else {
		blob_ref(site->kept[page][true] = trimmed(packed));
	}
	blob_unref(plain);
	return packed;
}

static struct reply reply_text(unsigned status, const char *text, struct str more)
{
	struct reply reply = {.status = status, .content_type = text_plain, .body = blob_new(LIMIT_TEXT_BYTES)};

	buf_cstr(&reply.body->bytes, text);
	buf_str(&reply.body->bytes, more);
	buf_char(&reply.body->bytes, '\n');
	return reply;
}

static struct reply reply_page(struct site *site, const struct request *request, enum page page,
			       const char *content_type)
{
	struct reply reply = {
		.status = 200, .content_type = content_type, .gzip = accept_gzip(request->accept_encoding)};

	reply.body = site_page(site, page, reply.gzip);
	return reply.body ? reply : reply_text(500, "this page is larger than wick sends", STR(""));
}

static struct reply show_metrics(struct site *site, const struct request *request, struct str rest)
{
	static const char *const text_versions[] = {"0.0.4", NULL}, *const open_versions[] = {"1.0.0", "0.0.1", NULL};
	double text = accept_media(request->accept, STR("text/plain"), text_versions);
	double open = accept_media(request->accept, STR("application/openmetrics-text"), open_versions);

	(void)rest;
	/* Who wants neither gets the text format: a scraper's wishes for later versions still end in numbers. */
	if (open > text)
		return reply_page(site, request, PAGE_METRICS_OPENMETRICS,
				  exposition_content_types[EXPOSITION_OPENMETRICS]);
	return reply_page(site, request, PAGE_METRICS_TEXT, exposition_content_types[EXPOSITION_TEXT]);
}

static struct reply show_slos(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return reply_page(site, request, PAGE_SLOS, application_json);
}

static struct reply reply_api_error(unsigned status, const char *text)
{
	struct reply reply = {.status = status, .content_type = application_json, .body = blob_new(LIMIT_TEXT_BYTES)};
	struct json_writer json;

	json_begin(&json, &reply.body->bytes, false);
	json_object(&json);
	json_key(&json, "error");
	json_cstr(&json, text);
	json_object_end(&json);
	buf_char(&reply.body->bytes, '\n');
	return reply;
}

/* What the API says of what is named behind a path; `missing` where there is none of that name. */
static struct reply reply_named(struct site *site, struct str rest,
				bool (*write)(struct buf *out, const struct results *results, const struct str *name,
					      size_t *found),
				const char *missing)
{
	const struct snapshot *snapshot = site_look(site);
	struct reply reply = {.status = 200, .content_type = application_json};
	struct buf name;
	size_t found = 0;
	bool ok;

	if (!snapshot)
		return reply_api_error(503, "nothing is worked out yet; wick has just started");
	buf_init(&name, LIMIT_HTTP_REQUEST_BYTES);
	ok = percent_decode(rest, &name);
	if (ok) {
		struct str wanted = buf_view(&name);

		reply.body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
		ok = write(&reply.body->bytes, &snapshot->results, &wanted, &found) && found;
	}
	buf_release(&name);
	if (ok)
		return reply;
	blob_unref(reply.body);
	return reply.body ? reply_api_error(404, missing)
			  : reply_api_error(400, "the name is not percent-encoded as it should be");
}

static struct reply show_slo(struct site *site, const struct request *request, struct str rest)
{
	(void)request;
	return reply_named(site, rest, slo_json_write_api, "there is no SLO with this id");
}

static struct reply show_policies(struct site *site, const struct request *request, struct str rest)
{
	const struct snapshot *snapshot = site_look(site);
	struct reply reply = {
		.status = 200, .content_type = application_json, .body = blob_new(LIMIT_HTTP_RESPONSE_BYTES)};
	size_t found;

	(void)request;
	(void)rest;
	if (policy_json_write(&reply.body->bytes, snapshot ? &snapshot->results : NULL, NULL, &found))
		return reply;
	blob_unref(reply.body);
	return reply_api_error(500, "this page is larger than wick sends");
}

static struct reply show_audit(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return reply_page(site, request, PAGE_AUDIT, application_json);
}

static struct reply show_status(struct site *site, const struct request *request, struct str rest)
{
	const struct snapshot *snapshot = site_look(site);
	struct reply reply = {
		.status = 200, .content_type = application_json, .body = blob_new(LIMIT_HTTP_RESPONSE_BYTES)};

	(void)request;
	(void)rest;
	health_json_write(&reply.body->bytes, snapshot ? &snapshot->health : &starting);
	return reply;
}

static struct reply show_policy(struct site *site, const struct request *request, struct str rest)
{
	(void)request;
	return reply_named(site, rest, policy_json_write, "there is no service of this name");
}

static struct reply show_policy_page(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return reply_page(site, request, PAGE_POLICY, text_html);
}

static struct reply show_index(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return reply_page(site, request, PAGE_INDEX, text_html);
}

/* What was written, or that there is nothing of that name. */
static struct reply reply_written(struct blob *body, bool written, const char *content_type, const char *missing)
{
	struct reply reply = {.status = 200, .content_type = content_type, .body = body};

	if (written)
		return reply;
	blob_unref(body);
	return reply_text(404, missing, STR(""));
}

static struct reply show_runbook(struct site *site, const struct request *request, struct str rest)
{
	struct blob *body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	struct buf wanted;
	bool ok;

	(void)request;
	buf_init(&wanted, LIMIT_HTTP_REQUEST_BYTES);
	ok = percent_decode(rest, &wanted) && runbook_page_write(&body->bytes, site_look(site), buf_view(&wanted));
	buf_release(&wanted);
	return reply_written(body, ok, text_html, "there is no such runbook; /runbooks/ lists them");
}

static struct reply show_dashboard(struct site *site, const struct request *request, struct str rest)
{
	struct blob *body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	bool json, ok = dashboards_page_write(&body->bytes, rest, site->address, &json);

	(void)request;
	return reply_written(body, ok, json ? application_json : text_html,
			     "there is no such dashboard; /dashboards/ lists them");
}

static struct reply show_style(struct site *site, const struct request *request, struct str rest)
{
	struct reply reply = reply_text(200, page_style, STR(""));

	(void)site;
	(void)request;
	(void)rest;
	reply.content_type = "text/css; charset=utf-8";
	return reply;
}

static struct reply show_healthy(struct site *site, const struct request *request, struct str rest)
{
	(void)site;
	(void)request;
	(void)rest;
	return reply_text(200, "healthy", STR(""));
}

static struct reply show_ready(struct site *site, const struct request *request, struct str rest)
{
	const struct snapshot *snapshot = site_look(site);

	(void)request;
	(void)rest;
	if (snapshot && snapshot->health.ready)
		return reply_text(200, "ready", STR(""));
	return reply_text(503, "not ready: ", snapshot ? snapshot->health.not_ready : STR("starting"));
}

static struct reply take_reload(struct site *site, const struct request *request, struct str rest)
{
	static const uint64_t one = 1;

	(void)rest;
	if (site->reload_fd < 0)
		return reply_text(403, "reloading over HTTP is not enabled", STR(""));
	/* Browsers send an origin with every POST: a page elsewhere shall not be able to reload. */
	if (request->origin.at)
		return reply_text(403, "web pages may not reload", STR(""));
	/* An eventfd refuses only when it is full, and then a reload is asked for already. */
	if (write(site->reload_fd, &one, sizeof(one)) < 0)
		return reply_text(202, "a reload is on its way already", STR(""));
	return reply_text(202, "reload asked for", STR(""));
}

static struct reply take_webhook(struct site *site, const struct request *request, struct str rest)
{
	static const struct {
		unsigned status;
		const char *text;
	} answers[WEBHOOK_OUTCOMES] = {
		[WEBHOOK_TAKEN] = {202, "it will be read"},       [WEBHOOK_IGNORED] = {202, "nothing of it is read"},
		[WEBHOOK_REPEATED] = {202, "it came before"},     [WEBHOOK_BROKEN] = {400, "refused: "},
		[WEBHOOK_FORGED] = {401, "not to be believed: "}, [WEBHOOK_REFUSED] = {403, "refused: "},
	};
	const char *reason = "webhooks are not enabled";
	enum webhook_outcome outcome = WEBHOOK_REFUSED;

	(void)rest;
	if (site->webhooks)
		outcome = webhooks_take(site->webhooks, &request->webhook, &reason);
	return reply_text(answers[outcome].status, answers[outcome].text, str_of(reason));
}

static const struct route {
	struct str path;
	bool prefix; /* what comes behind it belongs to it too, and is handed on */
	bool post;   /* POST, otherwise GET and HEAD */
	struct reply (*answer)(struct site *site, const struct request *request, struct str rest);
} routes[] = {
	{STR_INIT("/metrics"), false, false, show_metrics},
	{STR_INIT("/api/v1/slos"), false, false, show_slos},
	{STR_INIT("/api/v1/slos/"), true, false, show_slo},
	{STR_INIT("/-/healthy"), false, false, show_healthy},
	{STR_INIT("/-/ready"), false, false, show_ready},
	{STR_INIT("/-/reload"), false, true, take_reload},
	{STR_INIT("/webhooks/github"), false, true, take_webhook},
	{STR_INIT("/"), false, false, show_index},
	{STR_INIT("/style.css"), false, false, show_style},
	{STR_INIT("/runbooks/"), true, false, show_runbook},
	{STR_INIT("/dashboards/"), true, false, show_dashboard},
	{STR_INIT("/policy"), false, false, show_policy_page},
	{STR_INIT("/api/v1/status"), false, false, show_status},
	{STR_INIT("/api/v1/audit"), false, false, show_audit},
	{STR_INIT("/api/v1/policy"), false, false, show_policies},
	{STR_INIT("/api/v1/policy/"), true, false, show_policy},
};

size_t site_body_ceiling(struct str method, struct str path)
{
	return str_is(method, "POST") && str_is(path, "/webhooks/github") ? LIMIT_WEBHOOK_BYTES : 0;
}

struct reply site_answer(struct site *site, const struct request *request)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		const struct route *route = &routes[i];
		bool get = str_is(request->method, "GET") || str_is(request->method, "HEAD");
		struct reply reply;

		if (route->prefix ? !str_starts(request->path, route->path) : !str_eq(request->path, route->path))
			continue;
		if (route->post ? str_is(request->method, "POST") : get)
			return route->answer(site, request,
					     str_slice(request->path, route->path.len, request->path.len));
		reply = reply_text(405, "this page has only ", route->post ? STR("POST") : STR("GET and HEAD"));
		reply.allow = route->post ? "POST" : "GET, HEAD";
		return reply;
	}
	return reply_text(404, "there is no such page; / lists those that there are", STR(""));
}
