#include "exporters/alerting/runbook.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"

/* Links of alerts outlive SLOs, and a scrape may add a namespace to their labels: help in general beats none. */
static void put_stranger(struct buf *out, struct str id)
{
	buf_cstr(out, "<p class=\"soft\">There is no SLO ");
	page_text(out, id, 600);
	buf_cstr(out, " here. This is the runbook in general.</p>\n");
}

static void put_list(struct buf *out)
{
	const struct runbook *runbook;

	buf_cstr(out, "<ul>\n");
	for (size_t i = 0; (runbook = runbook_at(i)) != NULL; i++)
		buf_fmt(out, "<li><a href=\"%s\">%s</a></li>\n", runbook->name, runbook->name);
	buf_cstr(out, "</ul>\n");
}

bool runbook_page_write(struct buf *out, const struct page_source *source, struct str rest)
{
	size_t end = str_find(rest, '/');
	const struct runbook *runbook = runbook_named(str_slice(rest, 0, end));
	struct str id = end < rest.len ? str_slice(rest, end + 1, rest.len) : STR("");
	const struct slo *slo = source->set ? slo_set_find(source->set, id) : NULL;
	struct page_frame frame = {STR("Runbooks"), PLACE_RUNBOOKS, 1 + page_slashes(rest), 0, rest.len > 0};

	if (rest.len && !runbook)
		return false;
	if (rest.len)
		frame.title = str_of(runbook->name);
	page_begin(out, &frame);
	if (rest.len && id.len && !slo)
		put_stranger(out, id);
	if (rest.len)
		runbook_write_html(out, runbook, slo);
	else
		put_list(out);
	page_end(out, &frame, NULL);
	return !out->full;
}
