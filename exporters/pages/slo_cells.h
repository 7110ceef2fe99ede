/* What several pages say of an SLO in the same way. */
#ifndef WICK_EXPORTERS_PAGES_SLO_CELLS_H
#define WICK_EXPORTERS_PAGES_SLO_CELLS_H

#include "exporters/pages/chart.h"
#include "model/result.h"

/* Of what is left of a budget: all is well above a quarter. */
enum chart_tone slo_budget_tone(double remaining);
/* Of a burn rate: 1 spends the budget with its window's end. */
enum chart_tone slo_burn_tone(double rate);
enum chart_tone slo_level_tone(enum policy_level level);

/* How a closed period ended. Of one that is known in part no colour says that all is well. */
struct slo_verdict {
	const char *text;
	enum chart_tone tone;
};
struct slo_verdict slo_verdict_of(const struct period_record *record);
/* The part that is known, in percent; little is not 0. */
void slo_known_write(struct buf *out, double known);

/* A bar and the number beside it, which says the same. */
void slo_budget_cell(struct buf *out, double remaining);
void slo_burn_cell(struct buf *out, double rate);

/* "slo/shop/checkout?group=7f…": the page of a result, from the root; for a quoted attribute. */
void slo_path_write(struct buf *out, const struct slo_result *result);
/* What names a group in an address: short, whatever its labels are. */
struct slo_group_name {
	char text[17]; /* empty for no group */
};
struct slo_group_name slo_group_name(struct labels group);

#endif
