/* Pyrra's resource: plain selectors, one rolling window, alerts that are there or not. */
#include "base/num.h"
#include "count/plan.h"
#include "exporters/definitions/counted.h"
#include "exporters/definitions/keep.h"
#include "exporters/definitions/query.h"
#include "exporters/definitions/tiers.h"

static struct str printed(struct writing *writing, const struct promql_node *selector)
{
	return query_canonical(writing->arena, selector);
}

/* Pyrra makes names of rules from the metric's. */
static bool named(const struct promql_node *selector)
{
	for (size_t i = 0; selector && i < selector->matchers_len; i++)
		if (str_is(selector->matchers[i].name, "__name__"))
			return selector->matchers[i].op == MATCH_EQ && metric_name_ok(selector->matchers[i].value);
	return false;
}

static void put_metric(struct writing *writing, const char *key, struct str selector)
{
	yaml_map(&writing->yaml, key);
	yaml_query(&writing->yaml, "metric", selector);
	yaml_map_end(&writing->yaml);
}

static void put_grouping(struct writing *writing)
{
	yaml_texts(&writing->yaml, "grouping", writing->slo->group_by, writing->slo->group_by_len);
}

static const struct promql_matcher *bound_of(const struct promql_node *selector)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_is(selector->matchers[i].name, "le"))
			return &selector->matchers[i];
	return NULL;
}

static bool put_ratio(struct writing *writing, struct str errors, struct str total)
{
	yaml_map(&writing->yaml, "ratio");
	put_metric(writing, "errors", errors);
	put_metric(writing, "total", total);
	put_grouping(writing);
	yaml_map_end(&writing->yaml);
	return true;
}

static bool put_latency(struct writing *writing, struct str success, struct str total)
{
	yaml_map(&writing->yaml, "latency");
	put_metric(writing, "success", success);
	put_metric(writing, "total", total);
	put_grouping(writing);
	yaml_map_end(&writing->yaml);
	return true;
}

/* Two selectors: errors and all, or those below a bound and all. */
static bool put_events(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	struct counted counted = counted_of(writing->arena, slo, true),
		       by_bad = counted_by_bad(writing->arena, &counted);
	const struct promql_node *bad = counted_selector(&by_bad, COUNTED_BAD),
				 *good = counted_selector(&counted, COUNTED_GOOD),
				 *total = counted_selector(&counted, COUNTED_TOTAL);
	const struct promql_matcher *le = good ? bound_of(good) : NULL;
	double bound;

	if (named(bad) && named(total))
		return put_ratio(writing, printed(writing, bad), printed(writing, total));
	if (named(good) && named(total) && le && le->op == MATCH_EQ && num_read_double(le->value, &bound))
		return put_latency(writing, printed(writing, good), printed(writing, total));
	return writing_refuse(writing, slo->sli.total.place,
			      good && !bad
				      ? "counts good events, and which ones are bad cannot be told from the selectors"
				      : "is not one plain selector for bad and one for all events, as pyrra wants "
					"them");
}

/* The bound as the file spelled it that the SLO comes from; an empty text where that is not known any more. */
static struct str spelled_bound(struct writing *writing)
{
	const struct yaml_node *kept = keep_value(writing, "spec.indicator.latency.success.metric");
	struct promql_error fault;
	struct promql_node *tree =
		kept && kept->kind == YAML_SCALAR ? promql_parse(writing->arena, kept->text, &fault) : NULL;
	double bound;

	for (size_t i = 0; tree && tree->kind == PROMQL_SELECTOR && i < tree->matchers_len; i++)
		if (str_is(tree->matchers[i].name, "le") && num_read_double(tree->matchers[i].value, &bound) &&
		    num_same(bound, writing->slo->sli.limit))
			return tree->matchers[i].value;
	return STR("");
}

/* The bucket and the count of a histogram. How the client spells a whole number as a bound is not known here: Go's
 * writes "1", and Python's "1.0". */
static bool put_classic(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	struct counted counted = counted_of(writing->arena, slo, true);
	const struct promql_node *buckets = counted_selector(&counted, COUNTED_GOOD),
				 *count = counted_selector(&counted, COUNTED_TOTAL);
	struct str spelled = spelled_bound(writing);
	struct promql_node *bucket;

	if (!named(buckets) || !named(count))
		return writing_refuse(writing, slo->sli.metric.place, "is no histogram that pyrra could name");
	bucket = promql_copy(writing->arena, buckets);
	for (size_t i = 0; i < bucket->matchers_len; i++)
		if (str_is(bucket->matchers[i].name, "le"))
			bucket->matchers[i] = (struct promql_matcher){
				STR("le"), spelled.len ? spelled : decimal_text(writing->arena, slo->sli.limit, 0),
				MATCH_EQ};
	if (num_whole(slo->sli.limit) && !spelled.len)
		writing_lost(writing, CARRIED_COUNTS, slo->sli.limit_place,
			     "pyrra wants a bucket's bound as it is spelled: %s may have to be %s.0",
			     decimal_text(writing->arena, slo->sli.limit, 0).at,
			     decimal_text(writing->arena, slo->sli.limit, 0).at);
	return put_latency(writing, printed(writing, bucket), printed(writing, count));
}

static bool in_seconds(const struct promql_node *histogram)
{
	const struct sli second = {.latency = {SPAN_SECOND}};

	return num_same(plan_latency_bound(&second, histogram->matchers[0].value), 1);
}

/* Pyrra's histograms are in seconds. */
static bool put_native(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;
	struct promql_node *histogram = query_tree(writing->arena, &sli->metric);
	struct span span = {(int64_t)(sli->limit * 1000 + 0.5)};

	if (!named(histogram) || !in_seconds(histogram) || !num_same(span_seconds(span), sli->limit))
		return writing_refuse(writing, sli->limit_place,
				      "pyrra takes the bounds of native histograms in seconds, down to milliseconds");
	yaml_map(&writing->yaml, "latencyNative");
	yaml_plain(&writing->yaml, "latency", span_text(span).text);
	put_metric(writing, "total", printed(writing, histogram));
	put_grouping(writing);
	yaml_map_end(&writing->yaml);
	return true;
}

static bool put_probe(struct writing *writing)
{
	struct promql_node *gauge = query_tree(writing->arena, &writing->slo->sli.metric);

	if (!named(gauge))
		return writing_refuse(writing, writing->slo->sli.metric.place, "names no metric, and pyrra wants one");
	yaml_map(&writing->yaml, "bool_gauge");
	yaml_query(&writing->yaml, "metric", printed(writing, gauge));
	put_grouping(writing);
	yaml_map_end(&writing->yaml);
	return true;
}

static bool put_sli(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;
	bool fine = true;

	yaml_map(&writing->yaml, "indicator");
	switch (sli->kind) {
	case SLI_EVENTS:
		fine = put_events(writing);
		break;
	case SLI_LATENCY:
		fine = sli->native ? put_native(writing) : put_classic(writing);
		break;
	case SLI_PROBE:
		fine = put_probe(writing);
		break;
	case SLI_THRESHOLD:
		fine = writing_refuse(writing, sli->metric.place, "pyrra has no thresholds");
		break;
	case SLI_RATIO:
		fine = writing_refuse(writing, sli->bad.text.len ? sli->bad.place : sli->good.place,
				      "pyrra has no ratios by one query");
		break;
	case SLI_COMPOSITE:
		fine = writing_refuse_composite(writing, "pyrra");
		break;
	}
	yaml_map_end(&writing->yaml);
	return fine;
}

/* What Kubernetes takes for the value of a label, and behind a '/' for its name. */
static bool kubernetes_word(struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.at[i];
		bool inner = i > 0 && i + 1 < word.len;

		if (!ascii_alpha(c) && !ascii_digit(c) && !(inner && (c == '-' || c == '_' || c == '.')))
			return false;
	}
	return word.len > 0 && word.len <= 63;
}

static void put_metadata(struct writing *writing, struct str name)
{
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;

	yaml_map(yaml, "metadata");
	yaml_text(yaml, "name", name);
	if (slo->namespace_.len)
		yaml_text(yaml, "namespace", slo->namespace_);
	yaml_map(yaml, "labels");
	if (!str_eq(slo->service, name))
		yaml_pair_of(yaml, STR("pyrra.dev/service"), slo->service);
	for (size_t i = 0; i < slo->labels.len; i++) {
		struct label label = slo->labels.at[i];

		if (kubernetes_word(label.name) && kubernetes_word(label.value))
			yaml_pair_of(yaml, arena_fmt(writing->arena, "pyrra.dev/%.*s", STR_ARG(label.name)),
				     label.value);
		else
			writing_lost(writing, CARRIED_LABELS, slo->place,
				     "'%.*s: %.*s' is no label of Kubernetes, which pyrra's are", VALUE_ARG(label.name),
				     VALUE_ARG(label.value));
	}
	yaml_map_end(yaml);
	yaml_map_end(yaml);
}

/* What there is of kinds of tiers among the SLO's. */
static bool any_of(const struct writing *writing, enum tier_kind one, enum tier_kind other)
{
	const struct alerting *own = writing->slo->alerting;

	for (size_t i = 0; i < own->len; i++)
		if (own->tiers[i].kind == one || own->tiers[i].kind == other)
			return true;
	return false;
}

/* Pyrra's severities are its own. True where that goes without another word: ours become them. */
static bool translate(struct tier *tier, const struct tier *own)
{
	bool page = str_is(tier->severity, "page"), usual = own && str_eq(own->severity, tier->severity);

	if (str_is(tier->severity, "info"))
		return false;
	if (!usual)
		tier->severity = page ? STR("critical") : STR("warning");
	return usual;
}

/* What wick makes of it, with our words for severities that are translated. */
static const struct alerting *made_of(struct writing *writing, bool burn, bool absent, bool *translated)
{
	const struct alerting *own = writing->slo->alerting, *known = tiers_default(writing->arena, writing->slo);
	struct tier *tiers;
	struct alerting *made = tiers_new(writing->arena, known->len, &tiers);

	for (size_t i = 0; i < known->len && own->len; i++) {
		struct tier tier = known->tiers[i];
		bool is_absent = tier.kind == TIER_NO_DATA || tier.kind == TIER_VANISHED;

		if ((is_absent && !absent) || (tier.kind == TIER_BURN && !burn))
			continue;
		*translated |= translate(&tier, alerting_tier(own, tier.name));
		tiers[made->len++] = tier;
	}
	return made;
}

static void put_alerting(struct writing *writing)
{
	bool burn = any_of(writing, TIER_BURN, TIER_BURN), absent = any_of(writing, TIER_NO_DATA, TIER_VANISHED);
	bool any = writing->slo->alerting->len > 0, translated = false;
	const struct alerting *made = made_of(writing, burn, absent, &translated);

	yaml_map(&writing->yaml, "alerting");
	if (!any)
		yaml_bool(&writing->yaml, "disabled", true);
	if (!burn)
		yaml_bool(&writing->yaml, "burnrates", false);
	if (!absent)
		yaml_bool(&writing->yaml, "absent", false);
	yaml_map_end(&writing->yaml);
	if (translated)
		writing_lost(writing, CARRIED_ALERTS, writing->slo->place,
			     "severities are pyrra's own: 'page' becomes 'critical', and 'ticket' 'warning'");
	tiers_note(writing, made);
}

static void put_window(struct writing *writing)
{
	const struct slo_window *window = writing->slo->windows;

	if (window->calendar)
		writing_lost(writing, CARRIED_WINDOWS, window->place,
			     "pyrra has no calendar windows: '%.*s' becomes the last %s", STR_ARG(window->name),
			     span_text(window->span).text);
	yaml_plain(&writing->yaml, "window", span_text(window->span).text);
}

static bool write_slo(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;
	struct str name;

	if (!dns_name(slo->name) || (slo->namespace_.len && !dns_label(slo->namespace_)) ||
	    !kubernetes_word(slo->service))
		return writing_refuse(writing, slo->place,
				      "its names are none that Kubernetes takes, such as 'shop-availability'");
	if (!writing_name(writing, &name))
		return false;
	if (!dns_name(name))
		return writing_refuse(writing, slo->place, "'%.*s' is no name that Kubernetes takes", STR_ARG(name));
	yaml_plain(yaml, "apiVersion", "pyrra.dev/v1alpha1");
	yaml_plain(yaml, "kind", "ServiceLevelObjective");
	put_metadata(writing, name);
	yaml_map(yaml, "spec");
	if (slo->description.len)
		yaml_text(yaml, "description", slo->description);
	yaml_text(yaml, "target", decimal_text(writing->arena, slo->objective, 2));
	put_window(writing);
	if (!put_sli(writing))
		return false;
	put_alerting(writing);
	yaml_map_end(yaml);
	writing_lost_display_name(writing, "pyrra");
	writing_lost_budgeting(writing, "pyrra");
	writing_lost_common(writing);
	return true;
}

const struct definition_language language_pyrra = {
	.name = "pyrra", .version = "pyrra.dev/v1alpha1", .slo = write_slo, .namespaces = true, .across_files = true};
