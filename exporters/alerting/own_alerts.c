#include "exporters/alerting/own_alerts.h"

#include "exporters/alerting/text.h"

enum { BEHIND_SECONDS = 300 };

static bool source_down(const struct health *health) { return health->sources_up < health->sources_len; }

static void describe_source(struct buf *out, const struct health *health)
{
	bool first = true;

	for (size_t i = 0; i < health->sources_len; i++) {
		const struct health_source *source = &health->sources[i];

		if (source->up)
			continue;
		buf_fmt(out, "%s%.*s (%.*s): %.*s", first ? "" : "; ", STR_ARG(source->name), STR_ARG(source->url),
			STR_ARG(source->error));
		first = false;
	}
	if (first)
		buf_cstr(out, "Each source answers again");
	buf_cstr(out,
		 ". Nothing of a source is counted until it answers; then it is counted afterwards. Rules of the same "
		 "Prometheus alert on nothing meanwhile.");
}

/* At a source that does not answer wick is behind, too, and has said why. */
static bool behind(const struct health *health)
{
	for (size_t i = 0; i < health->sources_len; i++)
		if (health->sources[i].up && health->sources[i].behind_seconds > BEHIND_SECONDS)
			return true;
	return false;
}

static void describe_behind(struct buf *out, const struct health *health)
{
	buf_cstr(out, "Counting is ");
	alert_time_write(out, health->behind_seconds);
	buf_cstr(out, " behind: alerts about error budgets come late by as much.");
}

static bool not_stored(const struct health *health) { return !health->store_ok; }

static void describe_store(struct buf *out, const struct health *health)
{
	buf_cstr(out, "Nothing is counted that cannot be written down. ");
	buf_str(out, health->store_error);
}

static bool reload_failed(const struct health *health) { return !health->reload_ok; }

static void describe_reload(struct buf *out, const struct health *health)
{
	buf_fmt(out, "%zu of %zu definition files are broken", health->files_broken, health->files);
	if (health->files_broken) {
		buf_cstr(out, ", first ");
		buf_str(out, health->broken[0].error);
	}
	buf_cstr(out, ". Their last good versions are in use where there are some; 'wick check' says what is wrong.");
}

static bool github_down(const struct health *health)
{
	const struct health_delivery *delivery = &health->delivery;

	return delivery->asked && (!delivery->up || delivery->refused.len);
}

static void describe_github(struct buf *out, const struct health *health)
{
	const struct health_delivery *delivery = &health->delivery;

	buf_fmt(out, "%.*s: %.*s. ", STR_ARG(delivery->host),
		STR_ARG(!github_down(health) ? STR("it answers again")
			: delivery->up       ? delivery->refused
					     : delivery->error));
	buf_cstr(out, "The delivery metrics are of the past meanwhile; what is missed is read once it can be.");
}

const struct own_alert own_alerts[OWN_ALERTS] = {
	{"WickSourceDown",
	 "page",
	 "wick-source-down",
	 "wick's source does not answer",
	 {5 * SPAN_MINUTE},
	 source_down,
	 describe_source},
	{"WickBehind", "page", "wick-behind", "wick is behind", {5 * SPAN_MINUTE}, behind, describe_behind},
	{"WickNotStored",
	 "page",
	 "wick-not-stored",
	 "wick cannot write to its store",
	 {5 * SPAN_MINUTE},
	 not_stored,
	 describe_store},
	{"WickReloadFailed",
	 "ticket",
	 "wick-reload-failed",
	 "wick's definitions are not taken up as they stand",
	 {15 * SPAN_MINUTE},
	 reload_failed,
	 describe_reload},
	{"WickGithubDown",
	 "ticket",
	 "wick-github-down",
	 "GitHub does not tell wick what was deployed",
	 {30 * SPAN_MINUTE},
	 github_down,
	 describe_github},
};

bool own_alert_named(const char *name)
{
	for (size_t i = 0; i < OWN_ALERTS; i++)
		if (strcmp(own_alerts[i].name, name) == 0)
			return true;
	return false;
}
