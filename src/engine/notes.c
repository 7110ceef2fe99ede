#include "engine/notes.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>

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

void note_untrue(struct note *note, bool untrue, struct str reason)
{
	/* What the last stretch had to say stays where nothing is found here. */
	if (untrue || note->untrue)
		set_reason(note, reason);
	note->untrue = untrue;
}
