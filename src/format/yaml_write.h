/* Writes YAML in block style straight into a buffer: indentation, "- " and quotes are kept by the writer. A map or a
 * list that nothing is put into leaves no trace, so what is optional needs no looking ahead. */
#ifndef WICK_FORMAT_YAML_WRITE_H
#define WICK_FORMAT_YAML_WRITE_H

#include "model/labels.h"

enum { YAML_WRITE_DEPTH = 24 };

struct yaml_level {
	const char *key; /* waits for its first member; NULL: it is written, or there is none */
	bool item;       /* of a list: its first line begins with "- " */
};

struct yaml_writer {
	struct buf *out;
	unsigned indent; /* of what is outermost, in levels */
	unsigned depth;
	struct yaml_level level[YAML_WRITE_DEPTH];
};

/* What is put stands `indent` levels in: for a part of a document that is put together of several. */
void yaml_begin(struct yaml_writer *yaml, struct buf *out, unsigned indent);

/* Keys are literals that live until the end of what they begin. */
void yaml_map(struct yaml_writer *yaml, const char *key);
void yaml_map_end(struct yaml_writer *yaml);
/* A list of maps: each item between yaml_item and yaml_item_end. */
void yaml_list(struct yaml_writer *yaml, const char *key);
void yaml_list_end(struct yaml_writer *yaml);
void yaml_item(struct yaml_writer *yaml);
void yaml_item_end(struct yaml_writer *yaml);

void yaml_text(struct yaml_writer *yaml, const char *key, struct str text);   /* quoted where it has to be */
void yaml_query(struct yaml_writer *yaml, const char *key, struct str text);  /* yaml_write_quoted's */
void yaml_plain(struct yaml_writer *yaml, const char *key, const char *text); /* as it stands: 30d, true, 99.5 */
void yaml_bool(struct yaml_writer *yaml, const char *key, bool value);
void yaml_number(struct yaml_writer *yaml, const char *key, double number);
/* The key is a text of the author's, too. */
void yaml_pair_of(struct yaml_writer *yaml, struct str key, struct str text);
/* A key of the author's, and a tree that was read (format/yaml_tree.h). */
struct yaml_node;
void yaml_node_of(struct yaml_writer *yaml, struct str key, const struct yaml_node *value);
/* A map of names and values; nothing for none. */
void yaml_labels(struct yaml_writer *yaml, const char *key, struct labels labels);
/* `key: [a, b]` */
void yaml_texts(struct yaml_writer *yaml, const char *key, const struct str *texts, size_t len);

#endif
