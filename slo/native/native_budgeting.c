#include "slo/native/native_budgeting.h"

#include "slo/field_schema.h"
#include "slo/native/native_types.h"

#include <stddef.h>

struct written {
	int method, empty, missing;
	struct span slice;
	double target;
};

#define AT(member) offsetof(struct written, member)

const struct field native_budgeting[] = {
	{.name = "method",
	 .type = &field_choice,
	 .at = AT(method),
	 .fallback = "occurrences",
	 .choices = (const char *const[]){"occurrences", "timeslices", "ratioTimeslices", NULL},
	 .help = "`occurrences`: bad events spend the budget, as without `budgeting`. `timeslices`: bad slices of time do. `ratioTimeslices`: "
		 "slices do, each by the bad part of its events, so that a quiet minute weighs as much as a busy one"},
	{.name = "slice",
	 .type = &native_type_minutes,
	 .at = AT(slice),
	 .min = (double)SPAN_MINUTE,
	 .max = (double)SPAN_DAY,
	 .fallback = "1m",
	 .help = "The length of a slice; slices end at its multiples"},
	{.name = "target",
	 .type = &native_type_part,
	 .at = AT(target),
	 .max = 1,
	 .help = "`timeslices`: a slice is good where this part of its events is, or more"},
	{.name = "empty",
	 .type = &field_choice,
	 .at = AT(empty),
	 .choices = (const char *const[]){"good", "bad", "ignore", NULL},
	 .fallback = "good",
	 .help = "What a slice counts as in which nothing happened"},
	{.name = "noData",
	 .type = &field_choice,
	 .at = AT(missing),
	 .choices = (const char *const[]){"ignore", "good", "bad", "hold", NULL},
	 .fallback = "ignore",
	 .help = "What a slice, or with `occurrences` a step, counts as of which nothing is known, from the first data on; `hold`: as the last "
		 "slice of which something is, a step as those of the last hour with data, whose traffic `good` and `bad` steps have, too. It "
		 "is never covered, and once its events come to light it is judged by them"},
	{.name = NULL},
};

static bool check(struct reader *reader, const struct yaml_node *node, const struct written *written)
{
	static const char *const sliced[] = {"slice", "target", "empty"};

	for (size_t i = 0; written->method == BUDGET_OCCURRENCES && i < sizeof(sliced) / sizeof(*sliced); i++)
		if (yaml_get(node, sliced[i]))
			return reader_error(reader, yaml_get(node, sliced[i]), sliced[i], "budgeting-key",
					    "is for slices of time; the method is occurrences");
	if (written->method == BUDGET_TIME_SLICES && !(written->target > 0)) /* nor `target:` with nothing behind it */
		return reader_error(reader, node, "target", "missing-key", "is missing in budgeting");
	if (written->method == BUDGET_RATIO_TIME_SLICES && yaml_get(node, "target"))
		return reader_error(reader, yaml_get(node, "target"), "target", "budgeting-key",
				    "is for the method timeslices; this one is ratioTimeslices");
	return true;
}

static bool read_budgeting(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct written written = {.method = 0};
	size_t errors = reader->findings->errors;

	fields_read(reader, native_budgeting, node, field->name, &written);
	if (reader->findings->errors != errors || !check(reader, node, &written))
		return false;
	if (written.method == BUDGET_OCCURRENCES)
		*(struct budgeting *)at = (struct budgeting){.missing = (enum slice_missing)written.missing};
	else
		*(struct budgeting *)at =
			(struct budgeting){(enum budgeting_method)written.method, written.slice, written.target,
					   (enum slice_empty)written.empty, (enum slice_missing)written.missing};
	return true;
}

const struct field_type native_type_budgeting = {"a map", read_budgeting, NULL, field_schema_map};
