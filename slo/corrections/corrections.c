#include "slo/corrections/corrections.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/correction_line.h"

#include <math.h>
#include <stdlib.h>

void corrections_check(const struct slo_set *set, const struct loaded *loaded, struct findings *findings)
{
	const struct correction_list *list = &loaded->corrections;

	if (correction_list_len(list) > LIMIT_CORRECTIONS - correction_list_len(&set->corrections))
		findings_add(findings, FINDING_ERROR,
			     list->exclusions_len ? list->exclusions[0]->place : list->adjustments[0]->place, STR(""),
			     "too-many", "with this file there are more than %d exclusions and adjustments",
			     LIMIT_CORRECTIONS);
}

void corrections_take(struct slo_set *set, const struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->corrections.exclusions_len; i++)
		correction_list_add_exclusion(&set->corrections, loaded->corrections.exclusions[i]);
	for (size_t i = 0; i < loaded->corrections.adjustments_len; i++)
		correction_list_add_adjustment(&set->corrections, loaded->corrections.adjustments[i]);
}

bool corrections_keep(struct slo_set *set, const struct slo_set *before, const struct definition_file *file)
{
	const struct correction_list *old = &before->corrections;
	size_t len = correction_list_len(&set->corrections);

	for (size_t i = 0; i < old->exclusions_len; i++)
		if (str_is(file->path, old->exclusions[i]->place.file) &&
		    correction_list_len(&set->corrections) < LIMIT_CORRECTIONS)
			correction_list_add_exclusion(&set->corrections,
						      exclusion_copy(&set->arena, old->exclusions[i], file->path.at));
	for (size_t i = 0; i < old->adjustments_len; i++)
		if (str_is(file->path, old->adjustments[i]->place.file) &&
		    correction_list_len(&set->corrections) < LIMIT_CORRECTIONS)
			correction_list_add_adjustment(
				&set->corrections, adjustment_copy(&set->arena, old->adjustments[i], file->path.at));
	return correction_list_len(&set->corrections) > len;
}

bool correction_is_for(const struct correction_scope *scope, const struct slo *slo)
{
	bool named = scope->slos_len == 0 && !scope->matchers.len;

	for (size_t i = 0; i < scope->slos_len && !named; i++)
		named = str_eq(scope->slos[i], slo->id);
	if (!named || (scope->service.len && !str_eq(scope->service, slo->service)) ||
	    (scope->namespace_.len && !str_eq(scope->namespace_, slo->namespace_)))
		return false;
	for (size_t i = 0; i < scope->labels.len; i++)
		if (!str_eq(labels_get(slo->labels, scope->labels.at[i].name), scope->labels.at[i].value))
			return false;
	return true;
}

/* One correction, of whichever kind. */
struct one {
	const struct correction_scope *scope;
	struct place place;
	bool exclusion;
	size_t at;                 /* in its list */
	bool used;                 /* there is an SLO that it is for */
	const struct slo *grouped; /* one of those that it is for has groups; NULL: none */
};

/* The corrections under one name, such as all that are for one service. */
struct filed {
	struct one **at;
	size_t len, cap;
};

struct resolving {
	struct slo_set *set;
	struct findings *findings;
	struct arena arena; /* keys and what is filed */
	struct one *all;
	size_t len;
	struct map filed; /* key -> struct filed: each correction under the narrowest that it says */
	struct map lists; /* those that SLOs have, as bytes -> struct corrections */
	const char **ids; /* of the SLOs, where a nearest one is looked for */
	size_t looked;    /* how often that was done */
};

static struct str key_text(struct arena *arena, char kind, struct str name, struct str value)
{
	return arena_fmt(arena, "%c%.*s\n%.*s", kind, STR_ARG(name), STR_ARG(value));
}

static void put_under(struct resolving *resolving, struct one *one, struct str key)
{
	struct filed *filed = map_get(&resolving->filed, key);

	if (!filed) {
		filed = arena_alloc(&resolving->arena, sizeof(*filed));
		map_put(&resolving->filed, key, filed);
	}
	XGROW(filed->at, filed->len, filed->cap);
	filed->at[filed->len++] = one;
}

static void file_one(struct resolving *resolving, struct one *one)
{
	const struct correction_scope *scope = one->scope;
	struct arena *arena = &resolving->arena;

	for (size_t i = 0; i < scope->slos_len; i++)
		put_under(resolving, one, key_text(arena, 'i', scope->slos[i], STR("")));
	if (scope->slos_len)
		return;
	if (scope->service.len)
		put_under(resolving, one, key_text(arena, 's', scope->service, STR("")));
	else if (scope->labels.len)
		put_under(resolving, one, key_text(arena, 'l', scope->labels.at[0].name, scope->labels.at[0].value));
	else
		put_under(resolving, one, key_text(arena, 'n', scope->namespace_, STR("")));
}

static bool is_broken(const struct slo_set *set, struct place place)
{
	const struct definition_file *file = slo_set_file(set, place.file);

	return file && file->broken;
}

static void list_all(struct resolving *resolving)
{
	const struct correction_list *list = &resolving->set->corrections;

	resolving->all = arena_array(&resolving->arena, correction_list_len(list), sizeof(*resolving->all));
	for (size_t i = 0; i < list->exclusions_len; i++)
		resolving->all[resolving->len++] = (struct one){.scope = &list->exclusions[i]->scope,
								.place = list->exclusions[i]->place,
								.exclusion = true,
								.at = i};
	for (size_t i = 0; i < list->adjustments_len; i++)
		resolving->all[resolving->len++] = (struct one){
			.scope = &list->adjustments[i]->scope, .place = list->adjustments[i]->place, .at = i};
	for (size_t i = 0; i < resolving->len; i++)
		file_one(resolving, &resolving->all[i]);
}

/* Those of one SLO so far. */
struct found {
	struct one **at;
	size_t len, cap;
};

static void find_under(struct resolving *resolving, const struct slo *slo, struct str key, struct found *found)
{
	const struct filed *filed = map_get(&resolving->filed, key);

	for (size_t i = 0; filed && i < filed->len; i++) {
		if (!correction_is_for(filed->at[i]->scope, slo))
			continue;
		filed->at[i]->used = true;
		XGROW(found->at, found->len, found->cap);
		found->at[found->len++] = filed->at[i];
	}
}

static int by_place(const void *a, const void *b)
{
	struct one *const *left = a, *const *right = b;

	return (*left > *right) - (*left < *right);
}

/* What was filed under one key is in order already. */
static void sort(struct found *found)
{
	for (size_t i = 1; i < found->len; i++)
		if (found->at[i - 1] > found->at[i]) {
			qsort(found->at, found->len, sizeof(*found->at), by_place);
			return;
		}
}

/* SLOs with the same corrections share their list. */
static const struct corrections *shared_list(struct resolving *resolving, struct found *found)
{
	struct arena *arena = &resolving->set->arena;
	const struct correction_list *list = &resolving->set->corrections;
	struct str bytes = {(const char *)found->at, found->len * sizeof(*found->at)};
	const struct exclusion **exclusions;
	const struct adjustment **adjustments;
	struct corrections *shared;

	if (found->len == 0)
		return NULL;
	sort(found);
	shared = map_get(&resolving->lists, bytes);
	if (shared)
		return shared;
	shared = arena_alloc(arena, sizeof(*shared));
	exclusions = arena_array(arena, found->len, sizeof(*exclusions));
	adjustments = arena_array(arena, found->len, sizeof(*adjustments));
	for (size_t i = 0; i < found->len; i++)
		if (found->at[i]->exclusion)
			exclusions[shared->exclusions_len++] = list->exclusions[found->at[i]->at];
		else
			adjustments[shared->adjustments_len++] = list->adjustments[found->at[i]->at];
	shared->exclusions = exclusions;
	shared->adjustments = adjustments;
	map_put(&resolving->lists, arena_str(&resolving->arena, bytes), shared);
	return shared;
}

static void give(struct resolving *resolving, struct slo *slo, struct found *found)
{
	struct arena keys;

	arena_init(&keys);
	found->len = 0;
	find_under(resolving, slo, key_text(&keys, 'i', slo->id, STR("")), found);
	find_under(resolving, slo, key_text(&keys, 's', slo->service, STR("")), found);
	find_under(resolving, slo, key_text(&keys, 'n', slo->namespace_, STR("")), found);
	for (size_t i = 0; i < slo->labels.len; i++)
		find_under(resolving, slo, key_text(&keys, 'l', slo->labels.at[i].name, slo->labels.at[i].value),
			   found);
	for (size_t i = 0; slo->group_by_len && i < found->len; i++)
		found->at[i]->grouped = slo;
	slo->corrections = shared_list(resolving, found);
	arena_release(&keys);
}

/* A search through all ids; more than a few unknown ones are no slips of the pen. */
enum { NEAREST_LOOKS = 20 };

static const char *nearest_id(struct resolving *resolving, struct str id)
{
	const struct slo_set *set = resolving->set;

	if (resolving->looked++ >= NEAREST_LOOKS)
		return NULL;
	if (!resolving->ids) {
		resolving->ids = arena_array(&resolving->arena, set->len, sizeof(*resolving->ids));
		for (size_t i = 0; i < set->len; i++)
			resolving->ids[i] = set->slos[i].id.at;
	}
	return str_nearest(id, resolving->ids, set->len);
}

static void say_unknown_ids(struct resolving *resolving, const struct one *one, bool *all_known)
{
	for (size_t i = 0; i < one->scope->slos_len; i++) {
		struct str id = one->scope->slos[i];
		const char *nearest;

		if (slo_set_find(resolving->set, id))
			continue;
		*all_known = false;
		nearest = nearest_id(resolving, id);
		findings_add(resolving->findings, FINDING_WARNING, one->scope->places[i], STR("slo"), "unknown-slo",
			     "slo: there is no SLO '%.*s' in any of the files%s%s%s", VALUE_ARG(id),
			     nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	}
}

static void say_unused(struct resolving *resolving, const struct one *one)
{
	struct buf scope;

	buf_init(&scope, FINDING_VALUE_BYTES * 4);
	correction_scope_write(&scope, one->scope);
	findings_add(resolving->findings, FINDING_WARNING, one->place, STR("for"), "for-nothing",
		     "for: none of the SLOs is meant by '%.*s'", STR_ARG(buf_view(&scope)));
	buf_release(&scope);
}

/* What a window of each group gets is right for minutes, of which each has its own, and hardly for events. */
static void say_grouped(struct resolving *resolving, const struct one *one)
{
	const struct adjustment *adjustment = one->exclusion ? NULL : resolving->set->corrections.adjustments[one->at];

	if (adjustment && one->grouped && (fabs(adjustment->good) > 0 || fabs(adjustment->bad) > 0))
		findings_add(resolving->findings, FINDING_WARNING, one->place, STR("for"), "adjusted-groups",
			     "for: '%.*s' has groups, and each of them gets all of these events; badMinutes are of "
			     "each group's own traffic",
			     VALUE_ARG(one->grouped->id));
}

static void say_twins(struct resolving *resolving)
{
	struct correction_lines lines = correction_lines_of(&resolving->arena, &resolving->set->corrections);
	struct map met;

	map_init(&met);
	for (size_t i = 0; i < lines.len; i++) {
		struct one *one = &resolving->all[i];
		struct one *first = map_put(&met, correction_line_key(&resolving->arena, &lines.at[i]), one);

		if (first && one->exclusion)
			findings_add(resolving->findings, FINDING_WARNING, one->place, STR(""), "duplicate",
				     "the same time is excluded for the same SLOs at %s:%u:%u already",
				     first->place.file, first->place.line, first->place.col);
		else if (first)
			findings_add(resolving->findings, FINDING_WARNING, one->place, STR(""), "duplicate",
				     "the same SLOs are adjusted at the same time at %s:%u:%u already: both count",
				     first->place.file, first->place.line, first->place.col);
	}
	map_release(&met);
}

static bool any_broken(const struct slo_set *set)
{
	for (size_t i = 0; i < set->files_len; i++)
		if (set->files[i].broken)
			return true;
	return false;
}

/* Of what a broken file may have defined nothing is known: what seems to lead nowhere may lead there. */
static void say_all(struct resolving *resolving)
{
	if (any_broken(resolving->set))
		return;
	for (size_t i = 0; i < resolving->len; i++) {
		const struct one *one = &resolving->all[i];
		bool all_known = true;

		say_unknown_ids(resolving, one, &all_known);
		if (!one->used && all_known)
			say_unused(resolving, one);
		say_grouped(resolving, one);
	}
	say_twins(resolving);
}

/* What was kept of a broken file may stand in another one by now. */
static void drop_kept_twins(struct slo_set *set)
{
	struct correction_list *list = &set->corrections, rest = {.exclusions = NULL};
	struct correction_lines lines;
	struct arena arena;
	struct map fresh;

	arena_init(&arena);
	map_init(&fresh);
	lines = correction_lines_of(&arena, list);
	for (size_t i = 0; i < lines.len; i++)
		if (!is_broken(set, (struct place){lines.at[i].file.at, 0, 0}))
			map_put(&fresh, correction_line_key(&arena, &lines.at[i]), &lines.at[i]);
	for (size_t i = 0; i < lines.len; i++) {
		bool kept = is_broken(set, (struct place){lines.at[i].file.at, 0, 0});

		if (kept && map_get(&fresh, correction_line_key(&arena, &lines.at[i])))
			continue;
		if (i < list->exclusions_len)
			correction_list_add_exclusion(&rest, list->exclusions[i]);
		else
			correction_list_add_adjustment(&rest, list->adjustments[i - list->exclusions_len]);
	}
	correction_list_release(list);
	*list = rest;
	map_release(&fresh);
	arena_release(&arena);
}

void corrections_resolve(struct slo_set *set, struct findings *findings)
{
	struct resolving resolving = {.set = set, .findings = findings};
	struct found found = {NULL, 0, 0};

	if (any_broken(set))
		drop_kept_twins(set);
	for (size_t i = 0; i < set->len; i++)
		set->slos[i].corrections = NULL;
	if (correction_list_len(&set->corrections) == 0)
		return;
	arena_init(&resolving.arena);
	map_init(&resolving.filed);
	map_init(&resolving.lists);
	list_all(&resolving);
	for (size_t i = 0; i < set->len; i++)
		give(&resolving, &set->slos[i], &found);
	say_all(&resolving);
	for (struct map_entry *entry = NULL; (entry = map_next(&resolving.filed, entry));)
		free(((struct filed *)entry->value)->at);
	map_release(&resolving.filed);
	map_release(&resolving.lists);
	arena_release(&resolving.arena);
	free(found.at);
}
