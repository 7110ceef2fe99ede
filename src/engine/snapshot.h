/* What the daemon shows: one immutable snapshot per cycle. The engine's thread publishes it, the server's thread reads
 * the current one; counted, so that a reader keeps the one it has while the next is published. */
#ifndef WICK_ENGINE_SNAPSHOT_H
#define WICK_ENGINE_SNAPSHOT_H

#include "model/audit.h"
#include "model/firing.h"
#include "model/health.h"
#include "model/result.h"
#include "slo/definitions.h"

struct delivery_results;

struct snapshot {
	struct arena arena;  /* owns the results and their texts */
	struct slo_set *set; /* referenced: results point into it */
	struct results results;
	struct health health;
	struct audit_list *audit;          /* a reference, or NULL: set by the daemon */
	struct firing_book *firings;       /* likewise by the engine; `results` points into it */
	struct delivery_results *delivery; /* likewise by the daemon; `results` points into it */
	int references;                    /* atomic */
};

struct snapshot *snapshot_new(struct slo_set *set); /* one reference; takes one of its own on the set */
void snapshot_unref(struct snapshot *snapshot);     /* thread-safe; NULL is legal */

/* The place where the current one stands. */
struct board;
struct board *board_new(void);
void board_free(struct board *board);
void board_publish(struct board *board, struct snapshot *snapshot); /* takes over the caller's reference */
struct snapshot *board_current(struct board *board);                /* a reference, or NULL before the first */

#endif
