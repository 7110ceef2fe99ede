/* The name of the source that has none: the default one, which is asked where an SLO says nothing else. */
#ifndef WICK_MODEL_SOURCE_NAME_H
#define WICK_MODEL_SOURCE_NAME_H

#include "base/str.h"

#define SOURCE_DEFAULT_NAME "default"

/* For people, where a name is wanted. */
static inline struct str source_shown_name(struct str name) { return name.len ? name : STR(SOURCE_DEFAULT_NAME); }

#endif
