/* Counting by expression as short text cases: what the queries gave at the grid points, and what belongs into each
 * step. Steps are a minute, the stretch is 101 to 110, the horizon 20 steps. Values are written "step:value"; expected
 * counts "step:bad/total", with "c" (covered), "b" (bridged) or "-". */
#include "count/grid.h"

#include "base/num.h"
#include "unit.h"

#include <stdio.h>

static struct arena arena;

struct grid_case {
	const char *what;
	enum plan_reading reading[PLAN_READINGS];
	size_t queries;
	step_no covered_to;
	const char *values[PLAN_READINGS]; /* NULL: no series in the answer */
	const char *expected;
	const char *complaint;
};

static const struct grid_case cases[] = {
	{"bad and total of a step",
	 {READ_BAD, READ_TOTAL},
	 2,
	 100,
	 {"101:1", "101:10 102:20"},
	 "101:1/10c 102:0/20c",
	 ""},
	{"good is taken from total",
	 {READ_GOOD, READ_TOTAL},
	 2,
	 100,
	 {"101:9", "101:10 102:20"},
	 "101:1/10c 102:20/20c",
	 ""},
	{"more good than all in one step is put right by the next",
	 {READ_GOOD, READ_TOTAL},
	 2,
	 100,
	 {"101:11 102:19", "101:10 102:20"},
	 "101:-1/10c 102:1/20c",
	 ""},
	{"no total is no data, whatever was bad", {READ_BAD, READ_TOTAL}, 2, 100, {"101:1", NULL}, "", ""},
	{"no error series yet", {READ_BAD, READ_TOTAL}, 2, 100, {NULL, "101:10"}, "101:0/10c", ""},
	{"a total without fresh samples is no data",
	 {READ_BAD, READ_TOTAL, READ_SEEN},
	 3,
	 100,
	 {NULL, "101:10 102:0", "101:3"},
	 "101:0/10c",
	 ""},
	{"a hole is bridged by what stands behind it",
	 {READ_BAD, READ_TOTAL},
	 2,
	 100,
	 {"105:5", "105:10"},
	 "101:1/2b 102:1/2b 103:1/2b 104:1/2b 105:1/2c",
	 ""},
	{"a hole from before the stretch is bridged from its begin",
	 {READ_BAD, READ_TOTAL},
	 2,
	 98,
	 {NULL, "101:6"},
	 "99:0/2b 100:0/2b 101:0/2c",
	 ""},
	{"without data before there is no hole",
	 {READ_BAD, READ_TOTAL},
	 2,
	 GRID_NEVER,
	 {NULL, "103:6"},
	 "103:0/6c",
	 ""},
	{"a hole longer than the horizon is not bridged",
	 {READ_BAD, READ_TOTAL},
	 2,
	 80,
	 {NULL, "101:6"},
	 "101:0/6c",
	 ""},
	{"a hole as long as the horizon is",
	 {READ_BAD, READ_TOTAL},
	 2,
	 81,
	 {NULL, "101:20"},
	 "82:0/1b 83:0/1b 84:0/1b 85:0/1b 86:0/1b 87:0/1b 88:0/1b 89:0/1b 90:0/1b 91:0/1b 92:0/1b 93:0/1b 94:0/1b "
	 "95:0/1b 96:0/1b 97:0/1b 98:0/1b 99:0/1b 100:0/1b 101:0/1c",
	 ""},
	{"a total that is not a number",
	 {READ_BAD, READ_TOTAL},
	 2,
	 100,
	 {NULL, "101:NaN 102:5"},
	 "101:0/0c 102:0/5c",
	 "the total is not a number (NaN)"},
	{"a negative number of events",
	 {READ_BAD, READ_TOTAL},
	 2,
	 100,
	 {"101:-3", "101:5"},
	 "101:0/5c",
	 "the number of bad events is -3, which cannot be"},
	{"a threshold", {READ_THRESHOLD}, 1, 100, {"101:3 102:5 103:7"}, "101:0/1c 102:0/1c 103:1/1c", ""},
	{"a hole of a threshold stays one", {READ_THRESHOLD}, 1, 100, {"104:3"}, "104:0/1c", ""},
	{"0/0 says nothing of a threshold", {READ_THRESHOLD}, 1, 100, {"101:NaN"}, "", ""},
	{"a bad ratio", {READ_BAD_RATIO}, 1, 100, {"101:0.25"}, "101:0.25/1c", ""},
	{"a good ratio", {READ_GOOD_RATIO}, 1, 100, {"101:0.75"}, "101:0.25/1c", ""},
	{"0/0 of a ratio is a step without events", {READ_BAD_RATIO}, 1, 100, {"101:NaN"}, "101:0/0c", ""},
	{"a ratio above 1", {READ_BAD_RATIO}, 1, 100, {"101:1.5"}, "", "the ratio is 1.5, which cannot be"},
	{"values beside the grid are not taken",
	 {READ_BAD, READ_TOTAL},
	 2,
	 100,
	 {NULL, "100:9 101:1 111:9"},
	 "101:0/1c",
	 ""},
};

static size_t read_values(const char *text, struct sample *samples)
{
	size_t len = 0;

	while (text && *text) {
		char *end;

		samples[len].ms = strtol(text, &end, 10) * SPAN_MINUTE;
		samples[len++].value = strtod(end + 1, &end);
		text = *end ? end + 1 : end;
	}
	return len;
}

static void write_posting(struct buf *out, const struct posting *posting)
{
	for (size_t i = 0; i < posting->len; i++) {
		struct counts c = posting->at[i];

		if (num_same(c.total, 0) && num_same(c.bad, 0) && num_same(c.covered + c.bridged, 0))
			continue;
		buf_fmt(out, "%s%lld:", out->len ? " " : "", (long long)posting->first + (long long)i);
		num_write_double(out, c.bad);
		buf_char(out, '/');
		num_write_double(out, c.total);
		buf_char(out, c.covered > 0 ? 'c' : c.bridged > 0 ? 'b' : '-');
	}
}

static void check_slot(struct slot *slot, const char *what, const char *expected)
{
	struct buf got;

	buf_init(&got, 4096);
	buf_cstr(&got, "");
	write_posting(&got, sheet_finish(&slot->sheet));
	ck_assert_msg(str_is(buf_view(&got), expected), "%s:\n  want %s\n  got  %.*s", what, expected,
		      STR_ARG(buf_view(&got)));
	buf_release(&got);
}

static const struct grid_options options = {.step = {SPAN_MINUTE}, .horizon = {20 * SPAN_MINUTE}};

START_TEST(values_become_counts_of_their_steps)
{
	const struct grid_case *c = &cases[_i];
	struct slo slo = {.group_limit = 1, .sli = {.limit = 5, .comparison = IS_AT_MOST}};
	struct plan plan = {.slo = &slo, .query_len = c->queries};
	struct sample samples[32];
	struct slot **slots;
	struct grid *grid;
	struct err err;

	for (size_t q = 0; q < c->queries; q++)
		plan.query[q] = (struct plan_query){STR("q"), c->reading[q]};
	grid = grid_new(&plan, 0, &options, c->covered_to);
	grid_begin(grid, 100, 110);
	for (size_t q = 0; q < c->queries; q++)
		if (c->values[q])
			ck_assert(grid_read(grid, q, (struct labels){0}, samples, read_values(c->values[q], samples),
					    &err));
	grid_end(grid);
	ck_assert_uint_eq(grid_slots(grid, &slots), 1);
	check_slot(slots[0], c->what, c->expected);
	ck_assert_msg(str_is(grid_complaint(grid), c->complaint), "%s: %s", c->what, grid_complaint(grid).at);
	grid_free(grid);
}
END_TEST

/* ---- groups ---- */

static struct str zone = STR_INIT("zone");

static struct grid *grouped_grid(struct slo *slo, struct plan *plan)
{
	*slo = (struct slo){.group_limit = 2, .group_by = &zone, .group_by_len = 1};
	*plan = (struct plan){.slo = slo, .query = {{STR("q"), READ_TOTAL}}, .query_len = 1};
	return grid_new(plan, 0, &options, GRID_NEVER);
}

static struct labels in_zone(const char *name)
{
	struct label *at = arena_array(&arena, 2, sizeof(*at));

	at[0] = (struct label){STR("other"), STR("x")};
	at[1] = (struct label){zone, str_of(name)};
	return (struct labels){at, 2};
}

static bool read_zone(struct grid *grid, const char *name, const char *values, struct err *err)
{
	struct sample samples[32];

	return grid_read(grid, 0, in_zone(name), samples, read_values(values, samples), err);
}

START_TEST(a_hole_of_one_group_is_its_own)
{
	struct slo slo;
	struct plan plan;
	struct grid *grid = grouped_grid(&slo, &plan);
	struct slot **slots;
	struct err err;

	/* in two stretches, as it would be live: the second one begins inside of b's hole */
	grid_begin(grid, 100, 102);
	ck_assert(read_zone(grid, "a", "101:1 102:1", &err) && read_zone(grid, "b", "101:4", &err));
	grid_end(grid);
	grid_begin(grid, 102, 104);
	ck_assert(read_zone(grid, "a", "103:1 104:1", &err) && read_zone(grid, "b", "103:8", &err));
	grid_end(grid);
	ck_assert_uint_eq(grid_slots(grid, &slots), 3);
	check_slot(slots[1], "a", "103:0/1c 104:0/1c");
	check_slot(slots[2], "b", "102:0/4b 103:0/4c");
	check_slot(slots[0], "all", "102:0/4b 103:0/5c 104:0/1c");
	grid_free(grid);
}
END_TEST

START_TEST(groups_over_the_limit_are_left_out_and_counted)
{
	struct slo slo;
	struct plan plan;
	struct grid *grid = grouped_grid(&slo, &plan);
	struct slot **slots;
	struct err err;

	ck_assert(grid_add_group(grid, (struct labels){&(struct label){zone, STR("known")}, 1}, 99) != NULL);
	grid_begin(grid, 100, 110);
	ck_assert(read_zone(grid, "new", "101:1", &err) && read_zone(grid, "late", "101:1", &err));
	ck_assert(read_zone(grid, "known", "101:2", &err));
	grid_end(grid);
	ck_assert_uint_eq(grid_slots(grid, &slots), 3);
	check_slot(slots[1], "known", "100:0/1b 101:0/1c");
	check_slot(slots[2], "new", "101:0/1c");
	ck_assert_uint_eq(grid_groups_dropped(grid), 1);
	grid_free(grid);
}
END_TEST

/* Each of them is judged by itself, holes included; a group that is called like the rest is one of them. */
START_TEST(groups_over_the_limit_are_counted_as_the_rest)
{
	struct slo slo;
	struct plan plan;
	struct grid *grid = grouped_grid(&slo, &plan);
	struct slot **slots;
	struct err err;

	slo.top = (struct group_top){1, TOP_EVENTS, STR("others")};
	ck_assert(grid_add_group(grid, (struct labels){&(struct label){zone, STR("known")}, 1}, 99) != NULL);
	grid_begin(grid, 100, 102);
	ck_assert(read_zone(grid, "new", "101:1 102:1", &err) && read_zone(grid, "late", "101:3 102:3", &err));
	ck_assert(read_zone(grid, "later", "101:10", &err) && read_zone(grid, "others", "102:100", &err));
	ck_assert(read_zone(grid, "known", "101:2", &err));
	grid_end(grid);
	ck_assert_uint_eq(grid_slots(grid, &slots), 4);
	check_slot(slots[1], "known", "100:0/1b 101:0/1c");
	check_slot(slots[2], "new", "101:0/1c 102:0/1c");
	check_slot(slots[3], "the rest", "101:0/13c 102:0/103c");
	check_slot(slots[0], "all", "100:0/1b 101:0/15c 102:0/104c");
	ck_assert_uint_eq(grid_groups_dropped(grid), 2);
	grid_begin(grid, 102, 104);
	ck_assert(read_zone(grid, "late", "103:3", &err) && read_zone(grid, "later", "104:9", &err));
	grid_end(grid);
	check_slot(slots[3], "the rest", "102:0/3b 103:0/6c 104:0/3c");
	ck_assert(!read_zone(grid, "late", "103:3", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "several series"));
	grid_free(grid);
}
END_TEST

START_TEST(several_series_for_one_group_are_refused)
{
	struct slo slo;
	struct plan plan;
	struct grid *grid = grouped_grid(&slo, &plan);
	struct err err;

	grid_begin(grid, 100, 110);
	ck_assert(read_zone(grid, "a", "101:1", &err));
	ck_assert(!read_zone(grid, "a", "101:1", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "for one group"));
	grid_free(grid);
}
END_TEST

static void begin(void) { arena_init(&arena); }
static void end(void) { arena_release(&arena); }

int main(void)
{
	TCase *tcase = tcase_create("count/grid");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_loop_test(tcase, values_become_counts_of_their_steps, 0, COUNT_OF(cases));
	tcase_add_test(tcase, a_hole_of_one_group_is_its_own);
	tcase_add_test(tcase, groups_over_the_limit_are_left_out_and_counted);
	tcase_add_test(tcase, groups_over_the_limit_are_counted_as_the_rest);
	tcase_add_test(tcase, several_series_for_one_group_are_refused);
	return unit_run("count/grid", tcase);
}
