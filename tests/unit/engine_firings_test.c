/* What is written down of alerts that fired: over a restart, with damage, and when there is too much of it. */
#include "engine/firings.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "base/log.h"

#include <string.h>

static struct arena arena;
static struct store *store;

static void begin(void)
{
	log_setup(LOG_LOGFMT, LOG_ERROR + 1);
	arena_init(&arena);
	store = store_open(NULL, (struct span){SPAN_MINUTE}, NULL);
}

static void end(void)
{
	store_close(store);
	arena_release(&arena);
}

static struct firing firing(int64_t fired, int64_t resolved)
{
	static struct label labels[] = {{STR_INIT("a"), STR_INIT("1\"")}, {STR_INIT("b"), STR_INIT("\n")}};

	return (struct firing){.slo_id = STR("shop/pay"),
			       .service = STR("shop"),
			       .group = {labels, 2},
			       .tier = STR("page-fast"),
			       .severity = STR("page"),
			       .fired_at = {fired},
			       .resolved_at = {resolved}};
}

static void save(struct firings *firings, int64_t now)
{
	struct err err = {0};

	ck_assert_msg(firings_save(firings, (struct instant){now}, &err), "%s", err.text);
}

static struct firing_list read_all(void)
{
	struct firing_list list;
	struct err err = {0};

	ck_assert_msg(firings_read(store, &arena, &list, &err), "%s", err.text);
	return list;
}

START_TEST(a_firing_is_one_from_its_beginning_to_its_end_over_restarts)
{
	struct firing fires = firing(2000, 0), over = firing(2000, 9000), other = firing(9500, 0);
	struct firings *firings = firings_new(store);
	struct firing_list list;

	save(firings, 1000);
	firings_tell(firings, &fires);
	save(firings, 3000);
	firings_free(firings);
	firings = firings_new(store);
	firings_tell(firings, &fires);
	save(firings, 4000);
	firings_tell(firings, &over);
	other.group.len = 1;
	firings_tell(firings, &other);
	save(firings, 9600);
	firings_free(firings);
	list = read_all();
	ck_assert_int_eq(list.since.ms, 1000);
	ck_assert_uint_eq(list.len, 2);
	ck_assert_int_eq(list.at[0].resolved_at.ms, 9000);
	ck_assert(labels_eq(list.at[0].group, fires.group) && str_is(list.at[0].severity, "page"));
	ck_assert_int_eq(list.at[1].resolved_at.ms, 0);
}
END_TEST

START_TEST(what_is_not_told_of_any_more_has_ended)
{
	struct firing fires = firing(2000, 0);
	struct firings *firings = firings_new(store);

	firings_tell(firings, &fires);
	save(firings, 3000);
	save(firings, 4000);
	firings_free(firings);
	ck_assert_int_eq(read_all().at[0].resolved_at.ms, 4000);
}
END_TEST

START_TEST(what_has_changed_is_told_once_to_each_who_asks)
{
	struct firing fires = firing(2000, 0), over = firing(2000, 9000), other = firing(9500, 0);
	struct firings *firings = firings_new(store);
	struct firing_list list;
	uint64_t first = firings_changed(firings, 0, &arena, &list), second;

	ck_assert_uint_eq(list.len, 0);
	firings_tell(firings, &fires);
	firings_tell(firings, &fires);
	second = firings_changed(firings, first, &arena, &list);
	ck_assert(list.len == 1 && str_is(list.at[0].service, "shop") && list.at[0].fired_at.ms == 2000);
	ck_assert_uint_eq(firings_changed(firings, second, &arena, &list), second);
	ck_assert_uint_eq(list.len, 0);
	firings_tell(firings, &over);
	firings_tell(firings, &other);
	firings_changed(firings, second, &arena, &list);
	ck_assert_uint_eq(list.len, 2);
	save(firings, 9600); /* the other was told of: it fires on */
	save(firings, 9700);
	second = firings_changed(firings, 0, &arena, &list);
	ck_assert(list.len == 2 && list.at[0].resolved_at.ms + list.at[1].resolved_at.ms == 9000 + 9700);
	firings_free(firings);
	firings = firings_new(store);
	firings_changed(firings, 0, &arena, &list);
	ck_assert(list.len == 2 && str_is(list.at[1].service, "shop"));
	firings_free(firings);
}
END_TEST

START_TEST(of_too_many_the_oldest_go_and_that_is_known)
{
	struct firings *firings = firings_new(store);
	struct firing_list list;

	save(firings, 1);
	for (int64_t i = 0; i < LIMIT_FIRINGS + 25; i++) {
		struct firing one = firing(1000 + i * 10, 1005 + i * 10);

		firings_tell(firings, &one);
	}
	save(firings, 1000000);
	firings_free(firings);
	list = read_all();
	ck_assert_uint_eq(list.len, LIMIT_FIRINGS);
	ck_assert_int_eq(list.at[0].fired_at.ms, 1000 + 25 * 10);
	ck_assert_int_eq(list.since.ms, 1005 + 24 * 10 + 1);
}
END_TEST

/* What is known begins behind what was forgotten, and never earlier than it did. */
START_TEST(what_still_fires_goes_last_and_is_not_forgotten_unsaid)
{
	struct firings *firings = firings_new(store);
	struct firing fires = firing(10, 0), ended = firing(50, 60);
	struct firing_list list;

	save(firings, 1);
	firings_tell(firings, &fires);
	firings_tell(firings, &ended);
	for (int64_t i = 0; i < LIMIT_FIRINGS - 1; i++) {
		struct firing one = firing(1000 + i * 10, 0);

		firings_tell(firings, &one);
	}
	save(firings, 200000);
	list = read_all();
	ck_assert_uint_eq(list.len, LIMIT_FIRINGS);
	ck_assert_int_eq(list.at[0].fired_at.ms, 10); /* the oldest, but it fires */
	ck_assert_int_eq(list.since.ms, 61);
	/* one more than there is room for, all of which fire */
	for (int64_t i = 0; i < LIMIT_FIRINGS; i++) {
		struct firing one = firing(1000 + i * 10, 0);

		firings_tell(firings, &one);
	}
	firings_tell(firings, &fires);
	save(firings, 300000);
	list = read_all();
	ck_assert_int_eq(list.at[0].fired_at.ms, 1000);
	ck_assert_int_eq(list.since.ms, 300001);
	firings_tell(firings, &ended);
	for (int64_t i = 0; i < LIMIT_FIRINGS; i++) {
		struct firing one = firing(1000 + i * 10, 0);

		firings_tell(firings, &one);
	}
	save(firings, 300000);
	ck_assert_int_eq(read_all().since.ms, 300001);
	firings_free(firings);
}
END_TEST

START_TEST(damage_is_said_and_left_behind)
{
	struct firing fires = firing(2000, 0);
	struct firings *firings = firings_new(store);
	struct firing_list list;
	struct err err = {0};

	firings_tell(firings, &fires);
	save(firings, 3000);
	firings_free(firings);
	ck_assert_int_eq(read_all().since.ms, 3000);
	ck_assert(store_note_put(store, STR("firing 1"), STR("{\"slo\":\"a\"}"), &err));
	list = read_all();
	ck_assert_uint_eq(list.len, 1);
	ck_assert_int_eq(list.at[0].fired_at.ms, 2000);
	ck_assert_int_eq(list.since.ms, 0); /* what else fired nobody knows */
	firings = firings_new(store);
	firings_tell(firings, &fires);
	save(firings, 4000);
	firings_free(firings);
}
END_TEST

UNIT_MAIN_IN("engine/firings", begin, end, a_firing_is_one_from_its_beginning_to_its_end_over_restarts,
	     what_is_not_told_of_any_more_has_ended, what_has_changed_is_told_once_to_each_who_asks,
	     of_too_many_the_oldest_go_and_that_is_known, what_still_fires_goes_last_and_is_not_forgotten_unsaid,
	     damage_is_said_and_left_behind)
