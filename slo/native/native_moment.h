/* Moments as the native language has them: "2026-04-01T06:00" on the clock of a zone that stands elsewhere, or with "Z"
 * or an offset behind it that very moment. */
#ifndef WICK_SLO_NATIVE_NATIVE_MOMENT_H
#define WICK_SLO_NATIVE_NATIVE_MOMENT_H

#include "base/zone.h"
#include "slo/field.h"

struct moment {
	const struct yaml_node *node; /* NULL: not given */
	struct civil civil;           /* the clock's time as it is written */
	unsigned ms;                  /* and the rest of its second */
	bool fixed;                   /* with "Z" or an offset: `instant` is the moment, whatever the zone */
	struct instant instant;
};

/* A date, or a date and a time; between them stands "T" or a blank. */
bool moment_read(struct str text, struct moment *moment);

/* What clocks of the zone show then, and when that is. */
struct civil moment_civil(const struct moment *moment, const struct zone *zone);
struct instant moment_instant(const struct moment *moment, const struct zone *zone);

extern const struct field_type native_type_moment; /* struct moment: of the years 2000 to 9999 */

#endif
