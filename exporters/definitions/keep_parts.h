/* What the two files of keep.h share: one for documents, one for fields. */
#ifndef WICK_EXPORTERS_DEFINITIONS_KEEP_PARTS_H
#define WICK_EXPORTERS_DEFINITIONS_KEEP_PARTS_H

#include "exporters/definitions/keep.h"

/* Documents of one name, of whatever kind. */
struct named {
	const struct kept_document *document;
	bool taken; /* it is in the text that is being put together */
	struct named *next;
};

/* The text of a scalar, or an empty one. */
struct str keep_word(const struct yaml_node *node);

/* Adds all places of the field to `map`, one of the conversion's. */
void keep_mark_field(struct conversion *conversion, struct map *map, const struct kept_field *field);

/* One document is behind another. */
void keep_separate(struct buf *out);

/* Documents that the tree names, and those that they name, each once until they are forgotten. */
void keep_put_named(struct conversion *conversion, const struct yaml_node *tree, struct buf *out);
/* All that are written as they stood and define no SLO. */
void keep_put_parts(struct conversion *conversion, struct buf *out);
void keep_forget_taken(struct conversion *conversion);

#endif
