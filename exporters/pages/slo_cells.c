#include "exporters/pages/slo_cells.h"

#include "base/limits.h"
#include "exporters/pages/parts.h"
#include "exporters/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* The widest bar of a burn rate: the factor of the fastest default tier. */
#define BURN_MOST 14.4

enum chart_tone slo_budget_tone(double remaining)
{
	if (isnan(remaining))
		return TONE_SOFT;
	return remaining <= 0 ? TONE_BAD : remaining < 0.25 ? TONE_WARN : TONE_GOOD;
}

enum chart_tone slo_burn_tone(double rate)
{
	if (isnan(rate))
		return TONE_SOFT;
	return rate >= 6 ? TONE_BAD : rate > 1 ? TONE_WARN : TONE_GOOD;
}

enum chart_tone slo_level_tone(enum policy_level level)
{
	if (level == POLICY_UNKNOWN)
		return TONE_SOFT;
	return level == POLICY_FREEZE ? TONE_BAD : level == POLICY_NORMAL ? TONE_GOOD : TONE_WARN;
}

struct slo_verdict slo_verdict_of(const struct period_record *record)
{
	static const struct slo_verdict verdicts[] = {[PERIOD_UNKNOWN] = {"not known", TONE_WARN},
						      [PERIOD_MET] = {"met", TONE_GOOD},
						      [PERIOD_MISSED] = {"missed", TONE_BAD}};
	enum period_verdict verdict = period_verdict(record);

	if (verdict == PERIOD_MET && period_partial(record))
		return (struct slo_verdict){"met, of what is known", TONE_WARN};
	return verdicts[verdict];
}

void slo_known_write(struct buf *out, double known)
{
	if (known > 0 && known < 0.001)
		buf_cstr(out, "under 0.1%");
	else
		table_percent_write(out, known, 1);
}

/* Left out when read aloud: the number beside it says the same. */
static void put_bar(struct buf *out, double part, enum chart_tone tone)
{
	part = part > 0 ? fmin(part, 1) : 0;
	buf_fmt(out,
		"<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path "
		"class=\"back\" d=\"M0 0H100V10H0z\"/><path class=\"%s\" d=\"M0 0H%.1fV10H0z\"/></svg> ",
		chart_tone_classes[tone], part * 100);
}

void slo_budget_cell(struct buf *out, double remaining)
{
	enum chart_tone tone = slo_budget_tone(remaining);

	if (isfinite(remaining))
		put_bar(out, remaining, tone);
	buf_fmt(out, "<span class=\"%s\">", chart_tone_classes[tone]);
	table_percent_write(out, remaining, 1);
	buf_cstr(out, "</span>");
}

void slo_burn_cell(struct buf *out, double rate)
{
	enum chart_tone tone = slo_burn_tone(rate);

	if (isfinite(rate))
		put_bar(out, rate / BURN_MOST, tone);
	buf_fmt(out, "<span class=\"%s\">", chart_tone_classes[tone]);
	table_rate_write(out, rate);
	buf_cstr(out, "</span>");
}

struct slo_group_name slo_group_name(struct labels group)
{
	struct slo_group_name name = {""};
	struct buf text;

	if (!group.len)
		return name;
	buf_init(&text, LIMIT_OUTPUT_BYTES);
	labels_write(&text, group);
	snprintf(name.text, sizeof(name.text), "%016" PRIx64, str_fnv1a(buf_view(&text)));
	buf_release(&text);
	return name;
}

void slo_path_write(struct buf *out, const struct slo_result *result)
{
	buf_cstr(out, "slo/");
	page_path(out, result->slo->id);
	if (result->group.len)
		buf_fmt(out, "?group=%s", slo_group_name(result->group).text);
}
