/* Holds definitions against GitHub: who asks, what it may see, and whether there is what they name. Asks one question
 * after the other, each once for all definitions, and waits for the answers: for commands. Changes nothing. */
#ifndef WICK_DELIVERY_INSPECTION_H
#define WICK_DELIVERY_INSPECTION_H

#include "base/arena.h"
#include "github/github.h"
#include "model/inspection.h"
#include "slo/definitions.h"

struct inspection_settings {
	struct github_settings github;
	struct instant now;
	/* Nothing goes on for so long: a limit, or a pause after a failure. May be NULL. */
	void (*waits)(const struct github_health *health, struct span wait);
	struct span give_up; /* once it waits so long after a failure; limits, which are answers, are waited for */
};

/* False where GitHub cannot be asked: it does not answer, or does not take the token. Texts live in `arena` and in the
 * set. */
bool inspect(const struct inspection_settings *settings, const struct slo_set *set, struct arena *arena,
	     struct inspection *out, struct err *err);

#endif
