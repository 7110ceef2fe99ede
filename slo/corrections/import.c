#include "slo/corrections/import.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "promql/matcher.h"
#include "slo/composites.h"
#include "slo/corrections/corrections_past.h"

#include <stdlib.h>

/* A set while silences are worked into it. */
struct importing {
	struct slo_set *set;
	struct instant now;
	struct arena arena;              /* of what is not the set's */
	struct labels *labels;           /* of each SLO, as its alerts have them */
	struct map names;                /* of all these labels */
	const struct exclusion ***found; /* of each SLO: the new ones */
	size_t *found_len;
	size_t *matched; /* the SLOs of the silence at hand */
	size_t matched_len;
};

static struct labels labels_of(struct importing *importing, const struct slo *slo)
{
	struct labels labels = {arena_array(&importing->arena, slo->labels.len + 3, sizeof(struct label)), 0};

	labels.at[labels.len++] = (struct label){STR("service"), slo->service};
	labels.at[labels.len++] = (struct label){STR("slo"), slo->name};
	labels.at[labels.len++] = (struct label){STR("namespace"), slo->namespace_};
	for (size_t i = 0; i < slo->labels.len; i++)
		labels.at[labels.len++] = slo->labels.at[i];
	labels_sort(labels);
	for (size_t i = 0; i < labels.len; i++)
		map_put(&importing->names, labels.at[i].name, importing);
	return labels;
}

/* The value of a group's label is that of a part of the SLO. */
static bool looks_at_groups(const struct silence *silence, const struct slo *slo)
{
	for (size_t i = 0; i < slo->group_by_len; i++)
		for (size_t k = 0; k < silence->matchers_len; k++)
			if (str_eq(silence->matchers[k].name, slo->group_by[i]))
				return true;
	return false;
}

static bool all_names_known(const struct importing *importing, const struct silence *silence)
{
	for (size_t i = 0; i < silence->matchers_len; i++)
		if (!map_get(&importing->names, silence->matchers[i].name))
			return false;
	return true;
}

static bool match(struct importing *importing, const struct silence *silence)
{
	struct matcher_set *matchers = matcher_set_new(silence->matchers, silence->matchers_len);

	importing->matched_len = 0;
	for (size_t i = 0; matchers && i < importing->set->len; i++)
		if (matcher_set_match(matchers, importing->labels[i]) &&
		    !looks_at_groups(silence, &importing->set->slos[i]))
			importing->matched[importing->matched_len++] = i;
	matcher_set_free(matchers);
	return matchers;
}

static bool is_past(const struct importing *importing, const struct silence *silence)
{
	for (size_t i = 0; i < importing->matched_len; i++)
		if (silence->end.ms >
		    corrections_reach(&importing->set->slos[importing->matched[i]], importing->now).ms)
			return false;
	return true;
}

/* Whole seconds; what has a part in a second has all of it. */
static bool read_when(const struct silence *silence, struct recurrence *when)
{
	struct err err;
	const struct recurrence_terms terms = {.zone = zone_find(STR("UTC"), &err),
					       .start = civil_of_seconds(silence->begin.ms / 1000),
					       .end = civil_of_seconds((silence->end.ms + 999) / 1000)};

	return recurrence_read(&terms, when, &err);
}

static enum silence_use judge(struct importing *importing, const struct silence *silence, struct recurrence *when)
{
	if (silence->end.ms <= silence->begin.ms)
		return SILENCE_NEVER_BEGAN;
	if (!all_names_known(importing, silence))
		return SILENCE_OF_ALERTS;
	if (!match(importing, silence))
		return SILENCE_UNREAD;
	if (importing->matched_len == 0)
		return SILENCE_OF_NONE;
	if (is_past(importing, silence))
		return SILENCE_PAST;
	if (!read_when(silence, when))
		return SILENCE_TOO_LONG;
	return correction_list_len(&importing->set->corrections) < LIMIT_CORRECTIONS ? SILENCE_IN_FORCE
										     : SILENCE_TOO_MANY;
}

static struct str matchers_text(struct arena *arena, const struct silence *silence)
{
	struct str text;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	silence_matchers_write(&buf, silence);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* Alertmanager's own form wants both; its API takes what comes. */
static struct str said_or(struct arena *arena, struct str text, struct str other)
{
	return arena_str(arena, text.len ? text : other);
}

static struct exclusion *exclusion_of(struct arena *arena, const struct silence *silence)
{
	struct exclusion *exclusion = arena_alloc(arena, sizeof(*exclusion));
	struct str begin = arena_str(arena, str_of(instant_text(silence->begin).text));
	struct str end = arena_str(arena, str_of(instant_text(silence->end).text));

	exclusion->scope.matchers = matchers_text(arena, silence);
	exclusion->when_text = arena_fmt(arena, "%.*s to %.*s", STR_ARG(begin), STR_ARG(end));
	exclusion->reason = said_or(arena, silence->comment, STR("no comment"));
	exclusion->author = said_or(arena, silence->author, STR("unknown"));
	exclusion->place.file =
		arena_fmt(arena, "silence %.*s at %.*s", STR_ARG(silence->id), STR_ARG(silence->url)).at;
	return exclusion;
}

static void take(struct importing *importing, const struct silence *silence, const struct recurrence *when)
{
	struct exclusion *exclusion = exclusion_of(&importing->set->arena, silence);

	exclusion->when = *when;
	correction_list_add_exclusion(&importing->set->corrections, exclusion);
	for (size_t i = 0; i < importing->matched_len; i++) {
		size_t slo = importing->matched[i];

		importing->found[slo] = arena_grow(&importing->arena, importing->found[slo], importing->found_len[slo],
						   sizeof(**importing->found));
		importing->found[slo][importing->found_len[slo]++] = exclusion;
	}
}

/* Those from files, then the new ones. */
static struct corrections *both(struct arena *arena, const struct corrections *base,
				const struct exclusion *const *found, size_t len)
{
	struct corrections *corrections = arena_alloc(arena, sizeof(*corrections));
	size_t base_len = base ? base->exclusions_len : 0;
	const struct exclusion **exclusions = arena_array(arena, base_len + len, sizeof(*exclusions));

	if (base)
		*corrections = *base;
	for (size_t i = 0; i < base_len; i++)
		exclusions[i] = base->exclusions[i];
	for (size_t i = 0; i < len; i++)
		exclusions[base_len + i] = found[i];
	corrections->exclusions = exclusions;
	corrections->exclusions_len = base_len + len;
	return corrections;
}

/* What makes such a list, as bytes. */
static struct str list_key(struct importing *importing, const struct corrections *base,
			   const struct exclusion *const *found, size_t len)
{
	const void **key = arena_array(&importing->arena, len + 1, sizeof(*key));

	key[0] = base;
	for (size_t i = 0; i < len; i++)
		key[i + 1] = found[i];
	return (struct str){(const char *)key, (len + 1) * sizeof(*key)};
}

/* A list that many SLOs have in common is there once. */
static void give(struct importing *importing)
{
	struct map lists;

	map_init(&lists);
	for (size_t i = 0; i < importing->set->len; i++) {
		struct slo *slo = &importing->set->slos[i];
		size_t len = importing->found_len[i];
		struct corrections *shared;
		struct str key;

		if (len == 0)
			continue;
		key = list_key(importing, slo->corrections, importing->found[i], len);
		shared = map_get(&lists, key);
		if (!shared) {
			shared = both(&importing->set->arena, slo->corrections, importing->found[i], len);
			map_put(&lists, key, shared);
		}
		slo->corrections = shared;
	}
	map_release(&lists);
}

static struct slo_set *set_over(struct slo_set *base)
{
	struct slo_set *set = xcalloc(1, sizeof(*set));

	*set = *base;
	arena_init(&set->arena);
	set->base = slo_set_ref(base);
	set->references = 1;
	set->slos = xcalloc(base->len, sizeof(*set->slos));
	if (base->len)
		memcpy(set->slos, base->slos, base->len * sizeof(*set->slos));
	composites_follow(set, base);
	set->corrections = (struct correction_list){.exclusions = NULL};
	for (size_t i = 0; i < base->corrections.exclusions_len; i++)
		correction_list_add_exclusion(&set->corrections, base->corrections.exclusions[i]);
	for (size_t i = 0; i < base->corrections.adjustments_len; i++)
		correction_list_add_adjustment(&set->corrections, base->corrections.adjustments[i]);
	return set;
}

static void begin(struct importing *importing, struct slo_set *base, struct instant now)
{
	struct arena *arena = &importing->arena;

	*importing = (struct importing){.set = set_over(base), .now = now};
	arena_init(arena);
	map_init(&importing->names);
	importing->labels = arena_array(arena, base->len, sizeof(*importing->labels));
	importing->found = arena_array(arena, base->len, sizeof(*importing->found));
	importing->found_len = arena_array(arena, base->len, sizeof(*importing->found_len));
	importing->matched = arena_array(arena, base->len, sizeof(*importing->matched));
	for (size_t i = 0; i < base->len; i++)
		importing->labels[i] = labels_of(importing, &base->slos[i]);
}

struct slo_set *slo_set_import(struct slo_set *base, struct silence_list *silences, struct instant now)
{
	struct importing importing;
	size_t in_force = 0;

	begin(&importing, base, now);
	for (size_t i = 0; i < silences->len; i++) {
		struct silence *silence = &silences->at[i];
		struct recurrence when;

		silence->use = judge(&importing, silence, &when);
		if (silence->use == SILENCE_IN_FORCE)
			take(&importing, silence, &when);
		in_force += silence->use == SILENCE_IN_FORCE;
	}
	give(&importing);
	map_release(&importing.names);
	arena_release(&importing.arena);
	if (in_force)
		return importing.set;
	slo_set_unref(importing.set);
	return slo_set_ref(base);
}
