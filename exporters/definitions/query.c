#include "exporters/definitions/query.h"

#include "base/limits.h"
#include "base/num.h"
#include "promql/build.h"

static const struct promql_node *inside(const struct promql_node *node)
{
	while (node->kind == PROMQL_PAREN)
		node = node->args[0];
	return node;
}

struct promql_node *query_tree(struct arena *arena, const struct query *query)
{
	struct promql_error error;

	return query->text.len ? promql_parse(arena, query->text, &error) : NULL;
}

/* The end of a text in quotes that begins at `at`. */
static size_t behind_quotes(struct str text, size_t at)
{
	char quote = text.at[at++];

	while (at < text.len && text.at[at] != quote)
		at += text.at[at] == '\\' && quote != '`' ? 2 : 1;
	return at < text.len ? at + 1 : text.len;
}

struct str query_with_placeholder(struct arena *arena, struct str canonical, const char *placeholder)
{
	static const struct str window = STR_INIT("$window");
	struct str made;
	struct buf out;

	buf_init(&out, 2 * LIMIT_PROMQL_PRINTED);
	for (size_t at = 0; at < canonical.len;) {
		size_t end = at + 1;

		if (strchr("\"'`", canonical.at[at]))
			end = behind_quotes(canonical, at);
		if (str_starts(str_slice(canonical, at, canonical.len), window)) {
			buf_cstr(&out, placeholder);
			end = at + window.len;
		} else {
			buf_str(&out, str_slice(canonical, at, end));
		}
		at = end;
	}
	made = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return made;
}

/* Looks at the functions that ranges stand in. */
struct ranges {
	size_t selectors, windows, calls;
	bool other;
	struct str *function;
};

static void count_ranges(struct promql_node *node, void *context)
{
	struct ranges *ranges = context;

	ranges->selectors += node->kind == PROMQL_SELECTOR;
	ranges->windows += node->kind == PROMQL_SELECTOR && node->range.window;
	ranges->other |= node->kind == PROMQL_SUBQUERY;
	if (node->kind != PROMQL_CALL || (!str_is(node->text, "rate") && !str_is(node->text, "increase")))
		return;
	ranges->calls++;
	if (!ranges->function->len)
		*ranges->function = node->text;
	ranges->other |= !str_eq(*ranges->function, node->text);
}

bool query_over_window(struct promql_node *tree, struct str *function)
{
	struct ranges ranges = {.function = function};

	promql_walk(tree, count_ranges, &ranges);
	return !ranges.other && ranges.selectors > 0 && ranges.windows == ranges.selectors &&
	       ranges.calls == ranges.selectors;
}

static bool is_binary(const struct promql_node *node, const char *operator)
{
	return node->kind == PROMQL_BINARY && str_is(node->text, operator);
}

bool query_single(const struct promql_node *tree)
{
	tree = inside(tree);
	if (tree->kind == PROMQL_AGGREGATE)
		return str_is(tree->text, "sum") && !tree->without && tree->grouping.len == 0;
	if (tree->kind == PROMQL_CALL)
		return str_is(tree->text, "vector");
	return (is_binary(tree, "or") || is_binary(tree, "+") || is_binary(tree, "-")) && query_single(tree->args[0]) &&
	       query_single(tree->args[1]);
}

bool query_labelless(const struct promql_node *tree)
{
	static const char *const keeping[] = {"topk", "bottomk", "count_values"};

	tree = inside(tree);
	switch (tree->kind) {
	case PROMQL_NUMBER:
		return true;
	case PROMQL_AGGREGATE:
		for (size_t i = 0; i < sizeof(keeping) / sizeof(*keeping); i++)
			if (str_is(tree->text, keeping[i]))
				return false;
		return !tree->without && tree->grouping.len == 0;
	case PROMQL_CALL:
	case PROMQL_BINARY:
	case PROMQL_UNARY:
	case PROMQL_SUBQUERY:
		for (size_t i = 0; i < tree->args_len; i++)
			if (!query_labelless(tree->args[i]))
				return false;
		return tree->args_len > 0;
	case PROMQL_STRING:
	case PROMQL_SELECTOR:
	case PROMQL_PAREN:
		break;
	}
	return false;
}

static void find_rate(struct promql_node *node, void *found)
{
	static const char *const names[] = {"rate", "irate", "deriv"};

	for (size_t i = 0; node->kind == PROMQL_CALL && i < sizeof(names) / sizeof(*names); i++)
		*(unsigned *)found |= str_is(node->text, names[i]) ? QUERY_PER_SECOND : 0;
	if (node->kind == PROMQL_CALL && (str_is(node->text, "increase") || str_ends(node->text, STR("_over_time"))))
		*(unsigned *)found |= QUERY_PER_WINDOW;
}

unsigned query_measures(struct promql_node *tree)
{
	unsigned found = 0;

	promql_walk(tree, find_rate, &found);
	return found;
}

static void give_ranges(struct arena *arena, struct promql_node **node)
{
	struct promql_node *selector = *node;

	if (selector->kind == PROMQL_SELECTOR) {
		selector->range = (struct promql_span){.set = true, .window = true};
		*node = build_call(arena, "increase", selector, NULL);
		return;
	}
	for (size_t i = 0; i < selector->args_len; i++)
		give_ranges(arena, &selector->args[i]);
}

struct str query_of_counters(struct arena *arena, struct promql_node *tree)
{
	struct promql_node *copy = promql_copy(arena, tree);

	give_ranges(arena, &copy);
	return query_canonical(arena, copy);
}

struct str query_bad_ratio(struct arena *arena, const struct sli *sli)
{
	struct promql_node *tree = query_tree(arena, sli->bad.text.len ? &sli->bad : &sli->good);

	if (!sli->bad.text.len)
		tree = build_binary(arena, "-", build_number(arena, 1), tree);
	return query_canonical(arena, tree);
}
