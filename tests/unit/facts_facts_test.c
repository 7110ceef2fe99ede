/* Rows: what is put comes back, and is what plain SQL says. */
#include "facts_fixture.h"

static bool same_texts(const struct str *a, size_t a_len, const struct str *b, size_t b_len)
{
	bool same = a_len == b_len;

	for (size_t i = 0; i < a_len && same; i++)
		same = str_eq(a[i], b[i]);
	return same;
}

static const struct str odd_texts[] = {
	STR_INIT("plain"),
	STR_INIT(","),
	STR_INIT(""),
	STR_INIT("a \"quoted\" one"),
	STR_INIT("back\\slash"),
	STR_INIT("\xC3\xA9t\xC3\xA9"),
	STR_INIT("\",\""),
	STR_INIT("line\nend"),
	STR_INIT("]"),
};
static const struct str plain_texts[] = {STR_INIT("a"),  STR_INIT(","), STR_INIT(""), STR_INIT("\xF0\x9F\x9A\x80"),
					 STR_INIT("]["), STR_INIT("")};

static const struct fact_attempt attempts[] = {
	{.source = STR_INIT("deployments production"), .id = INT64_MAX, .number = 1, .state = STR_INIT("odd")},
	{.source = STR_INIT("workflow d\xC3\xA9ploy.yml"),
	 .id = 7,
	 .number = 1,
	 .sha = STR_INIT("aaaa"),
	 .ref = STR_INIT("release's/1"),
	 .url = STR_INIT("https://host/7"),
	 .result = ATTEMPT_FAILURE,
	 .state = STR_INIT("timed_out"),
	 .created = {1},
	 .started = {1700000000123},
	 .finished = {1700000000124}},
	{.source = STR_INIT("workflow d\xC3\xA9ploy.yml"), .id = 7, .number = 2, .result = ATTEMPT_RUNNING},
	{.source = STR_INIT("workflow d\xC3\xA9ploy.yml"), .id = 10, .number = 1, .result = ATTEMPT_SKIPPED},
};

static void same_attempt(const struct fact_attempt *a, const struct fact_attempt *b)
{
	ck_assert(str_eq(a->source, b->source) && a->id == b->id && a->number == b->number);
	ck_assert(str_eq(a->sha, b->sha) && str_eq(a->ref, b->ref) && str_eq(a->url, b->url));
	ck_assert(a->result == b->result && str_eq(a->state, b->state));
	ck_assert(a->created.ms == b->created.ms && a->started.ms == b->started.ms && a->finished.ms == b->finished.ms);
}

START_TEST(attempts_come_back_by_source_id_and_number)
{
	struct facts *facts = must_open();
	struct repository_facts *known;

	for (size_t i = COUNT_OF(attempts); i-- > 0;)
		MUST(facts_put_attempt(facts, repository, &attempts[i], why));
	facts_close(facts);
	facts = must_open();
	known = must_load(facts);
	ck_assert_uint_eq(known->attempts_len, COUNT_OF(attempts));
	for (size_t i = 0; i < COUNT_OF(attempts); i++)
		same_attempt(&known->attempts[i], &attempts[i]);
	repository_facts_free(known);
	facts_close(facts);
}
END_TEST

static void commit_comes_back(const struct fact_commit *commit)
{
	struct facts *facts = must_open();
	struct repository_facts *known;
	const struct fact_commit *found;

	MUST(facts_put_commit(facts, repository, commit, why));
	known = must_load(facts);
	found = map_get(&known->commits, commit->sha);
	ck_assert_ptr_nonnull(found);
	ck_assert(str_eq(found->sha, commit->sha) && str_eq(found->author, commit->author));
	ck_assert(found->bot == commit->bot && found->authored.ms == commit->authored.ms);
	ck_assert(found->committed.ms == commit->committed.ms && str_eq(found->subject, commit->subject));
	ck_assert(str_eq(found->reverts, commit->reverts));
	ck_assert(same_texts(found->parents, found->parents_len, commit->parents, commit->parents_len));
	repository_facts_free(known);
	facts_close(facts);
}

START_TEST(a_commit_comes_back_with_nothing_in_it_and_with_everything)
{
	struct fact_commit commit = {.sha = STR("0123")};

	commit_comes_back(&commit);
	commit = (struct fact_commit){
		STR("0123"), STR("\xE6\x9D\x8E"),  true, {-5}, {1}, STR("say \"it's\"; '); --"), STR("ffff"),
		plain_texts, COUNT_OF(plain_texts)};
	commit_comes_back(&commit);
	commit.parents = odd_texts;
	commit.parents_len = COUNT_OF(odd_texts);
	commit_comes_back(&commit);
	commit.parents_len = 0;
	commit.bot = false;
	commit_comes_back(&commit);
}
END_TEST

START_TEST(pulls_and_issues_come_back_by_number_with_their_labels)
{
	static const struct fact_pull full = {12,
					      STR_INIT("Title \xC3\xA9"),
					      STR_INIT("hotfix/1"),
					      STR_INIT("main"),
					      STR_INIT("dependabot[bot]"),
					      STR_INIT("https://host/12"),
					      true,
					      STR_INIT("cafe"),
					      {1},
					      {2},
					      {3},
					      {4},
					      5,
					      odd_texts,
					      COUNT_OF(odd_texts)};
	static const struct fact_pull bare = {.number = 3};
	static const struct fact_issue issue = {5,   STR_INIT("Down"), STR_INIT("https://host/5"), {6},
						{0}, plain_texts,      COUNT_OF(plain_texts)};
	struct facts *facts = must_open();
	struct repository_facts *known;
	const struct fact_pull *pull;

	MUST(facts_put_pull(facts, repository, &full, why));
	MUST(facts_put_pull(facts, repository, &bare, why));
	MUST(facts_put_issue(facts, repository, &issue, why));
	known = must_load(facts);
	ck_assert_uint_eq(known->pulls_len, 2);
	ck_assert(known->pulls[0].number == 3 && known->pulls[0].merged.ms == 0 && known->pulls[0].labels_len == 0);
	pull = &known->pulls[1];
	ck_assert(pull->number == 12 && str_eq(pull->title, full.title) && str_eq(pull->head_ref, full.head_ref));
	ck_assert(str_eq(pull->base_ref, full.base_ref) && str_eq(pull->author, full.author) && pull->bot);
	ck_assert(str_eq(pull->url, full.url) && str_eq(pull->merge_sha, full.merge_sha));
	ck_assert(pull->opened.ms == 1 && pull->merged.ms == 2 && pull->first_commit.ms == 3);
	ck_assert(pull->first_review.ms == 4 && pull->reverts == 5 && known->pulls[0].reverts == 0);
	ck_assert(same_texts(pull->labels, pull->labels_len, odd_texts, COUNT_OF(odd_texts)));
	ck_assert_uint_eq(known->issues_len, 1);
	ck_assert(known->issues[0].number == 5 && str_eq(known->issues[0].title, issue.title));
	ck_assert(known->issues[0].opened.ms == 6 && known->issues[0].closed.ms == 0);
	ck_assert(str_eq(known->issues[0].url, issue.url));
	ck_assert(same_texts(known->issues[0].labels, known->issues[0].labels_len, plain_texts, COUNT_OF(plain_texts)));
	repository_facts_free(known);
	facts_close(facts);
}
END_TEST

START_TEST(what_is_dropped_is_gone_and_the_rest_stays)
{
	static const struct fact_issue issues[] = {{.number = 5}, {.number = 6}};
	struct facts *facts = must_open();
	struct repository_facts *known;
	struct fact_attempt attempt = {.source = STR("releases"), .id = 7, .number = 1};

	MUST(facts_put_attempt(facts, repository, &attempt, why));
	attempt.number = 2;
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	attempt.id = 8;
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	attempt.source = STR("deployments production");
	attempt.id = 7;
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	MUST(facts_put_issue(facts, repository, &issues[0], why));
	MUST(facts_put_issue(facts, repository, &issues[1], why));
	MUST(facts_drop_attempts(facts, repository, STR("releases"), 7, why));
	MUST(facts_drop_attempts(facts, STR("acme/other"), STR("releases"), 8, why));
	MUST(facts_drop_issue(facts, repository, 5, why));
	MUST(facts_drop_issue(facts, repository, 99, why));
	known = must_load(facts);
	ck_assert_uint_eq(known->attempts_len, 2);
	ck_assert(known->attempts[0].id == 7 && str_is(known->attempts[0].source, "deployments production"));
	ck_assert(known->attempts[1].id == 8 && str_is(known->attempts[1].source, "releases"));
	ck_assert(known->issues_len == 1 && known->issues[0].number == 6);
	repository_facts_free(known);
	facts_close(facts);
}
END_TEST

START_TEST(ranges_come_back_by_both_ends_with_thousands_of_commits_in_order)
{
	enum { COMMITS = 5000 };
	struct facts *facts = must_open();
	struct repository_facts *known;
	struct str *shas;
	struct fact_range range = {STR("base"), STR("head"), RANGE_DIVERGED, NULL, COMMITS};
	struct fact_range gone = {.base = STR("head"), .head = STR("base"), .status = RANGE_GONE};
	const struct fact_range *found;
	struct arena arena;

	arena_init(&arena);
	range.commits = shas = arena_array(&arena, COMMITS, sizeof(*shas));
	for (unsigned i = 0; i < COMMITS; i++)
		shas[i] = arena_fmt(&arena, "%040x", i * 2654435761u);
	MUST(facts_put_range(facts, repository, &range, why));
	MUST(facts_put_range(facts, repository, &gone, why));
	known = must_load(facts);
	ck_assert_uint_eq(known->ranges.len, 2);
	found = repository_range(known, STR("base"), STR("head"));
	ck_assert(str_is(found->base, "base") && str_is(found->head, "head") && found->status == RANGE_DIVERGED);
	ck_assert(same_texts(found->commits, found->commits_len, shas, COMMITS));
	found = repository_range(known, STR("head"), STR("base"));
	ck_assert(found->status == RANGE_GONE && found->commits_len == 0);
	ck_assert_ptr_null(repository_range(known, STR("base"), STR("base")));
	repository_facts_free(known);
	facts_close(facts);
	arena_release(&arena);
}
END_TEST

START_TEST(it_is_known_which_pull_brought_a_commit_and_that_none_did_and_that_nobody_asked)
{
	static const struct fact_pull pull = {.number = 9};
	static const struct str files[] = {STR_INIT("a/b.c"), STR_INIT("d\xC3\xA9j\xC3\xA0/\"x\"")};
	struct facts *facts = must_open();
	struct repository_facts *known;
	const struct fact_files *of;

	MUST(facts_put_pull(facts, repository, &pull, why));
	MUST(facts_put_pull_of(facts, repository, STR("a1"), 9, why));
	MUST(facts_put_pull_of(facts, repository, STR("a2"), 0, why));
	MUST(facts_put_pull_of(facts, repository, STR("a3"), 77, why));
	MUST(facts_put_files(facts, repository, STR("a1"), files, 2, why));
	MUST(facts_put_files(facts, repository, STR("a2"), NULL, 0, why));
	MUST(facts_put_pull_of(facts, STR("acme/other"), STR("a4"), 0, why));
	known = must_load(facts);
	ck_assert_ptr_eq(map_get(&known->pulls_of, STR("a1")), &known->pulls[0]);
	ck_assert_ptr_eq(map_get(&known->pulls_of, STR("a2")), &fact_no_pull);
	ck_assert_ptr_null(map_get(&known->pulls_of, STR("a3")));
	ck_assert_ptr_null(map_get(&known->pulls_of, STR("a4")));
	of = map_get(&known->files, STR("a1"));
	ck_assert(str_is(of->sha, "a1") && same_texts(of->files, of->len, files, 2));
	of = map_get(&known->files, STR("a2"));
	ck_assert(of && of->len == 0);
	ck_assert_ptr_null(map_get(&known->files, STR("a3")));
	repository_facts_free(known);
	facts_close(facts);
}
END_TEST

START_TEST(what_is_told_again_replaces_and_what_is_told_unchanged_writes_nothing)
{
	struct fact_attempt attempt = {
		.source = STR("workflow d.yml"), .id = 1, .number = 1, .created = {1000}, .result = ATTEMPT_RUNNING};
	struct facts *facts = must_open();
	struct repository_facts *known;
	int64_t before;

	MUST(facts_put_attempt(facts, repository, &attempt, why));
	attempt.result = ATTEMPT_SUCCESS;
	attempt.finished.ms = 5000;
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	before = facts_bytes(facts);
	for (int i = 0; i < 50; i++)
		MUST(facts_put_attempt(facts, repository, &attempt, why));
	ck_assert_int_eq(facts_bytes(facts), before);
	known = must_load(facts);
	ck_assert_uint_eq(known->attempts_len, 1);
	same_attempt(&known->attempts[0], &attempt);
	repository_facts_free(known);
	attempt.finished.ms = 0; /* what was known can become unknown: a run that is run again */
	MUST(facts_put_attempt(facts, repository, &attempt, why));
	ck_assert_int_gt(facts_bytes(facts), before);
	sql_is("SELECT count(*), finished, result FROM attempts", "1|-|success\n");
	facts_close(facts);
}
END_TEST

START_TEST(marks_and_pages_are_kept_replaced_and_forgotten)
{
	struct facts *facts = must_open();
	struct buf value, next;
	struct err err = {0};

	buf_init(&value, KIB(1));
	buf_init(&next, KIB(1));
	ck_assert(!facts_get_mark(facts, repository, STR("runs"), &value, &err));
	ck_assert(!facts_get_page(facts, STR("https://host/a"), &value, &next, &err));
	ck_assert_str_eq(err.text, "");
	MUST(facts_put_mark(facts, repository, STR("runs"), STR("2026-01-01"), why));
	MUST(facts_put_mark(facts, repository, STR("runs"), STR(""), why));
	MUST(facts_put_page(facts, STR("https://host/a"), STR("W/\"1\""), STR("https://host/b"), why));
	MUST(facts_put_page(facts, STR("https://host/a"), STR("W/\"2\""), STR(""), why));
	facts_close(facts);
	facts = must_open();
	ck_assert(facts_get_mark(facts, repository, STR("runs"), &value, &err) && value.len == 0);
	ck_assert(!facts_get_mark(facts, STR("acme/other"), STR("runs"), &value, &err));
	ck_assert(facts_get_page(facts, STR("https://host/a"), &value, &next, &err));
	ck_assert(str_is(buf_view(&value), "W/\"2\"") && next.len == 0);
	MUST(facts_put_mark(facts, repository, STR("runs"), (struct str){0}, why));
	ck_assert(!facts_get_mark(facts, repository, STR("runs"), &value, &err));
	MUST(facts_forget_pages(facts, (struct instant){instant_now().ms - SPAN_HOUR}, why));
	ck_assert(facts_get_page(facts, STR("https://host/a"), &value, &next, &err));
	MUST(facts_forget_pages(facts, (struct instant){instant_now().ms + SPAN_HOUR}, why));
	ck_assert(!facts_get_page(facts, STR("https://host/a"), &value, &next, &err));
	ck_assert_str_eq(err.text, "");
	buf_release(&value);
	buf_release(&next);
	facts_close(facts);
}
END_TEST

START_TEST(alerts_come_back_by_service_and_time)
{
	struct fact_alert alert = {STR("k2"),       STR("shop/cart"),    STR("shop"), STR("page"),
				   STR("critical"), STR("{zone=\"a\"}"), {2000},      {0}},
			  *found;
	struct facts *facts = must_open();
	struct arena arena;
	size_t len;

	arena_init(&arena);
	MUST(facts_put_alert(facts, &alert, why));
	alert.closed.ms = 3000;
	MUST(facts_put_alert(facts, &alert, why));
	alert = (struct fact_alert){.key = STR("k1"), .service = STR("shop"), .opened = {1000}};
	MUST(facts_put_alert(facts, &alert, why));
	alert = (struct fact_alert){.key = STR("k3"), .service = STR("other"), .opened = {1000}};
	MUST(facts_put_alert(facts, &alert, why));
	MUST(facts_alerts(facts, STR("shop"), &arena, &found, &len, why));
	ck_assert_uint_eq(len, 2);
	ck_assert(str_is(found[0].key, "k1") && found[0].closed.ms == 0 && found[0].slo.len == 0);
	ck_assert(str_is(found[1].key, "k2") && str_is(found[1].slo, "shop/cart") && str_is(found[1].tier, "page"));
	ck_assert(str_is(found[1].service, "shop") && str_is(found[1].severity, "critical"));
	ck_assert(str_is(found[1].group, "{zone=\"a\"}") && found[1].opened.ms == 2000);
	ck_assert(found[1].closed.ms == 3000);
	MUST(facts_alerts(facts, STR("nobody"), &arena, &found, &len, why));
	ck_assert_uint_eq(len, 0);
	MUST(facts_forget_alerts(facts, (struct instant){3000}, why));
	MUST(facts_alerts(facts, STR("shop"), &arena, &found, &len, why));
	ck_assert_uint_eq(len, 2);
	MUST(facts_forget_alerts(facts, (struct instant){3001}, why));
	MUST(facts_alerts(facts, STR("shop"), &arena, &found, &len, why));
	ck_assert(len == 1 && str_is(found[0].key, "k1")); /* it fires */
	arena_release(&arena);
	facts_close(facts);
}
END_TEST

START_TEST(a_title_that_is_too_long_is_cut_between_characters_and_a_name_is_refused)
{
	char *text = malloc(LIMIT_FACT_TEXT_BYTES + 1);
	struct fact_commit commit = {.sha = STR("a1"), .subject = {text, LIMIT_FACT_TITLE_BYTES + 10}};
	struct facts *facts = must_open();
	struct repository_facts *known;
	const struct fact_commit *found;
	struct err err = {0};

	memset(text, 'x', LIMIT_FACT_TEXT_BYTES + 1);
	memcpy(text + LIMIT_FACT_TITLE_BYTES - 1, "\xC3\xA9", 2);
	MUST(facts_put_commit(facts, repository, &commit, why));
	known = must_load(facts);
	found = map_get(&known->commits, STR("a1"));
	ck_assert(str_eq(found->subject, (struct str){text, LIMIT_FACT_TITLE_BYTES - 1}));
	repository_facts_free(known);
	commit.author = (struct str){text, LIMIT_FACT_TEXT_BYTES + 1};
	ck_assert(!facts_put_commit(facts, repository, &commit, &err));
	ck_assert_str_eq(err.text, "cannot keep a fact: its 'author' is over the limit of 65536 bytes");
	facts_close(facts);
	free(text);
}
END_TEST

UNIT_MAIN_IN("facts/facts", make_folder, remove_folder, attempts_come_back_by_source_id_and_number,
	     a_commit_comes_back_with_nothing_in_it_and_with_everything,
	     pulls_and_issues_come_back_by_number_with_their_labels, what_is_dropped_is_gone_and_the_rest_stays,
	     ranges_come_back_by_both_ends_with_thousands_of_commits_in_order,
	     it_is_known_which_pull_brought_a_commit_and_that_none_did_and_that_nobody_asked,
	     what_is_told_again_replaces_and_what_is_told_unchanged_writes_nothing,
	     marks_and_pages_are_kept_replaced_and_forgotten, alerts_come_back_by_service_and_time,
	     a_title_that_is_too_long_is_cut_between_characters_and_a_name_is_refused)
