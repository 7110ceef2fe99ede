#include "base/limits.h"
#include "base/num.h"
#include "slo/default_alerting.h"
#include "slo/draft.h"

#include <stdio.h>

/* What is equal on paper shall not depend on the last bit of 1 - 0.9. */
#define SLACK 1e-9

/* With everything failing, the burn rate is 1 / (1 - objective), and that much of the budget is consumed in the end: a
 * factor is never above it, a part never more. */
static bool never_fires(const struct tier *tier, double objective)
{
	if (tier->kind == TIER_BURN)
		return tier->factor * (1 - objective) > 1 - SLACK;
	return tier->kind == TIER_BUDGET && tier->consumed * (1 - objective) > 1 + SLACK;
}

static void lint_tiers(struct reader *reader, const struct draft *draft)
{
	const struct alerting *alerting = draft->slo.alerting;
	double objective = draft->slo.objective;
	struct buf names;

	buf_init(&names, LIMIT_LINE_BYTES);
	for (size_t i = 0; i < alerting->len; i++) {
		const struct tier *tier = &alerting->tiers[i];

		if (!never_fires(tier, objective))
			continue;
		buf_fmt(&names, "%s%.*s (", names.len ? ", " : "", STR_ARG(tier->name));
		if (tier->kind == TIER_BUDGET)
			buf_fmt(&names, "%.4g %% of the budget)", tier->consumed * 100);
		else
			buf_fmt(&names, "%.4g)", tier->factor);
	}
	if (names.len)
		reader_warn(reader, draft->objective, "objective", "tier-never-fires",
			    "'%.*s' allows a burn rate of at most %.3g, so these alert tiers can never fire: %s",
			    VALUE_ARG(draft->slo.objective_text), 1 / (1 - objective), names.at);
	buf_release(&names);
}

/* The part of the budget that is spent when a burn tier fires at its factor. */
static double spent(const struct tier *tier, struct span window)
{
	return tier->factor * (double)tier->long_.ms / (double)window.ms;
}

/* A default tier as it is for this window, which fires later than it would for a month. */
static bool fires_late(const struct slo *slo, const struct tier *tier, const struct tier *own, const struct tier *meant)
{
	return tier->kind == TIER_BURN && own && meant && tier->long_.ms == own->long_.ms &&
	       num_same(tier->factor, own->factor) && !never_fires(tier, slo->objective) &&
	       spent(tier, slo->window) > spent(meant, (struct span){30 * SPAN_DAY}) * (1 + SLACK);
}

/* Default tiers cannot follow a window that is too short for their long ones: they wait until more is spent. */
static void lint_window(struct reader *reader, const struct draft *draft)
{
	const struct slo *slo = &draft->slo;
	struct alerting_basis basis = slo_alerting_basis(slo), monthly = {{30 * SPAN_DAY}, basis.per_step, {{0}}, 0};
	const struct alerting *here = default_alerting(reader, &basis), *usual = default_alerting(reader, &monthly);
	struct buf late;

	buf_init(&late, LIMIT_LINE_BYTES);
	for (size_t i = 0; draft->window && i < slo->alerting->len; i++) {
		const struct tier *tier = &slo->alerting->tiers[i], *meant = alerting_tier(usual, tier->name);

		if (!fires_late(slo, tier, alerting_tier(here, tier->name), meant))
			continue;
		buf_fmt(&late, "%s'%.*s' takes %.3g %% of the budget to fire (a burn rate above %.4g over %s), ",
			late.len ? "; " : "", STR_ARG(tier->name), spent(tier, slo->window) * 100, tier->factor,
			span_text(tier->long_).text);
		buf_fmt(&late, "where %.3g %% are meant", spent(meant, monthly.window) * 100);
	}
	if (late.len)
		reader_warn(
			reader, draft->window, "window", "window-short",
			"'%.*s' is too short for default tiers: %s; give such SLOs tiers of their own in 'alerting' "
			"('long' with 'factor' or 'budget'), or a longer window",
			VALUE_ARG(draft->window->text.len ? draft->window->text : slo->windows->name), late.at);
	buf_release(&late);
}

static void lint_objective(struct reader *reader, const struct draft *draft)
{
	if (!(draft->slo.objective > 0))
		return;
	if (draft->slo.objective < 0.5)
		reader_warn(reader, draft->objective, "objective", "objective-low",
			    "'%.*s' lets most events fail; is it the part that may be bad?",
			    VALUE_ARG(draft->slo.objective_text));
	if (!draft->slo.alerting)
		return;
	lint_tiers(reader, draft);
	lint_window(reader, draft);
}

/* What is said of a query is said of the file that it stands in: SLOs may refer to one in another. */
static void warn_of(struct reader *reader, const struct written_query *query, const char *rule, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void warn_of(struct reader *reader, const struct written_query *query, const char *rule, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	findings_add(reader->findings, FINDING_WARNING, query->query.place, str_of(query->key), rule, "%s: %s",
		     query->key, text);
}

/* Names by which gauges go; a gauge that is counted gives nonsense without an error. */
static void lint_counter(struct reader *reader, const struct written_query *query)
{
	static const char *const gauges[] = {"_success", "_ratio",   "_percent", "_bytes",
					     "_seconds", "_celsius", "_info",    "_timestamp"};
	struct str name;

	if (!query->tree || !query_plain(query->tree))
		return;
	name = selector_metric(query->tree);
	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
		if (str_ends(name, str_of(gauges[i])) || str_is(name, "up")) {
			warn_of(reader, query, "not-a-counter",
				"'%.*s' looks like a gauge, and it is taken for a counter", VALUE_ARG(name));
			return;
		}
}

/* A probe says 1 or 0; names by which other things go. */
static void lint_probe(struct reader *reader, const struct written_query *query)
{
	static const char *const others[] = {"_total", "_count", "_sum", "_bucket", "_seconds", "_bytes", "_created"};
	struct str name;

	if (!query->tree)
		return;
	name = selector_metric(query->tree);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_ends(name, str_of(others[i]))) {
			warn_of(reader, query, "not-a-probe",
				"'%.*s' does not look like a gauge that is 1 or 0, and it is taken for one",
				VALUE_ARG(name));
			return;
		}
}

static bool matcher_in(const struct promql_matcher *matcher, const struct promql_node *selector)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_eq(matcher->name, selector->matchers[i].name))
			return true;
	return false;
}

static struct str first_word(struct str name) { return str_slice(name, 0, str_find(name, '_')); }

/* What is good or bad must be a part of all: a matcher that only the total has lets the part count more. */
static void lint_part(struct reader *reader, const struct written_query *part, const struct written_query *total)
{
	struct str name, whole;

	if (!part->tree || !total->tree)
		return;
	if (str_eq(query_canonical(reader->scratch, part->tree), query_canonical(reader->scratch, total->tree))) {
		warn_of(reader, part, "same-query", "is the same query as total");
		return;
	}
	if (!query_plain(part->tree) || !query_plain(total->tree))
		return;
	name = selector_metric(part->tree);
	whole = selector_metric(total->tree);
	if (!str_eq(first_word(name), first_word(whole)))
		warn_of(reader, part, "other-metric",
			"counts '%.*s' and total counts '%.*s': two metrics with nothing in common", VALUE_ARG(name),
			VALUE_ARG(whole));
	for (size_t i = 0; i < total->tree->matchers_len && str_eq(name, whole); i++)
		if (!matcher_in(&total->tree->matchers[i], part->tree))
			warn_of(reader, part, "not-a-part",
				"does not match '%.*s' as total does: it may count events that total does not",
				VALUE_ARG(total->tree->matchers[i].name));
}

void draft_lint(struct reader *reader, const struct draft *draft)
{
	lint_objective(reader, draft);
	if (draft->slo.sli.kind == SLI_PROBE)
		lint_probe(reader, &draft->metric);
	if (draft->slo.sli.kind != SLI_EVENTS)
		return;
	lint_counter(reader, &draft->good);
	lint_counter(reader, &draft->bad);
	lint_counter(reader, &draft->total);
	lint_part(reader, &draft->good, &draft->total);
	lint_part(reader, &draft->bad, &draft->total);
}
