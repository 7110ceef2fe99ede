/* The inside of the engine, shared by engine.c (turns), engine_cohorts.c (which SLOs go together), results.c and
 * composites.c alone. */
#ifndef WICK_ENGINE_ENGINE_PARTS_H
#define WICK_ENGINE_ENGINE_PARTS_H

#include "engine/alerts.h"
#include "engine/audit.h"
#include "engine/curves.h"
#include "engine/engine.h"
#include "engine/notes.h"
#include "engine/periods.h"
#include "engine/station.h"
#include "engine/top.h"

/* An SLO of the set. A composite is no member of any cohort. */
struct member_link {
	struct member *member;
	struct task *task;
	struct account *account; /* of the SLO as a whole; that of a composite holds nothing: its alerts hang on it */
};

struct engine {
	struct engine_options options;
	struct station *stations; /* the default source's first */
	size_t stations_len;
	size_t next_station; /* that has its turn first */
	struct store *store;
	struct slo_set *set;
	struct task_list tasks;
	struct member_link *members; /* by the SLO's place in the set */
	struct note *notes;          /* by the SLO's place in the set */
	step_no *shown_to;           /* likewise; of composites: a step that was shown is not taken back */
	struct alerts *alerts;
	bool alerts_kept; /* their states could be written down the last time */
	struct curves *curves;
	struct tops *tops;
	bool tops_kept;          /* the same of what was decided */
	struct periods *periods; /* NULL: their records cannot be read */
	struct audit *audit;     /* NULL: it cannot be read */
	bool audit_kept;         /* what the definitions brought could be written down */
	bool periods_kept;       /* a record could be written down the last time */
	struct err err, store_err;
	bool store_ok;
	struct mono store_at; /* nothing is begun before */

	step_no cycle_step; /* the newest step that a source's cycle ended with */
	bool cycle_ended;
	uint64_t cycles, cycles_failed, steps, backfilled;
	double cycle_seconds, cycle_seconds_total; /* of a step's: as long as its slowest source took */
	struct cohort_stats retired;
};

/* SLOs that lag by no more than this are up to date, or nearly: they go before those being read back, and together. */
enum { RECENT_STEPS = 60 };

static inline step_no task_lag(const struct task *task, step_no target)
{
	return target - cohort_position(task->cohort);
}

/* Where an SLO is counted; NULL: no source has the name that it says. */
struct station *engine_station_of(const struct engine *engine, const struct slo *slo);
/* The newest step that is to be counted at a station; by our own clock alone for NULL. */
step_no engine_station_target(const struct engine *engine, const struct station *station, struct instant now);
/* SLOs are counted there; the default source is in use also where there is no SLO at all. */
bool engine_in_use(const struct engine *engine, const struct station *station);

/* Cohorts for every SLO of the set, by its source and by how far it is. */
void cohorts_form(struct engine *engine, struct instant now);
/* A task is given up; what its cohort has counted goes on in the totals. */
void cohorts_retire(struct engine *engine, struct task *task);
/* Members that could not be counted go on by themselves, so that they hold nobody up. */
void cohorts_after_advance(struct engine *engine, struct task *task, struct mono now);
/* An answer was too large: smaller pieces, and at last one by one. */
void cohorts_too_large(struct engine *engine, struct task *task, struct mono now, const struct err *err);
/* What is counted at a station that is not asked again goes no further, and says why. */
void cohorts_give_up(struct engine *engine, const struct station *station, struct mono now, const struct err *err);
/* Cohorts of a station that have met become one: one question per metric then serves them all. */
void cohorts_merge(struct engine *engine, const struct station *station, step_no target);

/* The newest step that an SLO is to be counted up to; of a composite any of its members. */
step_no engine_slo_target(const struct engine *engine, const struct slo *slo, struct instant now);
/* Why an SLO has no right numbers, if so; NULL, or a text that lives until the next turn. */
const char *engine_reason(const struct engine *engine, const struct slo *slo);
/* Its view, as it was counted; that of a composite in the arena. */
struct view engine_view(const struct engine *engine, const struct slo *slo, const struct account *account,
			struct arena *arena);
/* Why a composite has no right numbers, in the arena: one of its members has none. Empty where they all have.
 * `untrue`: they are known to be wrong, and none may be shown. */
struct str composite_fault(const struct engine *engine, const struct view *raw, struct arena *arena, bool *untrue);
/* Whether all of its members are exact. */
bool composite_exact(const struct engine *engine, const struct slo *slo);
/* What a composite's members have done in its first window. */
struct member_result *composite_members(const struct view *view, struct arena *arena);

#endif
