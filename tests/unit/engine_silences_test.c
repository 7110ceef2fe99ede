/* What is known of silences: who told what last, what is remembered of it, and what becomes of it where nobody tells it
 * any more. */
#include "engine/silences.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "base/log.h"

#define HOUR_OF(n) ((struct instant){1782000000000 + (n)*SPAN_HOUR}) /* since 2026-06-21T00:00:00Z */

static const char definitions[] = "apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n"
				  "- {name: pay, objective: 99%, window: 30d, sli: {probe: up}}\n";
static const struct str urls[] = {STR_INIT("http://a"), STR_INIT("http://b")};

static struct store *store;
static struct silences *silences;
static struct slo_set *base;
static struct arena arena;
static bool changed;
static struct err err;

static void begin_with(const char *comment)
{
	const struct silences_settings settings = {urls, COUNT_OF(urls), str_of(comment)};

	silences_free(silences);
	silences = silences_new(&settings, store);
}

static void begin(void)
{
	log_setup(LOG_LOGFMT, LOG_ERROR);
	arena_init(&arena);
	err = (struct err){0};
	silences = NULL;
	base = slo_set_read("a.yaml", str_of(definitions));
	store = store_open(NULL, (struct span){SPAN_MINUTE}, &err);
	ck_assert_msg(store && slo_set_errors(base) == 0, "%s", err.text);
	begin_with("");
}

static void end(void)
{
	silences_free(silences);
	store_close(store);
	slo_set_unref(base);
	arena_release(&arena);
}

/* From and to in hours; `updated` orders what is told of the same silence. */
static const char *silence_text(const char *id, const char *comment, int from, int to, int updated)
{
	const char *begin_at = arena_fmt(&arena, "%s", instant_text(HOUR_OF(from)).text).at;
	const char *end_at = arena_fmt(&arena, "%s", instant_text(HOUR_OF(to)).text).at;

	return arena_fmt(
		       &arena,
		       "{\"id\":\"%s\",\"comment\":\"%s\",\"createdBy\":\"ops\",\"startsAt\":\"%s\",\"endsAt\":\"%s\","
		       "\"updatedAt\":\"%s\",\"matchers\":[{\"name\":\"slo\",\"value\":\"pay\",\"isRegex\":false}]}",
		       id, comment, begin_at, end_at, instant_text(HOUR_OF(updated)).text)
		.at;
}

static void tell(size_t from, const char *all)
{
	ck_assert_msg(silences_answered(silences, from, arena_fmt(&arena, "[%s]", all), &err), "%s", err.text);
}

/* "x 0-2 | y 3-4": id and hours of those in force, the newest first. */
static const char *over(int hour)
{
	struct slo_set *set = silences_over(silences, base, HOUR_OF(hour), &changed);
	const struct corrections *corrections = set->slos[0].corrections;
	size_t len = corrections ? corrections->exclusions_len : 0;
	struct str all = STR("");

	for (size_t i = 0; corrections && i < corrections->exclusions_len; i++) {
		const struct exclusion *exclusion = corrections->exclusions[i];
		struct str place = str_of(exclusion->place.file);
		struct recurrence_walk walk =
			recurrence_between(&exclusion->when, (struct instant){0}, HOUR_OF(100000));
		struct period period;

		ck_assert(recurrence_next(&walk, &period));
		place = str_slice(place, 8, place.len);
		all = arena_fmt(&arena, "%.*s%s%.*s %d-%d", STR_ARG(all), i ? " | " : "",
				STR_ARG(str_slice(place, 0, str_find(place, ' '))),
				(int)((period.begin.ms - HOUR_OF(0).ms) / SPAN_HOUR),
				(int)((period.end.ms - HOUR_OF(0).ms) / SPAN_HOUR));
	}
	slo_set_unref(set);
	ck_assert_uint_eq(silences_count(silences, SILENCE_IN_FORCE), len);
	return all.len ? all.at : "";
}

START_TEST(a_silence_is_in_force_as_it_was_told_last)
{
	ck_assert_str_eq(over(0), "");
	ck_assert(!changed);
	tell(0, silence_text("x", "c", 0, 2, 0));
	ck_assert(silences_due(silences, HOUR_OF(0)));
	ck_assert_str_eq(over(0), "x 0-2");
	ck_assert(changed && !silences_due(silences, HOUR_OF(0)));
	tell(0, silence_text("x", "c", 0, 2, 0));
	ck_assert(!silences_due(silences, HOUR_OF(0)));
	ck_assert_str_eq(over(0), "x 0-2");
	ck_assert(!changed);
	tell(0, silence_text("x", "c", 0, 5, 1)); /* prolonged */
	ck_assert_str_eq(over(1), "x 0-5");
	tell(0, silence_text("x", "c", 0, 3, 3)); /* ended early */
	ck_assert_str_eq(over(3), "x 0-3");
	ck_assert(changed);
}
END_TEST

START_TEST(the_newest_word_of_several_counts)
{
	tell(0, silence_text("x", "c", 0, 2, 1));
	tell(1, silence_text("x", "c", 0, 9, 0)); /* it has not heard yet */
	ck_assert_str_eq(over(1), "x 0-2");
	tell(1, silence_text("x", "c", 0, 4, 2));
	ck_assert_str_eq(over(2), "x 0-4");
}
END_TEST

START_TEST(what_is_over_stays_when_it_is_forgotten_and_after_a_restart)
{
	tell(0, silence_text("x", "c", 0, 2, 0));
	ck_assert_str_eq(over(1), "x 0-2");
	tell(0, "");
	tell(1, "");
	ck_assert_str_eq(over(3), "x 0-2");
	begin_with("");
	ck_assert_str_eq(over(4), "x 0-2"); /* before anybody has answered */
	ck_assert(!changed);
	ck_assert_str_eq(over(2 + 30 * 24 - 1), "x 0-2"); /* the window holds its last hour */
	ck_assert_str_eq(over(2 + 30 * 24), "");
	ck_assert(changed);
}
END_TEST

START_TEST(one_that_does_not_answer_takes_nothing_away)
{
	tell(0, silence_text("x", "c", 0, 9, 0));
	tell(1, "");
	ck_assert_str_eq(over(1), "x 0-9");
	silences_failed(silences, 0);
	tell(1, "");
	ck_assert_str_eq(over(2), "x 0-9");
	ck_assert(!silences_answered(silences, 0, STR("<html>"), &err));
	ck_assert_str_eq(over(3), "x 0-9");
	begin_with("");
	tell(1, "");
	ck_assert_str_eq(over(4), "x 0-9");
}
END_TEST

START_TEST(what_all_have_forgotten_before_it_was_over_ends_then)
{
	tell(0, silence_text("x", "c", 0, 9, 0));
	tell(1, silence_text("later", "c", 20, 21, 0));
	ck_assert_str_eq(over(1), "later 20-21 | x 0-9");
	tell(0, "");
	tell(1, "");
	ck_assert_str_eq(over(3), "x 0-3"); /* and what had not begun is none */
	ck_assert_str_eq(over(5), "x 0-3");
	begin_with("");
	ck_assert_str_eq(over(6), "x 0-3");
	tell(0, silence_text("x", "c", 0, 9, 0)); /* it was somewhere after all */
	tell(1, "");
	ck_assert_str_eq(over(7), "x 0-9");
}
END_TEST

START_TEST(one_that_is_taken_back_before_it_began_goes)
{
	tell(0, silence_text("x", "c", 5, 9, 0));
	ck_assert_str_eq(over(1), "x 5-9");
	tell(0, silence_text("x", "c", 2, 2, 2));
	ck_assert_str_eq(over(2), "");
	begin_with("");
	ck_assert_str_eq(over(2), "");
}
END_TEST

START_TEST(only_those_with_the_wanted_comment_are_taken)
{
	begin_with("maintenance:");
	tell(0, arena_fmt(&arena, "%s,%s", silence_text("x", "maintenance: disk", 0, 2, 0),
			  silence_text("y", "a maintenance:", 0, 3, 0))
			.at);
	ck_assert_str_eq(over(1), "x 0-2");
	tell(0, silence_text("x", "noise", 0, 2, 1)); /* somebody thought better of it */
	ck_assert_str_eq(over(1), "");
}
END_TEST

START_TEST(what_is_for_no_slo_for_a_while_is_not_forgotten)
{
	struct slo_set *whole = base,
		       *empty = slo_set_read("a.yaml", STR("apiVersion: wick/v1\nkind: Corrections\nexclusions: []\n"));

	tell(0, silence_text("x", "c", 0, 2, 0));
	ck_assert_str_eq(over(1), "x 0-2");
	begin_with("");
	slo_set_unref(silences_over(silences, empty, HOUR_OF(3), &changed));
	begin_with("");
	base = whole;
	ck_assert_str_eq(over(4), "x 0-2");
	slo_set_unref(empty);
}
END_TEST

UNIT_MAIN_IN("silences", begin, end, a_silence_is_in_force_as_it_was_told_last, the_newest_word_of_several_counts,
	     what_is_over_stays_when_it_is_forgotten_and_after_a_restart, one_that_does_not_answer_takes_nothing_away,
	     what_all_have_forgotten_before_it_was_over_ends_then, one_that_is_taken_back_before_it_began_goes,
	     only_those_with_the_wanted_comment_are_taken, what_is_for_no_slo_for_a_while_is_not_forgotten)
