/* Which SLOs a reader wants to see, and in which order. Pure. */
#ifndef WICK_EXPORTERS_PAGES_SLO_LIST_H
#define WICK_EXPORTERS_PAGES_SLO_LIST_H

#include "exporters/pages/query.h"
#include "exporters/table.h"

enum slo_order {
	ORDER_WORST, /* as everywhere: what cannot be evaluated, then the least budget */
	ORDER_NAME,
	ORDER_OBJECTIVE, /* the highest first */
	ORDER_SLI,       /* the lowest first */
	ORDER_BURN_1H,   /* the fastest first */
	ORDER_BURN_6H,
	ORDER_COVERAGE, /* the least first */
};
enum { SLO_ORDERS = ORDER_COVERAGE + 1 };
extern const char *const slo_order_names[SLO_ORDERS]; /* "worst", "name", ... */

/* What may be asked of a state beside the states of data. */
extern const char *const slo_conditions[]; /* "spent", "firing", "excluded", "frozen"; ended by NULL */

struct slo_row {
	struct table_row row;
	const struct slo_result *result;
};

struct slo_list {
	struct slo_row *at; /* in the arena */
	size_t len, all;
	size_t spent, firing, unknown; /* of `len`: without budget; alerts; whose budget nothing is known of */
	bool bad_state, bad_order;     /* what the query asks for is none */
};

/* By the query's parameters: `q` (words, all of which are somewhere in its texts or labels, in any case), `service`,
 * `team` (the label), `label` (NAME=VALUE, of SLO or group; NAME alone: any value), `state` and `sort`. */
struct slo_list slo_list_make(struct arena *arena, const struct results *results, const struct page_query *query);

/* The values of a label of the SLOs, or their services where `label` is NULL: sorted, each once, in the arena. With
 * more than `most` of them *len is most + 1. */
struct str *slo_list_values(struct arena *arena, const struct results *results, const char *label, size_t most,
			    size_t *len);

#endif
