/* The daemon itself: what it asks, what it has read back, what it keeps. */
#include "exporters/pages/chart.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"
#include "exporters/table.h"

#include <inttypes.h>
#include <math.h>

enum { ROWS = 50, TEXT = 300 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void put_up(struct buf *out, bool up, const char *yes, const char *no)
{
	buf_fmt(out, "<td class=\"%s\">%s</td>", up ? "good" : "bad", up ? yes : no);
}

/* A name and what is to be said of it. */
static void put_line(struct buf *out, const char *name) { buf_fmt(out, "<tr><th scope=\"row\">%s</th><td>", name); }
static void end_line(struct buf *out) { buf_cstr(out, "</td></tr>\n"); }

static void put_count(struct buf *out, const char *name, double count)
{
	put_line(out, name);
	chart_number_write(out, CHART_NUMBER, count);
	end_line(out);
}

static void put_span(struct buf *out, const char *name, double seconds)
{
	put_line(out, name);
	if (seconds < 10)
		buf_fmt(out, "%.3fs", seconds);
	else
		chart_number_write(out, CHART_SECONDS, seconds);
	end_line(out);
}

static void put_bytes(struct buf *out, const char *name, double bytes)
{
	put_line(out, name);
	buf_fmt(out, "%.1f MiB", bytes / 1048576);
	end_line(out);
}

static void begin_lines(struct buf *out, const char *title)
{
	static const char *const titles[] = {"What", "Value"};

	buf_fmt(out, "<h2>%s</h2>\n", title);
	page_table(out, str_of(title), titles, COUNT_OF(titles));
}

static void put_source(struct buf *out, const struct health_source *source)
{
	buf_cstr(out, "<tr><th scope=\"row\" class=\"name\">");
	page_text(out, source->name, 100);
	buf_cstr(out, "<br><span class=\"soft\">");
	page_text(out, source->url, TEXT);
	buf_cstr(out, "</span></th>");
	put_up(out, source->up, "answers", "does not answer");
	buf_fmt(out,
		"<td class=\"num\">%zu</td><td class=\"num\">%.0fs</td><td class=\"num\">%" PRIu64
		"</td><td class=\"num\">%" PRIu64 "</td><td>",
		source->slos, source->behind_seconds, source->requests,
		source->asks_refused + source->asks_unavailable + source->asks_too_large);
	page_text(out, source->error, TEXT);
	buf_cstr(out, "</td></tr>\n");
}

static void put_sources(struct buf *out, const struct health *health)
{
	static const char *const titles[] = {"Source",       "State",      "num:SLOs", "num:Behind",
					     "num:Requests", "num:Failed", "Error"};

	buf_cstr(out, "<h2>Sources</h2>\n");
	if (!health->sources_len) {
		buf_cstr(out, "<p>Nothing is asked of any source.</p>\n");
		return;
	}
	page_table(out, STR("Sources that SLOs are counted at"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < health->sources_len && i < ROWS; i++)
		put_source(out, &health->sources[i]);
	page_table_end(out);
}

static void put_counting(struct buf *out, const struct health *health)
{
	begin_lines(out, "Counting");
	put_line(out, "Ready");
	if (health->ready)
		buf_cstr(out, "<span class=\"good\">yes</span>");
	else
		page_text(out, health->not_ready, TEXT);
	end_line(out);
	put_line(out, "Counted to");
	page_time(out, health->counted_to);
	end_line(out);
	put_span(out, "Behind", health->behind_seconds);
	put_span(out, "Last cycle", health->cycle_seconds);
	put_span(out, "A cycle must not take longer than", health->step_seconds);
	put_count(out, "Cycles", (double)health->cycles);
	put_count(out, "Cycles that failed", (double)health->cycles_failed);
	put_count(out, "SLOs", (double)health->slos);
	put_count(out, "Budgets that are shown", (double)health->groups);
	put_count(out, "Groups that are over a limit, and not counted", (double)health->groups_dropped);
	put_count(out, "Series that are remembered", (double)health->series);
	put_count(out, "Births counted", (double)health->births_counted);
	put_count(out, "Births of unknown history", (double)health->births_unknown);
	put_count(out, "Counter resets", (double)health->resets_counted);
	put_count(out, "Holes bridged", (double)health->holes_bridged);
	page_table_end(out);
}

static void put_backfill(struct buf *out, const struct health *health)
{
	begin_lines(out, "Reading back");
	put_count(out, "SLOs that are still being read back", (double)health->backfill_slos);
	if (!isnan(health->backfill_done_ratio)) {
		put_line(out, "Done");
		table_percent_write(out, health->backfill_done_ratio, 0);
		end_line(out);
	}
	put_count(out, "Steps read back since the start", (double)health->backfill_steps);
	page_table_end(out);
}

static void put_delivery(struct buf *out, const struct health_delivery *delivery)
{
	if (!delivery->services)
		return;
	begin_lines(out, "GitHub");
	put_count(out, "Definitions of deliveries", (double)delivery->services);
	if (delivery->asked) {
		put_line(out, "Asked");
		page_text(out, delivery->host, 200);
		buf_fmt(out, ", <span class=\"%s\">%s</span>", delivery->up ? "good" : "bad",
			delivery->up ? "answers" : "does not answer");
		end_line(out);
		put_count(out, "Repositories", (double)delivery->repositories);
		put_count(out, "Repositories of which not all was read yet", (double)delivery->behind);
		put_count(out, "Requests left of this hour's quota", delivery->quota_left);
		put_line(out, "The quota is full again at");
		page_time(out, delivery->reset);
		end_line(out);
		put_line(out, "Held back until");
		page_time(out, delivery->paused_until);
		end_line(out);
	}
	if (delivery->error.len || delivery->refused.len || delivery->facts_error.len) {
		put_line(out, "Errors");
		page_text(out, delivery->error, TEXT);
		buf_char(out, ' ');
		page_text(out, delivery->refused, TEXT);
		buf_char(out, ' ');
		page_text(out, delivery->facts_error, TEXT);
		end_line(out);
	}
	page_table_end(out);
}

static void put_store(struct buf *out, const struct health *health)
{
	begin_lines(out, "Store");
	put_line(out, "State");
	if (health->store_ok)
		buf_cstr(out, "<span class=\"good\">ok</span>");
	else
		page_text(out, health->store_error, TEXT);
	end_line(out);
	put_bytes(out, "File", (double)health->store_bytes);
	put_bytes(out, "Ledgers in memory", (double)health->ledger_bytes);
	put_count(out, "Commits", (double)health->store_commits);
	put_count(out, "Commits that failed", (double)health->store_commits_failed);
	page_table_end(out);
}

static void put_definitions(struct buf *out, const struct health *health)
{
	static const char *const titles[] = {"File", "Error", "What holds"};

	begin_lines(out, "Definitions");
	put_count(out, "Files", (double)health->files);
	put_line(out, "Read at");
	page_time(out, health->reload_at);
	end_line(out);
	put_count(out, "Reloads that failed", (double)health->reloads_failed);
	page_table_end(out);
	if (!health->files_broken)
		return;
	page_table(out, STR("Files with errors"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < health->files_broken && i < ROWS; i++) {
		buf_cstr(out, "<tr><th scope=\"row\" class=\"name\">");
		page_text(out, health->broken[i].path, TEXT);
		buf_cstr(out, "</th><td>");
		page_text(out, health->broken[i].error, TEXT);
		buf_fmt(out, "</td><td>%s</td></tr>\n",
			health->broken[i].kept ? "its last good version" : "nothing of it");
	}
	page_table_end(out);
}

static void put_alertmanagers(struct buf *out, const struct health *health)
{
	static const char *const titles[] = {"Alertmanager", "State", "num:Posts", "num:Failed", "Taken last at"};
	static const char *const told[] = {"Alertmanager", "State", "Told last at", "Error"};

	if (health->pagers_len) {
		buf_cstr(out, "<h2>Alertmanagers</h2>\n");
		page_table(out, STR("Alertmanagers that alerts are posted to"), titles, COUNT_OF(titles));
	}
	for (size_t i = 0; i < health->pagers_len; i++) {
		buf_cstr(out, "<tr><th scope=\"row\" class=\"name\">");
		page_text(out, health->pagers[i].url, TEXT);
		buf_cstr(out, "</th>");
		put_up(out, health->pagers[i].up, "takes alerts", "does not take alerts");
		buf_fmt(out, "<td class=\"num\">%" PRIu64 "</td><td class=\"num\">%" PRIu64 "</td><td>",
			health->pagers[i].posts, health->pagers[i].failed);
		page_time(out, health->pagers[i].sent_at);
		buf_cstr(out, "</td></tr>\n");
	}
	if (health->pagers_len)
		page_table_end(out);
	if (!health->silences_asked)
		return;
	buf_cstr(out, "<h2>Silences</h2>\n<p>In force as exclusions: ");
	chart_number_write(out, CHART_NUMBER, health->silences);
	buf_cstr(out, "; not imported: ");
	chart_number_write(out, CHART_NUMBER, health->silences_refused);
	buf_cstr(out, ".</p>\n");
	page_table(out, STR("Alertmanagers that are asked for silences"), told, COUNT_OF(told));
	for (size_t i = 0; i < health->tellers_len; i++) {
		buf_cstr(out, "<tr><th scope=\"row\" class=\"name\">");
		page_text(out, health->tellers[i].url, TEXT);
		buf_cstr(out, "</th>");
		put_up(out, health->tellers[i].up, "answers", "does not answer");
		buf_cstr(out, "<td>");
		page_time(out, health->tellers[i].answered_at);
		buf_cstr(out, "</td><td>");
		page_text(out, health->tellers[i].error, TEXT);
		buf_cstr(out, "</td></tr>\n");
	}
	page_table_end(out);
}

static void put_process(struct buf *out, const struct health *health)
{
	begin_lines(out, "Process");
	put_line(out, "Version");
	page_text(out, health->version, 100);
	end_line(out);
	put_line(out, "Started");
	page_time(out, health->started_at);
	end_line(out);
	put_span(out, "CPU time", health->cpu_seconds);
	put_bytes(out, "Memory", (double)health->resident_bytes);
	page_table_end(out);
}

bool status_page_write(struct buf *out, const struct page_source *source)
{
	struct page_frame frame = {STR("Status"), PLACE_STATUS, 0, page_renewal(source), false};

	page_begin(out, &frame);
	if (page_state(out, source)) {
		put_sources(out, source->health);
		put_counting(out, source->health);
		put_backfill(out, source->health);
		put_delivery(out, &source->health->delivery);
		put_store(out, source->health);
		put_definitions(out, source->health);
		put_alertmanagers(out, source->health);
		put_process(out, source->health);
	}
	page_end(
		out, &frame,
		"<a href=\"api/v1/status\">JSON</a> · <a href=\"api/v1/audit\">audit</a> · <a href=\"metrics\">metrics</a>");
	return !out->full;
}
