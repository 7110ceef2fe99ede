#include "base/civil.h"

enum { DAY = 86400 };

/* Years start in March, so that the leap day is the last; eras have 400 years. */
int64_t civil_day(int year, unsigned month, unsigned day)
{
	int64_t from_march = (int64_t)year - (month <= 2), era;
	unsigned year_of_era, day_of_year;

	era = (from_march >= 0 ? from_march : from_march - 399) / 400;
	year_of_era = (unsigned)(from_march - era * 400);
	day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 + (int64_t)year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct civil civil_of_day(int64_t day)
{
	int64_t shifted = day + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	unsigned day_of_era = (unsigned)(shifted - era * 146097);
	unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned from_march = (5 * day_of_year + 2) / 153, month = from_march < 10 ? from_march + 3 : from_march - 9;

	return (struct civil){
		.year = (int)(year_of_era + era * 400) + (month <= 2),
		.month = month,
		.day = day_of_year - (153 * from_march + 2) / 5 + 1,
	};
}

unsigned civil_days_in_month(int year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

enum weekday civil_weekday(int64_t day) { return (enum weekday)(((day + 3) % 7 + 7) % 7); } /* 1970-01-01: a Thursday */

int64_t civil_seconds(const struct civil *civil)
{
	return civil_day(civil->year, civil->month, civil->day) * DAY + civil->hour * 3600 + civil->minute * 60 +
	       civil->second;
}

struct civil civil_of_seconds(int64_t seconds)
{
	int64_t day = seconds / DAY - (seconds % DAY < 0);
	unsigned rest = (unsigned)(seconds - day * DAY);
	struct civil civil = civil_of_day(day);

	civil.hour = rest / 3600;
	civil.minute = rest / 60 % 60;
	civil.second = rest % 60;
	return civil;
}
