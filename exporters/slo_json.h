/* Results as JSON: what `wick eval --format json` prints and what the API answers. Numbers that are not known are
 * null. */
#ifndef WICK_EXPORTERS_SLO_JSON_H
#define WICK_EXPORTERS_SLO_JSON_H

#include "base/buf.h"
#include "model/result.h"

/* [{"id":…,"service":…,"slo":…,…},…] */
bool slo_json_write(struct buf *out, const struct results *results, bool indent);

/* {"at":…,"step":…,"slos":[…]}: all of them, or, with an id, the groups of that SLO. `found` (may be NULL) counts the
 * results that were written. `results` may be NULL before there are any: "at" is null then. */
bool slo_json_write_api(struct buf *out, const struct results *results, const struct str *id, size_t *found);

#endif
