#include "base/limits.h"
#include "exporters/alerting/sloth_names.h"
#include "exporters/alerting/standalone_parts.h"

static const struct labels no_labels;

static struct labels window_label(struct page *page, const char *window)
{
	return page_label(page, no_labels, "window", arena_str(&page->arena, str_of(window)));
}

/* How far back the beginning of a window is looked for: one that is shorter than a step is a step. */
static struct span reach(struct page *page, struct span window)
{
	struct span step = page->options->counting.step;

	return window.ms < step.ms ? step : window;
}

/* How many steps were counted before the window: 0 where counting is younger than it. Counters that are older and not
 * known that far back say nothing of the window: Prometheus does not keep them for so long. */
static void put_before(struct page *page, struct span window)
{
	double step = (double)page->options->counting.step.ms;
	struct span reached = reach(page, window);

	RECORD(page, "wick_slo_steps_before", window_label(page, span_text(window).text),
	       "last_over_time(wick_slo_steps_total" MEMORY
	       " offset %s) <= wick_slo_steps_total or (wick_slo_steps_total < %s) * 0",
	       span_text(reached).text, page_number(page, (double)reached.ms / step + 1));
}

/* The events of the window. Good ones may be fewer than before for a moment: the steps tell whether the counter began
 * anew. */
static const char *events_in(struct page *page, struct span window)
{
	struct span_text w = span_text(window);

	return arena_fmt(
		       &page->arena,
		       "(wick_slo_events_total - (last_over_time(wick_slo_events_total" MEMORY
		       " offset %s) and ignoring (outcome, window) wick_slo_steps_before{window=\"%s\"} > 0 or "
		       "wick_slo_events_total * 0 and ignoring (outcome, window) wick_slo_steps_before{window=\"%s\"} == "
		       "0))",
		       span_text(reach(page, window)).text, w.text, w.text)
		.at;
}

/* The part of a window that has data. */
static const char *covered(struct page *page, struct span window)
{
	return arena_fmt(
		       &page->arena,
		       "clamp_max((wick_slo_steps_total - ignoring (window) wick_slo_steps_before{window=\"%s\"}) * %s, 1)",
		       span_text(window).text,
		       page_number(page, (double)page->options->counting.step.ms / (double)reach(page, window).ms))
		.at;
}

static void put_burn_window(struct page *page, struct span window)
{
	struct span_text text = span_text(window);
	const char *w = text.text;
	struct labels labels = window_label(page, w);

	put_before(page, window);
	RECORD(page, "wick_slo_recent_events", labels, "%s", events_in(page, window));
	RECORD(page, "wick_slo_coverage_ratio", labels, "%s", covered(page, window));
	RECORD(page, "wick_slo_sli_ratio", labels,
	       "clamp(sum without (outcome) (wick_slo_recent_events{window=\"%s\",outcome=\"good\"}) / "
	       "(sum without (outcome) (wick_slo_recent_events{window=\"%s\"}) > 0), 0, 1)",
	       w, w);
	RECORD(page, "wick_slo_burn_rate", labels,
	       "(1 - wick_slo_sli_ratio{window=\"%s\"}) / ignoring (window) (1 - wick_slo_objective_ratio) or ignoring (window) "
	       "(wick_slo_coverage_ratio{window=\"%s\"} > 0) * 0",
	       w, w);
}

static bool is_burn_window(const struct page *page, struct span window)
{
	for (size_t i = 0; i < page->windows_len; i++)
		if (page->windows[i].ms == window.ms)
			return true;
	return false;
}

/* The SLOs with this window. */
static const char *with_window(struct page *page, const char *window)
{
	return arena_fmt(&page->arena, "and " EACH_SLO "wick_slo_info{window=\"%s\"}", window).at;
}

/* One rule for all SLOs: what `expression` gives for each of their windows, taken together. */
static void record_by_window(struct page *page, const char *name,
			     struct str (*expression)(struct page *page, struct span window))
{
	struct buf expr;

	buf_init(&expr, page->file.out->ceiling);
	for (size_t i = 0; i < page->slo_windows_len; i++) {
		struct span window = page->slo_windows[i];

		buf_fmt(&expr, "%s%s %s", i ? " or " : "", expression(page, window).at,
			with_window(page, span_text(window).text));
	}
	page_record(page, name, no_labels, buf_view(&expr));
	buf_release(&expr);
}

static struct str window_events(struct page *page, struct span window) { return str_of(events_in(page, window)); }

static void put_slo_window(struct page *page, struct span window)
{
	struct span_text text = span_text(window);
	const char *w = text.text, *theirs = with_window(page, w);
	struct labels labels = window_label(page, w);

	RECORD(page, "wick_slo_known_ratio", labels, "%s %s", covered(page, window), theirs);
	if (is_burn_window(page, window))
		return;
	RECORD(page, "wick_slo_coverage_ratio", labels, "wick_slo_known_ratio{window=\"%s\"}", w);
	RECORD(page, "wick_slo_sli_ratio", labels,
	       "sum without (outcome) (wick_slo_window_events{outcome=\"good\"}) / "
	       "(sum without (outcome) (wick_slo_window_events) > 0) %s",
	       theirs);
}

/* docs/formulas.md; while a part of the window is unknown, the budget is that of the events the whole would hold. More
 * bad events than events in all, or (but for the skew of two scrapes) more good ones, cannot be right: no budget. */
static void put_budgets(struct page *page)
{
	RECORD(page, "wick_slo_error_budget_events", no_labels,
	       "sum without (outcome) (wick_slo_window_events) * (1 - wick_slo_objective_ratio) / ignoring (window) "
	       "(wick_slo_known_ratio > 0) and sum without (outcome) (wick_slo_window_events{outcome=\"good\"}) >= -1e-9 * "
	       "sum without (outcome) (wick_slo_window_events) and sum without (outcome) "
	       "(wick_slo_window_events{outcome=\"bad\"}) >= -0.01 * sum without (outcome) (wick_slo_window_events)");
	RECORD(page, "wick_slo_error_budget_consumed_ratio", no_labels,
	       "sum without (outcome) (wick_slo_window_events{outcome=\"bad\"}) / (wick_slo_error_budget_events > 0) or "
	       "wick_slo_error_budget_events == 0");
	RECORD(page, "wick_slo_error_budget_remaining_ratio", no_labels, "1 - wick_slo_error_budget_consumed_ratio");
	RECORD(page, "wick_slo_error_budget_remaining_observed_ratio", no_labels,
	       "1 - wick_slo_error_budget_consumed_ratio / ignoring (window) (wick_slo_known_ratio > 0)");
	RECORD(page, "wick_slo_error_budget_remaining_events", no_labels,
	       "wick_slo_error_budget_events - sum without (outcome) (wick_slo_window_events{outcome=\"bad\"})");
}

static struct str remaining_seconds(struct page *page, struct span window)
{
	return arena_fmt(&page->arena, "wick_slo_error_budget_remaining_ratio * (1 - wick_slo_objective_ratio) * %s",
			 page_number(page, span_seconds(window)));
}

/* The burn rate that an SLO's time to exhaustion goes by: of an hour, or of the longest of its windows below one. */
static struct span pace(const struct slo *slo)
{
	const struct alerting *alerting = slo->alerting;
	struct span pace = {0};

	for (size_t i = 0; i < alerting->windows_len && alerting->windows[i].span.ms <= SPAN_HOUR; i++)
		pace = alerting->windows[i].span;
	return pace;
}

static bool same_pace(const struct slo *a, const struct slo *b)
{
	return a->window.ms == b->window.ms && pace(a).ms == pace(b).ms;
}

/* Whether it is the first of the sets that have this window and pace; then all of them, as "1|4". */
static bool sets_of_pace(struct page *page, size_t set, struct str *sets)
{
	*sets = STR("");
	for (size_t i = 0; i < page->sets_len; i++) {
		if (!same_pace(page->sets[set], page->sets[i]))
			continue;
		if (i < set)
			return false;
		*sets = arena_fmt(&page->arena, "%.*s%s%zu", STR_ARG(*sets), sets->len ? "|" : "", i + 1);
	}
	return true;
}

static void put_exhaustion(struct page *page)
{
	struct str sets;
	struct buf expr;

	buf_init(&expr, page->file.out->ceiling);
	for (size_t i = 0; i < page->sets_len; i++) {
		struct span window = page->sets[i]->window, burn = pace(page->sets[i]);

		if (burn.ms && sets_of_pace(page, i, &sets))
			buf_fmt(&expr,
				"%s((wick_slo_error_budget_remaining_ratio > 0) * %s / ignoring (window) "
				"wick_slo_burn_rate{window=\"%s\"} or (wick_slo_error_budget_remaining_ratio <= 0) * 0 + 0) "
				"and " EACH_SLO "wick_slo_info{alerting=~\"%.*s\"}",
				expr.len ? " or " : "", page_number(page, span_seconds(window)), span_text(burn).text,
				STR_ARG(sets));
	}
	if (expr.len)
		page_record(page, "wick_slo_time_to_exhaustion_seconds", no_labels, buf_view(&expr));
	buf_release(&expr);
}

/* In this order each rule finds what it reads. */
void page_put_windows(struct page *page)
{
	for (size_t i = 0; i < page->windows_len; i++)
		put_burn_window(page, page->windows[i]);
	for (size_t i = 0; i < page->slo_windows_len; i++)
		if (!is_burn_window(page, page->slo_windows[i]))
			put_before(page, page->slo_windows[i]);
	record_by_window(page, "wick_slo_window_events", window_events);
	for (size_t i = 0; i < page->slo_windows_len; i++)
		put_slo_window(page, page->slo_windows[i]);
	put_budgets(page);
	record_by_window(page, "wick_slo_error_budget_remaining_seconds", remaining_seconds);
	put_exhaustion(page);
	if (page->options->sloth)
		sloth_names_write(&page->file, page->windows, page->windows_len, page->slo_windows,
				  page->slo_windows_len);
}
