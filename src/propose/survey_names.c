/* Names of metrics to finds: those of a known convention, and counters that look like a pair. */
#include "propose/survey_parts.h"

#include <stdlib.h>

static bool there(const struct surveying *surveying, struct str stem, const char *ending)
{
	return map_get(&surveying->by_name, arena_fmt(surveying->arena, "%.*s%s", STR_ARG(stem), ending)) != NULL;
}

static struct str without(struct str name, const char *ending) { return str_slice(name, 0, name.len - strlen(ending)); }

static struct str type_of(const struct surveying *surveying, struct str metric)
{
	const struct str *type = map_get(&surveying->types, metric);

	if (!type && str_ends(metric, STR("_total")))
		type = map_get(&surveying->types, without(metric, "_total"));
	return type ? *type : STR("");
}

/* What targets say of a metric may contradict its name. Servers that do not know say nothing, or `unknown`. */
static bool contradicts(enum convention_kind kind, struct str type)
{
	switch (kind) {
	case CONVENTION_COUNTER:
		return str_is(type, "gauge") || str_is(type, "histogram") || str_is(type, "summary");
	case CONVENTION_HISTOGRAM:
		return str_is(type, "gauge") || str_is(type, "counter");
	case CONVENTION_PROBE:
		return str_is(type, "counter") || str_is(type, "histogram") || str_is(type, "summary");
	}
	return false;
}

static void add(struct surveying *surveying, struct str metric, struct str counted, enum convention_kind kind)
{
	const struct convention *convention = convention_of(metric, kind);
	struct str type;

	if (!convention || !metric_name_ok(counted))
		return;
	type = type_of(surveying, metric);
	surveying->survey->known++;
	if (contradicts(kind, type)) {
		survey_remark(surveying->survey, "'%.*s' is a %.*s here, and not what its name says", STR_ARG(metric),
			      STR_ARG(type));
		return;
	}
	if (surveying->finds_len == SURVEY_FOUND)
		return;
	surveying->finds =
		arena_grow(surveying->arena, surveying->finds, surveying->finds_len, sizeof(*surveying->finds));
	surveying->finds[surveying->finds_len++] = (struct find){
		.convention = convention,
		.metric = metric,
		.counted = counted,
		.buckets = kind == CONVENTION_HISTOGRAM && there(surveying, metric, "_bucket"),
	};
}

static int by_convention(const void *a, const void *b)
{
	const struct find *left = a, *right = b;

	if (left->convention != right->convention)
		return left->convention < right->convention ? -1 : 1;
	return str_cmp(left->metric, right->metric);
}

static void add_name(struct surveying *surveying, struct str name)
{
	add(surveying, name, name, CONVENTION_COUNTER);
	add(surveying, name, name, CONVENTION_PROBE);
	if (str_ends(name, STR("_count")))
		add(surveying, without(name, "_count"), name, CONVENTION_HISTOGRAM);
	else if (metric_name_ok(name) && convention_of(name, CONVENTION_HISTOGRAM) &&
		 !there(surveying, name, "_count") && !str_is(type_of(surveying, name), "gauge"))
		survey_remark(
			surveying->survey,
			"'%.*s' has no '%.*s_count': if it is a native histogram, write an SLO with 'native: true'",
			STR_ARG(name), STR_ARG(name));
}

void survey_find(struct surveying *surveying)
{
	for (size_t i = 0; i < surveying->names->len; i++)
		add_name(surveying, surveying->names->at[i]);
	if (surveying->finds_len)
		qsort(surveying->finds, surveying->finds_len, sizeof(*surveying->finds), by_convention);
	if (surveying->finds_len <= SURVEY_FINDS)
		return;
	survey_remark(
		surveying->survey, "%zu more metrics of known kinds, '%.*s' and those behind it: %d are looked at",
		surveying->finds_len - SURVEY_FINDS, STR_ARG(surveying->finds[SURVEY_FINDS].metric), (int)SURVEY_FINDS);
	surveying->finds_len = SURVEY_FINDS;
}

/* The counter of all events beside one of failures, if there is one. */
static struct str whole_of(struct surveying *surveying, struct str failures)
{
	static const char *const parts[] = {"_errors_total", "_failures_total", "_failed_total",
					    "_error_total",  "_failure_total",  "_exceptions_total"};
	static const char *const wholes[] = {"_total",      "_requests_total", "_attempts_total",
					     "_runs_total", "_calls_total",    "_processed_total"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!str_ends(failures, str_of(parts[i])))
			continue;
		for (size_t k = 0; k < sizeof(wholes) / sizeof(wholes[0]); k++)
			if (there(surveying, without(failures, parts[i]), wholes[k]))
				return arena_fmt(surveying->arena, "%.*s%s", STR_ARG(without(failures, parts[i])),
						 wholes[k]);
	}
	return STR("");
}

void survey_pairs(struct surveying *surveying)
{
	size_t found = 0;

	for (size_t i = 0; i < surveying->names->len; i++) {
		struct str name = surveying->names->at[i], whole = whole_of(surveying, name);

		if (whole.len == 0 || !metric_name_ok(name) ||
		    contradicts(CONVENTION_COUNTER, type_of(surveying, name)) || found++ >= SURVEY_PAIRS)
			continue;
		survey_remark(
			surveying->survey,
			"'%.*s' and '%.*s' look like bad events and all: an SLO on them is for one who knows them",
			STR_ARG(name), STR_ARG(whole));
	}
	if (found > SURVEY_PAIRS)
		survey_remark(surveying->survey, "%zu more counters look like such pairs", found - SURVEY_PAIRS);
}
