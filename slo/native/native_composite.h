/* `composite` of the native language: an SLI that is made of other SLOs. */
#ifndef WICK_SLO_NATIVE_NATIVE_COMPOSITE_H
#define WICK_SLO_NATIVE_NATIVE_COMPOSITE_H

#include "slo/native/native.h"

extern const struct field native_composite[], native_composite_member[];
/* struct composite *, never NULL once it is read. Its members are texts: slo/composites.h finds the SLOs. */
extern const struct field_type native_type_composite;

#endif
