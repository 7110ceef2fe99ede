/* Probes and certificates by the series of the blackbox exporter. */
#include "exporters/alerting/pack_texts.h"
#include "exporters/alerting/packs.h"

#include <stddef.h>

#define STATUS ASK("probe_http_status_code{job=%q,instance=%q} > 0", " The newest answer is HTTP " ANSWER "}}.")
#define IN_THE_LAST_HOUR                                                                                               \
	ASK("avg_over_time(probe_success{job=%q,instance=%q}[1h])",                                                    \
	    " In the last hour " ANSWER "| humanizePercentage }} of its probes succeeded.")

/* A probe that is known, or scraped under a job of that name, and whose exporter does not answer. */
#define PROBE_MISSING                                                                                                  \
	"up == 0 and on (job, instance) " LAST_SEEN "{target_kind=\"probe\"} or "                                      \
	"up{job=~\"(.*[-_/])?(blackbox|probes?)([-_].*)?\"} == 0"

/* Nobody presented a certificate: 0, or a time before 1970. */
#define EXPIRES_IN "(probe_ssl_earliest_cert_expiry > 0) - time()"
#define EXPIRES                                                                                                        \
	"The certificate of " INSTANCE "{{ if gt $value 0.0 }} expires in {{ $value | humanizeDuration }}"             \
	"{{ else }} has expired{{ end }}"
#define EXPIRES_AT                                                                                                     \
	ASK("probe_ssl_earliest_cert_expiry{job=%q,instance=%q}",                                                      \
	    "The first of its chain expires at " ANSWER "| humanizeTimestamp }}. ")

const struct rule blackbox_rules[] = {
	{"ProbeFailing", "probe_success == 0", "5m", "page", "probe-failing", "The probe of " INSTANCE " fails",
	 "No probe has succeeded for 5 minutes (job {{ $labels.job }})." STATUS IN_THE_LAST_HOUR},
	{"ProbeFailing", "avg_over_time(probe_success[1h]) < 0.9 and probe_success", "15m", "ticket", "probe-failing",
	 "The probe of " INSTANCE " fails now and then",
	 PERCENT " of its probes in the last hour succeeded (job {{ $labels.job }})." STATUS},
	{"ProbeMissing", PROBE_MISSING, "10m", "ticket", "probe-missing", INSTANCE " is not probed",
	 "The blackbox exporter does not answer for it (job {{ $labels.job }}): whether it is up is not known. " SEEN_AGO},
	{"CertificateExpires", EXPIRES_IN " < 14 * 86400", "15m", "ticket", "certificate-expires", EXPIRES,
	 EXPIRES_AT "It should have been renewed by now."},
	{"CertificateExpires", EXPIRES_IN " < 3 * 86400", "15m", "page", "certificate-expires", EXPIRES,
	 EXPIRES_AT "Clients refuse the connection from then on."},
	{.name = NULL},
};
