#include "count/grid.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What stands for a NaN that the source gave (0/0, say), since NaN itself stands for no value. */
#define UNDEFINED (-HUGE_VAL)

/* The values that one group's series had at the grid points, per query; NaN where there was none. */
struct row {
	struct slot slot;
	struct slot *counted; /* its own, or over the limit that of the rest */
	step_no covered_to;   /* the last step with data, or GRID_NEVER */
	double *values[PLAN_READINGS];
	bool read[PLAN_READINGS];
};

struct rows {
	struct row **at;
	size_t len, cap;
};

struct grid {
	const struct plan *plan;
	size_t slo;
	struct grid_options options;
	struct arena arena;   /* group labels and keys */
	struct arena scratch; /* for the length of a stretch */
	struct row **rows;    /* the SLO as a whole, then its groups */
	struct slot **slots;
	size_t len, cap, slots_cap;
	struct map by_group;
	struct row *rest; /* among the rows: where those over the limit are counted; NULL: none yet */
	struct rows over; /* those over the limit, if they are counted as the rest */
	struct map by_group_over;
	struct map left_out; /* the groups that the limit kept out, as a set */
	step_no from, to;
	char complaint[160];
};

/* The values of rows[0] are those of the ungrouped query; with groupBy it holds the sum of the groups' counts. */

static size_t stretch_len(const struct grid *grid) { return (size_t)(grid->to - grid->from); }

static step_no horizon_steps(const struct grid *grid) { return grid->options.horizon.ms / grid->options.step.ms; }

static void open_row(struct grid *grid, struct row *row)
{
	for (size_t q = 0; q < PLAN_READINGS; q++) {
		row->values[q] = xreallocarray(row->values[q], stretch_len(grid) + 1, sizeof(double));
		for (size_t i = 0; i < stretch_len(grid); i++)
			row->values[q][i] = (double)NAN;
		row->read[q] = false;
	}
	sheet_release(&row->slot.sheet);
	sheet_init(&row->slot.sheet, grid->from, grid->to, grid->from - horizon_steps(grid));
	row->slot.used = false;
}

static struct row *row_make(struct grid *grid, step_no covered_to)
{
	struct row *row = xcalloc(1, sizeof(*row));

	row->covered_to = covered_to;
	row->slot.seen = covered_to == GRID_NEVER ? grid->to : covered_to; /* it is here because it has data */
	row->slot.slo = grid->slo;
	row->counted = &row->slot;
	open_row(grid, row);
	return row;
}

static void row_free(struct row *row)
{
	for (size_t q = 0; q < PLAN_READINGS; q++)
		free(row->values[q]);
	sheet_release(&row->slot.sheet);
	free(row);
}

static struct row *row_new(struct grid *grid, struct labels group, struct str key, step_no covered_to)
{
	struct row *row = row_make(grid, covered_to);

	row->slot.group = labels_copy(&grid->arena, group);
	if (grid->len == grid->cap) {
		grid->cap = grid->cap ? grid->cap * 2 : 4;
		grid->rows = xreallocarray(grid->rows, grid->cap, sizeof(*grid->rows));
		grid->slots = xreallocarray(grid->slots, grid->cap, sizeof(*grid->slots));
	}
	grid->slots[grid->len] = &row->slot;
	grid->rows[grid->len++] = row;
	if (key.len)
		map_put(&grid->by_group, arena_str(&grid->arena, key), row);
	return row;
}

struct grid *grid_new(const struct plan *plan, size_t slo, const struct grid_options *options, step_no covered_to)
{
	struct grid *grid = xcalloc(1, sizeof(*grid));

	grid->plan = plan;
	grid->slo = slo;
	grid->options = *options;
	arena_init(&grid->arena);
	arena_init(&grid->scratch);
	map_init(&grid->by_group);
	map_init(&grid->by_group_over);
	map_init(&grid->left_out);
	row_new(grid, (struct labels){0}, (struct str){NULL, 0}, covered_to);
	return grid;
}

void grid_free(struct grid *grid)
{
	if (!grid)
		return;
	for (size_t i = 0; i < grid->len; i++)
		row_free(grid->rows[i]);
	for (size_t i = 0; i < grid->over.len; i++)
		row_free(grid->over.at[i]);
	free(grid->rows);
	free(grid->slots);
	free(grid->over.at);
	map_release(&grid->by_group);
	map_release(&grid->by_group_over);
	map_release(&grid->left_out);
	arena_release(&grid->arena);
	arena_release(&grid->scratch);
	free(grid);
}

static bool has_room(const struct grid *grid)
{
	unsigned limit = grid->plan->slo->group_limit;
	size_t living = 0, groups = grid->len - 1 - (grid->rest != NULL);

	if (groups < limit)
		return true;
	for (size_t i = 1; i < grid->len; i++)
		living += grid->rows[i] != grid->rest && slot_lives(&grid->rows[i]->slot, grid->from);
	return slot_granted(limit, groups, living);
}

static struct row *rest_row(struct grid *grid)
{
	if (!grid->rest)
		grid->rest = row_new(grid, slo_rest_group(&grid->scratch, grid->plan->slo), (struct str){NULL, 0},
				     GRID_NEVER);
	return grid->rest;
}

/* The row of a group over the limit: it has values of its own, and is counted as the rest. NULL where there are too
 * many even of those. */
static struct row *row_over(struct grid *grid, struct str key)
{
	struct row *row = map_get(&grid->by_group_over, key);

	if (row)
		return row;
	if (grid->over.len >= LIMIT_GROUPS_MAX) {
		snprintf(grid->complaint, sizeof(grid->complaint),
			 "more than %d groups are over groupLimit: those behind are not counted", LIMIT_GROUPS_MAX);
		return NULL;
	}
	row = row_make(grid, GRID_NEVER);
	row->counted = &rest_row(grid)->slot;
	XGROW(grid->over.at, grid->over.len, grid->over.cap);
	grid->over.at[grid->over.len++] = row;
	map_put(&grid->by_group_over, arena_str(&grid->arena, key), row);
	return row;
}

/* What was known of the group while it was over the limit: its values are its own row's from now on. */
static step_no covered_over(const struct grid *grid, struct str key, step_no covered_to)
{
	const struct row *row = map_get(&grid->by_group_over, key);

	return row && covered_to == GRID_NEVER ? row->covered_to : covered_to;
}

static struct row *group_row(struct grid *grid, struct labels group, step_no covered_to)
{
	struct buf key;
	struct row *row;

	if (slo_is_rest(grid->plan->slo, group))
		return rest_row(grid);
	buf_init(&key, LIMIT_PROMQL_PRINTED);
	labels_write(&key, group);
	row = map_get(&grid->by_group, buf_view(&key));
	if (!row && has_room(grid)) {
		row = row_new(grid, group, buf_view(&key), covered_over(grid, buf_view(&key), covered_to));
	} else if (!row) {
		if (grid->left_out.len < LIMIT_GROUPS_MAX && !map_get(&grid->left_out, buf_view(&key)))
			map_put(&grid->left_out, arena_str(&grid->scratch, buf_view(&key)), grid);
		if (slo_has_rest(grid->plan->slo))
			row = row_over(grid, buf_view(&key));
	}
	buf_release(&key);
	return row;
}

struct slot *grid_add_group(struct grid *grid, struct labels group, step_no covered_to)
{
	struct row *row = group_row(grid, group, covered_to);

	return row ? &row->slot : NULL;
}

void grid_begin(struct grid *grid, step_no from, step_no to)
{
	grid->from = from;
	grid->to = to;
	grid->complaint[0] = '\0';
	arena_release(&grid->scratch);
	map_release(&grid->left_out); /* each series asks again for its place */
	map_init(&grid->left_out);
	for (size_t i = 0; i < grid->len; i++)
		open_row(grid, grid->rows[i]);
	for (size_t i = 0; i < grid->over.len; i++)
		open_row(grid, grid->over.at[i]);
}

static bool is_seen_query(const struct grid *grid, size_t query)
{
	return grid->plan->query[query].reading == READ_SEEN;
}

static struct row *row_for(struct grid *grid, size_t query, struct labels labels)
{
	const struct slo *slo = grid->plan->slo;
	struct label *at;

	if (slo->group_by_len == 0 || is_seen_query(grid, query))
		return grid->rows[0];
	at = arena_array(&grid->scratch, slo->group_by_len, sizeof(*at));
	for (size_t i = 0; i < slo->group_by_len; i++) {
		struct str value = labels_get(labels, slo->group_by[i]);

		at[i] = (struct label){slo->group_by[i], value.at ? value : STR("")};
	}
	return group_row(grid, (struct labels){at, slo->group_by_len}, GRID_NEVER);
}

/* The query as its author wrote it: for messages, since the rewritten one is long. */
static struct str written_query(const struct plan *plan, enum plan_reading reading)
{
	const struct sli *sli = &plan->slo->sli;
	struct str text = {NULL, 0};

	if (reading == READ_BAD || reading == READ_BAD_RATIO)
		text = sli->bad.text;
	else if (reading == READ_GOOD || reading == READ_GOOD_RATIO)
		text = sli->good.text;
	else if (reading == READ_TOTAL)
		text = sli->total.text;
	return text.len ? text : sli->metric.text;
}

bool grid_read(struct grid *grid, size_t query, struct labels labels, const struct sample *samples, size_t len,
	       struct err *err)
{
	struct row *row = row_for(grid, query, labels);

	if (!row)
		return true;
	if (row->read[query])
		return err_set(err,
			       "several series are returned%s where one is wanted; aggregate them with sum(), or name "
			       "their labels in groupBy: '%.*s'",
			       grid->plan->slo->group_by_len ? " for one group" : "",
			       STR_ARG(written_query(grid->plan, grid->plan->query[query].reading)));
	row->read[query] = true;
	for (size_t i = 0; i < len; i++) {
		step_no step = samples[i].ms / grid->options.step.ms;

		if (samples[i].ms % grid->options.step.ms == 0 && step > grid->from && step <= grid->to)
			row->values[query][step - grid->from - 1] =
				isnan(samples[i].value) ? UNDEFINED : samples[i].value;
	}
	return true;
}

static void complain(struct grid *grid, const char *what, double value)
{
	if (!grid->complaint[0] && value <= UNDEFINED)
		snprintf(grid->complaint, sizeof(grid->complaint), "the %s is not a number (NaN)", what);
	else if (!grid->complaint[0])
		snprintf(grid->complaint, sizeof(grid->complaint), "the %s is %.17g, which cannot be", what, value);
}

/* What arithmetic leaves of a 0 or a 1; and more events than a step can hold, which no double counts exactly. */
#define NOISE       1e-9
#define EVENTS_MOST 0x1p53

/* A number of events: what is missing is none, what cannot be is none and said. */
static double events_of(struct grid *grid, const char *what, double value)
{
	if (value >= -NOISE && value <= EVENTS_MOST)
		return fmax(value, 0);
	if (!isnan(value))
		complain(grid, what, value);
	return 0;
}

static double value_of(const struct grid *grid, const struct row *row, enum plan_reading reading, size_t i)
{
	for (size_t q = 0; q < grid->plan->query_len; q++)
		if (grid->plan->query[q].reading == reading)
			return row->values[q][i];
	return (double)NAN;
}

static bool has_query(const struct grid *grid, enum plan_reading reading)
{
	for (size_t q = 0; q < grid->plan->query_len; q++)
		if (grid->plan->query[q].reading == reading)
			return true;
	return false;
}

struct step_counts {
	bool data;
	double bad, total;
};

static struct step_counts events_at(struct grid *grid, const struct row *row, size_t i)
{
	double total = value_of(grid, row, READ_TOTAL, i);
	struct step_counts out = {0};

	if (isnan(total) || (has_query(grid, READ_SEEN) && isnan(value_of(grid, grid->rows[0], READ_SEEN, i))))
		return out;
	out.data = true;
	out.total = events_of(grid, "total", total);
	if (has_query(grid, READ_GOOD))
		out.bad = out.total - events_of(grid, "number of good events", value_of(grid, row, READ_GOOD, i));
	else
		out.bad = events_of(grid, "number of bad events", value_of(grid, row, READ_BAD, i));
	return out;
}

static bool holds(enum comparison comparison, double value, double limit)
{
	switch (comparison) {
	case IS_LESS:
		return value < limit;
	case IS_AT_MOST:
		return value <= limit;
	case IS_MORE:
		return value > limit;
	case IS_AT_LEAST:
		return value >= limit;
	}
	return false;
}

static struct step_counts threshold_at(const struct grid *grid, const struct row *row, size_t i)
{
	const struct sli *sli = &grid->plan->slo->sli;
	double value = value_of(grid, row, READ_THRESHOLD, i);

	if (isnan(value) || value <= UNDEFINED)
		return (struct step_counts){0};
	return (struct step_counts){.data = true, .bad = holds(sli->comparison, value, sli->limit) ? 0 : 1, .total = 1};
}

/* 0/0 is a step in which nothing happened; no value is a step of which nothing is known. */
static struct step_counts ratio_at(struct grid *grid, const struct row *row, size_t i, enum plan_reading reading)
{
	double value = value_of(grid, row, reading, i);

	if (isnan(value))
		return (struct step_counts){0};
	if (value <= UNDEFINED)
		return (struct step_counts){.data = true};
	if (!(value >= -NOISE && value <= 1 + NOISE)) {
		complain(grid, "ratio", value);
		return (struct step_counts){0};
	}
	value = fmin(fmax(value, 0), 1);
	return (struct step_counts){.data = true, .bad = reading == READ_GOOD_RATIO ? 1 - value : value, .total = 1};
}

static struct step_counts counts_at(struct grid *grid, const struct row *row, size_t i)
{
	switch (grid->plan->query[0].reading) {
	case READ_BAD:
	case READ_GOOD:
	case READ_TOTAL:
	case READ_SEEN:
		return events_at(grid, row, i);
	case READ_THRESHOLD:
		return threshold_at(grid, row, i);
	case READ_BAD_RATIO:
	case READ_GOOD_RATIO:
		return ratio_at(grid, row, i, grid->plan->query[0].reading);
	}
	return (struct step_counts){0};
}

static bool counts_events(const struct grid *grid) { return has_query(grid, READ_TOTAL); }

static void put(struct grid *grid, struct slot *slot, step_no last, step_no step, struct step_counts counts)
{
	slot->used = true;
	/* Behind a hole stands what happened in it, too. */
	if (counts_events(grid) && last < step - 1) {
		sheet_bridge(&slot->sheet, last, step - 1);
		sheet_spread(&slot->sheet, last, step, counts.bad, 1, 0);
		sheet_spread(&slot->sheet, last, step, counts.total, 0, 1);
	} else {
		sheet_add(&slot->sheet, step, counts.bad, counts.total);
	}
	sheet_cover(&slot->sheet, step - 1, step);
}

static void end_row(struct grid *grid, struct row *row)
{
	for (size_t i = 0; i < stretch_len(grid); i++) {
		struct step_counts counts = counts_at(grid, row, i);
		step_no step = grid->from + 1 + (step_no)i, last = row->covered_to;

		if (!counts.data)
			continue;
		if (last == GRID_NEVER || step - last > horizon_steps(grid))
			last = step - 1; /* nothing is known of what lies before */
		put(grid, row->counted, last, step, counts);
		if (row != grid->rows[0])
			put(grid, &grid->rows[0]->slot, last, step, counts);
		row->covered_to = row->slot.seen = row->counted->seen = step;
	}
}

void grid_end(struct grid *grid)
{
	if (grid->plan->slo->group_by_len == 0) {
		end_row(grid, grid->rows[0]);
		return;
	}
	for (size_t i = 1; i < grid->len; i++)
		end_row(grid, grid->rows[i]);
	for (size_t i = 0; i < grid->over.len; i++)
		end_row(grid, grid->over.at[i]);
}

struct str grid_complaint(const struct grid *grid) { return str_of(grid->complaint); }

size_t grid_slots(struct grid *grid, struct slot ***slots)
{
	*slots = grid->slots;
	return grid->len;
}

size_t grid_groups_dropped(const struct grid *grid) { return grid->left_out.len; }
