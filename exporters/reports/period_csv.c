/* A period's report for spreadsheets: CSV, a line for each error budget and for each environment. */
#include "base/limits.h"
#include "base/num.h"
#include "exporters/csv.h"
#include "exporters/delivery/shown.h"
#include "exporters/reports/period_parts.h"

#include <math.h>

static const char head[] =
	"kind,period,namespace,service,slo,group,environment,numbers_from,objective,met,sli,good,bad,total,budget_consumed,"
	"budget_remaining,coverage,known,sli_before,budget_consumed_before,known_before,policy_level,incidents,incident_seconds,"
	"incident_budget_cost,deployments,deployments_before,lead_time_p50_seconds,lead_time_p50_seconds_before,failed,"
	"change_failure_ratio,change_failure_ratio_before,recovery_p50_seconds,recovery_p50_seconds_before,rework_ratio,"
	"rework_ratio_before\n";

/* Nothing where it is not known. */
static void put_num(struct buf *out, double number)
{
	buf_char(out, ',');
	if (isfinite(number))
		num_write_double(out, number);
}

static void put_text(struct buf *out, struct str text)
{
	buf_char(out, ',');
	csv_text(out, text);
}

static void put_nothing(struct buf *out, size_t columns) { buf_fill(out, ',', columns); }

static void put_begin(struct buf *out, const char *kind, const struct period_report *report,
		      const struct report_service *service)
{
	buf_cstr(out, kind);
	put_text(out, report->name);
	put_text(out, service->namespace_);
	put_text(out, service->name);
}

static void put_group(struct buf *out, struct labels group)
{
	struct buf text;

	buf_init(&text, LIMIT_NOTE_BYTES);
	if (group.len)
		labels_write(&text, group);
	put_text(out, buf_view(&text));
	buf_release(&text);
}

static void put_met(struct buf *out, const struct report_numbers *numbers)
{
	enum period_verdict verdict = report_verdict(numbers);

	buf_cstr(out, verdict == PERIOD_UNKNOWN ? "," : verdict == PERIOD_MET ? ",true" : ",false");
}

static void put_numbers(struct buf *out, const struct report_slo *slo)
{
	const struct period_record *now = &slo->now.record, *before = &slo->before.record;
	bool known = slo->now.origin != ORIGIN_NONE, known_before = slo->before.origin != ORIGIN_NONE;
	double none = (double)NAN, consumed = known ? period_consumed(now) : none;

	put_text(out, known ? str_of(report_origin_names[slo->now.origin]) : STR(""));
	put_num(out, known ? now->objective : slo->slo->objective);
	put_met(out, &slo->now);
	put_num(out, known ? period_sli(now) : none);
	put_num(out, known ? now->counts.total - now->counts.bad : none);
	put_num(out, known ? now->counts.bad : none);
	put_num(out, known ? now->counts.total : none);
	put_num(out, consumed);
	put_num(out, 1 - consumed);
	put_num(out, known ? period_coverage(now) : 0);
	put_num(out, known ? period_known(now) : 0);
	put_num(out, known_before ? period_sli(before) : none);
	put_num(out, known_before ? period_consumed(before) : none);
	put_num(out, known_before ? period_known(before) : 0);
}

/* The cost is that of all; where that of one is not known, or in part, neither is it. */
static void put_incidents(struct buf *out, const struct report_slo *slo)
{
	double seconds = 0, cost = 0;
	bool known = slo->watch != WATCH_NONE && !slo->watch_since.ms;

	for (size_t i = 0; i < slo->incidents_len; i++) {
		seconds += (double)(slo->incidents[i].end.ms - slo->incidents[i].begin.ms) / SPAN_SECOND;
		cost += slo->incidents[i].partial ? (double)NAN : slo->incidents[i].cost;
	}
	put_num(out, known ? (double)slo->incidents_len : (double)NAN);
	put_num(out, known ? seconds : (double)NAN);
	put_num(out, known ? cost : (double)NAN);
}

static void put_slo(struct buf *out, const struct period_report *report, const struct report_service *service,
		    const struct report_slo *slo)
{
	put_begin(out, "slo", report, service);
	put_text(out, slo->slo->name);
	put_group(out, slo->group);
	put_nothing(out, 1);
	put_numbers(out, slo);
	put_text(out, slo->level == POLICY_UNKNOWN ? STR("") : str_of(policy_level_names[slo->level]));
	put_incidents(out, slo);
	put_nothing(out, 11);
	buf_char(out, '\n');
}

static void put_delivery(struct buf *out, const struct period_report *report, const struct report_service *service,
			 const struct report_delivery *delivery)
{
	const struct dora_metrics *now = &delivery->now, *before = &delivery->before;
	bool known = delivery->now_known, earlier = delivery->before_known;
	double none = (double)NAN;

	put_begin(out, "delivery", report, service);
	put_nothing(out, 2);
	put_text(out, delivery->environment);
	put_nothing(out, 18);
	put_num(out, known && !now->unknown.deployments ? (double)now->deployments : none);
	put_num(out, earlier && !before->unknown.deployments ? (double)before->deployments : none);
	put_num(out, known ? dora_quantile(&now->lead, 0) : none);
	put_num(out, earlier ? dora_quantile(&before->lead, 0) : none);
	put_num(out, known && !now->unknown.failures ? (double)now->failed : none);
	put_num(out, known ? now->change_failure_ratio : none);
	put_num(out, earlier ? before->change_failure_ratio : none);
	put_num(out, known ? dora_quantile(&now->recovery, 0) : none);
	put_num(out, earlier ? dora_quantile(&before->recovery, 0) : none);
	put_num(out, known ? now->rework_ratio : none);
	put_num(out, earlier ? before->rework_ratio : none);
	buf_char(out, '\n');
}

void period_csv_write(struct buf *out, const struct period_report *report)
{
	buf_cstr(out, head);
	for (size_t i = 0; i < report->len; i++) {
		const struct report_service *service = &report->services[i];

		for (size_t k = 0; k < service->slos_len; k++)
			put_slo(out, report, service, &service->slos[k]);
		for (size_t k = 0; k < service->deliveries_len; k++)
			put_delivery(out, report, service, &service->deliveries[k]);
	}
}
