/* `wick store` on small stores, its output read back by another JSON reader. */
#include "base/file.h"
#include "base/limits.h"
#include "base/num.h"
#include "cmd/command.h"
#include "facts/facts.h"
#include "ledger/store.h"

#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STEPS = 100, BEGIN_AT = 28000000 };

static char folder[64], path[80], printed[80];

/* Step number BEGIN_AT + i: i bad of 10 * i events, covered but for every tenth. */
static struct counts counts_of(int i) { return (struct counts){i, 10.0 * i, i % 10 != 0, i % 10 == 0}; }

static void make_store(void)
{
	static const struct ledger_shape shape = {{{1, 10}, {5, 50}, {10, 1000}}};
	struct label label = {STR_INIT("zone"), STR_INIT("a\"b")};
	struct ledger_key key = {STR_INIT("shop/cart"), 0xABC, {&label, 1}};
	struct store *store;
	struct counts counts[STEPS];
	struct entry entry;
	struct err err = {0};

	snprintf(folder, sizeof(folder), "%s/wick-store-XXXXXX", P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/wick.db", folder);
	snprintf(printed, sizeof(printed), "%s/printed", folder);
	store = store_open(path, (struct span){SPAN_MINUTE}, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	for (int i = 1; i <= STEPS; i++)
		counts[i - 1] = counts_of(i);
	entry = (struct entry){store_create(store, &key, &shape, BEGIN_AT),
			       {.first = BEGIN_AT + 1, .at = counts, .len = STEPS}};
	ck_assert_msg(store_commit(store, &entry, 1, &err), "%s", err.text);
	store_close(store);
}

static void remove_store(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
	char name[100];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	unlink(printed);
	ck_assert_int_eq(rmdir(folder), 0);
}

/* Runs `wick store VERB PATH [--format FORMAT]`; what it prints is in `out`. */
static int store_command(const char *verb, const char *format, struct buf *out)
{
	static char program[] = "wick", store[] = "store", option[] = "--format";
	char verb_copy[16], format_copy[16];
	char *argv[] = {program, store, verb_copy, path, option, format_copy, NULL};
	int saved = dup(STDOUT_FILENO), exit_code;
	struct err err = {0};

	snprintf(verb_copy, sizeof(verb_copy), "%s", verb);
	snprintf(format_copy, sizeof(format_copy), "%s", format ? format : "");
	fflush(stdout);
	ck_assert_ptr_nonnull(freopen(printed, "w", stdout));
	exit_code = command_main(format ? 6 : 4, argv);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	buf_init(out, MIB(4));
	ck_assert_msg(file_read(printed, out, &err), "%s", err.text);
	return exit_code;
}

static double number_at(const json_t *object, const char *key)
{
	ck_assert(json_is_number(json_object_get(object, key)));
	return json_number_value(json_object_get(object, key));
}

START_TEST(dump_as_json_tells_every_slot_with_its_counts)
{
	struct buf out;
	json_t *accounts, *account, *points, *point;
	json_int_t from = BEGIN_AT, step = 0;
	size_t i;

	ck_assert_int_eq(store_command("dump", NULL, &out), EXIT_FINE);
	accounts = json_loads(out.at, 0, NULL);
	ck_assert_uint_eq(json_array_size(accounts), 1);
	account = json_array_get(accounts, 0);
	ck_assert_str_eq(json_string_value(json_object_get(account, "slo")), "shop/cart");
	ck_assert_str_eq(json_string_value(json_object_get(account, "counts_hash")), "0000000000000abc");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(account, "group"), "zone")), "a\"b");
	ck_assert_str_eq(json_string_value(json_object_get(account, "end_time")), "2023-03-28T12:20:00Z");
	ck_assert(num_same(number_at(json_object_get(account, "ever"), "total"), 50500));
	points = json_object_get(account, "points");
	json_array_foreach(points, i, point)
	{
		struct counts sum = {0};

		step = json_integer_value(json_object_get(point, "step"));
		for (json_int_t at = from + 1; at <= step; at++) {
			struct counts counts = counts_of((int)(at - BEGIN_AT));

			sum.bad += counts.bad;
			sum.total += counts.total;
			sum.covered += counts.covered;
			sum.bridged += counts.bridged;
		}
		ck_assert(num_same(number_at(point, "bad"), sum.bad));
		ck_assert(num_same(number_at(point, "total"), sum.total));
		ck_assert(num_same(number_at(point, "covered"), sum.covered));
		ck_assert(num_same(number_at(point, "bridged"), sum.bridged));
		from = step;
	}
	ck_assert_int_eq(step, BEGIN_AT + STEPS);
	ck_assert_uint_eq(i, 5 + 8 + 10); /* 50 steps in tens, 40 in fives, 10 alone */
	json_decref(accounts);
	buf_release(&out);
}
END_TEST

START_TEST(dump_as_a_table_has_a_line_per_account)
{
	struct buf out;

	ck_assert_int_eq(store_command("dump", "table", &out), EXIT_FINE);
	ck_assert_ptr_nonnull(strstr(out.at, "  0000000000000abc  shop/cart{zone=\"a\\\"b\"}\n"));
	ck_assert_ptr_nonnull(strstr(out.at, " 5050 "));
	ck_assert_ptr_nonnull(strstr(out.at, " 50500 "));
	buf_release(&out);
}
END_TEST

START_TEST(check_exits_with_1_where_it_found_something_and_2_where_it_could_not_look)
{
	struct buf out;
	sqlite3 *db;

	ck_assert_int_eq(store_command("check", NULL, &out), EXIT_FINE);
	buf_release(&out);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "UPDATE account SET sum = sum + 1", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_eq(store_command("check", NULL, &out), EXIT_FINDINGS);
	ck_assert_ptr_nonnull(strstr(out.at, "the checksum of account 1 is wrong\n"));
	buf_release(&out);
	ck_assert_int_eq(store_command("dump", NULL, &out), EXIT_FAILED);
	ck_assert_uint_eq(out.len, 0);
	buf_release(&out);
	unlink(path);
	ck_assert_int_eq(store_command("check", NULL, &out), EXIT_FAILED);
	buf_release(&out);
	ck_assert_int_eq(store_command("chekc", NULL, &out), EXIT_FAILED);
	buf_release(&out);
}
END_TEST

START_TEST(check_looks_into_a_file_of_delivery_facts_too)
{
	struct fact_attempt attempt = {.source = STR("workflow deploy.yml"), .id = 5, .number = 1};
	struct err err = {0};
	struct facts *facts;
	struct buf out;
	sqlite3 *db;

	unlink(path);
	facts = facts_open(path, &err);
	ck_assert_msg(facts && facts_put_attempt(facts, STR("acme/shop"), &attempt, &err), "%s", err.text);
	ck_assert_int_eq(store_command("check", NULL, &out), EXIT_FINE); /* beside a daemon, too */
	buf_release(&out);
	facts_close(facts);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "UPDATE attempts SET result = 'fine'", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_eq(store_command("check", NULL, &out), EXIT_FINDINGS);
	ck_assert_ptr_nonnull(strstr(out.at, "a row of 'attempts' of 'acme/shop' has for a state 'fine'"));
	ck_assert_ptr_nonnull(strstr(out.at, "has 1 fault\n"));
	buf_release(&out);
	ck_assert_int_eq(store_command("dump", NULL, &out), EXIT_FAILED);
	buf_release(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cmd/store");
	TCase *tests = tcase_create("store");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, make_store, remove_store);
	tcase_add_test(tests, dump_as_json_tells_every_slot_with_its_counts);
	tcase_add_test(tests, dump_as_a_table_has_a_line_per_account);
	tcase_add_test(tests, check_exits_with_1_where_it_found_something_and_2_where_it_could_not_look);
	tcase_add_test(tests, check_looks_into_a_file_of_delivery_facts_too);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
