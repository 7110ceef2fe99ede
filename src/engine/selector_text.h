/* Selectors written as PromQL for the questions that the engine asks about targets and series. */
#ifndef WICK_ENGINE_SELECTOR_TEXT_H
#define WICK_ENGINE_SELECTOR_TEXT_H

#include "base/buf.h"
#include "model/labels.h"

/* `{__name__="metric",job="..",instance=".."}` */
void selector_put_target(struct buf *out, struct str metric, struct str job, struct str instance);
/* `{__name__="metric",job=".."}` */
void selector_put_job(struct buf *out, struct str metric, struct str job);
/* One series by all of its labels. Labels that it does not have are not excluded; its raw labels sort that out. */
void selector_put_series(struct buf *out, struct labels labels);

#endif
