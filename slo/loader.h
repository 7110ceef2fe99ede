/* The languages that definition files may be written in: one file and one line in the table (slo/loaders.c) each. */
#ifndef WICK_SLO_LOADER_H
#define WICK_SLO_LOADER_H

#include "slo/field.h"

/* SLOs as they are read, in source order. */
struct slo_list {
	struct slo *at; /* on the heap; texts in the reader's arena */
	size_t len, cap;
};

/* All slots are mandatory. */
struct loader {
	const char *api_version, *kind; /* of the documents that it reads */
	/* Adds the SLOs of one document; what is wrong goes to the reader's findings. */
	void (*load)(struct reader *reader, const struct yaml_node *document, struct slo_list *slos);
};

extern const struct loader *const loaders[]; /* NULL-terminated */

/* Finds the document's loader and hands it over; a document of another kind is an error that names the known ones. */
void load_document(struct reader *reader, const struct yaml_node *document, struct slo_list *slos);

extern const struct loader loader_native; /* wick/v1 ServiceLevels */

#endif
