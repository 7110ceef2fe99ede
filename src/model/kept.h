/* What means nothing here of another tool's definition, as it stood: kept so that a file can go back into its language
 * without loss. Plain data, in the arena of the definition set. */
#ifndef WICK_MODEL_KEPT_H
#define WICK_MODEL_KEPT_H

#include "base/str.h"
#include "model/place.h"

#include <stdbool.h>

struct yaml_node; /* format/yaml.h */

/* A field. */
struct kept_field {
	struct str language;           /* what its document says it is: "openslo/v1", "prometheus/v1" for sloth's */
	struct str path;               /* where it stands in its document or, of sloth, in its SLO: slo/kept_path.h */
	const struct yaml_node *value; /* NULL only while it is being read */
	struct place place;            /* of its key, where it has one */
	bool head;                     /* of the document that several SLOs share, and not of the SLO alone */
};

/* A document, whole. */
struct kept_document {
	struct str language;
	const struct yaml_node *node;
	struct place place;
	size_t slos;  /* that it defines here; 0: it means nothing by itself, or to others */
	bool wrapped; /* it stands in a document of wick's own language, `kind: Kept` */
};

/* What is kept of one SLO. */
struct kept_fields {
	const struct kept_field *fields;
	size_t len;
	const struct kept_document *document; /* that it was read from; NULL: one of wick's own language */
};

#endif
