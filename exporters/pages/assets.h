/* The files that pages are shown with, built in as they stand in exporters/pages/assets. chart.css needs the colours
 * that it names itself, and nothing of site.css. */
#ifndef WICK_EXPORTERS_PAGES_ASSETS_H
#define WICK_EXPORTERS_PAGES_ASSETS_H

#include "base/embedded.h"

/* "site.css", "chart.css", "site.js"; there has to be one of that name. */
struct str page_asset(const char *name);

#endif
