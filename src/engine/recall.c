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

/* What is asked for at once: a slot, and the SLOs that want a point in it, by their places in the set. */
struct party {
	step_no begin, end; /* 0: none yet */
	size_t at[PARTY], len;
};

struct recall {
	struct counting_options options;
	const struct slo_set *set;
	struct slo_places places;
	struct source *source;
	struct store *store;
	struct progress *progress; /* by the SLO's place in the set */
	size_t next;               /* of the places */

	/* A slot that is being counted once more. */
	struct cohort *cohort; /* NULL: none is */
	struct party party;
	struct slo brief[PARTY];
	struct store *scratch; /* what it is counted into */
	enum recalled done;    /* what the look that led here has found */
};

struct recall *recall_new(const struct counting_options *options, const struct slo_set *set, struct slo_places places,
			  struct source *source, struct store *store)
{
	struct recall *recall = xcalloc(1, sizeof(*recall));

	*recall = (struct recall){.options = *options, .set = set, .places = places, .source = source, .store = store};
	recall->options.exact_ledgers = true;
	recall->options.before = (struct span){0};
	recall->progress = xcalloc(set->len, sizeof(*recall->progress));
	return recall;
}

static void end_counting(struct recall *recall)
{
	cohort_free(recall->cohort);
	store_close(recall->scratch);
	recall->cohort = NULL;
	recall->scratch = NULL;
}

void recall_free(struct recall *recall)
{
	if (!recall)
		return;
	end_counting(recall);
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
static enum recalled look(struct recall *recall, step_no target, struct err *err)
{
	struct party *party = &recall->party;
	enum recalled done = RECALL_NOTHING;

	for (size_t seen = 0, looks = 0; seen < recall->places.len && looks < LOOKS && done != RECALL_NOT_STORED;
	     seen++) {
		size_t i = recall->places.at[recall->next];
		const struct slo *slo = &recall->set->slos[i];
		const struct account *root = recall->progress[i].over ? NULL : root_of(recall, slo);
		struct step_list wanted;
		struct arena arena;

		recall->next = (recall->next + 1) % recall->places.len;
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

/* Guesses go by an hour with data before them. */
static step_no lead_steps(const struct recall *recall, const struct party *party)
{
	step_no lead = slice_steps(recall, party), hour = SPAN_HOUR / recall->options.step.ms;

	for (size_t i = 0; i < party->len; i++)
		if (recall->set->slos[party->at[i]].budgeting.missing != MISSING_IGNORED && hour > lead)
			lead = hour;
	return lead;
}

/* Counts the party's slot once more; slices that reach into it are counted whole. */
static bool begin_counting(struct recall *recall, struct err *err)
{
	static const struct slo_window window = {.span = {SPAN_DAY}, .name = {"1d", 2}};
	const struct party *party = &recall->party;
	step_no slices = slice_steps(recall, party);
	const struct slo *list[PARTY];

	recall->scratch = store_open(NULL, recall->options.step, err);
	if (!recall->scratch)
		return false;
	for (size_t i = 0; i < party->len; i++) {
		recall->brief[i] = briefly(&recall->set->slos[party->at[i]], &window);
		list[i] = &recall->brief[i];
	}
	recall->cohort = cohort_new(&recall->options, recall->source, recall->scratch, list, party->len,
				    party->begin - lead_steps(recall, party));
	cohort_begin(recall->cohort, party->end + slices);
	return true;
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

static enum recalled counted(struct recall *recall, enum advance verdict, struct err *err)
{
	switch (verdict) {
	case ADVANCE_DONE:
		return take_up(recall, &recall->party, recall->scratch, err);
	case ADVANCE_TOO_LARGE:
		give_up(recall, &recall->party);
		return RECALL_LOOKED;
	case ADVANCE_UNAVAILABLE:
		return RECALL_UNAVAILABLE;
	case ADVANCE_INTERRUPTED:
		return RECALL_INTERRUPTED;
	case ADVANCE_NOT_STORED:
		return RECALL_NOT_STORED;
	case ADVANCE_ASKING:
		break;
	}
	return RECALL_ASKING;
}

static enum recalled go_on(struct recall *recall, struct err *err)
{
	struct advance_cost cost;
	enum recalled done = counted(recall, cohort_go_on(recall->cohort, &cost, err), err);

	if (done == RECALL_ASKING)
		return done;
	end_counting(recall);
	return worse(recall->done, done);
}

enum recalled recall_turn(struct recall *recall, step_no target, struct err *err)
{
	if (recall->cohort)
		return go_on(recall, err);
	recall->party = (struct party){.len = 0};
	recall->done = look(recall, target, err);
	if (recall->done == RECALL_NOT_STORED || recall->party.len == 0)
		return recall->done;
	return begin_counting(recall, err) ? go_on(recall, err) : RECALL_NOT_STORED;
}
