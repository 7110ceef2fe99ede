#include "engine/cohort_parts.h"

#include "base/mem.h"
#include "engine/slices.h"
#include "engine/window.h"

#include <assert.h>
#include <stdlib.h>

/* Series without a sample for so long are forgotten; should one come back, it is looked up. */
#define FORGET_AFTER (2 * SPAN_HOUR)
enum { FORGET_EVERY = 60 /* advances */ };

/* Builds the counting state anew; what is in the ledgers stays. */
static void reset_counters(struct cohort *cohort)
{
	struct tally_options options = {cohort->options.step, cohort->options.lookback, cohort->options.horizon};
	struct grid_options grid_options = {cohort->options.step, cohort->options.horizon};

	if (grid_options.horizon.ms > REWRITE_HORIZON_MAX.ms)
		grid_options.horizon = REWRITE_HORIZON_MAX;
	if (cohort->tally) {
		struct cohort_stats now = cohort_stats(cohort);

		cohort->dropped = now;
	}
	tally_free(cohort->tally);
	cohort->tally = tally_new(&options);
	cohort->remembered = false;
	cohort->by_number_len = 0;
	for (size_t i = 0; i < cohort->len; i++) {
		struct member *member = &cohort->members[i];
		struct counter *counter = &cohort->counters[i];

		grid_free(counter->grid);
		counter->grid = NULL;
		if (member->plan.way == PLAN_BY_SAMPLE && member->plan.terms_len) {
			counter->number = tally_add_slo(cohort->tally, &member->plan);
			cohort->by_number[cohort->by_number_len++] = i;
		} else {
			counter->grid = grid_new(&member->plan, i, &grid_options, cohort_last_data(member->root));
		}
	}
	tally_watches(cohort->tally);
}

static void rebuild(struct cohort *cohort)
{
	for (size_t i = 0; i < cohort->len; i++)
		cohort_attach(cohort, i);
	reset_counters(cohort);
	for (size_t i = 0; i < cohort->len; i++)
		cohort_attach_groups(cohort, i);
}

struct cohort *cohort_new(const struct counting_options *options, struct source *source, struct store *store,
			  const struct slo *const *slos, size_t len, step_no position)
{
	struct cohort *cohort = xcalloc(1, sizeof(*cohort));
	struct plan_options plan_options = {
		.rewrite = {.step = options->step,
			    .lookback = options->lookback,
			    .horizon = options->horizon,
			    .births = true},
		.preference = options->preference,
	};

	*cohort = (struct cohort){
		.options = *options, .source = source, .store = store, .position = position, .len = len};
	arena_init(&cohort->arena);
	arena_init(&cohort->scratch);
	cohort->members = xcalloc(len, sizeof(*cohort->members));
	cohort->counters = xcalloc(len, sizeof(*cohort->counters));
	cohort->by_number = xcalloc(len, sizeof(*cohort->by_number));
	for (size_t i = 0; i < len; i++) {
		struct member *member = &cohort->members[i];
		struct err err;

		member->slo = slos[i];
		/* Loaders have parsed the queries; should one not fit after all, nothing is asked and the reason
		 * stands. */
		if (!plan_make(&cohort->arena, slos[i], &plan_options, &member->plan, &err))
			member->plan.note = arena_str(&cohort->arena, str_of(err.text));
		if (slos[i]->budgeting.slice.ms % options->step.ms)
			member->plan = (struct plan){
				.note = arena_fmt(&cohort->arena, "its slices of %s are no whole number of steps of %s",
						  span_text(slos[i]->budgeting.slice).text,
						  span_text(options->step).text)};
	}
	rebuild(cohort);
	return cohort;
}

void cohort_free(struct cohort *cohort)
{
	if (!cohort)
		return;
	cohort_end_asking(cohort);
	for (size_t i = 0; i < cohort->len; i++)
		grid_free(cohort->counters[i].grid);
	tally_free(cohort->tally);
	free(cohort->members);
	free(cohort->counters);
	free(cohort->by_number);
	arena_release(&cohort->arena);
	arena_release(&cohort->scratch);
	free(cohort);
}

step_no cohort_position(const struct cohort *cohort) { return cohort->position; }

size_t cohort_members(const struct cohort *cohort, struct member **members)
{
	*members = cohort->members;
	return cohort->len;
}

static bool is_new(const struct account *account)
{
	return ledger_end(account->ledger) == ledger_begin(account->ledger);
}

/* An account that is older than the posting's first step takes it whole; a new one from its begin on. */
static struct posting posting_for(const struct account *account, const struct posting *posting)
{
	step_no next = ledger_end(account->ledger) + 1;
	struct posting out = *posting;

	if (out.first < next && is_new(account)) {
		out.at += next - out.first;
		out.len -= (size_t)(next - out.first);
		out.first = next;
	}
	return out;
}

/* The last step with data, in the posting or before it. */
static step_no last_covered(const struct account *account, const struct posting *posting)
{
	for (size_t i = posting->len; i-- > 0;)
		if (posting->at[i].covered > 0)
			return posting->first + (step_no)i;
	return ledger_last_covered(account->ledger, ledger_end(account->ledger));
}

/* A group's account ends a window after its last data, wherever the pieces are cut: a pod that is gone costs nothing
 * for ever. */
static struct posting trimmed(const struct cohort *cohort, const struct member *member, const struct account *account,
			      struct posting posting)
{
	step_no over = last_covered(account, &posting) + windows_longest(member->slo).ms / cohort->options.step.ms;
	step_no end = ledger_end(account->ledger) > over ? ledger_end(account->ledger) : over;

	if (account->key.group.len == 0 || posting.first + (step_no)posting.len - 1 <= end)
		return posting;
	posting.len = end < posting.first ? 0 : (size_t)(end - posting.first + 1);
	return posting;
}

struct entries {
	struct entry *at;
	const struct slo **slos; /* of each */
	size_t len, cap, slos_cap;
};

/* Pins of periods that are long over are needed no more. */
static void unpin(struct cohort *cohort, const struct slo *slo, struct ledger *ledger)
{
	struct step_list needed;

	if (ledger_pins(ledger) == 0)
		return;
	needed = windows_needed_pins(slo, &cohort->scratch, ledger_end(ledger), cohort->options.step);
	if (cohort->options.reported)
		windows_add_needed_pins(&needed, cohort->options.reported, &cohort->scratch, ledger_end(ledger),
					cohort->options.step);
	ledger_keep_pins(ledger, needed.at, needed.len);
}

static void add_entry(struct entries *entries, const struct slo *slo, struct account *account, struct posting posting)
{
	XGROW(entries->at, entries->len, entries->cap);
	XGROW(entries->slos, entries->len, entries->slos_cap);
	entries->slos[entries->len] = slo;
	entries->at[entries->len++] = (struct entry){account, posting};
}

static void add_posting(struct cohort *cohort, struct entries *entries, const struct slo *slo, struct account *account,
			struct posting posting)
{
	if (slices_used(slo)) {
		struct account *events = cohort_events_of(cohort, slo, account);

		add_entry(entries, slo, events, posting);
		posting = slices_post(&cohort->scratch, &slo->budgeting, cohort->options.step, events->ledger,
				      account->ledger, &posting);
	}
	cohort_pin(cohort, slo, &posting);
	add_entry(entries, slo, account, posting);
}

static void add_slots(struct cohort *cohort, struct entries *entries, struct slot **slots, size_t len,
		      const size_t *member_of)
{
	for (size_t i = 0; i < len; i++) {
		struct member *member = &cohort->members[member_of ? member_of[slots[i]->slo] : slots[i]->slo];
		struct account *account;
		struct posting posting;
		struct err err;

		if (member->left_behind)
			continue;
		account = cohort_account_of(cohort, member, slots[i]);
		if (!account)
			continue;
		/* It ended a window after its last data; without news it stays so. */
		if (ledger_end(account->ledger) < cohort->position && !is_new(account) &&
		    (!slots[i]->used || !cohort_catch_up(cohort, member->slo, account, &err)))
			continue;
		posting = trimmed(cohort, member, account, posting_for(account, sheet_finish(&slots[i]->sheet)));
		if (posting.len == 0)
			continue;
		add_posting(cohort, entries, member->slo, account, posting);
	}
}

static bool write_down(struct cohort *cohort, struct err *err)
{
	struct entries entries = {0};
	struct slot **slots;
	size_t len = tally_slots(cohort->tally, &slots);
	bool ok;

	add_slots(cohort, &entries, slots, len, cohort->by_number);
	for (size_t i = 0; i < cohort->len; i++) {
		if (!cohort->counters[i].grid || cohort->members[i].left_behind)
			continue;
		grid_end(cohort->counters[i].grid);
		len = grid_slots(cohort->counters[i].grid, &slots);
		add_slots(cohort, &entries, slots, len, NULL);
	}
	ok = store_commit(cohort->store, entries.at, entries.len, err);
	for (size_t i = 0; i < entries.len && ok; i++)
		unpin(cohort, entries.slos[i], entries.at[i].account->ledger);
	free(entries.at);
	free(entries.slos);
	return ok;
}

static void forget_old_series(struct cohort *cohort)
{
	struct instant before = {cohort_end_of(cohort, cohort->position).ms - FORGET_AFTER};

	if (++cohort->advances % FORGET_EVERY == 0)
		tally_forget(cohort->tally, before);
}

/* What a long stretch needed is not kept until the next one: many cohorts may be waiting for each other. */
static void release_sheets(struct cohort *cohort)
{
	tally_end(cohort->tally);
	for (size_t i = 0; i < cohort->len; i++) {
		struct slot **slots;
		size_t len = cohort->counters[i].grid ? grid_slots(cohort->counters[i].grid, &slots) : 0;

		for (size_t s = 0; s < len; s++)
			sheet_release(&slots[s]->sheet);
	}
}

static bool roots_caught_up(struct cohort *cohort, struct err *err)
{
	for (size_t i = 0; i < cohort->len; i++)
		if (!cohort_catch_up(cohort, cohort->members[i].slo, cohort->members[i].root, err))
			return false;
	return true;
}

void cohort_begin(struct cohort *cohort, step_no to)
{
	assert(to > cohort->position && !cohort->piece.under_way);
	cohort_clear_reasons(cohort);
	cohort->piece = (struct piece){.under_way = true, .to = to, .begun = mono_now()};
}

static void end_piece(struct cohort *cohort, enum advance verdict, struct advance_cost *cost)
{
	struct piece *piece = &cohort->piece;

	if (verdict == ADVANCE_DONE) {
		cohort->position = piece->to;
		release_sheets(cohort);
		cohort_note_reasons(cohort);
		forget_old_series(cohort);
	} else {
		/* The counting state is ahead of the ledgers now: it is built anew from the source. */
		rebuild(cohort);
	}
	cohort_end_asking(cohort);
	piece->under_way = false;
	*cost = piece->cost;
	cost->seconds = span_seconds(mono_since(piece->begun, mono_now()));
}

enum advance cohort_go_on(struct cohort *cohort, struct advance_cost *cost, struct err *err)
{
	struct piece *piece = &cohort->piece;
	enum advance verdict = ADVANCE_DONE;

	assert(piece->under_way && source_answered(cohort->source));
	if (piece->asking)
		verdict = cohort_take(cohort, err);
	else if (!roots_caught_up(cohort, err))
		verdict = ADVANCE_NOT_STORED;
	if (verdict == ADVANCE_DONE && cohort_ask(cohort))
		return ADVANCE_ASKING;
	if (verdict == ADVANCE_DONE && !write_down(cohort, err))
		verdict = ADVANCE_NOT_STORED;
	end_piece(cohort, verdict, cost);
	return verdict;
}

enum advance cohort_advance(struct cohort *cohort, step_no to, struct advance_cost *cost, struct err *err)
{
	enum advance verdict;

	cohort_begin(cohort, to);
	while ((verdict = cohort_go_on(cohort, cost, err)) == ADVANCE_ASKING)
		while (!source_answered(cohort->source))
			source_wait(cohort->source, (struct span){SPAN_MINUTE});
	return verdict;
}

struct cohort_stats cohort_stats(const struct cohort *cohort)
{
	struct tally_stats stats = tally_stats(cohort->tally);
	struct cohort_stats out = cohort->dropped;

	out.births_counted += stats.births_counted;
	out.births_unknown += stats.births_unknown;
	out.resets += stats.resets;
	out.holes += stats.holes;
	out.series = stats.series;
	out.series_idle = stats.series_idle;
	out.bytes = stats.bytes;
	return out;
}
