/* `kind: Policy` of the native language: its tables of fields, for the loader and the reference page. */
#ifndef WICK_SLO_NATIVE_NATIVE_POLICY_H
#define WICK_SLO_NATIVE_NATIVE_POLICY_H

#include "slo/field.h"

extern const struct field native_policy[], native_policy_levels[], native_policy_step[];

#endif
