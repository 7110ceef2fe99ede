/* Instants, monotonic time and durations as three types that the compiler keeps apart. */
#ifndef WICK_BASE_WHEN_H
#define WICK_BASE_WHEN_H

#include "base/buf.h"

struct instant {
	int64_t ms;
}; /* since 1970-01-01T00:00:00Z, without leap seconds */
struct mono {
	int64_t ns;
}; /* since an unnamed moment; never goes back */
struct span {
	int64_t ms;
};

#define SPAN_SECOND ((int64_t)1000)
#define SPAN_MINUTE (60 * SPAN_SECOND)
#define SPAN_HOUR   (60 * SPAN_MINUTE)
#define SPAN_DAY    (24 * SPAN_HOUR)
#define SPAN_MAX_MS (100 * 365 * SPAN_DAY) /* as Prometheus: longer durations are refused */

struct instant instant_now(void);
struct mono mono_now(void);
static inline struct span mono_since(struct mono then, struct mono now)
{
	return (struct span){(now.ns - then.ns) / 1000000};
}
static inline double span_seconds(struct span s) { return (double)s.ms / 1000.0; }

/* Prometheus durations: units ms s m h d w y, each once, largest first ("1h30m", "30d"); also "0". */
bool span_read(struct str s, struct span *span);
/* The same language; the shortest that reads back: 90m is "1h30m", 30 days "30d", never weeks unless whole years. */
bool span_write(struct buf *buf, struct span span);
/* span_write into a small text of one's own, for log lines and messages. */
struct span_text {
	char text[40];
};
struct span_text span_text(struct span span);

/* RFC 3339 ("2026-11-21T05:00:00Z", with an offset, with up to 3 decimals), a date, or seconds since 1970
 * ("1700000000.5"). */
bool instant_read(struct str s, struct instant *instant);
/* "2026-11-21T05:00:00Z", with milliseconds only where there are some. */
bool instant_write(struct buf *buf, struct instant instant);
struct instant_text {
	char text[40];
};
struct instant_text instant_text(struct instant instant);

#endif
