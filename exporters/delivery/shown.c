#include "exporters/delivery/shown.h"

#include "exporters/alerting/text.h"

#include <assert.h>
#include <math.h>

static_assert((int)SHOWN_MONTH + 1 == (int)DORA_SHOWN_WINDOWS, "each window has a name");
const char *const shown_window_names[DORA_SHOWN_WINDOWS] = {
	[SHOWN_7D] = "7d", [SHOWN_30D] = "30d", [SHOWN_90D] = "90d", [SHOWN_MONTH] = "month"};

bool dora_result_seen(const struct dora_result *result)
{
	for (size_t i = 0; i < result->services; i++)
		if (result->histories[i]->attempts_len)
			return true;
	return false;
}

bool dora_window_shown(const struct dora_result *result, size_t window)
{
	return (result->complete || result->windows[window].whole) && dora_result_seen(result);
}

bool dora_now_shown(const struct dora_result *result) { return dora_window_shown(result, SHOWN_7D); }

bool dora_open_shown(const struct dora_result *result) { return dora_now_shown(result) && !result->standing.unknown; }

bool dora_unread_write(struct buf *out, const struct dora_result *result, size_t window)
{
	const char *what[3];
	size_t len = 0;
	bool pulls = false, issues = false;

	for (size_t i = 0; i < result->services; i++) {
		pulls |= result->histories[i]->unread.pulls;
		issues |= result->histories[i]->unread.issues;
	}
	if (result->windows[window].unknown.evidence[EVIDENCE_ROLLBACK])
		what[len++] = "commits";
	if (pulls)
		what[len++] = "pull requests";
	if (issues)
		what[len++] = "issues";
	for (size_t i = 0; i < len; i++)
		buf_fmt(out, "%s%s", i == 0 ? "" : i + 1 < len ? ", " : " and ", what[i]);
	if (len)
		buf_cstr(out, " could not be read, so what is made of them is not known");
	return len > 0;
}

size_t dora_attempts(const struct dora_metrics *metrics)
{
	return metrics->attempts[ATTEMPT_SUCCESS] + metrics->attempts[ATTEMPT_FAILURE];
}

double dora_quantile(const struct dora_quantiles *quantiles, size_t which)
{
	if (quantiles->count == 0)
		return (double)NAN;
	return which == 0 ? quantiles->p50 : which == 1 ? quantiles->p75 : quantiles->p90;
}

void dora_lead_choices_write(struct buf *out, const struct delivery *delivery)
{
	static const char *const from[LEAD_TIMES] = {
		[LEAD_COMMIT] = "each commit's author date (merge commits are left out)",
		[LEAD_FIRST_COMMIT] = "the author date of each pull request's first commit",
		[LEAD_MERGE] = "the merge of each pull request",
	};

	buf_fmt(out, "Lead time runs from %s to the end of the first successful deployment that holds it",
		from[delivery->lead_time]);
	if (delivery->bots_out)
		buf_cstr(out, "; bots are left out");
	if (delivery->authors_out.len)
		buf_cstr(out, delivery->bots_out ? ", and so are some authors" : "; some authors are left out");
	if (delivery->paths.len || delivery->pull_labels.len)
		buf_fmt(out, "; only changes of the service's own %s%s%s count", delivery->paths.len ? "paths" : "",
			delivery->paths.len && delivery->pull_labels.len ? " and " : "",
			delivery->pull_labels.len ? "labels" : "");
	buf_cstr(out, ".");
}

void dora_failure_choices_write(struct buf *out, const struct delivery *delivery)
{
	buf_cstr(out,
		 "An incident, rollback, revert or hotfix counts against the deployment before it if it comes within ");
	span_write(out, delivery->attribution);
	buf_fmt(out, ". A failed deployment has recovered once %s of that is over.",
		delivery->recovery == RECOVERY_LAST ? "all" : "any");
}

void dora_choices_write(struct buf *out, const struct delivery *delivery)
{
	dora_lead_choices_write(out, delivery);
	buf_char(out, ' ');
	dora_failure_choices_write(out, delivery);
}

void dora_time_write(struct buf *out, double seconds)
{
	if (isnan(seconds))
		buf_char(out, '-');
	else
		alert_time_write(out, seconds);
}

void dora_percent_write(struct buf *out, double ratio)
{
	if (isnan(ratio))
		buf_char(out, '-');
	else
		buf_fmt(out, "%.1f %%", ratio * 100);
}

struct str dora_short(struct str sha)
{
	enum { SHORT = 7, SHA1 = 40, SHA256 = 64 };

	return sha.len == SHA1 || sha.len == SHA256 ? str_slice(sha, 0, SHORT) : sha;
}
