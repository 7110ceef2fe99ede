/* What would have been of an SLO over its history: plain data. */
#ifndef WICK_MODEL_BACKTEST_H
#define WICK_MODEL_BACKTEST_H

#include "model/counts.h"
#include "model/slo.h"

/* One time that an alert would have fired. */
struct backtest_alert {
	const struct tier *tier;
	/* It fired before the beginning: when, and at what numbers, is not told; `value`, `spent` and `left` are NaN.
	 */
	bool already;
	struct instant active_at, fired_at, over_at; /* over_at.ms == 0: it fires at the end of the history */
	double value;                                /* when it fired; model/alert.h */
	double worst;                                /* the highest value while it fired */
	/* The bad events of its long window when it fired, as a part of the budget; NaN where it has none. */
	double spent;
	double left; /* part of the budget that was left then; NaN: not known */
};

struct backtest_point {
	struct instant at;
	double remaining; /* NaN: not known */
};

/* One SLO and group. */
struct backtest {
	const struct slo *slo;
	struct labels group;
	struct instant from, to;
	struct backtest_alert *alerts; /* in the order in which they fired */
	size_t len;
	struct backtest_point *curve; /* of the budget, equally spaced, the last one at `to` */
	size_t curve_len;
	struct counts counts; /* of the history from `from` to `to` */
	double known;         /* part of its steps that is known */
	double least;         /* the lowest that the budget was; NaN: never known */
	struct instant least_at;
};

#endif
