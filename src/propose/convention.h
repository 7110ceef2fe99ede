/* What wick knows of metrics by their names: one row per convention of a library or a proxy. A row says what is
 * counted, which labels may tell bad events from good ones, and which may name the service. To add one, add a row. */
#ifndef WICK_PROPOSE_CONVENTION_H
#define WICK_PROPOSE_CONVENTION_H

#include "base/str.h"

enum convention_kind {
	CONVENTION_COUNTER,   /* events, and by a label the bad ones among them */
	CONVENTION_HISTOGRAM, /* events by how long they took; its count serves as a counter, too */
	CONVENTION_PROBE,     /* a gauge that is 1 or 0 */
};

/* How the values of a label that tells outcomes are read: propose/codes.h. */
enum convention_codes { CODES_HTTP, CODES_GRPC, CODES_SPAN };

/* Lists of labels are words with a blank between them, the best first. */
struct convention {
	const char *metric; /* a histogram without its endings; "*_x" stands for any name that ends so, and for "x" */
	enum convention_kind kind;
	enum convention_codes codes;
	const char *prefix;    /* of the SLOs' names: "grpc-" gives "grpc-availability" and "grpc-latency" */
	const char *events;    /* what is counted, in words: "gRPC calls" */
	const char *outcomes;  /* labels that may tell bad events; "": none does */
	const char *services;  /* labels that name the service here, before the usual ones are looked for */
	const char *only, *is; /* where there is this label, series with this value alone are counted: others would
				  count the same events again, or others' events; NULL: all */
	const char *unit;      /* of a histogram whose name does not tell: "ms"; NULL: it does */
};

/* The row of a metric, or NULL. Rows that stand first win, here and where two serve the same SLO. */
const struct convention *convention_of(struct str metric, enum convention_kind kind);
/* Labels that name the service where the convention has none of its own, the best first. */
extern const char *const convention_services;

/* Walks over a list of words: `for (struct str rest = str_of(list), word; convention_word(&rest, &word);)` */
bool convention_word(struct str *rest, struct str *word);

#endif
