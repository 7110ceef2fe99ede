/* Plans as short text cases: an SLI in, what is asked out. Terms are written "bad/total SELECTOR", a "*" where samples
 * show that there were data, a "~" for gauges. */
#include "count/plan.h"
#include "promql/matcher.h"

#include "base/num.h"
#include "unit.h"

static struct arena arena;

struct plan_case {
	const char *what;
	enum sli_kind kind;
	const char *good, *bad, *total, *metric;
	double limit;
	int64_t latency_ms;
	const char *terms; /* NULL: by expression */
};

static const struct plan_case cases[] = {
	{"bad of all", SLI_EVENTS, NULL, "x{code=\"500\"}", "x", NULL, 0, 0, "1/0 x{code=\"500\"}; 0/1* x"},
	{"what is not good is bad", SLI_EVENTS, "x{code=\"200\"}", NULL, "x", NULL, 0, 0,
	 "-1/0 x{code=\"200\"}; 1/1* x"},
	{"a sum of increases is a sum of counters", SLI_EVENTS, NULL, "sum(increase(x[$window]))",
	 "sum(increase(y[$window])) + sum(increase(z[$window]))", NULL, 0, 0, "1/0 x; 0/1* y; 0/1* z"},
	{"a ratio is no sum", SLI_EVENTS, NULL, "sum(rate(x[$window])) / 2", "clamp_min(sum(rate(y[$window])), 1)",
	 NULL, 0, 0, NULL},
	{"a latency in seconds", SLI_LATENCY, NULL, NULL, NULL, "d_seconds{a=\"b\"}", 0, 250,
	 "-1/0 d_seconds_bucket{a=\"b\",le=~\"(0?\\\\.250*|2\\\\.50*[eE]-0*1)\"}; 1/1* d_seconds_count{a=\"b\"}"},
	{"a whole bound", SLI_LATENCY, NULL, NULL, NULL, "d_seconds", 0, 1000,
	 "-1/0 d_seconds_bucket{le=~\"(1(\\\\.0+)?|1(\\\\.0+)?[eE][+]?0*0)\"}; 1/1* d_seconds_count"},
	{"a histogram in milliseconds", SLI_LATENCY, NULL, NULL, NULL, "d_milliseconds", 0, 250,
	 "-1/0 d_milliseconds_bucket{le=~\"(250(\\\\.0+)?|2\\\\.50*[eE][+]?0*2)\"}; 1/1* d_milliseconds_count"},
	{"a threshold in the histogram's own unit", SLI_LATENCY, NULL, NULL, NULL, "bytes", 0.5, 0,
	 "-1/0 bytes_bucket{le=~\"(0?\\\\.50*|5(\\\\.0+)?[eE]-0*1)\"}; 1/1* bytes_count"},
	{"a probe", SLI_PROBE, NULL, NULL, NULL, "up{job=\"a\"}", 0, 0, "1/1*~ up{job=\"a\"}"},
	{"a threshold is asked at the grid points", SLI_THRESHOLD, NULL, NULL, NULL, "max(lag)", 0, 0, NULL},
	{"a ratio is asked at the grid points", SLI_RATIO, NULL, "a / b", NULL, NULL, 0, 0, NULL},
};

static void write_terms(struct buf *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->terms_len; i++) {
		const struct plan_term *term = &plan->terms[i];

		buf_cstr(out, i ? "; " : "");
		num_write_double(out, term->bad);
		buf_char(out, '/');
		num_write_double(out, term->total);
		buf_fmt(out, "%s%s ", term->covers ? "*" : "", term->gauge ? "~" : "");
		promql_print(out, term->selector);
	}
}

static const struct plan_options options = {
	.rewrite = {.step = {SPAN_MINUTE}, .lookback = {5 * SPAN_MINUTE}, .horizon = {SPAN_DAY}, .births = true}};

static struct slo slo_of(const struct plan_case *c)
{
	return (struct slo){.sli = {.kind = c->kind,
				    .good.text = str_of(c->good),
				    .bad.text = str_of(c->bad),
				    .total.text = str_of(c->total),
				    .metric.text = str_of(c->metric),
				    .limit = c->limit,
				    .latency = {c->latency_ms}}};
}

START_TEST(an_sli_is_asked_for_in_the_cheapest_way_that_counts_it_right)
{
	const struct plan_case *c = &cases[_i];
	struct slo slo = slo_of(c);
	struct err err = {0};
	struct plan plan;
	struct buf got;

	ck_assert_msg(plan_make(&arena, &slo, &options, &plan, &err), "%s: %s", c->what, err.text);
	ck_assert_msg((plan.way == PLAN_BY_SAMPLE) == (c->terms != NULL), "%s: by %s", c->what,
		      plan_way_names[plan.way]);
	ck_assert_msg((plan.query_len > 0) == (c->terms == NULL), "%s: %zu queries", c->what, plan.query_len);
	buf_init(&got, 4096);
	buf_cstr(&got, "");
	write_terms(&got, &plan);
	ck_assert_msg(str_is(buf_view(&got), c->terms ? c->terms : ""), "%s:\n  want %s\n  got  %.*s", c->what,
		      c->terms, STR_ARG(buf_view(&got)));
	buf_release(&got);
}
END_TEST

START_TEST(events_by_expression_have_a_part_and_all_and_whether_there_are_data)
{
	struct slo slo = slo_of(&cases[0]);
	struct plan_options by_expression = options;
	struct err err = {0};
	struct plan plan;

	by_expression.preference = PLAN_PREFER_EXPRESSION;
	ck_assert(plan_make(&arena, &slo, &by_expression, &plan, &err));
	ck_assert_int_eq(plan.way, PLAN_BY_EXPRESSION);
	ck_assert_uint_eq(plan.query_len, 3);
	ck_assert_int_eq(plan.query[0].reading, READ_BAD);
	ck_assert_int_eq(plan.query[1].reading, READ_TOTAL);
	ck_assert_int_eq(plan.query[2].reading, READ_SEEN);
	ck_assert_msg(str_is(plan.query[2].text, "count(present_over_time(x[5m]))"), "%.*s",
		      STR_ARG(plan.query[2].text));
}
END_TEST

START_TEST(each_counter_of_the_total_shows_that_there_are_data)
{
	static const struct {
		const char *total, *seen;
	} rows[] = {
		{"sum(x) + sum(y{a=\"b\"}) - sum(x)",
		 "count(present_over_time(x[5m]) or present_over_time(y{a=\"b\"}[5m]))"},
		{"sum(rate(x[$window] offset 1m) * on (a) group_left () info)", "count(present_over_time(x[5m]))"},
		{"sum(rate({__name__=~\"x|y\"}[5m]))", "count(present_over_time({__name__=~\"x|y\"}[5m]))"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct slo slo = slo_of(&(struct plan_case){.kind = SLI_EVENTS, .bad = "x", .total = rows[i].total});
		struct plan_options by_expression = options;
		struct err err = {0};
		struct plan plan;

		by_expression.preference = PLAN_PREFER_EXPRESSION;
		ck_assert(plan_make(&arena, &slo, &by_expression, &plan, &err));
		ck_assert_msg(str_is(plan.query[2].text, rows[i].seen), "%s: %.*s", rows[i].total,
			      STR_ARG(plan.query[2].text));
	}
}
END_TEST

START_TEST(a_query_that_does_not_parse_is_said)
{
	struct slo slo = slo_of(&(struct plan_case){.kind = SLI_EVENTS, .bad = "x{", .total = "x"});
	struct err err = {0};
	struct plan plan;

	ck_assert(!plan_make(&arena, &slo, &options, &plan, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "cannot read the query 'x{'"));
}
END_TEST

struct spelling_case {
	double bound;
	const char *spellings, *others;
};

static const struct spelling_case spelling_cases[] = {
	{0.1, "0.1 0.10 .1 1e-1 1e-01 1.0E-1", "0.01 0.11 1 10.1 0x1 1e1 -0.1"},
	{0.5, "0.5 0.50 5e-1 5.0E-01", "0.05 0.51 05 5 0.5.0"},
	{1, "1 1.0 1.00 1e0 1E+00 1.0e+0", "10 0.1 11 1.01 1e1 1.0.0 Inf +Inf"},
	{2.5, "2.5 2.50 2.5e0 2.5E+00", "25 2.05 2.55 2,5 2x5"},
	{25, "25 25.0 2.5e1 2.5E+01", "2.5 250 25.5 2.5e2"},
	{1e6, "1000000 1000000.0 1e+06 1e6 1.0E6", "100000 10000000 1e+07 1e-6"},
	{1e7, "10000000 1.0E7 1e+07", "1e8 1000000"},
	{12345678, "12345678 12345678.0 1.2345678e+07 1.2345678E7", "1.2345678e+06 123456789"},
	{5e-5, "5e-05 0.00005 5.0E-5 0.000050", "5e-06 0.0005 5e5"},
	{0.30000000000000004, "0.30000000000000004 3.0000000000000004e-01", "0.3"},
	{-2.5, "-2.5 -2.50 -2.5e0", "2.5 -25"},
};

/* The matching is the one that counts series. */
static bool pattern_matches(struct str pattern, struct str value)
{
	struct promql_matcher matcher = {STR("le"), pattern, MATCH_RE};
	struct matcher_set *set = matcher_set_new(&matcher, 1);
	struct label le = {STR("le"), value};
	bool matches;

	ck_assert_ptr_nonnull(set);
	matches = matcher_set_match(set, (struct labels){&le, 1});
	matcher_set_free(set);
	return matches;
}

START_TEST(a_bound_is_looked_for_in_every_spelling_and_no_other_number_is)
{
	const struct spelling_case *c = &spelling_cases[_i];
	struct str pattern = plan_bound_pattern(&arena, c->bound);

	for (int wanted = 0; wanted < 2; wanted++)
		for (struct str words = str_of(wanted ? c->spellings : c->others); words.len;) {
			struct str word = str_slice(words, 0, str_find(words, ' '));

			ck_assert_msg(pattern_matches(pattern, word) == wanted, "%.17g: '%.*s' and '%.*s'", c->bound,
				      STR_ARG(pattern), STR_ARG(word));
			words = str_trim(str_slice(words, word.len, words.len));
		}
}
END_TEST

static void begin(void) { arena_init(&arena); }
static void end(void) { arena_release(&arena); }

int main(void)
{
	TCase *tcase = tcase_create("count/plan");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_loop_test(tcase, an_sli_is_asked_for_in_the_cheapest_way_that_counts_it_right, 0, COUNT_OF(cases));
	tcase_add_test(tcase, events_by_expression_have_a_part_and_all_and_whether_there_are_data);
	tcase_add_test(tcase, each_counter_of_the_total_shows_that_there_are_data);
	tcase_add_test(tcase, a_query_that_does_not_parse_is_said);
	tcase_add_loop_test(tcase, a_bound_is_looked_for_in_every_spelling_and_no_other_number_is, 0,
			    COUNT_OF(spelling_cases));
	return unit_run("count/plan", tcase);
}
