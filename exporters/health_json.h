/* What the daemon says of itself as JSON: the answer of /api/v1/status. */
#ifndef WICK_EXPORTERS_HEALTH_JSON_H
#define WICK_EXPORTERS_HEALTH_JSON_H

#include "base/buf.h"
#include "model/health.h"

/* An object; `wrong` in it is a list of sentences for people, empty while all is well. */
bool health_json_write(struct buf *out, const struct health *health);

#endif
