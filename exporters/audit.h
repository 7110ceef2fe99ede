/* The audit list as bytes, for the API and for `wick audit`. */
#ifndef WICK_EXPORTERS_AUDIT_H
#define WICK_EXPORTERS_AUDIT_H

#include "base/err.h"
#include "model/audit.h"

/* Those from `since` on, the oldest first. `list` may be NULL. {"dropped":0,"entries":[…]}: `dropped` is how many older
 * ones there were that are not kept any more. */
bool audit_json_write(struct buf *out, const struct audit_list *list, struct instant since);
/* A list from what audit_json_write has written; NULL with a reason. */
struct audit_list *audit_json_read(struct str text, struct err *err);
/* RFC 4180, a line of names first: the correction as it is, and as it was. */
bool audit_csv_write(struct buf *out, const struct audit_list *list, struct instant since);
/* For people: a line each, and one more for what it was before a change. */
bool audit_table_write(struct buf *out, const struct audit_list *list, struct instant since);

#endif
