/* Latency said as two selectors, as other tools do: the bucket of a histogram and its count. */
#ifndef WICK_SLO_FOREIGN_LATENCY_PAIR_H
#define WICK_SLO_FOREIGN_LATENCY_PAIR_H

#include "slo/draft.h"

/* Takes `name_bucket{..., le="0.5"}` and `name_count{...}` into the draft: as a latency SLI of the histogram, whose
 * threshold is found whatever the bucket's spelling ("5.0", "5"), where the two select the same, now; else as good
 * events and all. An error where the bucket says no threshold. */
void latency_pair_take(struct reader *reader, const struct written_query *bucket, const struct written_query *count,
		       struct draft *draft);
/* The same of the bucket alone: `le` is not in it but given. */
void latency_bucket_take(struct reader *reader, const struct written_query *bucket, const struct yaml_node *le,
			 struct draft *draft);

#endif
