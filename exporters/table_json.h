/* What exporters/slo_json.h wrote, read back into the rows of a table: for `wick status`, which has only the daemon's
 * answer. */
#ifndef WICK_EXPORTERS_TABLE_JSON_H
#define WICK_EXPORTERS_TABLE_JSON_H

#include "base/err.h"
#include "exporters/table.h"
#include "format/json_tree.h"

/* The rows of {"slos":[…]}, in the arena; texts point into the document. False where it is something else. Of a later
 * wick's answer, what is not known here is passed over. */
bool table_rows_read(struct arena *arena, const struct json_tree *document, struct table_row **rows, size_t *len,
		     struct err *err);

#endif
