#include "model/audit.h"

#include "base/mem.h"

#include <stdlib.h>

const char *const audit_change_names[AUDIT_CHANGES] = {
	[AUDIT_ADDED] = "added", [AUDIT_CHANGED] = "changed", [AUDIT_REMOVED] = "removed"};

struct audit_list *audit_list_new(size_t cap)
{
	struct audit_list *list = xcalloc(1, sizeof(*list));

	arena_init(&list->arena);
	list->entries = arena_array(&list->arena, cap, sizeof(*list->entries));
	list->references = 1;
	return list;
}

void audit_list_add(struct audit_list *list, const struct audit_entry *entry)
{
	struct audit_entry *copy = &list->entries[list->len++];

	*copy = *entry;
	copy->before = correction_line_copy(&list->arena, &entry->before);
	copy->now = correction_line_copy(&list->arena, &entry->now);
}

struct audit_list *audit_list_ref(struct audit_list *list)
{
	__atomic_add_fetch(&list->references, 1, __ATOMIC_RELAXED);
	return list;
}

void audit_list_unref(struct audit_list *list)
{
	if (!list || __atomic_sub_fetch(&list->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	arena_release(&list->arena);
	free(list);
}
