/* Alertmanager's silences: how its JSON is read, and which SLOs one excludes. */
#include "slo/corrections/import.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "slo/corrections/corrections.h"

#define NOW   ((struct instant){1782000000000}) /* 2026-06-21T00:00:00Z */
#define BEGIN "2026-06-20T10:00:00.000Z"
#define END   "2026-06-20T11:00:00.000Z"
#define URL   STR("http://am.example")

static struct arena arena;
static struct silence_list list;
static struct err err;

static void begin(void)
{
	arena_init(&arena);
	list = (struct silence_list){.at = NULL};
	err = (struct err){0};
}

static void end(void) { arena_release(&arena); }

static bool read_text(const char *json) { return silences_read(&arena, str_of(json), URL, &list, &err); }

static const char *silence_text(const char *begin_at, const char *end_at, const char *matchers)
{
	return arena_fmt(
		       &arena,
		       "{\"id\":\"a-1\",\"comment\":\"c\",\"createdBy\":\"ops\",\"startsAt\":\"%s\",\"endsAt\":\"%s\","
		       "\"updatedAt\":\"%s\",\"status\":{\"state\":\"expired\"},\"matchers\":[%s]}",
		       begin_at, end_at, begin_at, matchers)
		.at;
}

#define MATCHER(name, value, regex, equal)                                                                             \
	"{\"name\":\"" name "\",\"value\":\"" value "\",\"isRegex\":" #regex ",\"isEqual\":" #equal "}"
#define IS(name, value)       MATCHER(name, value, false, true)
#define IS_NOT(name, value)   MATCHER(name, value, false, false)
#define LIKE(name, value)     MATCHER(name, value, true, true)
#define NOT_LIKE(name, value) MATCHER(name, value, true, false)

START_TEST(what_alertmanager_tells_is_read)
{
	const char *entry = silence_text("2026-06-20T10:00:00.123456789Z", "2026-06-20T13:00:00+02:00",
					 IS("service", "shop") "," NOT_LIKE("slo", "a|b"));
	struct buf buf;

	ck_assert_msg(read_text(arena_fmt(&arena, "[%s]", entry).at), "%s", err.text);
	ck_assert_uint_eq(list.len, 1);
	ck_assert_uint_eq(list.unread, 0);
	ck_assert(str_is(list.at[0].id, "a-1"));
	ck_assert(str_is(list.at[0].comment, "c"));
	ck_assert(str_is(list.at[0].author, "ops"));
	ck_assert(str_eq(list.at[0].url, URL));
	/* date -u -d 2026-06-20T10:00:00Z +%s */
	ck_assert_int_eq(list.at[0].begin.ms, 1781949600123);
	ck_assert_int_eq(list.at[0].end.ms, 1781953200000);
	buf_init(&buf, KIB(1));
	silence_matchers_write(&buf, &list.at[0]);
	ck_assert_msg(str_is(buf_view(&buf), "{service=\"shop\",slo!~\"a|b\"}"), "%s", buf.at);
	buf_release(&buf);
}
END_TEST

START_TEST(an_alertmanager_without_is_equal_means_equal)
{
	const char *entry = silence_text(BEGIN, END, "{\"name\":\"slo\",\"value\":\"x\",\"isRegex\":false}");

	ck_assert(read_text(arena_fmt(&arena, "[%s]", entry).at));
	ck_assert_int_eq(list.at[0].matchers[0].op, MATCH_EQ);
}
END_TEST

/* Each alone is left out, and takes nothing else with it. */
START_TEST(an_entry_that_is_no_silence_is_left_out_and_counted)
{
	static const char *const bad[] = {
		"null",
		"1",
		"[]",
		"{}",
		"{\"id\":7}",
		"{\"id\":\"../x\",\"startsAt\":\"" BEGIN "\",\"endsAt\":\"" END "\",\"matchers\":[" IS("slo", "x") "]}",
		"{\"id\":\"a\",\"startsAt\":\"yesterday\",\"endsAt\":\"" END "\",\"matchers\":[" IS("slo", "x") "]}",
		"{\"id\":\"a\",\"startsAt\":\"0001-01-01T00:00:00Z\",\"endsAt\":\"" END
		"\",\"matchers\":[" IS("slo", "x") "]}",
		"{\"id\":\"a\",\"startsAt\":\"" BEGIN "\",\"endsAt\":12,\"matchers\":[" IS("slo", "x") "]}",
		"{\"id\":\"a\",\"startsAt\":\"" BEGIN "\",\"endsAt\":\"" END "\"}",
		"{\"id\":\"a\",\"startsAt\":\"" BEGIN "\",\"endsAt\":\"" END "\",\"matchers\":[]}",
		"{\"id\":\"a\",\"startsAt\":\"" BEGIN "\",\"endsAt\":\"" END "\",\"matchers\":{\"slo\":\"x\"}}",
		"{\"id\":\"a\",\"startsAt\":\"" BEGIN "\",\"endsAt\":\"" END
		"\",\"matchers\":[{\"name\":\"\",\"value\":\"x\"}]}",
		"{\"id\":\"a\",\"startsAt\":\"" BEGIN "\",\"endsAt\":\"" END "\",\"matchers\":[{\"name\":\"slo\"}]}",
	};
	const char *good = silence_text(BEGIN, END, IS("slo", "x"));

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		ck_assert_msg(read_text(arena_fmt(&arena, "[%s,%s,%s]", bad[i], good, bad[i]).at), "%s", err.text);
		ck_assert_msg(list.len == 1 && list.unread == 2 && list.why.text[0], "%s", bad[i]);
	}
}
END_TEST

START_TEST(what_is_no_list_is_refused)
{
	ck_assert(!read_text("{}"));
	ck_assert_str_eq(err.text, "it is no list of silences");
	ck_assert(!read_text("[{"));
	ck_assert(!read_text("<html>"));
	ck_assert(!read_text(""));
}
END_TEST

START_TEST(a_comment_becomes_one_line_that_is_cut_between_characters)
{
	struct buf json;

	buf_init(&json, MIB(1));
	buf_cstr(&json, "[{\"id\":\"a\",\"comment\":\" one\\ntwo\\u0007 \",\"createdBy\":\"x");
	for (size_t i = 0; i < LIMIT_NAME_BYTES; i++)
		buf_cstr(&json,
			 "\xc3\xa4"); /* 1 + 2 * 253 bytes: the limit falls on a whole character, 253 = 1 + 2 * 126 */
	buf_cstr(&json, "y\",\"startsAt\":\"" BEGIN "\",\"endsAt\":\"" END "\",\"matchers\":[" IS("slo", "x") "]}]");
	ck_assert_msg(read_text(json.at), "%s", err.text);
	ck_assert_uint_eq(list.len, 1);
	ck_assert_msg(str_is(list.at[0].comment, "one two"), "'%.*s'", STR_ARG(list.at[0].comment));
	ck_assert_uint_eq(list.at[0].author.len, 253);
	ck_assert(str_utf8(list.at[0].author));
	buf_release(&json);
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
	const char *entry = silence_text(
		BEGIN, END, IS("service", "s\\\"h") "," IS_NOT("a", "") "," LIKE("b", "x.*") "," NOT_LIKE("c", "y"));
	struct silence_list again;
	struct buf first, second;

	ck_assert(read_text(arena_fmt(&arena, "[%s]", entry).at));
	list.at[0].lost = true;
	buf_init(&first, KIB(4));
	buf_init(&second, KIB(4));
	ck_assert(silences_write(&first, &list));
	ck_assert_msg(silences_read(&arena, buf_view(&first), STR(""), &again, &err), "%s", err.text);
	ck_assert(again.len == 1 && again.at[0].lost && str_eq(again.at[0].url, URL));
	ck_assert_int_eq(again.at[0].begin.ms, list.at[0].begin.ms);
	for (size_t i = 0; i < 4; i++)
		ck_assert(again.at[0].matchers[i].op == list.at[0].matchers[i].op &&
			  str_eq(again.at[0].matchers[i].value, list.at[0].matchers[i].value));
	ck_assert(silences_write(&second, &again));
	ck_assert(str_eq(buf_view(&first), buf_view(&second)));
	buf_release(&first);
	buf_release(&second);
}
END_TEST

/* --- which SLOs ------------------------------------------------------------------------------------------------------
 */

#define SLO(more) "objective: 99%, window: 30d, sli: {probe: up}" more
static const char definitions[] =
	"apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n"
	"- {name: cart, labels: {team: core, zone: eu}, " SLO(
		"") "}\n"
		    "- {name: pay, labels: {team: money}, " SLO(
			    "") "}\n"
				"- {name: probe, " SLO(
					", groupBy: [zone]") "}\n"
							     "---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: blog\nnamespace: eu\nslos:\n"
							     "- {name: cart, " SLO("") "}\n";

static struct slo_set *definitions_read(const char *text)
{
	struct slo_set *set = slo_set_read("a.yaml", str_of(text));

	ck_assert_msg(slo_set_errors(set) == 0, "%.*s", STR_ARG(set->findings[0].text));
	return set;
}

/* "shop/cart shop/pay": those that have an exclusion. */
static const char *excluded(const struct slo_set *set)
{
	struct str all = STR("");

	for (size_t i = 0; i < set->len; i++)
		if (set->slos[i].corrections && set->slos[i].corrections->exclusions_len)
			all = arena_fmt(&arena, "%.*s%s%.*s", STR_ARG(all), all.len ? " " : "",
					STR_ARG(set->slos[i].id));
	return all.len ? all.at : "";
}

START_TEST(a_silence_is_for_the_slos_whose_labels_all_its_matchers_hold_for)
{
	static const struct {
		const char *matchers;
		enum silence_use use;
		const char *slos;
	} rows[] = {
		{IS("service", "shop"), SILENCE_IN_FORCE, "shop/cart shop/pay shop/probe"},
		{IS("slo", "cart"), SILENCE_IN_FORCE, "eu/blog/cart shop/cart"},
		{IS("service", "shop") "," IS("slo", "cart"), SILENCE_IN_FORCE, "shop/cart"},
		{IS("namespace", "eu"), SILENCE_IN_FORCE, "eu/blog/cart"},
		{IS("namespace", "") "," IS("slo", "cart"), SILENCE_IN_FORCE, "shop/cart"},
		{IS("team", "core"), SILENCE_IN_FORCE, "shop/cart"},
		{IS_NOT("team", "core") "," IS("service", "shop"), SILENCE_IN_FORCE, "shop/pay shop/probe"},
		{LIKE("team", "core|money"), SILENCE_IN_FORCE, "shop/cart shop/pay"},
		{LIKE("team", "cor"), SILENCE_OF_NONE, ""},
		{LIKE("slo", "pa.") "," NOT_LIKE("team", "c.*"), SILENCE_IN_FORCE, "shop/pay"},
		{NOT_LIKE("slo", "p.*"), SILENCE_IN_FORCE, "eu/blog/cart shop/cart"},
		/* a label that no SLO has, also where it may be missing */
		{IS("alertname", "ErrorBudgetBurn") "," IS("service", "shop"), SILENCE_OF_ALERTS, ""},
		{IS("severity", "page") "," IS("service", "shop"), SILENCE_OF_ALERTS, ""},
		{IS_NOT("instance", "a") "," IS("service", "shop"), SILENCE_OF_ALERTS, ""},
		/* of shop/probe it is the label of a part; of others it is one of their own, or missing */
		{IS("zone", "eu"), SILENCE_IN_FORCE, "shop/cart"},
		{IS_NOT("zone", "eu"), SILENCE_IN_FORCE, "eu/blog/cart shop/pay"},
		{IS("service", "other"), SILENCE_OF_NONE, ""},
		{LIKE("service", "\\\\bshop"), SILENCE_UNREAD, ""},
	};
	struct slo_set *base = definitions_read(definitions);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slo_set *set;

		ck_assert(read_text(arena_fmt(&arena, "[%s]", silence_text(BEGIN, END, rows[i].matchers)).at));
		set = slo_set_import(base, &list, NOW);
		ck_assert_msg(list.at[0].use == rows[i].use, "%s: %d", rows[i].matchers, list.at[0].use);
		ck_assert_msg(strcmp(excluded(set), rows[i].slos) == 0, "%s: %s", rows[i].matchers, excluded(set));
		ck_assert((set == base) == (rows[i].use != SILENCE_IN_FORCE));
		slo_set_unref(set);
	}
	ck_assert_str_eq(excluded(base), "");
	slo_set_unref(base);
}
END_TEST

START_TEST(what_never_began_is_too_old_or_too_long_is_not_imported)
{
	static const struct {
		const char *begin, *end;
		enum silence_use use;
	} rows[] = {
		{BEGIN, BEGIN, SILENCE_NEVER_BEGAN},
		{END, BEGIN, SILENCE_NEVER_BEGAN},
		{"2026-05-01T00:00:00Z", "2026-05-22T00:00:00Z", SILENCE_PAST}, /* 30 days before NOW */
		{"2026-05-01T00:00:00Z", "2026-05-22T00:00:01Z", SILENCE_IN_FORCE},
		{"2026-06-20T00:00:00Z", "2027-06-21T00:00:00Z", SILENCE_IN_FORCE}, /* 366 days */
		{"2026-06-20T00:00:00Z", "2027-06-21T00:00:01Z", SILENCE_TOO_LONG},
		{"2026-07-20T00:00:00Z", "2026-07-21T00:00:01Z", SILENCE_IN_FORCE}, /* to come */
	};
	struct slo_set *base = definitions_read(definitions);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slo_set *set;

		ck_assert(read_text(
			arena_fmt(&arena, "[%s]", silence_text(rows[i].begin, rows[i].end, IS("slo", "pay"))).at));
		set = slo_set_import(base, &list, NOW);
		ck_assert_msg(list.at[0].use == rows[i].use, "%s: %d", rows[i].end, list.at[0].use);
		slo_set_unref(set);
	}
	slo_set_unref(base);
}
END_TEST

START_TEST(an_imported_one_stands_beside_those_of_files)
{
	static const char more[] = "---\napiVersion: wick/v1\nkind: Corrections\nauthor: sre\nexclusions:\n"
				   "- {for: {slo: shop/pay}, from: 2026-06-19, duration: 1h, reason: r}\n"
				   "adjustments:\n- {for: {slo: shop/pay}, at: 2026-06-19, bad: 1, reason: r}\n"
				   "---\napiVersion: wick/v1\nkind: Delivery\nservice: shop\nrepository: o/shop\n"
				   "environments: {production: {releases: '*'}}\n";
	struct slo_set *base = definitions_read(arena_fmt(&arena, "%s%s", definitions, more).at), *set;
	struct recurrence_walk walk;
	const struct exclusion *own;
	const struct slo *slo;
	struct period period;

	ck_assert(
		read_text(arena_fmt(&arena, "[%s]", silence_text("2026-06-20T10:00:00.5Z", END, IS("slo", "pay"))).at));
	set = slo_set_import(base, &list, NOW);
	slo_set_unref(base);
	arena_release(&arena); /* nothing in the set is of the list */
	arena_init(&arena);
	slo = slo_set_find(set, STR("shop/pay"));
	ck_assert(set->deliveries_len == 1 && str_is(set->deliveries[0]->repository, "o/shop"));
	ck_assert_uint_eq(set->corrections.exclusions_len, 2);
	ck_assert_uint_eq(slo->corrections->exclusions_len, 2);
	ck_assert_uint_eq(slo->corrections->adjustments_len, 1);
	ck_assert(str_is(slo->corrections->exclusions[0]->author, "sre"));
	own = slo->corrections->exclusions[1];
	ck_assert(str_is(own->author, "ops") && str_is(own->reason, "c"));
	ck_assert_str_eq(own->place.file, "silence a-1 at http://am.example");
	ck_assert(str_is(own->when_text, "2026-06-20T10:00:00.500Z to 2026-06-20T11:00:00Z"));
	walk = recurrence_between(&own->when, (struct instant){0}, (struct instant){NOW.ms * 2});
	ck_assert(recurrence_next(&walk, &period));
	ck_assert_int_eq(period.begin.ms, 1781949600000); /* whole seconds */
	ck_assert_int_eq(period.end.ms, 1781953200000);
	ck_assert(!recurrence_next(&walk, &period));
	ck_assert(!correction_is_for(&own->scope, slo));
	ck_assert(slo_set_find(set, STR("shop/cart"))->corrections == NULL);
	slo_set_unref(set);
}
END_TEST

START_TEST(a_composite_is_read_through_members_that_are_silenced_too)
{
	static const char more[] = "---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: all\nslos:\n"
				   "- {name: whole, objective: 99%, window: 30d, sli: {composite: {members: "
				   "[{slo: shop/pay}, {slo: shop/cart}]}}}\n";
	struct slo_set *base = definitions_read(arena_fmt(&arena, "%s%s", definitions, more).at), *set;
	const struct slo *whole, *pay;

	ck_assert(read_text(arena_fmt(&arena, "[%s]", silence_text(BEGIN, END, IS("slo", "pay"))).at));
	set = slo_set_import(base, &list, NOW);
	whole = slo_set_find(set, STR("all/whole"));
	pay = slo_set_find(set, STR("shop/pay"));
	ck_assert_ptr_eq(whole->sli.composite->members[0].slo, pay);
	ck_assert_uint_eq(pay->corrections->exclusions_len, 1);
	ck_assert_uint_eq(pay->above_len, 1);
	ck_assert_ptr_eq(pay->above[0], whole);
	/* and those of the base are as they were */
	ck_assert_ptr_eq(slo_set_find(base, STR("all/whole"))->sli.composite->members[0].slo,
			 slo_set_find(base, STR("shop/pay")));
	ck_assert_ptr_null(slo_set_find(base, STR("shop/pay"))->corrections);
	slo_set_unref(set);
	slo_set_unref(base);
}
END_TEST

UNIT_MAIN_IN("silence", begin, end, what_alertmanager_tells_is_read, an_alertmanager_without_is_equal_means_equal,
	     an_entry_that_is_no_silence_is_left_out_and_counted, what_is_no_list_is_refused,
	     a_comment_becomes_one_line_that_is_cut_between_characters, what_is_written_is_read_back,
	     a_silence_is_for_the_slos_whose_labels_all_its_matchers_hold_for,
	     what_never_began_is_too_old_or_too_long_is_not_imported, an_imported_one_stands_beside_those_of_files,
	     a_composite_is_read_through_members_that_are_silenced_too)
