#include "slo/foreign/foreign.h"
#include "slo/foreign/openslo.h"
#include "slo/native/native_types.h"
#include "slo/native/native_window.h"

#include <stddef.h>

/* One item of the list. */
struct written {
	struct str duration;
	const struct yaml_node *duration_node;
	int unit;
	unsigned count;
	bool rolling;
	const struct zone *zone;
	struct civil start;
};

#define AT(member) offsetof(struct written, member)

static const struct field calendar[] = {
	{.name = "startTime", .type = &native_type_start, .at = AT(start), .required = true},
	{.name = "timeZone", .type = &native_type_zone, .at = AT(zone), .required = true},
	{.name = NULL},
};

static const struct field window_fields[] = {
	{.name = "duration", .type = &field_text, .at = AT(duration), .required = true, .min = 1},
	{.name = "isRolling", .type = &field_bool, .at = AT(rolling)},
	{.name = "calendar", .type = &field_map, .inner = calendar},
	{.name = NULL},
};

static const char *const alpha_units[] = {"Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year", NULL};
static const char alpha_letters[] = "mhdwMQY";

static const struct field alpha_fields[] = {
	{.name = "unit", .type = &field_choice, .at = AT(unit), .required = true, .choices = alpha_units},
	{.name = "count", .type = &field_count, .at = AT(count), .required = true, .min = 1, .max = 1000000},
	{.name = "isRolling", .type = &field_bool, .at = AT(rolling)},
	{.name = "calendar", .type = &field_map, .inner = calendar},
	{.name = NULL},
};

/* A rolling month has no length of its own. */
static void take_rolling(struct reader *reader, const struct yaml_node *node, struct openslo_duration duration,
			 struct draft *draft)
{
	struct span span = openslo_duration_span(duration);

	if (duration.unit == 'M' || duration.unit == 'Q' || duration.unit == 'Y')
		reader_warn(
			reader, node, "duration", "rolling-month",
			"%u%c is no fixed length, and the window is rolling: it is taken for %s; for calendar months "
			"write 'isRolling: false'",
			duration.count, duration.unit, span_text(span).text);
	draft_add_window(reader, draft, node, "duration", (struct slo_window){.span = span});
}

static void take_calendar(struct reader *reader, const struct yaml_node *node, struct openslo_duration duration,
			  const struct written *written, struct draft *draft)
{
	struct slo_window window = {.calendar = true};
	struct err err;

	if (duration.unit == 'm' && duration.count < 60) {
		reader_warn(reader, node, "duration", "minutes",
			    "'%um' is minutes, and no calendar window is so short: it is taken for months; write '%uM'",
			    duration.count, duration.count);
		duration.unit = 'M';
	}
	window.periods.count = duration.count;
	window.periods.zone = written->zone ? written->zone : zone_find(STR("UTC"), &err);
	window.periods.start = written->start;
	switch (duration.unit) {
	case 'd':
		window.periods.unit = PERIOD_DAY;
		break;
	case 'w':
		window.periods.unit = PERIOD_WEEK;
		break;
	case 'M':
		window.periods.unit = PERIOD_MONTH;
		break;
	case 'Q':
		window.periods.unit = PERIOD_QUARTER;
		break;
	case 'Y':
		window.periods.unit = PERIOD_YEAR;
		break;
	default:
		reader_error(reader, node, "duration", "out-of-range",
			     "a calendar window is days, weeks, months, quarters or years");
		return;
	}
	draft_add_window(reader, draft, node, "duration", window);
}

void openslo_window_read(struct reader *reader, const struct yaml_node *list, bool alpha, struct draft *draft)
{
	const char *key = alpha ? "timeWindows" : "timeWindow";
	struct written written = {.rolling = false};
	struct openslo_duration duration;
	size_t errors = reader->findings->errors;
	const struct yaml_node *node, *at;
	bool rolling;

	if (list->kind != YAML_LIST || list->len != 1) {
		reader_error(reader, list, key, "wrong-type", "wants a list with one window");
		return;
	}
	node = list->items[0];
	fields_read(reader, alpha ? alpha_fields : window_fields, node, key, &written);
	if (reader->findings->errors != errors)
		return;
	at = yaml_get(node, alpha ? "count" : "duration");
	if (alpha) {
		duration = (struct openslo_duration){written.count, alpha_letters[written.unit]};
	} else if (!openslo_duration_read(written.duration, &duration)) {
		reader_error(reader, at, "duration", "wrong-type",
			     "'%.*s' is no duration: a number with m (minutes), h, d, w, M (months), Q or Y",
			     VALUE_ARG(written.duration));
		return;
	}
	rolling = written.rolling || (!foreign_get(node, "isRolling") && !foreign_get(node, "calendar"));
	/* As sloth has it: rolling, without saying so, and 30 days are all that it knows. */
	if (alpha && rolling && !written.rolling && openslo_duration_span(duration).ms != 30 * SPAN_DAY)
		reader_error(reader, at, "count", "window-kind",
			     "says %s, and nothing says whether that is rolling, which goes without saying for 30 days "
			     "alone; write 'isRolling: true', or give a calendar",
			     span_text(openslo_duration_span(duration)).text);
	else if (rolling && foreign_get(node, "calendar"))
		reader_error(reader, foreign_get(node, "calendar"), "calendar", "window-kind",
			     "is for calendar windows; this one is rolling");
	else if (!rolling && !foreign_get(node, "calendar"))
		reader_error(reader, node, "calendar", "window-kind",
			     "is missing, and the window is not rolling: it wants startTime and timeZone");
	else if (rolling)
		take_rolling(reader, at, duration, draft);
	else
		take_calendar(reader, at, duration, &written, draft);
}
