#include "dora/grades.h"

#include "dora/dora.h"

#include <math.h>

#define HOUR 3600.0
#define DAY  (24 * HOUR)
#define WEEK (7 * DAY)
/* As the bounds of the histogram. */
#define MONTH     (30 * DAY)
#define HALF_YEAR (182 * DAY)

#define UNDER(bound)                                                                                                   \
	{                                                                                                              \
		(bound), false                                                                                         \
	}
#define WITHIN(bound)                                                                                                  \
	{                                                                                                              \
		(bound), true                                                                                          \
	}
#define OVER(bound)                                                                                                    \
	{                                                                                                              \
		(bound), false                                                                                         \
	}
#define FROM(bound)                                                                                                    \
	{                                                                                                              \
		(bound), true                                                                                          \
	}
#define NO_LEVEL                                                                                                       \
	{                                                                                                              \
		{NAN, false}, {NAN, false}, {NAN, false}, { NAN, false }                                               \
	}

/* Rows: deployments per day, lead time, change failure ratio, recovery time. The rows of low are in comments. */
static const struct grade_table tables[] = {
	{
		.year = 2021,
		.source = "Accelerate State of DevOps 2021",
		.elite = {OVER(1), UNDER(HOUR), WITHIN(0.15), UNDER(HOUR)},
		.high = {FROM(1.0 / 30), WITHIN(WEEK), WITHIN(0.30), UNDER(DAY)},
		.medium = {FROM(1.0 / 182), WITHIN(HALF_YEAR), WITHIN(0.30), WITHIN(WEEK)},
		/* fewer than once in six months, over six months, 16-30 %, over six months */
	},
	{
		.year = 2022, /* three clusters: nobody is elite */
		.source = "Accelerate State of DevOps 2022",
		.elite = NO_LEVEL,
		.high = {OVER(1), WITHIN(WEEK), WITHIN(0.15), UNDER(DAY)},
		.medium = {FROM(1.0 / 30), WITHIN(MONTH), WITHIN(0.30), WITHIN(WEEK)},
		/* once a month to twice a year, one to six months, 46-60 %, a week to a month */
	},
	{
		.year = 2023,
		.source = "Accelerate State of DevOps 2023",
		.elite = {OVER(1), UNDER(DAY), WITHIN(0.05), UNDER(HOUR)},
		.high = {FROM(1.0 / 7), WITHIN(WEEK), WITHIN(0.10), UNDER(DAY)},
		.medium = {FROM(1.0 / 30), WITHIN(MONTH), WITHIN(0.15), WITHIN(WEEK)},
		/* once a week to once a month, a week to a month, 64 %, one to six months */
	},
	{
		.year = 2024,
		.source = "Accelerate State of DevOps 2024",
		.elite = {OVER(1), UNDER(DAY), WITHIN(0.05), UNDER(HOUR)},
		.high = {FROM(1.0 / 7), WITHIN(WEEK), WITHIN(0.20), UNDER(DAY)},
		.medium = {FROM(1.0 / 30), WITHIN(MONTH), WITHIN(0.10), UNDER(DAY)},
		/* once a month to twice a year, one to six months, 40 %, a week to a month */
	},
};

const struct grade_table *grade_table_of(unsigned year)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i].year == year)
			return &tables[i];
	return NULL;
}

static bool at_most(double value, struct grade_bound bound)
{
	return value < bound.at || (bound.reached && value <= bound.at);
}

static bool at_least(double value, struct grade_bound bound)
{
	return value > bound.at || (bound.reached && value >= bound.at);
}

static enum dora_level level_of(double value, bool (*holds)(double, struct grade_bound), struct grade_bound elite,
				struct grade_bound high, struct grade_bound medium)
{
	if (isnan(value))
		return LEVEL_NONE;
	if (holds(value, elite))
		return LEVEL_ELITE;
	if (holds(value, high))
		return LEVEL_HIGH;
	return holds(value, medium) ? LEVEL_MEDIUM : LEVEL_LOW;
}

unsigned quick_check_frequency(double per_day)
{
	static const struct grade_bound from[] = {FROM(1.0 / 182), FROM(1.0 / 30), FROM(1.0 / 7), FROM(1), OVER(24)};
	unsigned answer = 1;

	if (isnan(per_day))
		return 0;
	while (answer < 6 && at_least(per_day, from[answer - 1]))
		answer++;
	return answer;
}

unsigned quick_check_duration(double seconds)
{
	static const struct grade_bound to[] = {WITHIN(HALF_YEAR), WITHIN(MONTH), WITHIN(WEEK), UNDER(DAY),
						UNDER(HOUR)};
	unsigned answer = 1;

	if (isnan(seconds))
		return 0;
	while (answer < 6 && at_most(seconds, to[answer - 1]))
		answer++;
	return answer;
}

/* The first answer is 0 and the sixth 10 (dora.dev, quick check: data-service.ts). */
static double score_of_answer(unsigned answer) { return answer ? (double)(answer - 1) * 2 : NAN; }

static double score_of_ratio(double ratio) { return 10 - 10 * ratio; }

void dora_grade(const struct dora_metrics *metrics, unsigned year, struct dora_grades *out)
{
	const struct grade_table *table = grade_table_of(year);
	double sum = 0;

	*out = (struct dora_grades){.year = year};
	out->scores[DORA_DEPLOYMENT_FREQUENCY] = score_of_answer(quick_check_frequency(metrics->deployments_per_day));
	out->scores[DORA_LEAD_TIME] = score_of_answer(quick_check_duration(metrics->lead.p50));
	out->scores[DORA_CHANGE_FAILURE_RATE] = score_of_ratio(metrics->change_failure_ratio);
	out->scores[DORA_RECOVERY_TIME] = score_of_answer(quick_check_duration(metrics->recovery.p50));
	out->scores[DORA_REWORK_RATE] = score_of_ratio(metrics->rework_ratio);
	for (int i = 0; i < DORA_METRICS; i++)
		sum += out->scores[i];
	out->score = sum / DORA_METRICS;
	if (!table)
		return;
#define LEVEL_OF(value, holds, what) level_of((value), (holds), table->elite.what, table->high.what, table->medium.what)
	out->levels[DORA_DEPLOYMENT_FREQUENCY] = LEVEL_OF(metrics->deployments_per_day, at_least, per_day);
	out->levels[DORA_LEAD_TIME] = LEVEL_OF(metrics->lead.p50, at_most, lead);
	out->levels[DORA_CHANGE_FAILURE_RATE] = LEVEL_OF(metrics->change_failure_ratio, at_most, failing);
	out->levels[DORA_RECOVERY_TIME] = LEVEL_OF(metrics->recovery.p50, at_most, recovery);
#undef LEVEL_OF
}
