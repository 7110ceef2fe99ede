/* From histories to numbers (contract: dora.h). */
#include "base/civil.h"
#include "base/mem.h"
#include "dora/attempts.h"
#include "dora/order.h"

#include <math.h>
#include <stdlib.h>

struct samples {
	double *at;
	size_t len, cap;
};

static void add(struct samples *samples, double value)
{
	XGROW(samples->at, samples->len, samples->cap);
	samples->at[samples->len++] = value;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Of sorted values; PERCENTILE_CONT of SQL (ISO 9075-2): place 1 + q (n - 1), linear between its neighbours. */
static double quantile(const struct samples *sorted, double q)
{
	double place = q * (double)(sorted->len - 1);
	size_t below = (size_t)place;
	size_t above = below + 1 < sorted->len ? below + 1 : below;

	return sorted->at[below] + (place - (double)below) * (sorted->at[above] - sorted->at[below]);
}

/* Sorts the samples. */
static struct dora_quantiles quantiles(struct samples *samples)
{
	if (!samples->len)
		return (struct dora_quantiles){0, NAN, NAN, NAN};
	qsort(samples->at, samples->len, sizeof(*samples->at), by_value);
	return (struct dora_quantiles){samples->len, quantile(samples, 0.5), quantile(samples, 0.75),
				       quantile(samples, 0.9)};
}

struct piles {
	struct samples lead, recovery, stages[DORA_STAGES];
};

const struct dora_deployment *dora_deployment_before(const struct dora_history *history, struct instant at)
{
	size_t before = deployed_by(history->deployments, history->deployments_len, at);

	return before ? &history->deployments[before - 1] : NULL;
}

static void add_changes(const struct dora_deployment *deployment, struct piles *piles)
{
	for (size_t i = 0; i < deployment->changes_len; i++) {
		const struct dora_change *change = &deployment->changes[i];

		if (!change->counts)
			continue;
		add(&piles->lead, change->lead_seconds);
		for (int stage = 0; stage < DORA_STAGES; stage++)
			if (!isnan(change->stage_seconds[stage]))
				add(&piles->stages[stage], change->stage_seconds[stage]);
	}
}

static void add_failure(const struct dora_deployment *deployment, struct dora_metrics *out, struct piles *piles)
{
	bool kinds[EVIDENCES] = {false};

	for (size_t i = 0; i < deployment->evidence_len; i++)
		kinds[deployment->evidence[i].kind] = true;
	for (int kind = 0; kind < EVIDENCES; kind++)
		out->failed_by[kind] += kinds[kind];
	if (!deployment->evidence_len)
		return;
	out->failed++;
	if (deployment->recovered.ms)
		add(&piles->recovery, (double)(deployment->recovered.ms - deployment->at.ms) / 1000);
}

static bool in_window(const struct dora_window *window, struct instant at)
{
	return at.ms > window->from.ms && at.ms <= window->to.ms;
}

static bool not_read(const struct dora_history *history, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (history->deployments[i].baseline && history->deployments[i].baseline_reason == LEFT_NOT_READ)
			return true;
	return false;
}

/* What is made of something that was not read: commits of a deployment of the window, pull requests, incidents. */
static void add_unknown(const struct dora_history *history, bool commits, struct dora_unknown *unknown)
{
	const struct delivery *delivery = history->delivery;
	bool pulls = history->unread.pulls, issues = history->unread.issues;
	bool split =
		(commits && (delivery->paths.len || delivery->pull_labels.len)) || (pulls && delivery->pull_labels.len);

	unknown->deployments |= split;
	unknown->lead |= split || commits || (pulls && delivery->lead_time != LEAD_COMMIT);
	unknown->stages |= split || commits || pulls;
	unknown->failures |= split || commits || pulls || issues;
	unknown->recovery = unknown->failures;
	unknown->rework |= split || commits || pulls;
	unknown->evidence[EVIDENCE_INCIDENT] |= split || issues;
	unknown->evidence[EVIDENCE_ROLLBACK] |= split || commits;
	/* a pull request may say that it reverts something where none of its commits does */
	unknown->evidence[EVIDENCE_REVERT] |= split || commits || pulls;
	unknown->evidence[EVIDENCE_HOTFIX] |= split || commits || pulls;
}

static void add_history(const struct dora_history *history, struct dora_metrics *out, struct piles *piles)
{
	size_t end = deployed_by(history->deployments, history->deployments_len, out->window.to);
	size_t from = deployed_by(history->deployments, history->deployments_len, out->window.from);

	add_unknown(history, not_read(history, from, end), &out->unknown);
	for (size_t i = from; i < end; i++) {
		const struct dora_deployment *deployment = &history->deployments[i];

		out->deployments++;
		out->unplanned += deployment->rollback || deployment->hotfix || deployment->reverts;
		add_changes(deployment, piles);
		add_failure(deployment, out, piles);
	}
	for (size_t i = 0; i < history->attempts_len; i++)
		out->attempts[history->attempts[i]->result] +=
			in_window(&out->window, attempt_time(history->attempts[i]));
	for (size_t i = 0; i < history->left_out_len; i++)
		out->left_out[history->left_out[i].reason] += in_window(&out->window, history->left_out[i].at);
	out->whole = out->whole && history->since.ms <= out->window.from.ms;
}

/* Of sorted lead times: how many are at most each bound. */
static void fill_buckets(const struct samples *lead, struct dora_metrics *out)
{
	size_t below = 0;

	for (int bucket = 0; bucket < DORA_BUCKETS; bucket++) {
		while (below < lead->len && lead->at[below] <= dora_bucket_seconds[bucket])
			below++;
		out->lead_buckets[bucket] = below;
	}
	for (size_t i = 0; i < lead->len; i++)
		out->lead_sum_seconds += lead->at[i];
}

/* What is left of a number is not what its name says. */
static void forget_unknown(struct dora_metrics *out)
{
	static const struct dora_quantiles none = {0, NAN, NAN, NAN};

	if (out->unknown.deployments)
		out->deployments_per_day = NAN;
	if (out->unknown.lead)
		out->lead = none;
	if (out->unknown.failures)
		out->change_failure_ratio = NAN;
	if (out->unknown.recovery)
		out->recovery = none;
	if (out->unknown.rework)
		out->rework_ratio = NAN;
	for (int stage = 0; stage < DORA_STAGES && out->unknown.stages; stage++)
		out->stages[stage] = none;
}

static double ratio(size_t part, size_t whole) { return whole ? (double)part / (double)whole : NAN; }

void dora_measure(const struct dora_history *const *histories, size_t len, const struct dora_window *window,
		  struct dora_metrics *out)
{
	double days = (double)(window->to.ms - window->from.ms) / (double)SPAN_DAY;
	struct piles piles = {0};

	*out = (struct dora_metrics){.window = *window, .whole = len > 0};
	for (size_t i = 0; i < len; i++)
		add_history(histories[i], out, &piles);
	out->deployments_per_day = out->whole && days > 0 ? (double)out->deployments / days : NAN;
	out->lead = quantiles(&piles.lead);
	fill_buckets(&piles.lead, out);
	out->recovery = quantiles(&piles.recovery);
	out->change_failure_ratio = ratio(out->failed, out->deployments);
	out->rework_ratio = ratio(out->unplanned, out->deployments);
	for (int stage = 0; stage < DORA_STAGES; stage++) {
		out->stages[stage] = quantiles(&piles.stages[stage]);
		free(piles.stages[stage].at);
	}
	free(piles.lead.at);
	free(piles.recovery.at);
	forget_unknown(out);
}

/* Two services may count the same incident: an issue of the repository that they share. */
static bool counted_before(const struct dora_history *const *histories, size_t len, const struct incident *incident)
{
	for (size_t h = 0; h < len; h++)
		for (size_t i = 0; i < histories[h]->incidents_len; i++) {
			const struct incident *other = &histories[h]->incidents[i];

			if (!other->closed.ms && other->source == incident->source &&
			    other->opened.ms == incident->opened.ms && str_eq(other->name, incident->name) &&
			    str_eq(other->url, incident->url))
				return true;
		}
	return false;
}

static void stand(const struct dora_history *history, struct dora_standing *out)
{
	for (size_t i = 0; i < history->deployments_len; i++) {
		const struct dora_deployment *deployment = &history->deployments[i];
		double age = (double)(history->at.ms - deployment->at.ms) / 1000;

		if (deployment->at.ms > out->last_deployment.ms)
			out->last_deployment = deployment->at;
		if (!deployment->evidence_len || deployment->recovered.ms)
			continue;
		out->open_failures++;
		if (!(age <= out->oldest_failure_seconds))
			out->oldest_failure_seconds = age;
	}
}

struct dora_standing dora_stand(const struct dora_history *const *histories, size_t len)
{
	struct dora_standing standing = {.oldest_failure_seconds = NAN};

	for (size_t h = 0; h < len; h++) {
		standing.unknown |= histories[h]->unread.issues;
		stand(histories[h], &standing);
		for (size_t i = 0; i < histories[h]->incidents_len; i++)
			if (!histories[h]->incidents[i].closed.ms &&
			    !counted_before(histories, h, &histories[h]->incidents[i]))
				standing.open_incidents++;
	}
	if (standing.unknown)
		standing.oldest_failure_seconds = NAN;
	return standing;
}

void dora_windows(struct instant at, struct dora_window out[DORA_WINDOWS])
{
	static const struct {
		struct str name;
		int64_t days;
	} rolling[DORA_WINDOWS] = {{STR_INIT("7d"), 7}, {STR_INIT("30d"), 30}, {STR_INIT("90d"), 90}};

	for (int i = 0; i < DORA_WINDOWS; i++)
		out[i] = (struct dora_window){rolling[i].name, {at.ms - rolling[i].days * SPAN_DAY}, at};
}

struct dora_window dora_month(struct arena *arena, struct instant at)
{
	int64_t last = at.ms - 1; /* windows hold their end: midnight of the first ends the month before */
	struct civil begin = civil_of_seconds(last / 1000 - (last % 1000 < 0));

	begin.day = 1;
	begin.hour = begin.minute = begin.second = 0;
	return (struct dora_window){
		arena_fmt(arena, "%04d-%02u", begin.year, begin.month), {civil_seconds(&begin) * 1000}, at};
}
