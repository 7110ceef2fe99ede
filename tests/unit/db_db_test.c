/* Files of two kinds, and what each is taken for. tests/unit/ledger_store_test.c has the promises. */
#include "base/limits.h"
#include "db/db.h"
#include "db/lock.h"
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

static const struct db_kind pears = {"a basket of pears", 0x70656172, 2}, plums = {"a basket of plums", 0x706C756D, 1},
			    older = {"a basket of pears", 0x70656172, 1};
static const char schema[] = "CREATE TABLE fruit (name TEXT NOT NULL) STRICT; INSERT INTO fruit VALUES ('one')";
static char folder[64], path[80];

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "%s/wick-db-XXXXXX", P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/basket.db", folder);
}

static void remove_folder(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
	char name[120];

	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	ck_assert_int_eq(rmdir(folder), 0);
}

static void make_pears(void)
{
	struct err err = {0};
	struct db db;

	ck_assert_msg(db_open(&db, &pears, path, schema, &err), "%s", err.text);
	db_close(&db);
}

static void refused(const struct db_kind *kind, const char *reason)
{
	char expected[300];
	struct err err = {0}, read_err = {0};
	struct db db;

	snprintf(expected, sizeof(expected), "'%s' %s", path, reason);
	ck_assert(!db_open(&db, kind, path, schema, &err));
	ck_assert_str_eq(err.text, expected);
	ck_assert(!db_open_read(&db, kind, path, &read_err));
	ck_assert_str_eq(read_err.text, expected);
}

START_TEST(a_file_of_another_kind_or_a_newer_version_is_refused_by_the_name_of_what_was_expected)
{
	make_pears();
	refused(&plums, "is not a basket of plums; it is left as it is");
	refused(&older, "was written by a newer wick (schema 2, this one knows 1)");
}
END_TEST

START_TEST(a_file_tells_its_kind_also_where_the_rest_of_it_is_damaged)
{
	struct err err = {0};
	struct db db;
	FILE *file;

	ck_assert(!db_is(path, &pears));
	make_pears();
	ck_assert(db_is(path, &pears));
	ck_assert(!db_is(path, &plums));
	file = fopen(path, "r+b");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, 100, SEEK_SET), 0);
	ck_assert_int_eq(fputc(0xFF, file), 0xFF);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert(db_is(path, &pears));
	ck_assert(!db_open(&db, &pears, path, schema, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "is damaged (database disk image is malformed); it is left as it is"));
}
END_TEST

START_TEST(a_reader_sees_one_moment_while_another_writes)
{
	struct err err = {0};
	struct db writer, reader;
	int64_t before = 0, after = 0;

	ck_assert(db_open(&writer, &pears, path, schema, &err));
	ck_assert(db_open_read(&reader, &pears, path, &err));
	ck_assert(db_exec(&writer, "INSERT INTO fruit VALUES ('two')", &err));
	ck_assert(db_number(&reader, "SELECT count(*) FROM fruit", &before, &err));
	ck_assert(db_number(&writer, "SELECT count(*) FROM fruit", &after, &err));
	ck_assert_int_eq(before, 1);
	ck_assert_int_eq(after, 2);
	ck_assert_int_gt(db_bytes(&writer), 8192);
	db_close(&reader);
	db_close(&writer);
}
END_TEST

START_TEST(a_lock_names_its_holder_and_ends_with_it)
{
	char expected[200];
	struct err err = {0};
	int lock = lock_take(path, &err);

	ck_assert_int_ge(lock, 0);
	ck_assert_int_eq(lock_take(path, &err), -1);
	snprintf(expected, sizeof(expected), "'%s' is in use by process %ld", path, (long)getpid());
	ck_assert_str_eq(err.text, expected);
	lock_drop(lock);
	lock = lock_take(path, &err);
	ck_assert_int_ge(lock, 0);
	lock_drop(lock);
}
END_TEST

UNIT_MAIN_IN("db/db", make_folder, remove_folder,
	     a_file_of_another_kind_or_a_newer_version_is_refused_by_the_name_of_what_was_expected,
	     a_file_tells_its_kind_also_where_the_rest_of_it_is_damaged, a_reader_sees_one_moment_while_another_writes,
	     a_lock_names_its_holder_and_ends_with_it)
