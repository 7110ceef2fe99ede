#include "exporters/exposition.h"

#include "base/limits.h"
#include "base/map.h"
#include "exporters/alerting/labels.h"
#include "exporters/alerting/tier_set.h"
#include "exporters/label_draft.h"
#include "exporters/series.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

const char *const exposition_content_types[EXPOSITION_FORMATS] = {
	[EXPOSITION_TEXT] = "text/plain; version=0.0.4; charset=utf-8",
	[EXPOSITION_OPENMETRICS] = "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/* The text of a position's label, by axis and position. */
struct tail {
	char text[48];
	size_t len;
};

static struct tail tail_of(const char *label, const char *value)
{
	struct tail tail = {.len = 0};

	tail.len =
		(size_t)(stpcpy(stpcpy(stpcpy(stpcpy(stpcpy(tail.text, ","), label), "=\""), value), "\"") - tail.text);
	assert(tail.len < sizeof(tail.text));
	return tail;
}

/* The tails of one axis; of burn windows they are those of SLOs that have the same. */
struct tails {
	struct tail at[BURN_WINDOWS_MAX];
	size_t len;
	const struct alerting *alerting;
};
static_assert((int)DATA_STATES <= (int)BURN_WINDOWS_MAX, "a position has a tail");

static void add_tail(struct tails *tails, enum axis axis, const char *value)
{
	tails->at[tails->len++] = tail_of(axis_labels[axis], value);
}

static void make_tails(enum axis axis, const struct alerting *alerting, struct tails *tails)
{
	tails->len = 0;
	tails->alerting = alerting;
	switch (axis) {
	case AXIS_NONE:
	case AXIS_OWN_WINDOW:
	case AXIS_INFO:
	case AXIS_WAY:
	case AXIS_POLICY:
	case AXIS_ALERT:
	case AXIS_EACH_WINDOW:
	case AXIS_CORRECTED_WINDOW:
	case AXIS_CLOSED_PERIOD:
	case AXIS_CLOSED_EVENTS:
	case AXIS_TIERS:
		break;
	case AXIS_WINDOW:
	case AXIS_BURN_WINDOW:
		for (size_t i = 0; i < alerting->windows_len; i++)
			add_tail(tails, axis, alerting->windows[i].name.at);
		break;
	case AXIS_OUTCOME:
		add_tail(tails, axis, "good");
		add_tail(tails, axis, "bad");
		break;
	case AXIS_STATE:
		for (size_t i = 0; i < DATA_STATES; i++)
			add_tail(tails, axis, data_state_names[i]);
		break;
	}
}

static void put_way(struct sample_page *page, struct str identity, const struct slo_result *result, double value)
{
	struct tail way, exact = tail_of("exact", result->exact ? "true" : "false");

	if (!result->way)
		return;
	way = tail_of("way", result->way);
	assert(way.len + exact.len < sizeof(way.text));
	memcpy(way.text + way.len, exact.text, exact.len);
	sample_put(page, identity, (struct str){way.text, way.len + exact.len}, value);
}

static void put_policy(struct sample_page *page, struct str identity, const struct slo_result *result, double value)
{
	char more[LIMIT_NAME_BYTES + sizeof(",policy=\"\"")];
	int len;

	if (!result->slo->policy)
		return;
	/* a policy's name has nothing to escape */
	len = snprintf(more, sizeof(more), ",policy=\"%.*s\"", STR_ARG(result->slo->policy->name));
	sample_put(page, identity, (struct str){more, (size_t)len}, value);
}

static void put_more(struct buf *more, const char *prefix, struct label label)
{
	buf_fmt(more, ",%s%.*s=\"", prefix, STR_ARG(label.name));
	label_text_write(more, label.value);
	buf_char(more, '"');
}

/* Alerts are few at a time: their labels are put together as they come. */
static void put_alerts(struct sample_page *page, struct str identity, const struct slo_family *row,
		       const struct slo_result *result)
{
	struct arena arena;
	struct buf more;

	arena_init(&arena);
	buf_init(&more, page->out->ceiling);
	for (size_t i = 0; result->alerts && i < result->slo->alerting->len; i++) {
		double value = row->value(result, i);
		struct labels labels;

		if (isnan(value))
			continue;
		labels = alert_own_labels(&arena, result, &result->slo->alerting->tiers[i], &result->alerts[i]);
		buf_clear(&more);
		for (size_t k = 0; k < labels.len; k++)
			put_more(&more, "", labels.at[k]);
		if (row->family.type == METRIC_INFO) {
			labels = alert_given(&arena, result, &result->slo->alerting->tiers[i], &result->alerts[i]);
			for (size_t k = 0; k < labels.len; k++)
				put_more(&more, "annotation_", labels.at[k]);
		}
		sample_put(page, identity, buf_view(&more), value);
	}
	buf_release(&more);
	arena_release(&arena);
}

static void put_window_as(struct sample_page *page, struct str identity, const struct slo_window *window,
			  const char *outcome, double value)
{
	struct buf more;

	if (isnan(value))
		return;
	buf_init(&more, page->out->ceiling);
	buf_cstr(&more, ",window=\"");
	label_text_write(&more, window->name);
	buf_fmt(&more, "\"%s", outcome);
	sample_put(page, identity, buf_view(&more), value);
	buf_release(&more);
}

static void put_window(struct sample_page *page, struct str identity, const struct slo_family *row,
		       const struct slo_result *result, size_t i)
{
	put_window_as(page, identity, &result->slo->windows[i], "", row->value(result, OWN_WINDOW(i)));
}

/* Of each calendar window: the last period that was closed. */
static void put_closed(struct sample_page *page, struct str identity, const struct slo_family *row,
		       const struct slo_result *result)
{
	for (size_t i = 0; i < result->slo->windows_len; i++) {
		const struct slo_window *window = &result->slo->windows[i];

		if (!window->calendar)
			continue;
		if (row->axis == AXIS_CLOSED_PERIOD) {
			put_window(page, identity, row, result, i);
			continue;
		}
		put_window_as(page, identity, window, ",outcome=\"good\"", row->value(result, OWN_WINDOW(i)));
		put_window_as(page, identity, window, ",outcome=\"bad\"",
			      row->value(result, BAD_EVENTS(OWN_WINDOW(i))));
	}
}

/* Where the series of the SLO do not say it all. */
static bool has_own_windows(const struct slo *slo) { return slo->windows_len > 1 || slo->windows->calendar; }

/* A rolling window that is a burn window has its series already. */
static bool is_burn_window(const struct slo *slo, size_t i)
{
	return !slo->windows[i].calendar &&
	       alerting_window(slo->alerting, slo->windows[i].span) < slo->alerting->windows_len;
}

static void put_own_windows(struct sample_page *page, const struct slo_family *row, const struct slo_result *result,
			    const char *text, const struct series_labels *labels)
{
	struct str identity = {text, labels->identity_len};

	sample_put(page, identity, (struct str){text + identity.len, labels->window_len},
		   row->value(result, OWN_WINDOW(0)));
	for (size_t i = 1; i < result->slo->windows_len; i++)
		if (row->axis == AXIS_OWN_WINDOW || !is_burn_window(result->slo, i))
			put_window(page, identity, row, result, i);
}

/* One result's samples of one family. */
static void put_result(struct sample_page *page, const struct slo_family *row, const struct slo_result *result,
		       const char *text, const struct series_labels *labels, const struct tails *tails)
{
	struct str identity = {text, labels->identity_len};

	if (row->axis == AXIS_NONE)
		sample_put(page, identity, STR(""), row->value(result, 0));
	else if (row->axis == AXIS_INFO)
		sample_put(page, identity, (struct str){text + identity.len, labels->window_len + labels->info_len},
			   row->value(result, 0));
	else if (row->axis == AXIS_WAY)
		put_way(page, identity, result, row->value(result, 0));
	else if (row->axis == AXIS_POLICY)
		put_policy(page, identity, result, row->value(result, 0));
	else if (row->axis == AXIS_ALERT)
		put_alerts(page, identity, row, result);
	for (size_t i = 0; i < tails->len; i++)
		sample_put(page, identity, (struct str){tails->at[i].text, tails->at[i].len}, row->value(result, i));
	if (row->axis == AXIS_OWN_WINDOW || row->axis == AXIS_WINDOW)
		put_own_windows(page, row, result, text, labels);
	if ((row->axis == AXIS_EACH_WINDOW && has_own_windows(result->slo)) ||
	    (row->axis == AXIS_CORRECTED_WINDOW && result->raw))
		for (size_t i = 0; i < result->slo->windows_len; i++)
			put_window(page, identity, row, result, i);
	if (row->axis == AXIS_CLOSED_PERIOD || row->axis == AXIS_CLOSED_EVENTS)
		put_closed(page, identity, row, result);
}

/* Most SLOs have the windows of the one before. */
static bool windows_alike(const struct alerting *a, const struct alerting *b)
{
	if (!a || a->windows_len != b->windows_len)
		return false;
	for (size_t i = 0; a != b && i < a->windows_len; i++)
		if (a->windows[i].span.ms != b->windows[i].span.ms)
			return false;
	return true;
}

static void put_tier(struct sample_page *page, const struct tier_set *set, const struct tier *tier, double value)
{
	struct buf labels;

	if (isnan(value))
		return;
	buf_init(&labels, page->out->ceiling);
	label_write(&labels, '{', STR("alerting"), str_of(set->name));
	label_write(&labels, ',', STR("tier"), tier->name);
	label_write(&labels, ',', STR("severity"), tier->severity);
	label_write(&labels, ',', STR("long"), str_of(span_text(tier->long_).text));
	label_write(&labels, ',', STR("short"), str_of(span_text(tier->short_).text));
	sample_put(page, buf_view(&labels), STR(""), value);
	buf_release(&labels);
}

/* Once for SLOs that alert alike: many have the same few tiers. */
static void put_tier_sets(struct sample_page *page, const struct slo_family *row, const struct results *results)
{
	const struct alerting *last = NULL;
	struct arena arena;
	struct map seen;

	map_init(&seen);
	arena_init(&arena);
	for (size_t i = 0; results && i < results->len; i++) {
		const struct slo_result *result = &results->list[i];
		const struct alerting *alerting = result->slo->alerting;
		struct tier_set set;

		if (alerting == last)
			continue;
		last = alerting;
		set = tier_set_of(alerting);
		if (map_put(&seen, arena_str(&arena, str_of(set.name)), page)) /* values are not const, and not used */
			continue;
		for (size_t tier = 0; tier < alerting->len; tier++)
			put_tier(page, &set, &alerting->tiers[tier], row->value(result, tier));
	}
	arena_release(&arena);
	map_release(&seen);
}

static void put_slo_family(struct sample_page *page, const struct slo_family *row, const struct results *results,
			   const struct series *series)
{
	struct tails tails = {.len = 0};

	sample_family_begin(page, &row->family);
	if (row->axis == AXIS_TIERS)
		put_tier_sets(page, row, results);
	for (size_t i = 0; i < series->len; i++) {
		const struct slo_result *result = &results->list[i];

		if (!series->list[i].shown)
			continue;
		if (!windows_alike(tails.alerting, result->slo->alerting))
			make_tails(row->axis, result->slo->alerting, &tails);
		put_result(page, row, result, series->text.at + series->list[i].at, &series->list[i], &tails);
	}
	sample_family_end(page);
}

static void put_files(struct sample_page *page, const struct health *health, bool kept)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < health->files_broken; i++) {
		const struct health_file *file = &health->broken[i];

		/* map values are not const, and never written to */
		if (!map_put(&seen, file->path, page))
			sample_put_labelled(page, "file", file->path, STR(""), kept ? file->kept : 1);
	}
	map_release(&seen);
}

static double pager_value(const struct health_pager *pager, enum health_kind kind)
{
	if (kind == HEALTH_PAGER_UP)
		return pager->up;
	if (kind == HEALTH_PAGER_SENT)
		return pager->sent_at.ms ? (double)pager->sent_at.ms / 1000.0 : (double)NAN;
	return (double)(kind == HEALTH_PAGER_POSTS ? pager->posts : pager->failed);
}

static bool of_alertmanagers(enum health_kind kind)
{
	return kind >= HEALTH_PAGER_UP && kind <= HEALTH_TELLER_ANSWERED;
}

static double teller_value(const struct health_teller *teller, enum health_kind kind)
{
	if (kind == HEALTH_TELLER_UP)
		return teller->up;
	return teller->answered_at.ms ? (double)teller->answered_at.ms / 1000.0 : (double)NAN;
}

/* One number, or one of each source. */
static void put_plain(struct sample_page *page, const struct health *health, const struct health_family *row)
{
	struct tail outcome = {.len = 0};

	if (row->outcome)
		outcome = tail_of("outcome", row->outcome);
	if (!row->of_source && row->outcome)
		sample_put_labelled(page, "outcome", str_of(row->outcome), STR(""), health_value(health, row));
	else if (!row->of_source)
		sample_put(page, STR(""), STR(""), health_value(health, row));
	for (size_t i = 0; row->of_source && i < health->sources_len; i++)
		sample_put_labelled(page, "source", health->sources[i].name, (struct str){outcome.text, outcome.len},
				    health_value(&health->sources[i], row));
}

static void put_health(struct sample_page *page, const struct health *health, const struct health_family *row,
		       size_t conflicts)
{
	switch (row->kind) {
	case HEALTH_VERSION:
		sample_put_labelled(page, "version", health->version, STR(""), 1);
		break;
	case HEALTH_BROKEN:
	case HEALTH_KEPT:
		put_files(page, health, row->kind == HEALTH_KEPT);
		break;
	case HEALTH_PAGER_UP:
	case HEALTH_PAGER_POSTS:
	case HEALTH_PAGER_FAILED:
	case HEALTH_PAGER_SENT:
		for (size_t i = 0; i < health->pagers_len; i++)
			sample_put_labelled(page, "url", health->pagers[i].url, STR(""),
					    pager_value(&health->pagers[i], row->kind));
		break;
	case HEALTH_TELLER_UP:
	case HEALTH_TELLER_ANSWERED:
		for (size_t i = 0; i < health->tellers_len; i++)
			sample_put_labelled(page, "url", health->tellers[i].url, STR(""),
					    teller_value(&health->tellers[i], row->kind));
		break;
	case HEALTH_CONFLICTS:
		sample_put(page, STR(""), STR(""), (double)conflicts);
		break;
	case HEALTH_BOOL:
	case HEALTH_COUNT:
	case HEALTH_SIZE:
	case HEALTH_INTEGER:
	case HEALTH_NUMBER:
	case HEALTH_INSTANT:
		put_plain(page, health, row);
		break;
	}
}

static void put_health_families(struct sample_page *page, const struct health *health, size_t conflicts)
{
	for (size_t i = 0; i < health_families_len; i++) {
		const struct health_family *row = &health_families[i];

		if (i == 0 || strcmp(row->family.name, row[-1].family.name) != 0)
			sample_family_begin(page, &row->family);
		put_health(page, health, row, conflicts);
		if (i + 1 == health_families_len || strcmp(row->family.name, row[1].family.name) != 0)
			sample_family_end(page);
	}
}

bool exposition_write(struct buf *out, const struct results *results, const struct health *health,
		      const struct delivery_series *delivery, enum exposition_format format)
{
	struct sample_page page = {.out = out, .format = format};
	struct series series;
	size_t conflicts;

	series_init(&series, results);
	conflicts = series.conflicts;
	for (size_t i = 0; i < slo_families_len; i++)
		put_slo_family(&page, &slo_families[i], results, &series);
	if (delivery)
		conflicts += delivery_series_write(&page, delivery);
	put_health_families(&page, health, conflicts);
	if (format == EXPOSITION_OPENMETRICS)
		buf_cstr(out, "# EOF\n");
	series_release(&series);
	return !out->full;
}

static void reference_row(struct buf *out, const struct family *family, const char *labels)
{
	buf_fmt(out, "| `%s%s` | %s | %s | %s | %s |\n", family->name, metric_suffixes[family->type],
		metric_type_names[EXPOSITION_OPENMETRICS][family->type], labels, family->unit ? family->unit : "",
		family->help);
}

static const char *health_labels(const struct health_family *row)
{
	if (row->kind == HEALTH_BROKEN || row->kind == HEALTH_KEPT)
		return "file";
	if (row->kind == HEALTH_VERSION)
		return "version";
	if (of_alertmanagers(row->kind))
		return "url";
	if (row->of_source)
		return row->outcome ? "source, outcome" : "source";
	return row->outcome ? "outcome" : "";
}

bool exposition_reference_write(struct buf *out)
{
	static const char head[] = "| series | type | labels | unit | meaning |\n|---|---|---|---|---|\n";

	buf_cstr(out, "## Of each SLO\n\n");
	buf_cstr(out, head);
	for (size_t i = 0; i < slo_families_len; i++)
		reference_row(out, &slo_families[i].family, axis_labels[slo_families[i].axis]);
	buf_cstr(out, "\n## Of the daemon\n\n");
	buf_cstr(out, head);
	for (size_t i = 0; i < health_families_len; i++)
		if (i == 0 || strcmp(health_families[i].family.name, health_families[i - 1].family.name) != 0)
			reference_row(out, &health_families[i].family, health_labels(&health_families[i]));
	delivery_reference_write(out);
	return !out->full;
}
