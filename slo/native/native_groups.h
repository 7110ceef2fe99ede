/* `groupBy` of the native language: a list of labels, or a map that also says which groups are shown by themselves. */
#ifndef WICK_SLO_NATIVE_NATIVE_GROUPS_H
#define WICK_SLO_NATIVE_NATIVE_GROUPS_H

#include "slo/native/native.h"

extern const struct field native_groups[];
extern const struct field_type native_type_group_by; /* struct slo: group_by and top */

#endif
