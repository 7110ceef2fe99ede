/* Results as a table for a terminal, worst first: shared by `wick eval` and `wick status`. Columns are aligned by
 * display width (East Asian wide characters, combining marks); control characters in texts are made visible and do
 * nothing. */
#ifndef WICK_EXPORTERS_TABLE_H
#define WICK_EXPORTERS_TABLE_H

#include "base/buf.h"
#include "model/result.h"

/* One line: what both a result and the daemon's JSON can give. Missing numbers are NaN. */
struct table_row {
	struct str id; /* "[namespace/]service/name" */
	struct labels group;
	size_t rest_groups; /* of the rest: how many it stands for; else 0 */
	double objective, sli, remaining, burn_1h, burn_6h, coverage;
	enum data_state state;
	struct str reason;                    /* empty for none */
	struct str description, display_name; /* at == NULL: not known */
	unsigned firing;                      /* alerts that fire */
	enum policy_level level;              /* unknown where there is nothing to say */
	bool averaged;
	bool corrected, excluded; /* by exclusions or adjustments; an exclusion is in force */
};

struct table_style {
	bool color;     /* ANSI colours */
	bool ascii;     /* bars without block characters: for terminals that are not UTF-8 */
	unsigned width; /* columns of the terminal; 0: as wide as it takes */
};

struct table_row table_row_of(const struct slo_result *result);

/* Worst first: what cannot be evaluated, then the least budget, then the name. What is not known stands behind what is
 * spent and before what is left. */
void table_sort(struct table_row *rows, size_t len);
/* The same of two of them: below 0 where `a` comes first. */
int table_worse(const struct table_row *a, const struct table_row *b);

/* What --strict is about: the budget is spent, or the SLO cannot be evaluated. */
bool table_row_is_finding(const struct table_row *row);

/* Percent and rates as people read them; "-" for what is not known. Never rounded up: 99.9996 % is not 100 %. */
void table_percent_write(struct buf *out, double ratio, int decimals);
void table_objective_write(struct buf *out, double objective); /* as many decimals as it has */
int table_sli_decimals(double objective);                      /* two more than the objective has */
void table_rate_write(struct buf *out, double rate);
/* The state of the data, and what else has to be known of the numbers: "ok, corrected". */
void table_state_write(struct buf *out, const struct table_row *row);

/* Sorts the rows and writes the table, and below it why the data of some are not ok. */
bool table_write(struct buf *out, struct table_row *rows, size_t len, const struct table_style *style);
/* The same from results. */
bool table_write_results(struct buf *out, const struct results *results, const struct table_style *style);

#endif
