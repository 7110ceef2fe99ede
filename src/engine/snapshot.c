#include "engine/snapshot.h"

#include "base/mem.h"
#include "delivery/results.h"

#include <pthread.h>
#include <stdlib.h>

struct board {
	pthread_mutex_t mutex; /* held for the moment of taking a reference or changing the pointer */
	struct snapshot *current;
};

struct snapshot *snapshot_new(struct slo_set *set)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));

	arena_init(&snapshot->arena);
	snapshot->set = set ? slo_set_ref(set) : NULL;
	snapshot->references = 1;
	return snapshot;
}

static struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	__atomic_add_fetch(&snapshot->references, 1, __ATOMIC_RELAXED);
	return snapshot;
}

void snapshot_unref(struct snapshot *snapshot)
{
	if (!snapshot || __atomic_sub_fetch(&snapshot->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (size_t i = 0; i < snapshot->results.len; i++)
		curve_unref(snapshot->results.list[i].curve);
	arena_release(&snapshot->arena);
	slo_set_unref(snapshot->set);
	audit_list_unref(snapshot->audit);
	firing_book_unref(snapshot->firings);
	delivery_results_unref(snapshot->delivery);
	free(snapshot);
}

struct board *board_new(void)
{
	struct board *board = xcalloc(1, sizeof(*board));

	pthread_mutex_init(&board->mutex, NULL);
	return board;
}

void board_free(struct board *board)
{
	if (!board)
		return;
	snapshot_unref(board->current);
	pthread_mutex_destroy(&board->mutex);
	free(board);
}

void board_publish(struct board *board, struct snapshot *snapshot)
{
	struct snapshot *before;

	pthread_mutex_lock(&board->mutex);
	before = board->current;
	board->current = snapshot;
	pthread_mutex_unlock(&board->mutex);
	/* outside the lock: freeing a big one takes a while */
	snapshot_unref(before);
}

struct snapshot *board_current(struct board *board)
{
	struct snapshot *snapshot;

	pthread_mutex_lock(&board->mutex);
	snapshot = board->current ? snapshot_ref(board->current) : NULL;
	pthread_mutex_unlock(&board->mutex);
	return snapshot;
}
