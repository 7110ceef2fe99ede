#include "model/correction.h"

#include "base/mem.h"
#include "base/num.h"

#include <math.h>
#include <stdlib.h>

void correction_list_release(struct correction_list *list)
{
	free(list->exclusions);
	free(list->adjustments);
	*list = (struct correction_list){.exclusions = NULL};
}

void correction_list_add_exclusion(struct correction_list *list, const struct exclusion *exclusion)
{
	XGROW(list->exclusions, list->exclusions_len, list->exclusions_cap);
	list->exclusions[list->exclusions_len++] = exclusion;
}

void correction_list_add_adjustment(struct correction_list *list, const struct adjustment *adjustment)
{
	XGROW(list->adjustments, list->adjustments_len, list->adjustments_cap);
	list->adjustments[list->adjustments_len++] = adjustment;
}

static struct correction_scope copy_scope(struct arena *arena, const struct correction_scope *from, const char *file)
{
	struct correction_scope scope = *from;

	scope.slos = arena_array(arena, from->slos_len, sizeof(*scope.slos));
	scope.places = arena_array(arena, from->slos_len, sizeof(*scope.places));
	for (size_t i = 0; i < from->slos_len; i++) {
		scope.slos[i] = arena_str(arena, from->slos[i]);
		scope.places[i] = (struct place){file, from->places[i].line, from->places[i].col};
	}
	scope.service = arena_str(arena, from->service);
	scope.namespace_ = arena_str(arena, from->namespace_);
	scope.labels = labels_copy(arena, from->labels);
	scope.matchers = arena_str(arena, from->matchers);
	return scope;
}

const struct exclusion *exclusion_copy(struct arena *arena, const struct exclusion *exclusion, const char *file)
{
	struct exclusion *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *exclusion;
	copy->scope = copy_scope(arena, &exclusion->scope, file);
	copy->when_text = arena_str(arena, exclusion->when_text);
	copy->reason = arena_str(arena, exclusion->reason);
	copy->author = arena_str(arena, exclusion->author);
	copy->place.file = file;
	return copy;
}

const struct adjustment *adjustment_copy(struct arena *arena, const struct adjustment *adjustment, const char *file)
{
	struct adjustment *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *adjustment;
	copy->scope = copy_scope(arena, &adjustment->scope, file);
	copy->reason = arena_str(arena, adjustment->reason);
	copy->author = arena_str(arena, adjustment->author);
	copy->place.file = file;
	return copy;
}

bool correction_scope_write(struct buf *buf, const struct correction_scope *scope)
{
	size_t begin = buf->len;

	for (size_t i = 0; i < scope->slos_len; i++)
		buf_fmt(buf, "%s%.*s", i == 0 ? "slo " : ", ", STR_ARG(scope->slos[i]));
	if (scope->service.len)
		buf_fmt(buf, "%sservice %.*s", buf->len > begin ? "; " : "", STR_ARG(scope->service));
	if (scope->namespace_.len)
		buf_fmt(buf, "%snamespace %.*s", buf->len > begin ? "; " : "", STR_ARG(scope->namespace_));
	if (scope->labels.len) {
		buf_fmt(buf, "%slabels ", buf->len > begin ? "; " : "");
		labels_write(buf, scope->labels);
	}
	if (scope->matchers.len)
		buf_fmt(buf, "SLOs %.*s", STR_ARG(scope->matchers));
	return !buf->full;
}

bool adjustment_write(struct buf *buf, const struct adjustment *adjustment)
{
	const struct {
		const char *name;
		double number;
	} parts[] = {{"good", adjustment->good}, {"bad", adjustment->bad}, {"bad minutes", adjustment->bad_minutes}};
	size_t begin = buf->len;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (num_same(parts[i].number, 0))
			continue;
		buf_fmt(buf, "%s%s ", buf->len > begin ? ", " : "", parts[i].name);
		num_write_double(buf, parts[i].number);
	}
	return !buf->full;
}

double corrections_bad_until(const struct corrections *corrections, struct instant from, struct instant until,
			     struct instant to, double adjusted_bad)
{
	double events = 0, all_events = 0, minutes = 0, all_minutes = 0;

	for (size_t i = 0; corrections && i < corrections->adjustments_len; i++) {
		const struct adjustment *one = corrections->adjustments[i];

		if (one->at.ms < from.ms || one->at.ms >= to.ms)
			continue;
		all_events += one->bad;
		all_minutes += one->bad_minutes;
		events += one->at.ms < until.ms ? one->bad : 0;
		minutes += one->at.ms < until.ms ? one->bad_minutes : 0;
	}
	if (fabs(all_minutes) > 0)
		events += (adjusted_bad - all_events) * minutes / all_minutes;
	return events;
}
