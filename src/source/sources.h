/* The sources of one program: the default one, and others by their names. They stand beside each other: whoever waits
 * for one goes on with all. */
#ifndef WICK_SOURCE_SOURCES_H
#define WICK_SOURCE_SOURCES_H

#include "source/source.h"

/* What the default source, which has no name, is called where a name is wanted. */
#define SOURCE_DEFAULT_NAME "default"

struct named_source {
	struct str name; /* empty: the default one; lives as long as the settings */
	struct source *source;
};

struct sources {
	struct named_source *at; /* the default one first */
	size_t len;
};

/* One for each of the settings, of which the first are the default one's. False where some cannot be used; nothing is
 * open then. */
bool sources_open(struct sources *sources, const struct source_settings *settings, size_t len, struct err *err);
void sources_close(struct sources *sources); /* one that is all zero is closed */

/* For people. */
static inline struct str source_shown_name(struct str name) { return name.len ? name : STR(SOURCE_DEFAULT_NAME); }

#endif
