#include "exporters/delivery/before.h"

#include "dora/dora.h"
#include "exporters/delivery/shown.h"

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

bool deployment_before_write(struct buf *out, const struct deployment_before *before)
{
	if (!before->deployment)
		return true;
	buf_cstr(out, "deployment of sha ");
	buf_str(out, dora_short(before->deployment->sha));
	buf_cstr(out, " (");
	buf_str(out, before->result->environment);
	buf_cstr(out, ") ");
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
