#include "base/limits.h"
#include "exporters/alerting/labels.h"
#include "exporters/alerting/standalone_parts.h"
#include "exporters/alerting/tier_rules.h"

/* What is equal on paper shall not depend on the last bit: as in eval/alert.c. */
#define ABOVE    "> 1.000000001 * "
#define AT_LEAST ">= 0.999999999 * "

/* Fewer events than the tier wants are chance. `series` are those of its window, with a place for a matcher. */
static void put_least(struct buf *expr, const char *series, const char *matcher, double least, struct page *page)
{
	if (least > 0)
		buf_fmt(expr, " and sum without (outcome, window) (%s%s}) >= %s", series, matcher,
			page_number(page, least));
}

static void put_enough(struct page *page, struct buf *expr, const struct tier *tier)
{
	const char *series = "wick_slo_window_events{";

	if (tier->long_.ms)
		series = arena_fmt(&page->arena, "wick_slo_recent_events{window=\"%s\",", span_text(tier->long_).text)
				 .at;
	put_least(expr, series, "outcome=\"bad\"", tier->min_bad, page);
	put_least(expr, series, "outcome=~\"good|bad\"", tier->min_events, page);
}

static bool is_listed(const struct name_list *list, struct str name)
{
	for (size_t i = 0; i < list->len; i++)
		if (str_eq(list->at[i], name))
			return true;
	return false;
}

/* Of an SLO that there is, with the labels that it has now: those it had before an edit are not missed. A name that is
 * a group's elsewhere cannot tell. */
static void put_present(struct page *page, struct buf *expr)
{
	buf_cstr(expr, " and on (service, slo, namespace");
	for (size_t i = 0; i < page->own.len; i++)
		if (!is_listed(&page->grouped, page->own.at[i]))
			buf_fmt(expr, ", %.*s", STR_ARG(page->own.at[i]));
	buf_cstr(expr, ") wick_slo_info");
}

/* When the tier is true (eval/alert.h); false for what rules cannot see. */
static bool put_condition(struct page *page, struct buf *expr, const struct tier *tier, struct span window)
{
	struct span_text long_ = span_text(tier->long_), short_ = span_text(tier->short_);

	switch (tier->kind) {
	case TIER_BURN:
		buf_fmt(expr,
			"max without (window) (wick_slo_burn_rate{window=\"%s\"} * wick_slo_coverage_ratio{window=\"%s\"}) " ABOVE
			"%s and max without (window) (wick_slo_burn_rate{window=\"%s\"}) " ABOVE "%s",
			long_.text, long_.text, page_number(page, tier->factor), short_.text,
			page_number(page, tier->factor));
		break;
	case TIER_BUDGET:
		buf_fmt(expr, "wick_slo_error_budget_consumed_ratio " AT_LEAST "%s", page_number(page, tier->consumed));
		break;
	case TIER_EXHAUSTS:
		buf_fmt(expr,
			"((wick_slo_error_budget_remaining_ratio > 0) * %s / ignoring (window) wick_slo_burn_rate{window=\"%s\"} or "
			"(wick_slo_error_budget_remaining_ratio <= 0) * 0 + 0 and ignoring (window) wick_slo_burn_rate{window=\"%s\"}) "
			"< %s",
			page_number(page, span_seconds(window)), long_.text, long_.text,
			page_number(page, span_seconds(tier->within)));
		break;
	case TIER_VANISHED:
		buf_cstr(expr, "last_over_time(wick_slo_steps_total" MEMORY ") unless wick_slo_steps_total");
		put_present(page, expr);
		break;
	case TIER_NO_DATA:
		buf_cstr(
			expr,
			"max without (window, objective, sli, alerting, slo_id, slo_group) (wick_slo_info) unless " EACH_SLO
			"last_over_time(wick_slo_steps_total" MEMORY ")");
		break;
	case TIER_ERROR:
	case TIER_MISSED:
		return false;
	}
	if (tier->kind == TIER_BURN || tier->kind == TIER_BUDGET || tier->kind == TIER_EXHAUSTS)
		put_enough(page, expr, tier);
	return true;
}

static const char *duration(struct page *page, struct span span)
{
	return span.ms ? arena_str(&page->arena, str_of(span_text(span).text)).at : NULL;
}

/* The texts that the author gave, and the author's runbook. */
static struct labels annotations(struct page *page, const struct alerting *alerting, const struct tier *tier)
{
	if (!alerting->runbook.len || labels_get(tier->annotations, STR("runbook_url")).at)
		return tier->annotations;
	return page_label(page, tier->annotations, "runbook_url", alerting->runbook);
}

struct labels page_alert_labels(struct arena *arena, const struct slo *slo, const struct tier *tier)
{
	struct labels group = {arena_array(arena, slo->group_by_len, sizeof(struct label)), slo->group_by_len};

	for (size_t i = 0; i < group.len; i++)
		group.at[i] = (struct label){slo->group_by[i], STR("any")};
	return alert_own_labels(arena, &(struct slo_result){.slo = slo, .group = group}, tier, NULL);
}

/* A tier of one of the sets. */
struct member {
	const struct slo *slo; /* of the set */
	const struct tier *tier;
	size_t set;
	struct labels labels; /* of its alert */
	struct str condition;
	bool done;
};

static bool same_rule(const struct member *a, const struct member *b)
{
	return a->tier->kind == b->tier->kind && labels_eq(a->labels, b->labels) &&
	       labels_eq(a->tier->annotations, b->tier->annotations) && a->tier->for_.ms == b->tier->for_.ms &&
	       a->tier->keep_firing_for.ms == b->tier->keep_firing_for.ms &&
	       str_eq(a->slo->alerting->runbook, b->slo->alerting->runbook);
}

/* "(condition and SLOs of sets 1 and 2) or (...)": what becomes one rule, since rules that differ in nothing but their
 * expression are taken for a mistake. */
static void put_union(struct page *page, struct buf *expr, struct member *members, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct str sets = STR("");

		if (members[i].done || !same_rule(&members[0], &members[i]))
			continue;
		for (size_t k = i; k < len; k++)
			if (!members[k].done && same_rule(&members[0], &members[k]) &&
			    str_eq(members[i].condition, members[k].condition)) {
				sets = arena_fmt(&page->arena, "%.*s%s%zu", STR_ARG(sets), sets.len ? "|" : "",
						 members[k].set + 1);
				members[k].done = k > 0;
			}
		buf_fmt(expr, "%s%.*s and " EACH_SLO "wick_slo_info{alerting=~\"%.*s\"}", i ? " or " : "",
			STR_ARG(members[i].condition), STR_ARG(sets));
	}
}

static void put_rule(struct page *page, struct member *members, size_t len)
{
	const struct tier *tier = members->tier;
	const struct alerting *alerting = members->slo->alerting;
	struct rule rule = tier_rule_counted(&page->arena, tier);
	struct buf expr;

	buf_init(&expr, page->file.out->ceiling);
	put_union(page, &expr, members, len);
	rule.expr = expr.at;
	rule.for_ = duration(page, tier->for_);
	rule.runbook = alerting->runbook.len ? NULL : rule.runbook;
	rule_file_rule_with(&page->file, &rule,
			    &(struct rule_more){
				    .keep_firing_for = duration(page, tier->keep_firing_for),
				    .labels = members->labels,
				    .annotations = annotations(page, alerting, tier),
			    });
	buf_release(&expr);
	members->done = true;
}

/* The tiers of all sets but those that rules cannot see. */
static struct member *make_members(struct page *page, size_t *len)
{
	struct member *members = arena_array(&page->arena, page->sets_len * TIERS_MAX, sizeof(*members));
	struct buf condition;

	*len = 0;
	buf_init(&condition, LIMIT_PROMQL_PRINTED);
	for (size_t set = 0; set < page->sets_len; set++)
		for (size_t i = 0; i < page->sets[set]->alerting->len; i++) {
			const struct slo *slo = page->sets[set];
			const struct tier *tier = &slo->alerting->tiers[i];

			buf_clear(&condition);
			if (put_condition(page, &condition, tier, slo->window))
				members[(*len)++] = (struct member){
					slo,
					tier,
					set,
					page_alert_labels(&page->arena, slo, tier),
					arena_str(&page->arena, buf_view(&condition)),
					false,
				};
		}
	buf_release(&condition);
	return members;
}

void page_put_alerts(struct page *page)
{
	size_t len;
	struct member *members = make_members(page, &len);

	for (size_t i = 0; i < len; i++)
		if (!members[i].done)
			put_rule(page, &members[i], len - i);
}
