/* What an SLO counts, whatever its queries look like: the counters that events come from, and what an event of each is.
 * Two SLOs that are counted alike are so here. */
#ifndef WICK_EXPORTERS_DEFINITIONS_COUNTED_H
#define WICK_EXPORTERS_DEFINITIONS_COUNTED_H

#include "model/slo.h"
#include "promql/ast.h"

/* Each event of these series adds so much. */
struct counted_term {
	const struct promql_node *selector; /* plain */
	double bad, total;
};

struct counted {
	bool by_sample; /* it is a sum of counters; else there are no terms */
	struct counted_term *terms;
	size_t len;
};

/* Events and latencies of classic histograms; others are never by sample. `groups`: what is counted per group, as the
 * SLO has it, or of all groups together. */
struct counted counted_of(struct arena *arena, const struct slo *slo, bool groups);
/* `arena` is for what is made meanwhile. */
bool counted_equal(struct arena *arena, const struct counted *a, const struct counted *b);

/* The same counts by bad events where they are by good ones: of x, what is not x{code!~"5.."} is x{code=~"5.."}. As it
 * is where that cannot be told from the matchers. */
struct counted counted_by_bad(struct arena *arena, const struct counted *counted);

/* What a query of terms looks at. */
enum counted_part { COUNTED_BAD, COUNTED_GOOD, COUNTED_TOTAL };
/* `sum(rate(a[$window])) - (sum(rate(b[$window])) or vector(0))` with `function` "rate"; with NULL `sum(a) - ...`. An
 * empty text where there is no such event. */
struct str counted_query(struct arena *arena, const struct counted *counted, enum counted_part part,
			 const char *function);
/* The selector where the part is the events of one alone, as they are; NULL else. */
const struct promql_node *counted_selector(const struct counted *counted, enum counted_part part);

#endif
