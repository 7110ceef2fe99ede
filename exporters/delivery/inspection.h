/* `wick dora check`: what the code host shows of what the definitions name, for people and for programs. */
#ifndef WICK_EXPORTERS_DELIVERY_INSPECTION_H
#define WICK_EXPORTERS_DELIVERY_INSPECTION_H

#include "exporters/table.h"
#include "model/inspection.h"

/* A paragraph per repository: what is there, and with file, line and column what is not. False where `out` had not
 * enough room. */
bool dora_inspection_write(struct buf *out, const struct inspection *inspection, const struct table_style *style);
/* One object; what is not told is null. */
bool dora_inspection_json_write(struct buf *out, const struct inspection *inspection);

#endif
