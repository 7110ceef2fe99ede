#include "ledger/pins.h"

#include "base/mem.h"
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

void pins_release(struct pins *pins)
{
	free(pins->at);
	*pins = (struct pins){0};
}

struct pins pins_copy(const struct pins *pins)
{
	struct pins copy = {xcalloc(pins->len, sizeof(*copy.at)), pins->len, pins->len};

	if (pins->len)
		memcpy(copy.at, pins->at, pins->len * sizeof(*copy.at));
	return copy;
}

uint32_t pins_from(const struct pins *pins, step_no step)
{
	uint32_t low = 0, high = pins->len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (pins->at[middle].at < step)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct pin *pins_find(const struct pins *pins, step_no step)
{
	uint32_t at = pins_from(pins, step);

	return at < pins->len && pins->at[at].at == step ? &pins->at[at] : NULL;
}

static void grow(struct pins *pins)
{
	if (pins->len < pins->cap)
		return;
	pins->cap = pins->cap ? 2 * pins->cap : 4;
	pins->at = xrealloc(pins->at, pins->cap * sizeof(*pins->at));
}

void pins_append(struct pins *pins, struct pin pin)
{
	if (pins->len == LEDGER_PINS)
		memmove(pins->at, pins->at + 1, --pins->len * sizeof(*pins->at));
	grow(pins);
	pins->at[pins->len++] = pin;
}

void pins_insert(struct pins *pins, struct pin pin)
{
	uint32_t at = pins_from(pins, pin.at);

	if (pins->len == LEDGER_PINS)
		return;
	grow(pins);
	memmove(pins->at + at + 1, pins->at + at, (pins->len - at) * sizeof(*pins->at));
	pins->at[at] = pin;
	pins->len++;
}

void pins_keep(struct pins *pins, const step_no *steps, size_t len)
{
	uint32_t kept = 0;
	size_t s = 0;

	for (uint32_t i = 0; i < pins->len; i++) {
		while (s < len && steps[s] < pins->at[i].at)
			s++;
		if (s < len && steps[s] == pins->at[i].at)
			pins->at[kept++] = pins->at[i];
	}
	pins->len = kept;
}

static void put_sum(struct buf *out, struct sum sum)
{
	varint_put(out, sum.whole);
	varint_put(out, sum.part);
}

void pins_write(const struct pins *pins, step_no origin, struct buf *out)
{
	step_no before = origin;

	if (pins->len == 0)
		return;
	varint_put(out, pins->len);
	for (uint32_t i = 0; i < pins->len; i++) {
		const struct pin *pin = &pins->at[i];

		varint_put(out, (uint64_t)(pin->at - before));
		put_sum(out, pin->sums.bad);
		put_sum(out, pin->sums.total);
		varint_put(out, pin->count.covered);
		varint_put(out, pin->count.bridged);
		before = pin->at;
	}
}

static uint32_t get_u32(struct reader *in)
{
	uint64_t value = varint_get(in);

	in->failed |= value > UINT32_MAX;
	return (uint32_t)value;
}

static struct sum get_sum(struct reader *in)
{
	uint64_t whole = varint_get(in);

	return (struct sum){whole, get_u32(in)};
}

bool pins_parse(struct pins *pins, struct reader *in, step_no origin, step_no end)
{
	step_no at = origin;
	uint64_t len;

	if (in->rest.len == 0)
		return true;
	len = varint_get(in);
	if (len == 0 || len > LEDGER_PINS)
		return false;
	for (uint64_t i = 0; i < len; i++) {
		uint64_t further = varint_get(in);
		struct pin pin;

		if (in->failed || further > (uint64_t)(end - at) || (i > 0 && further == 0))
			return false;
		pin.at = at += (step_no)further;
		pin.sums.bad = get_sum(in);
		pin.sums.total = get_sum(in);
		pin.count.covered = get_u32(in);
		pin.count.bridged = get_u32(in);
		if (in->failed)
			return false;
		pins_append(pins, pin);
	}
	return true;
}
