/* The JSON Schema of the native language, from its tables of fields, for editors that speak to a YAML language server.
 */
#ifndef WICK_SLO_SCHEMA_H
#define WICK_SLO_SCHEMA_H

#include "base/buf.h"

/* Draft-07, for every document of wick/v1: of which kind one is says its `kind`. */
bool slo_schema_write(struct buf *buf);

#endif
