/* sloth's `version: prometheus/v1`. Its SLOs have one window, that of the whole of sloth, and no groups; its alerts are
 * two, of which a label and an annotation can be said. */
#include "base/limits.h"
#include "base/num.h"
#include "exporters/definitions/counted.h"
#include "exporters/definitions/query.h"
#include "exporters/definitions/tiers.h"
#include "format/template.h"
#include "slo/foreign/quotient.h"
#include "slo/native/native_alerting.h"

static const char placeholder[] = "{{.window}}";

/* ^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$ of what is a legal name here already. */
static bool sloth_name(struct str name)
{
	char last = name.len ? name.at[name.len - 1] : '-';

	return name.len >= 2 && (ascii_alpha(last) || ascii_digit(last));
}

static void head(struct writing *writing)
{
	struct yaml_writer *yaml = &writing->yaml;

	yaml_plain(yaml, "version", "prometheus/v1");
	yaml_text(yaml, "service", writing->slo->service);
}

static void put_query(struct writing *writing, const char *key, struct str canonical)
{
	yaml_query(&writing->yaml, key, query_with_placeholder(writing->arena, canonical, placeholder));
}

/* The trees of an SLO's two queries. */
struct pair {
	struct promql_node *part, *total;
};

/* Sums of counters over sloth's window. */
static bool sums(const struct pair *pair)
{
	struct str function = STR("");

	return query_over_window(pair->part, &function) && query_over_window(pair->total, &function) &&
	       query_single(pair->part) && query_single(pair->total);
}

/* Anything that has sloth's window in it, and of which the quotient is one of like and like. */
static bool alike(const struct pair *pair)
{
	unsigned measures = query_measures(pair->part);

	return promql_has_window(pair->part) && promql_has_window(pair->total) && query_labelless(pair->part) &&
	       query_labelless(pair->total) && measures == query_measures(pair->total) &&
	       (measures == QUERY_PER_SECOND || measures == QUERY_PER_WINDOW);
}

/* Both queries as they are. The bad events of one that counts good ones are the rest. */
static void put_as_they_are(struct writing *writing, const struct pair *pair)
{
	struct str part = query_canonical(writing->arena, pair->part),
		   total = query_canonical(writing->arena, pair->total);

	if (!writing->slo->sli.bad.text.len)
		part = arena_fmt(writing->arena, "(%.*s) - ((%.*s) or vector(0))", STR_ARG(total), STR_ARG(part));
	put_query(writing, "error_query", part);
	put_query(writing, "total_query", total);
}

static bool put_events(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;
	struct counted counted = counted_of(writing->arena, writing->slo, false);
	struct pair pair = {query_tree(writing->arena, sli->bad.text.len ? &sli->bad : &sli->good),
			    query_tree(writing->arena, &sli->total)};
	struct str bad = counted_query(writing->arena, &counted, COUNTED_BAD, "rate"),
		   total = counted_query(writing->arena, &counted, COUNTED_TOTAL, "rate");

	yaml_map(&writing->yaml, "events");
	if (sli->kind == SLI_EVENTS && sums(&pair)) {
		put_as_they_are(writing, &pair);
	} else if (bad.len && total.len) {
		put_query(writing, "error_query", bad);
		put_query(writing, "total_query", total);
	} else if (sli->kind == SLI_EVENTS && alike(&pair)) {
		if (!sli->bad.text.len)
			writing_lost(writing, CARRIED_COUNTS, sli->good.place,
				     "sloth counts bad events, which are here what is not good");
		put_as_they_are(writing, &pair);
	} else {
		return writing_refuse(writing, sli->total.place,
				      "is no sum of counters over $window, which sloth would take for one");
	}
	yaml_map_end(&writing->yaml);
	return true;
}

/* Observations above the bound, by what is between 0 and it. */
static void put_native(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;
	struct arena *arena = writing->arena;
	struct str histogram = query_canonical(arena, query_tree(arena, &sli->metric));
	struct str rate = arena_fmt(arena, "sum(rate(%.*s[$window]))", STR_ARG(histogram));
	struct str total = arena_fmt(arena, "histogram_count(%.*s)", STR_ARG(rate));
	struct str limit = decimal_text(arena, sli->limit, 0);

	writing_lost(writing, CARRIED_COUNTS, sli->metric.place,
		     "sloth has no native histograms: a query takes the part of '%.*s' above %s", VALUE_ARG(histogram),
		     limit.at);
	yaml_map(&writing->yaml, "events");
	put_query(writing, "error_query",
		  arena_fmt(arena, "%.*s * (1 - histogram_fraction(0, %.*s, %.*s))", STR_ARG(total), STR_ARG(limit),
			    STR_ARG(rate)));
	put_query(writing, "total_query", total);
	yaml_map_end(&writing->yaml);
}

static void put_raw(struct writing *writing, struct str bad)
{
	yaml_map(&writing->yaml, "raw");
	put_query(writing, "error_ratio_query", bad);
	yaml_map_end(&writing->yaml);
}

/* The mean of a query's value, which for a 1 or 0 is the good part of the time. */
static struct str mean(struct writing *writing, struct str value)
{
	return arena_fmt(writing->arena, "avg(avg_over_time((%.*s)[$window:1m]))", STR_ARG(value));
}

static void put_probe(struct writing *writing)
{
	struct str gauge = query_canonical(writing->arena, query_tree(writing->arena, &writing->slo->sli.metric));

	writing_lost(writing, CARRIED_COUNTS, writing->slo->sli.metric.place,
		     "sloth has no probes: the mean of '%.*s' is its ratio of good time", VALUE_ARG(gauge));
	put_raw(writing, arena_fmt(writing->arena, "1 - avg(avg_over_time(%.*s[$window]))", STR_ARG(gauge)));
}

static void put_threshold(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;
	struct promql_node *tree = query_tree(writing->arena, &sli->metric);
	struct str value = query_canonical(writing->arena,
					   promql_with_window(writing->arena, tree, (struct span){5 * SPAN_MINUTE}));
	struct str limit = decimal_text(writing->arena, sli->limit, 0);

	writing_lost(writing, CARRIED_COUNTS, sli->metric.place,
		     "sloth has no thresholds: the part of the minutes in which '%.*s' holds is its ratio%s",
		     VALUE_ARG(sli->metric.text), promql_has_window(tree) ? ", with 5m for $window" : "");
	value = arena_fmt(writing->arena, "(%.*s) %s bool %.*s", STR_ARG(value), comparison_signs[sli->comparison],
			  STR_ARG(limit));
	value = mean(writing, value);
	put_raw(writing, arena_fmt(writing->arena, "1 - %.*s", STR_ARG(value)));
}

static void put_ratio(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;
	const struct query *query = sli->bad.text.len ? &sli->bad : &sli->good;
	struct promql_node *tree = query_tree(writing->arena, query);
	struct str bad = query_bad_ratio(writing->arena, sli);
	struct query written = {.text = bad};
	struct quotient quotient;

	if (!promql_has_window(tree)) {
		writing_lost(writing, CARRIED_COUNTS, query->place,
			     "sloth wants a window in each query: the mean of '%.*s' over it is taken",
			     VALUE_ARG(query->text));
		bad = arena_fmt(writing->arena, "avg_over_time((%.*s)[$window:1m])", STR_ARG(bad));
	} else if (quotient_of(writing->arena, query_tree(writing->arena, &written), &quotient)) {
		writing_lost(
			writing, CARRIED_COUNTS, query->place,
			"'%.*s' is a quotient of counts: of a sloth file, wick counts their events instead of averaging the ratio",
			VALUE_ARG(query->text));
	}
	put_raw(writing, bad);
}

static bool put_sli(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	bool fine = true;

	yaml_map(&writing->yaml, "sli");
	switch (slo->sli.kind) {
	case SLI_EVENTS:
		fine = put_events(writing);
		break;
	case SLI_LATENCY:
		if (slo->sli.native)
			put_native(writing);
		else
			fine = put_events(writing);
		break;
	case SLI_PROBE:
		put_probe(writing);
		break;
	case SLI_THRESHOLD:
		put_threshold(writing);
		break;
	case SLI_RATIO:
		put_ratio(writing);
		break;
	case SLI_COMPOSITE:
		fine = writing_refuse_composite(writing, "sloth");
		break;
	}
	yaml_map_end(&writing->yaml);
	return fine;
}

/* One of sloth's two alerts, and the tiers of ours that it stands for. */
struct alert {
	const struct tier **tiers; /* of the SLO's */
	size_t len;
	struct str severity; /* "page", "ticket", or the author's own */
	struct labels labels, annotations;
};

static bool is_page(const struct tier *tier) { return str_is(tier->severity, "page"); }

/* What all of its tiers have alike is what can be said of it. A tier that tells nobody has no say in the severity. */
static struct alert alert_of(struct writing *writing, const struct alerting *known, bool page)
{
	const struct alerting *own = writing->slo->alerting;
	struct alert alert = {.severity = page ? STR("page") : STR("ticket")};
	bool said = false, mixed = false;

	alert.tiers = arena_array(writing->arena, known->len, sizeof(struct tier *));
	for (size_t i = 0; i < known->len; i++) {
		const struct tier *tier = alerting_tier(own, known->tiers[i].name);

		if (!tier || is_page(&known->tiers[i]) != page)
			continue;
		alert.tiers[alert.len++] = tier;
		if (str_is(known->tiers[i].severity, "info"))
			continue;
		mixed |= said && !str_eq(alert.severity, tier->severity);
		alert.severity = said ? alert.severity : tier->severity;
		said = true;
	}
	if (mixed)
		alert.severity = page ? STR("page") : STR("ticket");
	alert.labels = tiers_common(writing->arena, alert.tiers, alert.len, TIER_LABELS);
	alert.annotations = tiers_common(writing->arena, alert.tiers, alert.len, TIER_ANNOTATIONS);
	return alert;
}

/* sloth takes no empty annotation. */
static struct labels filled(struct arena *arena, struct labels pairs)
{
	struct labels some = {arena_array(arena, pairs.len, sizeof(*some.at)), 0};

	for (size_t i = 0; i < pairs.len; i++)
		if (pairs.at[i].value.len)
			some.at[some.len++] = pairs.at[i];
	return some;
}

/* By the labels that sloth's alerts have. */
static struct labels in_its_labels(struct arena *arena, struct labels pairs)
{
	static struct label places[] = {
		{STR_INIT("service"), STR_INIT("{{ $labels.sloth_service }}")},
		{STR_INIT("slo"), STR_INIT("{{ $labels.sloth_slo }}")},
	};
	struct labels made = {arena_array(arena, pairs.len, sizeof(*made.at)), pairs.len};
	struct buf text;

	for (size_t i = 0; i < pairs.len; i++) {
		buf_init(&text, 2 * LIMIT_TEXT_BYTES);
		template_replace(&text, pairs.at[i].value, (struct labels){places, sizeof(places) / sizeof(*places)});
		made.at[i] = (struct label){pairs.at[i].name, arena_str(arena, buf_view(&text))};
		buf_release(&text);
	}
	return made;
}

static void put_alert(struct writing *writing, const char *key, const struct alert *alert, bool page)
{
	struct yaml_writer *yaml = &writing->yaml;
	struct labels severity = {(struct label[]){{STR("severity"), alert->severity}}, 1};
	bool usual = str_is(alert->severity, page ? "page" : "ticket");

	yaml_map(yaml, key);
	if (alert->len == 0)
		yaml_bool(yaml, "disable", true);
	yaml_labels(yaml, "labels", usual ? alert->labels : labels_over(writing->arena, alert->labels, severity));
	yaml_labels(yaml, "annotations", in_its_labels(writing->arena, alert->annotations));
	yaml_map_end(yaml);
}

/* What wick makes of the alerts that are written. */
static struct alerting *made_of(struct writing *writing, const struct alerting *known, const struct alert *page,
				const struct alert *ticket, struct str runbook)
{
	struct tier *tiers;
	struct alerting *made = tiers_new(writing->arena, known->len, &tiers);

	for (size_t i = 0; i < known->len; i++) {
		const struct alert *alert = is_page(&known->tiers[i]) ? page : ticket;
		struct tier *tier = &tiers[made->len];

		if (alert->len == 0)
			continue;
		*tier = known->tiers[i];
		tier->labels = alert->labels;
		tier->annotations = alert->annotations;
		if (!str_is(tier->severity, "info"))
			tier->severity = alert->severity;
		made->len++;
	}
	made->runbook = runbook;
	return made;
}

/* "ShopAvailability": sloth wants a name where there is an alert. */
static struct str alert_name(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	struct str text = arena_fmt(writing->arena, "%.*s-%.*s", STR_ARG(slo->service), STR_ARG(slo->name));
	char *at = (char *)(uintptr_t)text.at;
	size_t len = 0;
	bool first = true;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (ascii_alpha(c) || ascii_digit(c))
			at[len++] = first && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
		first = !ascii_alpha(c) && !ascii_digit(c);
	}
	return (struct str){text.at, len};
}

/* An annotation says where the runbook is. */
static struct str runbook_of(struct writing *writing, const struct alert *page)
{
	static const struct str names[] = {STR_INIT("runbook_url"), STR_INIT("runbook")};
	struct str own = writing->slo->alerting->runbook;

	for (size_t i = 0; !own.len && i < sizeof(names) / sizeof(*names); i++) {
		struct str value = labels_get(page->annotations, names[i]);

		if (!address_legal(value))
			continue;
		writing_lost(writing, CARRIED_RUNBOOK, writing->slo->place,
			     "the annotation '%.*s' is the runbook of all alerts in sloth", STR_ARG(names[i]));
		break;
	}
	return own;
}

static void put_alerting(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;
	const struct alerting *known = tiers_default(writing->arena, slo);
	struct alert page = alert_of(writing, known, true), ticket = alert_of(writing, known, false);
	struct str runbook;

	page.annotations = filled(writing->arena, page.annotations);
	ticket.annotations = filled(writing->arena, ticket.annotations);
	runbook = runbook_of(writing, &page);
	yaml_map(yaml, "alerting");
	if (page.len || ticket.len)
		yaml_text(yaml, "name", alert_name(writing));
	yaml_map(yaml, "annotations");
	if (runbook.len)
		yaml_text(yaml, "runbook_url", runbook);
	yaml_map_end(yaml);
	put_alert(writing, "page_alert", &page, true);
	put_alert(writing, "ticket_alert", &ticket, false);
	yaml_map_end(yaml);
	if (slo->window.ms == 30 * SPAN_DAY && !slo->windows->calendar)
		tiers_note(writing, made_of(writing, known, &page, &ticket, runbook));
}

static void check_window(struct writing *writing)
{
	const struct slo_window *window = writing->slo->windows;

	if (window->calendar)
		writing_lost(writing, CARRIED_WINDOWS, window->place,
			     "sloth has no calendar windows: '%.*s' becomes its own period, 30d, with its alerts",
			     STR_ARG(window->name));
	else if (window->span.ms != 30 * SPAN_DAY)
		writing_lost(
			writing, CARRIED_WINDOWS, window->place,
			"sloth's SLOs have no window of their own: '%.*s' becomes its own period, 30d, with its alerts",
			STR_ARG(window->name));
}

/* sloth's queries are templates of Go's. */
static bool braces(struct writing *writing)
{
	const struct sli *sli = &writing->slo->sli;
	const struct query *const queries[] = {&sli->good, &sli->bad, &sli->total, &sli->metric};

	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		struct promql_node *tree = query_tree(writing->arena, queries[i]);

		if (tree && strstr(query_canonical(writing->arena, tree).at, "{{"))
			return true;
	}
	return false;
}

static bool write_slo(struct writing *writing)
{
	const struct slo *slo = writing->slo;
	struct yaml_writer *yaml = &writing->yaml;
	struct str name;

	if (!sloth_name(slo->service) || !sloth_name(slo->name))
		return writing_refuse(writing, slo->place,
				      "names in sloth have two characters or more and end with a letter or digit");
	if (braces(writing))
		return writing_refuse(writing, slo->place, "has '{{' in a query, which sloth takes for a template");
	if (!writing_name(writing, &name))
		return false;
	yaml_item(yaml);
	yaml_text(yaml, "name", name);
	if (slo->description.len)
		yaml_text(yaml, "description", slo->description);
	yaml_plain(yaml, "objective", decimal_text(writing->arena, slo->objective, 2).at);
	yaml_labels(yaml, "labels", slo->labels);
	if (!put_sli(writing))
		return false;
	put_alerting(writing);
	yaml_item_end(yaml);
	check_window(writing);
	if (slo->group_by_len)
		writing_lost(writing, CARRIED_GROUPS, slo->place,
			     "sloth has no groups: there is one budget for all of them together");
	writing_lost_display_name(writing, "sloth");
	writing_lost_budgeting(writing, "sloth");
	writing_lost_common(writing);
	return true;
}

const struct definition_language language_sloth = {
	.name = "sloth", .version = "prometheus/v1", .companion = "AlertWindows", .head = head, .slo = write_slo};
