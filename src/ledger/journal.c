#include "ledger/journal.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "ledger/pack.h"

#include <math.h>
#include <stdlib.h>

enum { MARK = 'J' };
enum {
	COVERED = 1,
	BRIDGED = 2,
	BAD_RAW = 4,
	TOTAL_RAW = 8, /* raw: as 8 bytes, since it is no whole number */
	PINNED = 16,   /* the step's end is to be remembered exactly */
	FLAGS = 31
};

void journal_begin(struct buf *out, int64_t seq) { varint_put_signed(out, seq); }

static bool short_form(double value) { return num_whole(value) && !signbit(value); }

static void put_value(struct buf *out, double value)
{
	if (short_form(value))
		varint_put(out, (uint64_t)value);
	else
		varint_put_double(out, value);
}

void journal_put(struct buf *out, int64_t account, const struct posting *posting)
{
	size_t pin = 0;

	varint_put_signed(out, account);
	varint_put_signed(out, posting->first);
	varint_put(out, posting->len);
	for (size_t i = 0; i < posting->len; i++) {
		const struct counts *counts = &posting->at[i];
		int flags = (counts->covered > 0 ? COVERED : 0) | (counts->bridged > 0 ? BRIDGED : 0) |
			    (short_form(counts->bad) ? 0 : BAD_RAW) | (short_form(counts->total) ? 0 : TOTAL_RAW) |
			    (posting_pins(posting, posting->first + (step_no)i, &pin) ? PINNED : 0);

		buf_char(out, (char)flags);
		put_value(out, counts->bad);
		put_value(out, counts->total);
	}
}

bool journal_seal(const struct buf *content, struct buf *out)
{
	return !content->full && pack_seal(MARK, buf_view(content), out);
}

static double get_value(struct reader *in, bool raw) { return raw ? varint_get_double(in) : (double)varint_get(in); }

static struct counts get_counts(struct reader *in, bool *pinned)
{
	uint64_t flags = varint_get(in);
	struct counts counts = {.covered = (flags & COVERED) != 0, .bridged = (flags & BRIDGED) != 0};

	*pinned = flags & PINNED;
	in->failed |= flags > FLAGS;
	counts.bad = get_value(in, flags & BAD_RAW);
	counts.total = get_value(in, flags & TOTAL_RAW);
	return counts;
}

/* A posting that is read again and again into the same memory. */
struct refill {
	struct posting posting;
	size_t cap, pins_cap;
	step_no *pins;
};

static void put_pin(struct refill *refill, step_no step)
{
	XGROW(refill->pins, refill->posting.pins_len, refill->pins_cap);
	refill->pins[refill->posting.pins_len++] = step;
	refill->posting.pins = refill->pins;
}

static bool get_posting(struct reader *in, struct refill *refill)
{
	struct posting *posting = &refill->posting;
	uint64_t len;
	bool pinned;

	posting->pins_len = 0;
	posting->first = varint_get_signed(in);
	len = varint_get(in);
	in->failed |= posting->first > INT64_MAX / 4 || posting->first < INT64_MIN / 4;
	if (in->failed || len > in->rest.len / 3) /* a step takes three bytes at least */
		return false;
	for (posting->len = 0; posting->len < len; posting->len++) {
		step_no step = posting->first + (step_no)posting->len;

		XGROW(posting->at, posting->len, refill->cap);
		posting->at[posting->len] = get_counts(in, &pinned);
		if (pinned)
			put_pin(refill, step);
	}
	return !in->failed;
}

bool journal_read(struct str sealed, int64_t seq,
		  bool (*each)(void *context, int64_t account, const struct posting *posting, struct err *err),
		  void *context, struct err *err)
{
	struct buf content;
	struct refill refill = {.pins = NULL};
	struct reader in;
	bool ok;

	buf_init(&content, LIMIT_JOURNAL_BYTES);
	ok = pack_open(MARK, sealed, &content, err);
	in.rest = buf_view(&content);
	in.failed = false;
	if (ok && varint_get_signed(&in) != seq)
		ok = err_set(err, "damaged: it belongs to another commit");
	while (ok && in.rest.len > 0) {
		int64_t account = varint_get_signed(&in);

		ok = get_posting(&in, &refill) ? each(context, account, &refill.posting, err)
					       : err_set(err, "damaged: its postings are impossible");
	}
	free(refill.posting.at);
	free(refill.pins);
	buf_release(&content);
	return ok;
}
