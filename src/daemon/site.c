#include "daemon/site.h"

#include "base/limits.h"
#include "base/mem.h"
#include "daemon/accept.h"
#include "daemon/site_parts.h"
#include "exporters/dashboards/dashboards.h"
#include "exporters/delivery/api.h"
#include "exporters/exposition.h"
#include "exporters/health_json.h"
#include "exporters/pages/assets.h"
#include "exporters/policy.h"
#include "exporters/slo_json.h"
#include "format/json_write.h"

#include <stdlib.h>
#include <unistd.h>

/* Nothing on our pages comes from elsewhere; nothing inline is styled or runs; nothing is to be kept or framed. Forms
 * ask us alone, and our one script does. */
const char *const site_headers[] = {
	"Content-Security-Policy",
	"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
	"frame-ancestors 'none'",
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

static const char text_html[] = "text/html; charset=utf-8";
static const char text_plain[] = "text/plain; charset=utf-8";
static const char application_json[] = "application/json";

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

void site_free(struct site *site)
{
	if (!site)
		return;
	site_drop_pages(site);
	free(site);
}

struct reply site_text(unsigned status, const char *text, struct str more)
{
	struct reply reply = {.status = status, .content_type = text_plain, .body = blob_new(LIMIT_TEXT_BYTES)};

	buf_cstr(&reply.body->bytes, text);
	buf_str(&reply.body->bytes, more);
	buf_char(&reply.body->bytes, '\n');
	return reply;
}

static struct reply show_metrics(struct site *site, const struct request *request, struct str rest)
{
	static const char *const text_versions[] = {"0.0.4", NULL}, *const open_versions[] = {"1.0.0", "0.0.1", NULL};
	double text = accept_media(request->accept, STR("text/plain"), text_versions);
	double open = accept_media(request->accept, STR("application/openmetrics-text"), open_versions);

	(void)rest;
	/* Who wants neither gets the text format: a scraper's wishes for later versions still end in numbers. */
	if (open > text)
		return site_page(site, request, PAGE_METRICS_OPENMETRICS,
				 exposition_content_types[EXPOSITION_OPENMETRICS]);
	return site_page(site, request, PAGE_METRICS_TEXT, exposition_content_types[EXPOSITION_TEXT]);
}

static struct reply show_slos(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_SLOS, application_json);
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
	ok = percent_decode(rest, false, &name);
	if (ok) {
		struct str wanted = buf_view(&name);

		reply.body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
		ok = write(&reply.body->bytes, &snapshot->results, &wanted, &found) && found;
	}
	buf_release(&name);
	if (ok)
		return reply;
	if (!reply.body)
		return reply_api_error(400, "the name is not percent-encoded as it should be");
	ok = !reply.body->bytes.full;
	blob_unref(reply.body);
	return ok ? reply_api_error(404, missing) : reply_api_error(500, "this page is larger than wick sends");
}

static struct reply show_slo(struct site *site, const struct request *request, struct str rest)
{
	(void)request;
	return reply_named(site, rest, slo_json_write_api, "there is no SLO with this id");
}

static struct reply show_deliveries(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_DELIVERIES, application_json);
}

static struct reply show_delivery(struct site *site, const struct request *request, struct str rest)
{
	const struct snapshot *snapshot = site_look(site);
	struct reply reply = {.status = 200, .content_type = application_json};
	enum delivery_answer answer = DELIVERY_UNCLEAR;
	struct err err = {"the name is not percent-encoded as it should be"};
	struct page_query query;
	struct arena arena;
	struct buf name;

	arena_init(&arena);
	buf_init(&name, LIMIT_HTTP_REQUEST_BYTES);
	reply.body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	query = page_query_read(&arena, request->query);
	if (percent_decode(rest, false, &name)) {
		struct delivery_question question = {buf_view(&name), page_query_get(&query, "environment"),
						     page_query_get(&query, "metric"),
						     page_query_get(&query, "window")};

		answer = delivery_json_write(&reply.body->bytes, snapshot ? snapshot->results.deliveries : NULL,
					     &question, &err);
	}
	buf_release(&name);
	arena_release(&arena);
	if (answer == DELIVERY_TOLD)
		return reply;
	blob_unref(reply.body);
	return reply_api_error(answer == DELIVERY_MISSING ? 404 : 400, err.text);
}

static struct reply show_policies(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_POLICIES, application_json);
}

static struct reply show_audit(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_AUDIT, application_json);
}

static struct reply show_status(struct site *site, const struct request *request, struct str rest)
{
	const struct snapshot *snapshot = site_look(site);
	struct reply reply = {
		.status = 200, .content_type = application_json, .body = blob_new(LIMIT_HTTP_RESPONSE_BYTES)};

	(void)request;
	(void)rest;
	health_json_write(&reply.body->bytes, snapshot ? &snapshot->health : &site_starting);
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
	return site_page(site, request, PAGE_POLICY, text_html);
}

static struct reply show_index(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_INDEX, text_html);
}

static struct reply show_calendar(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_CALENDAR, text_html);
}

static struct reply show_dora(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_DORA, text_html);
}

static struct reply show_status_page(struct site *site, const struct request *request, struct str rest)
{
	(void)rest;
	return site_page(site, request, PAGE_STATUS, text_html);
}

static struct reply show_slo_page(struct site *site, const struct request *request, struct str rest)
{
	return site_named_page(site, request, rest, slo_page_write, "there is no SLO with this id; / lists them");
}

static struct reply show_service(struct site *site, const struct request *request, struct str rest)
{
	return site_named_page(site, request, rest, service_page_write,
			       "nothing is known of deliveries of this service; /dora lists those that there are");
}

static struct reply show_runbook(struct site *site, const struct request *request, struct str rest)
{
	return site_named_page(site, request, rest, runbook_page_write,
			       "there is no such runbook; /runbooks/ lists them");
}

/* The list of them as a page, or one as JSON, with links to the address by which people reach wick. */
static struct reply show_dashboard(struct site *site, const struct request *request, struct str rest)
{
	const struct dashboard *one = str_ends(rest, STR(".json")) ? dashboard_named(rest) : NULL;
	struct reply reply = {.status = 200, .content_type = application_json};
	struct str address = site->address;

	if (!rest.len)
		return site_page(site, request, PAGE_DASHBOARDS, text_html);
	if (!one)
		return site_text(404, "there is no such dashboard; /dashboards/ lists them", STR(""));
	while (str_ends(address, STR("/")))
		address.len--;
	reply.body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	dash_write(&reply.body->bytes, one, address.len ? address : DASHBOARDS_WICK_URL);
	return reply;
}

/* The colours of charts are the pages' own. */
static struct reply show_style(struct site *site, const struct request *request, struct str rest)
{
	struct reply reply = {
		.status = 200, .content_type = "text/css; charset=utf-8", .body = blob_new(LIMIT_FILE_BYTES)};

	(void)site;
	(void)request;
	(void)rest;
	buf_str(&reply.body->bytes, page_asset("chart.css"));
	buf_str(&reply.body->bytes, page_asset("site.css"));
	return reply;
}

static struct reply show_script(struct site *site, const struct request *request, struct str rest)
{
	struct reply reply = {
		.status = 200, .content_type = "text/javascript; charset=utf-8", .body = blob_new(LIMIT_FILE_BYTES)};

	(void)site;
	(void)request;
	(void)rest;
	buf_str(&reply.body->bytes, page_asset("site.js"));
	return reply;
}

static struct reply show_healthy(struct site *site, const struct request *request, struct str rest)
{
	(void)site;
	(void)request;
	(void)rest;
	return site_text(200, "healthy", STR(""));
}

static struct reply show_ready(struct site *site, const struct request *request, struct str rest)
{
	const struct snapshot *snapshot = site_look(site);

	(void)request;
	(void)rest;
	if (snapshot && snapshot->health.ready)
		return site_text(200, "ready", STR(""));
	return site_text(503, "not ready: ", snapshot ? snapshot->health.not_ready : STR("starting"));
}

static struct reply take_reload(struct site *site, const struct request *request, struct str rest)
{
	static const uint64_t one = 1;

	(void)rest;
	if (site->reload_fd < 0)
		return site_text(403, "reloading over HTTP is not enabled", STR(""));
	/* Browsers send an origin with every POST: a page elsewhere shall not be able to reload. */
	if (request->origin.at)
		return site_text(403, "web pages may not reload", STR(""));
	/* An eventfd refuses only when it is full, and then a reload is asked for already. */
	if (write(site->reload_fd, &one, sizeof(one)) < 0)
		return site_text(202, "a reload is on its way already", STR(""));
	return site_text(202, "reload asked for", STR(""));
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
	return site_text(answers[outcome].status, answers[outcome].text, str_of(reason));
}

static struct reply moved_to(const struct request *request, const char *up, struct str name, const char *end)
{
	struct reply reply = {.status = 301, .content_type = text_plain, .moved = true};

	reply.body = blob_new(LIMIT_HTTP_REQUEST_BYTES + LIMIT_LINE_BYTES);
	buf_fmt(&reply.body->bytes, "%s%.*s%s%s%.*s", up, STR_ARG(name), end, request->query.len ? "?" : "",
		STR_ARG(request->query));
	return reply;
}

/* "/runbooks", whose links lead on from "/runbooks/". Relative, since a proxy may have put a prefix before it. */
static struct reply add_slash(struct site *site, const struct request *request, struct str rest)
{
	(void)site, (void)rest;
	return moved_to(request, "", str_slice(request->path, 1, request->path.len), "/");
}

/* "/calendar/", likewise. */
static struct reply drop_slash(struct site *site, const struct request *request, struct str rest)
{
	(void)site, (void)rest;
	return moved_to(request, "../", str_slice(request->path, 1, request->path.len - 1), "");
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
	{STR_INIT("/slo/"), true, false, show_slo_page},
	{STR_INIT("/calendar"), false, false, show_calendar},
	{STR_INIT("/dora"), false, false, show_dora},
	{STR_INIT("/dora/"), false, false, drop_slash},
	{STR_INIT("/dora/"), true, false, show_service},
	{STR_INIT("/calendar/"), false, false, drop_slash},
	{STR_INIT("/status/"), false, false, drop_slash},
	{STR_INIT("/policy/"), false, false, drop_slash},
	{STR_INIT("/runbooks"), false, false, add_slash},
	{STR_INIT("/dashboards"), false, false, add_slash},
	{STR_INIT("/status"), false, false, show_status_page},
	{STR_INIT("/style.css"), false, false, show_style},
	{STR_INIT("/site.js"), false, false, show_script},
	{STR_INIT("/runbooks/"), true, false, show_runbook},
	{STR_INIT("/dashboards/"), true, false, show_dashboard},
	{STR_INIT("/policy"), false, false, show_policy_page},
	{STR_INIT("/api/v1/status"), false, false, show_status},
	{STR_INIT("/api/v1/deliveries"), false, false, show_deliveries},
	{STR_INIT("/api/v1/deliveries/"), true, false, show_delivery},
	{STR_INIT("/api/v1/audit"), false, false, show_audit},
	{STR_INIT("/api/v1/policy"), false, false, show_policies},
	{STR_INIT("/api/v1/policy/"), true, false, show_policy},
};

size_t site_body_ceiling(struct str method, struct str path)
{
	return str_is(method, "POST") && str_is(path, "/webhooks/github") ? LIMIT_WEBHOOK_BYTES : 0;
}

static struct reply answer(struct site *site, const struct request *request)
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
		reply = site_text(405, "this page has only ", route->post ? STR("POST") : STR("GET and HEAD"));
		reply.allow = route->post ? "POST" : "GET, HEAD";
		return reply;
	}
	return site_text(404, "there is no such page; / lists those that there are", STR(""));
}

/* A sentence is enough for a program; a reader who has followed an old link wants to get on. */
static struct reply for_a_reader(const struct request *request, struct reply sentence)
{
	struct reply page = {.status = sentence.status, .content_type = text_html, .allow = sentence.allow};
	struct str text = buf_view(&sentence.body->bytes);

	page.body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	if (!refusal_page_write(&page.body->bytes, sentence.status, request->path, str_trim(text))) {
		blob_unref(page.body);
		return sentence;
	}
	blob_unref(sentence.body);
	return page;
}

struct reply site_answer(struct site *site, const struct request *request)
{
	static const char *const any[] = {NULL};
	struct reply reply = answer(site, request);
	bool reads = reply.status >= 400 && reply.content_type == text_plain &&
		     accept_media(request->accept, STR("text/html"), any) >
			     accept_media(request->accept, STR("text/plain"), any);

	return reads ? for_a_reader(request, reply) : reply;
}
