/* What is kept of other tools' definitions (slo/keeping.h), on its way out: documents that are in the language already
 * are written as they stood, fields that mean nothing to wick stand in their place again, and in wick's own language
 * both are `kept`. What is put back never changes what an SLO says: it is read back, and left out where it would. */
#ifndef WICK_EXPORTERS_DEFINITIONS_KEEP_H
#define WICK_EXPORTERS_DEFINITIONS_KEEP_H

#include "exporters/definitions/write.h"

/* With the conversion's life; finds which SLOs stand in documents that are written as they stood. */
void keep_begin(struct conversion *conversion);
void keep_end(struct conversion *conversion);

/* The file's documents that are written as they stood, or of all files for NULL; warns of those that cannot be. */
void keep_put_documents(struct conversion *conversion, const char *file, struct buf *out);

/* Puts the SLO's fields back into what has been written of it: a document, or `slos` with one item. `said`: the losses
 * from there on are the SLO's; one that what is put back makes good is taken back. */
void keep_put_back(struct writing *writing, struct buf *part, size_t said);
/* The same for what a document says of all of its SLOs; `body` is the rest of it. */
void keep_put_head(struct writing *writing, struct buf *head, const struct buf *body);
/* The value of a field that is kept of the SLO in the language that is written, or NULL. */
const struct yaml_node *keep_value(const struct writing *writing, const char *path);
/* The fields of an SLO that is left out are lost. */
void keep_drop(struct conversion *conversion, const struct slo *slo);

/* wick's own language: `kept` of the SLO, or of its document. */
void keep_put_native(struct writing *writing, bool head);
/* What is kept of their documents is the same, so that one document may have both. */
bool keep_same_head(const struct slo *a, const struct slo *b);

#endif
