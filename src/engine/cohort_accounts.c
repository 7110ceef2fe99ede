/* The accounts of a cohort: those of its SLOs, of their groups, and of what slices are made of. */
#include "base/mem.h"
#include "engine/cohort_parts.h"
#include "engine/slices.h"
#include "engine/window.h"

#include <stdlib.h>

#define KEEP_LEAST ((struct span){31 * SPAN_DAY})

step_no cohort_last_data(const struct account *account)
{
	step_no last = ledger_last_covered(account->ledger, ledger_end(account->ledger));

	return last > ledger_begin(account->ledger) ? last : GRID_NEVER;
}

static struct ledger_key key_of(const struct slo *slo, struct labels group)
{
	return (struct ledger_key){slo->id, slo->counts_hash, group};
}

static struct ledger_shape shape_of(const struct cohort *cohort, const struct slo *slo)
{
	struct span kept = windows_kept(slo);

	if (cohort->options.exact_ledgers)
		return ledger_shape_exact(
			cohort->options.step,
			(struct span){windows_span(slo).ms + slo->budgeting.slice.ms + cohort->options.before.ms});
	/* A month at least: a window that is lengthened later then has what was counted meanwhile. */
	return ledger_shape_default(cohort->options.step, kept.ms > KEEP_LEAST.ms ? kept : KEEP_LEAST);
}

void cohort_pin(struct cohort *cohort, const struct slo *slo, struct posting *posting)
{
	struct step_list pins = windows_pins(slo, &cohort->scratch, posting->first,
					     posting->first + (step_no)posting->len - 1, cohort->options.step);

	if (cohort->options.reported)
		windows_add_pins(&pins, cohort->options.reported, &cohort->scratch, posting->first,
				 posting->first + (step_no)posting->len - 1, cohort->options.step);
	posting->pins = pins.at;
	posting->pins_len = pins.len;
}

struct account *cohort_events_of(const struct cohort *cohort, const struct slo *slo, const struct account *account)
{
	struct ledger_shape shape = shape_of(cohort, slo);

	return slices_events(cohort->store, account, &shape);
}

bool cohort_catch_up(struct cohort *cohort, const struct slo *slo, struct account *account, struct err *err)
{
	step_no end = ledger_end(account->ledger);
	struct posting gap = {.first = end + 1};
	struct entry entries[2];
	struct counts *steps;
	size_t len = 0;
	bool ok;

	if (end == cohort->position)
		return true;
	if (end > cohort->position)
		return err_set(err, "an account of '%.*s' is ahead of its SLO", STR_ARG(account->key.slo_id));
	gap.len = (size_t)(cohort->position - end);
	gap.at = steps = xcalloc(gap.len, sizeof(*gap.at));
	if (slices_used(slo)) {
		entries[len] = (struct entry){cohort_events_of(cohort, slo, account), gap};
		gap = slices_post(&cohort->scratch, &slo->budgeting, cohort->options.step,
				  entries[len++].account->ledger, account->ledger, &gap);
	}
	cohort_pin(cohort, slo, &gap);
	entries[len++] = (struct entry){account, gap};
	ok = store_commit(cohort->store, entries, len, err);
	free(steps);
	return ok;
}

/* A group without data in the whole window (a pod of long ago) takes no place any more; should it come back, its
 * account goes on. */
static bool is_over(const struct cohort *cohort, const struct member *member, const struct account *account)
{
	return ledger_last_covered(account->ledger, ledger_end(account->ledger)) <=
	       cohort->position - windows_longest(member->slo).ms / cohort->options.step.ms;
}

static int newest_first(const void *a, const void *b)
{
	const struct account *const *left = a, *const *right = b;
	step_no l = cohort_last_data(*left), r = cohort_last_data(*right);

	return l != r ? (l < r) - (l > r) : labels_cmp((*left)->key.group, (*right)->key.group);
}

void accounts_by_age(struct account **accounts, size_t len)
{
	if (len > 1)
		qsort(accounts, len, sizeof(*accounts), newest_first);
}

void cohort_attach_groups(struct cohort *cohort, size_t i)
{
	struct member *member = &cohort->members[i];
	struct counter *counter = &cohort->counters[i];
	struct account **accounts;
	struct err err;
	size_t len = store_accounts(cohort->store, member->slo->id, member->slo->counts_hash, &accounts), attached = 0;

	accounts_by_age(accounts, len);
	for (size_t a = 0; a < len && attached < member->slo->group_limit; a++) {
		struct slot *slot;

		if (accounts[a]->key.group.len == 0 || is_over(cohort, member, accounts[a]) ||
		    !cohort_catch_up(cohort, member->slo, accounts[a], &err))
			continue;
		slot = counter->grid
			       ? grid_add_group(counter->grid, accounts[a]->key.group, cohort_last_data(accounts[a]))
			       : tally_add_group(cohort->tally, counter->number, accounts[a]->key.group,
						 cohort_last_data(accounts[a]));
		attached += !slo_is_rest(member->slo, accounts[a]->key.group);
		if (slot)
			slot->owner = accounts[a];
	}
	free(accounts);
}

static void attach_root(struct cohort *cohort, size_t i)
{
	struct member *member = &cohort->members[i];
	struct ledger_key key = key_of(member->slo, (struct labels){0});
	struct ledger_shape shape = shape_of(cohort, member->slo);
	struct err err;

	member->root = store_find(cohort->store, &key);
	if (!member->root)
		member->root = store_create(cohort->store, &key, &shape, cohort->position);
	cohort_catch_up(cohort, member->slo, member->root,
			&err); /* where the store refuses, the next advance tries again */
}

/* Made before anything is over the limit: what is known of the rest as a group, such as its alerts, hangs on it. */
static void attach_rest(struct cohort *cohort, size_t i)
{
	struct member *member = &cohort->members[i];
	struct ledger_shape shape = shape_of(cohort, member->slo);
	struct ledger_key key;

	if (!slo_has_rest(member->slo) || member->rest)
		return;
	key = key_of(member->slo, slo_rest_group(&cohort->arena, member->slo));
	member->rest = store_find(cohort->store, &key);
	if (!member->rest)
		member->rest = store_create(cohort->store, &key, &shape, cohort->position);
}

void cohort_attach(struct cohort *cohort, size_t i)
{
	attach_root(cohort, i);
	attach_rest(cohort, i);
}

/* A group that may be taken from the whole begins where that has a point at every age: both are interpolated alike. */
static step_no same_point(const struct member *member, const struct ledger_shape *shape, step_no begin)
{
	step_no slot = shape->level[LEDGER_LEVELS - 1].slot, origin = ledger_origin(member->root->ledger);
	step_no point = begin / slot * slot;

	return !member->slo->top.most ? begin : point < origin ? origin : point;
}

static struct account *begin_account(struct cohort *cohort, const struct member *member, const struct ledger_key *key,
				     step_no begin)
{
	struct ledger_shape shape = shape_of(cohort, member->slo);
	step_no point = same_point(member, &shape, begin);
	struct account *account = store_create(cohort->store, key, &shape, point);
	struct posting lead = {.first = point + 1, .len = (size_t)(begin - point)};

	/* it is not on disk yet, so this goes there with it */
	if (lead.len) {
		lead.at = xcalloc(lead.len, sizeof(*lead.at));
		ledger_post(account->ledger, &lead);
		free(lead.at);
	}
	return account;
}

struct account *cohort_account_of(struct cohort *cohort, const struct member *member, struct slot *slot)
{
	struct ledger_key key = key_of(member->slo, slot->group);
	step_no begin = slot->sheet.touched - 1;
	struct err err;

	if (slot->group.len == 0)
		return member->root;
	if (slot->owner || !slot->used)
		return slot->owner;
	if (begin < ledger_begin(member->root->ledger))
		begin = ledger_begin(member->root->ledger);
	slot->owner = store_find(cohort->store, &key);
	if (!slot->owner)
		slot->owner = begin_account(cohort, member, &key, begin);
	else if (!cohort_catch_up(cohort, member->slo, slot->owner, &err))
		slot->owner = NULL;
	return slot->owner;
}

step_no slo_position(struct store *store, const struct slo *slo, step_no fallback)
{
	struct ledger_key key = key_of(slo, (struct labels){0});
	struct account *account = store_find(store, &key);

	return account ? ledger_end(account->ledger) : fallback;
}
