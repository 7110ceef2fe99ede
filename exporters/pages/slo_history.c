/* How the budget of an SLO's first window was spent. */
#include "exporters/delivery/before.h"
#include "exporters/delivery/shown.h"
#include "exporters/pages/chart.h"
#include "exporters/pages/slo_cells.h"
#include "exporters/pages/slo_parts.h"
#include "exporters/table.h"

#include <math.h>

enum { BANDS_MOST = 64, ALERTS_MOST = 48, EVENTS_MOST = 64, POINTS_MOST = CURVE_SLOTS + 3 };

/* What both drawings have in common. */
struct history {
	const struct slo_view *view;
	const struct budget *budget;
	const struct curve *curve;
	struct instant now; /* counted to */
	struct chart_band *bands;
	struct chart_event *events;
	size_t bands_len, events_len;
};

const struct dora_history *slo_deployments_of(const struct slo_view *view)
{
	const struct dora_results *deliveries = view->source->results->deliveries;
	const struct slo *slo = view->result->slo;
	struct str environment = deployment_environment(deliveries, slo->service, slo->labels);

	for (size_t i = 0; deliveries && environment.len && i < deliveries->len; i++) {
		const struct dora_result *one = &deliveries->at[i];

		if (one->scope == DORA_OF_SERVICE && str_eq(one->name, slo->service) &&
		    str_eq(one->environment, environment))
			return one->histories[0];
	}
	return NULL;
}

static void add_band(struct history *history, struct instant from, struct instant to, enum chart_tone tone,
		     struct str title)
{
	if (history->bands_len < BANDS_MOST && to.ms > history->budget->from.ms && from.ms < history->budget->to.ms)
		history->bands[history->bands_len++] = (struct chart_band){from, to, title, tone};
}

/* The newest first: of too many those are left out that began first. */
static void add_alerts(struct history *history)
{
	const struct slo_result *result = history->view->result;
	const struct firing_list *firings = history->view->source->results->firings;

	for (size_t i = firings ? firings->len : 0; i > 0 && history->bands_len < ALERTS_MOST; i--) {
		const struct firing *one = &firings->at[i - 1];
		struct instant to = one->resolved_at.ms ? one->resolved_at : history->now;

		if (firing_is_of(one, result->slo->id, result->group))
			add_band(history, one->fired_at, to, str_is(one->severity, "page") ? TONE_BAD : TONE_WARN,
				 arena_fmt(history->view->arena, "alert %.*s, %s", STR_ARG(one->tier),
					   instant_text(one->fired_at).text));
	}
}

static void add_exclusions(struct history *history)
{
	const struct corrections *corrections = history->view->result->slo->corrections;

	for (size_t i = 0; corrections && i < corrections->exclusions_len; i++) {
		const struct exclusion *exclusion = corrections->exclusions[i];
		struct recurrence_walk walk =
			recurrence_between(&exclusion->when, history->budget->from, history->budget->to);
		struct str title = arena_fmt(history->view->arena, "does not count: %.*s", STR_ARG(exclusion->reason));
		struct period stretch;

		while (history->bands_len < BANDS_MOST && recurrence_next(&walk, &stretch))
			add_band(history, stretch.begin, stretch.end, TONE_SOFT, title);
	}
}

/* One mark for those that would stand on each other. */
struct together {
	const struct dora_deployment *first;
	size_t len, failed;
};

static void add_mark(struct history *history, const struct together *marked)
{
	struct str sha = dora_short(marked->first->sha), title;
	struct instant_text at = instant_text(marked->first->at);

	if (marked->len == 1)
		title = arena_fmt(history->view->arena, "%.*s deployed, %s%s", STR_ARG(sha), at.text,
				  marked->failed ? ", failed" : "");
	else
		title = arena_fmt(history->view->arena, "%zu deployments from %s on, %zu failed", marked->len, at.text,
				  marked->failed);
	history->events[history->events_len++] =
		(struct chart_event){marked->first->at, title, marked->failed ? TONE_BAD : TONE_OTHER};
}

static void add_deployments(struct history *history)
{
	const struct dora_history *deployments = slo_deployments_of(history->view);
	int64_t apart = (history->budget->to.ms - history->budget->from.ms) / EVENTS_MOST;
	struct together marked = {NULL, 0, 0};

	for (size_t i = 0; deployments && i < deployments->deployments_len; i++) {
		const struct dora_deployment *one = &deployments->deployments[i];

		if (one->at.ms < history->budget->from.ms || one->at.ms > history->budget->to.ms)
			continue;
		if (marked.first && one->at.ms - marked.first->at.ms > apart) {
			add_mark(history, &marked);
			marked.first = NULL;
		}
		if (!marked.first)
			marked = (struct together){one, 0, 0};
		marked.len++;
		marked.failed += one->evidence_len > 0;
	}
	if (marked.first)
		add_mark(history, &marked);
}

static struct chart chart_of(const struct history *history)
{
	return (struct chart){.axis = STR("Until"),
			      .from = history->budget->from,
			      .to = history->budget->to,
			      .low = (double)NAN,
			      .high = (double)NAN,
			      .bands = history->bands,
			      .bands_len = history->bands_len,
			      .events = history->events,
			      .events_len = history->events_len};
}

static double pace(const struct budget *budget, struct instant at)
{
	double whole = (double)(budget->to.ms - budget->from.ms);

	return 1 - fmin(fmax((double)(at.ms - budget->from.ms) / whole, 0), 1);
}

struct points {
	struct instant at[POINTS_MOST];
	double left[POINTS_MOST], pace[POINTS_MOST], known[POINTS_MOST];
	size_t len;
};

static void add_point(struct points *points, const struct budget *budget, struct instant at, double left, double known)
{
	points->at[points->len] = at;
	points->left[points->len] = left;
	points->pace[points->len] = pace(budget, at);
	points->known[points->len++] = known;
}

static double adjusted_until(const struct history *history, struct instant until)
{
	return corrections_bad_until(history->view->result->slo->corrections, history->budget->from, until,
				     history->now, history->budget->adjusted_bad);
}

/* What was bad up to the end of each slot, by what may be bad in the whole window. Where nothing is known of a slot
 * there is no point. The last one is the budget as it is shown everywhere, of now. */
static void find_points(const struct history *history, struct points *points)
{
	const struct budget *budget = history->budget;
	const struct curve *curve = history->curve;
	double bad = 0;

	points->len = 0;
	add_point(points, budget, budget->from,
		  budget->allowed > 0 && curve->len && curve->known[0] > 0 ? 1 : (double)NAN, (double)NAN);
	for (unsigned i = 0; i < curve->len; i++) {
		struct instant end = curve_end(curve, i);
		double known = (double)curve->known[i] / CURVE_KNOWN;

		bad += (double)curve->bad[i];
		if (end.ms > budget->from.ms && end.ms < history->now.ms)
			add_point(points, budget, end,
				  known > 0 ? 1 - (bad + adjusted_until(history, end)) / budget->allowed : (double)NAN,
				  known);
	}
	add_point(points, budget, history->now, budget->remaining, (double)NAN);
	if (budget->to.ms > history->now.ms)
		add_point(points, budget, budget->to, (double)NAN, (double)NAN);
}

static void put_burn_down(struct buf *out, const struct history *history)
{
	const struct budget *budget = history->budget;
	struct chart chart = chart_of(history);
	struct points *points = arena_alloc(history->view->arena, sizeof(*points));
	struct chart_series series[3];
	struct buf summary;

	find_points(history, points);
	series[0] = (struct chart_series){STR("Budget left"), CHART_LINE, TONE_PLAIN, CHART_PERCENT, points->left};
	series[1] = (struct chart_series){STR("Even pace"), CHART_DASHED, TONE_SOFT, CHART_PERCENT, points->pace};
	series[2] = (struct chart_series){STR("Known"), CHART_TOLD, TONE_PLAIN, CHART_PERCENT, points->known};
	buf_init(&summary, out->ceiling);
	table_percent_write(&summary, budget->remaining, 1);
	buf_cstr(&summary, " of the budget is left; spent at an even pace it would be ");
	table_percent_write(&summary, pace(budget, history->now), 1);
	buf_cstr(&summary, ".");
	chart.id = "burn-down";
	chart.title = STR("Budget left over the window");
	chart.summary = buf_view(&summary);
	chart.at = points->at;
	chart.len = points->len;
	chart.series = series;
	chart.series_len = 3;
	chart.unit = CHART_PERCENT;
	chart.low = 0;
	chart.high = 1;
	chart_write(out, &chart);
	buf_release(&summary);
}

/* By slot: where nothing is known there is no bar. */
static void put_events(struct buf *out, const struct history *history)
{
	const struct curve *curve = history->curve;
	double objective = history->view->result->slo->objective, bad[CURVE_SLOTS], total[CURVE_SLOTS],
	       burn[CURVE_SLOTS], known[CURVE_SLOTS];
	struct instant at[CURVE_SLOTS];
	struct chart chart = chart_of(history);
	struct chart_series series[4];
	struct buf summary;

	for (unsigned i = 0; i < curve->len; i++) {
		bool any = curve->known[i] > 0;

		at[i] = curve_end(curve, i);
		bad[i] = any ? (double)curve->bad[i] : (double)NAN;
		total[i] = any ? (double)curve->total[i] : (double)NAN;
		burn[i] = any && total[i] > 0 ? bad[i] / total[i] / (1 - objective) : (double)NAN;
		known[i] = (double)curve->known[i] / CURVE_KNOWN;
	}
	series[0] = (struct chart_series){STR("Bad events"), CHART_BARS, TONE_BAD, CHART_NUMBER, bad};
	series[1] = (struct chart_series){STR("All events"), CHART_TOLD, TONE_PLAIN, CHART_NUMBER, total};
	series[2] = (struct chart_series){STR("Burn rate"), CHART_TOLD, TONE_PLAIN, CHART_RATE, burn};
	series[3] = (struct chart_series){STR("Known"), CHART_TOLD, TONE_PLAIN, CHART_PERCENT, known};
	buf_init(&summary, out->ceiling);
	chart_number_write(&summary, CHART_NUMBER, history->budget->bad);
	buf_cstr(&summary, " of ");
	chart_number_write(&summary, CHART_NUMBER, history->budget->total);
	buf_fmt(&summary, " events of the window are bad; a bar is of %s.", span_text(curve->slot).text);
	chart.id = "events";
	chart.title = STR("Bad events over the window");
	chart.summary = buf_view(&summary);
	chart.at = at;
	chart.len = curve->len;
	chart.series = series;
	chart.series_len = 4;
	chart.unit = CHART_NUMBER;
	chart_write(out, &chart);
	buf_release(&summary);
}

/* What stands behind the drawings, without a pointer to rest on it. */
static void put_key(struct buf *out, const struct history *history)
{
	size_t excluded = 0;

	for (size_t i = 0; i < history->bands_len; i++)
		excluded += history->bands[i].tone == TONE_SOFT;
	if (!history->bands_len && !history->events_len)
		return;
	buf_cstr(out, "<p class=\"soft\">");
	if (history->bands_len > excluded)
		buf_cstr(out, "Coloured stretches: alerts that fired. ");
	if (excluded)
		buf_cstr(out, "Grey stretches: time that does not count. ");
	if (history->events_len)
		buf_cstr(out, "Marks: deployments. ");
	buf_cstr(out, "The tables below name them.</p>\n");
}

void slo_history_write(struct buf *out, const struct slo_view *view)
{
	const struct slo_result *result = view->result;
	struct history history = {.view = view,
				  .budget = result->budgets,
				  .curve = result->curve,
				  .now = result->counted_to,
				  .bands = arena_array(view->arena, BANDS_MOST, sizeof(struct chart_band)),
				  .events = arena_array(view->arena, EVENTS_MOST + 1, sizeof(struct chart_event))};

	buf_cstr(out, "<h2>How it was spent</h2>\n");
	if (!history.curve || !history.now.ms || history.budget->to.ms <= history.budget->from.ms) {
		buf_cstr(out, "<p class=\"warn\">Nothing is counted yet.</p>\n");
		return;
	}
	add_alerts(&history);
	add_exclusions(&history);
	add_deployments(&history);
	put_burn_down(out, &history);
	put_events(out, &history);
	put_key(out, &history);
}
