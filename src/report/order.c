#include "report/order.h"

#include <math.h>
#include <stdlib.h>

/* The part of the budget that was used, with what is not known between what is spent and what is left. */
static double badness(const struct report_slo *slo)
{
	double consumed = slo->now.origin == ORIGIN_NONE ? (double)NAN : period_consumed(&slo->now.record);

	return isnan(consumed) ? 1 : consumed >= 1 ? 2 + consumed : consumed;
}

static int by_number(double left, double right) { return (left < right) - (left > right); }

static int by_badness(const void *a, const void *b)
{
	const struct report_slo *left = a, *right = b;
	int order = by_number(badness(left), badness(right));

	if (order == 0)
		order = str_cmp(left->slo->id, right->slo->id);
	return order ? order : labels_cmp(left->group, right->group);
}

static double worst_of(const struct report_service *service)
{
	return service->slos_len ? badness(&service->slos[0]) : -1;
}

static int by_worst(const void *a, const void *b)
{
	const struct report_service *left = a, *right = b;
	int order = by_number(worst_of(left), worst_of(right));

	return order ? order : str_cmp(left->id, right->id);
}

void report_order(struct period_report *report)
{
	for (size_t i = 0; i < report->len; i++)
		if (report->services[i].slos_len > 1)
			qsort(report->services[i].slos, report->services[i].slos_len, sizeof(struct report_slo),
			      by_badness);
	if (report->len > 1)
		qsort(report->services, report->len, sizeof(struct report_service), by_worst);
}

static void add_verdict(struct report_sum *sum, const struct report_numbers *numbers)
{
	bool partial = report_partial(numbers);

	sum->origins[numbers->origin]++;
	sum->partial += partial;
	switch (report_verdict(numbers)) {
	case PERIOD_MET:
		sum->met += !partial;
		sum->met_of_known += partial;
		break;
	case PERIOD_MISSED:
		sum->missed++;
		break;
	case PERIOD_UNKNOWN:
		sum->unknown++;
		break;
	}
	sum->corrected += numbers->origin != ORIGIN_NONE && period_corrected(&numbers->record);
}

static void add_slo(struct report_sum *sum, const struct report_slo *slo)
{
	sum->budgets++;
	add_verdict(sum, &slo->now);
	if (slo->slo->policy)
		sum->levels[slo->level]++;
	sum->unwatched += slo->watch == WATCH_NONE || slo->watch_since.ms != 0;
	sum->incidents += slo->incidents_len;
	for (size_t i = 0; i < slo->incidents_len; i++) {
		sum->open += slo->incidents[i].open;
		sum->incident_seconds += (double)(slo->incidents[i].end.ms - slo->incidents[i].begin.ms) / SPAN_SECOND;
	}
}

static void add_delivery(struct report_sum *sum, const struct report_delivery *delivery)
{
	if (!delivery->now_known || delivery->now.unknown.deployments) {
		sum->environments_unknown++;
		return;
	}
	sum->environments++;
	sum->deployments += delivery->now.deployments;
	if (delivery->now.unknown.failures)
		sum->failures_unknown++;
	else
		sum->failed += delivery->now.failed;
	if (!delivery->before_known || delivery->before.unknown.deployments)
		return;
	sum->compared++;
	sum->deployments_compared += delivery->now.deployments;
	sum->deployments_before += delivery->before.deployments;
}

void report_sum_up(struct period_report *report)
{
	struct report_sum *sum = &report->sum;

	*sum = (struct report_sum){.services = 0};
	for (size_t i = 0; i < report->len; i++) {
		const struct report_service *service = &report->services[i];

		sum->services += service->slos_len > 0;
		for (size_t k = 0; k < service->slos_len; k++) {
			const struct report_slo *slo = &service->slos[k];
			bool known = slo->now.origin != ORIGIN_NONE && isfinite(period_consumed(&slo->now.record));

			add_slo(sum, slo);
			if (known && (!sum->worst || badness(slo) > badness(sum->worst))) {
				sum->worst = slo;
				sum->worst_service = service;
			}
		}
		for (size_t k = 0; k < service->deliveries_len; k++)
			add_delivery(sum, &service->deliveries[k]);
	}
}
