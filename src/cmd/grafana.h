/* Dashboards into a Grafana, over its HTTP API (/api/dashboards, /api/folders).
 *
 * One that is there already stays in its folder, and is left alone where nothing has changed. What somebody else saves
 * meanwhile is not overwritten: Grafana is told which version was read. */
#ifndef WICK_CMD_GRAFANA_H
#define WICK_CMD_GRAFANA_H

#include "base/err.h"
#include "exporters/dashboards/dashboards.h"
#include "net/secret.h"

struct grafana_settings {
	struct str url;        /* without a slash at the end */
	struct str token_file; /* empty: `token` */
	struct secret *token;  /* or NULL: none */
	struct str folder;     /* the uid of the folder that new dashboards come into; made where it is not there */
};

enum grafana_outcome { GRAFANA_CREATED, GRAFANA_UPDATED, GRAFANA_UNCHANGED, GRAFANA_FAILED };
enum { GRAFANA_OUTCOMES = GRAFANA_FAILED + 1 };
extern const char *const grafana_outcome_names[GRAFANA_OUTCOMES]; /* "created", ... */

struct grafana;

/* NULL where the token cannot be read. */
struct grafana *grafana_new(const struct grafana_settings *settings, struct err *err);
void grafana_free(struct grafana *grafana);

/* Puts one dashboard. GRAFANA_FAILED with the reason; *hopeless is set where no other one would do better: nobody
 * answers, or the token is refused. */
enum grafana_outcome grafana_put(struct grafana *grafana, const struct dashboard *dashboard, struct str wick_url,
				 bool *hopeless, struct err *err);

#endif
