/* Dates and times as people write them: the proleptic Gregorian calendar, without a zone. */
#ifndef WICK_BASE_CIVIL_H
#define WICK_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

struct civil {
	int year;
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second;
};

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

unsigned civil_days_in_month(int year, unsigned month);
/* Days since 1970-01-01 of a date, and back; `month` and `day` are legal. */
int64_t civil_day(int year, unsigned month, unsigned day);
struct civil civil_of_day(int64_t day);
enum weekday civil_weekday(int64_t day);

/* Seconds since 1970-01-01T00:00 on the same clock, and back. */
int64_t civil_seconds(const struct civil *civil);
struct civil civil_of_seconds(int64_t seconds);

#endif
