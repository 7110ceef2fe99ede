/* The bytes of a YAML text, below the parser: are they fit to be parsed, and where in them does something stand. */
#ifndef WICK_FORMAT_YAML_SOURCE_H
#define WICK_FORMAT_YAML_SOURCE_H

#include "format/yaml.h"

/* False, with the fault, for a NUL, what is not UTF-8, UTF-16 and UTF-32. */
bool yaml_source_fine(struct str source, struct yaml_fault *fault);

/* Line and column of a byte, both from 1; CR LF is one line end. A byte order mark takes no column. */
void yaml_place_of(struct str source, size_t byte, unsigned *line, unsigned *col);

/* Turns positions in characters into positions in bytes; cheap as long as they are asked for in rising order. */
struct yaml_cursor {
	struct str source;
	size_t start; /* behind a byte order mark: where character 0 is */
	size_t character, byte;
};
void yaml_cursor_init(struct yaml_cursor *cursor, struct str source);
size_t yaml_cursor_byte(struct yaml_cursor *cursor, size_t character);

#endif
