/* Histories written down as text, for tests of src/dora: one event a line, in any order.
 *
 *   rules  KEY=VALUE...     lead=commit|first_commit|merge recovery=last|first attribution=HOURS paths=A,B labels=A,B
 *                           authors=A,B bots=out hotfix_branches=A,B hotfix_labels=A,B
 *   at TIME, since TIME     since the beginning and at 1000 unless given
 *   commit SHA TIME         parents=A,B author=NAME bot reverts=SHA committed=TIME files=A,B pull=N; TIME `-`: not
 * known deploy SHA TIME         result=failure|... started=TIME created=TIME ref=NAME id=N number=N; TIME `-`: no end
 *   pull N                  opened=TIME merged=TIME first=TIME review=TIME head=NAME labels=A,B sha=SHA author=NAME bot
 *                           reverts=N
 *   incident NAME FROM [TO]
 *   gone SHA                it does not exist any more
 *   unknown BASE HEAD       nobody asked for that range yet
 *
 * TIME is in hours from a Thursday midnight on, with `s` behind it in seconds. Ranges follow from the parents. */
#ifndef WICK_TESTS_DORA_FIXTURE_H
#define WICK_TESTS_DORA_FIXTURE_H

#include "base/map.h"
#include "base/num.h"
#include "dora/dora.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define FIXTURE_MIDNIGHT INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

struct fixture_commit {
	struct fact_commit fact;
	const struct str *files;
	size_t files_len;
	bool has_files;
	int64_t pull;
	size_t place, marked; /* among all; the last walk that came by */
};

struct fixture {
	struct arena arena;
	struct delivery delivery;
	struct delivery_environment environment;
	struct dora_case one;
	struct fact_attempt *attempts;
	struct incident *incidents;
	struct fixture_commit **commits;
	size_t commits_len, walks;
	struct map by_sha, pulls, gone, unknown, ranges;
};

static inline struct str fixture_word(struct str *line)
{
	struct str word, rest = str_trim(*line);
	size_t blank = str_find(rest, ' ');

	word = str_slice(rest, 0, blank);
	*line = str_slice(rest, blank, rest.len);
	return word;
}

static inline struct instant fixture_time(struct str word)
{
	double n = 0;
	bool seconds = str_ends(word, STR("s"));

	if (!word.len || str_is(word, "-"))
		return (struct instant){0};
	if (!num_read_double(str_slice(word, 0, word.len - seconds), &n)) {
		fprintf(stderr, "'%.*s' is no time\n", STR_ARG(word));
		abort();
	}
	n *= seconds ? 1e3 : 3.6e6;
	return (struct instant){FIXTURE_MIDNIGHT + (int64_t)(n < 0 ? n - 0.5 : n + 0.5)};
}

/* The value of KEY= in the line; found where it stands there at all. */
static inline bool fixture_key(struct str line, const char *key, struct str *value)
{
	struct str name = str_of(key);

	while (str_trim(line).len) {
		struct str word = fixture_word(&line);

		if (!str_starts(word, name) || (word.len > name.len && word.at[name.len] != '='))
			continue;
		*value = word.len > name.len ? str_slice(word, name.len + 1, word.len) : STR("");
		return true;
	}
	*value = (struct str){0};
	return false;
}

static inline struct str fixture_text(struct str line, const char *key)
{
	struct str value;

	fixture_key(line, key, &value);
	return value;
}

static inline struct str *fixture_list(struct fixture *fixture, struct str line, const char *key, size_t *len)
{
	struct str rest = fixture_text(line, key), *list = NULL;

	for (*len = 0; rest.len;) {
		size_t comma = str_find(rest, ',');

		list = arena_grow(&fixture->arena, list, *len, sizeof(*list));
		list[(*len)++] = str_slice(rest, 0, comma);
		rest = str_slice(rest, comma < rest.len ? comma + 1 : comma, rest.len);
	}
	return list;
}

static inline void fixture_texts(struct fixture *fixture, struct str line, const char *key, struct delivery_texts *out)
{
	struct str value;

	if (fixture_key(line, key, &value))
		out->at = fixture_list(fixture, line, key, &out->len);
}

static inline int64_t fixture_number(struct str word, int64_t unless)
{
	int64_t n = unless;

	if (word.len && !num_read_i64(word, &n))
		abort();
	return n;
}

static inline int fixture_name(struct str word, const char *const *names, int len, int unless)
{
	for (int i = 0; i < len; i++)
		if (str_is(word, names[i]))
			return i;
	assert(!word.len);
	return unless;
}

static inline void fixture_rules(struct fixture *fixture, struct str line)
{
	struct delivery *delivery = &fixture->delivery;
	struct str value;

	delivery->lead_time = (enum lead_time)fixture_name(fixture_text(line, "lead"), lead_time_names, LEAD_TIMES,
							   delivery->lead_time);
	delivery->recovery = (enum recovery_rule)fixture_name(fixture_text(line, "recovery"), recovery_rule_names,
							      RECOVERY_RULES, delivery->recovery);
	if (fixture_key(line, "attribution", &value))
		delivery->attribution.ms = fixture_time(value).ms - FIXTURE_MIDNIGHT;
	delivery->bots_out = fixture_key(line, "bots", &value) || delivery->bots_out;
	fixture_texts(fixture, line, "paths", &delivery->paths);
	fixture_texts(fixture, line, "labels", &delivery->pull_labels);
	fixture_texts(fixture, line, "authors", &delivery->authors_out);
	fixture_texts(fixture, line, "hotfix_branches", &delivery->hotfix_branches);
	fixture_texts(fixture, line, "hotfix_labels", &delivery->hotfix_labels);
}

static inline void fixture_commit(struct fixture *fixture, struct str line)
{
	struct fixture_commit *commit = arena_alloc(&fixture->arena, sizeof(*commit));
	struct fact_commit *fact = &commit->fact;
	struct str value;

	fact->sha = fixture_word(&line);
	fact->authored = fixture_time(fixture_word(&line));
	fact->committed = fixture_key(line, "committed", &value) ? fixture_time(value) : fact->authored;
	fact->author = fixture_text(line, "author");
	fact->bot = fixture_key(line, "bot", &value);
	fact->reverts = fixture_text(line, "reverts");
	fact->parents = fixture_list(fixture, line, "parents", &fact->parents_len);
	commit->has_files = fixture_key(line, "files", &value);
	commit->files = fixture_list(fixture, line, "files", &commit->files_len);
	commit->pull = fixture_number(fixture_text(line, "pull"), 0);
	commit->place = fixture->commits_len;
	map_put(&fixture->by_sha, fact->sha, commit);
	fixture->commits = arena_grow(&fixture->arena, fixture->commits, fixture->commits_len, sizeof(commit));
	fixture->commits[fixture->commits_len++] = commit;
}

static inline void fixture_deploy(struct fixture *fixture, struct str line)
{
	struct fact_attempt *attempt;
	size_t *len = &fixture->one.attempts_len;
	struct str value;

	fixture->attempts = arena_grow(&fixture->arena, fixture->attempts, *len, sizeof(*attempt));
	attempt = &fixture->attempts[*len];
	*attempt = (struct fact_attempt){.source = STR("workflow deploy.yml"), .id = (int64_t)++ * len};
	attempt->sha = fixture_word(&line);
	attempt->sha = str_is(attempt->sha, "-") ? (struct str){0} : attempt->sha;
	attempt->finished = fixture_time(fixture_word(&line));
	attempt->result = (enum attempt_result)fixture_name(fixture_text(line, "result"), attempt_result_names,
							    ATTEMPT_RESULTS, ATTEMPT_SUCCESS);
	attempt->started = fixture_key(line, "started", &value) ? fixture_time(value) : attempt->finished;
	attempt->created = fixture_key(line, "created", &value) ? fixture_time(value) : attempt->started;
	attempt->ref = fixture_text(line, "ref");
	attempt->id = fixture_number(fixture_text(line, "id"), attempt->id);
	attempt->number = (unsigned)fixture_number(fixture_text(line, "number"), 1);
}

static inline void fixture_pull(struct fixture *fixture, struct str line)
{
	struct fact_pull *pull = arena_alloc(&fixture->arena, sizeof(*pull));
	struct str number = fixture_word(&line), value;

	pull->number = fixture_number(number, 0);
	pull->opened = fixture_time(fixture_text(line, "opened"));
	pull->merged = fixture_time(fixture_text(line, "merged"));
	pull->first_commit = fixture_time(fixture_text(line, "first"));
	pull->first_review = fixture_time(fixture_text(line, "review"));
	pull->head_ref = fixture_text(line, "head");
	pull->merge_sha = fixture_text(line, "sha");
	pull->author = fixture_text(line, "author");
	pull->bot = fixture_key(line, "bot", &value);
	pull->reverts = fixture_number(fixture_text(line, "reverts"), 0);
	pull->labels = fixture_list(fixture, line, "labels", &pull->labels_len);
	map_put(&fixture->pulls, number, pull);
}

static inline void fixture_incident(struct fixture *fixture, struct str line)
{
	size_t *len = &fixture->one.incidents_len;

	fixture->incidents = arena_grow(&fixture->arena, fixture->incidents, *len, sizeof(*fixture->incidents));
	fixture->incidents[*len] = (struct incident){.source = INCIDENTS_FILE, .name = fixture_word(&line)};
	fixture->incidents[*len].opened = fixture_time(fixture_word(&line));
	fixture->incidents[(*len)++].closed = fixture_time(fixture_word(&line));
}

static inline struct str fixture_pair(struct arena *arena, struct str base, struct str head)
{
	return arena_fmt(arena, "%.*s...%.*s", STR_ARG(base), STR_ARG(head));
}

static inline void fixture_line(struct fixture *fixture, struct str line)
{
	struct str word = fixture_word(&line), base;

	if (str_is(word, "rules")) {
		fixture_rules(fixture, line);
	} else if (str_is(word, "at")) {
		fixture->one.at = fixture_time(fixture_word(&line));
	} else if (str_is(word, "since")) {
		fixture->one.since = fixture_time(fixture_word(&line));
	} else if (str_is(word, "commit")) {
		fixture_commit(fixture, line);
	} else if (str_is(word, "deploy")) {
		fixture_deploy(fixture, line);
	} else if (str_is(word, "pull")) {
		fixture_pull(fixture, line);
	} else if (str_is(word, "incident")) {
		fixture_incident(fixture, line);
	} else if (str_is(word, "gone")) {
		map_put(&fixture->gone, fixture_word(&line), fixture);
	} else if (str_is(word, "unknown")) {
		base = fixture_word(&line);
		map_put(&fixture->unknown, fixture_pair(&fixture->arena, base, fixture_word(&line)), fixture);
	} else if (word.len) {
		fprintf(stderr, "no event: '%.*s'\n", STR_ARG(word));
		abort();
	}
}

/* Marks all ancestors of a commit, itself included, with a number of their own. */
static inline size_t fixture_walk(struct fixture *fixture, struct str sha)
{
	struct fixture_commit **stack = calloc(fixture->commits_len + 1, sizeof(struct fixture_commit *));
	struct fixture_commit *from = map_get(&fixture->by_sha, sha);
	size_t len = 0, mark = ++fixture->walks;

	if (from) {
		from->marked = mark;
		stack[len++] = from;
	}
	while (len) {
		const struct fact_commit *fact = &stack[--len]->fact;

		for (size_t i = 0; i < fact->parents_len; i++) {
			struct fixture_commit *parent = map_get(&fixture->by_sha, fact->parents[i]);

			if (!parent || parent->marked == mark)
				continue;
			parent->marked = mark;
			stack[len++] = parent;
		}
	}
	free(stack);
	return mark;
}

static inline const struct fact_range *fixture_range(void *context, struct str base, struct str head)
{
	struct fixture *fixture = context;
	struct str pair = fixture_pair(&fixture->arena, base, head), *commits;
	struct fact_range *range = map_get(&fixture->ranges, pair);
	bool *below;
	size_t missing = 0, mark;

	if (range || map_get(&fixture->unknown, pair))
		return range;
	range = arena_alloc(&fixture->arena, sizeof(*range));
	*range = (struct fact_range){.base = base, .head = head};
	map_put(&fixture->ranges, pair, range);
	if (map_get(&fixture->gone, base) || map_get(&fixture->gone, head) || !map_get(&fixture->by_sha, base) ||
	    !map_get(&fixture->by_sha, head)) {
		range->status = RANGE_GONE;
		return range;
	}
	below = calloc(fixture->commits_len, sizeof(*below));
	commits = arena_array(&fixture->arena, fixture->commits_len, sizeof(*commits));
	mark = fixture_walk(fixture, base);
	for (size_t i = 0; i < fixture->commits_len; i++)
		below[i] = fixture->commits[i]->marked == mark;
	mark = fixture_walk(fixture, head);
	for (size_t i = 0; i < fixture->commits_len; i++) {
		if (fixture->commits[i]->marked == mark && !below[i])
			commits[range->commits_len++] = fixture->commits[i]->fact.sha;
		missing += fixture->commits[i]->marked != mark && below[i];
	}
	free(below);
	range->commits = commits;
	range->status = missing ? (range->commits_len ? RANGE_DIVERGED : RANGE_BEHIND)
				: (range->commits_len ? RANGE_AHEAD : RANGE_IDENTICAL);
	return range;
}

static inline const struct fact_commit *fixture_commit_of(void *context, struct str sha)
{
	const struct fixture *fixture = context;
	const struct fixture_commit *commit = map_get(&fixture->by_sha, sha);

	return commit && !str_starts(sha, STR("nameless")) ? &commit->fact : NULL;
}

static inline const struct fact_pull *fixture_pull_of(void *context, struct str sha)
{
	const struct fixture *fixture = context;
	const struct fixture_commit *commit = map_get(&fixture->by_sha, sha);
	char number[24];

	if (!commit || !commit->pull)
		return NULL;
	snprintf(number, sizeof(number), "%lld", (long long)commit->pull);
	return map_get(&fixture->pulls, str_of(number));
}

static inline bool fixture_files_of(void *context, struct str sha, const struct str **files, size_t *len)
{
	const struct fixture *fixture = context;
	const struct fixture_commit *commit = map_get(&fixture->by_sha, sha);

	if (!commit || !commit->has_files)
		return false;
	*files = commit->files;
	*len = commit->files_len;
	return true;
}

/* The text has to outlive it. */
static inline void fixture_read(struct fixture *fixture, struct str text)
{
	static struct str hotfix[] = {STR_INIT("hotfix/*"), STR_INIT("hotfix-*")}, label[] = {STR_INIT("hotfix")};

	*fixture = (struct fixture){.environment = {.name = STR("production"), .from = STR("deploy.yml")}};
	fixture->delivery = (struct delivery){.service = STR("shop"),
					      .hotfix_branches = {.at = hotfix, .len = 2},
					      .hotfix_labels = {.at = label, .len = 1},
					      .attribution = {SPAN_DAY},
					      .report_year = 2024};
	fixture->one = (struct dora_case){
		.delivery = &fixture->delivery,
		.environment = &fixture->environment,
		.repository = STR("acme/shop"),
		.facts = {fixture, fixture_range, fixture_commit_of, fixture_pull_of, fixture_files_of},
		.at = fixture_time(STR("1000"))};
	while (text.len) {
		size_t end = str_find(text, '\n');

		fixture_line(fixture, str_slice(text, 0, end));
		text = str_slice(text, end < text.len ? end + 1 : end, text.len);
	}
	fixture->one.attempts = fixture->attempts;
	fixture->one.incidents = fixture->incidents;
}

static inline void fixture_release(struct fixture *fixture)
{
	map_release(&fixture->by_sha);
	map_release(&fixture->pulls);
	map_release(&fixture->gone);
	map_release(&fixture->unknown);
	map_release(&fixture->ranges);
	arena_release(&fixture->arena);
}

static inline void fixture_write_time(struct buf *buf, struct instant at)
{
	if (at.ms)
		num_write_double(buf, (double)(at.ms - FIXTURE_MIDNIGHT) / 3.6e6);
	else
		buf_char(buf, '-');
}

/* "b@3: b 2.5h, c merge_commit; failed by incident 4..5, recovered 5", one deployment a line, times in hours. */
static inline void fixture_write(struct buf *buf, const struct dora_history *history)
{
	for (size_t i = 0; i < history->deployments_len; i++) {
		const struct dora_deployment *one = &history->deployments[i];

		buf_fmt(buf, "%.*s@", STR_ARG(one->sha));
		fixture_write_time(buf, one->at);
		if (one->attempts != 1)
			buf_fmt(buf, " try %zu", one->attempts);
		if (one->baseline)
			buf_fmt(buf, " %s", exclusion_reason_names[one->baseline_reason]);
		buf_fmt(buf, "%s%s%s", one->rollback ? " rollback" : "", one->hotfix ? " hotfix" : "",
			one->reverts ? " reverts" : "");
		for (size_t k = 0; k < one->changes_len; k++) {
			const struct dora_change *change = &one->changes[k];

			buf_fmt(buf, "%s %.*s ", k ? "," : ":", STR_ARG(change->commit->sha));
			if (change->counts)
				num_write_double(buf, change->lead_seconds / 3600);
			else
				buf_cstr(buf, exclusion_reason_names[change->reason]);
		}
		for (size_t k = 0; k < one->evidence_len; k++) {
			buf_fmt(buf, "; %s ", evidence_names[one->evidence[k].kind]);
			fixture_write_time(buf, one->evidence[k].at);
			buf_cstr(buf, "..");
			fixture_write_time(buf, one->evidence[k].recovered);
		}
		if (one->evidence_len) {
			buf_cstr(buf, "; recovered ");
			fixture_write_time(buf, one->recovered);
		}
		buf_char(buf, '\n');
	}
}

#endif
