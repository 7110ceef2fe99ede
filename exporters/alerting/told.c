#include "exporters/alerting/told.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

/* One state: the alerts that it remembers, and what else it says. */
struct state {
	struct arena arena;
	struct told_alert *alerts;
	size_t len;
	struct map noted; /* by labels: all alerts of the state */
	struct map late;  /* ids of SLOs */
};

struct told {
	struct state now, before;
};

static void state_init(struct state *state)
{
	*state = (struct state){.len = 0};
	arena_init(&state->arena);
	map_init(&state->noted);
	map_init(&state->late);
}

static void state_release(struct state *state)
{
	map_release(&state->noted);
	map_release(&state->late);
	arena_release(&state->arena);
}

struct told *told_new(void)
{
	struct told *told = xcalloc(1, sizeof(*told));

	state_init(&told->now);
	state_init(&told->before);
	return told;
}

void told_free(struct told *told)
{
	if (!told)
		return;
	state_release(&told->now);
	state_release(&told->before);
	free(told);
}

void told_begin(struct told *told)
{
	state_release(&told->before);
	told->before = told->now;
	state_init(&told->now);
}

static struct str key_of(struct arena *arena, const struct told_alert *alert)
{
	struct buf text;
	struct str key;

	buf_init(&text, LIMIT_ALERTS_BYTES);
	buf_cstr(&text, alert->name);
	labels_write(&text, alert->labels);
	key = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return key;
}

static void add(struct state *state, const struct told_alert *alert)
{
	struct told_alert *copy;

	state->alerts = arena_grow(&state->arena, state->alerts, state->len, sizeof(*state->alerts));
	copy = &state->alerts[state->len++];
	*copy = *alert;
	copy->labels = labels_copy(&state->arena, alert->labels);
	copy->slo_id = arena_str(&state->arena, alert->slo_id);
}

void told_note(struct told *told, const struct told_alert *alert, bool fires)
{
	map_put(&told->now.noted, key_of(&told->now.arena, alert), told);
	if (fires)
		add(&told->now, alert);
}

void told_late(struct told *told, struct str slo_id)
{
	map_put(&told->now.late, arena_str(&told->now.arena, slo_id), told);
}

size_t told_gone(struct told *told, struct instant now, struct span hold, struct span resolved,
		 const struct told_alert **list)
{
	struct state *state = &told->now;
	size_t first = state->len, kept;

	/* what has ended first, what is late behind it: that is remembered, too, but not gone */
	for (size_t i = 0; i < told->before.len; i++) {
		struct told_alert alert = told->before.alerts[i];
		bool late = alert.ended_at.ms == 0 && map_get(&state->late, alert.slo_id);

		if (late || map_get(&state->noted, key_of(&state->arena, &alert)))
			continue;
		if (alert.ended_at.ms == 0)
			alert.ended_at = now;
		if (now.ms - alert.ended_at.ms <= resolved.ms)
			add(state, &alert);
	}
	kept = state->len;
	for (size_t i = 0; i < told->before.len; i++) {
		const struct told_alert *alert = &told->before.alerts[i];

		if (alert->ended_at.ms == 0 && map_get(&state->late, alert->slo_id) &&
		    !map_get(&state->noted, key_of(&state->arena, alert)) && now.ms - alert->seen_at.ms <= hold.ms)
			add(state, alert);
	}
	*list = state->len ? state->alerts + first : NULL;
	return kept - first;
}
