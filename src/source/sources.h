/* The sources of one program: the default one, and others by their names. They stand beside each other: whoever waits
 * for one goes on with all. */
#ifndef WICK_SOURCE_SOURCES_H
#define WICK_SOURCE_SOURCES_H

#include "model/source_name.h"
#include "source/source.h"

struct named_source {
	struct str name, url; /* the default one has no name; both live as long as the settings */
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

#endif
