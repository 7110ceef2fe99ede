#include "exporters/delivery/series.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "exporters/delivery/series_parts.h"
#include "exporters/delivery/shown.h"
#include "exporters/label_draft.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Names that families and alerts add: an author's label of such a name is exported under another. */
static const char *const reserved[] = {"window",     "result",      "evidence", "reason",  "quantile",   "stage",
				       "metric",     "year",        "le",       "source",  "kind",       "lead_time",
				       "recovery",   "attribution", "severity", "pack",    "alertname",  "alertstate",
				       "repository", "team",        "group",    "service", "environment"};
/* Spelled as every version of Prometheus keeps them, whichever format it reads: OpenMetrics' canonical numbers. */
static const char *const bucket_names[DORA_BUCKETS] = {"3600.0",    "86400.0",     "604800.0",
						       "2.592e+06", "1.57248e+07", "+Inf"};
static const char *const quantile_names[DORA_QUANTILES] = {"0.5", "0.75", "0.9"};

/* Where an author says the same as we do, once is enough. */
static void add_author_labels(struct label_draft *draft, size_t ours, struct labels labels)
{
	for (size_t i = 0; i < labels.len; i++) {
		bool told = false;

		for (size_t k = 0; k < ours; k++)
			told |= str_eq(draft->at[k].name, labels.at[i].name) &&
				str_eq(draft->at[k].value, labels.at[i].value);
		if (!told)
			label_draft_add(draft, labels.at[i].name, labels.at[i].value);
	}
}

static void put_own(struct label_draft *draft, struct str name, struct str value)
{
	if (value.len)
		label_draft_put(draft, name, value);
}

static void draft_fill(struct label_draft *draft, const struct dora_result *result)
{
	draft->len = 0;
	label_draft_put(draft, str_of(dora_scope_names[result->scope]), result->name);
	label_draft_put(draft, STR("environment"), result->environment);
	if (result->scope == DORA_OF_SERVICE) {
		const struct delivery *delivery = result->histories[0]->delivery;

		put_own(draft, STR("repository"), result->repository);
		put_own(draft, STR("team"), delivery->team);
		put_own(draft, STR("group"), delivery->group);
	}
	add_author_labels(draft, draft->len, result->labels);
	label_draft_sorted(draft);
}

/* Keys point into the text: only here, where it does not move any more. Results of other scopes are of other families,
 * and their labels differ by name. */
static void find_conflicts(struct dora_identities *identities)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < identities->len; i++) {
		struct str identity = dora_identity_of(identities, i);

		identities->list[i].shown = !identities->text.full && !map_get(&seen, identity);
		if (identities->list[i].shown)
			map_put(&seen, identity, identities);
		else
			identities->conflicts++;
	}
	map_release(&seen);
}

void dora_identities_init(struct dora_identities *identities, const struct dora_results *results)
{
	struct label_draft draft;

	*identities = (struct dora_identities){.len = results ? results->len : 0};
	buf_init(&identities->text, LIMIT_HTTP_RESPONSE_BYTES);
	if (identities->len == 0)
		return;
	label_draft_init(&draft, reserved, sizeof(reserved) / sizeof(*reserved));
	identities->list = xcalloc(identities->len, sizeof(*identities->list));
	for (size_t i = 0; i < identities->len; i++) {
		draft_fill(&draft, &results->at[i]);
		identities->list[i].at = identities->text.len;
		label_set_write(&identities->text, (struct labels){draft.at, draft.len});
		identities->list[i].len = identities->text.len - identities->list[i].at;
	}
	label_draft_release(&draft);
	find_conflicts(identities);
}

void dora_identities_release(struct dora_identities *identities)
{
	buf_release(&identities->text);
	free(identities->list);
}

struct str dora_identity_of(const struct dora_identities *identities, size_t result)
{
	const struct dora_identity *one = &identities->list[result];

	return str_slice(buf_view(&identities->text), one->at, one->at + one->len);
}

static void tail_add(struct buf *tail, const char *label, const char *value)
{
	label_write(tail, ',', str_of(label), str_of(value));
}

static size_t inner_len(enum dora_axis axis)
{
	switch (axis) {
	case DORA_PLAIN:
	case DORA_BY_WINDOW:
	case DORA_QUANTILES_BY_WINDOW:
	case DORA_HISTOGRAM:
	case DORA_INFO:
		return 1;
	case DORA_BY_WINDOW_RESULT:
	case DORA_BY_RESULT:
		return ATTEMPT_RESULTS;
	case DORA_BY_WINDOW_EVIDENCE:
		return EVIDENCES;
	case DORA_BY_WINDOW_REASON:
		return EXCLUSION_REASONS;
	case DORA_QUANTILES_BY_WINDOW_STAGE:
		return DORA_STAGES;
	case DORA_BY_METRIC:
	case DORA_BY_METRIC_YEAR:
		return DORA_METRICS;
	}
	return 0;
}

static bool by_window(enum dora_axis axis) { return axis >= DORA_BY_WINDOW && axis <= DORA_QUANTILES_BY_WINDOW_STAGE; }

size_t dora_family_metrics(const struct dora_family *row)
{
	return inner_len(row->axis) * (by_window(row->axis) ? DORA_SHOWN_WINDOWS : 1);
}

static void add_info(struct buf *tail, const struct dora_result *result)
{
	const struct delivery *delivery = result->histories[0]->delivery;

	tail_add(tail, "attribution", span_text(delivery->attribution).text);
	tail_add(tail, "lead_time", lead_time_names[delivery->lead_time]);
	tail_add(tail, "recovery", recovery_rule_names[delivery->recovery]);
	tail_add(tail, "source", delivery_source_names[result->histories[0]->environment->source]);
}

static void add_year(struct buf *tail, const struct dora_result *result)
{
	buf_fmt(tail, ",year=\"%u\"", result->grades.year);
}

/* The labels of a metric, less `quantile` and `le`. */
static void make_tail(struct buf *tail, enum dora_axis axis, const struct dora_result *result, size_t window,
		      size_t inner)
{
	if (by_window(axis))
		tail_add(tail, "window", shown_window_names[window]);
	switch (axis) {
	case DORA_PLAIN:
	case DORA_BY_WINDOW:
	case DORA_QUANTILES_BY_WINDOW:
	case DORA_HISTOGRAM:
		break;
	case DORA_BY_WINDOW_RESULT:
	case DORA_BY_RESULT:
		tail_add(tail, "result", attempt_result_names[inner]);
		break;
	case DORA_BY_WINDOW_EVIDENCE:
		tail_add(tail, "evidence", evidence_names[inner]);
		break;
	case DORA_BY_WINDOW_REASON:
		tail_add(tail, "reason", exclusion_reason_names[inner]);
		break;
	case DORA_QUANTILES_BY_WINDOW_STAGE:
		tail_add(tail, "stage", dora_stage_names[inner]);
		break;
	case DORA_BY_METRIC:
		tail_add(tail, "metric", dora_metric_names[inner]);
		break;
	case DORA_BY_METRIC_YEAR:
		tail_add(tail, "metric", dora_metric_names[inner]);
		add_year(tail, result);
		break;
	case DORA_INFO:
		add_info(tail, result);
		break;
	}
}

/* With one label more than `tail` has. */
static void put_with(struct sample_page *page, const char *part, struct str identity, struct buf *tail,
		     const char *label, const char *text, double value)
{
	size_t len = tail->len;

	tail_add(tail, label, text);
	sample_put_part(page, part, identity, buf_view(tail), value);
	tail->len = len;
}

static void put_histogram(struct sample_page *page, const struct dora_family *row, const struct dora_result *result,
			  struct str identity, struct buf *tail)
{
	if (isnan(row->value(result, 0, 0)))
		return;
	for (size_t i = 0; i < DORA_BUCKETS; i++)
		put_with(page, "_bucket", identity, tail, "le", bucket_names[i], row->value(result, 0, i));
	sample_put_part(page, "_sum", identity, buf_view(tail), row->value(result, 0, DORA_BUCKETS));
	sample_put_part(page, "_count", identity, buf_view(tail), row->value(result, 0, DORA_BUCKETS - 1));
}

void dora_metric_put(struct sample_page *page, const struct dora_family *row, const struct dora_result *result,
		     struct str identity, size_t metric)
{
	size_t inner_of = inner_len(row->axis), window = metric / inner_of, inner = metric % inner_of;
	bool quantiles = row->family.type == METRIC_SUMMARY;
	struct buf tail;

	/* most metrics of a page have no number: their labels need not be written */
	if (isnan(row->value(result, window, quantiles ? inner * DORA_QUANTILES : inner)))
		return;
	buf_init(&tail, page->out->ceiling);
	make_tail(&tail, row->axis, result, window, inner);
	if (row->axis == DORA_HISTOGRAM)
		put_histogram(page, row, result, identity, &tail);
	else if (!quantiles)
		sample_put(page, identity, buf_view(&tail), row->value(result, window, inner));
	for (size_t i = 0; quantiles && i < DORA_QUANTILES; i++)
		put_with(page, "", identity, &tail, "quantile", quantile_names[i],
			 row->value(result, window, inner * DORA_QUANTILES + i));
	buf_release(&tail);
}

static void put_family(struct sample_page *page, const struct dora_family *row, enum dora_scope scope,
		       const struct dora_results *results, const struct dora_identities *identities)
{
	char name[DORA_FAMILY_NAME];
	struct family family;

	if (!dora_family_named(row, scope, name, &family))
		return;
	sample_family_begin(page, &family);
	for (size_t i = 0; i < identities->len; i++)
		for (size_t k = 0;
		     results->at[i].scope == scope && identities->list[i].shown && k < dora_family_metrics(row); k++)
			dora_metric_put(page, row, &results->at[i], dora_identity_of(identities, i), k);
	sample_family_end(page);
}

static void put_github(struct sample_page *page, const struct github_family *row,
		       const struct delivery_series *delivery)
{
	sample_family_begin(page, &row->family);
	for (size_t i = 0; i < delivery->githubs_len; i++) {
		const struct github_shown *shown = &delivery->githubs[i];

		for (size_t k = 0; k < (row->by_outcome ? (size_t)GITHUB_VERDICTS : 1); k++) {
			struct buf tail;

			buf_init(&tail, page->out->ceiling);
			if (row->by_outcome)
				tail_add(&tail, "outcome", github_verdict_names[k]);
			sample_put_labelled(page, "host", shown->host, buf_view(&tail), row->value(&shown->health, k));
			buf_release(&tail);
		}
	}
	sample_family_end(page);
}

size_t delivery_series_write(struct sample_page *page, const struct delivery_series *delivery)
{
	struct dora_identities identities;
	size_t conflicts;

	dora_identities_init(&identities, delivery->results);
	for (size_t scope = 0; scope < DORA_SCOPES; scope++)
		for (size_t i = 0; i < dora_families_len; i++)
			put_family(page, &dora_families[i], (enum dora_scope)scope, delivery->results, &identities);
	for (size_t i = 0; i < github_families_len; i++)
		put_github(page, &github_families[i], delivery);
	conflicts = identities.conflicts;
	dora_identities_release(&identities);
	return conflicts;
}

static void reference_row(struct buf *out, const struct family *family, const char *more, const char *labels)
{
	buf_fmt(out, "| `%s%s` | %s | %s%s | %s | %s |\n", family->name, metric_suffixes[family->type],
		metric_type_names[EXPOSITION_OPENMETRICS][family->type], more, labels, family->unit ? family->unit : "",
		family->help);
}

void delivery_reference_write(struct buf *out)
{
	static const char *const scopes[] = {
		[DORA_FOR_SERVICES] = "service | ",
		[DORA_FOR_ALL] = "service, team, group | ",
		[DORA_FOR_AGGREGATES] = "team, group | ",
	};

	buf_cstr(out, "\n## Of each delivery\n\n| series | type | of each | labels | unit | meaning |\n"
		      "|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < dora_families_len; i++) {
		const struct dora_family *row = &dora_families[i];
		char name[DORA_FAMILY_NAME];
		struct family family = row->family;

		if (row->scope == DORA_FOR_AGGREGATES)
			dora_family_named(row, DORA_OF_TEAM, name, &family);
		reference_row(out, &family, scopes[row->scope], dora_axis_labels[row->axis]);
	}
	buf_cstr(out, "\n## Of each GitHub\n\n| series | type | labels | unit | meaning |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < github_families_len; i++)
		reference_row(out, &github_families[i].family, "host",
			      github_families[i].by_outcome ? ", outcome" : "");
}
