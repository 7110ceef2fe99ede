#include "slo/default_alerting.h"

struct shelf_place {
	struct shelf_place *next;
	struct span window;
	bool per_step;
	const struct alerting *alerting;
};

struct alerting_shelf {
	struct arena *arena;
	struct shelf_place *first;
};

struct alerting_shelf *alerting_shelf_new(struct arena *arena)
{
	struct alerting_shelf *shelf = arena_alloc(arena, sizeof(*shelf));

	shelf->arena = arena;
	return shelf;
}

const struct alerting *default_alerting(struct reader *reader, struct span window, bool per_step)
{
	struct alerting_shelf *shelf = reader->shelf;
	struct shelf_place *place;

	for (place = shelf->first; place; place = place->next)
		if (place->window.ms == window.ms && place->per_step == per_step)
			return place->alerting;
	place = arena_alloc(shelf->arena, sizeof(*place));
	*place = (struct shelf_place){shelf->first, window, per_step, alerting_default(shelf->arena, window, per_step)};
	shelf->first = place;
	return place->alerting;
}
