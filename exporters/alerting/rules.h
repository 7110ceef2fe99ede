/* Prometheus alerting rules over wick's own series. Their number does not grow with the number of SLOs: each kind of
 * alert is one rule, and the series say which tier of which SLO it is. Or, instead, packs of rules over the series of
 * others (packs.h). */
#ifndef WICK_EXPORTERS_ALERTING_RULES_H
#define WICK_EXPORTERS_ALERTING_RULES_H

#include "base/buf.h"

struct rules_options {
	bool health_only;    /* only the rules about wick itself: wick posts the others to Alertmanager */
	bool sloth;          /* the numbers under sloth's names, too */
	unsigned packs;      /* the rules of these packs (PACK_HOST, ...) and no others; 0: wick's own */
	struct str job;      /* the job under which wick is scraped */
	struct str runbooks; /* where runbooks are: an address that a name is put to; empty: no links */
	struct str
		resource; /* the name of a PrometheusRule resource that the rules are wrapped in; empty: a plain file */
	struct str namespace_;      /* of the resource; empty: none */
	struct str resource_labels; /* of the resource, as "release=prometheus,team=sre"; empty: none */
};

/* YAML that `promtool check rules` takes. False where `out` is too small. */
bool rules_write(struct buf *out, const struct rules_options *options);

#endif
