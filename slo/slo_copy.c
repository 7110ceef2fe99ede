#include "slo/slo_copy.h"

static struct query copy_query(struct arena *arena, struct query query, const char *file)
{
	if (!query.text.at)
		return query;
	return (struct query){arena_str(arena, query.text), {file, query.place.line, query.place.col}};
}

static const struct slo_window *copy_windows(struct arena *arena, const struct slo *slo, const char *file)
{
	struct slo_window *windows = arena_array(arena, slo->windows_len, sizeof(*windows));

	for (size_t i = 0; i < slo->windows_len; i++) {
		windows[i] = slo->windows[i];
		windows[i].name = arena_str(arena, windows[i].name);
		windows[i].place.file = file;
	}
	return windows;
}

/* Whose members are others now: they are found anew. */
static struct composite *copy_composite(struct arena *arena, const struct composite *from, const char *file)
{
	struct composite *composite = arena_alloc(arena, sizeof(*composite));

	*composite = *from;
	composite->members = arena_array(arena, from->len, sizeof(*composite->members));
	for (size_t i = 0; i < from->len; i++) {
		composite->members[i] = from->members[i];
		composite->members[i].id = arena_str(arena, from->members[i].id);
		composite->members[i].slo = NULL;
		composite->members[i].place.file = file;
	}
	return composite;
}

struct slo slo_copy(struct arena *arena, const struct slo *from, const char *file)
{
	struct slo slo = *from;

	slo.namespace_ = arena_str(arena, from->namespace_);
	slo.service = arena_str(arena, from->service);
	slo.name = arena_str(arena, from->name);
	slo.description = arena_str(arena, from->description);
	slo.display_name = arena_str(arena, from->display_name);
	slo.labels = labels_copy(arena, from->labels);
	slo.objective_text = arena_str(arena, from->objective_text);
	slo.sli.good = copy_query(arena, from->sli.good, file);
	slo.sli.bad = copy_query(arena, from->sli.bad, file);
	slo.sli.total = copy_query(arena, from->sli.total, file);
	slo.sli.metric = copy_query(arena, from->sli.metric, file);
	slo.sli.limit_place.file = slo.place.file = slo.objective_place.file = file;
	slo.sli.composite = slo_composed(from) ? copy_composite(arena, from->sli.composite, file) : NULL;
	slo.kept = NULL;
	slo.above = NULL;
	slo.above_len = 0;
	slo.id = arena_str(arena, from->id);
	slo.alerting = alerting_copy(arena, from->alerting);
	slo.policy_ref.name = arena_str(arena, from->policy_ref.name);
	slo.policy_ref.place.file = file;
	slo.source.name = arena_str(arena, from->source.name);
	slo.source.place.file = file;
	slo.windows = copy_windows(arena, from, file);
	slo.top.rest = arena_str(arena, from->top.rest);
	slo.group_by = arena_array(arena, from->group_by_len, sizeof(*slo.group_by));
	for (size_t i = 0; i < from->group_by_len; i++)
		slo.group_by[i] = arena_str(arena, from->group_by[i]);
	return slo;
}
