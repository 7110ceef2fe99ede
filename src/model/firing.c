#include "model/firing.h"

#include "base/mem.h"

#include <stdlib.h>

bool firing_is_of(const struct firing *firing, struct str slo_id, struct labels group)
{
	return str_eq(firing->slo_id, slo_id) && labels_eq(firing->group, group);
}

struct firing_book *firing_book_new(void)
{
	struct firing_book *book = xcalloc(1, sizeof(*book));

	arena_init(&book->arena);
	book->references = 1;
	return book;
}

struct firing_book *firing_book_ref(struct firing_book *book)
{
	__atomic_add_fetch(&book->references, 1, __ATOMIC_RELAXED);
	return book;
}

void firing_book_unref(struct firing_book *book)
{
	if (!book || __atomic_sub_fetch(&book->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	arena_release(&book->arena);
	free(book);
}
