#include "engine/notes.h"

#include "base/log.h"
#include "base/mem.h"
#include "engine/buckets.h"
#include "engine/histogram_kind.h"

#include <stdlib.h>

/* A histogram changes its buckets with a release at most. */
enum { LOOK_EVERY = 60 /* steps */, LOOKS_AT_ONCE = 20 };

struct note *notes_new(size_t len) { return xcalloc(len, sizeof(struct note)); }

void notes_free(struct note *notes, size_t len)
{
	for (size_t i = 0; notes && i < len; i++)
		free(notes[i].reason);
	free(notes);
}

static void set_reason(struct note *note, struct str reason)
{
	free(note->reason);
	note->reason = reason.len ? xmemdup0(reason.at, reason.len) : NULL;
}

static void tell_of_limit(const struct member *member)
{
	log_warn(slo_has_rest(member->slo) ? "groups are counted as the rest alone: groupLimit is reached"
					   : "groups are left out: groupLimit is reached",
		 F_STR("slo", member->slo->id), F_INT("limit", member->slo->group_limit),
		 F_INT("over", member->groups_dropped));
}

void notes_take(struct note *notes, const struct slo_set *set, const struct cohort *cohort)
{
	struct member *members;
	size_t len = cohort_members(cohort, &members);

	for (size_t i = 0; i < len; i++) {
		struct note *note = &notes[members[i].slo - set->slos];

		if (!note->untrue)
			set_reason(note, members[i].reason);
		if (members[i].groups_dropped && !note->left_out)
			tell_of_limit(&members[i]);
		note->left_out = members[i].groups_dropped > 0;
	}
}

static bool never_there(const struct account *root)
{
	return root && ledger_last_covered(root->ledger, ledger_end(root->ledger)) <= ledger_begin(root->ledger);
}

static void look_at(struct note *note, const struct slo *slo, bool there, struct source *source, struct instant at)
{
	bool before = note->untrue;
	struct buf reason;

	buf_init(&reason, sizeof(((struct err *)NULL)->text));
	note->untrue =
		there ? bucket_missing(source, slo, at, &reason) : histogram_kind_wrong(source, slo, at, &reason);
	/* What the last stretch had to say stays where nothing is found here. */
	if (note->untrue || before)
		set_reason(note, buf_view(&reason));
	buf_release(&reason);
}

void notes_look_at_buckets(struct note *notes, const struct slo_set *set, struct source *source, struct store *store,
			   step_no target, struct span step)
{
	size_t looks = 0;

	for (size_t i = 0; i < set->len && looks < LOOKS_AT_ONCE; i++) {
		const struct slo *slo = &set->slos[i];
		struct ledger_key key = {slo->id, slo->counts_hash, {NULL, 0}};
		bool there;

		if (slo->sli.kind != SLI_LATENCY)
			continue;
		there = !never_there(store_find(store, &key));
		if (there && slo->sli.native)
			continue;
		if (notes[i].looked_at && notes[i].there == there && target - notes[i].looked_at < LOOK_EVERY)
			continue;
		notes[i].looked_at = target;
		notes[i].there = there;
		look_at(&notes[i], slo, there, source, (struct instant){target * step.ms});
		looks++;
	}
}
