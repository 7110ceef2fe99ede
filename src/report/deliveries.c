#include "report/deliveries.h"

#include "dora/dora.h"
#include "exporters/delivery/shown.h"

/* By the same bounds as the month of other reports: the window holds its end and not its beginning. */
static struct dora_metrics measure(const struct dora_result *result, struct str name, struct period period)
{
	const struct dora_window window = {name, period.begin, period.end};
	struct dora_metrics metrics;

	dora_measure(result->histories, result->services, &window, &metrics);
	return metrics;
}

/* Why nothing can be said of the period; empty where something can. */
static struct str silence(struct arena *arena, const struct dora_result *result, const struct dora_metrics *now,
			  struct period period)
{
	struct instant read_to = result->windows->window.to; /* where windows end */

	if (result->error.len)
		return arena_fmt(arena, "GitHub could not be read: %.*s", STR_ARG(result->error));
	if (!result->read_at.ms)
		return STR("GitHub is still being read, or was not read");
	if (read_to.ms < period.end.ms)
		return arena_fmt(arena, "GitHub was read up to %s only", instant_text(read_to).text);
	if (!dora_result_seen(result))
		return STR("no attempt to deploy was ever seen");
	if (!now->whole)
		return STR("what GitHub tells was not read back so far");
	return STR("");
}

struct report_delivery report_delivery_of(struct arena *arena, const struct dora_result *result, struct str name,
					  struct period period, struct str name_before, struct period before)
{
	struct report_delivery delivery = {
		.environment = result->environment,
		.repository = result->repository,
		.result = result,
		.now = measure(result, name, period),
		.before = measure(result, name_before, before),
	};

	delivery.reason = silence(arena, result, &delivery.now, period);
	delivery.now_known = delivery.reason.len == 0;
	delivery.before_known = delivery.now_known && delivery.before.whole;
	return delivery;
}
