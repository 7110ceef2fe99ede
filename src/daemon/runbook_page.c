#include "daemon/runbook_page.h"

#include "daemon/page_frame.h"
#include "exporters/alerting/runbook.h"
#include "format/html.h"

static unsigned slashes(struct str path)
{
	unsigned count = 0;

	for (size_t i = 0; i < path.len; i++)
		count += path.at[i] == '/';
	return count;
}

static const struct slo *slo_of(const struct snapshot *snapshot, struct str id)
{
	for (size_t i = 0; snapshot && snapshot->set && i < snapshot->set->len; i++)
		if (str_eq(snapshot->set->slos[i].id, id))
			return &snapshot->set->slos[i];
	return NULL;
}

/* Links of alerts outlive SLOs, and a scrape may add a namespace to their labels: help in general beats none. */
static void put_stranger(struct buf *out, struct str id)
{
	buf_cstr(out, "<p class=\"soft\">There is no SLO ");
	html_write(out, id);
	buf_cstr(out, " here. This is the runbook in general.</p>\n");
}

static void write_list(struct buf *out)
{
	const struct runbook *runbook;

	page_begin(out, 1, "runbooks");
	buf_cstr(out, "<h1>Runbooks</h1>\n<ul>\n");
	for (size_t i = 0; (runbook = runbook_at(i)) != NULL; i++)
		buf_fmt(out, "<li><a href=\"%s\">%s</a></li>\n", runbook->name, runbook->name);
	buf_cstr(out, "</ul>\n");
}

bool runbook_page_write(struct buf *out, const struct snapshot *snapshot, struct str rest)
{
	size_t end = str_find(rest, '/');
	const struct runbook *runbook = runbook_named(str_slice(rest, 0, end));
	struct str id = end < rest.len ? str_slice(rest, end + 1, rest.len) : STR("");
	unsigned depth = 1 + slashes(rest);
	const struct slo *slo = slo_of(snapshot, id);

	if (rest.len && !runbook)
		return false;
	if (rest.len) {
		page_begin(out, depth, runbook->name);
		if (id.len && !slo)
			put_stranger(out, id);
		runbook_write_html(out, runbook, slo);
	} else {
		write_list(out);
	}
	buf_cstr(out, "<p class=\"soft\"><a href=\"");
	page_up(out, depth);
	buf_cstr(out, "\">error budgets</a></p>\n");
	page_end(out);
	return !out->full;
}
