/* What an SLO's series say beside their values: whose they are, how they are grouped, what buckets they have. */
#include "base/limits.h"
#include "engine/live_parts.h"

#include <math.h>

/* Series of counters can be born; what gauges and ratios hold needs no beginning. */
static bool counts_events(const struct slo *slo)
{
	return slo->sli.kind == SLI_EVENTS || (slo->sli.kind == SLI_LATENCY && !slo->sli.native);
}

/* `{job="a"}` of the selector, so that only its own targets are looked at. */
static struct str jobs_of(struct live *live, const struct promql_node *selector)
{
	struct promql_matcher *job = arena_array(live->arena, selector->matchers_len, sizeof(*job));
	size_t len = 0;

	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_is(selector->matchers[i].name, "job"))
			job[len++] = selector->matchers[i];
	if (len == 0)
		return STR("");
	return live_printed(live->arena,
			    &(struct promql_node){.kind = PROMQL_SELECTOR, .matchers = job, .matchers_len = len});
}

static const struct live_answer *ask_without(struct live *live, const struct promql_node *selector, struct str label)
{
	struct promql_matcher none = {label, STR(""), MATCH_EQ};

	return live_askf(live, "count(%.*s)",
			 STR_ARG(live_printed(live->arena, live_selector_with(live->arena, selector, STR(""), &none))));
}

static void ask_evidence(struct live *live, struct live_look *look)
{
	struct str text = look->main->text, jobs = jobs_of(live, look->main->node);

	look->without_job = ask_without(live, look->main->node, STR("job"));
	look->without_instance = ask_without(live, look->main->node, STR("instance"));
	look->without_evidence =
		live_askf(live, "count(%.*s unless on (job, instance) (up%.*s or process_start_time_seconds%.*s))",
			  STR_ARG(text), STR_ARG(jobs), STR_ARG(jobs));
}

static void ask_groups(struct live *live, struct live_look *look)
{
	const struct slo *slo = look->slo;
	struct buf by;

	buf_init(&by, LIMIT_PROMQL_PRINTED);
	look->group_labels = arena_array(live->arena, slo->group_by_len, sizeof(struct live_answer *));
	for (size_t i = 0; i < slo->group_by_len; i++) {
		struct promql_matcher there = {slo->group_by[i], STR(""), MATCH_NE};

		buf_fmt(&by, "%s%.*s", i ? ", " : "", STR_ARG(slo->group_by[i]));
		look->group_labels[i] =
			live_askf(live, "count(%.*s)",
				  STR_ARG(live_printed(live->arena, live_selector_with(live->arena, look->main->node,
										       STR(""), &there))));
	}
	look->groups =
		live_askf(live, "count(count by (%.*s) (%.*s))", STR_ARG(buf_view(&by)), STR_ARG(look->main->text));
	buf_release(&by);
}

void live_target_ask(struct live *live, struct live_look *look)
{
	if (look->slo->sli.kind == SLI_LATENCY && !look->slo->sli.native) {
		struct str question = bucket_question(live->arena, look->slo, &look->wanted);

		if (question.len)
			look->bounds = live_ask(live->asker, question);
	}
	if (!look->main)
		return;
	if (counts_events(look->slo))
		ask_evidence(live, look);
	if (look->slo->group_by_len)
		ask_groups(live, look);
}

static void judge_evidence(struct live *live, const struct live_look *look)
{
	double job = live_count(look->without_job), instance = live_count(look->without_instance);
	double without = live_count(look->without_evidence);
	struct place place = look->main->query->place;

	if (job > 0 || instance > 0)
		findings_add(live->findings, FINDING_WARNING, place, STR(""), "no-target",
			     "%.0f of %.0f series of '%.*s' have no label '%s': what a series counted before its first "
			     "sample cannot be told, and is not counted",
			     job > 0 ? job : instance, live_count(look->main->now), VALUE_ARG(look->main->text),
			     job > 0 ? "job" : "instance");
	else if (without > 0)
		findings_add(
			live->findings, FINDING_WARNING, place, STR(""), "no-target",
			"%.0f of %.0f series of '%.*s' are of targets that have neither 'up' nor "
			"'process_start_time_seconds': what a series counted before its first sample cannot be told, "
			"and is not counted",
			without, live_count(look->main->now), VALUE_ARG(look->main->text));
}

static void judge_groups(struct live *live, const struct live_look *look)
{
	const struct slo *slo = look->slo;
	double groups = live_count(look->groups);

	for (size_t i = 0; i < slo->group_by_len; i++)
		if (look->group_labels[i]->outcome == ASK_OK && !(live_count(look->group_labels[i]) > 0))
			findings_add(live->findings, FINDING_ERROR, slo->place, STR("groupBy"), "group-label",
				     "groupBy: no series of '%.*s' has the label '%.*s'", VALUE_ARG(look->main->text),
				     STR_ARG(slo->group_by[i]));
	if (groups > slo->group_limit)
		findings_add(
			live->findings, FINDING_WARNING, slo->place, STR("groupBy"), "group-limit",
			"groupBy makes %.0f groups and the limit is %u: the others are %s; raise groupLimit, or group "
			"by less",
			groups, slo->group_limit, slo_has_rest(slo) ? "counted as the rest alone" : "left out");
}

void live_target_judge(struct live *live, struct live_look *look)
{
	if (!look->main)
		return;
	if (look->without_evidence)
		judge_evidence(live, look);
	if (look->group_labels)
		judge_groups(live, look);
	for (size_t i = 0; look->bounds && i < look->bounds->len; i++)
		bucket_bounds_add(&look->wanted, labels_get(look->bounds->rows[i].labels, STR("le")));
}

bool live_other_histogram(const struct live_look *look)
{
	return look->other_histogram && !look->main && live_count(look->other_histogram) > 0;
}

void live_histogram_judge(struct live *live, const struct live_look *look)
{
	const struct query *query = &look->slo->sli.metric;
	struct place at = look->slo->sli.limit_place.line ? look->slo->sli.limit_place : query->place;
	struct buf reason;

	if (live_other_histogram(look)) {
		findings_add(
			live->findings, FINDING_ERROR, query->place, STR(""), "histogram-kind",
			look->slo->sli.native
				? "'%.*s' is a classic histogram here: it has buckets as series; leave 'native' out"
				: "'%.*s' is a native histogram here: it has no buckets as series; set 'native: true'",
			VALUE_ARG(query->text));
		return;
	}
	if (!look->bounds || !look->main || look->bounds->outcome != ASK_OK || look->bounds->series == 0)
		return;
	buf_init(&reason, LIMIT_TEXT_BYTES);
	if (look->wanted.len == 0)
		findings_add(live->findings, FINDING_ERROR, query->place, STR(""), "no-le",
			     "the buckets of '%.*s' have no label 'le' that is a number", VALUE_ARG(query->text));
	else if (!look->wanted.there) {
		bucket_reason(&reason, look->slo, &look->wanted);
		findings_add(live->findings, FINDING_ERROR, at, STR(""), "threshold-bound", "%.*s",
			     STR_ARG(buf_view(&reason)));
	}
	buf_release(&reason);
}
