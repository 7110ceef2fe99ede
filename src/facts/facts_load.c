#include "base/limits.h"
#include "base/mem.h"
#include "facts/facts_parts.h"
#include "format/json_tree.h"

#include <stdlib.h>

const struct fact_pull fact_no_pull = {0};

/* One repository on its way into memory. */
struct loading {
	struct facts *facts;
	struct repository_facts *known;
	struct str repository;
	struct map texts; /* each text that is likely to come again, once: its key is in the arena */
};

static struct str text(struct loading *loading, sqlite3_stmt *row, int column)
{
	return arena_str(&loading->known->arena, db_column(row, column));
}

static struct str same_text(struct loading *loading, struct str found)
{
	const char *at;

	if (!found.len)
		return STR("");
	at = map_get(&loading->texts, found);
	if (!at) {
		at = arena_str(&loading->known->arena, found).at;
		map_put(&loading->texts, (struct str){at, found.len}, (void *)(uintptr_t)at);
	}
	return (struct str){at, found.len};
}

static struct str shared(struct loading *loading, sqlite3_stmt *row, int column)
{
	return same_text(loading, db_column(row, column));
}

static bool damaged(struct loading *loading, const char *table, const char *what, struct str value, struct err *err)
{
	struct err fault = {0};

	value = facts_cut(value, 100);
	err_set(&fault, "a row of '%s' of '%.*s' has %s '%.*s'", table, STR_ARG(loading->repository), what,
		STR_ARG(value));
	return db_damaged(&loading->facts->db, fault.text, err);
}

/* A list as facts_row_list writes it, of texts that need no escapes: nearly all, and many times faster than the reader
 * of all JSON. False for any other. */
static bool take_plain_list(struct loading *loading, struct str json, const struct str **list, size_t *len)
{
	struct str inside = json.len >= 4 ? str_slice(json, 2, json.len - 2) : (struct str){0};
	struct str *texts;
	size_t count = 1, at = 0;

	if (!inside.at || !str_starts(json, STR("[\"")) || !str_ends(json, STR("\"]")) || !str_utf8(json))
		return false;
	for (size_t i = 0; i < inside.len; i++) {
		if (inside.at[i] == '\\' || (unsigned char)inside.at[i] < ' ')
			return false;
		if (inside.at[i] != '"')
			continue;
		if (!str_starts(str_slice(inside, i, inside.len), STR("\",\"")))
			return false;
		count++;
		i += 2;
	}
	texts = arena_array(&loading->known->arena, count, sizeof(*texts));
	for (size_t i = 0; i < count; i++) {
		struct str rest = str_slice(inside, at, inside.len);
		size_t end = str_find(rest, '"');

		texts[i] = same_text(loading, str_slice(rest, 0, end));
		at += end + 3;
	}
	*list = texts;
	*len = count;
	return true;
}

static bool take_list(struct loading *loading, sqlite3_stmt *row, int column, const char *table,
		      const struct str **list, size_t *len, struct err *err)
{
	struct str json = db_column(row, column);
	struct json_tree *tree;
	struct str *texts;
	bool ok;

	if (str_is(json, "[]") || take_plain_list(loading, json, list, len))
		return true;
	tree = json_tree_read(json, NULL);
	ok = json_tree_is_array(tree);
	*len = ok ? json_tree_len(tree) : 0;
	texts = arena_array(&loading->known->arena, *len, sizeof(*texts));
	for (size_t i = 0; i < *len && ok; i++) {
		struct str found = json_tree_text(json_tree_at(tree, i));

		ok = found.at != NULL;
		if (ok)
			texts[i] = same_text(loading, found);
	}
	json_tree_free(tree);
	*list = texts;
	return ok || damaged(loading, table, "for a list", json, err);
}

static bool take_word(struct loading *loading, sqlite3_stmt *row, int column, const char *table,
		      const char *const *words, size_t len, size_t *out, struct err *err)
{
	struct str word = db_column(row, column);

	for (*out = 0; *out < len; ++*out)
		if (str_is(word, words[*out]))
			return true;
	return damaged(loading, table, "for a state", word, err);
}

static bool take_attempt(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err)
{
	struct fact_attempt *attempt = out;
	size_t result;

	if (!take_word(loading, row, 6, "attempts", attempt_result_names, ATTEMPT_RESULTS, &result, err))
		return false;
	*attempt = (struct fact_attempt){
		.source = shared(loading, row, 0),
		.id = sqlite3_column_int64(row, 1),
		.number = (unsigned)sqlite3_column_int64(row, 2),
		.sha = shared(loading, row, 3),
		.ref = shared(loading, row, 4),
		.url = text(loading, row, 5),
		.result = (enum attempt_result)result,
		.state = shared(loading, row, 7),
		.created = facts_time(row, 8),
		.started = facts_time(row, 9),
		.finished = facts_time(row, 10),
	};
	return true;
}

static bool take_commit(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err)
{
	struct fact_commit *commit = out;

	*commit = (struct fact_commit){
		.sha = shared(loading, row, 0),
		.author = shared(loading, row, 1),
		.bot = sqlite3_column_int64(row, 2) != 0,
		.authored = facts_time(row, 3),
		.committed = facts_time(row, 4),
		.subject = text(loading, row, 5),
		.reverts = shared(loading, row, 6),
	};
	map_put(&loading->known->commits, commit->sha, commit);
	return take_list(loading, row, 7, "commits", &commit->parents, &commit->parents_len, err);
}

static bool take_pull(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err)
{
	struct fact_pull *pull = out;

	*pull = (struct fact_pull){
		.number = sqlite3_column_int64(row, 0),
		.title = text(loading, row, 1),
		.head_ref = text(loading, row, 2),
		.base_ref = shared(loading, row, 3),
		.author = shared(loading, row, 4),
		.url = text(loading, row, 5),
		.bot = sqlite3_column_int64(row, 6) != 0,
		.merge_sha = shared(loading, row, 7),
		.opened = facts_time(row, 8),
		.merged = facts_time(row, 9),
		.first_commit = facts_time(row, 10),
		.first_review = facts_time(row, 11),
		.reverts = sqlite3_column_int64(row, 12),
	};
	return take_list(loading, row, 13, "pulls", &pull->labels, &pull->labels_len, err);
}

static bool take_issue(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err)
{
	struct fact_issue *issue = out;

	*issue = (struct fact_issue){
		.number = sqlite3_column_int64(row, 0),
		.title = text(loading, row, 1),
		.url = text(loading, row, 2),
		.opened = facts_time(row, 3),
		.closed = facts_time(row, 4),
	};
	return take_list(loading, row, 5, "issues", &issue->labels, &issue->labels_len, err);
}

/* base and head are parts of the key that the range is known by. */
static bool take_range(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err)
{
	struct fact_range *range = out;
	struct str base = db_column(row, 0), head = db_column(row, 1), key;
	size_t status;

	if (!take_word(loading, row, 2, "ranges", range_status_names, RANGE_STATUSES, &status, err))
		return false;
	key = arena_fmt(&loading->known->arena, "%.*s...%.*s", STR_ARG(base), STR_ARG(head));
	range->base = str_slice(key, 0, base.len);
	range->head = str_slice(key, base.len + 3, key.len);
	range->status = (enum range_status)status;
	map_put(&loading->known->ranges, key, range);
	return take_list(loading, row, 3, "ranges", &range->commits, &range->commits_len, err);
}

static bool take_files(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err)
{
	struct fact_files *files = out;

	files->sha = shared(loading, row, 0);
	map_put(&loading->known->files, files->sha, files);
	return take_list(loading, row, 1, "commit_files", &files->files, &files->len, err);
}

static int by_number(const void *a, const void *b)
{
	const struct fact_pull *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

static bool take_pull_of(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err)
{
	struct repository_facts *known = loading->known;
	struct fact_pull wanted = {.number = sqlite3_column_int64(row, 1)};
	const struct fact_pull *pull = &fact_no_pull;

	(void)out;
	(void)err;
	if (wanted.number != 0)
		pull = known->pulls_len ? bsearch(&wanted, known->pulls, known->pulls_len, sizeof(wanted), by_number)
					: NULL;
	if (pull)
		map_put(&known->pulls_of, shared(loading, row, 0), (void *)(uintptr_t)pull);
	return true;
}

struct table {
	const char *name, *columns;
	const char *order; /* that of the primary key: rows lie so */
	size_t size;       /* of a row in memory; 0: it leaves nothing but what it does to the maps */
	bool (*take)(struct loading *loading, sqlite3_stmt *row, void *out, struct err *err);
};
static const struct table
	attempts = {"attempts", "source, id, number, sha, ref, url, result, state, created, started, finished",
		    "source, id, number", sizeof(struct fact_attempt), take_attempt},
	commits = {"commits", "sha, author, bot, authored, committed, subject, reverts, parents", "sha",
		   sizeof(struct fact_commit), take_commit},
	ranges = {"ranges", "base, head, status, commits", "base, head", sizeof(struct fact_range), take_range},
	pulls = {"pulls",
		 "number, title, head_ref, base_ref, author, url, bot, merge_sha, opened, merged, first_commit, "
		 "first_review, reverts, labels",
		 "number", sizeof(struct fact_pull), take_pull},
	pulls_of = {"commit_pulls", "sha, number", "sha", 0, take_pull_of},
	files = {"commit_files", "sha, files", "sha", sizeof(struct fact_files), take_files},
	issues = {"issues", "number, title, url, opened, closed, labels", "number", sizeof(struct fact_issue),
		  take_issue};

static sqlite3_stmt *select_of(struct loading *loading, const char *what, const char *name, const char *order,
			       struct err *err)
{
	sqlite3_stmt *select;
	struct buf sql;

	buf_init(&sql, KIB(4));
	buf_fmt(&sql, "SELECT %s FROM %s WHERE repository = ? ORDER BY %s", what, name, order);
	select = db_prepare(&loading->facts->db, sql.at, err);
	buf_release(&sql);
	if (select)
		sqlite3_bind_text64(select, 1, loading->repository.at, loading->repository.len, SQLITE_STATIC,
				    SQLITE_UTF8);
	return select;
}

/* So that its rows are one array of the right size. */
static bool count_rows(struct loading *loading, const char *name, size_t *count, struct err *err)
{
	sqlite3_stmt *select = select_of(loading, "count(*)", name, "1", err);
	bool ok = select && (sqlite3_step(select) == SQLITE_ROW || db_fail(&loading->facts->db, "read", err));

	if (ok)
		*count = (size_t)sqlite3_column_int64(select, 0);
	sqlite3_finalize(select);
	if (ok && *count > LIMIT_FACTS_LOADED)
		return err_set(err, "'%.*s' has %zu rows of '%s', the limit is %d", STR_ARG(loading->repository),
			       *count, name, LIMIT_FACTS_LOADED);
	return ok;
}

static void *load(struct loading *loading, const struct table *table, size_t *len, struct err *err)
{
	sqlite3_stmt *select = NULL;
	char *rows = NULL;
	size_t count = 0, taken = 0;
	int got = SQLITE_DONE;
	bool ok = count_rows(loading, table->name, &count, err) &&
		  (select = select_of(loading, table->columns, table->name, table->order, err)) != NULL;

	if (ok)
		rows = arena_array(&loading->known->arena, count, table->size);
	while (ok && taken < count && (got = sqlite3_step(select)) == SQLITE_ROW)
		ok = table->take(loading, select, rows + table->size * taken++, err);
	if (ok && got != SQLITE_ROW && got != SQLITE_DONE)
		ok = db_fail(&loading->facts->db, "read", err);
	sqlite3_finalize(select);
	*len = taken;
	return ok ? rows : NULL;
}

static bool load_all(struct loading *loading, struct err *err)
{
	struct repository_facts *known = loading->known;
	size_t none;

	return (known->attempts = load(loading, &attempts, &known->attempts_len, err)) &&
	       load(loading, &commits, &none, err) && load(loading, &ranges, &none, err) &&
	       (known->pulls = load(loading, &pulls, &known->pulls_len, err)) && load(loading, &pulls_of, &none, err) &&
	       load(loading, &files, &none, err) && (known->issues = load(loading, &issues, &known->issues_len, err));
}

struct repository_facts *facts_load(struct facts *facts, struct str repository, struct err *err)
{
	struct loading loading = {.facts = facts, .known = xcalloc(1, sizeof(*loading.known))};
	/* One moment, also where a person writes beside us. */
	bool own = sqlite3_get_autocommit(facts->db.raw) != 0, ok;

	arena_init(&loading.known->arena);
	loading.repository = arena_str(&loading.known->arena, repository);
	ok = (!own || db_exec(&facts->db, "BEGIN", err)) && load_all(&loading, err);
	if (own)
		ok = db_end(&facts->db, ok, err);
	map_release(&loading.texts);
	if (ok)
		return loading.known;
	repository_facts_free(loading.known);
	return NULL;
}

void repository_facts_free(struct repository_facts *known)
{
	if (!known)
		return;
	map_release(&known->commits);
	map_release(&known->ranges);
	map_release(&known->pulls_of);
	map_release(&known->files);
	arena_release(&known->arena);
	free(known);
}

const struct fact_range *repository_range(const struct repository_facts *known, struct str base, struct str head)
{
	const struct fact_range *range;
	struct buf key;

	buf_init(&key, 2 * LIMIT_FACT_TEXT_BYTES + KIB(1));
	buf_fmt(&key, "%.*s...%.*s", STR_ARG(base), STR_ARG(head));
	range = map_get(&known->ranges, buf_view(&key));
	buf_release(&key);
	return range;
}
