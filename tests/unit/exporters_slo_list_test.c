/* Which SLOs are shown for which query, and in which order. */
#include "base/limits.h"
#include "exporters/pages/slo_list.h"
#include "tests/unit/results_fixture.h"
#include "tests/unit/unit.h"

static struct fixture fixture;

static struct slo *slo_at(size_t i) { return &fixture.slos[i]; }

/* Letters stand for them: a to f, in this order. */
static void begin(void)
{
	fixture_init(&fixture);
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "cart", "a"), 1250);   /* 75 % left */
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "cart", "b"), 6000);   /* -20 % */
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "shop", "c"), -1);     /* not known */
	fixture_add(&fixture, fixture_slo(&fixture.arena, "eu", "shop", "d"), 5000); /* 0 % */
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "shop", "e"), 0);      /* 100 % */
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "shop", "e"), 2500);   /* 50 %, a group of the same */
	slo_at(0)->labels = FIXTURE_LABELS(&fixture.arena, "team", "core");
	slo_at(1)->labels = FIXTURE_LABELS(&fixture.arena, "team", "edge", "tier", "gold");
	slo_at(3)->description = STR("Orders that ARRIVE");
	slo_at(4)->objective = 0.9;
	fixture.list[4].group = FIXTURE_LABELS(&fixture.arena, "zone", "1");
	fixture.list[5].group = FIXTURE_LABELS(&fixture.arena, "zone", "2");
	fixture.list[1].state = DATA_STALE;
	fixture.list[5].burn[2].rate = 20; /* of 1h: 0.5 of the others */
	fixture.list[3].budgets->coverage = 0.5;
}

static void end(void) { fixture_release(&fixture); }

/* "b d" for what a query shows; F is the group of e in zone 2. */
static const char *shown(const char *text, struct slo_list *list)
{
	static char letters[32];
	struct page_query query;
	struct arena arena;
	size_t len = 0;

	arena_init(&arena);
	query = page_query_read(&arena, str_of(text));
	*list = slo_list_make(&arena, &fixture.results, &query);
	for (size_t i = 0; i < list->len; i++)
		letters[len++] = list->at[i].result == &fixture.list[5] ? 'F' : list->at[i].result->slo->name.at[0];
	letters[len] = '\0';
	arena_release(&arena);
	return letters;
}

static const struct {
	const char *query, *shown, *about;
} cases[] = {
	{"", "bdcFae", "the worst first: what is not known stands behind what is spent"},
	{"sort=name", "abdceF", "by name: the id has the namespace, and groups go by their labels"},
	{"sort=burn", "Fabdec", "the fastest burn first, what is not known last"},
	{"sort=coverage", "cdabeF", "the least known first"},
	{"sort=objective", "abdcFe", "the highest objective first"},
	{"sort=sli", "bdFaec", "the lowest SLI first"},
	{"sort=nonsense", "bdcFae", "an order that there is not"},
	{"q=CART", "ba", "a service, in any case"},
	{"q=arrive+shop", "d", "words that stand in different texts"},
	{"q=arrive+cart", "", "words that do not stand together"},
	{"q=gold", "b", "a label's value"},
	{"q=zone", "Fe", "a group's label"},
	{"service=shop", "dcFe", "a service, in every namespace"},
	{"service=sho", "", "a service is named whole"},
	{"team=core", "a", "a team"},
	{"label=tier%3Dgold", "b", "a label"},
	{"label=zone%3D2", "F", "a group's label"},
	{"label=zone", "Fe", "any value"},
	{"label=zone%3D", "", "an empty value is one that nobody has"},
	{"state=stale", "b", "a state of data"},
	{"state=spent", "bd", "a budget that is spent"},
	{"state=no_data", "c", "what is not known"},
	{"state=nonsense", "bdcFae", "a state that there is not"},
	{"service=shop&state=spent&sort=name", "d", "all at once"},
};

START_TEST(a_query_shows_what_it_asks_for_in_its_order)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct slo_list list;
		const char *text = shown(cases[i].query, &list);

		ck_assert_msg(strcmp(text, cases[i].shown) == 0, "%s: '%s'", cases[i].about, text);
		ck_assert_uint_eq(list.all, 6);
	}
}
END_TEST

START_TEST(sums_are_of_what_is_shown)
{
	struct slo_list list;

	shown("", &list);
	ck_assert_uint_eq(list.spent, 2);
	ck_assert_uint_eq(list.unknown, 1);
	shown("service=cart", &list);
	ck_assert_uint_eq(list.spent, 1);
	ck_assert_uint_eq(list.unknown, 0);
	shown("state=nonsense&sort=nonsense", &list);
	ck_assert(list.bad_state && list.bad_order);
}
END_TEST

START_TEST(values_to_choose_from_stand_once_and_in_order)
{
	struct arena arena;
	struct str *values;
	size_t len;

	arena_init(&arena);
	values = slo_list_values(&arena, &fixture.results, NULL, 10, &len);
	ck_assert_uint_eq(len, 2);
	ck_assert(str_is(values[0], "cart") && str_is(values[1], "shop"));
	values = slo_list_values(&arena, &fixture.results, "team", 10, &len);
	ck_assert_uint_eq(len, 2);
	ck_assert(str_is(values[0], "core") && str_is(values[1], "edge"));
	slo_list_values(&arena, &fixture.results, "team", 1, &len);
	ck_assert_uint_eq(len, 2); /* more than one */
	slo_list_values(&arena, &fixture.results, "owner", 1, &len);
	ck_assert_uint_eq(len, 0);
	arena_release(&arena);
}
END_TEST

UNIT_MAIN_IN("exporters/slo_list", begin, end, a_query_shows_what_it_asks_for_in_its_order, sums_are_of_what_is_shown,
	     values_to_choose_from_stand_once_and_in_order)
