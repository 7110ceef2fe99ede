#include "exporters/alerting/tier_set.h"

#include <string.h>

/* FNV-1a; a NUL ends each text, so that no two lists of texts run together to the same bytes. */
static uint64_t fold(uint64_t hash, struct str text)
{
	for (size_t i = 0; i <= text.len; i++)
		hash = (hash ^ (i < text.len ? (unsigned char)text.at[i] : 0)) * UINT64_C(0x100000001b3);
	return hash;
}

/* By its value, the lowest byte first, whatever the machine keeps it like. */
static uint64_t fold_number(uint64_t hash, uint64_t number)
{
	for (unsigned shift = 0; shift < 64; shift += 8)
		hash = (hash ^ (number >> shift & 0xFF)) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t fold_tier(uint64_t hash, const struct tier *tier)
{
	uint64_t factor;

	memcpy(&factor, &tier->factor, sizeof(factor));
	hash = fold(fold(hash, tier->name), tier->severity);
	hash = fold_number(fold_number(hash, (uint64_t)tier->long_.ms), (uint64_t)tier->short_.ms);
	return fold_number(hash, factor);
}

struct tier_set tier_set_of(const struct alerting *alerting)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct tier_set set = {"none"};
	bool any = false;

	for (size_t i = 0; i < alerting->len; i++)
		if (alerting->tiers[i].kind == TIER_BURN) {
			hash = fold_tier(hash, &alerting->tiers[i]);
			any = true;
		}
	for (unsigned i = 0; any && i < sizeof(set.name) - 1; i++)
		set.name[i] = digits[hash >> (60 - 4 * i) & 0xF];
	return set;
}
