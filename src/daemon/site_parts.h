/* The inside of the site, shared by site.c (paths and their answers) and site_pages.c (what is written from a snapshot)
 * alone. */
#ifndef WICK_DAEMON_SITE_PARTS_H
#define WICK_DAEMON_SITE_PARTS_H

#include "daemon/site.h"
#include "exporters/pages/pages.h"

/* Pages that show a whole snapshot: kept while it is the current one, where nothing is asked of them. */
enum page {
	PAGE_METRICS_TEXT,
	PAGE_METRICS_OPENMETRICS,
	PAGE_SLOS,
	PAGE_DELIVERIES,
	PAGE_AUDIT,
	PAGE_POLICIES,
	PAGE_INDEX,
	PAGE_CALENDAR,
	PAGE_DORA,
	PAGE_POLICY,
	PAGE_STATUS,
	PAGE_DASHBOARDS,
};
enum { PAGES = PAGE_DASHBOARDS + 1 };

struct site {
	struct board *board;
	int reload_fd;
	struct webhooks *webhooks;   /* or NULL */
	struct str address;          /* by which people reach wick; not owned */
	struct snapshot *shown;      /* what the kept pages show */
	struct blob *kept[PAGES][2]; /* as they are, and compressed */
};

/* Of a daemon that has just started, before there is a snapshot. */
extern const struct health site_starting;

/* Follows the board: what was kept of an older snapshot goes. NULL before there is one. */
const struct snapshot *site_look(struct site *site);
void site_drop_pages(struct site *site);

/* A kept page, or one for the query that the request has. */
struct reply site_page(struct site *site, const struct request *request, enum page page, const char *content_type);
/* A page of what is named behind a path, percent-encoded; `missing` where there is none of that name, once
 * there is a snapshot to look in. */
struct reply site_named_page(struct site *site, const struct request *request, struct str rest,
			     bool (*write)(struct buf *out, const struct page_source *source, struct str name),
			     const char *missing);

struct reply site_text(unsigned status, const char *text, struct str more);

#endif
