/* Backtests for people and for machines. */
#ifndef WICK_EXPORTERS_BACKTEST_H
#define WICK_EXPORTERS_BACKTEST_H

#include "exporters/table.h"
#include "model/backtest.h"

/* The objective that the budget's worst moment would just have met: 1 - (1 - least) * (1 - objective); NaN: not known.
 */
double backtest_objective_met(const struct backtest *backtest);

/* How long an alert fired; one that still does, up to the end of the history. */
/* From when on it fires in what was played. */
struct instant backtest_from(const struct backtest *backtest, const struct backtest_alert *alert);
double backtest_seconds(const struct backtest *backtest, const struct backtest_alert *alert);
/* "12.3 %", or "-" where it is not known. */
void backtest_ratio_write(struct buf *out, double ratio);
/* "shop/availability {route="/cart"}", safe for a terminal. */
void backtest_name_write(struct buf *out, const struct slo *slo, struct labels group);

/* A paragraph: the counts, the budget's curve, each alert that would have fired. */
bool backtest_write(struct buf *out, const struct backtest *backtest, const struct table_style *style);
/* A line per tier: how often and how long it fires in the one and in the other. */
bool backtest_write_comparison(struct buf *out, const struct backtest *before, const struct backtest *after);

struct json_writer;
/* The key "group" with its labels. */
void backtest_group_json(struct json_writer *json, struct labels group);
void backtest_json(struct json_writer *json, const struct backtest *backtest);

#endif
