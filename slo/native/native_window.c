#include "slo/native/native_window.h"

#include "base/limits.h"
#include "slo/field_schema.h"
#include "slo/native/native_moment.h"

#include <stddef.h>

/* A window as it is written as a map. */
struct written {
	struct span rolling;
	int calendar;
	unsigned every;
	const struct zone *zone;
	struct civil start;
};

static bool read_zone(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	const struct zone **zone = at;
	struct str name;
	struct err err = {0};

	if (!field_scalar(reader, field, node, &name))
		return false;
	*zone = zone_find(name, &err);
	return *zone || reader_error(reader, node, field->name, "time-zone", "%s", err.text);
}

/* A date, or a date and a time, on the zone's clock. */
static bool read_start(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct civil *start = at;
	struct moment moment = {.node = node};
	struct str text;
	bool fine;

	if (!field_scalar(reader, field, node, &text))
		return false;
	/* a "Z" behind seconds is of the zone's clock, too */
	fine = moment_read(text, &moment) && !moment.ms &&
	       (!moment.fixed || str_trim(text).len == strlen("2026-01-31T06:00:00Z"));
	if (!fine)
		return reader_error(
			reader, node, field->name, "wrong-type",
			"'%.*s' is neither a date such as 2026-04-01 nor one with a time such as 2026-04-01T06:00; "
			"the zone is timeZone's",
			VALUE_ARG(node->text));
	*start = moment.civil;
	return start->year > 0 ||
	       reader_error(reader, node, field->name, "out-of-range", "'%.*s' is out of range", VALUE_ARG(node->text));
}

static void schema_start(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_STRING);
	schema_pattern(json, field,
		       "^" SCHEMA_BLANKS
		       "[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}[Zz]?)?)?" SCHEMA_BLANKS "$");
}

const struct field_type native_type_zone = {"a time zone", read_zone, NULL, field_schema_text};
const struct field_type native_type_start = {"a date", read_start, NULL, schema_start};

static const char *const unit_choices[] = {"day", "week", "month", "quarter", "year", NULL};

#define AT(member) offsetof(struct written, member)

const struct field native_window[] = {
	{.name = "rolling",
	 .type = &field_duration,
	 .at = AT(rolling),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .min = (double)SPAN_HOUR,
	 .max = (double)(365 * SPAN_DAY),
	 .help = "The time up to now. Give either this or `calendar`"},
	{.name = "calendar",
	 .type = &field_choice,
	 .at = AT(calendar),
	 .choices = unit_choices,
	 .rivals = RIVALS_EXACTLY_ONE,
	 .help = "Calendar periods: the budget is whole again with each new one, and what became of the last one is kept"},
	{.name = "every",
	 .type = &field_count,
	 .at = AT(every),
	 .min = 1,
	 .max = 365,
	 .fallback = "1",
	 .help = "So many of them at a time: `calendar: week` with `every: 2` is a fortnight"},
	{.name = "timeZone",
	 .type = &native_type_zone,
	 .at = AT(zone),
	 .fallback = "UTC",
	 .help = "The IANA time zone that periods begin and end in, such as `Europe/Berlin`"},
	{.name = "start",
	 .type = &native_type_start,
	 .at = AT(start),
	 .help = "A day, or a day and a time on the zone's clock, on which a period begins; without it midnight, Monday, the 1st, January"},
	{.name = NULL},
};

#undef AT

static bool from_map(struct reader *reader, const struct field *field, const struct yaml_node *node,
		     struct slo_window *window)
{
	struct written written = {.zone = NULL};
	size_t errors = reader->findings->errors;
	uint64_t given = fields_read(reader, native_window, node, field->name, &written);
	bool rolling = field_given(native_window, given, "rolling");
	bool calendar = field_given(native_window, given, "calendar");
	static const char *const calendars[] = {"every", "timeZone", "start"};

	if (reader->findings->errors != errors)
		return false;
	if (rolling == calendar)
		return reader_error(reader, node, field->name, "window-kind",
				    rolling ? "has both rolling and calendar; give one of them"
					    : "has neither rolling nor calendar; give one of them");
	for (size_t i = 0; rolling && i < sizeof(calendars) / sizeof(*calendars); i++)
		if (yaml_get(node, calendars[i]))
			return reader_error(reader, yaml_get(node, calendars[i]), calendars[i], "window-kind",
					    "is for calendar windows; this one is rolling");
	window->calendar = calendar;
	window->span = written.rolling;
	window->periods =
		(struct calendar){(enum period_unit)written.calendar, written.every, written.zone, written.start};
	return true;
}

static bool from_text(struct reader *reader, const struct field *field, const struct yaml_node *node,
		      struct slo_window *window)
{
	struct err err;

	for (size_t i = 0; i < PERIOD_UNITS; i++)
		if (str_is(node->text, unit_choices[i])) {
			window->calendar = true;
			window->periods = (struct calendar){(enum period_unit)i, 1, zone_find(STR("UTC"), &err), {0}};
			return true;
		}
	return span_read(node->text, &window->span) ||
	       reader_error(reader, node, field->name, "wrong-type",
			    "'%.*s' is neither a duration such as 30d nor one of day, week, month, quarter and year",
			    VALUE_ARG(node->text));
}

static bool read_window(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct native_draft *native = (struct native_draft *)(void *)((char *)at - field->at);
	struct slo_window window = {.calendar = false};
	bool fine;

	if (node->kind == YAML_MAP)
		fine = from_map(reader, field, node, &window);
	else if (node->kind == YAML_SCALAR)
		fine = from_text(reader, field, node, &window);
	else
		fine = reader_error(reader, node, field->name, "wrong-type", "wants %s, not %s", field->type->name,
				    yaml_what(node));
	return fine && draft_add_window(reader, &native->draft, node, field->name, window);
}

static bool read_windows(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	bool fine = true;

	if (node->kind != YAML_LIST)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a list such as [30d, month], not %s", yaml_what(node));
	if (node->len == 0)
		return reader_error(reader, node, field->name, "empty", "is empty; it wants at least one window");
	for (size_t i = 0; i < node->len; i++)
		fine &= read_window(reader, field, node->items[i], at);
	return fine;
}

static void schema_window(struct json_writer *json, const struct field *field)
{
	const struct field unit = {.choices = unit_choices, .required = field->required};

	json_key(json, "anyOf");
	json_array(json);
	json_object(json);
	field_schema_choice(json, &unit);
	json_object_end(json);
	json_object(json);
	schema_type(json, NULL, SCHEMA_STRING);
	schema_pattern(json, field, "^" SCHEMA_SPAN "$");
	json_object_end(json);
	json_object(json);
	schema_object(json, native_window, SCHEMA_OBJECT);
	json_object_end(json);
	json_array_end(json);
}

static void schema_windows(struct json_writer *json, const struct field *field)
{
	const struct field item = {.type = &native_type_window, .required = true};

	schema_type(json, field, SCHEMA_ARRAY);
	schema_key_int(json, "minItems", 1);
	schema_key_int(json, "maxItems", SLO_WINDOWS);
	json_key(json, "items");
	json_object(json);
	schema_window(json, &item);
	json_object_end(json);
}

const struct field_type native_type_window = {"a window", read_window, NULL, schema_window};
const struct field_type native_type_windows = {"a list of windows", read_windows, NULL, schema_windows};
