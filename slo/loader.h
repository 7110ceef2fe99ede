/* The languages that definition files may be written in: one file and one line in the table (slo/loaders.c) each. */
#ifndef WICK_SLO_LOADER_H
#define WICK_SLO_LOADER_H

#include "slo/field.h"

/* What a file defines, in source order: lists on the heap, all else in the reader's arena. */
struct loaded {
	struct slo *slos;
	size_t slos_len, slos_cap;
	const struct policy **policies;
	size_t policies_len, policies_cap;
	bool default_broken; /* there is a policy named `default`, or one without a name, that cannot be read */
};

/* All slots are mandatory. */
struct loader {
	const char *api_version, *kind; /* of the documents that it reads */
	/* Adds what one document defines; what is wrong goes to the reader's findings. */
	void (*load)(struct reader *reader, const struct yaml_node *document, struct loaded *loaded);
};

extern const struct loader *const loaders[]; /* NULL-terminated */

/* Finds the document's loader and hands it over; a document of another kind is an error that names the known ones. */
void load_document(struct reader *reader, const struct yaml_node *document, struct loaded *loaded);

extern const struct loader loader_native;   /* wick/v1 ServiceLevels */
extern const struct loader loader_policy;   /* wick/v1 Policy */
extern const struct loader loader_template; /* wick/v1 Template */

#endif
