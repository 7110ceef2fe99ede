/* The queries of docs/delivery.md, "The facts on disk", on a small file: what they answer is worked out by hand. */
#include "base/file.h"
#include "facts_fixture.h"

static const char first[] = "ba5e000000000000000000000000000000000000",
		  second[] = "c0ffee1000000000000000000000000000000000",
		  third[] = "c0ffee2000000000000000000000000000000000",
		  fourth[] = "c0ffee3000000000000000000000000000000000";
static const struct instant noon = {1767268800000}; /* 2026-01-01T12:00:00Z */

static struct instant after(int64_t minutes) { return (struct instant){noon.ms + minutes * SPAN_MINUTE}; }

static void put_attempt(struct facts *facts, int64_t id, unsigned number, const char *sha, enum attempt_result result,
			int64_t minutes)
{
	struct fact_attempt attempt = {.source = STR("workflow deploy.yml"),
				       .id = id,
				       .number = number,
				       .sha = str_of(sha),
				       .result = result,
				       .finished = after(minutes)};

	MUST(facts_put_attempt(facts, repository, &attempt, why));
	attempt.source = STR("workflow other.yml");
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	attempt.source = STR("workflow deploy.yml");
	MUST(facts_put_attempt(facts, STR("acme/other"), &attempt, why));
}

static void put_commit(struct facts *facts, const char *sha, const char *author, const char *subject, int64_t pull,
		       int64_t minutes)
{
	struct fact_commit commit = {
		.sha = str_of(sha), .author = str_of(author), .subject = str_of(subject), .authored = after(minutes)};

	MUST(facts_put_commit(facts, repository, &commit, why));
	MUST(facts_put_pull_of(facts, repository, commit.sha, pull, why));
}

static void put_pull(struct facts *facts, int64_t number, const char *title, const char *ref, const char *label,
		     bool merged)
{
	struct str labels[] = {STR("cart"), str_of(label)};
	struct fact_pull pull = {.number = number,
				 .title = str_of(title),
				 .head_ref = str_of(ref),
				 .opened = noon,
				 .merged = merged ? after(90) : (struct instant){0},
				 .first_review = number % 2 ? after(45) : (struct instant){0},
				 .labels = labels,
				 .labels_len = 2};

	MUST(facts_put_pull(facts, repository, &pull, why));
}

static void make_file(void)
{
	struct str shas[] = {str_of(second), str_of(third), str_of(fourth)};
	struct fact_range range = {str_of(first), str_of(fourth), RANGE_AHEAD, shas, 3};
	struct facts *facts;

	make_folder();
	facts = must_open();
	put_commit(facts, first, "dev-a", "Begin", 0, -600);
	put_commit(facts, second, "dev-b", "Carts are kept", 12, 60);
	put_commit(facts, third, "dev-a", "Fix a typo", 0, 61);
	put_commit(facts, fourth, "dev-c", "Carts are \"full\"", 13, 120);
	put_attempt(facts, 1, 1, first, ATTEMPT_SUCCESS, 0);
	put_attempt(facts, 2, 1, fourth, ATTEMPT_FAILURE, 200);
	put_attempt(facts, 2, 2, fourth, ATTEMPT_SUCCESS, 210);
	MUST(facts_put_range(facts, repository, &range, why));
	put_pull(facts, 9, "Stop the bleeding", "hotfix/9", "urgent", true);
	put_pull(facts, 10, "Not merged", "hotfix/10", "hotfix", false);
	put_pull(facts, 12, "Carts", "feature/carts", "hotfix", true);
	put_pull(facts, 13, "More carts", "feature/hotfix", "not a hotfix", true);
	facts_close(facts);
}

/* The n-th block of SQL in the section. */
static void query_of_the_page(size_t n, struct buf *sql)
{
	struct buf page;
	struct err err = {0};
	char *at, *end;

	buf_init(&page, MIB(1));
	ck_assert_msg(file_read("docs/delivery.md", &page, &err), "%s", err.text);
	at = strstr(page.at, "\n## The facts on disk\n");
	ck_assert_ptr_nonnull(at);
	end = strstr(at + 2, "\n## ");
	if (end)
		*end = '\0';
	for (size_t i = 0; i <= n; i++) {
		at = strstr(at, "\n```sql\n");
		ck_assert_msg(at != NULL, "the section has no query %zu", n + 1);
		at += strlen("\n```sql\n");
	}
	end = strstr(at, "```");
	ck_assert_ptr_nonnull(end);
	buf_put(sql, at, (size_t)(end - at));
	buf_release(&page);
}

START_TEST(the_queries_of_the_page_answer_what_the_page_says)
{
	static const char *const answers[] = {
		"2026-01-01 12:00:00|ba5e000|1|10.0\n2026-01-01 15:30:00|c0ffee3|2|1.5\n",
		"c0ffee1|dev-b|12|Carts are kept\nc0ffee2|dev-a|-|Fix a typo\nc0ffee3|dev-c|13|Carts are \"full\"\n",
		"9|Stop the bleeding|45\n12|Carts|-\n",
	};

	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct buf sql;

		buf_init(&sql, KIB(8));
		query_of_the_page(i, &sql);
		sql_is(sql.at, answers[i]);
		buf_release(&sql);
	}
}
END_TEST

/* Tables and columns as the page has them against those that are made. */
START_TEST(the_page_lists_every_table_and_column)
{
	struct buf page, columns;
	struct err err = {0};
	struct str rest;

	buf_init(&page, MIB(1));
	buf_init(&columns, KIB(64));
	ck_assert_msg(file_read("docs/delivery.md", &page, &err), "%s", err.text);
	sql_answer("SELECT m.name, group_concat('`' || c.name || '`') FROM sqlite_schema m, pragma_table_info(m.name) c"
		   " WHERE m.type = 'table' GROUP BY m.name",
		   &columns);
	ck_assert_uint_gt(columns.len, 0);
	for (rest = buf_view(&columns); rest.len > 0;) {
		struct str line = str_slice(rest, 0, str_find(rest, '\n')), names;
		size_t bar = str_find(line, '|');
		char row[80], *at, *end;

		snprintf(row, sizeof(row), "\n| `%.*s` |", (int)bar, line.at);
		at = strstr(page.at, row);
		ck_assert_msg(at != NULL, "the page has no table '%s'", row + 1);
		end = strchr(at + 1, '\n');
		for (names = str_slice(line, bar + 1, line.len); names.len > 0;) {
			struct str name = str_slice(names, 0, str_find(names, ','));

			ck_assert_msg(memmem(at, (size_t)(end - at), name.at, name.len), "%s has no %.*s on the page",
				      row + 1, STR_ARG(name));
			names = str_slice(names, name.len + 1, names.len);
		}
		rest = str_slice(rest, line.len + 1, rest.len);
	}
	buf_release(&page);
	buf_release(&columns);
}
END_TEST

UNIT_MAIN_IN("facts/docs", make_file, remove_folder, the_queries_of_the_page_answer_what_the_page_says,
	     the_page_lists_every_table_and_column)
