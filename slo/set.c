/* How long a set lives. */
#include "slo/definitions.h"

#include <stdlib.h>

struct slo_set *slo_set_ref(struct slo_set *set)
{
	__atomic_add_fetch(&set->references, 1, __ATOMIC_RELAXED);
	return set;
}

void slo_set_unref(struct slo_set *set)
{
	if (!set || __atomic_sub_fetch(&set->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (!set->base) {
		free(set->policies);
		free(set->deliveries);
		free(set->documents);
		free(set->findings);
		free(set->files);
	}
	free(set->slos);
	correction_list_release(&set->corrections);
	slo_set_unref(set->base);
	arena_release(&set->arena);
	free(set);
}

size_t slo_set_errors(const struct slo_set *set) { return set->errors; }
