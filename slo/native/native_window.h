/* `window` and `windows` of the native language: a duration, a calendar unit, or a map that says more. */
#ifndef WICK_SLO_NATIVE_NATIVE_WINDOW_H
#define WICK_SLO_NATIVE_NATIVE_WINDOW_H

#include "slo/native/native.h"

extern const struct field native_window[];
extern const struct field_type native_type_window;  /* struct native_draft: one window of its draft */
extern const struct field_type native_type_windows; /* the same, a list of them */
extern const struct field_type native_type_zone;    /* const struct zone * */
extern const struct field_type native_type_start;   /* struct civil */

#endif
