#include "base/num.h"
#include "slo/default_alerting.h"
#include "slo/foreign/sloth.h"
#include "slo/native/native_types.h"
#include "slo/parts.h"

#include <stddef.h>

static const char part_kind[] = "AlertWindows", broken_kind[] = "broken AlertWindows", default_period[] = "30d";

struct catalogue_tier {
	double percent;
	struct span long_, short_;
};

/* A catalogue of windows for one SLO period. */
struct catalogue {
	struct str api_version, kind;
	struct span period;
	struct catalogue_tier tiers[4]; /* in the order of wick's burn tiers */
};

static bool read_budget(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	double value;

	if (!field_number.read(reader, field, node, &value))
		return false;
	if (!(value > 0) || value > 100)
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it must be above 0 and at most 100",
				    VALUE_ARG(node->text));
	*(double *)at = value;
	return true;
}

static const struct field_type type_budget = {"a percentage", read_budget, NULL, NULL};

#define AT(member) offsetof(struct catalogue, member)
#define TIER(i)                                                                                                        \
	{                                                                                                              \
		{.name = "errorBudgetPercent", .type = &type_budget, .at = AT(tiers[i].percent), .required = true},    \
			{.name = "shortWindow",                                                                        \
			 .type = &native_type_minutes,                                                                 \
			 .at = AT(tiers[i].short_),                                                                    \
			 .required = true,                                                                             \
			 .min = (double)SPAN_MINUTE,                                                                   \
			 .max = (double)(365 * SPAN_DAY)},                                                             \
			{.name = "longWindow",                                                                         \
			 .type = &native_type_minutes,                                                                 \
			 .at = AT(tiers[i].long_),                                                                     \
			 .required = true,                                                                             \
			 .min = (double)SPAN_MINUTE,                                                                   \
			 .max = (double)(365 * SPAN_DAY)},                                                             \
			{.name = NULL},                                                                                \
	}

static const struct field page_quick[] = TIER(0), page_slow[] = TIER(1), ticket_quick[] = TIER(2),
			  ticket_slow[] = TIER(3);

static const struct field page[] = {
	{.name = "quick", .type = &field_map, .inner = page_quick, .required = true},
	{.name = "slow", .type = &field_map, .inner = page_slow, .required = true},
	{.name = NULL},
};

static const struct field ticket[] = {
	{.name = "quick", .type = &field_map, .inner = ticket_quick, .required = true},
	{.name = "slow", .type = &field_map, .inner = ticket_slow, .required = true},
	{.name = NULL},
};

static const struct field spec[] = {
	{.name = "sloPeriod", .type = &native_type_minutes, .at = AT(period), .required = true},
	{.name = "page", .type = &field_map, .inner = page, .required = true},
	{.name = "ticket", .type = &field_map, .inner = ticket, .required = true},
	{.name = NULL},
};

static const struct field document_fields[] = {
	{.name = "apiVersion", .type = &field_text, .at = AT(api_version), .required = true},
	{.name = "kind", .type = &field_text, .at = AT(kind), .required = true},
	{.name = "metadata", .type = &foreign_passed},
	{.name = "spec", .type = &field_map, .inner = spec, .required = true},
	{.name = NULL},
};

/* Whose burn tiers the four stand for. */
static const struct str tier_names[] = {STR_INIT("page-fast"), STR_INIT("page-slow"), STR_INIT("ticket-fast"),
					STR_INIT("ticket-slow")};

/* Where the tier is written: in the order of the names. */
static const struct yaml_node *tier_node(const struct yaml_node *document, size_t i)
{
	const struct yaml_node *kind = yaml_get(yaml_get(document, "spec"), i < 2 ? "page" : "ticket");

	return yaml_get(kind, i % 2 ? "slow" : "quick");
}

static void check_tiers(struct reader *reader, const struct yaml_node *document, const struct catalogue *catalogue)
{
	for (size_t i = 0; i < sizeof(tier_names) / sizeof(*tier_names); i++) {
		const struct catalogue_tier *tier = &catalogue->tiers[i];
		const struct yaml_node *node = tier_node(document, i);

		if (tier->long_.ms && tier->short_.ms >= tier->long_.ms)
			reader_error(reader, yaml_get(node, "shortWindow"), "shortWindow", "tier-window",
				     "%s is not shorter than the long window, %s", span_text(tier->short_).text,
				     span_text(tier->long_).text);
		if (catalogue->period.ms && tier->long_.ms >= catalogue->period.ms)
			reader_error(reader, yaml_get(node, "longWindow"), "longWindow", "tier-window",
				     "%s is not shorter than the sloPeriod, %s", span_text(tier->long_).text,
				     span_text(catalogue->period).text);
	}
}

static bool read_catalogue(struct reader *reader, const struct yaml_node *document, struct catalogue *catalogue)
{
	size_t errors = reader->findings->errors;

	*catalogue = (struct catalogue){.period = {0}};
	fields_read(reader, document_fields, document, "the document", catalogue);
	check_tiers(reader, document, catalogue);
	return reader->findings->errors == errors;
}

static void load(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	struct catalogue catalogue;

	(void)loaded;
	if (read_catalogue(reader, document, &catalogue))
		parts_twin(reader, part_kind, arena_fmt(reader->scratch, "%s", span_text(catalogue.period).text),
			   document);
}

static void declare(struct reader *reader, const struct yaml_node *document)
{
	struct catalogue catalogue;

	if (read_catalogue(reader, document, &catalogue))
		parts_declare(reader, part_kind, arena_fmt(reader->scratch, "%s", span_text(catalogue.period).text),
			      document);
	else
		parts_declare(reader, broken_kind, STR(""), document);
}

static void lost(struct reader *reader) { parts_declare(reader, broken_kind, STR(""), NULL); }

static const struct alerting *with_windows(struct reader *reader, const struct alerting *base,
					   const struct catalogue *catalogue)
{
	struct alerting *alerting = arena_alloc(reader->arena, sizeof(*alerting));
	struct tier *tiers = arena_array(reader->arena, base->len, sizeof(*tiers));

	*alerting = *base;
	for (size_t i = 0; i < base->len; i++) {
		tiers[i] = base->tiers[i];
		for (size_t k = 0; k < sizeof(tier_names) / sizeof(*tier_names); k++) {
			const struct catalogue_tier *tier = &catalogue->tiers[k];

			if (!str_eq(tiers[i].name, tier_names[k]))
				continue;
			tiers[i].long_ = tier->long_;
			tiers[i].short_ = tier->short_;
			tiers[i].factor = tier->percent / 100 * (double)catalogue->period.ms / (double)tier->long_.ms;
		}
	}
	alerting->tiers = tiers;
	alerting_windows(reader->arena, alerting, catalogue->period);
	return alerting;
}

/* The catalogue for SLOs of sloth: the only one, or that of sloth's default period. */
static const struct part *choose(struct reader *reader, const struct yaml_node *node, bool *fine)
{
	const struct part *part = parts_find(reader->parts, part_kind, STR(default_period));
	const struct part *broken = parts_any(reader->parts, broken_kind);
	size_t count = parts_count(reader->parts, part_kind);

	if (broken) {
		*fine = reader_error(
			reader, node, "sloPeriod", "slo-period",
			"the AlertWindows of %s cannot be read, so the period and its alerts are not known",
			broken->file);
		return NULL;
	}
	*fine = part || count <= 1 ||
		reader_error(reader, node, "sloPeriod", "slo-period",
			     "there are %zu catalogues of AlertWindows and none of %s; which period is meant cannot be "
			     "told: keep one of them in these folders",
			     count, default_period);
	return part || count != 1 ? part : parts_any(reader->parts, part_kind);
}

bool sloth_period_find(struct reader *reader, const struct yaml_node *node, bool per_step, struct sloth_period *period)
{
	const struct part *part;
	struct catalogue catalogue;
	struct findings unseen;
	struct reader within;
	bool fine;

	part = choose(reader, node, &fine);
	if (!fine)
		return false;
	period->period = (struct span){30 * SPAN_DAY};
	period->alerting = default_alerting(reader, &(struct alerting_basis){period->period, per_step, {{0}}, 0});
	if (!part)
		return true;
	within = reader_within(reader, part);
	findings_init(&unseen, reader->scratch, 0);
	within.findings = &unseen;
	if (read_catalogue(&within, part->node, &catalogue)) {
		struct alerting_basis basis = {catalogue.period, per_step, {{0}}, 0};

		period->period = catalogue.period;
		period->alerting = with_windows(reader, default_alerting(reader, &basis), &catalogue);
	}
	findings_release(&unseen);
	return true;
}

const struct loader loader_sloth_windows = {.api_version = "sloth.slok.dev/v1",
					    .kind = "AlertWindows",
					    .declare = declare,
					    .marker = "AlertWindows",
					    .declare_broken = lost,
					    .load = load};
