/* `budgeting` of the native language: what spends the budget where events do not. */
#ifndef WICK_SLO_NATIVE_NATIVE_BUDGETING_H
#define WICK_SLO_NATIVE_NATIVE_BUDGETING_H

#include "slo/native/native.h"

extern const struct field native_budgeting[];
extern const struct field_type native_type_budgeting; /* struct budgeting */

#endif
