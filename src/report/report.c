#include "report/report.h"

#include "base/limits.h"
#include "base/mem.h"
#include "engine/backtest.h"
#include "report/choice.h"
#include "report/deliveries.h"
#include "report/incidents.h"
#include "report/kept.h"
#include "report/order.h"
#include "report/wanted.h"

#include <math.h>
#include <stdlib.h>

struct maker {
	const struct report_case *one;
	struct period_report *report;
	struct arena *arena;
	struct numbers_period before;
	struct kept kept;
	struct map services; /* struct report_service *, by id */
};

struct rows {
	struct choice_row *at;
	size_t len;
	struct map by_group;
};

/* The place of a service; NULL where it is not asked for. There is room for all. */
static struct report_service *service_of(struct maker *maker, struct str namespace_, struct str name)
{
	struct str id = wanted_id(maker->arena, namespace_, name);
	struct report_service *service = map_get(&maker->services, id);

	if (service || !wanted_service(maker->one, id, name))
		return service;
	service = &maker->report->services[maker->report->len++];
	*service = (struct report_service){.namespace_ = namespace_, .name = name, .id = id};
	map_put(&maker->services, id, service);
	return service;
}

static struct choice_row *row_of(struct maker *maker, struct rows *rows, struct labels group)
{
	struct str key;
	struct buf buf;
	size_t place;

	buf_init(&buf, LIMIT_NOTE_BYTES);
	labels_write(&buf, group);
	key = arena_str(maker->arena, buf_view(&buf));
	buf_release(&buf);
	place = (size_t)(uintptr_t)map_get(&rows->by_group, key);
	if (place)
		return &rows->at[place - 1];
	rows->at = arena_grow(maker->arena, rows->at, rows->len, sizeof(*rows->at));
	rows->at[rows->len] = (struct choice_row){.group = labels_copy(maker->arena, group)};
	map_put(&rows->by_group, key, (void *)(uintptr_t)++rows->len);
	return &rows->at[rows->len - 1];
}

/* What is wrong with an SLO; NULL where nothing is. */
static const struct slo_result *failed_of(const struct results *results, const struct slo *slo)
{
	for (size_t i = 0; results && i < results->len; i++)
		if (results->list[i].slo == slo && results->list[i].state == DATA_ERROR)
			return &results->list[i];
	return NULL;
}

/* Why no number may be shown of it; empty where they may. */
static struct str fault_of(const struct slo_result *failed, struct arena *arena)
{
	return failed && isnan(failed->budgets->total) ? arena_str(arena, failed->reason) : STR("");
}

static void take_level(const struct choice_row *row, const struct numbers_period *of, struct report_slo *out)
{
	const struct slo_window *first = out->slo->windows;

	if (out->now.origin == ORIGIN_RECORD && first->calendar && str_eq(out->now.record.window, first->name))
		out->level = policy_level_at(out->slo->policy, period_consumed(&out->now.record));
	if (out->level == POLICY_UNKNOWN && row->stored && !row->stored_fault.len)
		out->level = numbers_level(row->stored, numbers_to(of, row->stored->step));
	if (out->level == POLICY_UNKNOWN && row->counted && !row->counted_fault.len)
		out->level = numbers_level(row->counted, numbers_to(of, row->counted->step));
}

static struct instant followed_of(const struct maker *maker, const struct report_slo *slo)
{
	const struct ledger_key key = {slo->slo->id, slo->slo->counts_hash, slo->group};

	return followed_since(&maker->kept.followed, followed_key(&key));
}

static void take_incidents(struct maker *maker, const struct choice_row *row, struct report_slo *out)
{
	const struct firing_list *pages = &maker->kept.pages;
	struct incidents_case one = {
		.slo = out->slo,
		.group = out->group,
		.raw = row->counted ? row->counted : row->stored,
		.of = &maker->one->of,
		.numbers = &out->now,
		.followed = followed_of(maker, out),
	};
	struct instant since = incidents_since(&one, pages);
	bool kept_all = since.ms && since.ms <= one.of->period.begin.ms;

	if (row->counted && !kept_all && !row->counted_fault.len)
		incidents_played(&one, maker->one->stale_after, maker->arena, out);
	if (out->watch == WATCH_NONE)
		incidents_kept(&one, pages, maker->arena, out);
}

static void take_curve(struct maker *maker, const struct choice_row *row, struct report_slo *out)
{
	const struct numbers_period *of = &maker->one->of;

	if (row->stored && !row->stored_fault.len && out->now.origin != ORIGIN_SOURCE)
		numbers_curve(row->stored, of, &out->now, maker->arena, &out->curve, &out->curve_len);
	if (!out->curve && row->counted && !row->counted_fault.len)
		numbers_curve(row->counted, of, &out->now, maker->arena, &out->curve, &out->curve_len);
}

static void add_correction(struct maker *maker, struct report_slo *out, struct report_correction correction)
{
	out->corrections = arena_grow(maker->arena, out->corrections, out->corrections_len, sizeof(*out->corrections));
	out->corrections[out->corrections_len++] = correction;
}

static void take_corrections(struct maker *maker, struct report_slo *out)
{
	const struct corrections *corrections = out->slo->corrections;
	const struct period *period = &maker->one->of.period;

	for (size_t i = 0; corrections && i < corrections->exclusions_len; i++) {
		const struct exclusion *exclusion = corrections->exclusions[i];
		struct recurrence_walk walk = recurrence_between(&exclusion->when, period->begin, period->end);
		struct period stretch;

		if (recurrence_next(&walk, &stretch))
			add_correction(maker, out,
				       (struct report_correction){.kind = CORRECTION_EXCLUSION,
								  .when = exclusion->when_text,
								  .reason = exclusion->reason,
								  .author = exclusion->author});
	}
	for (size_t i = 0; corrections && i < corrections->adjustments_len; i++) {
		const struct adjustment *adjustment = corrections->adjustments[i];
		struct buf amount;

		if (adjustment->at.ms < period->begin.ms || adjustment->at.ms >= period->end.ms)
			continue;
		buf_init(&amount, LIMIT_TEXT_BYTES);
		adjustment_write(&amount, adjustment);
		add_correction(maker, out,
			       (struct report_correction){
				       .kind = CORRECTION_ADJUSTMENT,
				       .when = arena_str(maker->arena, str_of(instant_text(adjustment->at).text)),
				       .amount = arena_str(maker->arena, buf_view(&amount)),
				       .reason = adjustment->reason,
				       .author = adjustment->author});
		buf_release(&amount);
	}
}

/* A group that is of another time says nothing of this one. */
static bool says_nothing(const struct report_slo *slo)
{
	return slo->group.len && slo->now.origin == ORIGIN_NONE && slo->incidents_len == 0;
}

static void add_row(struct maker *maker, struct report_service *service, const struct slo *slo,
		    const struct choice_row *row)
{
	struct report_slo *out;

	service->slos = arena_grow(maker->arena, service->slos, service->slos_len, sizeof(*service->slos));
	out = &service->slos[service->slos_len];
	*out = (struct report_slo){.slo = slo, .group = row->group};
	choice_take(row, &maker->one->of, kept_find(&maker->kept.now, slo->id, row->group), maker->arena, &out->now);
	choice_take(row, &maker->before, kept_find(&maker->kept.before, slo->id, row->group), maker->arena,
		    &out->before);
	take_level(row, &maker->one->of, out);
	take_incidents(maker, row, out);
	take_corrections(maker, out);
	take_curve(maker, row, out);
	service->slos_len += !says_nothing(out);
}

static void add_records(struct maker *maker, struct rows *rows, const struct slo *slo)
{
	const struct kept_records *records = map_get(&maker->kept.now, slo->id);

	for (size_t i = 0; records && i < records->len; i++)
		if ((slo->group_by_len > 0) == (records->at[i].group.len > 0))
			row_of(maker, rows, records->at[i].group);
}

/* Whether the SLO as a whole was counted from within the period on only; its groups come and go. */
static bool is_late(const struct report_case *one, const struct slo *slo)
{
	const struct ledger_key key = {slo->id, slo->counts_hash, {NULL, 0}};
	const struct account *account = one->store && !slo_composed(slo) ? store_find(one->store, &key) : NULL;

	return account && account->ledger && ledger_origin(account->ledger) > numbers_from(&one->of, one->store_step);
}

static void add_slo(struct maker *maker, const struct slo *slo)
{
	const struct report_case *one = maker->one;
	struct report_service *service = service_of(maker, slo->namespace_, slo->service);
	struct backtest_part *stored = NULL, *counted = NULL;
	size_t stored_len = 0, counted_len = 0, before;
	struct str stored_fault, counted_fault, counted_why;
	const struct slo_result *counted_failed = failed_of(one->counted_results, slo);
	struct rows rows = {.at = NULL};
	bool late = is_late(one, slo);

	if (!service)
		return;
	map_init(&rows.by_group);
	if (one->store)
		stored_len = backtest_parts(one->store, slo, one->store_step, maker->arena, &stored);
	if (one->counted)
		counted_len = backtest_parts(one->counted, slo, one->counted_step, maker->arena, &counted);
	for (size_t i = 0; i < stored_len; i++)
		row_of(maker, &rows, stored[i].group)->stored = &stored[i].raw;
	for (size_t i = 0; i < counted_len; i++)
		row_of(maker, &rows, counted[i].group)->counted = &counted[i].raw;
	add_records(maker, &rows, slo);
	before = service->slos_len;
	stored_fault = fault_of(failed_of(one->store_results, slo), maker->arena);
	counted_fault = fault_of(counted_failed, maker->arena);
	counted_why = counted_failed ? arena_str(maker->arena, counted_failed->reason) : STR("");
	for (size_t i = 0; i < rows.len; i++) {
		rows.at[i].stored_fault = stored_fault;
		rows.at[i].counted_fault = counted_fault;
		rows.at[i].counted_why = counted_why;
		rows.at[i].late = late;
		add_row(maker, service, slo, &rows.at[i]);
	}
	if (service->slos_len == before)
		add_row(maker, service, slo, &(struct choice_row){.counted_why = counted_why});
	map_release(&rows.by_group);
	backtest_parts_free(stored, stored_len);
	backtest_parts_free(counted, counted_len);
}

static void add_delivery(struct maker *maker, struct report_service *service, const struct dora_result *result)
{
	service->deliveries =
		arena_grow(maker->arena, service->deliveries, service->deliveries_len, sizeof(*service->deliveries));
	service->deliveries[service->deliveries_len++] =
		report_delivery_of(maker->arena, result, maker->report->name, maker->report->period,
				   maker->report->before, maker->report->period_before);
}

/* A delivery names no namespace: it is that of each service of its name. */
static void add_deliveries(struct maker *maker)
{
	const struct dora_results *results = maker->one->deliveries;
	size_t with_slos = maker->report->len;

	for (size_t i = 0; results && i < results->len; i++) {
		const struct dora_result *result = &results->at[i];
		struct report_service *service;
		bool found = false;

		if (result->scope != DORA_OF_SERVICE)
			continue;
		for (size_t k = 0; k < with_slos; k++)
			if (str_eq(maker->report->services[k].name, result->name)) {
				add_delivery(maker, &maker->report->services[k], result);
				found = true;
			}
		service = found ? NULL : service_of(maker, STR(""), result->name);
		if (service)
			add_delivery(maker, service, result);
	}
}

static bool has_delivery(const struct report_service *service, struct str environment)
{
	for (size_t i = 0; i < service->deliveries_len; i++)
		if (str_eq(service->deliveries[i].environment, environment))
			return true;
	return false;
}

static void add_unread(struct maker *maker, struct report_service *service, const struct delivery *delivery)
{
	for (size_t i = 0; i < delivery->environments_len; i++) {
		struct str environment = delivery->environments[i].name;

		if (has_delivery(service, environment))
			continue;
		service->deliveries = arena_grow(maker->arena, service->deliveries, service->deliveries_len,
						 sizeof(*service->deliveries));
		service->deliveries[service->deliveries_len++] = (struct report_delivery){
			.environment = environment,
			.repository = delivery->repository,
			.reason = maker->one->deliveries ? STR("GitHub told nothing of it")
							 : STR("there is nothing of what GitHub tells")};
	}
}

/* What is defined and was never read is not known, and not nothing. */
static void add_defined(struct maker *maker)
{
	const struct slo_set *set = maker->one->set;

	for (size_t i = 0; i < set->deliveries_len; i++) {
		const struct delivery *delivery = set->deliveries[i];
		bool found = false;

		if (!delivery->service.len)
			continue;
		for (size_t k = 0; k < maker->report->len; k++)
			if (str_eq(maker->report->services[k].name, delivery->service)) {
				add_unread(maker, &maker->report->services[k], delivery);
				found = true;
			}
		if (!found && service_of(maker, STR(""), delivery->service))
			add_unread(maker, service_of(maker, STR(""), delivery->service), delivery);
	}
}

static void take_changes(struct maker *maker)
{
	const struct audit_list *audit = maker->one->audit;
	struct period_report *report = maker->report;
	size_t first = 0;

	if (!audit || maker->one->services_len)
		return;
	while (first < audit->len && audit->entries[first].at.ms < report->period.begin.ms)
		first++;
	report->changes = audit->entries + first;
	report->changes_len = audit->len - first;
}

static struct period_report *new_report(const struct report_case *one, const struct numbers_period *before)
{
	struct period_report *report = xcalloc(1, sizeof(*report));
	size_t deliveries = one->deliveries ? one->deliveries->len : 0;

	arena_init(&report->arena);
	report->name = arena_str(&report->arena, str_of(period_name(&one->of.calendar, one->of.period).text));
	report->before = arena_str(&report->arena, str_of(period_name(&before->calendar, before->period).text));
	report->zone = str_of(zone_name(one->of.calendar.zone));
	report->period = one->of.period;
	report->period_before = before->period;
	report->step = one->store ? one->store_step : one->counted_step;
	report->made_at = one->now;
	report->services = arena_array(&report->arena, one->set->len + deliveries + one->set->deliveries_len,
				       sizeof(*report->services));
	return report;
}

/* A name that was asked for, and is none. */
static bool all_found(const struct maker *maker, struct err *err)
{
	const struct report_case *one = maker->one;

	for (size_t i = 0; i < one->services_len; i++) {
		bool found = false;

		for (size_t k = 0; k < maker->report->len && !found; k++)
			found = str_eq(one->services[i], maker->report->services[k].id) ||
				str_eq(one->services[i], maker->report->services[k].name);
		if (!found)
			return err_set(err, "there is no service '%.*s' in the definitions", STR_ARG(one->services[i]));
	}
	return true;
}

struct period_report *report_make(const struct report_case *one, struct err *err)
{
	struct maker maker = {
		.one = one,
		.before = {one->of.calendar, period_before(&one->of.calendar, one->of.period)},
	};
	bool ok;

	maker.report = new_report(one, &maker.before);
	maker.arena = &maker.report->arena;
	kept_init(&maker.kept);
	map_init(&maker.services);
	ok = !one->store || kept_read(&maker.kept, one->store, &one->of.period, &maker.before.period, maker.arena, err);
	for (size_t i = 0; i < one->set->len && ok; i++)
		add_slo(&maker, &one->set->slos[i]);
	if (ok) {
		add_deliveries(&maker);
		add_defined(&maker);
	}
	ok = ok && all_found(&maker, err);
	take_changes(&maker);
	report_order(maker.report);
	report_sum_up(maker.report);
	map_release(&maker.services);
	kept_release(&maker.kept);
	if (ok)
		return maker.report;
	report_free(maker.report);
	return NULL;
}

void report_free(struct period_report *report)
{
	if (!report)
		return;
	arena_release(&report->arena);
	free(report);
}

bool report_lacks_numbers(const struct period_report *report)
{
	for (size_t i = 0; i < report->len; i++)
		for (size_t k = 0; k < report->services[i].slos_len; k++)
			if (!choice_whole(&report->services[i].slos[k].now))
				return true;
	return false;
}
