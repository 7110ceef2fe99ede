#include "github/quota.h"

#include "base/num.h"
#include "net/http.h"

#include <math.h>
#include <sys/random.h>

enum { REQUESTS_BEYOND = 3 }; /* that one call may take: 301 and 401, and both again */

#define LIMIT_PAUSE      SPAN_MINUTE
#define LIMIT_PAUSE_MOST (15 * SPAN_MINUTE)
#define FAIL_PAUSE_MOST  (4 * SPAN_MINUTE) /* and a quarter by chance */
#define TOLD_PAUSE_MOST  SPAN_DAY
#define HOUR_MOST        (SPAN_HOUR + SPAN_MINUTE) /* a limit is full again after an hour, whatever clocks say */
#define RESET_MARGIN     SPAN_SECOND

void quota_init(struct quota *quota, unsigned reserve)
{
	*quota = (struct quota){.reserve = reserve, .limit = NAN, .remaining = NAN};
	if (getrandom(&quota->random, sizeof(quota->random), 0) < 0)
		quota->random = 0;
	quota->random |= 1;
}

struct instant quota_server_time(const struct quota *quota, struct instant now)
{
	return (struct instant){now.ms + quota->skew.ms};
}

void quota_note_date(struct quota *quota, struct str date, struct instant now)
{
	struct instant told;
	int64_t skew;

	if (date.len == 0 || !http_date_read(date, &told))
		return;
	skew = told.ms - now.ms;
	if (skew >= -SPAN_SECOND && skew <= SPAN_SECOND) /* the header has whole seconds */
		skew = 0;
	quota->skew.ms = skew > -SPAN_HOUR && skew < SPAN_HOUR ? skew : 0;
}

/* A header's number of seconds since 1970, as an instant of our own clock. */
static bool reset_of(const struct quota *quota, const struct quota_answer *answer, struct instant *reset)
{
	uint64_t seconds;

	if (!num_read_u64(answer->reset, &seconds) || seconds > INT64_MAX / (2 * SPAN_SECOND))
		return false;
	reset->ms = (int64_t)seconds * SPAN_SECOND - quota->skew.ms;
	return true;
}

void quota_note(struct quota *quota, const struct quota_answer *answer, struct instant now)
{
	struct instant reset;
	uint64_t remaining, limit;

	if (!num_read_u64(answer->remaining, &remaining) || !reset_of(quota, answer, &reset))
		return;
	quota->told = true;
	quota->remaining = (double)remaining;
	quota->limit = num_read_u64(answer->limit, &limit) ? (double)limit : NAN;
	quota->reset = reset.ms > now.ms + HOUR_MOST ? (struct instant){now.ms + HOUR_MOST} : reset;
}

static void pause_for(struct quota *quota, int64_t ms, struct instant now)
{
	quota->pause.ms = ms;
	quota->pause_until.ms = now.ms + ms;
}

bool quota_limited(struct quota *quota, const struct quota_answer *answer, struct instant now, struct err *err)
{
	struct instant reset;
	uint64_t remaining;
	bool none = num_read_u64(answer->remaining, &remaining) && remaining == 0;

	if (answer->status != 429 && !none && answer->retry_after.ms <= 0 && !answer->limit_named)
		return false;
	if (answer->retry_after.ms > 0) {
		pause_for(quota, answer->retry_after.ms < TOLD_PAUSE_MOST ? answer->retry_after.ms : TOLD_PAUSE_MOST,
			  now);
	} else if (none && reset_of(quota, answer, &reset) && reset.ms > now.ms) {
		int64_t left = reset.ms + RESET_MARGIN - now.ms;

		pause_for(quota, left < HOUR_MOST ? left : HOUR_MOST, now);
	} else {
		int64_t ms = LIMIT_PAUSE << (quota->limits < 8 ? quota->limits : 8);

		quota->limits++;
		pause_for(quota, ms < LIMIT_PAUSE_MOST ? ms : LIMIT_PAUSE_MOST, now);
	}
	err_set(err, "GitHub's %s limit is reached: it is asked again after %s", none ? "primary" : "secondary",
		span_text((struct span){(quota->pause.ms + 999) / 1000 * 1000}).text);
	return true;
}

/* xorshift64*: in [0, 1). */
static double chance(struct quota *quota)
{
	quota->random ^= quota->random >> 12;
	quota->random ^= quota->random << 25;
	quota->random ^= quota->random >> 27;
	return (double)(quota->random * UINT64_C(0x2545F4914F6CDD1D) >> 11) / (double)(UINT64_C(1) << 53);
}

void quota_failed(struct quota *quota, struct span retry_after, struct instant now)
{
	int64_t ms = SPAN_SECOND << (quota->failures < 8 ? quota->failures : 8);

	quota->failures++;
	ms = ms < FAIL_PAUSE_MOST ? ms : FAIL_PAUSE_MOST;
	ms += (int64_t)((double)ms / 4 * chance(quota));
	if (retry_after.ms > ms)
		ms = retry_after.ms < TOLD_PAUSE_MOST ? retry_after.ms : TOLD_PAUSE_MOST;
	pause_for(quota, ms, now);
}

void quota_well(struct quota *quota)
{
	quota->failures = quota->limits = 0;
	quota->pause_until = (struct instant){0};
}

/* Of the hour that was told of last. */
static bool low(const struct quota *quota)
{
	double least = (double)quota->reserve + REQUESTS_BEYOND;

	if (least > quota->limit / 2)
		least = floor(quota->limit / 2);
	return quota->told && quota->remaining <= least;
}

bool quota_spent(const struct quota *quota, struct instant now)
{
	return low(quota) && now.ms < quota->reset.ms + RESET_MARGIN;
}

struct instant quota_paused_until(const struct quota *quota)
{
	int64_t reset = low(quota) ? quota->reset.ms + RESET_MARGIN : 0;

	return (struct instant){reset > quota->pause_until.ms ? reset : quota->pause_until.ms};
}

struct span quota_wait(const struct quota *quota, struct instant now)
{
	int64_t wait = quota->pause_until.ms - now.ms, reset = quota->reset.ms + RESET_MARGIN - now.ms;

	wait = wait < quota->pause.ms ? wait : quota->pause.ms;
	wait = wait > 0 ? wait : 0;
	if (!quota_spent(quota, now))
		return (struct span){wait};
	reset = reset < HOUR_MOST ? reset : HOUR_MOST;
	return (struct span){wait > reset ? wait : reset};
}
