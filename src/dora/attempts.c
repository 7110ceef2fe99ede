#include "dora/attempts.h"

#include "dora/order.h"

#include <stdlib.h>

static struct instant begin_of(const struct fact_attempt *attempt)
{
	return attempt->started.ms ? attempt->started : attempt->created;
}

struct instant attempt_time(const struct fact_attempt *attempt)
{
	return attempt->finished.ms ? attempt->finished : begin_of(attempt);
}

/* Total, so that the order in which facts are handed over makes no difference. */
static int by_time(const void *left, const void *right)
{
	const struct fact_attempt *a = *(const struct fact_attempt *const *)left;
	const struct fact_attempt *b = *(const struct fact_attempt *const *)right;
	int order;

	ORDER_BY(attempt_time(a).ms, attempt_time(b).ms);
	ORDER_BY(begin_of(a).ms, begin_of(b).ms);
	ORDER_BY(a->created.ms, b->created.ms);
	ORDER_BY(a->id, b->id);
	ORDER_BY(a->number, b->number);
	order = str_cmp(a->sha, b->sha);
	return order ? order : str_cmp(a->source, b->source);
}

/* The attempt as it stood at that moment, NULL where it had not begun. */
static const struct fact_attempt *as_of(struct arena *arena, const struct fact_attempt *attempt, struct instant at)
{
	struct fact_attempt *then;

	if ((begin_of(attempt).ms ? begin_of(attempt).ms : attempt->finished.ms) > at.ms)
		return NULL;
	if (attempt->finished.ms <= at.ms)
		return attempt;
	then = arena_alloc(arena, sizeof(*then));
	*then = *attempt;
	then->result = ATTEMPT_RUNNING;
	then->state = (struct str){0}; /* what it was called then, nobody knows */
	then->finished = (struct instant){0};
	return then;
}

struct dora_attempts attempts_known(struct arena *arena, const struct dora_case *one)
{
	struct dora_attempts known = {.at = arena_array(arena, one->attempts_len, sizeof(*known.at))};

	for (size_t i = 0; i < one->attempts_len; i++) {
		const struct fact_attempt *attempt = as_of(arena, &one->attempts[i], one->at);

		if (attempt && attempt_time(attempt).ms >= one->since.ms)
			known.at[known.len++] = attempt;
	}
	if (known.len)
		qsort(known.at, known.len, sizeof(*known.at), by_time);
	return known;
}
