/* The kinds of documents of the native language, each with its table of fields: for what is made from the tables. */
#ifndef WICK_SLO_NATIVE_NATIVE_KINDS_H
#define WICK_SLO_NATIVE_NATIVE_KINDS_H

#include "slo/field.h"

struct native_kind {
	const char *name;
	const struct field *fields;
};

enum { NATIVE_KINDS = 6 };
/* What service levels are comes first: what a document is taken for that does not say. */
extern const struct native_kind native_kinds[NATIVE_KINDS];

#endif
