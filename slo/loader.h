/* The languages that definition files may be written in: one file and one line in the table (slo/loaders.c) each. */
#ifndef WICK_SLO_LOADER_H
#define WICK_SLO_LOADER_H

#include "model/kept.h"
#include "slo/field.h"

/* What a file defines, in source order: lists on the heap, all else in the reader's arena. */
struct loaded {
	struct slo *slos;
	size_t slos_len, slos_cap;
	const struct policy **policies;
	size_t policies_len, policies_cap;
	struct correction_list corrections;
	const struct delivery **deliveries;
	size_t deliveries_len, deliveries_cap;
	struct kept_document **documents; /* where they are kept */
	size_t documents_len, documents_cap;
	bool default_broken; /* there is a policy named `default`, or one without a name, that cannot be read */
};

struct loader {
	const char *api_version, *kind; /* of the documents that it reads; an empty kind: any */
	/* Whether a document is one of its own, where that takes more than the two above; NULL: they are all. */
	bool (*claims)(const struct yaml_node *document);
	/* Notes what other documents may refer to (slo/parts.h), whatever their order and file: called for all such
	 * documents before any document is loaded. What is wrong is said by `load`. NULL: nothing. */
	void (*declare)(struct reader *reader, const struct yaml_node *document);
	const char *marker; /* with `declare`: a text that stands in each file with such documents */
	/* Notes that a file with the marker cannot be read as YAML: what it declares is not known, and whoever needs
	 * it has to say so rather than go without. NULL: references that lead nowhere say so. */
	void (*declare_broken)(struct reader *reader);
	/* Adds what one document defines; what is wrong goes to the reader's findings. */
	void (*load)(struct reader *reader, const struct yaml_node *document, struct loaded *loaded);
};

extern const struct loader *const loaders[]; /* NULL-terminated */

/* Cheap, and wrong only in saying yes: whether there is something in the file to be declared. */
bool may_declare(struct str file);
/* Tells those whose parts may stand in the file that it is broken. */
void declare_broken(struct reader *reader, struct str file);
/* A list of documents, or a Kubernetes List of them, stands for its items in both. */
void declare_document(struct reader *reader, const struct yaml_node *document);
/* Finds the document's loader and hands it over. What looks like a definition and has none is an error that names the
 * known ones; something else of Kubernetes is passed over, with a note. */
void load_document(struct reader *reader, const struct yaml_node *document, struct loaded *loaded);

/* Whether there is a loader for it, other than wick's own. */
bool document_of_others(const struct yaml_node *document);

extern const struct loader loader_native;        /* wick/v1 ServiceLevels */
extern const struct loader loader_policy;        /* wick/v1 Policy */
extern const struct loader loader_corrections;   /* wick/v1 Corrections */
extern const struct loader loader_delivery;      /* wick/v1 Delivery */
extern const struct loader loader_template;      /* wick/v1 Template */
extern const struct loader loader_kept;          /* wick/v1 Kept */
extern const struct loader loader_sloth;         /* sloth's prometheus/v1 */
extern const struct loader loader_sloth_crd;     /* sloth.slok.dev/v1 PrometheusServiceLevel */
extern const struct loader loader_sloth_windows; /* sloth.slok.dev/v1 AlertWindows */
extern const struct loader loader_pyrra;         /* pyrra.dev/v1alpha1 ServiceLevelObjective */
extern const struct loader loader_openslo_v1, loader_openslo_v2alpha, loader_openslo_v1alpha; /* all kinds */
extern const struct loader loader_slo_generator;        /* sre.google.com/v2 ServiceLevelObjective */
extern const struct loader loader_slo_generator_config; /* what its SLOs share, without a kind */

#endif
