/* The table of settings: a row per leaf of wick.yaml. */
#ifndef WICK_ENGINE_SETTINGS_FIELDS_H
#define WICK_ENGINE_SETTINGS_FIELDS_H

#include "engine/settings.h"
#include "slo/field.h"

struct setting {
	const char *path;         /* "source.tls.ca_file"; rows of one section stand together */
	struct setting_flag flag; /* name NULL: no flag of its own */
	const char *switched;     /* of a switch: the value that it stands for */
	struct field field;       /* `at` is an offset into struct settings; `name` is the path again, for messages */
};

extern const struct setting settings_table[]; /* ends with a row without path */

#endif
