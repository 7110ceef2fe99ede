#include "slo/native.h"

#include "base/limits.h"

/* With everything failing, the burn rate is 1 / (1 - objective): a higher factor is never reached. */
static void lint_objective(struct reader *reader, const struct draft *draft)
{
	const struct yaml_node *node = yaml_get(draft->node, "objective");
	double objective = draft->slo.objective;
	struct buf names;

	if (!(objective > 0))
		return;
	if (objective < 0.5)
		reader_warn(reader, node, "objective", "objective-low",
			    "'%.*s' lets most events fail; is it the part that may be bad?",
			    VALUE_ARG(draft->slo.objective_text));
	buf_init(&names, LIMIT_LINE_BYTES);
	for (size_t i = 0; draft->slo.alerting && i < draft->slo.alerting->len; i++) {
		const struct tier *tier = &draft->slo.alerting->tiers[i];

		if (tier->kind == TIER_BURN && tier->factor * (1 - objective) > 1)
			buf_fmt(&names, "%s%.*s (%.4g)", names.len ? ", " : "", STR_ARG(tier->name), tier->factor);
	}
	if (names.len)
		reader_warn(reader, node, "objective", "tier-never-fires",
			    "'%.*s' allows a burn rate of at most %.3g, so these alert tiers can never fire: %s",
			    VALUE_ARG(draft->slo.objective_text), 1 / (1 - objective), names.at);
	buf_release(&names);
}

/* Names by which gauges go; a gauge that is counted gives nonsense without an error. */
static void lint_counter(struct reader *reader, const char *key, const struct written_query *query)
{
	static const char *const gauges[] = {"_success", "_ratio",   "_percent", "_bytes",
					     "_seconds", "_celsius", "_info",    "_timestamp"};
	struct str name;

	if (!query->tree || !query_plain(query->tree))
		return;
	name = selector_metric(query->tree);
	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
		if (str_ends(name, str_of(gauges[i])) || str_is(name, "up")) {
			reader_warn(reader, query->node, key, "not-a-counter",
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
			reader_warn(reader, query->node, "probe", "not-a-probe",
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
static void lint_part(struct reader *reader, const char *key, const struct written_query *part,
		      const struct written_query *total)
{
	struct str name, whole;

	if (!part->tree || !total->tree)
		return;
	if (str_eq(query_canonical(reader->scratch, part->tree), query_canonical(reader->scratch, total->tree))) {
		reader_warn(reader, part->node, key, "same-query", "is the same query as total");
		return;
	}
	if (!query_plain(part->tree) || !query_plain(total->tree))
		return;
	name = selector_metric(part->tree);
	whole = selector_metric(total->tree);
	if (!str_eq(first_word(name), first_word(whole)))
		reader_warn(reader, part->node, key, "other-metric",
			    "counts '%.*s' and total counts '%.*s': two metrics with nothing in common",
			    VALUE_ARG(name), VALUE_ARG(whole));
	for (size_t i = 0; i < total->tree->matchers_len && str_eq(name, whole); i++)
		if (!matcher_in(&total->tree->matchers[i], part->tree))
			reader_warn(reader, part->node, key, "not-a-part",
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
	lint_counter(reader, "good", &draft->good);
	lint_counter(reader, "bad", &draft->bad);
	lint_counter(reader, "total", &draft->total);
	lint_part(reader, "good", &draft->good, &draft->total);
	lint_part(reader, "bad", &draft->bad, &draft->total);
}
