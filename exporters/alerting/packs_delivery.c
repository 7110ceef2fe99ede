/* How changes are delivered, by wick's delivery metrics. */
#include "exporters/alerting/packs.h"

#include <stddef.h>

#define SERVICE        "{{ $labels.service }}{{ with $labels.environment }} ({{ . }}){{ end }}"
#define SUM_OF(metric) "sum(" metric "{window='30d',service=%q,environment=%q})"
/* As ASK of the other packs, with service and environment, and the number behind the text. */
#define ASK(query, text)                                                                                               \
	"{{ with printf \"" query "\" $labels.service $labels.environment | query }}" text                             \
	"{{ . | first | value }}{{ end }}"
#define FAILED_OF_ALL ASK(SUM_OF("wick_dora_failed_deployments"), " ") ASK(SUM_OF("wick_dora_deployments"), " of ")

/* One failed change is no rate, however few changes there are. */
#define FAILURE_RATE                                                                                                   \
	"wick_dora_change_failure_ratio{window=\"30d\"} > 0.15"                                                        \
	" unless wick_dora_failed_deployments{window=\"30d\"} < 2"

const struct rule delivery_rules[] = {
	{"ChangeFailureRateHigh", FAILURE_RATE, "15m", "ticket", "change-failure-rate-high",
	 "{{ $value | humanizePercentage }} of the deployments of " SERVICE " fail",
	 "In 30 days" FAILED_OF_ALL
	 " deployments were followed by an incident, a rollback, a revert or a hotfix: more than 15 %."},
	{"RecoveryTimeHigh", "wick_dora_recovery_seconds{window=\"30d\",quantile=\"0.5\"} > 3600", "15m", "ticket",
	 "recovery-time-high", SERVICE " takes {{ $value | humanizeDuration }} to recover",
	 "In 30 days half of its failed deployments took longer than that to recover from. An hour is the bound."},
	{"RecoveryOverdue", "wick_dora_open_failure_age_seconds > 3600", "5m", "ticket", "recovery-overdue",
	 SERVICE " has not recovered for {{ $value | humanizeDuration }}",
	 "Its oldest failed deployment that is still open is older than an hour."},
	{.name = NULL},
};
