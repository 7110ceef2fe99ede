/* Which deployments failed, by what was seen after them (contract: history_parts.h). */
#include "dora/history_parts.h"
#include "dora/order.h"

#include <stdlib.h>

struct found {
	size_t deployment; /* that it counts against */
	struct dora_evidence evidence;
};

struct pile {
	struct found *at;
	size_t len;
};

static void add(struct history_maker *maker, struct pile *pile, size_t deployment, struct dora_evidence evidence)
{
	pile->at = arena_grow(maker->arena, pile->at, pile->len, sizeof(*pile->at));
	pile->at[pile->len++] = (struct found){deployment, evidence};
}

static bool within(const struct history_maker *maker, size_t deployment, struct instant seen)
{
	int64_t since = seen.ms - maker->deployments[deployment].at.ms;

	return since >= 0 && since <= maker->one->delivery->attribution.ms;
}

static void find_incidents(struct history_maker *maker, struct pile *pile)
{
	for (size_t i = 0; i < maker->incidents_len; i++) {
		const struct incident *incident = &maker->incidents[i];
		size_t before = deployed_by(maker->deployments, maker->len, incident->opened);

		if (before && within(maker, before - 1, incident->opened))
			add(maker, pile, before - 1,
			    (struct dora_evidence){.kind = EVIDENCE_INCIDENT,
						   .at = incident->opened,
						   .recovered = incident->closed,
						   .incident = incident});
	}
}

static void find_undoing(struct history_maker *maker, struct pile *pile)
{
	for (size_t i = 1; i < maker->len; i++) {
		const struct dora_deployment *deployment = &maker->deployments[i];
		struct dora_evidence evidence = {
			.at = deployment->at, .recovered = deployment->at, .deployment = deployment};

		if (!within(maker, i - 1, deployment->at))
			continue;
		evidence.kind = EVIDENCE_ROLLBACK;
		if (deployment->rollback)
			add(maker, pile, i - 1, evidence);
		evidence.kind = EVIDENCE_HOTFIX;
		if (deployment->hotfix)
			add(maker, pile, i - 1, evidence);
	}
}

/* A commit and its revert that were deployed together have come to nothing. */
static void find_reverts(struct history_maker *maker, struct pile *pile)
{
	for (size_t i = 0; i < maker->reverting_len; i++) {
		const struct reverting *one = &maker->reverting[i];
		struct dora_deployment *by = &maker->deployments[one->deployment];
		const struct dora_deployment *of = map_get(&maker->brought, one->what);

		if (of == by)
			continue;
		by->reverts = true;
		if (of && of < by && within(maker, (size_t)(of - maker->deployments), one->at))
			add(maker, pile, (size_t)(of - maker->deployments),
			    (struct dora_evidence){.kind = EVIDENCE_REVERT,
						   .at = one->at,
						   .recovered = by->at,
						   .deployment = by,
						   .commit = one->what});
	}
}

static int by_deployment(const void *left, const void *right)
{
	const struct found *a = left, *b = right;

	ORDER_BY(a->deployment, b->deployment);
	ORDER_BY(a->evidence.at.ms, b->evidence.at.ms);
	ORDER_BY(a->evidence.kind, b->evidence.kind);
	ORDER_BY(a->evidence.incident, b->evidence.incident); /* which are in order */
	ORDER_BY(a->evidence.recovered.ms, b->evidence.recovered.ms);
	return str_cmp(a->evidence.commit, b->evidence.commit);
}

static struct instant recovery_of(enum recovery_rule rule, const struct dora_deployment *deployment)
{
	struct instant first = {0}, last = {0};

	for (size_t i = 0; i < deployment->evidence_len; i++) {
		struct instant one = deployment->evidence[i].recovered;

		if (!one.ms && rule == RECOVERY_LAST)
			return one;
		if (one.ms && (!first.ms || one.ms < first.ms))
			first = one;
		if (one.ms > last.ms)
			last = one;
	}
	return rule == RECOVERY_FIRST ? first : last;
}

void evidence_find(struct history_maker *maker)
{
	struct pile pile = {0};
	struct dora_evidence *evidence;

	find_incidents(maker, &pile);
	find_undoing(maker, &pile);
	find_reverts(maker, &pile);
	if (pile.len)
		qsort(pile.at, pile.len, sizeof(*pile.at), by_deployment);
	evidence = arena_array(maker->arena, pile.len, sizeof(*evidence));
	for (size_t i = 0; i < pile.len; i++) {
		struct dora_deployment *deployment = &maker->deployments[pile.at[i].deployment];

		evidence[i] = pile.at[i].evidence;
		if (!deployment->evidence_len++)
			deployment->evidence = &evidence[i];
	}
	for (size_t i = 0; i < maker->len; i++)
		maker->deployments[i].recovered = recovery_of(maker->one->delivery->recovery, &maker->deployments[i]);
}
