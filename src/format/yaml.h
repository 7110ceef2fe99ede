/* YAML 1.1 read into trees that know where everything stands: all documents of a text, anchors, aliases and merge keys
 * followed, within the limits of base/limits.h. The one home of libyaml. Pure: text in, tree out. */
#ifndef WICK_FORMAT_YAML_H
#define WICK_FORMAT_YAML_H

#include "base/arena.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_pair {
	struct yaml_node *key; /* always a scalar */
	struct yaml_node *value;
	bool merged; /* came in by a merge key */
};

/* Plain data. An alias is the very node that it stands for, so a tree may hold one node twice; never a cycle. */
struct yaml_node {
	enum yaml_kind kind;
	bool quoted;              /* SCALAR: in quotes, a block, or tagged !!str: a text whatever it looks like */
	unsigned line, col;       /* where it begins, from 1; columns in characters */
	size_t from;              /* the same as a byte of the source: yaml_locate needs it */
	struct str text;          /* SCALAR: the value, unescaped; a NUL follows it */
	size_t len;               /* LIST, MAP */
	struct yaml_node **items; /* LIST */
	struct yaml_pair *pairs;  /* MAP: in source order, then what was merged in; each key once */
};

/* Something wrong with the text itself. */
struct yaml_fault {
	unsigned line, col;
	struct str text; /* what, as an err's text: lower case, no full stop */
};

struct yaml_file {
	struct str source;            /* as given: the caller's */
	struct yaml_node **documents; /* those before a fault of syntax are there */
	size_t len;
	struct yaml_fault *faults; /* all duplicate keys, and the first fault of syntax, which ends the reading */
	size_t faults_len;
};

/* Everything lands in `arena`; texts are copies, `source` is kept as a view. True if there are no faults. Refused are:
 * a NUL, what is not UTF-8, tags other than YAML's own, keys that are no scalars, duplicate keys, and what is over a
 * limit. */
bool yaml_read(struct arena *arena, struct str source, struct yaml_file *file);

/* The value of a map's key, or NULL; `map` may be NULL or no map. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* True for a plain scalar that says nothing: empty, ~, null. */
bool yaml_null(const struct yaml_node *node);
/* What a node is, for messages: "a text", "a list", "a map", "nothing". */
const char *yaml_what(const struct yaml_node *node);

/* Where the byte `offset` of a scalar's value stands in the source, whatever its style: quotes, escapes, folded and
 * block scalars. */
void yaml_locate(struct str source, const struct yaml_node *scalar, size_t offset, unsigned *line, unsigned *col);

/* Surely a text without quotes, in blocks and in brackets; narrower than YAML's own rules. */
bool yaml_plain_safe(struct str text);
/* Writes a text so that it reads back as that text: plain where that is safe, else in double quotes. */
struct buf;
bool yaml_write_text(struct buf *buf, struct str text);
/* The same for what is full of double quotes, such as PromQL: in single quotes where there is no control character. */
bool yaml_write_quoted(struct buf *buf, struct str text);
/* Several lines as a block, `indent` columns in. False, and nothing is written, where they would not come back. */
bool yaml_write_block(struct buf *buf, struct str text, size_t indent);

#endif
