/* The inside of the engine, shared by engine.c and results.c alone. */
#ifndef WICK_ENGINE_ENGINE_PARTS_H
#define WICK_ENGINE_ENGINE_PARTS_H

#include "engine/engine.h"
#include "engine/notes.h"
#include "engine/task.h"

struct member_link {
	struct member *member;
	struct task *task;
};

struct engine {
	struct engine_options options;
	struct source *source;
	struct store *store;
	struct slo_set *set;
	struct task_list tasks;
	struct member_link *members; /* by the SLO's place in the set */
	struct note *notes;          /* by the SLO's place in the set */
	struct err err;

	char warned[256];            /* the source's last warning: each is logged once in a row */
	bool source_up, store_ok;
	unsigned source_failures;
	struct mono source_at;  /* no question before */
	struct mono backlog_at; /* no reading back before */
	step_no clock_limit;    /* the newest settled step by the source's own clock; 0: not known */
	step_no clock_asked_for;
	bool clock_warned;

	step_no cycle_step; /* the step that the last cycle ended with */
	bool cycle_ended;
	uint64_t cycles, cycles_failed, steps, backfilled;
	double work_seconds, cycle_seconds, cycle_seconds_total;
	struct cohort_stats retired;
};

#endif
