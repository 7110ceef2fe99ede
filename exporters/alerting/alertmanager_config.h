/* A configuration for Alertmanager: routes by severity and team, grouping, inhibition, and messages that say what
 * people need. Secrets stay in files that it names. */
#ifndef WICK_EXPORTERS_ALERTING_ALERTMANAGER_CONFIG_H
#define WICK_EXPORTERS_ALERTING_ALERTMANAGER_CONFIG_H

#include "base/buf.h"

struct alertmanager_config {
	const struct str *teams; /* values of the label `team`, sorted; each has routes and channels of its own */
	size_t teams_len;
	const struct str
		*group_labels; /* of SLOs with groupBy, as their series have them: a group silences none but itself */
	size_t group_labels_len;
	struct str slack_url_file;               /* a file with Slack's webhook URL; empty: no Slack */
	struct str page_channel, ticket_channel; /* of alerts without a team; a team's are its name with these behind */
	struct str email_to, email_from, smarthost; /* empty: no e-mail; pages only */
	struct str webhook;                         /* an address that gets pages and tickets; empty: none */
	struct str watchdog; /* an address that gets the watchdog, and misses it; empty: it goes nowhere */
	struct str template_file;
};

/* YAML that `amtool check-config` of Alertmanager 0.25 and newer takes. */
bool alertmanager_config_write(struct buf *out, const struct alertmanager_config *config);
/* The messages, for its `templates`. */
bool alertmanager_template_write(struct buf *out, const struct alertmanager_config *config);

#endif
