#include "exporters/alerting/standalone.h"

#include "exporters/alerting/standalone_parts.h"

static void add_span(struct span *list, size_t *len, struct span span)
{
	size_t at = 0;

	while (at < *len && list[at].ms < span.ms)
		at++;
	if (at < *len && list[at].ms == span.ms)
		return;
	memmove(&list[at + 1], &list[at], (*len - at) * sizeof(*list));
	list[at] = span;
	++*len;
}

/* Whether both have the same alerts: their own labels may keep different ones of the same tiers out. */
static bool alike(const struct slo *a, const struct slo *b)
{
	bool same = a->window.ms == b->window.ms && alerting_equal(a->alerting, b->alerting);
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < a->alerting->len && same; i++)
		same = labels_eq(page_alert_labels(&arena, a, &a->alerting->tiers[i]),
				 page_alert_labels(&arena, b, &b->alerting->tiers[i]));
	arena_release(&arena);
	return same;
}

/* The set of SLOs with the same tiers and window that this one belongs to. */
static size_t set_of(struct page *page, const struct slo *slo)
{
	size_t at = 0;

	while (at < page->sets_len && !alike(page->sets[at], slo))
		at++;
	if (at == page->sets_len)
		page->sets[page->sets_len++] = slo;
	return at;
}

bool standalone_write(struct buf *out, const struct slo *slos, size_t len, const struct standalone_options *options,
		      struct err *err)
{
	struct page page = {.options = options};
	bool ok = true;

	arena_init(&page.arena);
	page.windows = arena_array(&page.arena, len * BURN_WINDOWS_MAX, sizeof(*page.windows));
	page.slo_windows = arena_array(&page.arena, len, sizeof(*page.slo_windows));
	page.sets = arena_array(&page.arena, len, sizeof(*page.sets));
	rule_file_begin(&page.file, out, options->rules);
	for (size_t i = 0; i < len && ok; i++) {
		for (size_t w = 0; w < slos[i].alerting->windows_len; w++)
			add_span(page.windows, &page.windows_len, slos[i].alerting->windows[w].span);
		add_span(page.slo_windows, &page.slo_windows_len, slos[i].window);
		ok = page_put_slo(&page, &slos[i], set_of(&page, &slos[i]), err);
	}
	if (ok && len) {
		/* one group, so that alerts see the numbers of the same moment */
		rule_file_group(&page.file, "wick-slos", span_text(options->counting.step).text);
		page_put_windows(&page);
		page_put_alerts(&page);
	}
	arena_release(&page.arena);
	return ok && (!out->full || err_set(err, "the rules are larger than %zu bytes", out->ceiling));
}
