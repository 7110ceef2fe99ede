/* Lists what a pattern matches where that is a short list of plain texts: "4..|5.." is none, "prod-(a|b)" is two. */
#include "promql/regex.h"

#include "promql/literal.h"
#include "promql/regex_tree.h"

enum { WORDS_MOST = 256, PATTERN_BYTES = 16384 };

struct words {
	struct str *at;
	size_t len;
};

static bool list(struct arena *arena, const struct regex_node *node, struct words *out);

static void add_word(struct words *words, struct str word)
{
	for (size_t i = 0; i < words->len; i++)
		if (str_eq(words->at[i], word))
			return;
	words->at[words->len++] = word;
}

static struct words words_of(struct arena *arena, size_t most)
{
	return (struct words){arena_array(arena, most, sizeof(struct str)), 0};
}

static struct str join(struct arena *arena, struct str a, struct str b)
{
	char *text = arena_alloc(arena, a.len + b.len + 1);

	if (a.len)
		memcpy(text, a.at, a.len);
	if (b.len)
		memcpy(text + a.len, b.at, b.len);
	return (struct str){text, a.len + b.len};
}

static struct str rune_text(struct arena *arena, int32_t rune)
{
	char *text = arena_alloc(arena, RUNE_BYTES);

	return (struct str){text, rune_write(text, (uint32_t)rune)};
}

static bool list_alt(struct arena *arena, const struct regex_node *node, struct words *out)
{
	*out = words_of(arena, WORDS_MOST);
	for (const struct regex_node *child = node->child; child; child = child->next) {
		struct words part;

		if (!list(arena, child, &part) || part.len > WORDS_MOST - out->len)
			return false;
		for (size_t i = 0; i < part.len; i++)
			add_word(out, part.at[i]);
	}
	return true;
}

static bool list_cat(struct arena *arena, const struct regex_node *node, struct words *out)
{
	*out = words_of(arena, 1);
	add_word(out, STR(""));
	for (const struct regex_node *child = node->child; child; child = child->next) {
		struct words part, both;

		if (!list(arena, child, &part) || part.len * out->len > WORDS_MOST)
			return false;
		both = words_of(arena, part.len * out->len);
		for (size_t i = 0; i < out->len; i++)
			for (size_t k = 0; k < part.len; k++)
				add_word(&both, join(arena, out->at[i], part.at[k]));
		*out = both;
	}
	return true;
}

static bool list(struct arena *arena, const struct regex_node *node, struct words *out)
{
	switch (node->kind) {
	case REGEX_CHAR:
	case REGEX_EMPTY:
		*out = words_of(arena, 1);
		/* half a surrogate pair is in no text: it matches nothing */
		if (node->kind == REGEX_EMPTY || node->rune < 0xD800 || node->rune > 0xDFFF)
			add_word(out, node->kind == REGEX_CHAR ? rune_text(arena, node->rune) : STR(""));
		return true;
	case REGEX_ALT:
		return list_alt(arena, node, out);
	case REGEX_CAT:
		return list_cat(arena, node, out);
	case REGEX_ANY:
	case REGEX_CLASS:
	case REGEX_REPEAT:
	case REGEX_BEGIN:
	case REGEX_END:
		return false;
	}
	return false;
}

size_t regex_words(struct arena *arena, struct str pattern, struct str **words)
{
	struct regex_tree tree;
	struct words out = {NULL, 0};
	struct arena scratch;

	arena_init(&scratch);
	tree = regex_parse(&scratch, pattern);
	if (pattern.len > PATTERN_BYTES || !tree.root || !list(&scratch, tree.root, &out))
		out.len = 0;
	*words = arena_array(arena, out.len, sizeof(struct str));
	for (size_t i = 0; i < out.len; i++)
		(*words)[i] = arena_str(arena, out.at[i]);
	arena_release(&scratch);
	return out.len;
}
