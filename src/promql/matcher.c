#include "promql/matcher.h"

#include "base/mem.h"
#include "promql/regex.h"

#include <stdlib.h>

struct matcher {
	const struct promql_matcher *source;
	struct regex *regex; /* =~ and !~ that are no list of words */
	struct str *words;   /* otherwise; sorted by nothing, few */
	size_t words_len;
};

struct matcher_set {
	struct arena arena;
	struct matcher *at;
	size_t len;
};

static bool compile(struct matcher_set *set, struct matcher *matcher, const struct promql_matcher *source)
{
	matcher->source = source;
	if (source->op == MATCH_EQ || source->op == MATCH_NE)
		return true;
	matcher->words_len = regex_words(&set->arena, source->value, &matcher->words);
	if (matcher->words_len)
		return true;
	matcher->regex = regex_new(source->value);
	return matcher->regex;
}

struct matcher_set *matcher_set_new(const struct promql_matcher *matchers, size_t len)
{
	struct matcher_set *set = xcalloc(1, sizeof(*set));

	arena_init(&set->arena);
	set->at = xcalloc(len, sizeof(*set->at));
	set->len = len;
	for (size_t i = 0; i < len; i++)
		if (!compile(set, &set->at[i], &matchers[i])) {
			matcher_set_free(set);
			return NULL;
		}
	return set;
}

void matcher_set_free(struct matcher_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->len; i++)
		regex_free(set->at[i].regex);
	free(set->at);
	arena_release(&set->arena);
	free(set);
}

static bool regex_holds(const struct matcher *matcher, struct str value)
{
	if (matcher->regex)
		return regex_match(matcher->regex, value);
	for (size_t i = 0; i < matcher->words_len; i++)
		if (str_eq(matcher->words[i], value))
			return true;
	return false;
}

static bool holds(const struct matcher *matcher, struct str value)
{
	switch (matcher->source->op) {
	case MATCH_EQ:
		return str_eq(value, matcher->source->value);
	case MATCH_NE:
		return !str_eq(value, matcher->source->value);
	case MATCH_RE:
		return regex_holds(matcher, value);
	case MATCH_NRE:
		return !regex_holds(matcher, value);
	}
	return false;
}

bool matcher_set_match(const struct matcher_set *set, struct labels labels)
{
	for (size_t i = 0; i < set->len; i++)
		if (!holds(&set->at[i], labels_get(labels, set->at[i].source->name)))
			return false;
	return true;
}

size_t matcher_values(struct arena *arena, const struct promql_matcher *matcher, struct str **values)
{
	if (matcher->op == MATCH_RE)
		return regex_words(arena, matcher->value, values);
	if (matcher->op != MATCH_EQ)
		return 0;
	*values = arena_alloc(arena, sizeof(struct str));
	**values = arena_str(arena, matcher->value);
	return 1;
}

bool matcher_quote(struct buf *buf, struct str text)
{
	bool ok = true;

	for (size_t i = 0; i < text.len && ok; i++)
		ok = (!text.at[i] || !strchr("\\.+*?()|[]{}^$", text.at[i]) || buf_char(buf, '\\')) &&
		     buf_char(buf, text.at[i]);
	return ok;
}
