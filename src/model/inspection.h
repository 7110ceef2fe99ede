/* Whether a code host shows what the definitions name, and whether the token may see it: plain data. */
#ifndef WICK_MODEL_INSPECTION_H
#define WICK_MODEL_INSPECTION_H

#include "model/delivery.h"

/* What was looked for. */
enum inspection_kind {
	INSPECTION_ORGANISATION,
	INSPECTION_REPOSITORY,
	INSPECTION_PERMISSION,
	INSPECTION_WORKFLOW,
	INSPECTION_JOB,
	INSPECTION_ENVIRONMENT,
	INSPECTION_RELEASES,
	INSPECTION_BRANCH,
	INSPECTION_LABEL,
};
enum { INSPECTION_KINDS = INSPECTION_LABEL + 1 };
extern const char *const inspection_kind_names[INSPECTION_KINDS]; /* "organisation", "repository", ... */

enum inspection_verdict {
	INSPECTION_FOUND,
	INSPECTION_NOTE,    /* nothing is wrong, and people may want to know */
	INSPECTION_MISSING, /* it is not there, or not under this name, or there is no right to it */
	INSPECTION_UNKNOWN, /* it could not be looked at: a right is missing, which is told by itself */
};
enum { INSPECTION_VERDICTS = INSPECTION_UNKNOWN + 1 };
extern const char *const inspection_verdict_names[INSPECTION_VERDICTS]; /* "found", "note", "missing", "unknown" */

struct inspection_item {
	enum inspection_kind kind;
	enum inspection_verdict verdict;
	struct str environment; /* of the definition; empty: of none */
	struct str name;        /* what the definition calls it, or the host's settings page (a permission) */
	struct str nearest;     /* what there is instead; empty: nothing that is like it */
	struct str text;        /* a sentence */
	struct place place;     /* in the definition; line 0: nowhere */
};

/* One repository of one definition. */
struct inspection_repository {
	struct str name; /* "owner/name", as the host has it where it told */
	bool reached, is_private;
	struct inspection_item *items;
	size_t items_len;
};

struct inspection_subject {
	const struct delivery *delivery;
	struct inspection_repository *repositories; /* of an organisation those that fit */
	size_t repositories_len;
	struct inspection_item *items; /* of the organisation itself */
	size_t items_len;
};

/* Texts live where the inspection's arena does. */
struct inspection {
	struct str url;
	const char *token; /* what kind it is: "fine-grained personal token" */
	bool scopes_told;
	struct str scopes;          /* "repo, read:org" */
	struct str enterprise;      /* the version of an Enterprise Server; empty: none */
	struct instant at, expires; /* expires.ms == 0: not told */
	bool limited;               /* the host tells of limits */
	double limit, remaining;    /* requests of the present hour */
	struct instant reset;
	uint64_t asked; /* requests, those that were put again and those for tokens among them */
	struct inspection_subject *subjects;
	size_t subjects_len;
	size_t count[INSPECTION_VERDICTS]; /* of all items */
};

#endif
