/* A YAML text as it is laid out: what yaml_read drops, and whoever writes the text anew has to keep. Comments are
 * attached to what they stand before or beside, and texts stay as they are written. Then the text itself in a normal
 * form. Pure: text in, text out; what stands for the same data is for the caller to see to, by yaml_read. */
#ifndef WICK_FORMAT_YAML_LAYOUT_H
#define WICK_FORMAT_YAML_LAYOUT_H

#include "base/buf.h"
#include "format/yaml.h"

struct layout_comment {
	struct str text; /* from its '#' on, without blanks at the end; a view of the source */
	unsigned col;
	bool apart;  /* an empty line stands before it */
	bool beside; /* it stands behind something on the same line */
};

struct layout_comments {
	struct layout_comment *at;
	size_t len;
};

struct layout_node {
	enum yaml_kind kind;
	bool flow;             /* LIST, MAP: in brackets; may be changed before printing */
	bool spaced;           /* LIST: an empty line is wanted between its items; false as it is read */
	struct str properties; /* its anchor and tag, as they are written; may be empty */
	struct str text;       /* SCALAR: the value, unescaped */
	struct str source;     /* SCALAR: as it is written, with quotes; "" for a value that is not there */
	char style;            /* SCALAR: '\0' plain, or what it begins with: ' " | > */
	size_t indent;         /* of the lines of a block text */
	struct layout_entry *entries;
	size_t len;
	struct layout_comments footer; /* behind the last entry, and as far to the right as the entries */
};

/* A key and its value, or an item of a list. May be put into another order. */
struct layout_entry {
	struct layout_node *key; /* NULL: an item */
	struct layout_node *value;
	struct layout_comments before;
	struct layout_comment beside; /* at the end of its first line (a block), else of its last; text.at NULL: none */
	bool apart;                   /* an empty line stands before it, below the comments before it */
};

struct layout_document {
	struct layout_comments before; /* above its '---' */
	bool marked, mark_apart;       /* there is a '---', an empty line before it */
	struct layout_comment beside;  /* of its '---' */
	struct layout_comments head;   /* above what is first in it: about the document, whatever comes first */
	bool apart;                    /* an empty line stands below the head */
	struct layout_node *root;      /* NULL: it is empty */
	struct layout_comments footer; /* where the root is in brackets */
};

struct layout {
	struct str source;
	struct layout_document *documents;
	size_t len;
	struct layout_comments comments; /* all of them, in the order of the text */
	bool named;                      /* there are anchors, aliases or tags: what stands where may matter */
};

/* `source` must be a text that yaml_read finds no fault in, with LF alone as line ends and no byte order mark; the
 * layout looks into it. False, with the place, for what cannot be kept: comments in brackets and behind anchors, keys
 * after a '?' or of several lines, directives, '...', and other line ends than LF. */
bool layout_read(struct arena *arena, struct str source, struct layout *layout, struct yaml_fault *fault);

/* Blocks with an indentation of two, short lists and maps in brackets where they were; no blanks at line ends, at most
 * one empty line, quotes only where they may be needed. Block texts are kept but for their indentation. */
bool layout_write(struct buf *buf, const struct layout *layout);

#endif
