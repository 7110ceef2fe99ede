#include "base/when.h"

#include "base/civil.h"
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

struct instant instant_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct instant){(int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000};
}

struct mono mono_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct mono){(int64_t)now.tv_sec * 1000000000 + now.tv_nsec};
}

static const struct {
	const char *name;
	int64_t ms;
	bool written; /* weeks are read but not written: 4w2d is harder to read than 30d */
} units[] = {
	{"y", 365 * SPAN_DAY, true}, {"w", 7 * SPAN_DAY, false}, {"d", SPAN_DAY, true}, {"h", SPAN_HOUR, true},
	{"m", SPAN_MINUTE, true},    {"s", SPAN_SECOND, true},   {"ms", 1, true},
};
enum { UNITS = sizeof(units) / sizeof(units[0]) };

/* The unit whose name starts at `s`, among those from `first` on; UNITS where there is none. */
static size_t unit_at(struct str s, size_t first)
{
	size_t len = 0;

	while (len < s.len && ascii_alpha(s.at[len]))
		len++;
	for (size_t u = first; u < UNITS; u++)
		if (str_is(str_slice(s, 0, len), units[u].name))
			return u;
	return UNITS;
}

bool span_read(struct str s, struct span *span)
{
	int64_t total = 0;
	size_t next = 0;

	if (str_is(s, "0"))
		return span->ms = 0, true;
	if (s.len == 0)
		return false;
	while (s.len) {
		size_t digits = 0, unit;
		int64_t number, part;

		while (digits < s.len && ascii_digit(s.at[digits]))
			digits++;
		if (!num_read_i64(str_slice(s, 0, digits), &number))
			return false;
		s = str_slice(s, digits, s.len);
		unit = unit_at(s, next);
		if (unit == UNITS || __builtin_mul_overflow(number, units[unit].ms, &part) ||
		    __builtin_add_overflow(total, part, &total) || total > SPAN_MAX_MS)
			return false;
		s = str_slice(s, strlen(units[unit].name), s.len);
		next = unit + 1;
	}
	span->ms = total;
	return true;
}

bool span_write(struct buf *buf, struct span span)
{
	int64_t left = span.ms < 0 ? -span.ms : span.ms;
	bool ok = span.ms >= 0 || buf_char(buf, '-');

	if (left == 0)
		return buf_cstr(buf, "0s");
	for (size_t u = 0; u < UNITS && ok; u++)
		if (units[u].written && left >= units[u].ms && (u > 0 || left % units[u].ms == 0)) {
			ok = num_write_double(buf, (double)(left / units[u].ms)) && buf_cstr(buf, units[u].name);
			left %= units[u].ms;
		}
	return ok;
}

struct span_text span_text(struct span span)
{
	struct span_text out;
	struct buf buf;

	buf_init(&buf, sizeof(out.text) - 1);
	span_write(&buf, span);
	snprintf(out.text, sizeof(out.text), "%s", buf.at ? buf.at : "");
	buf_release(&buf);
	return out;
}

/* Takes `width` digits and then, unless it is NUL, the character `then`. */
static bool take_digits(struct str *s, size_t width, char then, unsigned *value)
{
	uint64_t number;

	if (s->len < width + (then != '\0') || !num_read_u64(str_slice(*s, 0, width), &number))
		return false;
	if (then && ascii_lower(s->at[width]) != ascii_lower(then))
		return false;
	*value = (unsigned)number;
	*s = str_slice(*s, width + (then != '\0'), s->len);
	return true;
}

static bool take_date(struct str *s, int64_t *day)
{
	unsigned year, month, date;

	if (!take_digits(s, 4, '-', &year) || !take_digits(s, 2, '-', &month) || !take_digits(s, 2, '\0', &date))
		return false;
	if (month < 1 || month > 12 || date < 1 || date > civil_days_in_month((int)year, month))
		return false;
	*day = civil_day((int)year, month, date);
	return true;
}

static bool take_fraction(struct str *s, int64_t *ms)
{
	int64_t scale = 100;
	size_t pos = 1;

	*ms = 0;
	if (s->len == 0 || s->at[0] != '.')
		return true;
	for (; pos < s->len && ascii_digit(s->at[pos]); pos++, scale /= 10)
		*ms += scale * (s->at[pos] - '0');
	*s = str_slice(*s, pos, s->len);
	return pos > 1;
}

/* "Z" or "+hh:mm"; nothing may follow. */
static bool take_zone(struct str *s, int64_t *offset_ms)
{
	unsigned hours, minutes;
	int64_t sign;

	if (s->len == 1 && ascii_lower(s->at[0]) == 'z')
		return *offset_ms = 0, true;
	if (s->len != 6 || (s->at[0] != '+' && s->at[0] != '-'))
		return false;
	sign = s->at[0] == '-' ? -1 : 1;
	*s = str_slice(*s, 1, s->len);
	if (!take_digits(s, 2, ':', &hours) || !take_digits(s, 2, '\0', &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset_ms = sign * ((int64_t)hours * SPAN_HOUR + (int64_t)minutes * SPAN_MINUTE);
	return true;
}

static bool read_rfc3339(struct str s, struct instant *instant)
{
	unsigned hour, minute, second;
	int64_t day, ms, offset;

	if (!take_date(&s, &day))
		return false;
	instant->ms = day * SPAN_DAY;
	if (s.len == 0)
		return true;
	if (ascii_lower(s.at[0]) != 't' && s.at[0] != ' ')
		return false;
	s = str_slice(s, 1, s.len);
	if (!take_digits(&s, 2, ':', &hour) || !take_digits(&s, 2, ':', &minute) || !take_digits(&s, 2, '\0', &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60 || !take_fraction(&s, &ms) || !take_zone(&s, &offset))
		return false;
	instant->ms += hour * SPAN_HOUR + minute * SPAN_MINUTE + second * SPAN_SECOND + ms - offset;
	return true;
}

bool instant_read(struct str s, struct instant *instant)
{
	struct instant read;
	double seconds;

	if (num_read_double(s, &seconds)) {
		if (fabs(seconds) > 1e11)
			return false;
		*instant = (struct instant){llround(seconds * 1000)};
		return true;
	}
	if (!read_rfc3339(s, &read))
		return false;
	*instant = read;
	return true;
}

struct instant_text instant_text(struct instant instant)
{
	struct instant_text out;
	int64_t ms = instant.ms % 1000;
	time_t seconds = (time_t)(instant.ms / 1000 - (ms < 0));
	struct tm utc;
	size_t len;

	if (ms < 0)
		ms += 1000;
	if (!gmtime_r(&seconds, &utc)) {
		snprintf(out.text, sizeof(out.text), "%lld", (long long)seconds);
		return out;
	}
	/* strftime's %Y does not fill years before 1000 up to four digits, and would not read back */
	len = (size_t)snprintf(out.text, sizeof(out.text), "%04d", utc.tm_year + 1900);
	len += strftime(out.text + len, sizeof(out.text) - len, "-%m-%dT%H:%M:%S", &utc);
	snprintf(out.text + len, sizeof(out.text) - len, ms ? ".%03dZ" : "Z", (int)ms);
	return out;
}

bool instant_write(struct buf *buf, struct instant instant) { return buf_cstr(buf, instant_text(instant).text); }
