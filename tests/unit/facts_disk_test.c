/* The file: transactions, kill -9, a full disk, damage, readers beside a writer, and that loading tells what SQL does.
 */
#include "base/file.h"
#include "facts_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { BATCH = 20 }; /* commits of one transaction; half as many pull requests, and one attempt with its range */

static struct str sha_of(struct arena *arena, uint64_t i)
{
	uint64_t state = i * 2 + 1;

	return arena_fmt(arena, "%016llx%016llx%08llx", (unsigned long long)unit_random(&state),
			 (unsigned long long)unit_random(&state), (unsigned long long)i);
}

static struct instant at(uint64_t minute) { return (struct instant){1600000000000 + (int64_t)minute * SPAN_MINUTE}; }

static bool put_commit(struct facts *facts, struct arena *arena, uint64_t i, struct err *err)
{
	struct str parents[] = {sha_of(arena, i - 1), sha_of(arena, i / 2)};
	struct str file = arena_fmt(arena, "src/part_%llu.c", (unsigned long long)i % 7);
	struct fact_commit commit = {
		.sha = sha_of(arena, i),
		.author = arena_fmt(arena, "developer-%llu", (unsigned long long)i % 3),
		.bot = i % 5 == 0,
		.authored = at(i),
		.committed = i % 4 ? at(i + 1) : (struct instant){0},
		.subject = arena_fmt(arena, "Change %llu of \"it\" \xC3\xA9", (unsigned long long)i),
		.reverts = i % 9 ? STR("") : parents[1],
		.parents = parents,
		.parents_len = i % 3,
	};

	return facts_put_commit(facts, repository, &commit, err) &&
	       facts_put_pull_of(facts, repository, commit.sha, i % 4 ? (int64_t)i / 2 * 2 : 0, err) &&
	       facts_put_files(facts, repository, commit.sha, &file, i % 2, err);
}

static bool put_pull(struct facts *facts, struct arena *arena, uint64_t i, struct err *err)
{
	static const struct str labels[] = {STR_INIT("hotfix"), STR_INIT("needs \"care\"")};
	struct fact_pull pull = {
		.number = (int64_t)i,
		.title = arena_fmt(arena, "Pull %llu", (unsigned long long)i),
		.base_ref = STR("main"),
		.opened = at(i),
		.merged = i % 8 ? at(i + 30) : (struct instant){0},
		.labels = labels,
		.labels_len = i % 3,
	};
	struct fact_issue issue = {.number = (int64_t)i, .title = pull.title, .opened = at(i)};

	return facts_put_pull(facts, repository, &pull, err) && facts_put_issue(facts, repository, &issue, err);
}

/* The batches follow from their numbers alone. */
static bool put_batch(struct facts *facts, uint64_t number, struct err *err)
{
	uint64_t first = number * BATCH + 1;
	struct str shas[BATCH];
	struct arena arena;
	struct fact_attempt attempt = {.source = STR("workflow deploy.yml"), .id = (int64_t)number, .number = 1};
	struct fact_range range = {.commits = shas, .commits_len = BATCH};
	bool ok = facts_begin(facts, err);

	arena_init(&arena);
	for (uint64_t i = 0; i < BATCH && ok; i++) {
		shas[i] = sha_of(&arena, first + i);
		ok = put_commit(facts, &arena, first + i, err) &&
		     (i % 2 || put_pull(facts, &arena, (first + i) / 2 * 2, err));
	}
	range.base = sha_of(&arena, first - 1);
	attempt.sha = range.head = shas[BATCH - 1];
	attempt.result = number % 6;
	attempt.finished = at(first + BATCH);
	ok = ok && facts_put_range(facts, repository, &range, err) &&
	     facts_put_attempt(facts, repository, &attempt, err);
	arena_release(&arena);
	if (ok)
		return facts_commit(facts, err);
	facts_abandon(facts);
	return false;
}

static void make_file(uint64_t batches)
{
	struct facts *facts = must_open();

	for (uint64_t i = 0; i < batches; i++)
		MUST(put_batch(facts, i, why));
	facts_close(facts);
}

static void put_list(struct buf *out, const struct str *list, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_fmt(out, "%s%.*s", i ? "," : "", STR_ARG(list[i]));
}

static int by_text(const void *a, const void *b)
{
	const struct str *left = a, *right = b;

	return str_cmp(*left, *right);
}

/* The keys of a map, sorted. */
static struct str *keys_of(const struct map *map, struct arena *arena)
{
	struct str *keys = arena_array(arena, map->len + 1, sizeof(*keys));
	size_t len = 0;

	for (struct map_entry *entry = NULL; (entry = map_next(map, entry));)
		keys[len++] = entry->key;
	qsort(keys, len, sizeof(*keys), by_text);
	return keys;
}

static void tell_commits(const struct repository_facts *known, struct arena *arena, struct buf *out)
{
	struct str *keys = keys_of(&known->commits, arena);

	for (size_t i = 0; i < known->commits.len; i++) {
		const struct fact_commit *commit = map_get(&known->commits, keys[i]);
		const struct fact_pull *pull = map_get(&known->pulls_of, keys[i]);
		const struct fact_files *files = map_get(&known->files, keys[i]);

		buf_fmt(out, "%.*s|%.*s|%d|%lld|%lld|%.*s|%.*s|", STR_ARG(commit->sha), STR_ARG(commit->author),
			commit->bot, (long long)commit->authored.ms, (long long)commit->committed.ms,
			STR_ARG(commit->subject), STR_ARG(commit->reverts));
		put_list(out, commit->parents, commit->parents_len);
		buf_fmt(out, "|%lld|", pull ? (long long)pull->number : -1LL);
		put_list(out, files->files, files->len);
		buf_char(out, '\n');
	}
}

static void tell(const struct repository_facts *known, struct buf *out)
{
	struct arena arena;
	struct str *keys;

	arena_init(&arena);
	tell_commits(known, &arena, out);
	keys = keys_of(&known->ranges, &arena);
	for (size_t i = 0; i < known->ranges.len; i++) {
		const struct fact_range *range = map_get(&known->ranges, keys[i]);

		buf_fmt(out, "%.*s|%s|", STR_ARG(keys[i]), range_status_names[range->status]);
		put_list(out, range->commits, range->commits_len);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < known->pulls_len; i++) {
		buf_fmt(out, "%lld|%.*s|%lld|%lld|", (long long)known->pulls[i].number, STR_ARG(known->pulls[i].title),
			(long long)known->pulls[i].opened.ms, (long long)known->pulls[i].merged.ms);
		put_list(out, known->pulls[i].labels, known->pulls[i].labels_len);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < known->attempts_len; i++)
		buf_fmt(out, "%.*s|%lld|%s|%lld\n", STR_ARG(known->attempts[i].source),
			(long long)known->attempts[i].id, attempt_result_names[known->attempts[i].result],
			(long long)known->attempts[i].finished.ms);
	for (size_t i = 0; i < known->issues_len; i++)
		buf_fmt(out, "%lld|%lld\n", (long long)known->issues[i].number, (long long)known->issues[i].opened.ms);
	arena_release(&arena);
}

static void tell_file(struct facts *facts, struct buf *out)
{
	struct repository_facts *known = must_load(facts);

	buf_clear(out);
	tell(known, out);
	repository_facts_free(known);
}

/* What the file holds is exactly the first `batches` batches. */
static void holds(struct facts *facts, uint64_t batches)
{
	struct facts *model;
	struct buf found, expected;

	buf_init(&found, MIB(32));
	buf_init(&expected, MIB(32));
	MUST((model = facts_open(NULL, why)) != NULL);
	for (uint64_t i = 0; i < batches; i++)
		MUST(put_batch(model, i, why));
	tell_file(model, &expected);
	tell_file(facts, &found);
	ck_assert_msg(str_eq(buf_view(&found), buf_view(&expected)), "not as %d batches leave it", (int)batches);
	facts_close(model);
	buf_release(&found);
	buf_release(&expected);
}

static void no_fault(void *context, const char *fault)
{
	(void)context;
	ck_abort_msg("found '%s'", fault);
}

static void count_fault(void *context, const char *fault)
{
	size_t *count = context;

	ck_assert_uint_gt(strlen(fault), 0);
	++*count;
}

static uint64_t batches_in(struct facts *facts)
{
	struct repository_facts *known = must_load(facts);
	uint64_t batches = known->attempts_len;

	repository_facts_free(known);
	return batches;
}

START_TEST(loading_tells_what_plain_sql_tells)
{
#define LIST(column) "(SELECT coalesce(group_concat(value, ','), '') FROM json_each(" column "))"
	static const char *const queries[] = {
		"SELECT c.sha, c.author, c.bot, ifnull(authored, 0), ifnull(committed, 0), subject, c.reverts, " LIST("parents") ", CASE WHEN p.number IS NULL THEN 0 WHEN l.number IS NULL THEN -1 ELSE p.number END, " LIST(
			"files") " FROM commits c JOIN commit_pulls p USING (repository, sha)"
				 " JOIN commit_files USING (repository, sha)"
				 " LEFT JOIN pulls l ON l.repository = p.repository AND l.number = p.number ORDER BY c.sha",
		"SELECT base || '...' || head, status, " LIST("commits") " FROM ranges ORDER BY 1",
		"SELECT number, title, ifnull(opened, 0), ifnull(merged, 0), " LIST(
			"labels") " FROM pulls ORDER BY number",
		"SELECT source, id, result, ifnull(finished, 0) FROM attempts ORDER BY source, id, number",
		"SELECT number, opened FROM issues ORDER BY number",
	};
	struct facts *facts;
	struct buf loaded, asked;

	make_file(40);
	facts = must_open();
	buf_init(&loaded, MIB(32));
	buf_init(&asked, MIB(32));
	tell_file(facts, &loaded);
	for (size_t i = 0; i < COUNT_OF(queries); i++)
		sql_answer(queries[i], &asked);
	ck_assert_uint_gt(asked.len, 100000);
	ck_assert(str_eq(buf_view(&loaded), buf_view(&asked)));
	buf_release(&loaded);
	buf_release(&asked);
	facts_close(facts);
}
END_TEST

START_TEST(a_transaction_that_is_abandoned_or_not_ended_leaves_nothing)
{
	struct fact_attempt attempt = {.source = STR("workflow x"), .id = 1, .number = 1};
	struct facts *facts;

	make_file(2);
	facts = must_open();
	MUST(facts_begin(facts, why));
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	MUST(facts_put_mark(facts, repository, STR("runs"), STR("2"), why));
	facts_abandon(facts);
	holds(facts, 2);
	MUST(facts_begin(facts, why));
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	facts_close(facts);
	facts = must_open();
	holds(facts, 2);
	sql_is("SELECT count(*) FROM marks", "0\n");
	facts_close(facts);
}
END_TEST

START_TEST(after_a_failure_nothing_of_the_transaction_can_be_committed)
{
	char *text = calloc(1, LIMIT_FACT_TEXT_BYTES + 2);
	struct facts *facts;
	struct err err = {0}, again = {0}, commit_err = {0};

	memset(text, 'x', LIMIT_FACT_TEXT_BYTES + 1);
	make_file(2);
	facts = must_open();
	MUST(facts_begin(facts, why));
	MUST(facts_put_mark(facts, repository, STR("one"), STR("1"), why));
	ck_assert(!facts_put_mark(facts, repository, STR("two"), str_of(text), &err));
	ck_assert(!facts_put_mark(facts, repository, STR("three"), STR("3"), &again));
	ck_assert(!facts_commit(facts, &commit_err));
	ck_assert_str_eq(err.text, "cannot keep a fact: its 'value' is over the limit of 65536 bytes");
	ck_assert_str_eq(again.text, err.text);
	ck_assert_str_eq(commit_err.text, err.text);
	sql_is("SELECT count(*) FROM marks", "0\n");
	MUST(put_batch(facts, 2, why)); /* and the next one goes through */
	holds(facts, 3);
	facts_close(facts);
	free(text);
}
END_TEST

/* Puts batches for ever, and reports the number of each on `out` once it is acknowledged. */
static void put_until_killed(int out)
{
	struct err err = {0};
	struct facts *facts = facts_open(path, &err);

	for (uint64_t number = facts ? batches_in(facts) : 0; facts; number++)
		if (!put_batch(facts, number, &err) || write(out, &number, sizeof(number)) != sizeof(number))
			break;
	fprintf(stderr, "the child could not go on: %s\n", err.text);
	_exit(1);
}

/* Kills the child once `acks` batches were acknowledged; returns how many there are then. */
static uint64_t kill_after(uint64_t acks)
{
	uint64_t number, acknowledged = 0;
	int ends[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		close(ends[0]);
		put_until_killed(ends[1]);
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

START_TEST(kill_9_loses_nothing_that_was_acknowledged_and_leaves_no_half)
{
	for (uint64_t round = 0; round < 15; round++) {
		uint64_t acknowledged = kill_after(round * 7 % 11), there;
		struct facts *facts = must_open();

		there = batches_in(facts);
		ck_assert_uint_ge(there, acknowledged);
		ck_assert_uint_le(there, acknowledged + 1);
		holds(facts, there);
		facts_close(facts);
	}
	MUST(facts_check(path, no_fault, NULL, why));
}
END_TEST

static void limit_files(rlim_t bytes)
{
	struct rlimit limit = {bytes, RLIM_INFINITY};

	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_full_disk_changes_nothing_and_the_same_facts_go_in_later)
{
	struct facts *facts = must_open();
	struct err err = {0};
	uint64_t number = 0;

	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t room = 150000; room < 600000; room += 90000) {
		limit_files(room);
		while (number < 2000 && put_batch(facts, number, &err))
			number++;
		ck_assert_uint_lt(number, 2000);
		ck_assert_msg(strstr(err.text, path), "%s", err.text);
		err = (struct err){0};
		ck_assert(!put_batch(facts, number, &err));
		holds(facts, number);
	}
	limit_files(RLIM_INFINITY);
	MUST(put_batch(facts, number, why));
	facts_close(facts);
	facts = must_open();
	holds(facts, number + 1);
	facts_close(facts);
}
END_TEST

START_TEST(a_reader_beside_the_writer_sees_one_moment_and_cannot_write)
{
	struct facts *facts, *reader;
	struct err err = {0};

	make_file(3);
	facts = must_open();
	MUST((reader = facts_open_read(path, why)) != NULL);
	holds(reader, 3);
	MUST(put_batch(facts, 3, why));
	holds(reader, 3);
	holds(facts, 4);
	MUST(facts_check(path, no_fault, NULL, why));
	ck_assert(!facts_begin(reader, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "it is open for reading only"));
	err = (struct err){0};
	ck_assert(!facts_put_mark(reader, repository, STR("a"), STR("b"), &err));
	ck_assert_ptr_nonnull(strstr(err.text, path));
	facts_close(reader);
	MUST((reader = facts_open_read(path, why)) != NULL);
	holds(reader, 4);
	facts_close(reader);
	facts_close(facts);
}
END_TEST

static void read_whole(struct buf *bytes)
{
	struct err err = {0};

	buf_init(bytes, MIB(64));
	ck_assert_msg(file_read(path, bytes, &err), "%s", err.text);
}

static void write_whole(struct str bytes)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	ck_assert_int_eq(fclose(file), 0);
}

static void is_left_alone(const char *expected)
{
	struct buf before, after;
	struct err err = {0};

	read_whole(&before);
	ck_assert_ptr_null(facts_open(path, &err));
	ck_assert_msg(strstr(err.text, expected) && strstr(err.text, path), "%s", err.text);
	read_whole(&after);
	ck_assert_msg(str_eq(buf_view(&before), buf_view(&after)), "the file was changed: %s", expected);
	buf_release(&before);
	buf_release(&after);
}

START_TEST(what_is_not_ours_or_newer_or_in_use_is_refused_and_left_alone)
{
	struct facts *facts;
	char expected[200];

	write_whole(
		STR("some text that somebody has written, long enough to be looked at as a file of SQLite, or not"));
	is_left_alone("is not a file of wick's delivery facts");
	unlink(path);
	sql_is("CREATE TABLE other (x)", "");
	is_left_alone("is not a file of wick's delivery facts");
	sql_is("PRAGMA application_id = 0x7769636B", ""); /* ledgers of wick */
	is_left_alone("is not a file of wick's delivery facts");
	unlink(path);
	make_file(1);
	sql_is("PRAGMA user_version = 2", "");
	is_left_alone("was written by a newer wick (schema 2, this one knows 1)");
	sql_is("PRAGMA user_version = 1", "");
	facts = must_open();
	snprintf(expected, sizeof(expected), "is in use by process %ld", (long)getpid());
	is_left_alone(expected);
	facts_close(facts);
}
END_TEST

/* Whatever is wrong with the file: opening, loading and checking end with a sentence or with facts, and what opening
 * refuses the check does not call fine. */
static bool survives(const char *what, size_t place)
{
	struct err err = {0}, check_err = {0}, load_err = {0};
	size_t faults = 0;
	bool fine = facts_check(path, count_fault, &faults, &check_err);
	struct facts *facts = facts_open(path, &err);
	struct repository_facts *known = facts ? facts_load(facts, repository, &load_err) : NULL;
	bool read = known != NULL;

	ck_assert_msg(fine == (faults == 0 && !check_err.text[0]), "%s %zu: check", what, place);
	ck_assert_msg(facts || (!fine && strstr(err.text, path)), "%s %zu: opening says '%s'", what, place, err.text);
	ck_assert_msg(!facts || read || (!fine && load_err.text[0]), "%s %zu: loading: %s", what, place, load_err.text);
	repository_facts_free(known);
	facts_close(facts);
	return read;
}

START_TEST(a_damaged_file_is_refused_with_a_sentence_or_can_be_read)
{
	size_t refused = 0, tried = 0;
	struct buf bytes;

	make_file(12);
	read_whole(&bytes);
	for (size_t place = 0; place < bytes.len; place += place < 120 ? 1 : bytes.len / 200 + place % 7, tried++) {
		bytes.at[place] ^= (char)(1 << place % 8);
		write_whole(buf_view(&bytes));
		refused += !survives("a bit of byte", place);
		bytes.at[place] ^= (char)(1 << place % 8);
	}
	for (size_t len = 1; len < bytes.len; len += bytes.len / 30, tried++) {
		write_whole((struct str){bytes.at, len});
		ck_assert_msg(!survives("cut off at", len), "cut off at %zu, and read", len);
		refused++;
	}
	ck_assert_uint_gt(refused, tried / 6);
	buf_release(&bytes);
}
END_TEST

START_TEST(check_names_rows_that_cannot_be_what_wick_wrote)
{
	static const struct {
		const char *sql, *fault;
	} cases[] = {
		{"UPDATE attempts SET result = 'splendid' WHERE id = 1",
		 "a row of 'attempts' of 'acme/shop' has for a state 'splendid'"},
		{"UPDATE ranges SET status = ''", "a row of 'ranges' of 'acme/shop' has for a state ''"},
		{"UPDATE commits SET parents = '[1]'", "a row of 'commits' of 'acme/shop' has for a list '[1]'"},
		{"UPDATE pulls SET labels = '{}'", "a row of 'pulls' of 'acme/shop' has for a list '{}'"},
		{"UPDATE commit_files SET files = '[\"a\"'",
		 "of 'commit_files' of 'acme/shop' has for a list '[\"a\"'"},
		{"UPDATE issues SET labels = ''", "a row of 'issues' of 'acme/shop' has for a list ''"},
	};
	struct buf bytes;

	make_file(2);
	read_whole(&bytes);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t faults = 0;
		struct facts *facts;
		struct err err = {0};

		write_whole(buf_view(&bytes));
		sql_is(cases[i].sql, "");
		ck_assert(!facts_check(path, count_fault, &faults, NULL));
		ck_assert_uint_eq(faults, 1);
		facts = must_open();
		ck_assert_ptr_null(facts_load(facts, repository, &err));
		ck_assert_msg(strstr(err.text, cases[i].fault), "%s", err.text);
		facts_close(facts);
	}
	buf_release(&bytes);
}
END_TEST

UNIT_MAIN_IN("facts/disk", make_folder, remove_folder, loading_tells_what_plain_sql_tells,
	     a_transaction_that_is_abandoned_or_not_ended_leaves_nothing,
	     after_a_failure_nothing_of_the_transaction_can_be_committed,
	     kill_9_loses_nothing_that_was_acknowledged_and_leaves_no_half,
	     a_full_disk_changes_nothing_and_the_same_facts_go_in_later,
	     a_reader_beside_the_writer_sees_one_moment_and_cannot_write,
	     what_is_not_ours_or_newer_or_in_use_is_refused_and_left_alone,
	     a_damaged_file_is_refused_with_a_sentence_or_can_be_read, check_names_rows_that_cannot_be_what_wick_wrote)
