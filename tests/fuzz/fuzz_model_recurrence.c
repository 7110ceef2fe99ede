/* A recurrence rule: whatever is accepted gives stretches that rise and lie where they were asked for. The first bytes
 * choose zone, start and question; the rest is the rule. */
#include "model/recurrence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const zones[] = {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recurrence_terms terms = {.minutes = 90};
	struct recurrence recurrence;
	struct recurrence_walk walk;
	struct period stretch, before = {{INT64_MIN}, {INT64_MIN}};
	struct err err = {0};
	struct instant from;
	int64_t day;

	if (size < 4)
		return 0;
	day = 10957 + data[1] * 40 + data[2];
	terms.zone = zone_find(str_of(zones[data[0] % 4]), &err);
	terms.start = civil_of_seconds(day * 86400 + data[2] * 337);
	if (data[0] & 4) {
		terms.end = civil_of_seconds(civil_seconds(&terms.start) + 5400);
		terms.minutes = 0;
	}
	terms.rule = (struct str){(const char *)data + 4, size - 4};
	if (!terms.zone || !recurrence_read(&terms, &recurrence, &err))
		return 0;
	from.ms = (day + data[3] * data[3]) * SPAN_DAY;
	walk = recurrence_between(&recurrence, from, (struct instant){from.ms + 3 * SPAN_DAY});
	while (recurrence_next(&walk, &stretch)) {
		if (stretch.begin.ms < before.begin.ms || stretch.end.ms < before.end.ms ||
		    stretch.begin.ms >= stretch.end.ms || stretch.end.ms <= walk.from.ms ||
		    stretch.begin.ms >= walk.to.ms)
			__builtin_trap();
		before = stretch;
	}
	return 0;
}
