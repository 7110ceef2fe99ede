/* What is kept of other tools' definitions in the native language: `kept` of an SLO or a document, and `kind: Kept`,
 * which is another tool's document as it stood. It means nothing here; `wick convert` writes it back. */
#ifndef WICK_SLO_NATIVE_NATIVE_KEPT_H
#define WICK_SLO_NATIVE_NATIVE_KEPT_H

#include "slo/keeping.h"

/* The languages that something may be kept of: maps from paths to values. */
extern const struct field native_kept[];
/* A document of kind Kept. */
extern const struct field native_kept_document[];

/* const struct yaml_node *: checked, and looked at later. */
extern const struct field_type native_type_kept;

/* Adds the fields of `kept`, which has been checked; `head`: it is the document's. Notes that they have no effect. */
void native_kept_take(struct reader *reader, const struct yaml_node *kept, bool head, struct kept_list *list);

#endif
