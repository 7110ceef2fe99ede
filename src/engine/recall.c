#include "engine/recall.h"

#include "base/log.h"
#include "base/mem.h"
#include "engine/slices.h"
#include "engine/window.h"

#include <stdlib.h>

enum {
	PARTY = 32,   /* SLOs that are asked for together */
	RECENT = 60,  /* steps: one that is further behind is being read back */
	LOOKS = 1000, /* SLOs that are looked at in one turn */
};

/* How far one SLO is. */
struct progress {
	bool over;
	step_no below; /* slots from here on were asked for; 0: none yet */
};

struct recall {
	struct counting_options options;
	const struct slo_set *set;
	struct source *source;
	struct store *store;
	struct progress *progress; /* by the SLO's place in the set */
	size_t next;
};

/* What is asked for at once: a slot, and the SLOs that want a point in it. */
struct party {
	step_no begin, end; /* 0: none yet */
	size_t at[PARTY], len;
};

struct recall *recall_new(const struct counting_options *options, const struct slo_set *set, struct source *source,
			  struct store *store)
{
	struct recall *recall = xcalloc(1, sizeof(*recall));

	*recall = (struct recall){.options = *options, .set = set, .source = source, .store = store};
	recall->options.exact_ledgers = true;
	recall->options.before = (struct span){0};
	recall->progress = xcalloc(set->len, sizeof(*recall->progress));
	return recall;
}

void recall_free(struct recall *recall)
{
	if (!recall)
		return;
	free(recall->progress);
	free(recall);
}

static struct account *root_of(const struct recall *recall, const struct slo *slo)
{
	return store_find(recall->store, &(struct ledger_key){slo->id, slo->counts_hash, {NULL, 0}});
}

/* They are declared from what matters least to what matters most. */
static enum recalled worse(enum recalled a, enum recalled b) { return a > b ? a : b; }

/* Points that are past, and that the ledger knows. */
static struct step_list wanted_of(const struct recall *recall, const struct slo *slo, const struct ledger *ledger,
				  struct arena *arena)
{
	struct step_list list = windows_needed_pins(slo, arena, ledger_end(ledger), recall->options.step);
	size_t kept = 0;

	for (size_t i = 0; i < list.len; i++)
		if (list.at[i] <= ledger_end(ledger) && list.at[i] > ledger_begin(ledger))
			list.at[kept++] = list.at[i];
	list.len = kept;
	return list;
}

/* The newest point below `below` that the ledger does not know exactly; 0 for none. */
static step_no thinned(const struct ledger *ledger, const struct step_list *wanted, step_no below)
{
	for (size_t i = wanted->len; i-- > 0;)
		if ((below == 0 || wanted->at[i] < below) && !ledger_exact(ledger, wanted->at[i]))
			return wanted->at[i];
	return 0;
}

/* Pins what can be, in a copy, which then takes the ledger's place. */
static enum recalled remember(struct recall *recall, struct account *account, const struct step_list *wanted,
			      const struct ledger *finer, struct err *err)
{
	struct ledger *next = NULL;

	for (size_t i = 0; i < wanted->len; i++) {
		step_no point = wanted->at[i];
		bool can = ledger_exact(account->ledger, point) || finer;

		if (ledger_pinned(account->ledger, point) || point > ledger_end(account->ledger) || !can)
			continue;
		next = next ? next : ledger_copy(account->ledger);
		ledger_remember(next, point, finer);
	}
	if (!next)
		return RECALL_LOOKED;
	if (ledger_pins(next) == ledger_pins(account->ledger)) {
		ledger_free(next);
		return RECALL_LOOKED;
	}
	return store_replace(recall->store, account, next, err) ? RECALL_PINNED : RECALL_NOT_STORED;
}

/* The SLO as a whole, its groups, and the events behind its slices; `scratch` has them, too, or is NULL. */
static enum recalled remember_all(struct recall *recall, const struct slo *slo, const struct step_list *wanted,
				  struct store *scratch, struct err *err)
{
	struct account **accounts;
	size_t len = store_accounts(recall->store, slo->id, slo->counts_hash, &accounts);
	enum recalled done = RECALL_LOOKED;

	for (size_t i = 0; i < len && done != RECALL_NOT_STORED; i++) {
		const struct account *finer = scratch ? store_find(scratch, &accounts[i]->key) : NULL;

		done = worse(done, remember(recall, accounts[i], wanted, finer ? finer->ledger : NULL, err));
	}
	free(accounts);
	return done;
}

/* Takes the SLO into the party where it wants a point of the party's slot; the first one chooses the slot. */
static void invite(struct party *party, const struct recall *recall, size_t i, const struct ledger *ledger,
		   const struct step_list *wanted)
{
	step_no point = thinned(ledger, wanted, recall->progress[i].below), begin, end;

	if (!point || party->len == PARTY)
		return;
	ledger_slot(ledger, point, &begin, &end);
	if (party->len == 0) {
		party->begin = begin;
		party->end = end;
	}
	if (begin == party->begin && end == party->end)
		party->at[party->len++] = i;
}

/* Looks at SLOs until there is something to be asked for. What is exact is pinned on the way. */
static enum recalled look(struct recall *recall, step_no target, struct party *party, struct err *err)
{
	enum recalled done = RECALL_NOTHING;

	for (size_t seen = 0, looks = 0; seen < recall->set->len && looks < LOOKS && done != RECALL_NOT_STORED;
	     seen++) {
		size_t i = recall->next;
		const struct slo *slo = &recall->set->slos[i];
		const struct account *root = recall->progress[i].over ? NULL : root_of(recall, slo);
		struct step_list wanted;
		struct arena arena;

		recall->next = (i + 1) % recall->set->len;
		if (!root || target - ledger_end(root->ledger) > RECENT)
			continue;
		looks++;
		arena_init(&arena);
		wanted = wanted_of(recall, slo, root->ledger, &arena);
		done = worse(done,
			     recall->progress[i].below ? RECALL_LOOKED : remember_all(recall, slo, &wanted, NULL, err));
		if (thinned(root->ledger, &wanted, recall->progress[i].below))
			invite(party, recall, i, root->ledger, &wanted);
		else
			recall->progress[i].over = done != RECALL_NOT_STORED;
		arena_release(&arena);
	}
	return done;
}

/* The same SLO with a window that is no longer than what is asked for. */
static struct slo briefly(const struct slo *slo, const struct slo_window *window)
{
	struct slo brief = *slo;

	brief.windows = window;
	brief.windows_len = 1;
	brief.window = window->span;
	brief.corrections = NULL;
	brief.above_len = 0;
	return brief;
}

static step_no slice_steps(const struct recall *recall, const struct party *party)
{
	int64_t longest = 0;

	for (size_t i = 0; i < party->len; i++) {
		int64_t slice = recall->set->slos[party->at[i]].budgeting.slice.ms;

		longest = slice > longest ? slice : longest;
	}
	return longest / recall->options.step.ms;
}

/* Counts the party's slot once more; slices that reach into it are counted whole. */
static enum advance count_again(struct recall *recall, const struct party *party, struct store *scratch,
				struct err *err)
{
	static const struct slo_window window = {.span = {SPAN_DAY}, .name = {"1d", 2}};
	step_no slices = slice_steps(recall, party), begin = party->begin - slices, end = party->end + slices;
	const struct slo *list[PARTY];
	struct slo brief[PARTY];
	struct advance_cost cost;
	struct cohort *cohort;
	enum advance verdict;

	for (size_t i = 0; i < party->len; i++) {
		brief[i] = briefly(&recall->set->slos[party->at[i]], &window);
		list[i] = &brief[i];
	}
	cohort = cohort_new(&recall->options, recall->source, scratch, list, party->len, begin);
	verdict = cohort_advance(cohort, end, &cost, err);
	cohort_free(cohort);
	return verdict;
}

/* What the second look has brought, SLO by SLO. One that the source knows nothing of any more is as it was. */
static enum recalled take_up(struct recall *recall, const struct party *party, struct store *scratch, struct err *err)
{
	enum recalled done = RECALL_LOOKED;

	for (size_t i = 0; i < party->len && done != RECALL_NOT_STORED; i++) {
		const struct slo *slo = &recall->set->slos[party->at[i]];
		const struct account *root = root_of(recall, slo);
		struct step_list wanted;
		struct arena arena;

		arena_init(&arena);
		wanted = wanted_of(recall, slo, root->ledger, &arena);
		done = worse(done, remember_all(recall, slo, &wanted, scratch, err));
		if (thinned(root->ledger, &wanted, 0) >= party->begin)
			log_info("the source has forgotten what lies around a bound: it stays interpolated",
				 F_STR("slo", slo->id),
				 F_CSTR("from",
					instant_text((struct instant){party->begin * recall->options.step.ms}).text),
				 F_CSTR("to",
					instant_text((struct instant){party->end * recall->options.step.ms}).text));
		arena_release(&arena);
		if (done != RECALL_NOT_STORED)
			recall->progress[party->at[i]].below = party->begin;
	}
	return done;
}

static void give_up(struct recall *recall, const struct party *party)
{
	for (size_t i = 0; i < party->len; i++)
		recall->progress[party->at[i]].below = party->begin;
}

static enum recalled ask(struct recall *recall, const struct party *party, struct err *err)
{
	struct store *scratch = store_open(NULL, recall->options.step, err);
	enum recalled done = RECALL_NOT_STORED;

	if (!scratch)
		return done;
	switch (count_again(recall, party, scratch, err)) {
	case ADVANCE_DONE:
		done = take_up(recall, party, scratch, err);
		break;
	case ADVANCE_TOO_LARGE:
		give_up(recall, party);
		done = RECALL_LOOKED;
		break;
	case ADVANCE_UNAVAILABLE:
		done = RECALL_UNAVAILABLE;
		break;
	case ADVANCE_INTERRUPTED:
		done = RECALL_INTERRUPTED;
		break;
	case ADVANCE_NOT_STORED:
		break;
	}
	store_close(scratch);
	return done;
}

enum recalled recall_turn(struct recall *recall, step_no target, struct err *err)
{
	struct party party = {.len = 0};
	enum recalled done = look(recall, target, &party, err);

	return done == RECALL_NOT_STORED || party.len == 0 ? done : worse(done, ask(recall, &party, err));
}
