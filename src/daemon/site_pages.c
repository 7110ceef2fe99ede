/* What the site writes from a snapshot. */
#include "base/limits.h"
#include "base/mem.h"
#include "daemon/accept.h"
#include "daemon/gzip.h"
#include "daemon/site_parts.h"
#include "delivery/results.h"
#include "exporters/audit.h"
#include "exporters/delivery/api.h"
#include "exporters/exposition.h"
#include "exporters/policy.h"
#include "exporters/slo_json.h"

#include <math.h>

void site_drop_pages(struct site *site)
{
	for (size_t i = 0; i < PAGES; i++)
		for (size_t gzip = 0; gzip < 2; gzip++) {
			blob_unref(site->kept[i][gzip]);
			site->kept[i][gzip] = NULL;
		}
	snapshot_unref(site->shown);
	site->shown = NULL;
}

const struct snapshot *site_look(struct site *site)
{
	struct snapshot *current = board_current(site->board);

	if (current != site->shown)
		site_drop_pages(site);
	else
		snapshot_unref(site->shown);
	return site->shown = current;
}

const struct health site_starting = {
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
		return exposition_write(out, NULL, &site_starting, NULL, format);
	if (delivery) {
		github = (struct github_shown){delivery->host, delivery->github};
		series.results = &delivery->results;
		series.githubs_len = delivery->asked;
	}
	return exposition_write(out, &snapshot->results, &snapshot->health, delivery ? &series : NULL, format);
}

static struct page_source source_of(const struct snapshot *snapshot, const struct page_query *query)
{
	return (struct page_source){.results = snapshot ? &snapshot->results : NULL,
				    .health = snapshot ? &snapshot->health : &site_starting,
				    .set = snapshot ? snapshot->set : NULL,
				    .audit = snapshot ? snapshot->audit : NULL,
				    .query = query};
}

static bool write_page(struct buf *out, const struct snapshot *snapshot, enum page page, const struct page_query *query)
{
	struct page_source source = source_of(snapshot, query);

	switch (page) {
	case PAGE_METRICS_TEXT:
		return write_metrics(out, snapshot, EXPOSITION_TEXT);
	case PAGE_METRICS_OPENMETRICS:
		return write_metrics(out, snapshot, EXPOSITION_OPENMETRICS);
	case PAGE_SLOS:
		return slo_json_write_api(out, source.results, NULL, NULL);
	case PAGE_DELIVERIES:
		return deliveries_json_write(out, source.results ? source.results->deliveries : NULL);
	case PAGE_AUDIT:
		return audit_json_write(out, source.audit, (struct instant){0});
	case PAGE_POLICIES:
		return policy_json_write(out, source.results, NULL, NULL);
	case PAGE_INDEX:
		return slos_page_write(out, &source);
	case PAGE_CALENDAR:
		return calendar_page_write(out, &source);
	case PAGE_DORA:
		return dora_page_write(out, &source);
	case PAGE_POLICY:
		return policy_page_write(out, &source);
	case PAGE_STATUS:
		return status_page_write(out, &source);
	case PAGE_DASHBOARDS:
		return dashboards_page_write(out, &source);
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

/* In place of the plain one; NULL where it is too large. */
static struct blob *compressed(struct blob *plain)
{
	struct blob *packed = blob_new(LIMIT_HTTP_RESPONSE_BYTES);

	if (!gzip_write(&packed->bytes, buf_view(&plain->bytes))) {
		blob_unref(packed);
		packed = NULL;
	}
	blob_unref(plain);
	return packed;
}

/* The page from what is kept, or written now; NULL where it is too large. The compressed form does not keep the plain
 * one. */
static struct blob *kept_page(struct site *site, enum page page, bool gzip)
{
	const struct snapshot *snapshot = site_look(site);
	static const struct page_query nothing = {.len = 0};
	struct blob *plain = site->kept[page][false], *packed;

	if (site->kept[page][gzip])
		return blob_ref(site->kept[page][gzip]);
	if (plain) {
		blob_ref(plain);
	} else {
		plain = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
		if (!write_page(&plain->bytes, snapshot, page, &nothing)) {
			blob_unref(plain);
			return NULL;
		}
	}
	if (!gzip)
		return blob_ref(site->kept[page][false] = trimmed(plain));
	packed = compressed(plain);
	if (packed)
		blob_ref(site->kept[page][true] = trimmed(packed));
	return packed;
}

/* For one reader: not kept. */
static struct blob *fresh_page(struct site *site, enum page page, struct str query, bool gzip)
{
	struct blob *plain = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	struct page_query asked;
	struct arena arena;
	bool ok;

	arena_init(&arena);
	asked = page_query_read(&arena, query);
	ok = write_page(&plain->bytes, site_look(site), page, &asked);
	arena_release(&arena);
	if (ok)
		return gzip ? compressed(plain) : plain;
	blob_unref(plain);
	return NULL;
}

/* Those who scrape or read JSON may send what they like behind the question mark: it changes nothing. */
static bool is_asked(enum page page, const struct request *request) { return page >= PAGE_INDEX && request->query.len; }

struct reply site_page(struct site *site, const struct request *request, enum page page, const char *content_type)
{
	struct reply reply = {
		.status = 200, .content_type = content_type, .gzip = accept_gzip(request->accept_encoding)};

	reply.body = is_asked(page, request) ? fresh_page(site, page, request->query, reply.gzip)
					     : kept_page(site, page, reply.gzip);
	return reply.body ? reply : site_text(500, "this page is larger than wick sends", STR(""));
}

struct reply site_named_page(struct site *site, const struct request *request, struct str rest,
			     bool (*write)(struct buf *out, const struct page_source *source, struct str name),
			     const char *missing)
{
	struct reply reply = {.status = 200,
			      .content_type = "text/html; charset=utf-8",
			      .gzip = accept_gzip(request->accept_encoding)};
	const struct snapshot *snapshot = site_look(site);
	struct page_query query;
	struct page_source source;
	struct arena arena;
	struct buf name;
	bool ok, full;

	arena_init(&arena);
	buf_init(&name, LIMIT_HTTP_REQUEST_BYTES);
	reply.body = blob_new(LIMIT_HTTP_RESPONSE_BYTES);
	query = page_query_read(&arena, request->query);
	source = source_of(snapshot, &query);
	ok = percent_decode(rest, false, &name) && write(&reply.body->bytes, &source, buf_view(&name));
	full = reply.body->bytes.full;
	buf_release(&name);
	arena_release(&arena);
	if (ok && reply.gzip)
		reply.body = compressed(reply.body);
	if (ok && reply.body)
		return reply;
	blob_unref(reply.body);
	if (ok || full)
		return site_text(500, "this page is larger than wick sends", STR(""));
	return snapshot ? site_text(404, missing, STR(""))
			: site_text(503, "nothing is worked out yet; wick has just started", STR(""));
}
