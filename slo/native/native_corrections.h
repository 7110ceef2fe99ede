/* `kind: Corrections` of the native language: its tables of fields, for the loader, the reference page and the
 * schema. */
#ifndef WICK_SLO_NATIVE_NATIVE_CORRECTIONS_H
#define WICK_SLO_NATIVE_NATIVE_CORRECTIONS_H

#include "slo/field.h"

extern const struct field native_corrections[], native_correction_scope[], native_exclusion[], native_adjustment[];

#endif
