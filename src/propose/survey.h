/* Looks at what a source has, and finds the SLOs that might be: metrics of known conventions, the services that have
 * them, which of their events are bad, which bounds their histograms have. Asks a bounded number of cheap questions;
 * what is left out is remarked. */
#ifndef WICK_PROPOSE_SURVEY_H
#define WICK_PROPOSE_SURVEY_H

#include "propose/proposal.h"
#include "source/source.h"

struct survey_options {
	struct span since; /* the history that is looked at, up to `at` */
	struct instant at;
	struct str service_label; /* empty: found out for each metric */
};

/* False where the source does not answer. Nothing to propose is no failure. */
bool survey_take(struct source *source, const struct survey_options *options, struct arena *arena,
		 struct survey *survey, struct err *err);

#endif
