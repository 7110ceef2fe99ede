#include "exporters/alerting/tier_set.h"

#include <inttypes.h>
#include <stdio.h>

/* FNV-1a; a NUL ends each text, so that no two lists of texts run together to the same bytes. */
static uint64_t fold(uint64_t hash, struct str text)
{
	for (size_t i = 0; i <= text.len; i++)
		hash = (hash ^ (i < text.len ? (unsigned char)text.at[i] : 0)) * UINT64_C(0x100000001b3);
	return hash;
}

struct tier_set tier_set_of(const struct alerting *alerting)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct tier_set set = {"none"};
	bool any = false;

	for (size_t i = 0; i < alerting->len; i++) {
		const struct tier *tier = &alerting->tiers[i];
		char numbers[96];

		if (tier->kind != TIER_BURN)
			continue;
		any = true;
		snprintf(numbers, sizeof(numbers), "%" PRId64 " %" PRId64 " %.17g", tier->long_.ms, tier->short_.ms,
			 tier->factor);
		hash = fold(fold(fold(hash, tier->name), tier->severity), str_of(numbers));
	}
	if (any)
		snprintf(set.name, sizeof(set.name), "%016" PRIx64, hash);
	return set;
}
