/* The reference page of the native language, from its tables of fields. */
#ifndef WICK_SLO_REFERENCE_H
#define WICK_SLO_REFERENCE_H

#include "base/buf.h"

/* docs/slo-language.md, whole. */
bool slo_reference_write(struct buf *buf);

#endif
