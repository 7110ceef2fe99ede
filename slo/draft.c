#include "slo/draft.h"

#include "base/limits.h"
#include "base/mem.h"
#include "slo/native/native_alerting.h"

void head_init(struct head *head)
{
	*head = (struct head){.service = STR("")};
	map_init(&head->names);
}

void head_release(struct head *head) { map_release(&head->names); }

static void check_groups(struct reader *reader, const struct draft *draft)
{
	const struct slo *slo = &draft->slo;
	const struct written_query *const queries[] = {&draft->good, &draft->bad, &draft->total, &draft->metric};

	for (size_t i = 0; i < slo->group_by_len; i++)
		if (labels_get(slo->labels, slo->group_by[i]).at)
			reader_error(reader, draft->group_by, "groupBy", "group-label",
				     "'%.*s' is one of the SLO's labels already; a series cannot have it twice",
				     VALUE_ARG(slo->group_by[i]));
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		query_keeps(reader, queries[i], slo->group_by, slo->group_by_len);
}

/* What is counted otherwise, is so for the members. */
static void check_composite(struct reader *reader, const struct draft *draft)
{
	const struct slo *slo = &draft->slo;
	const struct yaml_node *budgeting = yaml_get(draft->node, "budgeting");

	if (!slo_composed(slo))
		return;
	if (slo->source.place.line)
		reader_error(reader, yaml_get(draft->node, "source"), "source", "composite-source",
			     "nothing is counted for a composite; each of its members has a source");
	if (slo->group_by_len)
		reader_error(reader, draft->group_by, "groupBy", "composite-groups",
			     "a composite has no groups of its own: it reads its members as wholes");
	if (slo->budgeting.method != BUDGET_OCCURRENCES || slo->budgeting.missing != MISSING_IGNORED)
		reader_error(
			reader, budgeting ? budgeting : draft->node, "budgeting", "composite-budgeting",
			"nothing is counted for a composite: it is for its members, and noData stands in composite, "
			"too");
}

/* The budget of the rest is that of the whole less those of the groups that are shown: events can be taken away so. */
static void check_top(struct reader *reader, const struct draft *draft)
{
	const struct slo *slo = &draft->slo;

	if (slo_has_rest(slo) && slo->budgeting.method != BUDGET_OCCURRENCES)
		reader_error(
			reader, draft->group_by, "rest", "group-top",
			"wants a budget of events: slices of time of some groups cannot be told from those of all; "
			"say `rest: none`");
	if (slo->group_limit && slo->top.most > slo->group_limit)
		reader_error(reader, draft->group_by, "top", "group-top", "%u is more than groupLimit, which is %u",
			     slo->top.most, slo->group_limit);
}

/* `names` holds the place of the first SLO of each name of the document. */
static void check_name(struct reader *reader, struct map *names, const struct draft *draft)
{
	struct str name = draft->slo.name;
	const struct place *first = map_get(names, name);
	struct place *place;

	if (first) {
		reader_error(reader, draft->name, "name", "duplicate",
			     "'%.*s' is the name of another SLO already, in line %u, column %u", VALUE_ARG(name),
			     first->line, first->col);
		return;
	}
	place = arena_alloc(reader->scratch, sizeof(*place));
	*place = reader_place(reader, draft->name);
	map_put(names, name, place);
}

/* Without a window it is 30 days. */
static void finish_windows(struct reader *reader, struct draft *draft)
{
	struct slo *slo = &draft->slo;
	struct slo_window *windows;

	if (draft->windows_len == 0)
		draft_add_window(reader, draft, draft->node, "window", (struct slo_window){.span = {30 * SPAN_DAY}});
	windows = arena_array(reader->arena, draft->windows_len, sizeof(*windows));
	for (size_t i = 0; i < draft->windows_len; i++)
		windows[i] = draft->windows[i];
	slo->windows = windows;
	slo->windows_len = draft->windows_len;
	slo->window = windows[0].span;
}

/* Slices must fit, and there must be enough of them for a budget. */
static void check_slices(struct reader *reader, const struct draft *draft)
{
	const struct slo *slo = &draft->slo;
	double slices;

	if (slo->budgeting.missing != MISSING_IGNORED && slo->group_by_len)
		reader_error(
			reader, draft->node, "noData", "no-data-groups",
			"wants an SLO without groups: a group without data may just be gone, and nobody could tell");
	if (slo->budgeting.method == BUDGET_OCCURRENCES || !slo->budgeting.slice.ms || !(slo->objective > 0))
		return;

	slices = (double)slo->window.ms / (double)slo->budgeting.slice.ms;
	if (slices < 2)
		reader_error(reader, draft->node, "slice", "slice-window",
			     "slices of %s are too long for a window of %s", span_text(slo->budgeting.slice).text,
			     span_text(slo->window).text);
	else if (slices * (1 - slo->objective) < 1)
		reader_warn(reader, draft->node, "slice", "slice-budget",
			    "the budget is less than one bad slice: %s of %s hold %.0f slices of %s",
			    slo->objective_text.at, span_text(slo->window).text, slices,
			    span_text(slo->budgeting.slice).text);
}

static void finish_texts(struct reader *reader, const struct head *head, struct draft *draft)
{
	struct slo *slo = &draft->slo;

	slo->service = head->service;
	if (!slo->group_limit)
		slo->group_limit = slo->top.most ? LIMIT_GROUPS_TOP : LIMIT_GROUPS_DEFAULT;
	slo->namespace_ = head->namespace_.len ? head->namespace_ : STR("");
	if (!slo->description.at)
		slo->description = STR("");
	slo->id = arena_fmt(reader->arena, "%.*s%s%.*s/%.*s", STR_ARG(slo->namespace_), slo->namespace_.len ? "/" : "",
			    STR_ARG(slo->service), STR_ARG(slo->name));
	slo->place = reader_place(reader, draft->node);
	slo->objective_place = reader_place(reader, draft->objective ? draft->objective : draft->node);
}

void draft_take(struct reader *reader, struct head *head, struct draft *draft, size_t errors, struct loaded *loaded)
{
	struct slo *slo = &draft->slo;

	slo->labels = labels_over(reader->arena, head->labels, draft->labels);
	if (slo->name.len)
		check_name(reader, &head->names, draft);
	finish_windows(reader, draft);
	check_groups(reader, draft);
	check_composite(reader, draft);
	check_top(reader, draft);
	check_slices(reader, draft);
	if (!slo->alerting && slo->window.ms && slo->objective > 0)
		slo->alerting = alerting_read(reader, head->alerting, draft->alerting, slo);
	draft_lint(reader, draft);
	if (reader->findings->errors != errors)
		return;
	if (!slo->policy_ref.name.len)
		slo->policy_ref = head->policy;
	if (!slo->source.place.line && !slo_composed(slo))
		slo->source = head->source;
	finish_texts(reader, head, draft);
	slo->counts_hash = draft_counts_hash(draft);
	XGROW(loaded->slos, loaded->slos_len, loaded->slos_cap);
	loaded->slos[loaded->slos_len++] = *slo;
}
