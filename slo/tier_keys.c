#include "slo/tier_keys.h"

#include "base/limits.h"

#define KIND(kind) (1U << (kind))
#define COUNTING   (KIND(TIER_BURN) | KIND(TIER_BUDGET) | KIND(TIER_EXHAUSTS))

/* Keys that are not here are for all kinds. */
static const struct {
	const char *key;
	unsigned kinds;
} keys[] = {
	{"long", KIND(TIER_BURN) | KIND(TIER_EXHAUSTS)},
	{"short", KIND(TIER_BURN)},
	{"factor", KIND(TIER_BURN)},
	{"budget", KIND(TIER_BURN)},
	{"consumed", KIND(TIER_BUDGET)},
	{"within", KIND(TIER_EXHAUSTS) | KIND(TIER_MISSED)},
	{"window", KIND(TIER_MISSED)},
	{"minBadEvents", COUNTING},
	{"minEvents", COUNTING},
};

/* "burn, budget and exhausts" */
static void put_kinds(struct buf *out, unsigned kinds)
{
	for (unsigned kind = 0; kind < TIER_KINDS; kind++) {
		if (!(kinds & KIND(kind)))
			continue;
		if (out->len)
			buf_cstr(out, kinds >> (kind + 1) ? ", " : " and ");
		buf_cstr(out, tier_kind_names[kind]);
	}
}

static void say(struct reader *reader, const struct yaml_node *key, unsigned kinds, enum tier_kind kind, bool assumed)
{
	struct buf names;

	buf_init(&names, LIMIT_LINE_BYTES);
	put_kinds(&names, kinds);
	reader_error(reader, key, key->text.at, "tier-key", "is for tiers of kind %s; this one is of kind %s%s",
		     names.at, tier_kind_names[kind], assumed ? ", as a new tier is that names no other" : "");
	buf_release(&names);
}

void tier_keys_check(struct reader *reader, const struct yaml_node *tier, enum tier_kind kind, bool assumed)
{
	for (size_t i = 0; tier->kind == YAML_MAP && i < tier->len; i++)
		for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++)
			if (str_is(tier->pairs[i].key->text, keys[k].key) && !(keys[k].kinds & KIND(kind)) &&
			    !yaml_null(tier->pairs[i].value))
				say(reader, tier->pairs[i].key, keys[k].kinds, kind, assumed);
}
