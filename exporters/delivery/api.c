#include "exporters/delivery/api.h"

#include "base/mem.h"
#include "exporters/delivery/report.h"
#include "exporters/delivery/shown.h"

#include <stdlib.h>

bool deliveries_json_write(struct buf *out, const struct dora_results *results)
{
	static const struct dora_results none = {NULL, 0};

	return dora_report_write(out, results ? results : &none, REPORT_JSON, NULL);
}

/* Those of the service (and environment), copied side by side; the caller frees them. */
static struct dora_results find(const struct dora_results *results, const struct delivery_question *question)
{
	struct dora_results found = {xcalloc(results && results->len ? results->len : 1, sizeof(*found.at)), 0};

	for (size_t i = 0; results && i < results->len; i++) {
		const struct dora_result *one = &results->at[i];

		if (one->scope == DORA_OF_SERVICE && str_eq(one->name, question->service) &&
		    (!question->environment.len || str_eq(one->environment, question->environment)))
			found.at[found.len++] = *one;
	}
	return found;
}

static bool find_window(const struct dora_result *result, struct str name, size_t *window)
{
	for (size_t i = 0; i < DORA_SHOWN_WINDOWS; i++)
		if (str_is(name, shown_window_names[i]) || str_eq(name, result->windows[i].window.name)) {
			*window = i;
			return true;
		}
	return false;
}

static enum delivery_answer explain(struct buf *out, const struct dora_results *found,
				    const struct delivery_question *question, struct err *err)
{
	size_t window = SHOWN_30D;
	enum explain_metric metric;

	if (!explain_metric_read(question->metric, &metric, err))
		return DELIVERY_UNCLEAR;
	if (found->len > 1) {
		err_set(err, "there are %zu environments; say which with 'environment'", found->len);
		return DELIVERY_UNCLEAR;
	}
	if (question->window.len && !find_window(found->at, question->window, &window)) {
		err_set(err, "there is no window '%.*s'; there are '7d', '30d', '90d' and 'month'",
			STR_ARG(question->window));
		return DELIVERY_UNCLEAR;
	}
	dora_explain_json_write(out, found->at, window, metric);
	return DELIVERY_TOLD;
}

enum delivery_answer delivery_json_write(struct buf *out, const struct dora_results *results,
					 const struct delivery_question *question, struct err *err)
{
	struct dora_results found = find(results, question);
	enum delivery_answer answer = DELIVERY_TOLD;

	if (!found.len) {
		err_set(err, "nothing is known of deliveries of this service%s",
			question->environment.len ? " to this environment" : "");
		answer = DELIVERY_MISSING;
	} else if (question->metric.len) {
		answer = explain(out, &found, question, err);
	} else {
		dora_report_write(out, &found, REPORT_JSON, NULL);
	}
	free(found.at);
	return answer;
}
