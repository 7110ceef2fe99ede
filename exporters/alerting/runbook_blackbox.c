/* The runbooks of the pack `blackbox`. */
#include "exporters/alerting/runbook.h"

#define LIST RUNBOOK_LIST

const struct runbook blackbox_runbooks[] = {
	{"probe-failing",
	 "A probe fails",
	 {LIST("The blackbox exporter asks as a user would, and does not get what its module expects: for 5 minutes not once (a page), or in the "
	       "last hour in less than 90 % of its tries (a ticket).",
	       "If it fails, users outside fail most likely, too."),
	  LIST("The service is down or overloaded, or answers with an error.",
	       "DNS, the load balancer, a firewall, or the network between the exporter and the service.",
	       "A certificate that has expired or does not fit the name.",
	       "The service answers otherwise than before: a redirect, another status, another text. Then the probe is what is wrong."),
	  LIST("Ask it yourself, from elsewhere, too: `curl -v ADDRESS`.",
	       "Let the exporter say why: `curl 'http://blackbox:9115/probe?module=MODULE&target=ADDRESS&debug=true'`.",
	       "Where does the time go, and what comes back? `probe_http_status_code`, `probe_duration_seconds`, `probe_dns_lookup_time_seconds`."),
	  LIST("The service is down: follow the runbooks of its own alerts.",
	       "Only some places or addresses fail: take them out of DNS or the load balancer.",
	       "The probe expects what is no longer so: correct its module. The alert ends with the first success."),
	  LIST("A deployment of the service, or a change of DNS, certificates or the load balancer within the hour before: take it back."),
	  LIST("Users cannot reach the service and the cause is not found after 15 minutes.",
	       "The cause is the network or a provider: call them at once.")}},
	{"probe-missing",
	 "Something is not probed",
	 {LIST("Prometheus gets no answer from the blackbox exporter for this address: the probe is not made. Whether the service is up is not "
	       "known, and ProbeFailing cannot fire."),
	  LIST("The exporter is down or cannot be reached.",
	       "Its module is not there under this name (any more): it answers with status 400.",
	       "The probe takes longer than Prometheus's `scrape_timeout`."),
	  LIST("Is it one address or all? `up{job=\"blackbox\"} == 0`.",
	       "The page of targets of Prometheus has the error of the newest try.",
	       "`systemctl status prometheus-blackbox-exporter` and its log."),
	  LIST("Start the exporter, or correct module and timeout; `curl http://blackbox:9115/config` is what it has loaded.",
	       "Meanwhile look at the service by hand."),
	  LIST("The exporter or its configuration was changed right before: take it back."),
	  LIST("Nothing else tells whether the service is up, and the exporter does not come back within 30 minutes.")}},
	{"certificate-expires",
	 "A certificate expires",
	 {LIST("The first certificate of the chain that the address presents expires in less than 14 days (a ticket) or 3 days (a page). From then "
	       "on browsers and clients refuse to connect: it is an outage with a date.",
	       "Once it has expired, a probe that checks certificates fails, and ProbeFailing takes over."),
	  LIST("The renewal does not run or fails: a timer that was switched off, a challenge over DNS or HTTP that is not answered, a limit of the "
	       "authority.",
	       "It was renewed, but the server still has the old one in memory.",
	       "It is renewed by hand, and nobody did. Or it is an intermediate certificate that expires."),
	  LIST("What is presented? `openssl s_client -connect HOST:443 -servername HOST -showcerts </dev/null | openssl x509 -noout -subject -enddate`.",
	       "What is on disk? If that is newer, reload the server.",
	       "Why was it not renewed? The log of the client: `journalctl -u certbot`, or the events of cert-manager."),
	  LIST("Renew it, install the whole chain, reload the server; look at it from outside again.",
	       "Every server that has the certificate needs the new one: load balancers, mail, other regions.",
	       "Then repair the renewal, and let it run once as a rehearsal: `certbot renew --dry-run`."),
	  LIST("A new certificate that clients refuse (wrong chain, missing name): put the old one back as long as it is valid."),
	  LIST("Less than a day is left and you cannot renew it: at once, to whoever owns the domain or the account at the authority.")}},
	{.name = NULL},
};
