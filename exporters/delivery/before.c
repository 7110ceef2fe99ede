#include "exporters/delivery/before.h"

#include "dora/dora.h"
#include "exporters/delivery/shown.h"

static bool has_environment(const struct dora_results *results, struct str service, struct str environment)
{
	for (size_t i = 0; environment.len && i < results->len; i++)
		if (results->at[i].scope == DORA_OF_SERVICE && str_eq(results->at[i].name, service) &&
		    str_eq(results->at[i].environment, environment))
			return true;
	return false;
}

/* The first one of the definition that begins like this; of any, the first. */
static struct str first_environment(const struct delivery *delivery, struct str begin)
{
	for (size_t i = 0; i < delivery->environments_len; i++)
		if (str_starts(delivery->environments[i].name, begin))
			return delivery->environments[i].name;
	return STR("");
}

struct str deployment_environment(const struct dora_results *results, struct str service, struct labels labels)
{
	static const char *const names[] = {"environment", "env"};
	const struct delivery *delivery = NULL;
	struct str found;

	for (size_t i = 0; results && i < results->len && !delivery; i++)
		if (results->at[i].scope == DORA_OF_SERVICE && str_eq(results->at[i].name, service))
			delivery = results->at[i].histories[0]->delivery;
	if (!delivery)
		return STR("");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		found = labels_get(labels, str_of(names[i]));
		if (has_environment(results, service, found))
			return found;
	}
	found = first_environment(delivery, STR("prod"));
	return found.len ? found : first_environment(delivery, STR(""));
}

struct deployment_before deployment_before(const struct dora_results *results, struct str service,
					   struct str environment, struct instant at)
{
	struct deployment_before before = {0};

	for (size_t i = 0; results && i < results->len; i++) {
		const struct dora_result *result = &results->at[i];
		const struct dora_deployment *found;

		if (result->scope != DORA_OF_SERVICE || !str_eq(result->name, service) ||
		    (environment.len && !str_eq(result->environment, environment)))
			continue;
		found = dora_deployment_before(result->histories[0], at);
		if (found && (!before.deployment || found->at.ms > before.deployment->at.ms))
			before = (struct deployment_before){result, found, {at.ms - found->at.ms}};
	}
	return before;
}

bool deployment_before_near(const struct deployment_before *before)
{
	return before->deployment && before->age.ms <= before->result->histories[0]->delivery->attribution.ms;
}

bool deployment_before_write(struct buf *out, const struct deployment_before *before)
{
	if (!before->deployment)
		return true;
	buf_str(out, dora_short(before->deployment->sha));
	buf_cstr(out, " deployed to ");
	buf_str(out, before->result->environment);
	buf_char(out, ' ');
	dora_time_write(out, span_seconds(before->age));
	return buf_cstr(out, " before");
}

void deployment_before_json(struct json_writer *json, const struct deployment_before *before)
{
	if (!before->deployment) {
		json_null(json);
		return;
	}
	json_object(json);
	json_key_text(json, "sha", before->deployment->sha);
	json_key_text(json, "environment", before->result->environment);
	json_key_text(json, "repository", before->result->repository);
	json_key_instant(json, "at", before->deployment->at);
	json_key_num(json, "seconds_before", span_seconds(before->age));
	json_key_text(json, "url", before->deployment->success->url);
	json_key(json, "failed");
	json_bool(json, before->deployment->evidence_len > 0);
	json_object_end(json);
}
