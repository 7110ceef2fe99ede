/* Are the series there that an SLO counts, and if not: why. */
#include "base/mem.h"
#include "engine/live_parts.h"

#include <stdlib.h>

enum {
	NAMES_ASKED = 200, /* similar names, values of a label */
	VALUES_SHOWN = 3,
};

static struct str metric_of(const struct promql_node *selector)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (selector->matchers[i].op == MATCH_EQ && str_is(selector->matchers[i].name, "__name__"))
			return selector->matchers[i].value;
	return STR("");
}

/* Takes a selector in, once; what one query needs is needed. */
static void add_selector(struct live *live, struct live_look *look, const struct promql_node *node,
			 const struct query *query, bool needed)
{
	struct promql_node *plain = live_selector_with(live->arena, node, STR(""), NULL);
	struct str text = live_printed(live->arena, plain);

	for (size_t i = 0; i < look->len; i++)
		if (str_eq(look->selectors[i].text, text)) {
			look->selectors[i].needed |= needed;
			return;
		}
	look->selectors = arena_grow(live->arena, look->selectors, look->len, sizeof(*look->selectors));
	look->selectors[look->len++] = (struct live_selector){
		.query = query, .needed = needed, .node = plain, .text = text, .metric = metric_of(plain)};
}

struct gathering {
	struct live *live;
	struct live_look *look;
	const struct query *query;
	bool needed;
};

static void gather(struct promql_node *node, void *context)
{
	struct gathering *gathering = context;

	if (node->kind == PROMQL_SELECTOR)
		add_selector(gathering->live, gathering->look, node, gathering->query, gathering->needed);
}

static void add_query(struct live *live, struct live_look *look, const struct query *query, bool needed)
{
	struct gathering gathering = {live, look, query, needed};
	struct promql_error error;
	struct promql_node *node = query->text.len ? promql_parse(live->arena, query->text, &error) : NULL;

	if (node)
		promql_walk(node, gather, &gathering);
}

/* A latency asks for the series that its histogram is made of, and for those that it would be made of in the other way.
 */
static void add_histogram(struct live *live, struct live_look *look)
{
	const struct query *query = &look->slo->sli.metric;
	struct promql_error error;
	struct promql_node *node = promql_parse(live->arena, query->text, &error), *other;
	struct str name, buckets;

	if (!node || node->kind != PROMQL_SELECTOR || (name = metric_of(node)).len == 0)
		return;
	buckets = arena_fmt(live->arena, "%.*s_bucket", STR_ARG(name));
	if (look->slo->sli.native) {
		add_selector(live, look, node, query, true);
		other = live_selector_with(live->arena, node, buckets, NULL);
	} else {
		struct str count = arena_fmt(live->arena, "%.*s_count", STR_ARG(name));

		add_selector(live, look, live_selector_with(live->arena, node, count, NULL), query, true);
		add_selector(live, look, live_selector_with(live->arena, node, buckets, NULL), query, true);
		other = node;
	}
	/* a gauge of that name is no histogram */
	look->other_histogram = live_askf(live, look->slo->sli.native ? "count(%.*s)" : "count(histogram_count(%.*s))",
					  STR_ARG(live_printed(live->arena, other)));
}

void live_series_now(struct live *live, struct live_look *look)
{
	const struct sli *sli = &look->slo->sli;

	if (sli->kind == SLI_LATENCY) {
		add_histogram(live, look);
	} else {
		add_query(live, look, &sli->total, true);
		add_query(live, look, &sli->metric, true);
		add_query(live, look, &sli->good, sli->kind == SLI_RATIO);
		add_query(live, look, &sli->bad, sli->kind == SLI_RATIO);
	}
	for (size_t i = 0; i < look->len; i++)
		look->selectors[i].now = live_askf(live, "count(%.*s)", STR_ARG(look->selectors[i].text));
}

static bool is_there(const struct live_selector *selector) { return live_count(selector->now) > 0; }

/* Where the metric itself is there, its other series can tell what is wrong with the selector. */
static struct str of_metric(struct live *live, const struct live_selector *selector, const struct promql_matcher *extra)
{
	struct promql_matcher name = {STR("__name__"), selector->metric, MATCH_EQ};
	struct promql_node node = {.kind = PROMQL_SELECTOR, .matchers = &name, .matchers_len = 1};

	return live_printed(live->arena, live_selector_with(live->arena, &node, STR(""), extra));
}

void live_series_lately(struct live *live, struct live_look *look)
{
	for (size_t i = 0; i < look->len; i++) {
		struct live_selector *selector = &look->selectors[i];

		if (is_there(selector)) {
			if (!look->main && selector->needed)
				look->main = selector;
			continue;
		}
		selector->day = live_askf(live, "count(last_over_time(%.*s[1d]))", STR_ARG(selector->text));
		selector->window = live_askf(live, "count(last_over_time(%.*s[%s]))", STR_ARG(selector->text),
					     span_text(look->slo->window).text);
		if (selector->metric.len)
			selector->metric_now = live_askf(live, "count(%.*s)", STR_ARG(of_metric(live, selector, NULL)));
	}
}

/* A slip of the pen leaves one half of a name as it was: metrics that begin or end like it are found by the index. */
static void ask_names(struct live *live, struct live_selector *selector)
{
	size_t half = selector->metric.len / 2;

	if (half < 2 || !metric_name_ok(selector->metric))
		return;
	selector->names =
		live_askf(live, "topk(%d, count by (__name__) ({__name__=~\"%.*s.*|.*%.*s\"}))", NAMES_ASKED, (int)half,
			  selector->metric.at, STR_ARG(str_slice(selector->metric, half, selector->metric.len)));
}

static void ask_matchers(struct live *live, struct live_selector *selector)
{
	const struct promql_node *node = selector->node;

	selector->sample = live_askf(live, "topk(1, %.*s)", STR_ARG(of_metric(live, selector, NULL)));
	selector->matchers = arena_array(live->arena, node->matchers_len, sizeof(*selector->matchers));
	for (size_t i = 0; i < node->matchers_len; i++) {
		const struct promql_matcher *matcher = &node->matchers[i];
		struct promql_matcher there = {matcher->name, STR(""), MATCH_NE};

		if (str_is(matcher->name, "__name__") || !label_name_ok(matcher->name))
			continue;
		selector->matchers[selector->matchers_len++] = (struct live_matcher){
			.matcher = matcher,
			.alone = live_askf(live, "count(%.*s)", STR_ARG(of_metric(live, selector, matcher))),
			.values = live_askf(live, "topk(%d, count by (%.*s) (%.*s))", NAMES_ASKED,
					    STR_ARG(matcher->name), STR_ARG(of_metric(live, selector, &there))),
		};
	}
}

static bool was_there(const struct live_selector *selector)
{
	return is_there(selector) || live_count(selector->window) > 0;
}

void live_series_why(struct live *live, struct live_look *look)
{
	for (size_t i = 0; i < look->len; i++) {
		struct live_selector *selector = &look->selectors[i];

		if (was_there(selector) || selector->metric.len == 0)
			continue;
		if (live_count(selector->metric_now) > 0)
			ask_matchers(live, selector);
		else
			ask_names(live, selector);
	}
}

/* The label's values of an answer with a row for each. */
static const char **values_of(struct live *live, const struct live_answer *answer, struct str label, size_t *len)
{
	const char **values = arena_array(live->arena, answer ? answer->len + 1 : 1, sizeof(*values));

	*len = 0;
	for (size_t i = 0; answer && i < answer->len; i++) {
		struct str value = labels_get(answer->rows[i].labels, label);

		if (value.len)
			values[(*len)++] = arena_str(live->arena, value).at;
	}
	return values;
}

static const char *nearest_metric(struct live *live, const struct live_selector *selector)
{
	size_t len;
	const char **names = values_of(live, selector->names, STR("__name__"), &len);

	return str_nearest(selector->metric, names, len);
}

static struct str no_metric(struct live *live, const struct live_selector *selector)
{
	const char *nearest = nearest_metric(live, selector);

	return nearest ? arena_fmt(live->arena, "there is no metric '%.*s'; there is '%s'", STR_ARG(selector->metric),
				   nearest)
		       : arena_fmt(live->arena, "there is no metric '%.*s'", STR_ARG(selector->metric));
}

static struct str no_label(struct live *live, const struct live_selector *selector, struct str label)
{
	const struct live_answer *sample = selector->sample;
	const char *nearest = NULL;

	if (sample && sample->len) {
		struct labels labels = sample->rows[0].labels;
		const char **names = arena_array(live->arena, labels.len + 1, sizeof(*names));

		for (size_t i = 0; i < labels.len; i++)
			names[i] = arena_str(live->arena, labels.at[i].name).at;
		nearest = str_nearest(label, names, labels.len);
	}
	return arena_fmt(live->arena, "no series of '%.*s' has the label '%.*s'%s%s%s", STR_ARG(selector->metric),
			 STR_ARG(label), nearest ? "; there is '" : "", nearest ? nearest : "", nearest ? "'" : "");
}

static struct str no_value(struct live *live, const struct live_selector *selector, const struct live_matcher *at)
{
	static const char *const ops[] = {[MATCH_EQ] = "=", [MATCH_NE] = "!=", [MATCH_RE] = "=~", [MATCH_NRE] = "!~"};
	const struct promql_matcher *matcher = at->matcher;
	size_t len;
	const char **values = values_of(live, at->values, matcher->name, &len);
	const char *nearest = str_nearest(matcher->value, values, len);
	struct buf out;
	struct str text;

	buf_init(&out, 1024);
	buf_fmt(&out, "no series of '%.*s' has %.*s%s\"%.*s\"; ", STR_ARG(selector->metric), STR_ARG(matcher->name),
		ops[matcher->op], VALUE_ARG(matcher->value));
	if (nearest) {
		buf_fmt(&out, "there is \"%s\"", nearest);
	} else {
		buf_cstr(&out, len == 1 ? "there is" : "there are");
		for (size_t i = 0; i < len && i < VALUES_SHOWN; i++)
			buf_fmt(&out, "%s \"%.60s\"", i ? "," : "", values[i]);
		if (len > VALUES_SHOWN)
			buf_fmt(&out, " and %zu more", len - VALUES_SHOWN);
	}
	text = arena_str(live->arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* The first matcher that finds nothing by itself. */
static const struct live_matcher *culprit(const struct live_selector *selector)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (!(live_count(selector->matchers[i].alone) > 0))
			return &selector->matchers[i];
	return NULL;
}

static struct str why(struct live *live, const struct live_selector *selector)
{
	const struct live_matcher *at = culprit(selector);

	if (selector->metric.len == 0)
		return STR("nothing matches it");
	if (!(live_count(selector->metric_now) > 0))
		return no_metric(live, selector);
	if (!at)
		return STR("each of its matchers finds series, all of them together find none");
	if (at->values->outcome == ASK_OK && at->values->len == 0)
		return no_label(live, selector, at->matcher->name);
	return no_value(live, selector, at);
}

/* An error series that is not there yet is a good sign, unless its name, label or target cannot be right. */
static void judge_part(struct live *live, const struct live_selector *selector)
{
	const struct live_matcher *at = culprit(selector);
	bool wrong, missing;

	if (was_there(selector) || selector->metric.len == 0)
		return;
	if (!(live_count(selector->metric_now) > 0))
		wrong = true;
	else
		wrong = at &&
			(str_is(at->matcher->name, "job") || (at->values->outcome == ASK_OK && at->values->len == 0));
	if (!wrong)
		return;
	missing = !(live_count(selector->metric_now) > 0) && !nearest_metric(live, selector);
	findings_add(live->findings, FINDING_WARNING, selector->query->place, STR(""), "no-series",
		     "'%.*s' can find nothing: %.*s%s", VALUE_ARG(selector->text), STR_ARG(why(live, selector)),
		     missing ? "; that is right only where nothing of it has happened yet" : "");
}

static void judge_needed(struct live *live, const struct live_look *look, const struct live_selector *selector)
{
	struct place place = selector->query->place;
	/* One of several totals may be to come; a histogram is nothing without any of its parts. */
	bool others = look->main && look->slo->sli.kind != SLI_LATENCY;

	if (selector->now->outcome == ASK_REFUSED)
		findings_add(live->findings, FINDING_ERROR, place, STR(""), "refused", "%s", selector->now->error);
	else if (live_count(selector->day) > 0)
		findings_add(live->findings, FINDING_WARNING, place, STR(""), "no-series-now",
			     "'%.*s' has no series now; it had some within the last day", VALUE_ARG(selector->text));
	else if (live_count(selector->window) > 0)
		findings_add(live->findings, FINDING_WARNING, place, STR(""), "no-series-now",
			     "'%.*s' has no series now, nor within the last day; it had some within the window of %s",
			     VALUE_ARG(selector->text), span_text(look->slo->window).text);
	else
		findings_add(live->findings, others ? FINDING_WARNING : FINDING_ERROR, place, STR(""), "no-series",
			     "'%.*s' had no series within the window of %s: %.*s", VALUE_ARG(selector->text),
			     span_text(look->slo->window).text, STR_ARG(why(live, selector)));
}

/* A ratio or threshold may do without one of its selectors: `x or vector(0)`. */
static bool has_values(const struct live_look *look)
{
	bool sampled = look->slo->sli.kind == SLI_RATIO || look->slo->sli.kind == SLI_THRESHOLD;

	return sampled && look->values[0] && look->values[0]->len > 0;
}

void live_series_judge(struct live *live, const struct live_look *look)
{
	if (live_other_histogram(look))
		return;
	for (size_t i = 0; i < look->len; i++) {
		const struct live_selector *selector = &look->selectors[i];

		if (is_there(selector))
			continue;
		if (selector->needed && !has_values(look)) {
			judge_needed(live, look, selector);
			if (look->slo->sli.kind == SLI_LATENCY)
				return; /* its other series miss for the same reason */
		} else {
			judge_part(live, selector);
		}
	}
}
