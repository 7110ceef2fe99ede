/* The audit list: every change of an exclusion or adjustment that was in force, as it was noticed. A list is immutable
 * and counted: the engine makes a new one, those who show it keep the one they have. */
#ifndef WICK_MODEL_AUDIT_H
#define WICK_MODEL_AUDIT_H

#include "model/correction_line.h"

enum audit_change { AUDIT_ADDED, AUDIT_CHANGED, AUDIT_REMOVED };
enum { AUDIT_CHANGES = AUDIT_REMOVED + 1 };
extern const char *const audit_change_names[AUDIT_CHANGES]; /* "added", "changed", "removed" */

struct audit_entry {
	uint64_t number;   /* from 1 on, without a gap */
	struct instant at; /* when it was noticed */
	enum audit_change change;
	struct correction_line before, now; /* of what was added there is no before, of what was removed no now */
};

/* The correction that the entry is about, as it was last. */
static inline const struct correction_line *audit_subject(const struct audit_entry *entry)
{
	return entry->change == AUDIT_REMOVED ? &entry->before : &entry->now;
}

struct audit_list {
	struct arena arena;          /* owns all texts */
	struct audit_entry *entries; /* the oldest first */
	size_t len;
	int references; /* atomic */
};

/* Empty, with one reference, and room for `cap` entries. */
struct audit_list *audit_list_new(size_t cap);
/* The entry with its texts is copied; there has to be room. */
void audit_list_add(struct audit_list *list, const struct audit_entry *entry);
struct audit_list *audit_list_ref(struct audit_list *list);
void audit_list_unref(struct audit_list *list); /* thread-safe; NULL is legal */
/* How many older entries there were. */
static inline uint64_t audit_list_dropped(const struct audit_list *list)
{
	return list->len ? list->entries[0].number - 1 : 0;
}

#endif
