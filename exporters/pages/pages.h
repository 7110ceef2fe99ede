/* The pages for people: what is known goes in, HTML comes out; nothing else is looked at. docs/pages.md says what each
 * shows. A page is under 100 KB: what is long is shown in parts, and long texts are cut. False: `out` had not enough
 * room, or, where that is said, there is no such page. */
#ifndef WICK_EXPORTERS_PAGES_PAGES_H
#define WICK_EXPORTERS_PAGES_PAGES_H

#include "exporters/pages/query.h"
#include "model/audit.h"
#include "model/health.h"
#include "model/result.h"
#include "slo/definitions.h"

struct page_source {
	const struct results *results; /* NULL before there are any */
	const struct health *health;
	const struct slo_set *set;      /* NULL is legal */
	const struct audit_list *audit; /* likewise */
	const struct page_query *query; /* what the reader asks for; never NULL */
};

/* "/": all SLOs, worst first, or as the reader wants them. */
bool slos_page_write(struct buf *out, const struct page_source *source);
/* "/slo/<id>": one SLO, or of an SLO with groups one of them. False where there is none of that id. */
bool slo_page_write(struct buf *out, const struct page_source *source, struct str id);
/* "/calendar": periods side by side, SLO by SLO. */
bool calendar_page_write(struct buf *out, const struct page_source *source);
/* "/dora": the delivery metrics of everything. */
bool dora_page_write(struct buf *out, const struct page_source *source);
/* "/dora/<service>": those of one service, with its deployments. False where there is none of that name. */
bool service_page_write(struct buf *out, const struct page_source *source, struct str service);
/* "/policy": what is agreed for each service, and the policies. */
bool policy_page_write(struct buf *out, const struct page_source *source);
/* "/status": the daemon itself. */
bool status_page_write(struct buf *out, const struct page_source *source);
/* "/dashboards/": those for Grafana. */
bool dashboards_page_write(struct buf *out, const struct page_source *source);
/* "/runbooks/" (`rest` is empty), "/runbooks/NAME" and "/runbooks/NAME/<id>". False where there is no such runbook. */
bool runbook_page_write(struct buf *out, const struct page_source *source, struct str rest);

/* In place of a page that cannot be shown: the HTTP status, what was asked for, and a sentence without its full stop.
 */
bool refusal_page_write(struct buf *out, unsigned status, struct str path, struct str why);

/* What stands under the heading: what is wrong with the daemon, and as of when all of it is. False before there are
 * results, which is said, too. */
bool page_state(struct buf *out, const struct page_source *source);
/* Seconds after which there may be something new. */
unsigned page_renewal(const struct page_source *source);

#endif
