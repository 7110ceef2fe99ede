/* The table of settings: a row per leaf of wick.yaml. */
#ifndef WICK_ENGINE_SETTINGS_FIELDS_H
#define WICK_ENGINE_SETTINGS_FIELDS_H

#include "engine/settings.h"
#include "slo/field.h"

#include <stddef.h>

struct setting {
	const char *path;         /* "source.tls.ca_file"; rows of one section stand together */
	struct setting_flag flag; /* name NULL: no flag of its own */
	const char *switched;     /* of a switch: the value that it stands for */
	struct field field;       /* `at` is an offset into struct settings; `name` is the path again, for messages */
};

extern const struct setting settings_table[]; /* ends with a row without path */

/* The rows of the default source are those of each named one: they begin with this. */
#define SOURCE_ROWS "source."
/* From where the offsets of those rows lead to the fields of this source. */
static inline char *source_base(struct source_settings *source)
{
	return (char *)source - offsetof(struct settings, source);
}

/* Reads one text by its row into the struct that its offset is of; true if there was nothing to say about it. */
bool setting_read(struct settings *settings, const struct setting *row, const struct field *field, char *base,
		  const char *value, struct findings *findings);
/* Reads a section, "source.tls" in the table, which the file calls `shown`. */
void settings_read_section(struct reader *reader, char *base, struct str path, struct str shown,
			   const struct yaml_node *map);

#endif
