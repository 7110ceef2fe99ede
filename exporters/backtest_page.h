/* Backtests as one HTML file that needs nothing else: to be kept, sent, and looked at in a review. */
#ifndef WICK_EXPORTERS_BACKTEST_PAGE_H
#define WICK_EXPORTERS_BACKTEST_PAGE_H

#include "base/buf.h"
#include "model/backtest.h"

void backtest_page_begin(struct buf *out);
/* A section: the counts, the budget's curve with the alerts behind it as SVG, and a table of the alerts. `version` is
 * put to its heading, as "after"; empty for none. */
void backtest_page_write(struct buf *out, const struct backtest *backtest, struct str version);
bool backtest_page_end(struct buf *out);

#endif
