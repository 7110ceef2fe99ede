#include "source/point.h"

#include "base/num.h"
#include "source/decimal.h"

#include <math.h>

/* Up to 12 digits with up to 3 decimals and a comma behind them, as all servers write times: exact, since no double
 * stands between the text and the milliseconds. False, with nothing taken, for what is written in another way. */
static bool read_plain_time(struct scan *scan, int64_t *ms)
{
	const char *at = scan->at, *begin = at;
	int64_t seconds = 0, place = 100;

	while (at < scan->end && ascii_digit(*at) && at - begin < 12)
		seconds = seconds * 10 + (*at++ - '0');
	if (at == begin || (*begin == '0' && at - begin > 1))
		return false;
	*ms = seconds * 1000;
	if (at < scan->end && *at == '.') {
		for (at++; at < scan->end && ascii_digit(*at) && place; place /= 10)
			*ms += (*at++ - '0') * place;
		if (place == 100)
			return false;
	}
	if (at == scan->end || *at != ',')
		return false;
	scan->at = at;
	return true;
}

bool point_time(struct scan *scan, int64_t *ms)
{
	struct str number;
	double scaled;

	scan_space(scan);
	if (read_plain_time(scan, ms))
		return true;
	if (!scan_number(scan, &number))
		return false;
	if (!num_read_scaled(number, 3, &scaled) || fabs(scaled) > 9e15)
		return scan_fail(scan, "a time that is out of range");
	*ms = llround(scaled);
	return true;
}

bool point_value(struct scan *scan, double *value)
{
	const char *behind;
	struct str text;
	double number;

	if (scan_peek(scan) == '"') {
		behind = decimal_read(scan->at + 1, scan->end, value);
		if (behind && behind < scan->end && *behind == '"')
			return scan->at = behind + 1, true;
	}
	if (!scan_string(scan, &text))
		return false;
	if (!num_read_sample(text, &number))
		return scan_fail(scan, "a sample value that is no number");
	if (value)
		*value = number;
	return true;
}
