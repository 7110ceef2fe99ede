#include "engine/looks.h"

#include "base/mem.h"
#include "engine/buckets.h"
#include "engine/histogram_kind.h"

#include <stdlib.h>

/* A histogram changes its buckets with a release at most. */
enum { LOOK_EVERY = 60 /* steps */, LOOKS_AT_ONCE = 20, QUESTIONS = 2 };

/* One SLO's. */
struct look {
	struct note *note;
	bool there; /* its histogram had samples: then its buckets are looked at, else its kind */
	struct bucket_look buckets;
	struct kind_look kind;
};

struct looks {
	struct arena arena;
	struct look at[LOOKS_AT_ONCE];
	struct ask asks[LOOKS_AT_ONCE * QUESTIONS];
	size_t len;
};

static bool never_there(const struct account *root)
{
	return root && ledger_last_covered(root->ledger, ledger_end(root->ledger)) <= ledger_begin(root->ledger);
}

static bool is_due(const struct note *note, const struct slo *slo, bool there, step_no target)
{
	if (slo->sli.kind != SLI_LATENCY || (there && slo->sli.native))
		return false;
	return !note->looked_at || note->there != there || target - note->looked_at >= LOOK_EVERY;
}

static struct looks *begin(void)
{
	struct looks *looks = xcalloc(1, sizeof(*looks));

	arena_init(&looks->arena);
	return looks;
}

static void add(struct looks *looks, struct note *note, const struct slo *slo, bool there, struct instant at)
{
	struct look *look = &looks->at[looks->len];
	struct ask *asks = &looks->asks[looks->len * QUESTIONS];

	*look = (struct look){.note = note, .there = there};
	looks->len += there ? bucket_look_ask(&look->buckets, &looks->arena, slo, at, asks)
			    : kind_look_ask(&look->kind, &looks->arena, slo, at, asks);
}

struct looks *looks_new(struct note *notes, const struct slo_set *set, struct slo_places places, struct store *store,
			step_no target, struct span step)
{
	struct looks *looks = NULL;

	for (size_t i = 0; i < places.len && (!looks || looks->len < LOOKS_AT_ONCE); i++) {
		const struct slo *slo = &set->slos[places.at[i]];
		struct note *note = &notes[places.at[i]];
		struct ledger_key key = {slo->id, slo->counts_hash, {NULL, 0}};
		bool there = slo->sli.kind == SLI_LATENCY && !never_there(store_find(store, &key));

		if (!is_due(note, slo, there, target))
			continue;
		note->looked_at = target;
		note->there = there;
		looks = looks ? looks : begin();
		add(looks, note, slo, there, (struct instant){target * step.ms});
	}
	if (looks && looks->len)
		return looks;
	looks_free(looks);
	return NULL;
}

void looks_free(struct looks *looks)
{
	if (!looks)
		return;
	arena_release(&looks->arena);
	free(looks);
}

size_t looks_ask(struct looks *looks, struct ask **asks)
{
	*asks = looks->asks;
	return looks->len * QUESTIONS;
}

static bool missing(const struct ask *ask)
{
	return ask->outcome == ASK_UNAVAILABLE || ask->outcome == ASK_INTERRUPTED;
}

static void take(struct look *look, const struct ask *asks)
{
	bool answered = asks[0].outcome == ASK_OK && asks[1].outcome == ASK_OK, untrue = false;
	struct buf reason;

	if (missing(&asks[0]) || missing(&asks[1])) {
		look->note->looked_at -= LOOK_EVERY - 1; /* the next step looks again */
		return;
	}
	buf_init(&reason, sizeof(((struct err *)NULL)->text));
	if (answered)
		untrue = look->there ? bucket_look_missing(&look->buckets, &reason)
				     : kind_look_wrong(&look->kind, &reason);
	note_untrue(look->note, untrue, buf_view(&reason));
	buf_release(&reason);
}

void looks_take(struct looks *looks)
{
	for (size_t i = 0; i < looks->len; i++)
		take(&looks->at[i], &looks->asks[i * QUESTIONS]);
}
