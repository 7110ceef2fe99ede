/* What the pieces of a history share while it is made: deployments from the chain, their changes, what they undo. */
#ifndef WICK_DORA_HISTORY_PARTS_H
#define WICK_DORA_HISTORY_PARTS_H

#include "base/map.h"
#include "dora/chain.h"

/* A commit, or a pull request, that says that it takes another one back. */
struct reverting {
	size_t deployment; /* that brought it */
	struct instant at; /* it was committed, or merged */
	struct str what;   /* a sha, or "#12": a pull request */
};

/* A pull request, as it was known at the history's end, and what became of it so far. */
struct pull_seen {
	const struct fact_pull *pull;
	size_t deployment; /* the first that holds a commit of it */
	size_t change;     /* its place among that deployment's, where lead time is counted per pull request */
	bool staged;       /* its stages have */
	bool mine;         /* a commit of it belongs to the service */
	bool brought;      /* a deployment has held a commit of it */
	bool reverting;    /* what it takes back is known already */
};

struct history_maker {
	struct arena *arena;
	const struct dora_case *one;
	struct dora_deployment *deployments;
	size_t len;
	struct map brought; /* sha, or "#12" of a pull request -> the deployment in which it was live first */
	struct map pulls;   /* the bytes of a number -> struct pull_seen */
	struct reverting *reverting;
	size_t reverting_len;
	struct incident *incidents; /* as known at the end, by time */
	size_t incidents_len;
	struct dora_left_out *left_out;
	size_t left_out_len;
};

void leave_out(struct history_maker *maker, struct instant at, enum exclusion_reason reason, struct str what);

/* changes.c: whether a deployment is one of the service at all: any commit that it brings or takes away belongs to it.
 * True where the service has its repository for itself, and of a baseline. */
bool changes_touch(struct history_maker *maker, const struct chain_link *link);
/* changes.c: the changes of the deployment that was put last, its lead times and stages, and whether it is a hotfix. */
void changes_make(struct history_maker *maker, const struct chain_link *link);

/* evidence.c: which deployments failed, and which undo others, once all are there. */
void evidence_find(struct history_maker *maker);

#endif
