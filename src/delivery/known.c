#include "delivery/known.h"

#include "base/mem.h"
#include "delivery/discovery.h"
#include "delivery/reading.h"
#include "slo/deliveries.h"

#include <stdlib.h>

bool known_targets(struct facts *facts, const struct slo_set *set, struct targets *targets, struct err *err)
{
	for (size_t i = 0; i < set->deliveries_len; i++) {
		const struct delivery *delivery = set->deliveries[i];
		struct str *found;
		size_t len;

		if (!delivery->organisation.len) {
			targets_add(targets, delivery, delivery->repository);
			continue;
		}
		if (!discovery_found(facts, delivery, &targets->arena, &found, &len, err))
			return false;
		for (size_t k = 0; k < len; k++)
			if (!deliveries_of_repository(set, found[k]) && !targets_taken(targets, delivery, found[k]))
				targets_add(targets, delivery, found[k]);
	}
	return true;
}

static struct shelf *shelf_of(struct facts *facts, const struct target *target, struct slo_set *set, struct instant at,
			      struct instant horizon, bool settled, struct err *err)
{
	struct ground *ground = ground_make(facts, target, set, settled, err);
	struct shelf *shelf = ground ? shelf_make(ground, at, horizon, (struct instant){0}) : NULL;

	ground_unref(ground);
	return shelf;
}

/* All of a repository was read at once. */
static struct row_state *rows_of(struct arena *arena, const struct target *target, struct instant read_at,
				 struct instant at)
{
	struct row_state *rows = arena_array(arena, target_environments(target), sizeof(*rows)), *row = rows;

	for (size_t i = 0; i < target->services_len; i++)
		for (size_t k = 0; k < target->services[i].delivery->environments_len; k++)
			*row++ = (struct row_state){.service = target->services[i].name,
						    .environment = target->services[i].delivery->environments[k].name,
						    .read_at = read_at,
						    .at = at};
	return rows;
}

struct delivery_results *delivery_known(const char *path, struct slo_set *set, struct instant at,
					struct instant horizon, struct err *err)
{
	struct facts *facts = facts_open_read(path, err);
	struct delivery_results *results = NULL;
	struct shelf_state *states = NULL;
	struct instant read_at;
	struct targets targets;
	size_t len = 0;
	bool ok;

	if (!facts)
		return NULL;
	targets_init(&targets);
	ok = known_targets(facts, set, &targets, err);
	states = xcalloc(targets.len ? targets.len : 1, sizeof(*states));
	for (size_t i = 0; i < targets.len && ok; i++) {
		/* a repository of which only issues are looked at shows nothing by itself */
		if (targets.at[i]->services_len == 0)
			continue;
		ok = reading_settled(facts, targets.at[i], &read_at, err) &&
		     (states[len].shelf = shelf_of(facts, targets.at[i], set, at, horizon, read_at.ms > 0, err));
		states[len].behind = !read_at.ms;
		states[len].rows_len = target_environments(targets.at[i]);
		states[len].rows = rows_of(&targets.arena, targets.at[i], read_at, read_at.ms ? read_at : at);
		len += ok;
	}
	if (ok)
		results = delivery_results_make(states, len);
	for (size_t i = 0; i < len; i++)
		shelf_unref(states[i].shelf);
	free(states);
	targets_release(&targets);
	facts_close(facts);
	return results;
}
