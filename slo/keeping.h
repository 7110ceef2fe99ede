/* What loaders keep, while definitions are read to be converted: marks on fields that mean nothing here, gathered into
 * an SLO's kept fields before its document is left. A reader without a keeping (any but `wick convert`'s) keeps
 * nothing, and all of this does nothing then. */
#ifndef WICK_SLO_KEEPING_H
#define WICK_SLO_KEEPING_H

#include "model/kept.h"
#include "slo/definitions.h"
#include "slo/loader.h"

struct keeping;
struct keeping *keeping_new(void);
void keeping_free(struct keeping *keeping); /* NULL is legal */

/* Fields of one SLO, on their way; all zero to begin with, in the reader's arena. */
struct kept_list {
	struct kept_field *at;
	size_t len;
};

/* Marks a field's value; NULL is passed over. It lasts while the document is loaded that is being loaded now. */
void reader_keep(struct reader *reader, const struct yaml_node *value);
/* The same, with the note that it has no effect and why. */
void reader_unused(struct reader *reader, const struct yaml_node *value, const char *key, const char *why);

/* Whether there is a mark on the node or below it. */
bool reader_keeps(const struct reader *reader, const struct yaml_node *node);

/* The marked fields below `node`, which stands at `path`, and `node` itself; `except` (NULL: nothing) is passed over.
 */
void kept_gather(struct reader *reader, struct kept_list *list, const struct yaml_node *node, struct str path,
		 const struct yaml_node *except);
/* The same, of what the document's SLOs share. */
void kept_gather_head(struct reader *reader, struct kept_list *list, const struct yaml_node *node,
		      const struct yaml_node *except);
/* One field, read already; texts and value last as long as the reader's arena. */
void kept_add(struct reader *reader, struct kept_list *list, struct kept_field field);
/* The SLO's; NULL where nothing is kept. */
const struct kept_fields *kept_of(struct reader *reader, const struct kept_list *list);

/* Around the loading of a document: what it is, and what came of it. */
void keeping_begin(struct reader *reader, const struct yaml_node *document);
void keeping_end(struct reader *reader, const struct yaml_node *document, struct loaded *loaded, size_t slos_before);
/* A document that stands in another. */
void keeping_wrapped(struct reader *reader, const struct yaml_node *document, const struct yaml_node *key,
		     struct loaded *loaded);

/* Hands the documents of a file without errors over to the set; `cap` is that of its list. */
void keeping_take(struct slo_set *set, size_t *cap, const struct loaded *loaded);

/* What a document says it is: its apiVersion, or sloth's version; where it says neither it is slo-generator's. */
struct str kept_language(const struct yaml_node *document);

#endif
