/* Packs of rules about what is around an SLO: hosts, probes, delivery, Prometheus. They read the series of others, and
 * nothing fires where those are missing. */
#ifndef WICK_EXPORTERS_ALERTING_PACKS_H
#define WICK_EXPORTERS_ALERTING_PACKS_H

#include "base/err.h"
#include "exporters/alerting/rule_file.h"

enum { PACK_HOST = 1, PACK_BLACKBOX = 2, PACK_DELIVERY = 4, PACK_PROMETHEUS = 8 };
extern const char *const pack_names[]; /* of the bits in their order, then NULL: "host", ... */

/* Rules that are evaluated together. */
struct pack_group {
	const char *name;
	const char *label;    /* of its alerts, `pack`: page and ticket of one alert in one pack are about one thing */
	const char *interval; /* NULL: Prometheus's own */
	unsigned packs;       /* the group comes with each of these */
	const struct rule *rules; /* ends with a row without name */
};

extern const struct pack_group pack_groups[]; /* ends with a row without rules */

/* The rules of each group. */
extern const struct rule target_rules[], host_rules[], blackbox_rules[], delivery_rules[], prometheus_rules[];

/* "host,delivery" added to *packs. False where a name is none: the error lists those there are. */
bool packs_read(struct str list, unsigned *packs, struct err *err);

#endif
