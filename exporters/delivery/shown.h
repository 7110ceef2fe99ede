/* What of a delivery result may be shown, and how: shared by series, reports and explanations. What is not known is not
 * shown as 0. */
#ifndef WICK_EXPORTERS_DELIVERY_SHOWN_H
#define WICK_EXPORTERS_DELIVERY_SHOWN_H

#include "model/dora.h"

/* Positions in result->windows; levels and scores are those of SHOWN_30D. */
enum shown_window { SHOWN_7D, SHOWN_30D, SHOWN_90D, SHOWN_MONTH };
/* As series have them: the month is "month", whichever it is. */
extern const char *const shown_window_names[DORA_SHOWN_WINDOWS];

/* Any attempt was ever seen: where none was, a deployment is more likely not found than not there. */
bool dora_result_seen(const struct dora_result *result);
/* The window's numbers are known: all of the host was read, or the window lies in what was. */
bool dora_window_shown(const struct dora_result *result, size_t window);
/* The same for what holds now, such as open incidents. */
bool dora_now_shown(const struct dora_result *result);

/* How many incidents are open, and what has not recovered. */
bool dora_open_shown(const struct dora_result *result);
/* "commits and issues could not be read, so what is made of them is not known"; false, and nothing, where all was. */
bool dora_unread_write(struct buf *out, const struct dora_result *result, size_t window);

/* Attempts of the window that ended one way or the other: with success or with failure. */
size_t dora_attempts(const struct dora_metrics *metrics);

/* The number of a quantile: 0 for p50, 1 for p75, 2 for p90. */
enum { DORA_QUANTILES = 3 };
double dora_quantile(const struct dora_quantiles *quantiles, size_t which);

/* The choices that a definition has made, in sentences: from when lead time runs and what is left out of it; how far an
 * incident reaches back, and when a deployment has recovered. */
void dora_lead_choices_write(struct buf *out, const struct delivery *delivery);
void dora_failure_choices_write(struct buf *out, const struct delivery *delivery);
/* Both. */
void dora_choices_write(struct buf *out, const struct delivery *delivery);

/* "2d 4h", "-" for what is not known; "0s" is a time. */
void dora_time_write(struct buf *out, double seconds);
/* "8.3 %", to the nearest tenth; "-" for what is not known. */
void dora_percent_write(struct buf *out, double ratio);
/* Seven characters of a sha, as git shows it; of other names all. */
struct str dora_short(struct str sha);

#endif
