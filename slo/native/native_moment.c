#include "slo/native/native_moment.h"

#include "base/num.h"
#include "slo/field_schema.h"

#include <stdio.h>

enum { DATE = sizeof("2026-04-01") - 1, MINUTES = sizeof("2026-04-01T06:00") - 1 };

/* "06:00Z" and "06:00" have no seconds, which RFC 3339 wants. */
static struct str spelled_out(struct str text, char out[static 64], size_t zone)
{
	int len = snprintf(out, 64, "%.*sT%.*s%s%.*s", DATE, text.at, (int)(zone - DATE - 1), text.at + DATE + 1,
			   zone == MINUTES ? ":00" : "", (int)(text.len - zone), text.at + zone);

	return len > 0 && len < 64 ? (struct str){out, (size_t)len} : STR("");
}

static void take_clock(struct moment *moment, struct instant clock)
{
	int64_t ms = clock.ms % 1000;

	moment->ms = (unsigned)(ms < 0 ? ms + 1000 : ms);
	moment->civil = civil_of_seconds((clock.ms - moment->ms) / 1000);
}

bool moment_read(struct str text, struct moment *moment)
{
	struct str given = str_trim(text), clock;
	struct instant on_clock;
	char bytes[64], clock_bytes[64];
	size_t zone = DATE;

	if (given.len < DATE || given.at[4] != '-')
		return false;
	if (given.len == DATE) {
		if (!instant_read(given, &on_clock))
			return false;
		take_clock(moment, on_clock);
		return true;
	}
	if (given.at[DATE] != 'T' && given.at[DATE] != 't' && given.at[DATE] != ' ')
		return false;
	for (zone = DATE + 1; zone < given.len && (ascii_digit(given.at[zone]) || strchr(":.", given.at[zone]));)
		zone++;
	if (zone < MINUTES)
		return false;
	moment->fixed = zone < given.len;
	if (moment->fixed && !instant_read(spelled_out(given, bytes, zone), &moment->instant))
		return false;
	/* as if the clock were UTC's */
	clock = spelled_out(str_slice(given, 0, zone), clock_bytes, zone);
	snprintf(bytes, sizeof(bytes), "%.*sZ", STR_ARG(clock));
	if (!instant_read(str_of(bytes), &on_clock))
		return false;
	take_clock(moment, on_clock);
	return true;
}

struct civil moment_civil(const struct moment *moment, const struct zone *zone)
{
	return moment->fixed ? zone_civil(zone, moment->instant) : moment->civil;
}

struct instant moment_instant(const struct moment *moment, const struct zone *zone)
{
	struct instant instant;

	if (moment->fixed)
		return moment->instant;
	instant = zone_instant(zone, &moment->civil);
	instant.ms += moment->ms;
	return instant;
}

static bool read_moment(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct moment moment = {.node = node};
	struct str text;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!moment_read(text, &moment))
		return reader_error(reader, node, field->name, "wrong-type",
				    "'%.*s' is no moment such as 2026-04-01T06:00, which is on the zone's clock, or "
				    "2026-04-01T06:00Z",
				    VALUE_ARG(text));
	if (moment.civil.year < 2000)
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it must be from the year 2000 on", VALUE_ARG(text));
	*(struct moment *)at = moment;
	return true;
}

static void schema_moment(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_STRING);
	schema_pattern(json, field,
		       "^" SCHEMA_BLANKS
		       "[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?([Zz]|[-+]"
		       "[0-9]{2}:[0-9]{2})?)?" SCHEMA_BLANKS "$");
}

const struct field_type native_type_moment = {"a moment", read_moment, NULL, schema_moment};
