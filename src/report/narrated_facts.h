/* What the findings hold, by kind: for the judgement of a narrator's text alone. */
#ifndef WICK_REPORT_NARRATED_FACTS_H
#define WICK_REPORT_NARRATED_FACTS_H

#include "base/arena.h"
#include "base/when.h"
#include "format/json_tree.h"

enum fact_kind { FACT_COUNT, FACT_RATIO, FACT_SECONDS };

struct narrated_fact {
	enum fact_kind kind;
	double value;
};

struct narrated_moment {
	struct instant at;
	bool date_only;
};

struct narrated_facts {
	struct arena *arena;
	struct narrated_fact *numbers;
	size_t numbers_len;
	struct narrated_moment *moments;
	size_t moments_len;
	struct str *names; /* texts that may stand in the narrator's as they are */
	size_t names_len;
	struct str periods[2]; /* "2026-10", "2026-09" */
};

void narrated_facts_read(struct narrated_facts *facts, struct arena *arena, const struct json_tree *findings);

/* A number as it was written, with so many decimals. Each says whether it is in the findings. */
bool facts_have_count(const struct narrated_facts *facts, double number, int decimals);
bool facts_have_ratio(const struct narrated_facts *facts, double number, int decimals);
bool facts_have_percent(const struct narrated_facts *facts, double number, int decimals);
/* In a unit of so many seconds. */
bool facts_have_time(const struct narrated_facts *facts, double number, int decimals, double unit);
/* 0: not given. */
bool facts_have_date(const struct narrated_facts *facts, int year, unsigned month, unsigned day);
bool facts_have_clock(const struct narrated_facts *facts, unsigned hour, unsigned minute, unsigned second);

#endif
