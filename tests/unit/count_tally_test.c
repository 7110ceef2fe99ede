/* Counting by sample as short text cases: what a series' samples were, and what belongs into each step. Steps are a
 * minute; the lookback is 5 minutes. Samples are written "seconds:value"; expected counts "step:bad/total", with "c"
 * (covered), "b" (bridged) or "-". */
#include "count/tally.h"

#include "base/num.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena arena;

struct tally_case {
	const char *what;
	const char *before;  /* samples up to the stretch, remembered only */
	const char *samples; /* those of the stretch: steps 101 to 110, seconds 6000 to 6600 */
	const char *birth; /* what a birth turns out to be: "counts", "unknown", "seconds:value" (continues), NULL: none
			      may happen */
	const char *expected; /* steps that are not listed hold nothing */
};

static const struct tally_case cases[] = {
	{"a counter that rises", "5990:10", "6010:12 6070:12 6130:15", NULL, "101:0/2c 102:0/0c 103:0/3c"},
	{"several samples in one step add up", "5990:10", "6005:11 6020:12 6050:14", NULL, "101:0/4c"},
	{"a sample at the end of a step belongs to it", "5990:0", "6060:1 6061:3", NULL, "101:0/1c 102:0/2c"},
	{"a reset counts what came before and after it", "5990:100", "6010:150 6025:0 6040:30", NULL, "101:0/80c"},
	{"two resets in one step", "5990:7", "6010:3 6020:9 6030:2", NULL, "101:0/11c"},
	{"a missed scrape is no hole", "5990:10", "6010:11 6190:14", NULL, "101:0/1c 102:0/0c 103:0/0c 104:0/3c"},
	{"a scrape interval of two minutes covers every step", "5940:10", "6060:12 6180:14", NULL,
	 "100:0/0c 101:0/2c 102:0/0c 103:0/2c"},
	{"a hole is bridged in whole events, evenly", "5990:10", "6010:10 6430:24", "6010:10",
	 "101:0/0c 102:0/2b 103:0/2b 104:0/2b 105:0/2b 106:0/2b 107:0/2b 108:0/2c"},
	{"a hole that began before the stretch reaches back", "5410:10", "6010:22", "5410:10",
	 "92:0/1b 93:0/1b 94:0/1b 95:0/1b 96:0/2b 97:0/1b 98:0/1b 99:0/1b 100:0/1b 101:0/2c"},
	{"a process that began in a hole counts from its begin", "5990:10", "6010:10 6430:24", "6100:0",
	 "101:0/0c 102:0/0- 103:0/4b 104:0/4b 105:0/4b 106:0/4b 107:0/4b 108:0/4c"},
	{"a first sample that is known to start at 0", "", "6010:5 6070:7", "counts", "101:0/5c 102:0/2c"},
	{"a first sample of unknown history loses its step", "", "6010:5 6070:7", "unknown", "101:0/0- 102:0/2c"},
	{"a series that was away and is back with its old value", "", "6010:5 6070:7", "5410:5",
	 "92:0/0b 93:0/0b 94:0/0b 95:0/0b 96:0/0b 97:0/0b 98:0/0b 99:0/0b 100:0/0b 101:0/0c 102:0/2c"},
	{"samples that are no numbers are passed over", "5990:10", "6010:NaN 6020:12 6030:+Inf 6040:13", NULL,
	 "101:0/3c"},
	{"samples before and behind the stretch are passed over", "5990:10", "5980:9 6000:10 6010:12 6700:99", NULL,
	 "101:0/2c"},
};

static size_t read_samples(const char *text, struct sample *samples)
{
	size_t len = 0;

	while (*text) {
		char *end;

		samples[len].ms = strtol(text, &end, 10) * 1000;
		samples[len++].value = strtod(end + 1, &end);
		text = *end ? end + 1 : end;
	}
	return len;
}

static struct promql_node *selector(const char *text)
{
	struct promql_error error;
	struct promql_node *node = promql_parse(&arena, str_of(text), &error);

	ck_assert_msg(node != NULL, "%s: %s", text, error.text);
	return node;
}

static struct labels labels_named(const char *metric)
{
	struct label *at = arena_array(&arena, 1, sizeof(*at));

	at[0] = (struct label){STR("__name__"), str_of(metric)};
	return (struct labels){at, 1};
}

static void settle_births(struct tally *tally, const char *birth)
{
	struct tally_birth *births;
	size_t len = tally_births(tally, &births);

	ck_assert_uint_eq(len, birth ? 1 : 0);
	for (size_t i = 0; i < len; i++) {
		if (strcmp(birth, "counts") == 0) {
			tally_birth_counts(tally, &births[i]);
		} else if (strcmp(birth, "unknown") == 0) {
			tally_birth_unknown(tally, &births[i]);
		} else {
			struct sample before;

			read_samples(birth, &before);
			tally_birth_continues(tally, &births[i],
					      (struct level){.ms = before.ms, .value = before.value});
		}
	}
}

/* The posting in the language of the cases, from its first step that holds anything. */
static void write_posting(struct buf *out, const struct posting *posting)
{
	bool begun = false;
	size_t len = posting->len;

	while (len && num_same(posting->at[len - 1].total, 0) &&
	       num_same(posting->at[len - 1].covered + posting->at[len - 1].bridged, 0))
		len--;
	for (size_t i = 0; i < len; i++) {
		struct counts c = posting->at[i];
		bool empty = num_same(c.total, 0) && num_same(c.bad, 0) && num_same(c.covered + c.bridged, 0);

		if (empty && !begun && posting->first + (step_no)i < 101)
			continue;
		buf_fmt(out, "%s%lld:", begun ? " " : "", (long long)posting->first + (long long)i);
		num_write_double(out, c.bad);
		buf_char(out, '/');
		num_write_double(out, c.total);
		buf_char(out, c.covered > 0 ? 'c' : c.bridged > 0 ? 'b' : '-');
		begun = true;
	}
}

static struct tally *tally_of(struct plan *plan)
{
	struct tally_options options = {{SPAN_MINUTE}, {5 * SPAN_MINUTE}, {SPAN_DAY}};
	struct tally *tally = tally_new(&options);

	ck_assert_uint_eq(tally_add_slo(tally, plan), 0);
	ck_assert_uint_eq(tally_watches(tally), 1);
	return tally;
}

/* One series in one stretch, as the case tells it. */
static void check_case(const struct tally_case *c, struct plan_term term)
{
	struct slo slo = {.group_limit = 1};
	struct plan plan = {.slo = &slo, .terms = &term, .terms_len = 1};
	struct sample samples[32];
	struct tally_series *series;
	struct slot **slots;
	struct tally *tally;
	struct buf got;

	arena_init(&arena);
	term.selector = selector("x");
	tally = tally_of(&plan);
	tally_begin(tally, 100, 110);
	series = tally_take_in(tally, 0, STR("{\"__name__\":\"x\"}"), labels_named("x"));
	tally_remember(series, samples, read_samples(c->before, samples));
	tally_count(tally, series, samples, read_samples(c->samples, samples));
	settle_births(tally, c->birth);
	ck_assert_uint_eq(tally_slots(tally, &slots), 1);
	buf_init(&got, 4096);
	write_posting(&got, sheet_finish(&slots[0]->sheet));
	ck_assert_msg(strcmp(got.at, c->expected) == 0, "%s:\n  want %s\n  got  %s", c->what, c->expected, got.at);
	buf_release(&got);
	tally_free(tally);
	arena_release(&arena);
}

START_TEST(samples_become_counts_of_their_steps)
{
	check_case(&cases[_i], (struct plan_term){.total = 1, .covers = true});
}
END_TEST

static struct tally_series *take_in_pod(struct tally *tally, int number)
{
	struct label *at = arena_array(&arena, 3, sizeof(*at));
	struct str instance = arena_fmt(&arena, "pod-%d", number);

	at[0] = (struct label){STR("__name__"), STR("x")};
	at[1] = (struct label){STR("instance"), instance};
	at[2] = (struct label){STR("job"), STR("api")};
	return tally_take_in(tally, 0, instance, (struct labels){at, 3});
}

START_TEST(series_and_targets_that_are_gone_are_forgotten)
{
	struct slo slo = {.group_limit = 1};
	struct plan_term term = {.total = 1, .covers = true};
	struct plan plan = {.slo = &slo, .terms = &term, .terms_len = 1};
	struct tally *tally;
	size_t bytes = 0;

	arena_init(&arena);
	term.selector = selector("x");
	tally = tally_of(&plan);
	for (int i = 0; i < 300; i++) {
		struct sample sample = {(100 + i) * SPAN_MINUTE + 1000, 1};
		struct tally_stats stats;

		tally_begin(tally, 100 + i, 101 + i);
		tally_restart(tally, STR("api"), arena_fmt(&arena, "pod-%d", i), sample.ms - 1000);
		tally_count(tally, take_in_pod(tally, i), &sample, 1);
		tally_forget(tally, (struct instant){sample.ms - 3 * SPAN_MINUTE});
		stats = tally_stats(tally);
		ck_assert_uint_eq(stats.series, i < 4 ? (size_t)i + 1 : 4);
		if (i == 10)
			bytes = stats.bytes;
		if (i > 10)
			ck_assert_uint_le(stats.bytes, bytes + 64); /* names with more digits */
	}
	tally_free(tally);
	arena_release(&arena);
}
END_TEST

static const struct tally_case probe_cases[] = {
	{"one sample a step", "5990:1", "6010:1 6070:0 6130:1", NULL, "101:0/1c 102:1/1c 103:0/1c"},
	{"the share of a step's samples that failed", "5990:1", "6005:1 6020:0 6035:1 6050:1", NULL, "101:0.25/1c"},
	{"a step between two scrapes is as the one before it", "5950:0", "6070:1", NULL, "101:1/1c 102:0/1c"},
	{"a hole is not known", "5990:1", "6010:1 6430:0", NULL,
	 "101:0/1c 102:0/0- 103:0/0- 104:0/0- 105:0/0- 106:0/0- 107:0/0- 108:1/1c"},
	{"no birth has to be settled", "", "6010:1", NULL, "101:0/1c"},
	{"what is no number says nothing", "5990:1", "6010:NaN 6030:1", NULL, "101:0/1c"},
};

START_TEST(probes_are_sampled_on_the_grid)
{
	check_case(&probe_cases[_i], (struct plan_term){.bad = 1, .total = 1, .covers = true, .gauge = true});
}
END_TEST

/* Labels from a selector of equality matchers: `x{job="a"}` */
static struct labels labels_from(const char *text)
{
	struct promql_node *node = selector(text);
	struct labels labels = {arena_array(&arena, node->matchers_len, sizeof(struct label)), node->matchers_len};

	for (size_t i = 0; i < node->matchers_len; i++)
		labels.at[i] = (struct label){node->matchers[i].name, node->matchers[i].value};
	labels_sort(labels);
	return labels;
}

static void count_series(struct tally *tally, const char *text, double before, double now)
{
	struct sample old = {5990000, before}, new = {6010000, now};
	struct tally_series *series = tally_take_in(tally, 0, str_of(text), labels_from(text));

	tally_remember(series, &old, 1);
	tally_count(tally, series, &new, 1);
}

START_TEST(one_watch_serves_every_slo_of_a_metric)
{
	struct slo slos[3] = {{.group_limit = 1}, {.group_limit = 1}, {.group_limit = 1}};
	struct plan_term terms[3] = {
		{.total = 1, .covers = true}, {.total = 1, .covers = true}, {.total = 1, .covers = true}};
	struct plan plans[3];
	struct tally_options options = {{SPAN_MINUTE}, {5 * SPAN_MINUTE}, {SPAN_DAY}};
	struct tally *tally;
	struct slot **slots;

	arena_init(&arena);
	tally = tally_new(&options);
	terms[0].selector = selector("x{job=\"a\"}");
	terms[1].selector = selector("x{job=\"b\",code=~\"5..\"}");
	terms[2].selector = selector("x{job=\"b\"}");
	for (size_t i = 0; i < 3; i++) {
		plans[i] = (struct plan){.slo = &slos[i], .terms = &terms[i], .terms_len = 1};
		tally_add_slo(tally, &plans[i]);
	}
	ck_assert_uint_eq(tally_watches(tally), 1);
	ck_assert(str_is(tally_watch_selector(tally, 0), "x{job=~\"a|b\"}"));
	tally_begin(tally, 100, 101);
	count_series(tally, "x{job=\"a\",code=\"200\"}", 1, 8);
	count_series(tally, "x{job=\"b\",code=\"500\"}", 1, 3);
	count_series(tally, "x{job=\"b\",code=\"200\"}", 1, 5);
	count_series(tally, "x{job=\"c\",code=\"200\"}", 1, 100);
	tally_slots(tally, &slots);
	ck_assert_double_eq(sheet_finish(&slots[0]->sheet)->at[0].total, 7);
	ck_assert_double_eq(sheet_finish(&slots[1]->sheet)->at[0].total, 2);
	ck_assert_double_eq(sheet_finish(&slots[2]->sheet)->at[0].total, 6);
	ck_assert_uint_eq(tally_stats(tally).series_idle, 1);
	tally_free(tally);
	arena_release(&arena);
}
END_TEST

START_TEST(a_restart_counts_from_zero_although_the_counter_has_passed_its_old_value)
{
	struct slo slo = {.group_limit = 1};
	struct plan_term term = {.total = 1, .covers = true};
	struct plan plan = {.slo = &slo, .terms = &term, .terms_len = 1};
	struct slot **slots;
	struct tally *tally;

	arena_init(&arena);
	term.selector = selector("x{job=\"a\"}");
	tally = tally_of(&plan);
	tally_begin(tally, 100, 101);
	tally_restart(tally, STR("a"), STR("one"), 6000000); /* between the samples at 5990 and 6010 */
	tally_restart(tally, STR("a"), STR("two"), 5980000); /* before both */
	count_series(tally, "x{job=\"a\",instance=\"one\"}", 10, 12);
	count_series(tally, "x{job=\"a\",instance=\"two\"}", 100, 101);
	tally_slots(tally, &slots);
	ck_assert_double_eq(sheet_finish(&slots[0]->sheet)->at[0].total, 12 + 1);
	tally_free(tally);
	arena_release(&arena);
}
END_TEST

START_TEST(groups_have_slots_of_their_own_up_to_the_limit)
{
	struct str by[] = {STR("instance")};
	struct slo slo = {.group_by = by, .group_by_len = 1, .group_limit = 2};
	struct plan_term term = {.total = 1, .covers = true};
	struct plan plan = {.slo = &slo, .terms = &term, .terms_len = 1};
	struct slot **slots;
	struct tally *tally;

	arena_init(&arena);
	term.selector = selector("x");
	tally = tally_of(&plan);
	tally_begin(tally, 100, 101);
	count_series(tally, "x{instance=\"a\",code=\"200\"}", 1, 2);
	count_series(tally, "x{instance=\"b\",code=\"200\"}", 1, 3);
	count_series(tally, "x{instance=\"a\",code=\"500\"}", 1, 5);
	count_series(tally, "x{instance=\"c\",code=\"500\"}", 1, 9);
	ck_assert_uint_eq(tally_slots(tally, &slots), 3);
	ck_assert_double_eq(sheet_finish(&slots[0]->sheet)->at[0].total, 1 + 2 + 4);
	ck_assert(str_is(slots[1]->group.at[0].value, "a"));
	ck_assert_double_eq(sheet_finish(&slots[1]->sheet)->at[0].total, 1 + 4);
	ck_assert_double_eq(sheet_finish(&slots[2]->sheet)->at[0].total, 2);
	ck_assert_uint_eq(tally_groups_dropped(tally, 0), 1);
	tally_free(tally);
	arena_release(&arena);
}
END_TEST

/* A stretch of one step in which the instances of `pods` are scraped; `groups` are those that have a slot. */
static void stretch(struct tally *tally, step_no step, const char *pods)
{
	tally_begin(tally, step - 1, step);
	for (const char *pod = pods; *pod; pod++) {
		struct sample old = {(step - 1) * 60000, 1}, new = {step * 60000, 2 + (double)step};
		char name[] = "x{instance=\"?\"}";
		struct tally_series *series;

		name[12] = *pod;
		series = tally_find(tally, 0, str_of(name));
		if (!series) {
			series = tally_take_in(tally, 0, str_of(name), labels_from(name));
			tally_remember(series, &old, 1);
		}
		tally_count(tally, series, &new, 1);
	}
	tally_end(tally);
}

static void groups_are(struct tally *tally, const char *wanted)
{
	struct slot **slots;
	size_t len = tally_slots(tally, &slots);
	char got[16] = "";

	for (size_t i = 1; i < len; i++)
		got[i - 1] = slots[i]->group.at[0].value.at[0];
	ck_assert_str_eq(got, wanted);
}

START_TEST(groups_that_live_no_more_leave_their_place_to_others)
{
	struct str by[] = {STR("instance")};
	struct slo slo = {.group_by = by, .group_by_len = 1, .group_limit = 2};
	struct plan_term term = {.total = 1, .covers = true};
	struct plan plan = {.slo = &slo, .terms = &term, .terms_len = 1};
	struct tally *tally;
	step_no step = 100;

	arena_init(&arena);
	term.selector = selector("x");
	tally = tally_of(&plan);
	stretch(tally, ++step, "ab");
	stretch(tally, ++step, "abc");
	groups_are(tally, "ab");
	ck_assert_uint_eq(tally_groups_dropped(tally, 0), 1);
	for (int i = 0; i < SLOT_LIVING_STEPS; i++)
		stretch(tally, ++step, "bc");
	groups_are(tally, "ab");
	stretch(tally, ++step, "bc");
	stretch(tally, ++step, "bc"); /* a has been gone for long enough */
	groups_are(tally, "abc");
	ck_assert_uint_eq(tally_groups_dropped(tally, 0), 0);
	stretch(tally, ++step, "abc"); /* back again, with the slot that it has */
	stretch(tally, ++step, "abcd");
	groups_are(tally, "abc");
	ck_assert_uint_eq(tally_groups_dropped(tally, 0), 1);
	tally_free(tally);
	arena_release(&arena);
}
END_TEST

/* A native histogram at one instant: observations at or below 0.5, and above. */
struct native_sample {
	int64_t seconds;
	double fast, slow; /* NaN: a histogram that is no number */
};

struct native_case {
	const char *what;
	struct native_sample before, samples[4], birth; /* birth.seconds: where it continues; 0: it counts */
	size_t len;
	const char *expected;
};

static const struct native_case native_cases[] = {
	{"both grow", {5990, 10, 5}, {{6010, 12, 5}, {6070, 12, 8}}, {0, 0, 0}, 2, "101:0/2c 102:3/3c"},
	{"a reset is one of both, although only one fell", {5990, 10, 5}, {{6010, 3, 7}}, {0, 0, 0}, 1, "101:7/10c"},
	{"a birth counts both", {0, 0, 0}, {{6010, 3, 2}, {6070, 4, 2}}, {0, 0, 0}, 2, "101:2/5c 102:0/1c"},
	{"a birth that goes on counts what came", {0, 0, 0}, {{6010, 30, 12}}, {5950, 20, 11}, 1, "101:1/11c"},
	{"what is no number is passed over",
	 {5990, 10, 5},
	 {{6010, (double)NAN, 9}, {6020, 11, 7}},
	 {0, 0, 0},
	 2,
	 "101:2/3c"},
	{"samples behind the stretch are passed over",
	 {5990, 10, 5},
	 {{6010, 11, 5}, {6700, 99, 99}},
	 {0, 0, 0},
	 2,
	 "101:0/1c"},
};

static struct histogram native_of(struct native_sample sample, struct histogram_bucket buckets[2])
{
	buckets[0] = (struct histogram_bucket){0.25, 0.5, sample.fast};
	buckets[1] = (struct histogram_bucket){0.5, 1, sample.slow};
	return (struct histogram){sample.seconds * 1000, sample.fast + sample.slow, buckets, 2};
}

static void settle_native_births(struct tally *tally, struct native_sample before)
{
	struct tally_birth *births;
	size_t len = tally_births(tally, &births);
	struct histogram_bucket buckets[2];
	struct histogram histogram = native_of(before, buckets);

	for (size_t i = 0; i < len; i++)
		if (before.seconds)
			tally_birth_continues(tally, &births[i], tally_birth_level(tally, &births[i], &histogram));
		else
			tally_birth_counts(tally, &births[i]);
}

START_TEST(native_histograms_are_counted_in_whole_and_below_their_bound)
{
	const struct native_case *c = &native_cases[_i];
	struct slo slo = {.group_limit = 1};
	struct plan_term terms[2] = {
		{.bad = -1, .native = true, .bound = 0.5},
		{.bad = 1, .total = 1, .covers = true, .native = true, .bound = (double)INFINITY},
	};
	struct plan plan = {.slo = &slo, .terms = terms, .terms_len = 2};
	struct histogram_bucket buckets[2];
	struct histogram histogram;
	struct tally_series *series;
	struct slot **slots;
	struct tally *tally;
	struct buf got;

	arena_init(&arena);
	terms[0].selector = terms[1].selector = selector("x");
	tally = tally_of(&plan);
	tally_begin(tally, 100, 110);
	series = tally_take_in_native(tally, 0, STR("{\"__name__\":\"x\"}"), labels_named("x"));
	histogram = native_of(c->before, buckets);
	tally_remember_native(series, &histogram, c->before.seconds ? 1 : 0);
	for (size_t i = 0; i < c->len; i++) {
		histogram = native_of(c->samples[i], buckets);
		tally_count_native(tally, series, &histogram, 1);
	}
	settle_native_births(tally, c->birth);
	tally_slots(tally, &slots);
	buf_init(&got, 4096);
	write_posting(&got, sheet_finish(&slots[0]->sheet));
	ck_assert_msg(strcmp(got.at, c->expected) == 0, "%s:\n  want %s\n  got  %s", c->what, c->expected, got.at);
	buf_release(&got);
	tally_free(tally);
	arena_release(&arena);
}
END_TEST

START_TEST(numbers_are_of_no_use_to_terms_of_native_histograms)
{
	struct slo slo = {.group_limit = 1};
	struct plan_term term = {.total = 1, .covers = true, .native = true, .bound = (double)INFINITY};
	struct plan plan = {.slo = &slo, .terms = &term, .terms_len = 1};
	struct tally *tally;

	arena_init(&arena);
	term.selector = selector("x");
	tally = tally_of(&plan);
	tally_begin(tally, 100, 110);
	count_series(tally, "x", 1, 8);
	ck_assert_uint_eq(tally_stats(tally).series_idle, 1);
	tally_free(tally);
	arena_release(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tally");
	TCase *tests = tcase_create("tally");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, samples_become_counts_of_their_steps, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tests, probes_are_sampled_on_the_grid, 0, sizeof(probe_cases) / sizeof(probe_cases[0]));
	tcase_add_test(tests, one_watch_serves_every_slo_of_a_metric);
	tcase_add_test(tests, a_restart_counts_from_zero_although_the_counter_has_passed_its_old_value);
	tcase_add_test(tests, groups_have_slots_of_their_own_up_to_the_limit);
	tcase_add_test(tests, groups_that_live_no_more_leave_their_place_to_others);
	tcase_add_test(tests, series_and_targets_that_are_gone_are_forgotten);
	tcase_add_loop_test(tests, native_histograms_are_counted_in_whole_and_below_their_bound, 0,
			    sizeof(native_cases) / sizeof(native_cases[0]));
	tcase_add_test(tests, numbers_are_of_no_use_to_terms_of_native_histograms);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
