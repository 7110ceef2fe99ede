/* The explanation for people. Texts from outside are made harmless; times are exact, so that they can be added up. */
#include "exporters/delivery/explain_parts.h"
#include "exporters/delivery/report_parts.h"
#include "exporters/delivery/shown.h"
#include "exporters/screen.h"

#include "base/num.h"

#include <assert.h>
#include <math.h>

static const double quantiles[DORA_QUANTILES] = {0.5, 0.75, 0.9};
static const char *const quantile_names[DORA_QUANTILES] = {"p50", "p75", "p90"};

/* "2h 30m (9000 s)" */
static void put_time(struct buf *out, double seconds)
{
	dora_time_write(out, seconds);
	buf_cstr(out, " (");
	num_write_double(out, round(seconds * 1000) / 1000);
	buf_cstr(out, " s)");
}

static void put_text(struct buf *out, const char *before, struct str text)
{
	if (text.len == 0)
		return;
	buf_cstr(out, before);
	screen_safe(out, text);
}

static void put_sha(struct buf *out, struct str sha) { screen_safe(out, dora_short(sha)); }

static void put_definition(struct buf *out, const struct delivery *delivery, enum explain_metric metric)
{
	switch (metric) {
	case EXPLAIN_DEPLOYMENTS:
		buf_cstr(out, "A deployment is an attempt that succeeded with a commit that was not live already.");
		break;
	case EXPLAIN_LEAD_TIME:
		dora_lead_choices_write(out, delivery);
		break;
	case EXPLAIN_CHANGE_FAILURE:
	case EXPLAIN_RECOVERY:
		dora_failure_choices_write(out, delivery);
		break;
	case EXPLAIN_REWORK:
		buf_cstr(out, "A deployment is unplanned where it is a rollback or a hotfix, or holds a revert.");
		break;
	case EXPLAIN_ATTEMPTS:
		buf_cstr(out, "Attempts that were cancelled or skipped are told apart.");
		break;
	}
	buf_char(out, '\n');
}

static void put_since(struct buf *out, const struct dora_history *history)
{
	put_text(out, "The history of ", history->delivery->service);
	buf_fmt(out, " is known from %s on.\n", instant_text(history->since).text);
}

static void put_head(struct buf *out, const struct dora_result *result, size_t window, enum explain_metric metric)
{
	static const char *const titles[EXPLAIN_METRICS] = {
		[EXPLAIN_DEPLOYMENTS] = "Deployments",
		[EXPLAIN_LEAD_TIME] = "Lead time",
		[EXPLAIN_CHANGE_FAILURE] = "Change failures",
		[EXPLAIN_RECOVERY] = "Recovery time",
		[EXPLAIN_REWORK] = "Rework",
		[EXPLAIN_ATTEMPTS] = "Attempts",
	};
	const struct dora_window *of = &result->windows[window].window;

	buf_fmt(out, "%s of ", titles[metric]);
	report_name_write(out, result, screen_safe);
	buf_fmt(out, ", %.*s: after %s, up to %s\n", STR_ARG(of->name), instant_text(of->from).text,
		instant_text(of->to).text);
	if (result->scope == DORA_OF_SERVICE) {
		put_definition(out, result->histories[0]->delivery, metric);
	} else {
		buf_cstr(out, "It is taken together from its services; each has choices of its own.\n");
	}
	for (size_t i = 0; i < result->services; i++)
		if (result->histories[i]->since.ms > of->from.ms)
			put_since(out, result->histories[i]);
}

static void put_stages(struct buf *out, const struct dora_change *change)
{
	bool any = false;

	for (size_t i = 0; i < DORA_STAGES; i++)
		any |= !isnan(change->stage_seconds[i]);
	for (size_t i = 0; any && i < DORA_STAGES; i++) {
		buf_fmt(out, "%s%s ", i ? ", " : "\n        ", dora_stage_names[i]);
		dora_time_write(out, change->stage_seconds[i]);
	}
}

/* Of a pull request the commit that brought it in need not be known. */
static void put_change(struct buf *out, const struct dora_change *change)
{
	const struct fact_commit *commit = change->commit;
	const struct fact_pull *pull = change->pull;

	buf_cstr(out, "    ");
	if (commit)
		put_sha(out, commit->sha);
	else
		buf_cstr(out, "a commit that is not known");
	buf_char(out, ' ');
	if (change->counts)
		put_time(out, change->lead_seconds);
	else
		buf_fmt(out, "left out: %s", exclusion_reason_names[change->reason]);
	put_text(out, ", ", commit ? commit->author : pull ? pull->author : (struct str){"", 0});
	put_text(out, ": ", commit ? commit->subject : pull ? pull->title : (struct str){"", 0});
	if (pull) {
		buf_fmt(out, " (pull request %lld", (long long)pull->number);
		put_text(out, " ", pull->url);
		buf_char(out, ')');
	}
	put_stages(out, change);
	buf_char(out, '\n');
}

static const char *why_it_counts(enum evidence kind)
{
	switch (kind) {
	case EVIDENCE_INCIDENT:
		return "began after it, and no deployment came between";
	case EVIDENCE_ROLLBACK:
		return "went back to a commit from before it";
	case EVIDENCE_REVERT:
		return "took a change of it back";
	case EVIDENCE_HOTFIX:
		return "was the next deployment";
	}
	return "";
}

static void put_evidence(struct buf *out, const struct dora_deployment *deployment,
			 const struct dora_evidence *evidence)
{
	buf_fmt(out, "    failed: %s", evidence_names[evidence->kind]);
	if (evidence->incident) {
		put_text(out, " ", evidence->incident->name);
	} else if (evidence->deployment) {
		buf_cstr(out, " of sha ");
		put_sha(out, evidence->deployment->sha);
	}
	if (evidence->commit.len) {
		bool pull = str_starts(evidence->commit, STR("#"));

		put_text(out, pull ? ", of pull request " : ", of commit ",
			 pull ? evidence->commit : dora_short(evidence->commit));
	}
	buf_fmt(out, ", %s, ", instant_text(evidence->at).text);
	dora_time_write(out, (double)(evidence->at.ms - deployment->at.ms) / 1000.0);
	buf_fmt(out, " after it: it %s", why_it_counts(evidence->kind));
	if (evidence->recovered.ms)
		buf_fmt(out, "; over %s", instant_text(evidence->recovered).text);
	else
		buf_cstr(out, "; not over yet");
	if (evidence->incident)
		put_text(out, "\n        ", evidence->incident->url);
	else if (evidence->deployment)
		put_text(out, "\n        ", evidence->deployment->success->url);
	buf_char(out, '\n');
}

static void put_recovered(struct buf *out, const struct dora_deployment *deployment)
{
	if (deployment->evidence_len == 0)
		return;
	if (!deployment->recovered.ms) {
		buf_cstr(out, "    not recovered yet\n");
		return;
	}
	buf_fmt(out, "    recovered %s, after ", instant_text(deployment->recovered).text);
	put_time(out, (double)(deployment->recovered.ms - deployment->at.ms) / 1000.0);
	buf_char(out, '\n');
}

/* "2026-10-20T09:00:00Z shop sha abc1234, rollback, 2 attempts, https://..." */
static void put_deployment(struct buf *out, const struct dora_result *result, const struct dora_history *history,
			   const struct dora_deployment *deployment)
{
	buf_fmt(out, "  %s ", instant_text(deployment->at).text);
	if (result->scope != DORA_OF_SERVICE) {
		screen_safe(out, history->delivery->service);
		buf_char(out, ' ');
	}
	buf_cstr(out, "sha ");
	put_sha(out, deployment->sha);
	if (deployment->baseline)
		buf_fmt(out, ", no commits: %s", exclusion_reason_names[deployment->baseline_reason]);
	buf_fmt(out, "%s%s%s", deployment->rollback ? ", rollback" : "", deployment->hotfix ? ", hotfix" : "",
		deployment->reverts ? ", revert" : "");
	buf_fmt(out, ", %zu attempt%s", deployment->attempts, deployment->attempts == 1 ? "" : "s");
	put_text(out, ", ", deployment->success->url);
	buf_char(out, '\n');
}

static void put_deployments(struct buf *out, const struct dora_result *result, const struct dora_history *history,
			    const struct dora_window *window, enum explain_metric metric)
{
	for (size_t i = 0; i < history->deployments_len; i++) {
		const struct dora_deployment *deployment = &history->deployments[i];

		if (!explain_within(window, deployment->at) || !explain_wants(metric, deployment))
			continue;
		put_deployment(out, result, history, deployment);
		for (size_t k = 0; metric == EXPLAIN_LEAD_TIME && k < deployment->changes_len; k++)
			put_change(out, &deployment->changes[k]);
		if (metric != EXPLAIN_CHANGE_FAILURE && metric != EXPLAIN_RECOVERY)
			continue;
		for (size_t k = 0; k < deployment->evidence_len; k++)
			put_evidence(out, deployment, &deployment->evidence[k]);
		put_recovered(out, deployment);
	}
}

static void put_attempts(struct buf *out, const struct dora_history *history, const struct dora_window *window)
{
	for (size_t i = 0; i < history->attempts_len; i++) {
		const struct fact_attempt *attempt = history->attempts[i];

		if (!explain_within(window, explain_attempt_time(attempt)))
			continue;
		buf_fmt(out, "  %s %s: ", instant_text(explain_attempt_time(attempt)).text,
			attempt_result_names[attempt->result]);
		put_text(out, "", attempt->source);
		buf_fmt(out, "%s%lld attempt %u, sha ", attempt->source.len ? " " : "", (long long)attempt->id,
			attempt->number);
		put_sha(out, attempt->sha);
		put_text(out, " of ", attempt->ref);
		put_text(out, ", ", attempt->url);
		buf_char(out, '\n');
	}
}

/* Commits that are left out stand with their deployment already; these are of attempts and deployments. */
static bool has_line(enum exclusion_reason reason)
{
	return reason <= LEFT_OTHER_SERVICE || reason == LEFT_UNKNOWN_STATE;
}
static_assert(LEFT_OTHER_SERVICE < LEFT_MERGE_COMMIT, "reasons of commits come behind those of deployments");

static void put_left_out_line(struct buf *out, const struct dora_left_out *left_out)
{
	buf_fmt(out, "  %s %s: ", instant_text(left_out->at).text, exclusion_reason_names[left_out->reason]);
	put_sha(out, left_out->what);
	buf_char(out, '\n');
}

static void put_left_out(struct buf *out, const struct dora_result *result, const struct dora_window *window,
			 enum explain_metric metric)
{
	size_t counts[EXCLUSION_REASONS] = {0};
	const char *between = "Left out: ";

	for (size_t i = 0; i < result->services; i++)
		for (size_t k = 0; k < result->histories[i]->left_out_len; k++) {
			const struct dora_left_out *left_out = &result->histories[i]->left_out[k];

			if (explain_within(window, left_out->at) && explain_leaves_out(metric, left_out->reason))
				counts[left_out->reason]++;
		}
	for (size_t i = 0; i < EXCLUSION_REASONS; i++) {
		if (counts[i] == 0)
			continue;
		buf_fmt(out, "%s%zu %s", between, counts[i], exclusion_reason_names[i]);
		between = ", ";
	}
	if (*between == ',')
		buf_char(out, '\n');
	for (size_t i = 0; i < result->services; i++)
		for (size_t k = 0; k < result->histories[i]->left_out_len; k++) {
			const struct dora_left_out *left_out = &result->histories[i]->left_out[k];

			if (explain_within(window, left_out->at) && explain_leaves_out(metric, left_out->reason) &&
			    has_line(left_out->reason))
				put_left_out_line(out, left_out);
		}
}

static void put_quantiles(struct buf *out, const struct explain_sum *sum, const char *what)
{
	buf_fmt(out, "%zu %s%s.", sum->len, what, sum->len == 1 ? "" : "s");
	buf_cstr(out, sum->len ? " In the order of size:\n" : "\n");
	for (size_t i = 0; sum->len && i < DORA_QUANTILES; i++) {
		struct explain_quantile at = explain_quantile_of(sum->seconds, sum->len, quantiles[i]);

		buf_fmt(out, "  %s = ", quantile_names[i]);
		put_time(out, at.value);
		buf_fmt(out, ": number %zu, ", at.low);
		num_write_double(out, sum->seconds[at.low - 1]);
		buf_cstr(out, " s");
		if (at.part > 0) {
			buf_fmt(out, ", and %.3g of the way to number %zu, ", at.part, at.high);
			num_write_double(out, sum->seconds[at.high - 1]);
			buf_cstr(out, " s");
		}
		buf_char(out, '\n');
	}
}

static void put_ratio(struct buf *out, size_t part, size_t all, const char *what)
{
	buf_fmt(out, "%zu %s of %zu deployments", part, what, all);
	if (all) {
		buf_cstr(out, " = ");
		num_write_double(out, (double)part / (double)all);
		buf_cstr(out, " = ");
		dora_percent_write(out, (double)part / (double)all);
	}
	buf_cstr(out, all ? "\n" : ": no ratio\n");
}

static void put_evidences(struct buf *out, const struct explain_sum *sum)
{
	const char *between = "By evidence, of which a deployment may have several kinds: ";

	for (size_t i = 0; i < EVIDENCES; i++) {
		buf_fmt(out, "%s%zu %s", between, sum->failed_by[i], evidence_names[i]);
		between = ", ";
	}
	buf_char(out, '\n');
}

static void put_frequency(struct buf *out, const struct dora_metrics *metrics, size_t deployments)
{
	double days = (double)(metrics->window.to.ms - metrics->window.from.ms) / (double)SPAN_DAY;

	buf_fmt(out, "%zu deployment%s", deployments, deployments == 1 ? "" : "s");
	if (!metrics->whole || !(days > 0)) {
		buf_cstr(out, "; per day is not told, since not all of the window is known\n");
		return;
	}
	buf_cstr(out, " / ");
	num_write_double(out, days);
	buf_cstr(out, " days = ");
	num_write_double(out, (double)deployments / days);
	buf_cstr(out, " per day\n");
}

static void put_attempt_sum(struct buf *out, const struct explain_sum *sum)
{
	const char *between = "";

	for (size_t i = 0; i < ATTEMPT_RESULTS; i++) {
		if (sum->attempts[i] == 0)
			continue;
		buf_fmt(out, "%s%zu %s", between, sum->attempts[i], attempt_result_names[i]);
		between = ", ";
	}
	buf_fmt(out, "%s%zu success + %zu failure = %zu attempts\n", *between ? "; " : "",
		sum->attempts[ATTEMPT_SUCCESS], sum->attempts[ATTEMPT_FAILURE],
		sum->attempts[ATTEMPT_SUCCESS] + sum->attempts[ATTEMPT_FAILURE]);
}

static void put_sum(struct buf *out, const struct dora_metrics *metrics, const struct explain_sum *sum,
		    enum explain_metric metric)
{
	switch (metric) {
	case EXPLAIN_DEPLOYMENTS:
		put_frequency(out, metrics, sum->deployments);
		break;
	case EXPLAIN_LEAD_TIME:
		put_quantiles(out, sum, "lead time");
		break;
	case EXPLAIN_CHANGE_FAILURE:
		put_ratio(out, sum->failed, sum->deployments, "failed");
		put_evidences(out, sum);
		break;
	case EXPLAIN_RECOVERY:
		buf_fmt(out, "%zu failed, %zu not recovered yet. ", sum->failed, sum->failed - sum->recovered);
		put_quantiles(out, sum, "recovery time");
		break;
	case EXPLAIN_REWORK:
		put_ratio(out, sum->unplanned, sum->deployments, "unplanned");
		break;
	case EXPLAIN_ATTEMPTS:
		put_attempt_sum(out, sum);
		break;
	}
}

bool dora_explain_write(struct buf *out, const struct dora_result *result, size_t window, enum explain_metric metric)
{
	const struct dora_metrics *metrics = &result->windows[window];
	struct explain_sum sum;

	put_head(out, result, window, metric);
	if (!dora_window_shown(result, window)) {
		buf_cstr(out, "There is no number of this window to explain: ");
		report_detail_write(out, result, REPORT_DETAIL_STATE, screen_safe);
		return buf_char(out, '\n');
	}
	for (size_t i = 0; i < result->services; i++) {
		if (metric == EXPLAIN_ATTEMPTS)
			put_attempts(out, result->histories[i], &metrics->window);
		else
			put_deployments(out, result, result->histories[i], &metrics->window, metric);
	}
	put_left_out(out, result, &metrics->window, metric);
	if (!explain_known(metrics, metric)) {
		buf_cstr(out, "There is no number to be made of this: ");
		dora_unread_write(out, result, window);
		return buf_char(out, '\n');
	}
	explain_sum_make(&sum, result, window, metric);
	put_sum(out, metrics, &sum, metric);
	explain_sum_release(&sum);
	return !out->full;
}
