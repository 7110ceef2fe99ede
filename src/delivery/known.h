/* The delivery metrics of a file of facts as it is: nobody is asked. Also while a daemon writes it. */
#ifndef WICK_DELIVERY_KNOWN_H
#define WICK_DELIVERY_KNOWN_H

#include "delivery/results.h"

/* Everything that the definitions want to be read, with the repositories of organisations that were found. */
bool known_targets(struct facts *facts, const struct slo_set *set, struct targets *targets, struct err *err);

/* What is known as of `at`, complete where it is known since `horizon`. The windows of a result
 * end where its repository was read up to, its read_at is 0 where that is not known. One reference; NULL where the file
 * cannot be read. Texts of results live as long as they do; the set is kept alive. */
struct delivery_results *delivery_known(const char *path, struct slo_set *set, struct instant at,
					struct instant horizon, struct err *err);

#endif
