/* Definitions in other languages: there and back it is the same SLO, but for what is said to be lost. */
#include "exporters/definitions/conversion.h"
#include "exporters/definitions/write.h"
#include "format/yaml.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "base/num.h"

#include <stdio.h>
#include <unistd.h>

/* One way: what is written, and what comes of it when it is read. */
struct trip {
	struct conversion conversion;
	struct buf text;
	struct slo_set *back;
};

static void trip_make(struct trip *trip, const struct slo_set *set, const struct definition_language *to)
{
	conversion_init(&trip->conversion, to, set);
	buf_init(&trip->text, MIB(64));
	conversion_write(&trip->conversion, NULL, &trip->text);
	trip->back = slo_set_read("back.yaml", buf_view(&trip->text));
}

static void trip_release(struct trip *trip)
{
	slo_set_unref(trip->back);
	buf_release(&trip->text);
	conversion_release(&trip->conversion);
}

static const struct slo *slo_of(const struct slo_set *set, struct str id)
{
	for (size_t i = 0; i < set->len; i++)
		if (str_eq(set->slos[i].id, id))
			return &set->slos[i];
	return NULL;
}

static bool lost(const struct trip *trip, size_t i, enum carried what)
{
	return trip->conversion.lost_of[i] >> what & 1U;
}

static void show(const struct trip *trip)
{
	fwrite(trip->text.at ? trip->text.at : "", 1, trip->text.len, stderr);
	for (size_t i = 0; i < trip->conversion.lost.len; i++)
		fprintf(stderr, "%u:%u %s [%s]\n", trip->conversion.lost.at[i].place.line,
			trip->conversion.lost.at[i].place.col, trip->conversion.lost.at[i].text.at,
			trip->conversion.lost.at[i].rule);
	for (size_t i = 0; i < trip->back->findings_len; i++)
		if (trip->back->findings[i].level == FINDING_ERROR)
			fprintf(stderr, "back.yaml:%u:%u %s\n", trip->back->findings[i].place.line,
				trip->back->findings[i].place.col, trip->back->findings[i].text.at);
}

/* Figures of a test, to see that it tests something. */
struct figures {
	size_t slos, written, whole; /* whole: nothing is lost */
};

static void check_slo(const struct trip *trip, const struct slo_set *set, size_t i, struct figures *figures)
{
	const struct slo *slo = &set->slos[i], *back = slo_of(trip->back, trip->conversion.id_of[i]);
	unsigned said = trip->conversion.lost_of[i], differ;

	figures->slos++;
	figures->written += !lost(trip, i, CARRIED_SLO);
	figures->whole += said == 0;
	if (lost(trip, i, CARRIED_SLO))
		return;
	if (!back)
		show(trip);
	ck_assert_msg(back != NULL, "'%s' does not come back", slo->id.at);
	differ = slo_differences(slo, back) & ~said;
	if (said & (1U << CARRIED_WINDOWS | 1U << CARRIED_BUDGETING | 1U << CARRIED_COUNTS))
		differ &= ~(1U << CARRIED_ALERTS);
	if (said & 1U << CARRIED_GROUPS)
		differ &= ~(1U << CARRIED_COUNTS | 1U << CARRIED_GROUP_LIMIT | 1U << CARRIED_GROUP_TOP);
	for (unsigned what = 0; what < CARRIED; what++)
		if (differ >> what & 1) {
			show(trip);
			ck_abort_msg("'%s' is another one in %s: %s", slo->id.at,
				     definition_language_name(trip->conversion.to), carried_rules[what]);
		}
}

/* Back in wick's own language it is what the other one says. */
static void check_way_back(const struct slo_set *back)
{
	struct figures figures = {0};
	struct trip trip;

	trip_make(&trip, back, definition_languages[0]);
	ck_assert_str_eq(definition_language_name(definition_languages[0]), "wick");
	for (size_t i = 0; i < back->len; i++) {
		check_slo(&trip, back, i, &figures);
		/* A source that is but a wish is another language's. */
		if (trip.conversion.lost_of[i] & ~(1U << CARRIED_SOURCE) ||
		    (lost(&trip, i, CARRIED_SOURCE) && !back->slos[i].source.soft)) {
			show(&trip);
			ck_abort_msg("'%s' cannot be said in wick's language", back->slos[i].id.at);
		}
	}
	trip_release(&trip);
}

static void check_trip(const struct slo_set *set, const struct definition_language *to, struct figures *figures)
{
	struct trip trip;

	trip_make(&trip, set, to);
	for (size_t i = 0; i < set->len; i++)
		check_slo(&trip, set, i, figures);
	for (size_t i = 0; i < trip.conversion.lost.len; i++)
		if (trip.conversion.lost.at[i].rule == conversion_fault) {
			show(&trip);
			ck_abort_msg("%s", trip.conversion.lost.at[i].text.at);
		}
	if (slo_set_errors(trip.back)) {
		for (size_t i = 0; i < trip.back->findings_len; i++)
			if (trip.back->findings[i].level == FINDING_ERROR &&
			    strcmp(trip.back->findings[i].rule, "unknown-policy") != 0) {
				show(&trip);
				ck_abort_msg("%s", trip.back->findings[i].text.at);
			}
	}
	check_way_back(trip.back);
	trip_release(&trip);
}

static void check_all(const struct slo_set *set, struct figures *figures)
{
	for (size_t i = 0; definition_languages[i]; i++)
		check_trip(set, definition_languages[i], &figures[i]);
}

static void say(const char *what, const struct figures *figures)
{
	for (size_t i = 0; definition_languages[i]; i++)
		printf("%s to %s: %zu SLOs, %zu written, %zu without a loss\n", what,
		       definition_language_name(definition_languages[i]), figures[i].slos, figures[i].written,
		       figures[i].whole);
}

START_TEST(the_samples_come_back_the_same)
{
	struct figures figures[8] = {{0}};
	const char *const paths[] = {"slo/examples", "tests/data/definitions/folder"};
	struct slo_set *set = slo_set_load(paths, 2, NULL);

	ck_assert_uint_gt(set->len, 8);
	check_all(set, figures);
	ck_assert_uint_eq(figures[0].whole, set->len);
	say("samples", figures);
	slo_set_unref(set);
}
END_TEST

START_TEST(composites_come_back_in_wicks_own_language_and_are_named_in_others)
{
	static const char yaml[] =
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: web\nslos:\n"
		"- {name: one, objective: 99%, sli: {probe: up}}\n"
		"- {name: two, objective: 99%, sli: {probe: up}}\n"
		"- {name: all, objective: 99%, sli: {composite: {members: [{slo: web/one, weight: 0.25}, "
		"{slo: web/two}], weighting: events, noData: good, delay: 1h}}}\n"
		"- {name: most, objective: 99%, sli: {composite: {members: [{slo: web/all}]}}}\n";
	struct figures figures[8] = {{0}};
	struct slo_set *set = slo_set_read("a.yaml", str_of(yaml));

	ck_assert_uint_eq(slo_set_errors(set), 0);
	check_all(set, figures);
	ck_assert_uint_eq(figures[0].whole, 4);
	for (size_t i = 1; definition_languages[i]; i++)
		ck_assert_uint_eq(figures[i].written, 2);
	slo_set_unref(set);
}
END_TEST

START_TEST(the_corpus_comes_back_the_same)
{
	static const char *const folders[] = {"../shared/corpus/sloth", "../shared/corpus/pyrra",
					      "../shared/corpus/openslo", "../shared/corpus/slo-generator"};
	struct figures figures[8] = {{0}};

	if (access("../shared/corpus", F_OK) != 0) {
		puts("SKIPPED: there is no corpus of other tools' files at ../shared/corpus");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(folders); i++) {
		struct slo_set *set = slo_set_load(&folders[i], 1, NULL);

		ck_assert_uint_gt(set->len, 0);
		check_all(set, figures);
		slo_set_unref(set);
	}
	say("corpus", figures);
}
END_TEST

START_TEST(corrections_stay_where_they_are_and_that_is_said)
{
	static const char yaml[] =
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\nslos:\n- {name: a, objective: "
		"0.99, alerting: {disable: true}, sli: {probe: up}}\n"
		"---\napiVersion: wick/v1\nkind: Corrections\nauthor: ops\nexclusions:\n- {for: "
		"{service: s}, from: 2026-07-20, duration: 1h, reason: r}\n";

	for (size_t i = 0; definition_languages[i]; i++) {
		struct slo_set *set = slo_set_read("a.yaml", str_of(yaml));
		struct conversion conversion;
		struct buf out;
		size_t said = 0;

		buf_init(&out, MIB(1));
		conversion_init(&conversion, definition_languages[i], set);
		conversion_write(&conversion, NULL, &out);
		for (size_t k = 0; k < conversion.lost.len; k++) {
			ck_assert_str_ne(conversion.lost.at[k].rule, conversion_fault);
			if (strcmp(conversion.lost.at[k].rule, "lost-corrections") != 0)
				continue;
			said++;
			ck_assert_str_eq(conversion.lost.at[k].text.at,
					 "s/a: 1 exclusion and 0 adjustments of it stay where they are");
			ck_assert_uint_eq(conversion.lost.at[k].place.line, 11);
		}
		/* of an SLO that is left out nothing else is said */
		ck_assert_uint_eq(said, (conversion.lost_of[0] & 1U << CARRIED_SLO) == 0);
		ck_assert_ptr_null(strstr(out.at ? out.at : "", "exclusions"));
		conversion_release(&conversion);
		slo_set_unref(set);
		buf_release(&out);
	}
}
END_TEST

START_TEST(what_looks_like_a_window_in_a_label_is_none)
{
	static const char yaml[] =
		"apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: web}\nspec:\n  service: shop\n"
		"  indicator: {metadata: {name: i}, spec: {ratioMetric: {counter: true, "
		"bad: {metricSource: {type: Prometheus, spec: {query: 'sum(x_total{p=\"{{.window}}\"})'}}}, "
		"total: {metricSource: {type: Prometheus, spec: {query: sum(x_total)}}}}}}\n"
		"  timeWindow: [{duration: 30d, isRolling: true}]\n  budgetingMethod: Occurrences\n"
		"  objectives: [{target: 0.99}]\n";
	struct figures figures[8] = {{0}};
	struct slo_set *set = slo_set_read("a.yaml", str_of(yaml));

	ck_assert_uint_eq(slo_set_errors(set), 0);
	check_all(set, figures);
	ck_assert_uint_eq(figures[0].whole, 1);
	slo_set_unref(set);
}
END_TEST

START_TEST(what_is_said_of_a_quotient_is_what_becomes_of_it)
{
	static const char *const quotients[] = {
		"sum(rate(a[$window])) / sum(rate(b[$window]))",
		"increase(h_bucket{le=\"1\"}[$window]) / ignoring (le) increase(h_count[$window])",
		"rate(a{c=\"5\"}[$window]) / rate(a[$window])",
		"sum by (c) (rate(a[$window])) / sum by (c) (rate(b[$window]))",
		"max(rate(a[$window])) / sum(rate(b[$window]))",
		"2 - sum(rate(a[$window])) / sum(rate(b[$window]))",
	};
	const struct definition_language *sloth = NULL;
	size_t counted = 0;

	for (size_t i = 0; definition_languages[i]; i++)
		if (strcmp(definition_language_name(definition_languages[i]), "sloth") == 0)
			sloth = definition_languages[i];
	for (size_t i = 0; i < COUNT_OF(quotients); i++) {
		struct arena arena;
		struct slo_set *set;
		struct trip trip;

		arena_init(&arena);
		set = slo_set_read("a.yaml",
				   arena_fmt(&arena,
					     "apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n"
					     "- {name: ratio, objective: 99%%, sli: {ratio: {bad: '%s'}}}\n",
					     quotients[i]));
		trip_make(&trip, set, sloth);
		ck_assert_uint_eq(trip.back->len, 1);
		ck_assert_msg(lost(&trip, 0, CARRIED_COUNTS) == (trip.back->slos[0].sli.kind == SLI_EVENTS), "%s",
			      quotients[i]);
		counted += trip.back->slos[0].sli.kind == SLI_EVENTS;
		trip_release(&trip);
		slo_set_unref(set);
		arena_release(&arena);
	}
	ck_assert_uint_eq(counted, 2);
}
END_TEST

/* Random SLOs over all fields of the native language. */
static uint64_t state;

static size_t below(size_t count) { return (size_t)(unit_random(&state) % count); }
static bool chance(size_t in) { return below(in) == 0; }

#define PICK(array) ((array)[below(COUNT_OF(array))])

/* A text in quotes in which everything but letters is escaped, whatever the writers do. */
static void put_quoted(struct buf *out, const char *text)
{
	struct str s = str_of(text);

	buf_char(out, '"');
	for (size_t at = 0; at < s.len;) {
		int32_t rune = str_rune(s, &at);

		if (rune < 128 && ascii_alpha((char)rune))
			buf_char(out, (char)rune);
		else
			buf_fmt(out, "\\U%08X", (unsigned)rune);
	}
	buf_char(out, '"');
}

static const char *const texts[] = {
	"a",
	"platform",
	"no",
	"1e3",
	"~",
	"two words",
	"# no comment",
	"key: value",
	"it's \"quoted\" \\ and so on",
	"line one\nline two\n",
	" blanks around ",
	"tab\there",
	"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x95\xAF",
	"next line \xC2\x85 and \xE2\x80\xA8 separators \xE2\x80\xA9 and \xEF\xBB\xBF",
	"a control \x01\x1B\x7F and \xC2\x9F",
	"- item",
	"{{ $labels.instance }} at {{ $value }}",
	"%percent",
	"@at",
	"2026-01-01",
	"0x1F",
	"a:b",
	"https://example.org/x?a=b&c=d#e",
};

static const char *const names[] = {"availability", "a", "latency-2", "Upper.Case_name", "n1", "ends-", "x.y", "web"};
static const char *const label_names[] = {"team", "a_b", "_hidden", "y", "on", "exported_service", "ends_", "N"};
static const char *const spans[] = {"1h", "90m", "1d", "7d", "30d", "28d", "61m", "365d", "1d1m"};
static const char *const short_spans[] = {"1m", "5m", "10m", "30m", "59m"};
static const char *const windows[] = {
	"7d",
	"30d",
	"28d",
	"90m",
	"month",
	"week",
	"quarter",
	"{calendar: week, every: 2, timeZone: Europe/Berlin, start: 2026-02-03T06:30:15}",
	"{calendar: day, timeZone: Asia/Kolkata}",
	"{calendar: year, start: 2026-04-01}",
	"{calendar: month, every: 3}",
	"{rolling: 14d}",
};

static const char *const selectors[] = {
	"x_total{job=\"a\"}",
	"http_requests_total{code=~\"5..\",path=\"/a[$window\"}",
	"{__name__=~\"a|b\",job!=\"\"}",
	"y{a='it\\'s',b=`raw\\d`}",
	"requests",
	"{\"utf8.name\",a=\"b\"}",
};

static const char *const events[] = {
	"sum(rate(x_total{code=\"5\"}[$window]))",
	"sum by (route, zone) (increase(x_total[$window]))",
	"sum(rate(a_total[{{ .window }}])) + sum(rate(b_total[$window]))",
	"sum(increase(a_total[$__window]))-sum(increase(b_total[$window]))",
	"sum(increase(x_total[5m]))",
	"sum(rate(x_total[$window])) * on () group_left () vector(1)",
	"increase(x_total{a=\"$window\"}[$window])",
	"sum(rate(x_total[$window]) and up)",
};

static const char *const values[] = {
	"max(queue_age_seconds)",
	"histogram_quantile(0.99, sum by (le) (rate(h_bucket[$window])))",
	"avg_over_time(up[5m]) # a remark",
	"sum(rate(a[$window])) / sum(rate(b[$window]))",
	"1 - sum(rate(a[$window])) / sum(rate(b[$window]))",
	"increase(h_bucket{le=\"1\"}[$window]) / ignoring (le) increase(h_count[$window])",
	"min by (route, zone) (ratio{a=\"[$window]\"})",
	"ratio or vector(1)",
};

static void put_labels(struct buf *out, const char *key)
{
	size_t from = below(COUNT_OF(label_names));

	buf_fmt(out, ", %s: {", key);
	for (size_t i = 0; i < 1 + below(3); i++) {
		const char *name = label_names[(from + i) % COUNT_OF(label_names)];

		buf_fmt(out, "%s\"%s\": ", i ? ", " : "", name);
		put_quoted(out, PICK(texts));
	}
	buf_char(out, '}');
}

static const char *const severities[] = {"page", "ticket", "info", "wake-up", "critical"};

static void put_tier(struct buf *out, const char *name, bool own)
{
	bool burn = strncmp(name, "page", 4) == 0 || strncmp(name, "ticket", 6) == 0 || own;

	buf_fmt(out, "{name: %s", name);
	if (!own && chance(4)) {
		buf_cstr(out, ", disable: true}");
		return;
	}
	if (own)
		buf_fmt(out, ", long: %s, short: %s, factor: %s", PICK(short_spans), "1m", chance(2) ? "3.7" : "0.001");
	if (burn && !own && chance(2))
		buf_fmt(out, ", factor: %zu.%zu", 1 + below(20), below(1000));
	if (chance(2))
		buf_fmt(out, ", severity: %s", PICK(severities));
	if (chance(2))
		buf_fmt(out, ", for: %s", chance(3) ? "90s" : chance(2) ? "0s" : PICK(short_spans));
	if (chance(4))
		buf_fmt(out, ", keepFiringFor: %s", PICK(spans));
	if (burn && chance(3))
		buf_fmt(out, ", minBadEvents: %zu, minEvents: %zu", below(9), below(100));
	if (chance(3))
		put_labels(out, "labels");
	if (chance(3))
		put_labels(out, "annotations");
	buf_char(out, '}');
}

static void put_alerting(struct buf *out)
{
	static const char *const defaults[] = {"page-fast",  "page-slow", "ticket-fast", "ticket-slow", "budget-50",
					       "budget-100", "vanished",  "no-data",     "error"};
	static const char *const own[] = {"mine", "Own_Tier.2", "very-long-name-of-a-tier-that-is-over-forty-bytes"};
	size_t put = 0;

	buf_fmt(out, ", alerting: {disable: %s", chance(8) ? "true" : "false");
	if (chance(3))
		buf_cstr(out, ", runbook: \"https://example.org/runbook\"");
	if (chance(3))
		put_labels(out, "labels");
	if (chance(3))
		put_labels(out, "annotations");
	if (chance(6))
		buf_cstr(out, ", tiers: [{name: page-fast, disable: true}, {name: page-slow, disable: true}]}");
	else {
		buf_cstr(out, ", tiers: [");
		for (size_t i = 0; i < COUNT_OF(defaults) + COUNT_OF(own); i++) {
			bool is_own = i >= COUNT_OF(defaults);

			if (!chance(4))
				continue;
			buf_cstr(out, put++ ? ", " : "");
			put_tier(out, is_own ? own[i - COUNT_OF(defaults)] : defaults[i], is_own);
		}
		if (chance(4))
			buf_fmt(out,
				"%s{name: late, kind: budget, consumed: 0.%zu}, {name: soon, kind: exhausts, within: %s, long: 30m}",
				put ? ", " : "", 1 + below(9), PICK(spans));
		buf_cstr(out, "]}");
	}
}

/* What other languages can say, too; the last three are those of Pyrra's. */
#define WARN(name) "{name: " name ", severity: warning}, "
#define CRITICAL   "{name: page-fast, severity: critical}, {name: page-slow, severity: critical}, "
#define BURN       CRITICAL WARN("ticket-fast") WARN("ticket-slow")
#define NO_BURN                                                                                                        \
	"{name: page-fast, disable: true}, {name: page-slow, disable: true}, {name: ticket-fast, disable: true}, "     \
	"{name: ticket-slow, disable: true}, "
#define ABSENT    WARN("vanished") WARN("no-data")
#define NO_ABSENT "{name: vanished, disable: true}, {name: no-data, disable: true}, "
static const char *const tame_alerting[] = {
	"{labels: {route: shop}}",
	"{annotations: {summary: \"{{ $labels.slo }}\"}, runbook: \"https://example.org/r\"}",
	"{disable: true}",
	"{tiers: [{name: page-fast, disable: true}, {name: page-slow, disable: true}]}",
	"{tiers: [{name: page-fast, severity: wake-up, labels: {a: b}}, {name: page-slow, severity: wake-up, labels: {a: b}}]}",
	"{tiers: [{name: vanished, disable: true}, {name: no-data, disable: true}]}",
	"{tiers: [{name: ticket-fast, minBadEvents: 5}, {name: ticket-slow, minBadEvents: 5}, {name: page-fast, short: 10m, for: 2m}]}",
	("{tiers: [" NO_BURN "{name: error, for: 20m}]}"),
	("{tiers: [" BURN ABSENT WARN("budget-100") "{name: error, severity: warning}]}"),
	("{tiers: [" NO_BURN ABSENT WARN("budget-100") "{name: error, severity: warning}]}"),
	("{tiers: [" BURN NO_ABSENT WARN("budget-100") "{name: error, severity: warning}]}"),
};

static void put_events(struct buf *out)
{
	bool plain = chance(2);

	buf_fmt(out, "{events: {%s: ", chance(3) ? "good" : "bad");
	put_quoted(out, plain ? PICK(selectors) : PICK(events));
	buf_cstr(out, ", total: ");
	put_quoted(out, plain || chance(4) ? PICK(selectors) : PICK(events));
	buf_cstr(out, "}}");
}

static void put_sli(struct buf *out)
{
	static const char *const histograms[] = {"h_seconds{job=\"a\"}", "h_milliseconds", "h_ms{a!~\"b\"}"};
	static const char *const limits[] = {"250ms", "0.5", "1", "2s", "0.00025", "1500", "1e6"};

	buf_cstr(out, ", sli: ");
	switch (below(6)) {
	case 0:
		buf_cstr(out, "{latency: {histogram: ");
		put_quoted(out, PICK(histograms));
		buf_fmt(out, ", threshold: %s, native: %s, unit: %s}}", PICK(limits), chance(3) ? "true" : "false",
			chance(4) ? "us" : "by-name");
		break;
	case 1:
		buf_cstr(out, "{probe: ");
		put_quoted(out, PICK(selectors));
		buf_char(out, '}');
		break;
	case 2:
		buf_cstr(out, "{threshold: {query: ");
		put_quoted(out, PICK(values));
		buf_fmt(out, ", operator: \"%s\", value: %s}}", comparison_signs[below(COMPARISONS)],
			chance(2) ? "-1.5e-7" : "12");
		break;
	case 3:
		buf_fmt(out, "{ratio: {%s: ", chance(2) ? "good" : "bad");
		put_quoted(out, PICK(values));
		buf_cstr(out, "}}");
		break;
	default:
		put_events(out);
	}
}

static const char *const objectives[] = {"99.5%", "0.999", "99.95%", "50%", "0.00001", "99.99999%", "9.5e-1"};

static void put_budgeting(struct buf *out)
{
	static const char *const more[] = {"", "", ", empty: bad", ", empty: ignore, noData: hold", ", noData: good"};

	if (chance(6))
		buf_fmt(out, ", budgeting: {method: timeslices, target: %s, slice: %zum%s}",
			chance(2) ? "95%" : "0.999", 1 + below(20), PICK(more));
	else if (chance(6))
		buf_fmt(out, ", budgeting: {method: ratioTimeslices%s}", PICK(more));
	else if (chance(6))
		buf_cstr(out, ", budgeting: {noData: bad}");
	if (chance(3))
		buf_cstr(out, ", displayName: 'The \"web\": of all'");
}

static void put_tame_slo(struct buf *out, size_t number)
{
	buf_fmt(out, "- {name: web%zu, objective: %s, labels: {team: platform}", number, PICK(objectives));
	if (chance(3))
		buf_fmt(out, ", window: %s", PICK(windows));
	if (chance(2))
		buf_fmt(out, ", alerting: %s", PICK(tame_alerting));
	if (chance(6))
		buf_cstr(out, ", groupBy: [route]");
	put_budgeting(out);
	put_sli(out);
	buf_cstr(out, "}\n");
}

static void put_slo(struct buf *out, size_t number)
{
	buf_fmt(out, "- {name: %s%zu, objective: %s", PICK(names), number, PICK(objectives));
	if (chance(2)) {
		buf_cstr(out, ", description: ");
		put_quoted(out, PICK(texts));
	}
	if (chance(6))
		buf_fmt(out, ", windows: [%s, 3d, {calendar: quarter, timeZone: America/New_York}]", PICK(spans));
	else if (chance(2))
		buf_fmt(out, ", window: %s", PICK(windows));
	if (chance(2))
		put_labels(out, "labels");
	if (chance(3))
		buf_fmt(out, ", groupBy: [route, zone], groupLimit: %zu", chance(2) ? 100 : 1 + below(500));
	if (chance(2))
		put_alerting(out);
	if (chance(6))
		buf_fmt(out, ", policy: %s", chance(2) ? "none" : "strict");
	if (chance(5))
		buf_fmt(out, ", source: %s", chance(3) ? "default" : "eu");
	put_budgeting(out);
	put_sli(out);
	buf_cstr(out, "}\n");
}

static const char policy[] =
	"---\napiVersion: wick/v1\nkind: Policy\nname: strict\ndescription: \"a\\nb\"\nlevels: "
	"{normal: {agreed: go}, review: {consumed: 12.5%, agreed: \"no\"}, freeze: {consumed: 1.5, agreed: stop}}\n";

static struct slo_set *random_set(size_t documents)
{
	static const char *const services[] = {"shop", "web-api", "shop", "s", "Check_out"};
	struct slo_set *set;
	struct buf text;
	size_t number = 0;

	buf_init(&text, MIB(64));
	for (size_t i = 0; i < documents; i++) {
		size_t slos = 1 + below(5);

		buf_fmt(&text, "---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: %s%zu\n", PICK(services), i);
		if (chance(3))
			buf_fmt(&text, "namespace: %s\n", chance(2) ? "team-a" : "Team_B");
		if (chance(3))
			buf_cstr(&text, "labels: {area: north}\n");
		buf_cstr(&text, "slos:\n");
		for (size_t k = 0; k < slos; k++) {
			struct buf slo, whole;
			struct slo_set *alone;

			/* one that is wrong by chance would take all others with it */
			buf_init(&slo, MIB(1));
			buf_init(&whole, MIB(1));
			if (chance(2))
				put_tame_slo(&slo, number++);
			else
				put_slo(&slo, chance(4) ? k : number++);
			buf_fmt(&whole,
				"apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\nlabels: {area: north}\nslos:\n%s%s",
				slo.at, policy);
			alone = slo_set_read("alone.yaml", buf_view(&whole));
			if (slo_set_errors(alone) == 0)
				buf_str(&text, buf_view(&slo));
			else
				buf_fmt(&text, "- {name: plain%zu, objective: 99%%, sli: {probe: up}}\n", k);
			slo_set_unref(alone);
			buf_release(&slo);
			buf_release(&whole);
		}
	}
	buf_cstr(&text, policy);
	set = slo_set_read("random.yaml", buf_view(&text));
	buf_release(&text);
	return set;
}

START_TEST(random_slos_come_back_the_same)
{
	struct figures figures[8] = {{0}};
	size_t plain = 0, all = 0;

	for (size_t run = 0; run < 300; run++) {
		struct slo_set *set;

		state = 88172645463325252U + run;
		set = random_set(6);
		for (size_t i = 0; i < set->len; i++)
			plain += str_starts(set->slos[i].name, STR("plain"));
		all += set->len;
		check_all(set, figures);
		slo_set_unref(set);
	}
	ck_assert_uint_eq(figures[0].whole, all);
	printf("%zu of %zu SLOs were illegal by chance\n", plain, all);
	ck_assert_uint_lt(plain * 3, all);
	say("random", figures);
}
END_TEST

UNIT_MAIN("exporters/definitions", the_samples_come_back_the_same,
	  composites_come_back_in_wicks_own_language_and_are_named_in_others, the_corpus_comes_back_the_same,
	  corrections_stay_where_they_are_and_that_is_said, what_is_said_of_a_quotient_is_what_becomes_of_it,
	  what_looks_like_a_window_in_a_label_is_none, random_slos_come_back_the_same)
