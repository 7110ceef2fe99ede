/* What the exposition shows, as tables: one row per metric family of the SLOs and of the daemon itself. Families under
 * other names (those of sloth's rules, say) are one more table of struct slo_family. */
#ifndef WICK_EXPORTERS_FAMILIES_H
#define WICK_EXPORTERS_FAMILIES_H

#include "model/health.h"
#include "model/result.h"

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_INFO, METRIC_SUMMARY, METRIC_HISTOGRAM };
enum { METRIC_TYPES = METRIC_HISTOGRAM + 1 };

struct family {
	const char *name; /* as OpenMetrics names families: without _total and _info, which follow from the type */
	enum metric_type type;
	const char *unit; /* the name's ending too, as OpenMetrics wants it; NULL for a plain number */
	const char *help; /* one sentence without full stop */
};

/* The label that the family adds to those of the SLO, one series per value of it. */
enum axis {
	AXIS_NONE,
	AXIS_OWN_WINDOW,
	AXIS_WINDOW,
	AXIS_BURN_WINDOW,
	AXIS_OUTCOME,
	AXIS_STATE,
	AXIS_INFO,
	AXIS_WAY,
	AXIS_POLICY,
	AXIS_ALERT,
	AXIS_EACH_WINDOW,      /* all of an SLO's windows, where it has several or one by the calendar */
	AXIS_CORRECTED_WINDOW, /* all of an SLO's windows, where it has exclusions or adjustments */
	AXIS_CLOSED_PERIOD,    /* its calendar windows */
	AXIS_CLOSED_EVENTS,    /* their good and bad events */
	AXIS_TIERS,            /* the burn tiers of each set of tiers, not of each SLO */
};
enum { AXES = AXIS_TIERS + 1 };
extern const char *const axis_labels[AXES]; /* for the reference page; empty for none */

struct slo_family {
	struct family family;
	enum axis axis;
	/* The number at a position of the axis: burn window (OWN_WINDOW: one of the SLO's own), outcome (good, bad)
	 * or state; of AXIS_ALERT the alert, of AXIS_TIERS the tier. BAD_EVENTS(position) are the bad ones of
	 * AXIS_CLOSED_EVENTS. NaN: no series. */
	double (*value)(const struct slo_result *result, size_t position);
};
extern const struct slo_family slo_families[];
extern const size_t slo_families_len;

enum health_kind {
	HEALTH_BOOL,
	HEALTH_COUNT,    /* uint64_t */
	HEALTH_SIZE,     /* size_t */
	HEALTH_INTEGER,  /* int64_t */
	HEALTH_NUMBER,   /* double */
	HEALTH_INSTANT,  /* struct instant; none while it is 0 */
	HEALTH_VERSION,  /* 1, with the text as label */
	HEALTH_BROKEN,   /* 1 per file that is broken */
	HEALTH_KEPT,     /* per file that is broken: 1 where its last good version is in use */
	HEALTH_PAGER_UP, /* per Alertmanager */
	HEALTH_PAGER_POSTS,
	HEALTH_PAGER_FAILED,
	HEALTH_PAGER_SENT,
	HEALTH_TELLER_UP, /* per Alertmanager that silences are imported from */
	HEALTH_TELLER_ANSWERED,
	HEALTH_CONFLICTS, /* of the page itself */
};

struct health_family {
	struct family family; /* rows of one family stand together and differ in `outcome` */
	enum health_kind kind;
	size_t offset;       /* in struct health; or in struct health_source */
	const char *outcome; /* the label's value, or NULL for no label */
	bool of_source;      /* one series for each source */
};
extern const struct health_family health_families[];
extern const size_t health_families_len;

/* The position of one of the SLO's own windows. */
#define OWN_WINDOW(i)        (SIZE_MAX - (i))
#define BAD_EVENTS(position) ((position)-SLO_WINDOWS)

/* The number of a row whose kind is one of the plain ones; `from` is what its offset is in. */
double health_value(const void *from, const struct health_family *row);

#endif
