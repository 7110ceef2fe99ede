#include "count/watch.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "promql/matcher.h"

#include <stdlib.h>

/* More alternatives than this make a selector longer than the answer it saves. */
enum { NARROW_MAX = 1000 };

struct candidate {
	struct watch_member member;
	struct matcher_set *matchers; /* NULL: every series of the watch is the member's */
	struct candidate *next;       /* in the same bucket of the index */
};

struct watch {
	struct str selector;
	struct str metric; /* empty: one selector by itself */
	struct candidate *candidates;
	struct watch_member *members;
	size_t len, cap;
	struct map by_pin;     /* "name=value" that a candidate insists on -> list of candidates */
	struct str *pin_names; /* the label names in use there */
	size_t pin_names_len;
	struct candidate *unpinned;
};

struct watch_set {
	struct arena arena;
	struct watch **watches;
	size_t len, cap;
	struct map by_key; /* metric name, or the selector's text, -> watch */
};

struct watch_set *watch_set_new(void)
{
	struct watch_set *set = xcalloc(1, sizeof(*set));

	arena_init(&set->arena);
	map_init(&set->by_key);
	return set;
}

void watch_set_free(struct watch_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->len; i++) {
		struct watch *watch = set->watches[i];

		for (size_t j = 0; j < watch->len; j++)
			matcher_set_free(watch->candidates[j].matchers);
		free(watch->candidates);
		free(watch->members);
		map_release(&watch->by_pin);
		free(watch);
	}
	free(set->watches);
	map_release(&set->by_key);
	arena_release(&set->arena);
	free(set);
}

static bool is_name(const struct promql_matcher *matcher) { return str_is(matcher->name, "__name__"); }

static struct str metric_of(const struct promql_node *selector)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (is_name(&selector->matchers[i]) && selector->matchers[i].op == MATCH_EQ)
			return selector->matchers[i].value;
	return (struct str){NULL, 0};
}

static struct str text_of(struct arena *arena, const struct promql_node *selector)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	promql_print(&buf, selector);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static struct watch *watch_for(struct watch_set *set, struct str key, struct str metric)
{
	struct watch *watch = map_get(&set->by_key, key);

	if (watch)
		return watch;
	watch = xcalloc(1, sizeof(*watch));
	watch->metric = metric;
	map_init(&watch->by_pin);
	XGROW(set->watches, set->len, set->cap);
	set->watches[set->len++] = watch;
	map_put(&set->by_key, key, watch);
	return watch;
}

void watch_set_add(struct watch_set *set, size_t slo, const struct plan_term *term)
{
	const struct promql_node *selector = term->selector;
	struct matcher_set *matchers = matcher_set_new(selector->matchers, selector->matchers_len);
	struct str metric = metric_of(selector);
	struct str text = text_of(&set->arena, selector);
	struct watch *watch;

	/* What cannot be matched here is asked for by itself: then all that comes back matches. */
	if (matchers && metric.len)
		watch = watch_for(set, metric, metric);
	else
		watch = watch_for(set, text, (struct str){NULL, 0});
	if (!watch->metric.len) {
		matcher_set_free(matchers);
		matchers = NULL;
		watch->selector = text;
	}
	XGROW(watch->candidates, watch->len, watch->cap);
	watch->candidates[watch->len++] = (struct candidate){.member = {slo, term}, .matchers = matchers};
}

static const struct promql_node *selector_of(const struct candidate *candidate)
{
	return candidate->member.term->selector;
}

/* What members want of one label: values that they list, and expressions whose values cannot be listed. Sets. */
struct wanted {
	struct map values, patterns;
};

/* An empty value also stands for a label that is missing. */
static bool takes_empty(const struct promql_matcher *matcher)
{
	struct matcher_set *set = matcher_set_new(matcher, 1);
	bool takes = !set || matcher_set_match(set, (struct labels){NULL, 0});

	matcher_set_free(set);
	return takes;
}

static bool add_matcher(struct arena *arena, const struct promql_matcher *matcher, struct wanted *wanted)
{
	struct str *list;
	size_t len;

	if (takes_empty(matcher))
		return false;
	len = matcher_values(arena, matcher, &list);
	for (size_t i = 0; i < len; i++)
		map_put(&wanted->values, list[i], &list[i]);
	if (!len && matcher->op != MATCH_RE)
		return false;
	if (!len)
		map_put(&wanted->patterns, matcher->value, wanted);
	return wanted->values.len + wanted->patterns.len <= NARROW_MAX;
}

/* Adds what the candidate wants of the label; false if that may be anything. */
static bool add_wanted(struct arena *arena, const struct candidate *candidate, struct str name, struct wanted *wanted)
{
	const struct promql_node *selector = selector_of(candidate);

	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_eq(selector->matchers[i].name, name) && add_matcher(arena, &selector->matchers[i], wanted))
			return true;
	return false;
}

static int by_text(const void *a, const void *b) { return str_cmp(*(const struct str *)a, *(const struct str *)b); }

static void put_quoted(struct buf *out, struct str text)
{
	buf_char(out, '"');
	label_value_write(out, text);
	buf_char(out, '"');
}

/* The keys of a set in stable order, as alternatives of a regular expression. */
static void put_alternatives(struct buf *regex, const struct map *set, bool quoted)
{
	struct str *sorted = xcalloc(set->len, sizeof(*sorted));
	size_t len = 0;

	for (struct map_entry *e = NULL; (e = map_next(set, e));)
		sorted[len++] = e->key;
	if (len > 1)
		qsort(sorted, len, sizeof(*sorted), by_text);
	for (size_t i = 0; i < len; i++) {
		buf_cstr(regex, regex->len ? "|" : "");
		if (quoted)
			matcher_quote(regex, sorted[i]);
		else
			buf_str(regex, sorted[i]); /* alternatives bind weaker than all else in it */
	}
	free(sorted);
}

/* `name="a"` or `name=~"a|b"`, in stable order. */
static void put_narrowing(struct buf *out, struct str name, const struct wanted *wanted)
{
	bool one = wanted->values.len == 1 && wanted->patterns.len == 0;
	struct buf regex;

	buf_init(&regex, LIMIT_PROMQL_PRINTED);
	put_alternatives(&regex, &wanted->values, true);
	put_alternatives(&regex, &wanted->patterns, false);
	buf_str(out, name);
	buf_cstr(out, one ? "=" : "=~");
	put_quoted(out, one ? map_next(&wanted->values, NULL)->key : buf_view(&regex));
	buf_release(&regex);
}

static bool plain_label(const struct promql_matcher *matcher)
{
	return !is_name(matcher) && label_name_ok(matcher->name);
}

/* The union of all members: the metric, narrowed by each label of which every member says what it wants. */
static struct str union_selector(struct arena *arena, struct watch *watch)
{
	const struct promql_node *first = selector_of(&watch->candidates[0]);
	struct buf out;
	struct str text;
	bool some = false;

	buf_init(&out, LIMIT_PROMQL_PRINTED);
	buf_cstr(&out, metric_name_ok(watch->metric) ? "" : "{");
	if (metric_name_ok(watch->metric))
		buf_str(&out, watch->metric);
	else
		put_quoted(&out, watch->metric);
	for (size_t i = 0; i < first->matchers_len; i++) {
		struct wanted wanted;
		bool narrow = plain_label(&first->matchers[i]);

		map_init(&wanted.values);
		map_init(&wanted.patterns);
		for (size_t j = 0; narrow && j < watch->len; j++)
			narrow = add_wanted(arena, &watch->candidates[j], first->matchers[i].name, &wanted);
		if (narrow) {
			buf_cstr(&out, some || !metric_name_ok(watch->metric) ? "," : "{");
			put_narrowing(&out, first->matchers[i].name, &wanted);
			some = true;
		}
		map_release(&wanted.values);
		map_release(&wanted.patterns);
	}
	buf_cstr(&out, some || !metric_name_ok(watch->metric) ? "}" : "");
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* One selector shared by all members needs no narrowing of ours: it is asked as it stands. */
static bool all_alike(struct arena *arena, const struct watch *watch, struct str *text)
{
	*text = text_of(arena, selector_of(&watch->candidates[0]));
	for (size_t i = 1; i < watch->len; i++)
		if (!str_eq(*text, text_of(arena, selector_of(&watch->candidates[i]))))
			return false;
	return true;
}

static struct str pin_key(struct arena *arena, struct str name, struct str value)
{
	return arena_fmt(arena, "%.*s=%.*s", STR_ARG(name), STR_ARG(value));
}

/* Finds a label that the candidate pins to one value; the one that its watch uses most is as good as any. */
static const struct promql_matcher *pin_of(const struct candidate *candidate)
{
	const struct promql_node *selector = selector_of(candidate);

	for (size_t i = 0; i < selector->matchers_len; i++)
		if (!is_name(&selector->matchers[i]) && selector->matchers[i].op == MATCH_EQ &&
		    selector->matchers[i].value.len)
			return &selector->matchers[i];
	return NULL;
}

static void remember_pin_name(struct watch_set *set, struct watch *watch, struct str name)
{
	struct str *names;

	for (size_t i = 0; i < watch->pin_names_len; i++)
		if (str_eq(watch->pin_names[i], name))
			return;
	names = arena_array(&set->arena, watch->pin_names_len + 1, sizeof(*names));
	if (watch->pin_names_len)
		memcpy(names, watch->pin_names, watch->pin_names_len * sizeof(*names));
	names[watch->pin_names_len++] = name;
	watch->pin_names = names;
}

static void index_candidates(struct watch_set *set, struct watch *watch)
{
	for (size_t i = 0; i < watch->len; i++) {
		struct candidate *candidate = &watch->candidates[i];
		const struct promql_matcher *pin = candidate->matchers ? pin_of(candidate) : NULL;
		struct str key;

		if (!pin) {
			candidate->next = watch->unpinned;
			watch->unpinned = candidate;
			continue;
		}
		key = pin_key(&set->arena, pin->name, pin->value);
		candidate->next = map_put(&watch->by_pin, key, candidate);
		remember_pin_name(set, watch, pin->name);
	}
}

void watch_set_settle(struct watch_set *set)
{
	for (size_t i = 0; i < set->len; i++) {
		struct watch *watch = set->watches[i];
		struct str text;

		if (watch->metric.len)
			watch->selector =
				all_alike(&set->arena, watch, &text) ? text : union_selector(&set->arena, watch);
		watch->members = xcalloc(watch->len, sizeof(*watch->members));
		for (size_t j = 0; j < watch->len; j++)
			watch->members[j] = watch->candidates[j].member;
		index_candidates(set, watch);
	}
}

size_t watch_set_len(const struct watch_set *set) { return set->len; }

const struct watch *watch_set_at(const struct watch_set *set, size_t i) { return set->watches[i]; }

struct str watch_selector(const struct watch *watch) { return watch->selector; }

size_t watch_members(const struct watch *watch, const struct watch_member **members)
{
	*members = watch->members;
	return watch->len;
}

static void match_list(const struct candidate *list, struct labels labels,
		       void (*found)(void *, const struct watch_member *), void *context)
{
	for (; list; list = list->next)
		if (!list->matchers || matcher_set_match(list->matchers, labels))
			found(context, &list->member);
}

void watch_match(const struct watch *watch, struct labels labels,
		 void (*found)(void *context, const struct watch_member *member), void *context)
{
	match_list(watch->unpinned, labels, found, context);
	for (size_t i = 0; i < watch->pin_names_len; i++) {
		struct str value = labels_get(labels, watch->pin_names[i]);
		struct buf key;

		if (!value.len)
			continue;
		buf_init(&key, LIMIT_PROMQL_PRINTED);
		buf_str(&key, watch->pin_names[i]);
		buf_char(&key, '=');
		buf_str(&key, value);
		match_list(map_get(&watch->by_pin, buf_view(&key)), labels, found, context);
		buf_release(&key);
	}
}
