/* What the writers of languages share: a file and a row in the table of conversion.c each. */
#ifndef WICK_EXPORTERS_DEFINITIONS_WRITE_H
#define WICK_EXPORTERS_DEFINITIONS_WRITE_H

#include "exporters/definitions/conversion.h"
#include "format/yaml_write.h"

/* One SLO on its way. */
struct writing {
	struct conversion *conversion;
	struct arena *arena;
	const struct slo *slo; /* NULL while a policy is being written */
	struct yaml_writer yaml;
};

struct definition_language {
	const char *name;
	/* What a document begins with that holds all SLOs of a namespace and service; NULL: each SLO is a document. */
	void (*head)(struct writing *writing);
	/* False where it cannot be said at all; why has been said then (writing_refuse). */
	bool (*slo)(struct writing *writing);
	void (*policy)(struct writing *writing, const struct policy *policy); /* NULL: it has none */
	bool namespaces, sources;                                             /* it has them */
	bool across_files; /* a name is one SLO's, whatever its service */
	/* What its documents say that they are: those that do already are written as they stood. NULL: wick's own,
	 * which holds what is kept of the others. */
	const char *version;
	const char *companion; /* a kind of documents that belong to it though they say another version; or NULL */
};

extern const struct definition_language language_native, language_openslo, language_sloth, language_pyrra;

/* What differs of what came back (NULL: nothing did), as slo_differences; a source that is but a wish is no
 * difference. */
unsigned conversion_differences(const struct slo *slo, const struct slo *back);
/* With what the loss of these takes with it. */
unsigned conversion_implied(unsigned lost);

/* Notes what is lost of the SLO; `place` says where that stands, its file may be NULL for the SLO's own place. */
void writing_lost(struct writing *writing, enum carried what, struct place place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same for the whole SLO. Returns false. */
bool writing_refuse(struct writing *writing, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, for the language has no composites. */
bool writing_refuse_composite(struct writing *writing, const char *language);

/* The SLO's name; where the language wants it to be the only one of it and it is not, with the service before it, which
 * is noted. False, after refusing, where another SLO has that name by now. */
bool writing_name(struct writing *writing, struct str *name);

/* A number without an exponent, times 10^shift: what reads back, scaled by as much, is the same double. */
struct str decimal_text(struct arena *arena, double number, int shift);

/* What no language but wick's has: more than one window, limits of groups, policies. */
void writing_lost_common(struct writing *writing);
/* For a language without names for people. */
void writing_lost_display_name(struct writing *writing, const char *language);
/* For a language that knows nothing but bad events, and nothing of time without data. */
void writing_lost_budgeting(struct writing *writing, const char *language);

/* RFC 1123: lower-case letters, digits and '-', at most 63. */
bool dns_label(struct str name);
/* One of them, or several with dots between, at most 253. */
bool dns_name(struct str name);

#endif
