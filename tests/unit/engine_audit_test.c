/* The audit of exclusions and adjustments: what is an entry and what is none, how many are kept, and what becomes of
 * them where the store refuses or another process goes on. */
#include "engine/audit.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

#define HEAD  "apiVersion: wick/v1\nkind: Corrections\nauthor: ops\nexclusions:\n"
#define NIGHT "- {for: {service: s}, from: 2026-07-20, duration: 1h, reason: r}\n"
#define DAY   "- {for: {service: t}, from: 2026-07-21, duration: 1h, reason: q}\n"

enum { MANY = LIMIT_AUDIT_ENTRIES / 2 + 100 };

static struct store *store;
static struct audit *audit;
static struct buf text;
static struct err err;

static void begin(void)
{
	log_setup(LOG_LOGFMT, LOG_ERROR);
	err = (struct err){0};
	buf_init(&text, MIB(64));
	store = store_open(NULL, (struct span){SPAN_MINUTE}, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	audit = audit_new(store, &err);
	ck_assert_msg(audit != NULL, "%s", err.text);
}

static void end(void)
{
	audit_free(audit);
	store_close(store);
	buf_release(&text);
}

static bool take(const char *yaml, int64_t second)
{
	struct slo_set *set = slo_set_read("a.yaml", str_of(yaml));
	bool ok = audit_take(audit, set, (struct instant){second * 1000}, &err);

	slo_set_unref(set);
	return ok;
}

/* As another process would find it. */
static void again(void)
{
	audit_free(audit);
	audit = audit_new(store, &err);
	ck_assert_msg(audit != NULL, "%s", err.text);
}

/* "1 at 5 added exclusion; ..." */
static const char *said(void)
{
	struct audit_list *list = audit_list_of(audit);

	buf_clear(&text);
	buf_cstr(&text, "");
	for (size_t i = 0; i < list->len; i++) {
		const struct audit_entry *entry = &list->entries[i];

		buf_fmt(&text, "%llu at %lld %s %.*s by %.*s; ", (unsigned long long)entry->number,
			(long long)entry->at.ms / 1000, audit_change_names[entry->change],
			STR_ARG(audit_subject(entry)->scope), STR_ARG(audit_subject(entry)->author));
	}
	audit_list_unref(list);
	return text.len ? text.at : "";
}

START_TEST(what_came_went_and_changed_is_an_entry)
{
	ck_assert(take(HEAD NIGHT, 1));
	ck_assert(take(HEAD NIGHT, 2));
	ck_assert(take(HEAD DAY NIGHT, 3)); /* in another line, too */
	ck_assert(take(HEAD DAY "- {for: {service: s}, from: 2026-07-20, duration: 1h, reason: r, author: sre}\n", 4));
	again();
	ck_assert(take(HEAD DAY, 5));
	ck_assert_str_eq(said(),
			 "1 at 1 added service s by ops; 2 at 3 added service t by ops; 3 at 4 changed service s by "
			 "sre; 4 at 5 removed service s by sre; ");
}
END_TEST

START_TEST(another_time_is_a_change_where_reason_and_slos_are_the_same)
{
	struct audit_list *list;

	ck_assert(take(HEAD NIGHT DAY, 1));
	ck_assert(take(HEAD "- {for: {service: s}, from: 2026-07-22, duration: 2h, reason: r}\n" DAY, 2));
	list = audit_list_of(audit);
	ck_assert_uint_eq(list->len, 3);
	ck_assert_int_eq(list->entries[2].change, AUDIT_CHANGED);
	ck_assert(str_is(list->entries[2].before.when, "2026-07-20T00:00 UTC, 1h"));
	ck_assert(str_is(list->entries[2].now.when, "2026-07-22T00:00 UTC, 2h"));
	audit_list_unref(list);
}
END_TEST

/* A correction and its copy: the same twice is a warning, and each is one. */
START_TEST(of_two_that_are_the_same_one_can_go)
{
	ck_assert(take(HEAD NIGHT NIGHT, 1));
	ck_assert(take(HEAD NIGHT, 2));
	ck_assert(take(HEAD NIGHT, 3));
	ck_assert_str_eq(said(),
			 "1 at 1 added service s by ops; 2 at 1 added service s by ops; 3 at 2 removed service s by "
			 "ops; ");
}
END_TEST

START_TEST(a_file_that_is_broken_takes_nothing_away)
{
	ck_assert(take(HEAD NIGHT, 1));
	again();
	ck_assert(take(HEAD NIGHT "- ]", 2));
	ck_assert(take(HEAD NIGHT "- ]", 3));
	again();
	ck_assert(take(HEAD DAY, 4));
	ck_assert_str_eq(said(),
			 "1 at 1 added service s by ops; 2 at 4 added service t by ops; 3 at 4 removed service s by "
			 "ops; ");
}
END_TEST

static const char *many(const char *service, const char *minutes)
{
	buf_clear(&text);
	buf_cstr(&text, HEAD);
	for (size_t i = 0; i < MANY; i++)
		buf_fmt(&text, "- {for: {service: %s%zu}, from: 2026-07-20, duration: %s, reason: r}\n", service, i,
			minutes);
	return text.at;
}

START_TEST(the_newest_entries_are_kept_and_the_rest_is_counted)
{
	struct audit_list *list;

	ck_assert_msg(take(many("a", "1h"), 1), "%s", err.text);
	ck_assert_msg(take(many("a", "2h"), 2), "%s", err.text);
	again();
	list = audit_list_of(audit);
	ck_assert_uint_eq(list->len, LIMIT_AUDIT_ENTRIES);
	ck_assert_uint_eq(audit_list_dropped(list), 200);
	ck_assert_uint_eq(list->entries[list->len - 1].number, 2 * MANY);
	ck_assert_int_eq(list->entries[0].change, AUDIT_ADDED);
	ck_assert(str_is(list->entries[0].now.scope, "service a200"));
	audit_list_unref(list);
	/* all others come and all of them go: more at once than are kept */
	ck_assert_msg(take(many("b", "3m"), 3), "%s", err.text);
	again();
	list = audit_list_of(audit);
	ck_assert_uint_eq(list->len, LIMIT_AUDIT_ENTRIES);
	ck_assert_uint_eq(list->entries[0].number, 2 * MANY + 201);
	ck_assert_uint_eq(list->entries[list->len - 1].number, 4 * MANY);
	ck_assert_int_eq(list->entries[list->len - 1].change, AUDIT_REMOVED);
	audit_list_unref(list);
}
END_TEST

/* What is in force is one note, and a note has a ceiling. */
START_TEST(where_the_store_refuses_nothing_is_noted_and_the_next_call_tries_again)
{
	ck_assert(take(HEAD NIGHT, 1));
	buf_clear(&text);
	buf_cstr(&text, HEAD);
	for (size_t i = 0; i < 60; i++) {
		buf_cstr(&text, "- {for: {slo: [");
		for (size_t k = 0; k < LIMIT_SCOPE_SLOS; k++)
			buf_fmt(&text, "%ss/%0300zu", k ? ", " : "", k);
		buf_fmt(&text, "]}, from: 2026-07-20, duration: %zum, reason: r}\n", i + 1);
	}
	ck_assert_uint_gt(text.len, LIMIT_NOTE_BYTES);
	ck_assert(!take(text.at, 2));
	ck_assert_msg(strstr(err.text, "limit") != NULL, "%s", err.text);
	again();
	ck_assert_str_eq(said(), "1 at 1 added service s by ops; ");
	ck_assert(take(HEAD DAY, 3));
	ck_assert_str_eq(said(),
			 "1 at 1 added service s by ops; 2 at 3 added service t by ops; 3 at 3 removed service s by "
			 "ops; ");
}
END_TEST

static char folder[] = "/tmp/wick-audit-XXXXXX";
static char path[200];

static void remove_store(void)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	char name[220];

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	rmdir(folder);
}

START_TEST(the_list_is_read_from_a_file_that_another_process_writes)
{
	struct audit_list *list;

	ck_assert_ptr_null(audit_read("/nowhere/wick.db", &err));
	ck_assert_msg(strstr(err.text, "/nowhere/wick.db") != NULL, "%s", err.text);
	err = (struct err){0};
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/wick.db", folder);
	audit_free(audit);
	store_close(store);
	store = store_open(path, (struct span){SPAN_MINUTE}, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	audit = audit_new(store, &err);
	ck_assert(take(HEAD NIGHT, 1));
	list = audit_read(path, &err);
	ck_assert_msg(list != NULL, "%s", err.text);
	ck_assert_uint_eq(list->len, 1);
	ck_assert_int_eq(list->entries[0].at.ms, 1000);
	ck_assert_uint_eq(list->entries[0].now.line, 5);
	audit_list_unref(list);
	ck_assert(store_note_put(store, STR("audit 000000000002"), STR("{}"), &err));
	ck_assert_ptr_null(audit_read(path, &err));
	ck_assert_msg(strstr(err.text, "audit 000000000002") != NULL, "%s", err.text);
	ck_assert_ptr_null(audit_new(store, &err));
	remove_store();
}
END_TEST

UNIT_MAIN_IN("engine/audit", begin, end, what_came_went_and_changed_is_an_entry,
	     another_time_is_a_change_where_reason_and_slos_are_the_same, of_two_that_are_the_same_one_can_go,
	     a_file_that_is_broken_takes_nothing_away, the_newest_entries_are_kept_and_the_rest_is_counted,
	     where_the_store_refuses_nothing_is_noted_and_the_next_call_tries_again,
	     the_list_is_read_from_a_file_that_another_process_writes)
