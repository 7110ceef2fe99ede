/* The store against plain ledgers that were given the same postings. */
#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "ledger/store.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ACCOUNTS = 5, BEGIN_AT = 1000 };

static const struct ledger_shape shape = {{{1, 60}, {5, 300}, {30, 3000}}};
static const struct span minute = {SPAN_MINUTE};
static char folder[64], path[80];

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "%s/wick-store-XXXXXX", P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/wick.db", folder);
}

static void remove_folder(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".lock"};
	char name[120];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
}

/* SplitMix64 of a number: the postings of a commit follow from its number alone. */
static uint64_t mix(uint64_t x)
{
	x += 0x9E3779B97F4A7C15u;
	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
	x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
	return x ^ (x >> 31);
}

static struct ledger_key key_of(size_t i, struct label *room)
{
	static const char *const ids[] = {"shop/cart", "shop/cart", "pay", "pay", "search"};
	static const char *const zones[] = {"a", "b \"quoted\"", "", "", "\xC3\xA9"};

	*room = (struct label){STR("zone"), str_of(zones[i])};
	return (struct ledger_key){
		.slo_id = str_of(ids[i]),
		.counts_hash = i == 3 ? UINT64_MAX : 7,
		.group = {room, zones[i][0] != '\0'},
	};
}

static struct account *account_of(struct store *store, size_t i)
{
	struct label room;
	struct ledger_key key = key_of(i, &room);
	struct account *account = store_find(store, &key);

	return account ? account : store_create(store, &key, &shape, BEGIN_AT);
}

/* Every commit: some steps for each account, some of them three late; each 9th commit a long one. The last account gets
 * exactly one step, so that its end tells how many commits there were. */
struct commit {
	struct entry entries[ACCOUNTS];
	struct counts counts[ACCOUNTS][700];
};

static void make_commit(struct commit *commit, uint64_t number, struct ledger *const *ledgers)
{
	for (size_t i = 0; i < ACCOUNTS; i++) {
		uint64_t r = mix(number * ACCOUNTS + i);
		size_t len = number % 9 == 8 && i == number / 9 % (ACCOUNTS - 1) ? 600 + r % 100 : 1 + r % 3;
		step_no first = ledger_end(ledgers[i]) + 1 - (r % 5 == 0 ? 3 : 0);

		if (first <= BEGIN_AT)
			first = BEGIN_AT + 1;
		if (first + (step_no)len <= ledger_end(ledgers[i]) + 1)
			len += 3;
		if (i == ACCOUNTS - 1) {
			first = ledger_end(ledgers[i]) + 1;
			len = 1;
		}
		for (size_t k = 0; k < len; k++) {
			uint64_t s = mix(r + k);

			commit->counts[i][k] = (struct counts){
				.bad = (double)(s % 3),
				.total = (double)(s % 1000) + (s % 7 == 0 ? 1.0 / 3 : 0),
				.covered = s % 11 > 1,
				.bridged = s % 11 == 1,
			};
		}
		commit->entries[i].posting = (struct posting){.first = first, .at = commit->counts[i], .len = len};
	}
}

static void model_new(struct ledger **model)
{
	for (size_t i = 0; i < ACCOUNTS; i++)
		model[i] = ledger_new(&shape, BEGIN_AT);
}

static void model_free(struct ledger **model)
{
	for (size_t i = 0; i < ACCOUNTS; i++)
		ledger_free(model[i]);
}

/* Commits `number` to the model alone. */
static void model_commit(struct ledger **model, uint64_t number)
{
	struct commit *commit = xmalloc(sizeof(*commit));

	make_commit(commit, number, model);
	for (size_t i = 0; i < ACCOUNTS; i++)
		ledger_post(model[i], &commit->entries[i].posting);
	free(commit);
}

static bool store_commit_number(struct store *store, uint64_t number, struct err *err)
{
	struct commit *commit = xmalloc(sizeof(*commit));
	struct ledger *ledgers[ACCOUNTS];
	bool ok;

	for (size_t i = 0; i < ACCOUNTS; i++) {
		commit->entries[i].account = account_of(store, i);
		ledgers[i] = commit->entries[i].account->ledger;
	}
	make_commit(commit, number, ledgers);
	ok = store_commit(store, commit->entries, ACCOUNTS, err);
	free(commit);
	return ok;
}

static bool same_ledger(const struct ledger *a, const struct ledger *b)
{
	struct buf left, right;
	bool same;

	buf_init(&left, MIB(4));
	buf_init(&right, MIB(4));
	ck_assert(ledger_save(a, &left) && ledger_save(b, &right));
	same = str_eq(buf_view(&left), buf_view(&right));
	buf_release(&left);
	buf_release(&right);
	return same;
}

static bool same_as(struct store *store, struct ledger *const *model)
{
	bool same = true;

	for (size_t i = 0; i < ACCOUNTS; i++)
		same = same && same_ledger(account_of(store, i)->ledger, model[i]);
	return same;
}

static struct store *must_open(void)
{
	struct err err = {0};
	struct store *store = store_open(path, minute, &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	return store;
}

static void must_commit(struct store *store, uint64_t number)
{
	struct err err = {0};

	ck_assert_msg(store_commit_number(store, number, &err), "%s", err.text);
	ck_assert_msg(store_maintain(store, &err), "%s", err.text);
}

/* A store with `commits` commits, closed. */
static void make_store(uint64_t commits)
{
	struct store *store = must_open();

	for (uint64_t i = 0; i < commits; i++)
		must_commit(store, i);
	store_close(store);
}

static void read_whole(const char *name, struct buf *bytes)
{
	struct err err = {0};

	buf_init(bytes, MIB(64));
	ck_assert_msg(file_read(name, bytes, &err), "%s", err.text);
}

static void write_whole(const char *name, struct str bytes)
{
	FILE *file = fopen(name, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	ck_assert_int_eq(fclose(file), 0);
}

static void sql(const char *text)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

START_TEST(what_was_committed_is_there_after_opening_again)
{
	struct ledger *model[ACCOUNTS];
	struct store *store = must_open();

	model_new(model);
	for (uint64_t i = 0; i < 300; i++) {
		must_commit(store, i);
		model_commit(model, i);
		if (mix(i) % 10 != 0)
			continue;
		ck_assert(same_as(store, model));
		store_close(store);
		store = must_open();
		ck_assert_msg(same_as(store, model), "after commit %d", (int)i);
	}
	ck_assert_uint_eq(store_stats(store).accounts, ACCOUNTS);
	store_close(store);
	model_free(model);
}
END_TEST

static uint64_t commits_in(struct store *store)
{
	return (uint64_t)(ledger_end(account_of(store, ACCOUNTS - 1)->ledger) - BEGIN_AT);
}

/* Commits for ever, and reports the number of each on `out` once it is acknowledged. */
static void commit_until_killed(int out)
{
	struct err err = {0};
	struct store *store = store_open(path, minute, &err);

	for (uint64_t number = store ? commits_in(store) : 0; store; number++)
		if (!store_commit_number(store, number, &err) ||
		    write(out, &number, sizeof(number)) != sizeof(number) || !store_maintain(store, &err))
			break;
	fprintf(stderr, "the child could not go on: %s\n", err.text);
	_exit(1);
}

/* Kills the child after `acks` commits; returns how many commits were acknowledged since the store began. */
static uint64_t kill_after(uint64_t acks, uint64_t before)
{
	uint64_t number, acknowledged = before;
	int ends[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		close(ends[0]);
		commit_until_killed(ends[1]);
	}
	close(ends[1]);
	for (uint64_t i = 0; read(ends[0], &number, sizeof(number)) == (ssize_t)sizeof(number); i++) {
		acknowledged = number + 1;
		if (i == acks)
			kill(child, SIGKILL);
	}
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the child ended by itself");
	return acknowledged;
}

START_TEST(kill_9_loses_nothing_that_was_acknowledged)
{
	struct ledger *model[ACCOUNTS];
	uint64_t there = 0, modelled = 0;

	model_new(model);
	for (uint64_t round = 0; round < 30; round++) {
		uint64_t acknowledged = kill_after(mix(round) % 25, there);
		struct store *store = must_open();

		there = commits_in(store);
		/* the last commit may have been on disk before it could be reported */
		ck_assert_uint_ge(there, acknowledged);
		ck_assert_uint_le(there, acknowledged + 1);
		for (; modelled < there; modelled++)
			model_commit(model, modelled);
		ck_assert_msg(same_as(store, model), "round %d, %d commits", (int)round, (int)there);
		store_close(store);
	}
	model_free(model);
}
END_TEST

static void limit_files(rlim_t bytes)
{
	struct rlimit limit = {bytes, RLIM_INFINITY};

	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_full_disk_changes_nothing_and_the_same_steps_go_through_later)
{
	struct ledger *model[ACCOUNTS];
	struct store *store = must_open();
	struct err err = {0};
	uint64_t number = 0, failures = 0;

	signal(SIGXFSZ, SIG_IGN);
	model_new(model);
	for (rlim_t room = 60000; room < 400000; room += 40000) {
		limit_files(room);
		while (number < 2000 && store_commit_number(store, number, &err))
			model_commit(model, number++);
		ck_assert_msg(same_as(store, model), "a failed commit left a trace in memory");
		ck_assert(!store_commit_number(store, number, &err));
		ck_assert_ptr_nonnull(strstr(err.text, path));
		failures += 2;
	}
	ck_assert_uint_eq(store_stats(store).failed_commits, failures);
	limit_files(RLIM_INFINITY);
	must_commit(store, number);
	model_commit(model, number);
	ck_assert(same_as(store, model));
	store_close(store);
	store = must_open();
	ck_assert_msg(same_as(store, model), "a failed commit left a trace on disk");
	store_close(store);
	model_free(model);
}
END_TEST

/* A child that holds the store open until it is killed. */
static pid_t hold(void)
{
	int ends[2];
	char byte;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct store *store = store_open(path, minute, NULL);

		if (store && store_commit_number(store, commits_in(store), NULL) && write(ends[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ends[1]);
	ck_assert_msg(read(ends[0], &byte, 1) == 1, "the child could not open the store");
	close(ends[0]);
	return child;
}

static bool count_account(void *context, const struct account *account)
{
	size_t *count = context;

	ck_assert_int_gt(ledger_end(account->ledger), BEGIN_AT);
	++*count;
	return true;
}

static void no_fault(void *context, const char *fault)
{
	(void)context;
	ck_abort_msg("found '%s'", fault);
}

START_TEST(a_second_daemon_is_refused_by_the_number_of_the_first_while_check_and_dump_work)
{
	struct err err = {0};
	char expected[200];
	struct span step;
	size_t count = 0;
	pid_t child;
	struct store *store;

	make_store(40);
	child = hold();
	ck_assert_ptr_null(store_open(path, minute, &err));
	snprintf(expected, sizeof(expected), "'%s' is in use by process %ld", path, (long)child);
	ck_assert_str_eq(err.text, expected);
	err = (struct err){0};
	ck_assert_msg(store_check(path, no_fault, NULL, &err), "%s", err.text);
	ck_assert_msg(store_dump(path, &step, count_account, &count, &err), "%s", err.text);
	ck_assert_uint_eq(count, ACCOUNTS);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	store = must_open();
	ck_assert_uint_eq(commits_in(store), 41);
	store_close(store);
}
END_TEST

START_TEST(a_store_of_another_step_is_refused_with_both)
{
	struct err err = {0};

	make_store(1);
	ck_assert_ptr_null(store_open(path, (struct span){30 * SPAN_SECOND}, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "was made with a step of 1m, not 30s"));
}
END_TEST

START_TEST(a_store_of_a_newer_schema_is_refused)
{
	struct err err = {0};

	make_store(1);
	sql("PRAGMA user_version = 2");
	ck_assert_ptr_null(store_open(path, minute, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "was written by a newer wick (schema 2, this one knows 1)"));
}
END_TEST

static void is_left_alone(const char *what, const char *expected)
{
	struct err err = {0};
	struct buf before, after;
	struct store *store;

	read_whole(path, &before);
	store = store_open(path, minute, &err);
	ck_assert_msg(!store, "%s was opened", what);
	ck_assert_msg(strstr(err.text, expected) && strstr(err.text, path), "%s: %s", what, err.text);
	read_whole(path, &after);
	ck_assert_msg(str_eq(buf_view(&before), buf_view(&after)), "%s was changed", what);
	buf_release(&before);
	buf_release(&after);
}

START_TEST(what_is_not_a_store_is_left_alone)
{
	static char text[3000];

	write_whole(path, STR("x"));
	is_left_alone("one byte", "not a store of wick");
	memset(text, 'a', sizeof(text));
	write_whole(path, (struct str){text, sizeof(text)});
	is_left_alone("a text", "not a store of wick");
	unlink(path);
	sql("CREATE TABLE other (x)");
	is_left_alone("another program's database", "not a store of wick");
}
END_TEST

START_TEST(a_store_is_not_made_where_only_the_wal_of_one_is_left)
{
	char wal[120];
	struct err err = {0};
	struct stat info;

	snprintf(wal, sizeof(wal), "%s-wal", path);
	write_whole(wal, STR("the last commits"));
	ck_assert_ptr_null(store_open(path, minute, &err));
	ck_assert_msg(strstr(err.text, "is gone or empty, but"), "%s", err.text);
	ck_assert_int_eq(stat(wal, &info), 0);
	ck_assert_int_eq(info.st_size, 16);
}
END_TEST

START_TEST(a_folder_that_is_not_there_or_a_folder_as_the_file_are_named)
{
	char nowhere[120], expected[200];
	struct err err = {0};

	snprintf(nowhere, sizeof(nowhere), "%s/nowhere/wick.db", folder);
	snprintf(expected, sizeof(expected), "cannot create the lock '%s.lock': No such file or directory", nowhere);
	ck_assert_ptr_null(store_open(nowhere, minute, &err));
	ck_assert_str_eq(err.text, expected);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_ptr_null(store_open(path, minute, &err));
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

static void count_fault(void *context, const char *fault)
{
	size_t *count = context;

	ck_assert_uint_gt(strlen(fault), 0);
	++*count;
}

/* Whatever is wrong with the file: it is refused, or all is as it was. Check agrees with opening. */
static void refused_or_right(struct ledger *const *model, const char *what, size_t at)
{
	struct err err = {0}, check_err = {0};
	size_t faults = 0;
	bool fine = store_check(path, count_fault, &faults, &check_err);
	struct store *store = store_open(path, minute, &err);

	ck_assert_msg(fine == (faults == 0 && !check_err.text[0]), "%s %zu: check", what, at);
	if (!store) {
		ck_assert_msg(!fine, "%s %zu: check finds nothing, opening says: %s", what, at, err.text);
		ck_assert_msg(strstr(err.text, path), "%s", err.text);
		return;
	}
	ck_assert_msg(store_stats(store).accounts == ACCOUNTS && same_as(store, model), "%s %zu: wrong numbers", what,
		      at);
	store_close(store);
}

START_TEST(a_damaged_file_is_refused_or_its_numbers_are_right)
{
	struct ledger *model[ACCOUNTS];
	struct buf bytes;
	size_t step;

	model_new(model);
	for (uint64_t i = 0; i < 40; i++)
		model_commit(model, i);
	make_store(40);
	read_whole(path, &bytes);
	step = bytes.len / 300;
	for (size_t at = 0; at < bytes.len; at += at < 120 ? 1 : step + mix(at) % 7) {
		bytes.at[at] ^= (char)(1 << mix(at) % 8);
		write_whole(path, buf_view(&bytes));
		refused_or_right(model, "flipped a bit of byte", at);
		bytes.at[at] ^= (char)(1 << mix(at) % 8);
	}
	for (size_t len = 1; len < bytes.len; len += bytes.len / 40) {
		write_whole(path, (struct str){bytes.at, len});
		refused_or_right(model, "cut off at", len);
	}
	buf_release(&bytes);
	model_free(model);
}
END_TEST

static void wal_path(char *name, size_t size) { snprintf(name, size, "%s-wal", path); }

START_TEST(a_damaged_wal_leaves_an_older_state_that_is_right)
{
	struct ledger *model[ACCOUNTS];
	struct buf file, wal;
	char wal_name[120];
	uint64_t lost = 0;

	kill_after(12, 0);
	wal_path(wal_name, sizeof(wal_name));
	read_whole(path, &file);
	read_whole(wal_name, &wal);
	for (size_t at = wal.len / 20; at < wal.len; at += wal.len / 20) {
		struct store *store;
		uint64_t there;

		wal.at[at] ^= 0x40;
		write_whole(path, buf_view(&file));
		write_whole(wal_name, buf_view(&wal));
		wal.at[at] ^= 0x40;
		store = must_open();
		there = commits_in(store);
		lost += there < 12;
		model_new(model);
		for (uint64_t i = 0; i < there; i++)
			model_commit(model, i);
		ck_assert_msg(there == 0 || same_as(store, model), "byte %zu, %d commits", at, (int)there);
		model_free(model);
		store_close(store);
	}
	ck_assert_uint_gt(lost, 0);
	buf_release(&file);
	buf_release(&wal);
}
END_TEST

START_TEST(a_ledger_that_turns_out_damaged_later_stops_all_writing)
{
	struct ledger_key key;
	struct err err = {0};
	struct label room;
	struct store *store;
	struct account *account;
	struct counts one = {.total = 1};
	struct entry entry;

	make_store(40);
	sql("DELETE FROM journal"); /* so that no ledger is read at the opening */
	store = must_open();
	sql("UPDATE account SET ledger = substr(ledger, 1, 60) || x'00' || substr(ledger, 62)");
	key = key_of(2, &room);
	ck_assert_ptr_null(store_find(store, &key));
	account = store_create(store, &key, &shape, BEGIN_AT);
	entry = (struct entry){account, {.first = BEGIN_AT + 1, .at = &one, .len = 1}};
	ck_assert(!store_commit(store, &entry, 1, &err));
	ck_assert_msg(strstr(err.text, "account 3 of 'pay' is damaged"), "%s", err.text);
	ck_assert(!store_maintain(store, NULL));
	ck_assert_int_eq(ledger_end(account->ledger), BEGIN_AT);
	store_close(store);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_good_enough_for_check_and_dump)
{
	struct err err = {0};
	struct span step;
	size_t count = 0;
	uid_t self = geteuid();

	make_store(20);
	ck_assert_int_eq(chmod(folder, 0555), 0);
	if (self == 0) /* permissions do not bind root */
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_msg(store_check(path, no_fault, NULL, &err), "%s", err.text);
	ck_assert_msg(store_dump(path, &step, count_account, &count, &err), "%s", err.text);
	ck_assert_uint_eq(count, ACCOUNTS);
	ck_assert_ptr_null(store_open(path, minute, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "Permission denied"));
	ck_assert_int_eq(seteuid(self), 0);
	ck_assert_int_eq(chmod(folder, 0700), 0);
}
END_TEST

START_TEST(check_finds_what_was_done_to_the_rows)
{
	static const struct {
		const char *what, *sql;
		size_t faults; /* at least */
	} cases[] = {
		{"a byte of a ledger",
		 "UPDATE account SET ledger = substr(ledger, 1, 20) || x'00' || substr(ledger, 22) WHERE id = 2", 1},
		{"a name", "UPDATE account SET slo_id = CAST('shop/cars' AS BLOB) WHERE id = 1", 1},
		{"an account that is gone", "DELETE FROM account WHERE id = 3", 1},
		{"a commit number of an account", "UPDATE account SET seq = seq + 1 WHERE id = 1", 1},
		{"a commit that is gone", "DELETE FROM journal WHERE seq = (SELECT min(seq) + 1 FROM journal)", 1},
		{"a commit under another number",
		 "UPDATE journal SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM journal)", 1},
		{"a byte of the journal",
		 "UPDATE journal SET postings = substr(postings, 1, 15) || x'FFFF' || substr(postings, 18)"
		 " WHERE seq = (SELECT max(seq) FROM journal)",
		 1},
		{"three faults at once", "UPDATE account SET sum = sum + 1 WHERE id IN (1, 3, 5)", 3},
	};
	struct buf bytes;

	make_store(40);
	ck_assert(store_check(path, no_fault, NULL, NULL));
	read_whole(path, &bytes);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t faults = 0;
		struct err err = {0};

		write_whole(path, buf_view(&bytes));
		sql(cases[i].sql);
		ck_assert_msg(!store_check(path, count_fault, &faults, &err), "%s", cases[i].what);
		ck_assert_msg(!err.text[0], "%s: %s", cases[i].what, err.text);
		ck_assert_msg(faults >= cases[i].faults, "%s: %zu faults", cases[i].what, faults);
		is_left_alone(cases[i].what, "is damaged");
	}
	buf_release(&bytes);
}
END_TEST

static bool collect_account(void *context, const struct account *account)
{
	struct buf *text = context;
	struct counts counts = ledger_read(account->ledger, ledger_begin(account->ledger), ledger_end(account->ledger));

	labels_write(text, account->key.group);
	return buf_fmt(text, "%.*s %llx %lld %lld %.17g %.17g %.17g %.17g\n", STR_ARG(account->key.slo_id),
		       (unsigned long long)account->key.counts_hash, (long long)ledger_begin(account->ledger),
		       (long long)ledger_end(account->ledger), counts.bad, counts.total, counts.covered,
		       counts.bridged);
}

START_TEST(dump_gives_every_account_in_key_order)
{
	static const size_t order[] = {2, 3, 4, 0, 1}; /* pay, pay (the greater hash), search, shop/cart a and b */
	struct ledger *model[ACCOUNTS];
	struct buf dumped, expected;
	struct err err = {0};
	struct span step;

	buf_init(&dumped, MIB(1));
	buf_init(&expected, MIB(1));
	model_new(model);
	for (uint64_t i = 0; i < 50; i++)
		model_commit(model, i);
	for (size_t i = 0; i < ACCOUNTS; i++) {
		struct label room;
		struct account account = {.key = key_of(order[i], &room), .ledger = model[order[i]]};

		collect_account(&expected, &account);
	}
	make_store(50);
	ck_assert_msg(store_dump(path, &step, collect_account, &dumped, &err), "%s", err.text);
	ck_assert_int_eq(step.ms, minute.ms);
	ck_assert_str_eq(dumped.at, expected.at);
	buf_release(&dumped);
	buf_release(&expected);
	model_free(model);
}
END_TEST

static bool is_of_the_shop(const void *context, const struct ledger_key *key)
{
	(void)context;
	return str_is(key->slo_id, "shop/cart");
}

START_TEST(a_copy_has_what_the_file_has_while_it_is_written_and_gives_nothing_back)
{
	struct store *store = must_open(), *copy;
	struct account **there, **here;
	struct buf left, right, note;
	struct err err = {0};
	struct span step;

	for (uint64_t i = 0; i < 60; i++)
		must_commit(store, i);
	ck_assert(store_note_put(store, STR("a note"), STR("its text"), &err));
	copy = store_copy(path, is_of_the_shop, NULL, &step, &err);
	ck_assert_msg(copy != NULL, "%s", err.text);
	ck_assert_int_eq(step.ms, minute.ms);
	ck_assert_uint_eq(store_accounts(store, STR("shop/cart"), 7, &there), 2);
	ck_assert_uint_eq(store_accounts(copy, STR("shop/cart"), 7, &here), 2);
	for (size_t i = 0; i < 2; i++) {
		buf_init(&left, MIB(1));
		buf_init(&right, MIB(1));
		collect_account(&left, there[i]);
		collect_account(&right, here[i]);
		ck_assert(left.len > 0);
		ck_assert_str_eq(left.at, right.at);
		buf_release(&left);
		buf_release(&right);
	}
	free(there);
	free(here);
	ck_assert_uint_eq(store_accounts(copy, STR("pay"), 7, &here), 0);
	free(here);
	buf_init(&note, 100);
	ck_assert(store_note_get(copy, STR("a note"), &note, &err));
	ck_assert_str_eq(note.at, "its text");
	ck_assert(store_note_put(copy, STR("a note"), STR("another"), &err));
	buf_clear(&note);
	ck_assert(store_note_get(store, STR("a note"), &note, &err));
	ck_assert_str_eq(note.at, "its text");
	buf_release(&note);
	store_close(copy);
	must_commit(store, 60);
	store_close(store);
	ck_assert_ptr_null(store_copy("tests/unit/unit.h", NULL, NULL, &step, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "unit.h"));
}
END_TEST

START_TEST(another_history_is_kept_and_not_read_until_it_is_asked_for)
{
	struct store *store = must_open();
	struct account **accounts;
	size_t in_use;

	for (uint64_t i = 0; i < 400; i++)
		must_commit(store, i);
	ck_assert_uint_eq(store_other_histories(store, STR("pay"), 7), 1);
	ck_assert_uint_eq(store_other_histories(store, STR("pay"), 12345), 2);
	ck_assert_uint_eq(store_other_histories(store, STR("shop/cart"), 7), 0);
	ck_assert_uint_eq(store_other_histories(store, STR("nobody"), 7), 0);
	ck_assert_uint_eq(store_accounts(store, STR("shop/cart"), 7, &accounts), 2);
	ck_assert(str_is(labels_get(accounts[0]->key.group, STR("zone")), "a"));
	ck_assert(str_is(labels_get(accounts[1]->key.group, STR("zone")), "b \"quoted\""));
	free(accounts);
	ck_assert_uint_eq(store_accounts(store, STR("nobody"), 7, &accounts), 0);
	free(accounts);
	store_close(store);

	sql("DELETE FROM journal"); /* as it is once all ledgers have been written whole */
	store = must_open();
	ck_assert_uint_eq(store_stats(store).memory_bytes, 0);
	ck_assert_uint_eq(store_accounts(store, STR("pay"), 7, &accounts), 1);
	in_use = store_stats(store).memory_bytes;
	ck_assert_uint_eq(in_use, ledger_bytes(accounts[0]->ledger));
	free(accounts);
	store_close(store);
}
END_TEST

START_TEST(upkeep_keeps_the_journal_short_and_the_numbers_right)
{
	struct ledger *model[ACCOUNTS];
	struct store *store = must_open();

	model_new(model);
	for (uint64_t i = 0; i < 600; i++) {
		must_commit(store, i);
		model_commit(model, i);
		ck_assert_uint_le(store_stats(store).journal_rows, 130);
	}
	store_close(store);
	store = must_open();
	ck_assert_uint_le(store_stats(store).journal_rows, 130);
	ck_assert(same_as(store, model));
	store_close(store);
	model_free(model);
}
END_TEST

START_TEST(notes_are_kept_and_replaced)
{
	struct store *store = must_open();
	struct err err = {0};
	struct buf value;

	buf_init(&value, 100);
	ck_assert(!store_note_get(store, STR("a"), &value, &err));
	ck_assert_str_eq(err.text, "");
	ck_assert(store_note_put(store, STR("a"), STR("1"), &err));
	ck_assert(store_note_put(store, STR("a"), STR("22"), &err));
	ck_assert(store_note_put(store, STR("empty"), STR(""), &err));
	store_close(store);
	store = must_open();
	ck_assert(store_note_get(store, STR("a"), &value, &err));
	ck_assert_str_eq(value.at, "22");
	buf_clear(&value);
	ck_assert(store_note_get(store, STR("empty"), &value, &err));
	ck_assert_uint_eq(value.len, 0);
	buf_release(&value);
	store_close(store);
}
END_TEST

START_TEST(a_store_in_memory_counts_the_same_and_leaves_nothing)
{
	struct ledger *model[ACCOUNTS];
	struct err err = {0};
	struct store *store = store_open(NULL, minute, &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	model_new(model);
	for (uint64_t i = 0; i < 100; i++) {
		must_commit(store, i);
		model_commit(model, i);
	}
	ck_assert(same_as(store, model));
	ck_assert_int_eq(store_stats(store).file_bytes, 0);
	ck_assert(store_note_put(store, STR("a"), STR("1"), &err));
	store_close(store);
	model_free(model);
}
END_TEST

START_TEST(counts_that_came_too_late_are_told_once)
{
	struct store *store = must_open();
	struct account *account = account_of(store, 0);
	static struct counts at[4000];
	struct counts late = {.bad = 2, .total = 3, .covered = 1};
	struct entry entries[] = {{account, {.first = BEGIN_AT + 1, .at = at, .len = 4000}},
				  {account, {.first = BEGIN_AT + 5, .at = &late, .len = 1}}};
	struct err err = {0};

	ck_assert_msg(store_commit(store, entries, 1, &err), "%s", err.text);
	ck_assert_msg(store_commit(store, entries + 1, 1, &err), "%s", err.text);
	ck_assert(num_same(store_stats(store).dropped.bad, 2));
	ck_assert(num_same(store_stats(store).dropped.total, 3));
	store_close(store);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ledger/store");
	TCase *tests = tcase_create("store");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, make_folder, remove_folder);
	tcase_add_test(tests, what_was_committed_is_there_after_opening_again);
	tcase_add_test(tests, kill_9_loses_nothing_that_was_acknowledged);
	tcase_add_test(tests, a_full_disk_changes_nothing_and_the_same_steps_go_through_later);
	tcase_add_test(tests, a_second_daemon_is_refused_by_the_number_of_the_first_while_check_and_dump_work);
	tcase_add_test(tests, a_store_of_another_step_is_refused_with_both);
	tcase_add_test(tests, a_store_of_a_newer_schema_is_refused);
	tcase_add_test(tests, what_is_not_a_store_is_left_alone);
	tcase_add_test(tests, a_store_is_not_made_where_only_the_wal_of_one_is_left);
	tcase_add_test(tests, a_folder_that_is_not_there_or_a_folder_as_the_file_are_named);
	tcase_add_test(tests, a_damaged_file_is_refused_or_its_numbers_are_right);
	tcase_add_test(tests, a_damaged_wal_leaves_an_older_state_that_is_right);
	tcase_add_test(tests, a_ledger_that_turns_out_damaged_later_stops_all_writing);
	tcase_add_test(tests, a_folder_that_cannot_be_written_is_good_enough_for_check_and_dump);
	tcase_add_test(tests, check_finds_what_was_done_to_the_rows);
	tcase_add_test(tests, dump_gives_every_account_in_key_order);
	tcase_add_test(tests, a_copy_has_what_the_file_has_while_it_is_written_and_gives_nothing_back);
	tcase_add_test(tests, another_history_is_kept_and_not_read_until_it_is_asked_for);
	tcase_add_test(tests, upkeep_keeps_the_journal_short_and_the_numbers_right);
	tcase_add_test(tests, notes_are_kept_and_replaced);
	tcase_add_test(tests, a_store_in_memory_counts_the_same_and_leaves_nothing);
	tcase_add_test(tests, counts_that_came_too_late_are_told_once);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
