/* Alert policies: a condition on a burn rate each, with wick's second window as an annotation. */
#include "exporters/definitions/openslo.h"
#include "exporters/definitions/tiers.h"

enum { CONDITIONS_MAX = 16, NAME_BYTES = 40 };

/* Those that cannot be what a condition is called there are numbered. */
static struct str name_of(struct arena *arena, const struct alerting *known, const struct tier *tier, size_t number)
{
	const struct tier *other = alerting_tier(known, tier->name);
	bool fits = dns_label(tier->name) && tier->name.len <= NAME_BYTES && (!other || other->kind == TIER_BURN);

	return fits ? tier->name : arena_fmt(arena, "alert-%zu", number);
}

static void put_condition(struct writing *writing, const struct tier *tier)
{
	struct yaml_writer *yaml = &writing->yaml;

	yaml_list(yaml, "conditions");
	yaml_item(yaml);
	yaml_plain(yaml, "kind", "AlertCondition");
	yaml_map(yaml, "metadata");
	yaml_text(yaml, "name", tier->name);
	yaml_map(yaml, "annotations");
	if (tier->short_.ms != tier->long_.ms)
		yaml_text(yaml, "wick/shortWindow", openslo_duration_text(writing->arena, tier->short_));
	yaml_map_end(yaml);
	yaml_map_end(yaml);
	yaml_map(yaml, "spec");
	yaml_text(yaml, "severity", tier->severity);
	yaml_map(yaml, "condition");
	yaml_plain(yaml, "kind", "burnrate");
	yaml_plain(yaml, "op", "gt");
	yaml_plain(yaml, "threshold", decimal_text(writing->arena, tier->factor, 0).at);
	yaml_plain(yaml, "lookbackWindow", openslo_duration_text(writing->arena, tier->long_).at);
	if (tier->for_.ms)
		yaml_plain(yaml, "alertAfter", openslo_duration_text(writing->arena, tier->for_).at);
	yaml_map_end(yaml);
	yaml_map_end(yaml);
	yaml_item_end(yaml);
	yaml_list_end(yaml);
}

/* A policy wants somebody to be told. */
static void put_target(struct yaml_writer *yaml)
{
	yaml_list(yaml, "notificationTargets");
	yaml_item(yaml);
	yaml_plain(yaml, "kind", "AlertNotificationTarget");
	yaml_map(yaml, "metadata");
	yaml_plain(yaml, "name", "alertmanager");
	yaml_map_end(yaml);
	yaml_map(yaml, "spec");
	yaml_plain(yaml, "target", "alertmanager");
	yaml_map_end(yaml);
	yaml_item_end(yaml);
	yaml_list_end(yaml);
}

static void put_policy(struct writing *writing, const struct tier *tier, bool absent)
{
	struct yaml_writer *yaml = &writing->yaml;

	yaml_item(yaml);
	yaml_plain(yaml, "kind", "AlertPolicy");
	yaml_map(yaml, "metadata");
	yaml_text(yaml, "name", tier->name);
	yaml_map_end(yaml);
	yaml_map(yaml, "spec");
	yaml_bool(yaml, "alertWhenNoData", absent);
	yaml_bool(yaml, "alertWhenBreaching", true);
	put_condition(writing, tier);
	put_target(yaml);
	yaml_map_end(yaml);
	yaml_item_end(yaml);
}

/* What a condition says of the tier. */
static struct tier said_of(struct arena *arena, const struct alerting *known, const struct tier *tier, size_t number)
{
	return (struct tier){
		.name = name_of(arena, known, tier, number),
		.kind = TIER_BURN,
		.severity = tier->severity,
		.long_ = tier->long_,
		.short_ = tier->short_,
		.factor = tier->factor,
		.for_ = {tier->for_.ms % SPAN_MINUTE ? 0 : tier->for_.ms},
		.min_bad = known->tiers->min_bad,
	};
}

static bool absent_told(const struct alerting *own)
{
	for (size_t i = 0; i < own->len; i++)
		if (own->tiers[i].kind == TIER_NO_DATA || own->tiers[i].kind == TIER_VANISHED)
			return true;
	return false;
}

void openslo_put_alerts(struct writing *writing)
{
	const struct alerting *own = writing->slo->alerting, *known = tiers_default(writing->arena, writing->slo);
	bool absent = absent_told(own);
	struct tier *tiers;
	struct alerting *made = tiers_new(writing->arena, CONDITIONS_MAX + known->len, &tiers);

	yaml_list(&writing->yaml, "alertPolicies");
	for (size_t i = 0; i < own->len && made->len < CONDITIONS_MAX && !tiers_equal(own, known); i++) {
		if (own->tiers[i].kind != TIER_BURN)
			continue;
		tiers[made->len] = said_of(writing->arena, known, &own->tiers[i], made->len + 1);
		put_policy(writing, &tiers[made->len++], absent);
	}
	yaml_list_end(&writing->yaml);
	if (made->len == 0) { /* without a policy there are the default tiers */
		tiers_note(writing, known);
		return;
	}
	for (size_t i = 0; i < known->len; i++) {
		bool is_absent = known->tiers[i].kind == TIER_NO_DATA || known->tiers[i].kind == TIER_VANISHED;

		if (known->tiers[i].kind != TIER_BURN && (!is_absent || absent))
			tiers[made->len++] = known->tiers[i];
	}
	tiers_note(writing, made);
}
