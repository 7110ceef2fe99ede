/* What documents refer to by name, across files and whatever their order: an SLI, a data source, an alert policy, a
 * catalogue of windows, a template. Loaders declare them before any SLO is loaded, and look them up while loading. */
#ifndef WICK_SLO_PARTS_H
#define WICK_SLO_PARTS_H

#include "slo/field.h"

struct part {
	struct str kind, name;
	const struct yaml_node *node; /* the document, or the piece of one */
	const char *file;
	struct str source;       /* the file's bytes */
	const struct part *twin; /* the next one of the same kind and name, or NULL */
	const struct part *next; /* one of the same kind, or NULL */
};

struct parts *parts_new(void);
void parts_free(struct parts *parts);

/* Kind and name are copied; the node lives as long as the set is being loaded. The first of a name is the one that is
 * found; whoever loads the second says that it is one (parts_twin). */
void parts_declare(struct reader *reader, const char *kind, struct str name, const struct yaml_node *node);
/* The part, or NULL. */
const struct part *parts_find(const struct parts *parts, const char *kind, struct str name);
/* How many there are of a kind, twins aside, and one of them. */
size_t parts_count(const struct parts *parts, const char *kind);
const struct part *parts_any(const struct parts *parts, const char *kind);
/* Says that the node was declared under a name that is taken, if so; false then. */
bool parts_twin(struct reader *reader, const char *kind, struct str name, const struct yaml_node *node);
/* The name of that kind that is nearest to `name`, or NULL. */
const char *parts_nearest(const struct parts *parts, const char *kind, struct str name);

/* The reader for a part that stands in another file: what is wrong in it gets its own place there, and counts as the
 * error of the file that is being read. */
struct reader reader_within(const struct reader *reader, const struct part *part);

#endif
