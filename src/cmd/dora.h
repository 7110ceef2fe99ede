/* What the subcommands of `wick dora` share: the command line, read. */
#ifndef WICK_CMD_DORA_H
#define WICK_CMD_DORA_H

#include "delivery/poller.h"
#include "exporters/delivery/explain.h"
#include "exporters/delivery/report.h"
#include "exporters/delivery/shown.h"

/* GitHub is given up when it has failed until tries are so far apart; limits, which are answers, are waited for. */
#define DORA_GIVE_UP (10 * SPAN_SECOND)

enum dora_subcommand { DORA_REPORT, DORA_EXPLAIN, DORA_BACKFILL, DORA_CHECK };
enum { DORA_SUBCOMMANDS = DORA_CHECK + 1 };

/* What the command line says. */
struct dora_question {
	enum dora_subcommand what;
	struct poller_settings settings;
	struct instant at;
	enum report_format format;
	enum shown_window window;
	const char *openmetrics; /* of backfill */
	struct span since;
	enum explain_metric metric; /* of explain, and what follows */
	struct str service, environment;
	const char **paths;
	size_t paths_len;
};

/* Each prints, and returns the exit code. The set has no errors, and a delivery at least. */
int dora_measure_print(const struct dora_question *question, struct slo_set *set); /* but for `check` */
int dora_check_print(const struct dora_question *question, struct slo_set *set);

/* Says on stderr why nothing goes on for a while. */
void dora_say_waiting(const struct github_health *health, struct span wait);

#endif
