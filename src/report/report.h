/* Puts together what became of a period that is over: of each SLO the closed record where there is one, else what the
 * store's ledger says of the period, else what was counted for the report; with its pages, its policy, corrections, and
 * what was delivered. Asks nobody, has no clock. */
#ifndef WICK_REPORT_REPORT_H
#define WICK_REPORT_REPORT_H

#include "ledger/store.h"
#include "model/period_report.h"
#include "model/result.h"
#include "report/numbers.h"
#include "slo/definitions.h"

/* All of it, but for the lists of names, must outlive the report. */
struct report_case {
	struct slo_set *set;
	struct numbers_period of;
	struct instant now;
	const struct str *services; /* "[namespace/]name", or a name alone; none: all */
	size_t services_len;
	/* With the records, ledgers and alerts of a daemon; NULL: there is none. */
	struct store *store;
	struct span store_step;
	const struct results *store_results; /* of its daemon, for SLOs whose counts are wrong; NULL: not known */
	/* Counted for the report, its steps exact and so far back that alerts can be judged; NULL: it was not. */
	struct store *counted;
	struct span counted_step, stale_after;
	const struct results *counted_results; /* likewise */
	const struct dora_results *deliveries; /* NULL: nothing is known of them */
	const struct audit_list *audit;        /* NULL: likewise */
};

/* NULL where the store cannot be read, or where a service is not defined that was asked for. */
struct period_report *report_make(const struct report_case *one, struct err *err);
void report_free(struct period_report *report); /* NULL is legal */

/* Whether the numbers of an SLO have a part in it: it is of a service that is asked for, or a member of a composite
 * that is. */
bool report_needs(const struct report_case *one, const struct slo *slo);

/* Whether some SLO's numbers could not be had from the store; then it is worth asking its source. */
bool report_lacks_numbers(const struct period_report *report);

#endif
