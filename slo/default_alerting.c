#include "slo/default_alerting.h"

struct shelf_place {
	struct shelf_place *next;
	struct alerting_basis basis;
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

/* Names of windows live as long as the set, as the shelf does. */
const struct alerting *default_alerting(struct reader *reader, const struct alerting_basis *basis)
{
	struct alerting_shelf *shelf = reader->shelf;
	struct shelf_place *place;

	for (place = shelf->first; place; place = place->next)
		if (alerting_basis_equal(&place->basis, basis))
			return place->alerting;
	place = arena_alloc(shelf->arena, sizeof(*place));
	*place = (struct shelf_place){shelf->first, *basis, alerting_default(shelf->arena, basis)};
	shelf->first = place;
	return place->alerting;
}
