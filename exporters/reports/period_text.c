#include "exporters/reports/period_text.h"

#include "base/limits.h"
#include "exporters/delivery/shown.h"
#include "exporters/table.h"

#include <math.h>

const char *const period_titles[PERIOD_COLUMNS] = {
	[PERIOD_SLO] = "SLO",
	[PERIOD_OBJECTIVE] = "Objective",
	[PERIOD_SLI] = "SLI",
	[PERIOD_VERDICT_] = "Objective met",
	[PERIOD_LEFT] = "Budget left",
	[PERIOD_LEFT_BEFORE] = "Before",
	[PERIOD_EVENTS] = "Bad of all events",
	[PERIOD_COVERED] = "Known",
	[PERIOD_LEVEL] = "Policy",
	[PERIOD_ORIGIN] = "Numbers from",
};

const char *const incident_titles[INCIDENT_COLUMNS] = {
	[INCIDENT_SLO] = "SLO", [INCIDENT_ALERTS] = "Alerts", [INCIDENT_BEGIN] = "From",
	[INCIDENT_END] = "To",  [INCIDENT_LASTED] = "Lasted", [INCIDENT_COST] = "Cost in budget",
};

static const char unknown[] = "–";

static const char *plural(size_t count) { return count == 1 ? "" : "s"; }

static void put_labels(struct buf *out, struct labels labels, report_escape *escape)
{
	struct buf text;

	buf_init(&text, LIMIT_NOTE_BYTES);
	labels_write(&text, labels);
	escape(out, buf_view(&text));
	buf_release(&text);
}

void period_slo_name(struct buf *out, const struct report_slo *slo, report_escape *escape)
{
	escape(out, slo->slo->name);
	if (!slo->group.len)
		return;
	buf_char(out, ' ');
	put_labels(out, slo->group, escape);
}

static double consumed(const struct report_numbers *numbers)
{
	return numbers->origin == ORIGIN_NONE ? (double)NAN : period_consumed(&numbers->record);
}

static double objective_of(const struct report_slo *slo)
{
	return slo->now.origin == ORIGIN_NONE ? slo->slo->objective : slo->now.record.objective;
}

static void put_percent(struct buf *out, double ratio, int decimals)
{
	if (isfinite(ratio))
		table_percent_write(out, ratio, decimals);
	else
		buf_cstr(out, unknown);
}

static void put_number(struct buf *out, double number)
{
	buf_fmt(out, fabs(number - round(number)) < 1e-6 ? "%.0f" : "%.1f", number);
}

static void put_events(struct buf *out, const struct report_slo *slo)
{
	const struct counts *counts = &slo->now.record.counts;

	if (slo->now.origin == ORIGIN_NONE) {
		buf_cstr(out, unknown);
		return;
	}
	put_number(out, fmax(counts->bad, 0));
	buf_cstr(out, " of ");
	put_number(out, counts->total);
	if (slo_per_step(slo->slo))
		buf_cstr(out, slo->slo->budgeting.slice.ms ? " slices" : " steps");
}

static const char *verdict_text(const struct report_numbers *numbers)
{
	static const char *const texts[] = {
		[PERIOD_UNKNOWN] = "not known", [PERIOD_MET] = "yes", [PERIOD_MISSED] = "no"};
	enum period_verdict verdict = report_verdict(numbers);

	return verdict == PERIOD_MET && report_partial(numbers) ? "yes, of what is known" : texts[verdict];
}

/* Little is not nothing. */
static void put_known(struct buf *out, double known)
{
	if (known > 0 && known < 0.001)
		buf_cstr(out, "under 0.1%");
	else
		put_percent(out, known, 1);
}

/* A number of a part of the period says which part. */
static void put_before(struct buf *out, const struct report_numbers *before)
{
	put_percent(out, 1 - consumed(before), 1);
	if (before->origin == ORIGIN_NONE || !report_partial(before))
		return;
	buf_cstr(out, ", of ");
	put_known(out, period_known(&before->record));
	buf_cstr(out, " known");
}

static void put_origin(struct buf *out, const struct report_numbers *numbers)
{
	static const char *const texts[REPORT_ORIGINS] = {[ORIGIN_NONE] = unknown,
							  [ORIGIN_RECORD] = "record",
							  [ORIGIN_LEDGER] = "ledger",
							  [ORIGIN_SOURCE] = "source"};

	buf_cstr(out, texts[numbers->origin]);
	if (numbers->origin == ORIGIN_NONE)
		return;
	if (period_corrected(&numbers->record))
		buf_cstr(out, ", corrected");
	if (numbers->interpolated)
		buf_cstr(out, ", estimated at the ends");
}

void period_cell_write(struct buf *out, const struct report_slo *slo, enum period_column column, report_escape *escape)
{
	bool known = slo->now.origin != ORIGIN_NONE;

	switch (column) {
	case PERIOD_SLO:
		period_slo_name(out, slo, escape);
		break;
	case PERIOD_OBJECTIVE:
		table_objective_write(out, objective_of(slo));
		break;
	case PERIOD_SLI:
		put_percent(out, known ? period_sli(&slo->now.record) : (double)NAN,
			    table_sli_decimals(objective_of(slo)));
		break;
	case PERIOD_VERDICT_:
		buf_cstr(out, verdict_text(&slo->now));
		break;
	case PERIOD_LEFT:
		put_percent(out, 1 - consumed(&slo->now), 1);
		break;
	case PERIOD_LEFT_BEFORE:
		put_before(out, &slo->before);
		break;
	case PERIOD_EVENTS:
		put_events(out, slo);
		break;
	case PERIOD_COVERED:
		put_known(out, known ? period_known(&slo->now.record) : 0);
		break;
	case PERIOD_LEVEL:
		buf_cstr(out, !slo->slo->policy              ? "none"
			      : slo->level == POLICY_UNKNOWN ? unknown
							     : policy_level_names[slo->level]);
		break;
	case PERIOD_ORIGIN:
		put_origin(out, &slo->now);
		break;
	}
}

static double seconds_of(const struct report_incident *incident)
{
	return (double)(incident->end.ms - incident->begin.ms) / SPAN_SECOND;
}

void incident_cell_write(struct buf *out, const struct report_slo *slo, const struct report_incident *incident,
			 enum incident_column column, report_escape *escape)
{
	switch (column) {
	case INCIDENT_SLO:
		period_slo_name(out, slo, escape);
		break;
	case INCIDENT_ALERTS:
		escape(out, incident->tiers);
		break;
	case INCIDENT_BEGIN:
		buf_cstr(out, incident->before ? "before the period" : instant_text(incident->begin).text);
		break;
	case INCIDENT_END:
		buf_cstr(out, incident->open ? "after the period" : instant_text(incident->end).text);
		break;
	case INCIDENT_LASTED:
		dora_time_write(out, seconds_of(incident));
		break;
	case INCIDENT_COST:
		if (isfinite(incident->cost))
			buf_fmt(out, "%s%s", incident->partial ? "at least " : "",
				incident->interpolated ? "about " : "");
		put_percent(out, incident->cost, 1);
		break;
	}
}

static const enum report_column delivery_columns[PERIOD_DELIVERY_COLUMNS - 1] = {
	REPORT_DEPLOYMENTS, REPORT_PER_DAY,       REPORT_LEAD_P50, REPORT_LEAD_P90,
	REPORT_FAILED,      REPORT_FAILURE_RATIO, REPORT_RECOVERY, REPORT_REWORK,
};

const char *period_delivery_title(size_t column)
{
	return column == 0 ? "Period" : report_titles[delivery_columns[column - 1]];
}

void period_delivery_cell(struct buf *out, const struct report_delivery *delivery, bool before, size_t column)
{
	struct dora_result one;

	if (column == 0) {
		buf_str(out, before ? delivery->before.window.name : delivery->now.window.name);
		return;
	}
	if (!(before ? delivery->before_known : delivery->now_known)) {
		buf_cstr(out, unknown);
		return;
	}
	one = *delivery->result;
	one.windows[SHOWN_7D] = before ? delivery->before : delivery->now;
	report_cell_write(out, &one, SHOWN_7D, delivery_columns[column - 1], unknown);
}

size_t period_incidents(const struct report_service *service)
{
	size_t incidents = 0;

	for (size_t i = 0; i < service->slos_len; i++)
		incidents += service->slos[i].incidents_len;
	return incidents;
}

/* What was kept when the period was closed, where it knows less than what is shown. */
static void note_closed(struct buf *out, const struct report_slo *slo)
{
	const struct period_record *closed = slo->now.closed;
	const struct report_numbers kept = {.origin = ORIGIN_RECORD, .record = *closed};

	buf_cstr(out, "the record of the closed period knows ");
	put_known(out, period_known(closed));
	buf_cstr(out, " of it, and stays as it is: SLI ");
	put_percent(out, period_sli(closed), table_sli_decimals(closed->objective));
	buf_cstr(out, ", objective ");
	table_objective_write(out, closed->objective);
	buf_fmt(out, " met: %s, budget left ", verdict_text(&kept));
	put_percent(out, 1 - period_consumed(closed), 1);
	buf_fmt(out, ". The %s knows more, and its numbers are shown",
		slo->now.origin == ORIGIN_SOURCE ? "source" : "ledger");
}

static void note_pages(struct buf *out, const struct report_slo *slo)
{
	if (slo->watch == WATCH_NONE)
		buf_cstr(out, "which alerts fired is not known");
	else if (slo->watch_since.ms)
		buf_fmt(out, "which alerts fired is known from %s on only", instant_text(slo->watch_since).text);
}

static void note_corrected(struct buf *out, const struct report_slo *slo, struct span step)
{
	const struct period_record *record = &slo->now.record;

	if (slo->now.origin == ORIGIN_NONE || !period_corrected(record))
		return;
	buf_cstr(out, "as it was counted: ");
	put_number(out, record->counted.bad);
	buf_cstr(out, " of ");
	put_number(out, record->counted.total);
	if (record->excluded_steps > 0) {
		buf_cstr(out, "; excluded: ");
		dora_time_write(out, record->excluded_steps * (double)step.ms / SPAN_SECOND);
	}
	if (fabs(record->adjusted_bad) > 0 || fabs(record->adjusted_good) > 0)
		buf_fmt(out, "; adjusted by %+.0f bad and %+.0f good events", record->adjusted_bad,
			record->adjusted_good);
}

static void note_correction(struct buf *out, const struct report_correction *correction, report_escape *escape)
{
	buf_fmt(out, "%s ", correction_kind_names[correction->kind]);
	escape(out, correction->when);
	if (correction->amount.len) {
		buf_cstr(out, ", ");
		escape(out, correction->amount);
	}
	if (correction->author.len) {
		buf_cstr(out, ", by ");
		escape(out, correction->author);
	}
	if (correction->reason.len) {
		buf_cstr(out, ": ");
		escape(out, correction->reason);
	}
}

bool period_note_text(struct buf *out, const struct report_slo *slo, size_t which, report_escape *escape)
{
	const struct period_record *record = &slo->now.record;
	struct span step = {0};

	if (record->counted_steps > 0)
		step.ms = (int64_t)((double)(record->end.ms - record->begin.ms) / record->counted_steps + 0.5);
	if (which == 0 && slo->now.origin == ORIGIN_NONE) {
		buf_cstr(out, "not known: ");
		escape(out, slo->now.reason);
	} else if (which == 0 && slo->now.closed) {
		note_closed(out, slo);
	} else if (which == 1) {
		note_pages(out, slo);
	} else if (which == 2) {
		note_corrected(out, slo, step);
	} else if (which >= 3 && which < 3 + slo->corrections_len) {
		note_correction(out, &slo->corrections[which - 3], escape);
	}
	return which < 3 + slo->corrections_len;
}

void period_change_write(struct buf *out, const struct audit_entry *entry, report_escape *escape)
{
	struct buf line;

	buf_init(&line, LIMIT_NOTE_BYTES);
	correction_line_write(&line, audit_subject(entry));
	buf_fmt(out, "%s: %s %s ", instant_text(entry->at).text, correction_kind_names[audit_subject(entry)->kind],
		audit_change_names[entry->change]);
	escape(out, buf_view(&line));
	buf_release(&line);
}

static void sum_budgets(struct buf *out, const struct report_sum *sum)
{
	if (!sum->budgets) {
		buf_cstr(out, "There is no error budget.");
		return;
	}
	buf_fmt(out, "%zu error budget%s of %zu service%s: %zu met the objective, ", sum->budgets, plural(sum->budgets),
		sum->services, plural(sum->services), sum->met);
	if (sum->met_of_known)
		buf_fmt(out, "%zu met it in the part of the period that is known, ", sum->met_of_known);
	buf_fmt(out, "%zu missed it, of %zu it is not known.", sum->missed, sum->unknown);
}

static void sum_worst(struct buf *out, const struct report_sum *sum, report_escape *escape)
{
	if (!sum->worst)
		return;
	buf_cstr(out, "The least of its budget is left to ");
	escape(out, sum->worst_service->id);
	buf_char(out, '/');
	period_slo_name(out, sum->worst, escape);
	buf_cstr(out, ": ");
	period_cell_write(out, sum->worst, PERIOD_LEFT, escape);
	buf_cstr(out, ", with an SLI of ");
	period_cell_write(out, sum->worst, PERIOD_SLI, escape);
	buf_cstr(out, " and an objective of ");
	period_cell_write(out, sum->worst, PERIOD_OBJECTIVE, escape);
	buf_char(out, '.');
}

static void sum_incidents(struct buf *out, const struct report_sum *sum)
{
	if (!sum->budgets)
		return;
	if (sum->unwatched < sum->budgets) {
		buf_fmt(out, "%zu incident%s (alerts of severity page)", sum->incidents, plural(sum->incidents));
		if (sum->incidents) {
			buf_cstr(out, ", ");
			dora_time_write(out, sum->incident_seconds);
			buf_cstr(out, " in all");
		}
		if (sum->open)
			buf_fmt(out, "; %zu had not ended with the period", sum->open);
		buf_cstr(out, sum->unwatched ? ". " : ".");
	}
	if (sum->unwatched)
		buf_fmt(out, "Of %zu budget%s it is not known, or not for all of the period, which alerts fired.",
			sum->unwatched, plural(sum->unwatched));
}

static void sum_policies(struct buf *out, const struct report_sum *sum)
{
	bool any = false;

	for (int i = POLICY_LEVELS - 1; i >= 0; i--) {
		if (!sum->levels[i])
			continue;
		buf_fmt(out, "%s%zu %s",
			any ? ", " : "Error budget policies at the end of the period: ", sum->levels[i],
			i == POLICY_UNKNOWN ? "not known" : policy_level_names[i]);
		any = true;
	}
	buf_cstr(out, any ? "." : "");
}

static void sum_deliveries(struct buf *out, const struct period_report *report)
{
	const struct report_sum *sum = &report->sum;

	if (sum->environments)
		buf_fmt(out, "%zu deployment%s to %zu environment%s", sum->deployments, plural(sum->deployments),
			sum->environments, plural(sum->environments));
	if (sum->environments > sum->failures_unknown)
		buf_fmt(out, ", %zu of them failed", sum->failed);
	buf_cstr(out, sum->environments ? "." : "");
	if (sum->failures_unknown)
		buf_fmt(out, " Of %zu environment%s it is not known which failed.", sum->failures_unknown,
			plural(sum->failures_unknown));
	if (sum->compared)
		buf_fmt(out, " Where both periods are known: %zu, and %zu in %.*s.", sum->deployments_compared,
			sum->deployments_before, STR_ARG(report->before));
	if (sum->environments_unknown)
		buf_fmt(out, "%sOf %zu environment%s it is not known what was deployed.", sum->environments ? " " : "",
			sum->environments_unknown, plural(sum->environments_unknown));
}

static void sum_data(struct buf *out, const struct report_sum *sum)
{
	if (!sum->budgets)
		return;
	buf_fmt(out,
		"The numbers are from: records of closed periods %zu, the ledger %zu, counted from the source for this report "
		"%zu, nowhere %zu. Of %zu budget%s less than 99%% of the period is known.",
		sum->origins[ORIGIN_RECORD], sum->origins[ORIGIN_LEDGER], sum->origins[ORIGIN_SOURCE],
		sum->origins[ORIGIN_NONE], sum->partial, plural(sum->partial));
	if (sum->corrected)
		buf_fmt(out, " Exclusions or adjustments correct %zu of them.", sum->corrected);
}

bool period_summary_write(struct buf *out, const struct period_report *report, size_t which, report_escape *escape)
{
	switch (which) {
	case 0:
		sum_budgets(out, &report->sum);
		return true;
	case 1:
		sum_worst(out, &report->sum, escape);
		return true;
	case 2:
		sum_incidents(out, &report->sum);
		return true;
	case 3:
		sum_policies(out, &report->sum);
		return true;
	case 4:
		sum_deliveries(out, report);
		return true;
	case 5:
		sum_data(out, &report->sum);
		return true;
	default:
		return false;
	}
}

bool period_help_write(struct buf *out, const struct period_report *report, size_t which, report_escape *escape)
{
	static const char *const texts[] = {
		"“–” stands for what is not known. The budget is judged for the whole period: what is not known of it counts "
		"as traffic like the rest. The objective was missed only where that holds whatever happened in the part that "
		"is not known; it was met where the part that is known met it. Where that part is less than 99% of the period, "
		"this is said.",
		"Numbers from a record are those that were kept when the period was closed; from the ledger, those that the "
		"daemon counted; from the source, those that were counted for this report. Where less than 99% of the period "
		"was known when it was closed, and more of it is known now, that is shown instead, and said.",
		"An incident is a time in which alerts of severity page of one SLO fired, from the first that fired to the last "
		"that ended. It costs the bad events from one long window before it fired to its end, as a part of the period’s "
		"budget; no event is counted for two incidents of an SLO. It costs at least that where a part of that time is not "
		"known.",
		("The policy is the level in force at the end of the period, by the first window of the SLO, which may be another "
		 "than the period."),
	};

	if (which < sizeof(texts) / sizeof(*texts)) {
		buf_cstr(out, texts[which]);
		return true;
	}
	if (which > sizeof(texts) / sizeof(*texts) || !report->narrator.len)
		return false;
	buf_cstr(out, "The paragraphs that begin with “In words” are written by the language model ");
	escape(out, report->narrator);
	buf_cstr(out,
		 " from the numbers of this report. Those with a number that the report does not have were refused.");
	return true;
}
