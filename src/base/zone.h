/* IANA time zones, read from the system's zone files (TZif, RFC 8536). By hand, since the C library knows one zone per
 * process. Zones are plain data once found and never change or go; finding takes a lock, so any thread may. */
#ifndef WICK_BASE_ZONE_H
#define WICK_BASE_ZONE_H

#include "base/civil.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

struct zone;

/* The zone of that name ("Europe/Berlin"; "UTC" needs no file), or NULL with a reason that names the nearest. Looks in
 * $TZDIR or /usr/share/zoneinfo; each file is read once. */
const struct zone *zone_find(struct str name, struct err *err);
const char *zone_name(const struct zone *zone);

/* Seconds east of UTC. */
int zone_offset(const struct zone *zone, struct instant instant);
struct civil zone_civil(const struct zone *zone, struct instant instant);
/* The instant that the zone's clocks show as `civil`: the first of two; where clocks leap over it, the moment of the
 * leap. */
struct instant zone_instant(const struct zone *zone, const struct civil *civil);

#endif
