#include "slo/tier_fit.h"

#include "base/limits.h"

static bool fit_error(struct reader *reader, const struct tier_draft *draft, const struct slo *slo, const char *key,
		      const char *rule, const char *text)
{
	const struct yaml_node *node = yaml_get(draft->node, key);

	return reader_error(reader, node ? node : draft->node, key, rule, "of the tier '%.*s' of '%.*s' %s",
			    VALUE_ARG(draft->tier.name), VALUE_ARG(slo->name), text);
}

/* A burn tier of the author's, held against the SLO that it is for. */
static bool fit_burn(struct reader *reader, struct tier_draft *draft, const struct slo *slo)
{
	struct tier *tier = &draft->tier;

	if (tier->long_.ms == 0)
		return fit_error(reader, draft, slo, "long", "missing-key", "is missing");
	if (tier->long_.ms >= slo->window.ms)
		return fit_error(reader, draft, slo, "long", "tier-window", "is not shorter than the SLO's window");
	if (tier->short_.ms == 0)
		tier->short_ = alerting_short_window(tier->long_);
	if (tier->short_.ms > tier->long_.ms)
		return fit_error(reader, draft, slo, "short", "tier-window", "is longer than the long window");
	if (draft->share > 0)
		tier->factor = draft->share * (double)slo->window.ms / (double)tier->long_.ms;
	if (!(tier->factor > 0))
		return fit_error(reader, draft, slo, "factor", "missing-key", "is missing, and so is budget");
	return true;
}

/* "'day' and 'month'" */
static void put_calendars(struct buf *out, const struct alerting_basis *basis)
{
	for (size_t i = 0; i < basis->calendars_len; i++)
		buf_fmt(out, "%s'%.*s'",
			i == 0                         ? ""
			: i + 1 < basis->calendars_len ? ", "
						       : " and ",
			VALUE_ARG(basis->calendars[i]));
}

static void say_calendars(struct reader *reader, const struct tier_draft *draft, const struct slo *slo,
			  const struct alerting_basis *basis)
{
	struct buf text;

	buf_init(&text, LIMIT_LINE_BYTES);
	buf_cstr(&text, "is about closed periods of a calendar window that the SLO has not; it has ");
	if (basis->calendars_len)
		put_calendars(&text, basis);
	else
		buf_cstr(&text, "none");
	fit_error(reader, draft, slo, draft->absent ? "name" : "window", "tier-window", text.at);
	buf_release(&text);
}

/* Its window has to be one of the SLO's. What the document says is for those SLOs that have it. */
static bool fit_missed(struct reader *reader, struct tier_draft *draft, const struct slo *slo)
{
	struct alerting_basis basis = slo_alerting_basis(slo);
	struct tier *tier = &draft->tier;

	if (tier->window.len == 0 && !draft->absent && basis.calendars_len)
		tier->window = basis.calendars[0];
	for (size_t i = 0; i < basis.calendars_len; i++)
		if (str_eq(basis.calendars[i], tier->window))
			return true;
	if (draft->own)
		say_calendars(reader, draft, slo, &basis);
	return false;
}

bool tier_fit(struct reader *reader, struct tier_draft *draft, const struct slo *slo)
{
	struct tier *tier = &draft->tier;

	switch (tier->kind) {
	case TIER_BURN:
		return fit_burn(reader, draft, slo);
	case TIER_BUDGET:
		return tier->consumed > 0 || fit_error(reader, draft, slo, "consumed", "missing-key", "is missing");
	case TIER_EXHAUSTS:
		if (tier->long_.ms >= slo->window.ms)
			return fit_error(reader, draft, slo, "long", "tier-window",
					 "is not shorter than the SLO's window");
		return tier->within.ms > 0 || fit_error(reader, draft, slo, "within", "missing-key", "is missing");
	case TIER_MISSED:
		return fit_missed(reader, draft, slo);
	case TIER_NO_DATA:
	case TIER_VANISHED:
	case TIER_ERROR:
		break;
	}
	return true;
}
