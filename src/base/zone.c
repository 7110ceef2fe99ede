#include "base/zone.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/zone_parts.h"

#include <stdlib.h>
#include <unistd.h>

static const struct zone utc = {.name = {"UTC", 3}};

/* All zones that were ever asked for; they live as long as the program. */
static struct {
	char lock; /* 1: held */
	struct arena arena;
	struct map zones;
} known;

static void lock(void)
{
	while (__atomic_test_and_set(&known.lock, __ATOMIC_ACQUIRE))
		usleep(100);
}

static void unlock(void) { __atomic_clear(&known.lock, __ATOMIC_RELEASE); }

static const char *folder(void)
{
	const char *own = getenv("TZDIR");

	return own && *own ? own : "/usr/share/zoneinfo";
}

/* Letters, digits and "+-_/", no part that begins with a dot: the name is a path below the folder. */
static bool name_fine(struct str name)
{
	if (name.len == 0 || name.len > LIMIT_NAME_BYTES || name.at[0] == '/' || name.at[name.len - 1] == '/')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_alpha(name.at[i]) && !ascii_digit(name.at[i]) && !strchr("+-_/", name.at[i]))
			return false;
	return true;
}

/* The names of the table of zones that comes with the files. */
static void say_nearest(struct str name, struct err *err)
{
	const char *names[1024];
	size_t len = 0;
	struct buf path, table;
	struct err none;
	const char *nearest = NULL;

	buf_init(&path, KIB(8));
	buf_init(&table, MIB(1));
	buf_fmt(&path, "%s/tzdata.zi", folder());
	if (file_read(path.at, &table, &none)) {
		/* lines "Z NAME ..." and "L TARGET NAME" */
		for (char *line = table.at, *next; line && *line && len < 1024; line = next) {
			char *end = strchr(line, '\n'), *at = NULL;

			next = end ? end + 1 : NULL;
			if (end)
				*end = '\0';
			if (line[0] == 'Z' && line[1] == ' ')
				at = line + 2;
			else if (line[0] == 'L' && line[1] == ' ')
				at = strchr(line + 2, ' ') ? strchr(line + 2, ' ') + 1 : NULL;
			if (at) {
				at[strcspn(at, " ")] = '\0';
				names[len++] = at;
			}
		}
		nearest = str_nearest(name, names, len);
	}
	err_set(err, "'%.*s' is no time zone%s%s%s", (int)(name.len < 80 ? name.len : 80), name.at,
		nearest ? "; did you mean '" : ", such as Europe/Berlin", nearest ? nearest : "", nearest ? "'?" : "");
	buf_release(&path);
	buf_release(&table);
}

static const struct zone *read_file(struct str name, struct err *err)
{
	struct buf path, bytes;
	struct zone zone = {.name = arena_str(&known.arena, name)}, *kept = NULL;
	struct err unread = {0};

	buf_init(&path, KIB(8));
	buf_init(&bytes, LIMIT_ZONE_BYTES);
	buf_fmt(&path, "%s/%.*s", folder(), STR_ARG(name));
	if (access(folder(), R_OK) != 0)
		err_set(err, "'%.*s' cannot be looked up: there are no time zones in '%s' (package tzdata)",
			STR_ARG(name), folder());
	else if (!file_read(path.at, &bytes, &unread))
		say_nearest(name, err);
	else if (!zone_read(&known.arena, buf_view(&bytes), &zone))
		err_set(err, "'%s' is no time zone file, or a damaged one", path.at);
	else
		*(kept = arena_alloc(&known.arena, sizeof(*kept))) = zone;
	buf_release(&path);
	buf_release(&bytes);
	return kept;
}

const struct zone *zone_find(struct str name, struct err *err)
{
	const struct zone *zone;

	if (str_is(name, "UTC"))
		return &utc;
	if (!name_fine(name)) {
		say_nearest(name, err);
		return NULL;
	}
	lock();
	zone = map_get(&known.zones, name);
	if (!zone) {
		zone = read_file(name, err);
		if (zone)
			map_put(&known.zones, zone->name, (void *)(uintptr_t)zone);
	}
	unlock();
	return zone;
}

const char *zone_name(const struct zone *zone) { return zone->name.at; }

static int64_t floor_seconds(struct instant instant) { return instant.ms / 1000 - (instant.ms % 1000 < 0); }

/* Transitions up to and with `seconds`. */
static size_t passed(const struct zone *zone, int64_t seconds)
{
	size_t low = 0, high = zone->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->at[middle] <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int offset_at(const struct zone *zone, int64_t seconds)
{
	size_t before = passed(zone, seconds);

	if (before == zone->len && zone->rule.given)
		return zone_rule_offset(&zone->rule, seconds);
	return before ? zone->offset[before - 1] : zone->first;
}

int zone_offset(const struct zone *zone, struct instant instant) { return offset_at(zone, floor_seconds(instant)); }

struct civil zone_civil(const struct zone *zone, struct instant instant)
{
	int64_t seconds = floor_seconds(instant);

	return civil_of_seconds(seconds + offset_at(zone, seconds));
}

/* Clocks change at most once within two days around, and by less than two days. */
struct instant zone_instant(const struct zone *zone, const struct civil *civil)
{
	int64_t local = civil_seconds(civil), low, high;
	int before = offset_at(zone, local - 2 * 86400), after = offset_at(zone, local + 2 * 86400);

	if (offset_at(zone, local - before) == before)
		return (struct instant){(local - before) * 1000};
	if (offset_at(zone, local - after) == after)
		return (struct instant){(local - after) * 1000};
	/* leapt over: the change is where the offset becomes that of after */
	low = local - 2 * 86400;
	high = local + 2 * 86400;
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (middle + offset_at(zone, middle) > local)
			high = middle;
		else
			low = middle;
	}
	return (struct instant){high * 1000};
}
