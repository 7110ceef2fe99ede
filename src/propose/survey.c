#include "propose/survey.h"

#include "base/limits.h"
#include "base/mem.h"
#include "propose/survey_parts.h"

#include <stdlib.h>

struct str find_selector(struct arena *arena, const struct find *find, struct str metric)
{
	struct proposal all = {.convention = find->convention, .counted = metric, .only = find->only};

	return proposal_selector(arena, &all, STR(""), false);
}

static bool ask_names(struct surveying *surveying, struct err *err)
{
	static const struct str name = STR_INIT("__name__");

	surveying->names = inquiry_list(surveying->inquiry, ASK_VALUES, name, STR(""), LIMIT_METRIC_NAMES);
	if (!inquiry_ask(surveying->inquiry, err))
		return false;
	if (surveying->names->error)
		return err_set(err, "%s", surveying->names->error);
	surveying->metadata = inquiry_list(surveying->inquiry, ASK_METADATA, STR(""), STR(""), LIMIT_METRIC_NAMES);
	return inquiry_ask(surveying->inquiry, err);
}

static void index_names(struct surveying *surveying)
{
	struct survey *survey = surveying->survey;
	const struct listed *names = surveying->names, *metadata = surveying->metadata;

	survey->names = names->len;
	if (names->cut)
		survey_remark(survey, "there are more than %zu metrics: only so many were looked at", names->len);
	if (metadata->error)
		survey_remark(survey, "the types of metrics are not known, and were taken from their names: %s",
			      metadata->error);
	for (size_t i = 0; i < names->len; i++)
		map_put(&surveying->by_name, names->at[i], &names->at[i]);
	for (size_t i = 0; i < metadata->len; i++)
		map_put(&surveying->types, metadata->at[i], &metadata->types[i]);
}

static bool look_into_finds(struct surveying *surveying, struct err *err)
{
	for (size_t i = 0; i < surveying->finds_len; i++) {
		struct find *find = &surveying->finds[i];

		find->labels = inquiry_list(surveying->inquiry, ASK_LABEL_NAMES, STR(""),
					    find_selector(surveying->arena, find, find->counted), SURVEY_VALUES);
	}
	if (!inquiry_ask(surveying->inquiry, err))
		return false;
	for (size_t i = 0; i < surveying->finds_len; i++)
		survey_ask_services(surveying, &surveying->finds[i]);
	if (!inquiry_ask(surveying->inquiry, err))
		return false;
	for (size_t i = 0; i < surveying->finds_len; i++)
		survey_take_services(surveying, &surveying->finds[i]);
	return true;
}

/* The same service and SLO: the first lead wins. */
static const struct proposal *twin(const struct survey *survey, const struct proposal *proposal)
{
	for (size_t i = 0; i < survey->len; i++)
		if (str_eq(survey->list[i].service, proposal->service) && str_eq(survey->list[i].name, proposal->name))
			return &survey->list[i];
	return NULL;
}

static void keep(struct surveying *surveying, const struct proposal *proposal)
{
	struct survey *survey = surveying->survey;
	const struct proposal *first = twin(survey, proposal);

	if (first) {
		survey_remark(survey, "'%.*s' of %.*s counts what '%.*s' does, which is proposed",
			      STR_ARG(proposal->counted), STR_ARG(proposal->service), STR_ARG(first->counted));
		return;
	}
	survey->list = arena_grow(surveying->arena, survey->list, survey->len, sizeof(*survey->list));
	survey->list[survey->len++] = *proposal;
}

static bool look_into_leads(struct surveying *surveying, struct err *err)
{
	size_t over = 0;

	for (size_t i = 0; i < surveying->leads_len; i++)
		survey_ask_lead(surveying, &surveying->leads[i]);
	if (!inquiry_ask(surveying->inquiry, err))
		return false;
	for (size_t i = 0; i < surveying->leads_len; i++) {
		if (!survey_judge_lead(surveying, &surveying->leads[i]))
			continue;
		if (surveying->survey->len < SURVEY_PROPOSALS)
			keep(surveying, &surveying->leads[i].proposal);
		else
			over++;
	}
	if (over)
		survey_remark(surveying->survey, "%zu more SLOs might be: %d are proposed at once", over,
			      (int)SURVEY_PROPOSALS);
	return true;
}

static int by_service(const void *a, const void *b)
{
	const struct proposal *left = a, *right = b;
	int order = str_cmp(left->service, right->service);

	if (order == 0 && left->convention != right->convention)
		order = left->convention < right->convention ? -1 : 1;
	return order ? order : (int)left->kind - (int)right->kind;
}

bool survey_take(struct source *source, const struct survey_options *options, struct arena *arena,
		 struct survey *survey, struct err *err)
{
	struct surveying surveying = {.survey = survey, .options = options, .arena = arena};
	bool ok;

	*survey = (struct survey){.arena = arena, .at = options->at};
	survey->from.ms = options->at.ms - options->since.ms;
	surveying.inquiry = inquiry_new(source, arena, survey->from, survey->at);
	map_init(&surveying.by_name);
	map_init(&surveying.types);
	ok = ask_names(&surveying, err);
	if (ok) {
		index_names(&surveying);
		survey_find(&surveying);
		survey_pairs(&surveying);
		ok = look_into_finds(&surveying, err) && look_into_leads(&surveying, err);
	}
	if (ok && survey->len)
		qsort(survey->list, survey->len, sizeof(*survey->list), by_service);
	map_release(&surveying.by_name);
	map_release(&surveying.types);
	inquiry_free(surveying.inquiry);
	return ok;
}
