/* Targets that do not answer, and Prometheus itself by its own series. */
#include "exporters/alerting/pack_texts.h"
#include "exporters/alerting/packs.h"

#include <stddef.h>

#define COUNTED(query) "{{ with printf \"" query "\" $labels.job | query }}{{ . | first | value }}{{ end }}"
#define TARGETS_DOWN                                                                                                   \
	COUNTED("count(up{job=%q} == 0)")                                                                              \
	" of " COUNTED("count(up{job=%q})") " targets of the job {{ $labels.job }} do not answer. "

/* A counter of failures that did not stand still; several failures of one store are told apart by `problem`. */
#define GREW(counter, window)    "increase(" counter "[" window "]) > 0"
#define STORE(problem, counter)  "label_replace(" GREW(counter, "3h") ", \"problem\", \"" problem "\", \"\", \"\")"
#define ANY_OF(a, b, c, d, e, f) a " or " b " or " c " or " d " or " e " or " f
#define STORE_FAILING                                                                                                  \
	ANY_OF(STORE("compaction", "prometheus_tsdb_compactions_failed_total"),                                        \
	       STORE("reload of blocks", "prometheus_tsdb_reloads_failures_total"),                                    \
	       STORE("truncation of the head", "prometheus_tsdb_head_truncations_failed_total"),                       \
	       STORE("checkpoint", "prometheus_tsdb_checkpoint_creations_failed_total"),                               \
	       STORE("truncation of the log", "prometheus_tsdb_wal_truncations_failed_total"),                         \
	       STORE("corrupt log", "prometheus_tsdb_wal_corruptions_total"))

/* Increase() guesses beyond the first and the last sample. */
#define COUNT "{{ printf \"%.0f\" $value }}"

#define LOADED_AGO                                                                                                     \
	ASK("time() - prometheus_config_last_reload_success_timestamp_seconds{job=%q,instance=%q}",                    \
	    ", of " ANSWER "| humanizeDuration }} ago")

const struct rule prometheus_rules[] = {
	{"TargetDown", "up == 0", "10m", "ticket", "target-down", INSTANCE " cannot be scraped", TARGETS_DOWN SEEN_AGO},
	{"PrometheusReloadFailed", "prometheus_config_last_reload_successful == 0", "10m", "ticket",
	 "prometheus-reload-failed", INSTANCE " does not take up its configuration",
	 "The one from before is in use" LOADED_AGO
	 ". With the next restart it does not start. 'promtool check config' says what is wrong."},
	{"PrometheusRulesFailing", GREW("prometheus_rule_evaluation_failures_total", "10m"), "10m", "ticket",
	 "prometheus-rules-failing", "Rules of " INSTANCE " fail",
	 COUNT
	 " evaluations in {{ $labels.rule_group }} failed in 10 minutes: its alerts do not come, its series have holes."},
	{"PrometheusRulesMissed", GREW("prometheus_rule_group_iterations_missed_total", "10m"), "15m", "ticket",
	 "prometheus-rules-missed", INSTANCE " is too slow for its rules",
	 COUNT " rounds of {{ $labels.rule_group }} were left out in 10 minutes: the one before had not ended."},
	{"PrometheusNotConnected", "prometheus_notifications_alertmanagers_discovered < 1", "10m", "page",
	 "prometheus-not-connected", INSTANCE " knows no Alertmanager",
	 "None of its alerts reaches anybody. You may know of it from another Prometheus only."},
	{"PrometheusNotificationsFailing", GREW("prometheus_notifications_errors_total", "10m"), "15m", "ticket",
	 "prometheus-notifications-failing", INSTANCE " cannot send all alerts to an Alertmanager",
	 "{{ $labels.alertmanager }} refused " COUNT " batches of alerts in 10 minutes, or did not answer."},
	{"PrometheusNotificationsLost", GREW("prometheus_notifications_dropped_total", "10m"), "5m", "page",
	 "prometheus-notifications-lost", INSTANCE " loses alerts",
	 COUNT " alerts were dropped in 10 minutes: no Alertmanager took them, or the queue was full."},
	{"PrometheusNotificationsLost",
	 "prometheus_notifications_queue_length / prometheus_notifications_queue_capacity > 0.5", "10m", "ticket",
	 "prometheus-notifications-lost", INSTANCE " will lose alerts",
	 "Its queue of alerts is " PERCENT " full: they come in faster than Alertmanager takes them."},
	{"PrometheusStorageFailing", STORE_FAILING, "15m", "ticket", "prometheus-storage-failing",
	 "The store of " INSTANCE " fails ({{ $labels.problem }})",
	 "Failures in 3 hours: " COUNT ". It goes on for a while, with more memory and disk, and then loses data."},
	{"PrometheusStorageFailing", GREW("prometheus_tsdb_wal_writes_failed_total", "10m"), "5m", "page",
	 "prometheus-storage-failing", INSTANCE " cannot write what it scrapes",
	 COUNT " writes failed in 10 minutes: what is not written down is lost, and alerts on it do not come."},
	{.name = NULL},
};
