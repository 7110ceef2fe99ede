#include "exporters/alerting/step_events.h"

#include "base/limits.h"
#include "base/num.h"
#include "count/plan.h"
#include "exporters/series.h"

#define LOOKBACK ((struct span){5 * SPAN_MINUTE}) /* of an instant selector in Prometheus, and of wick */

/* An SLO while its expressions are put together. */
struct draft {
	struct arena *arena;
	const struct slo *slo;
	const struct step_events_options *options;
	struct labels renamed; /* label of the group -> its name on series */
};

/* Moves what an expression looks at into the past. Of a subquery only the whole: what stands in it moves with it. */
static void shift(struct promql_node *node, struct span by)
{
	if (node->kind == PROMQL_SELECTOR || node->kind == PROMQL_SUBQUERY) {
		node->modifiers.offset.ms += by.ms;
		node->modifiers.has_offset = node->modifiers.offset.ms != 0;
		return;
	}
	for (size_t i = 0; i < node->args_len; i++)
		shift(node->args[i], by);
}

static bool shifted(struct draft *draft, struct str text, struct str *out, struct err *err)
{
	struct promql_error error;
	struct promql_node *node = promql_parse(draft->arena, text, &error);
	struct buf buf;

	if (!node)
		return err_set(err, "%s", error.text);
	shift(node, draft->options->settle);
	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	promql_print(&buf, node);
	*out = arena_str(draft->arena, buf_view(&buf));
	buf_release(&buf);
	return true;
}

/* "sum by (a, b) (...)", with the groups' labels under the names that they have on series. */
static struct str by_group(struct draft *draft, const char *aggregate, struct str inner)
{
	struct buf names;
	struct str text;

	buf_init(&names, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < draft->renamed.len; i++) {
		struct label label = draft->renamed.at[i];

		buf_fmt(&names, "%s%.*s", i ? ", " : "", STR_ARG(label.value));
		if (!str_eq(label.name, label.value))
			inner = arena_fmt(draft->arena, "label_replace(%.*s, \"%.*s\", \"$1\", \"%.*s\", \"(?s)(.*)\")",
					  STR_ARG(inner), STR_ARG(label.value), STR_ARG(label.name));
	}
	text = arena_fmt(draft->arena, "%s%s%.*s%s(%.*s)", aggregate, names.len ? " by (" : "",
			 STR_ARG(buf_view(&names)), names.len ? ") " : "", STR_ARG(inner));
	buf_release(&names);
	return text;
}

/* Which labels a series of the SLO has, and what the labels of its groups are called there. */
static struct labels read_labels(struct draft *draft)
{
	const struct slo *slo = draft->slo;
	struct labels group = {arena_array(draft->arena, slo->group_by_len, sizeof(struct label)), slo->group_by_len};
	struct labels all, identity;

	for (size_t i = 0; i < group.len; i++)
		group.at[i] = (struct label){slo->group_by[i],
					     arena_fmt(draft->arena, "\x01%.*s", STR_ARG(slo->group_by[i]))};
	all = series_labels_of(draft->arena, &(struct slo_result){.slo = slo, .group = group});
	identity = (struct labels){arena_array(draft->arena, all.len, sizeof(struct label)), 0};
	draft->renamed = (struct labels){arena_array(draft->arena, all.len, sizeof(struct label)), 0};
	for (size_t i = 0; i < all.len; i++) {
		struct label label = all.at[i];

		if (label.value.len && label.value.at[0] == '\x01')
			draft->renamed.at[draft->renamed.len++] =
				(struct label){str_slice(label.value, 1, label.value.len), label.name};
		else
			identity.at[identity.len++] = label;
	}
	return identity;
}

static const struct plan_query *reading_of(const struct plan *plan, enum plan_reading reading)
{
	for (size_t i = 0; i < plan->query_len; i++)
		if (plan->query[i].reading == reading)
			return &plan->query[i];
	return NULL;
}

static bool count_events(struct draft *draft, const struct plan *plan, struct step_events *events, struct err *err)
{
	const struct plan_query *good = reading_of(plan, READ_GOOD), *bad = reading_of(plan, READ_BAD);
	const struct plan_query *all = reading_of(plan, READ_TOTAL), *seen = reading_of(plan, READ_SEEN);
	struct str part, total, fresh;

	if (!all || (!good && !bad))
		return err_set(err, "there is nothing that counts its events");
	if (!shifted(draft, good ? good->text : bad->text, &part, err) || !shifted(draft, all->text, &total, err))
		return false;
	part = by_group(draft, "sum", part);
	total = by_group(draft, "sum", total);
	if (seen) {
		if (!shifted(draft, seen->text, &fresh, err))
			return false;
		total = arena_fmt(draft->arena, "%.*s and on () %.*s", STR_ARG(total), STR_ARG(fresh));
	}
	*events = (struct step_events){total, part, good != NULL, events->identity, events->group};
	return true;
}

/* Each series of a probe is one event per step, bad by the share of the step in which it was 0. */
static bool count_probe(struct draft *draft, struct step_events *events, struct err *err)
{
	struct str metric = draft->slo->sli.metric.text, value;
	struct str text =
		arena_fmt(draft->arena, "avg_over_time(%.*s[%s]) or last_over_time(%.*s[%s])", STR_ARG(metric),
			  span_text(draft->options->step).text, STR_ARG(metric), span_text(LOOKBACK).text);

	if (!shifted(draft, text, &value, err))
		return false;
	events->part = by_group(draft, "sum", arena_fmt(draft->arena, "1 - clamp(%.*s, 0, 1)", STR_ARG(value)));
	events->total = by_group(draft, "count", value);
	return true;
}

/* One event per step, bad by the ratio. 0/0 is a step in which nothing happened; what is no ratio says nothing. */
static void count_ratio(struct draft *draft, struct str value, bool is_good, struct step_events *events)
{
	struct str ratio = arena_fmt(draft->arena, "%.*s >= -1e-9 <= 1.000000001", STR_ARG(value));

	events->part = arena_fmt(draft->arena, "%sclamp(%.*s, 0, 1)", is_good ? "1 - " : "", STR_ARG(ratio));
	events->total = arena_fmt(draft->arena, "(%.*s) * 0 + 1 or (%.*s != %.*s) == bool 0", STR_ARG(ratio),
				  STR_ARG(value), STR_ARG(value));
}

/* One event per step, bad where the comparison does not hold. What is no number is no sample. */
static void count_threshold(struct draft *draft, struct str value, struct step_events *events)
{
	struct buf limit;

	buf_init(&limit, LIMIT_TEXT_BYTES);
	num_write_double(&limit, draft->slo->sli.limit);
	events->part = arena_fmt(draft->arena, "1 - ((%.*s >= -Inf) %s bool %.*s)", STR_ARG(value),
				 comparison_signs[draft->slo->sli.comparison], STR_ARG(buf_view(&limit)));
	buf_release(&limit);
	events->total = arena_fmt(draft->arena, "(%.*s) * 0 + 1", STR_ARG(events->part));
}

static bool count_sampled(struct draft *draft, const struct plan *plan, struct step_events *events, struct err *err)
{
	const struct plan_query *query = &plan->query[0];
	struct str value;

	if (!shifted(draft, query->text, &value, err))
		return false;
	value = by_group(draft, "avg", value);
	if (query->reading == READ_THRESHOLD)
		count_threshold(draft, value, events);
	else
		count_ratio(draft, value, query->reading == READ_GOOD_RATIO, events);
	return true;
}

bool step_events_of(struct arena *arena, const struct slo *slo, const struct step_events_options *options,
		    struct step_events *events, struct err *err)
{
	struct draft draft = {.arena = arena, .slo = slo, .options = options};
	struct plan_options how = {
		.rewrite = {options->step, LOOKBACK, REWRITE_HORIZON_MAX, true},
		.preference = PLAN_PREFER_EXPRESSION,
	};
	struct plan plan;

	*events = (struct step_events){.identity = read_labels(&draft)};
	events->group = draft.renamed;
	if (slo_composed(slo))
		return err_set(err, "composites cannot be counted by rules; a daemon reads them through their members");
	if (slo->budgeting.method != BUDGET_OCCURRENCES)
		return err_set(err, "slices of time cannot be counted by rules; a daemon counts them");
	if (slo->budgeting.missing != MISSING_IGNORED)
		return err_set(err, "what is missing cannot be counted by rules; a daemon counts it");
	if (slo->windows->calendar)
		return err_set(err, "calendar windows cannot be counted by rules; a daemon counts them");
	if (slo->sli.native)
		return err_set(err, "native histograms cannot be counted by rules; a daemon counts them");
	if (!plan_make(arena, slo, &how, &plan, err))
		return false;
	if (slo->sli.kind == SLI_PROBE)
		return count_probe(&draft, events, err);
	if (slo->sli.kind == SLI_THRESHOLD || slo->sli.kind == SLI_RATIO)
		return count_sampled(&draft, &plan, events, err);
	return count_events(&draft, &plan, events, err);
}
