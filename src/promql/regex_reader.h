/* The insides of reading a regular expression, shared by regex_parse.c and regex_class.c. All functions that read
 * return NULL or NO_RUNE once it is malformed or given up. */
#ifndef WICK_PROMQL_REGEX_READER_H
#define WICK_PROMQL_REGEX_READER_H

#include "promql/regex_tree.h"

enum { RUNE_MAX = 0x10FFFF, NO_RUNE = -2 };

struct regex_reader {
	struct arena *arena;
	struct str s;
	size_t pos;
	unsigned depth;
	bool fold;        /* (?i) */
	bool flags_only;  /* the last atom was flags without a group: nothing that could be repeated */
	bool unsupported; /* known to RE2, not to us; read on for what is malformed */
	bool given_up;    /* unsupported, and reading on would not help */
	const char *fault;
};

struct regex_node *regex_node_new(struct regex_reader *r, enum regex_kind kind);
/* Keeps the first reason; returns NULL. */
void *regex_malformed(struct regex_reader *r, const char *why);
void *regex_give_up(struct regex_reader *r);
bool regex_failed(const struct regex_reader *r);

bool regex_more(const struct regex_reader *r);
char regex_at(const struct regex_reader *r, size_t ahead); /* NUL behind the end */
bool regex_looking_at(const struct regex_reader *r, const char *text);
bool regex_take(struct regex_reader *r, const char *text);
int32_t regex_take_rune(struct regex_reader *r);

/* Adds a range and, under (?i), what it is in the other case. */
void regex_add_folded(struct regex_reader *r, struct regex_node *class, int32_t from, int32_t to);
/* Adds \d \w \s or the opposite, by the letter; false for any other. */
bool regex_add_perl(struct regex_reader *r, struct regex_node *class, char letter);
/* Behind a backslash: the one character that is meant. */
int32_t regex_take_escape(struct regex_reader *r);
/* Behind '['. */
struct regex_node *regex_take_class(struct regex_reader *r);

#endif
