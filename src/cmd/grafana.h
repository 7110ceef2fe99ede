/* Dashboards into a Grafana, over its HTTP API. */
#ifndef WICK_CMD_GRAFANA_H
#define WICK_CMD_GRAFANA_H

#include "base/err.h"
#include "exporters/dashboards/dashboards.h"
#include "net/secret.h"

struct grafana_settings {
	struct str url;        /* without a slash at the end */
	struct str token_file; /* empty: `token` */
	struct secret *token;  /* or NULL: none */
	struct str folder;     /* the uid of the folder that new dashboards come into */
};

#endif
