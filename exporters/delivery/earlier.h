/* The window before a window: what a number is compared with. */
#ifndef WICK_EXPORTERS_DELIVERY_EARLIER_H
#define WICK_EXPORTERS_DELIVERY_EARLIER_H

#include "model/dora.h"

/* The same result, with the window as long that ended where this one began in its place, by that name. It is shown only
 * where the history holds all of it. */
struct dora_result dora_earlier(const struct dora_result *result, size_t window, struct str name);

#endif
