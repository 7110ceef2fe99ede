/* A regular expression as a tree, between regex_parse.c and what compiles it (regex.c) or lists its words
 * (regex_words.c). */
#ifndef WICK_PROMQL_REGEX_TREE_H
#define WICK_PROMQL_REGEX_TREE_H

#include "base/arena.h"

enum regex_kind {
	REGEX_EMPTY,
	REGEX_CHAR, /* `rune` */
	REGEX_ANY,
	REGEX_CLASS,  /* any of `ranges`, or none of them when `negated` */
	REGEX_CAT,    /* the children one after another */
	REGEX_ALT,    /* one of the children */
	REGEX_REPEAT, /* the child `min` to `max` times; max < 0 without end */
	REGEX_BEGIN,  /* ^ and $ */
	REGEX_END,
};

struct regex_range {
	int32_t from, to;
};

struct regex_node {
	enum regex_kind kind;
	struct regex_node *child, *next; /* first child; next child of the same parent */
	int32_t rune;
	int min, max;
	struct regex_range *ranges;
	size_t ranges_len;
	bool negated;
};

struct regex_tree {
	struct regex_node *root; /* NULL if malformed or unsupported */
	const char *fault;       /* malformed: why */
};

struct regex_tree regex_parse(struct arena *arena, struct str pattern);

#endif
