/* The whole history of one service and environment (contract: dora.h). */
#include "dora/history_parts.h"
#include "dora/order.h"

#include <stdlib.h>

void leave_out(struct history_maker *maker, struct instant at, enum exclusion_reason reason, struct str what)
{
	maker->left_out = arena_grow(maker->arena, maker->left_out, maker->left_out_len, sizeof(*maker->left_out));
	maker->left_out[maker->left_out_len++] = (struct dora_left_out){at, reason, what};
}

static int incident_order(const void *left, const void *right)
{
	const struct incident *a = left, *b = right;
	int order;

	ORDER_BY(a->opened.ms, b->opened.ms);
	ORDER_BY(a->closed.ms, b->closed.ms);
	ORDER_BY(a->source, b->source);
	order = str_cmp(a->name, b->name);
	return order ? order : str_cmp(a->url, b->url);
}

/* As they were known at the end: what was closed later is open. */
static void know_incidents(struct history_maker *maker)
{
	const struct dora_case *one = maker->one;

	maker->incidents = arena_array(maker->arena, one->incidents_len, sizeof(*maker->incidents));
	for (size_t i = 0; i < one->incidents_len; i++) {
		struct incident incident = one->incidents[i];

		if (incident.opened.ms > one->at.ms)
			continue;
		if (incident.closed.ms > one->at.ms)
			incident.closed.ms = 0;
		if (incident.closed.ms && incident.closed.ms < incident.opened.ms)
			incident.closed = incident.opened; /* clocks of two writers */
		maker->incidents[maker->incidents_len++] = incident;
	}
	if (maker->incidents_len)
		qsort(maker->incidents, maker->incidents_len, sizeof(*maker->incidents), incident_order);
}

static struct str attempt_name(struct history_maker *maker, const struct fact_attempt *attempt)
{
	long long id = (long long)attempt->id;

	switch (maker->one->environment->source) {
	case DELIVERY_WORKFLOW:
		return arena_fmt(maker->arena, "run %lld attempt %u", id, attempt->number);
	case DELIVERY_DEPLOYMENTS:
		return arena_fmt(maker->arena, "deployment %lld", id);
	case DELIVERY_RELEASES:
		break;
	}
	return arena_fmt(maker->arena, "release %lld", id);
}

static void add_deployment(struct history_maker *maker, const struct chain_link *link)
{
	const struct fact_attempt *success = link->success;

	if (!changes_touch(maker, link)) {
		leave_out(maker, success->finished, LEFT_OTHER_SERVICE, success->sha);
		return;
	}
	maker->deployments[maker->len] = (struct dora_deployment){
		.success = success,
		.sha = success->sha,
		.at = success->finished,
		.attempts = link->attempts,
		.before = maker->len ? &maker->deployments[maker->len - 1] : NULL,
		.range = link->range,
		.baseline = link->baseline,
		.baseline_reason = link->reason,
		.rollback = !link->baseline && link->range == RANGE_BEHIND,
	};
	maker->len++;
	if (link->baseline || link->not_linear)
		leave_out(maker, success->finished, link->reason, success->sha);
	changes_make(maker, link);
}

static void walk(struct history_maker *maker, struct chain *chain)
{
	struct chain_link link;
	enum chain_step step;

	while ((step = chain_next(chain, &link)) != CHAIN_END) {
		if (step == CHAIN_LINK)
			add_deployment(maker, &link);
		else
			leave_out(maker, attempt_time(link.success), link.reason, attempt_name(maker, link.success));
	}
}

const struct dora_history *dora_history_make(struct arena *arena, const struct dora_case *one)
{
	struct history_maker maker = {.arena = arena, .one = one};
	struct dora_history *history = arena_alloc(arena, sizeof(*history));
	struct chain chain;

	chain_init(&chain, one, true, arena);
	maker.deployments = arena_array(arena, chain.attempts.len, sizeof(*maker.deployments));
	know_incidents(&maker);
	walk(&maker, &chain);
	evidence_find(&maker);
	*history = (struct dora_history){
		.delivery = one->delivery,
		.environment = one->environment,
		.repository = one->repository,
		.at = one->at,
		.since = one->since,
		.unread = one->unread,
		.attempts = chain.attempts.at,
		.attempts_len = chain.attempts.len,
		.deployments = maker.deployments,
		.deployments_len = maker.len,
		.incidents = maker.incidents,
		.incidents_len = maker.incidents_len,
		.left_out = maker.left_out,
		.left_out_len = maker.left_out_len,
	};
	chain_release(&chain);
	map_release(&maker.brought);
	map_release(&maker.pulls);
	return history;
}
