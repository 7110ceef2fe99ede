#include "exporters/policy.h"

#include "base/map.h"
#include "format/json_write.h"

#include <math.h>
#include <stdlib.h>

bool policy_unsure(const struct slo_result *result)
{
	return result->level == POLICY_UNKNOWN || result->state == DATA_STALE || result->state == DATA_ERROR;
}

static struct policy_service *service_of(struct arena *arena, struct map *known, const struct slo *slo)
{
	struct str key = arena_fmt(arena, "%.*s/%.*s", STR_ARG(slo->namespace_), STR_ARG(slo->service));
	struct policy_service *service = map_get(known, key);

	if (service)
		return service;
	service = arena_alloc(arena, sizeof(*service));
	*service = (struct policy_service){.namespace_ = slo->namespace_, .service = slo->service};
	map_put(known, key, service);
	return service;
}

static bool worse(const struct slo_result *a, const struct slo_result *b)
{
	if (!b || a->level != b->level)
		return !b || a->level > b->level;
	return !isnan(a->budgets->remaining) &&
	       (isnan(b->budgets->remaining) || a->budgets->remaining < b->budgets->remaining);
}

static void add(struct arena *arena, struct policy_service *service, const struct slo_result *result)
{
	if (!slo_has_policy(result->slo))
		return;
	if (service->slos_len == service->slos_cap) {
		size_t cap = service->slos_cap ? 2 * service->slos_cap : 4;
		const struct slo_result **slos = arena_array(arena, cap, sizeof(*slos));

		if (service->slos_len)
			memcpy(slos, service->slos, service->slos_len * sizeof(*slos));
		service->slos = slos;
		service->slos_cap = cap;
	}
	service->slos[service->slos_len++] = result;
	service->unsure += policy_unsure(result);
	if (worse(result, service->worst))
		service->worst = result;
	service->level = service->worst->level;
}

static int worst_first(const void *a, const void *b)
{
	const struct policy_service *left = a, *right = b;
	int order;

	if (left->level != right->level)
		return left->level > right->level ? -1 : 1;
	order = str_cmp(left->namespace_, right->namespace_);
	return order ? order : str_cmp(left->service, right->service);
}

struct policy_service *policy_services(struct arena *arena, const struct results *results, size_t *len)
{
	struct policy_service *services;
	struct map known;

	map_init(&known);
	for (size_t i = 0; results && i < results->len; i++)
		add(arena, service_of(arena, &known, results->list[i].slo), &results->list[i]);
	services = arena_array(arena, known.len, sizeof(*services));
	*len = 0;
	for (struct map_entry *entry = NULL; (entry = map_next(&known, entry));)
		services[(*len)++] = *(struct policy_service *)entry->value;
	map_release(&known);
	if (*len > 1)
		qsort(services, *len, sizeof(*services), worst_first);
	return services;
}

static void key_level(struct json_writer *json, enum policy_level level)
{
	json_key(json, "level");
	if (level == POLICY_UNKNOWN)
		json_null(json);
	else
		json_cstr(json, policy_level_names[level]);
}

static void put_slo(struct json_writer *json, const struct slo_result *result)
{
	const struct policy *policy = result->slo->policy;

	json_object(json);
	json_key_text(json, "id", result->slo->id);
	json_key(json, "group");
	json_object(json);
	for (size_t i = 0; i < result->group.len; i++) {
		json_key_str(json, result->group.at[i].name);
		json_str(json, result->group.at[i].value);
	}
	json_object_end(json);
	json_key_text(json, "policy", policy ? policy->name : result->slo->policy_ref.name);
	key_level(json, result->level);
	json_key_text(json, "agreed", policy ? policy->steps[result->level].agreed : STR(""));
	json_key_num(json, "budget_consumed", result->budgets->consumed);
	json_key_num(json, "budget_remaining", result->budgets->remaining);
	json_key(json, "unsure");
	json_bool(json, policy_unsure(result));
	json_key(json, "state");
	json_cstr(json, data_state_names[result->state]);
	json_key_text(json, "reason", policy ? result->reason : STR("no policy of this name is defined"));
	json_key_instant(json, "counted_to", result->counted_to);
	json_key_instant(json, "data_seen", result->data_seen);
	json_object_end(json);
}

static void put_service(struct json_writer *json, const struct policy_service *service)
{
	json_object(json);
	json_key_text(json, "namespace", service->namespace_);
	json_key_text(json, "service", service->service);
	key_level(json, service->level);
	json_key(json, "unsure");
	json_bool(json, service->unsure > 0);
	json_key(json, "slos");
	json_array(json);
	for (size_t i = 0; i < service->slos_len; i++)
		put_slo(json, service->slos[i]);
	json_array_end(json);
	json_object_end(json);
}

static bool is_named(const struct policy_service *service, struct str name)
{
	size_t space = service->namespace_.len;

	if (str_eq(service->service, name))
		return true;
	return space && name.len == space + 1 + service->service.len && name.at[space] == '/' &&
	       str_starts(name, service->namespace_) && str_ends(name, service->service);
}

bool policy_json_write(struct buf *out, const struct results *results, const struct str *service, size_t *found)
{
	struct policy_service *services;
	struct json_writer json;
	struct arena arena;
	size_t len, written = 0;

	arena_init(&arena);
	services = policy_services(&arena, results, &len);
	json_begin(&json, out, false);
	json_object(&json);
	json_key_instant(&json, "at", results ? results->at : (struct instant){0});
	json_key(&json, "services");
	json_array(&json);
	for (size_t i = 0; i < len; i++)
		if (!service || is_named(&services[i], *service)) {
			put_service(&json, &services[i]);
			written++;
		}
	if (found)
		*found = written;
	json_array_end(&json);
	json_object_end(&json);
	buf_char(out, '\n');
	arena_release(&arena);
	return !out->full;
}
