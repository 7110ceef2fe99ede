#include "ledger/cover.h"

#include "base/mem.h"
#include "ledger/grid.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = COVER_BLOCK / 64 };

static struct cover_block *block_of(const struct cover *cover, int64_t number)
{
	return &cover->at[slot_rest(number, cover->cap)];
}

void cover_init(struct cover *cover, step_no begin, struct cover_count count, step_no age)
{
	*cover = (struct cover){.cap = 1, .most = (uint32_t)(age / COVER_BLOCK) + 3, .begin = begin, .end = begin};
	cover->at = xcalloc(1, sizeof(*cover->at));
	cover->at[0].before = count;
}

void cover_release(struct cover *cover)
{
	free(cover->at);
	*cover = (struct cover){0};
}

struct cover cover_copy(const struct cover *cover)
{
	struct cover copy = *cover;

	copy.at = xmalloc(cover->cap * sizeof(*copy.at));
	memcpy(copy.at, cover->at, cover->cap * sizeof(*copy.at));
	return copy;
}

static void extend(struct cover *cover, int64_t first, int64_t last)
{
	struct cover grown = *cover;

	assert(last - first < cover->most);
	if (last - first < cover->cap)
		return;
	grown.cap = cover->cap + cover->cap / 2 + 1;
	if (grown.cap > cover->most)
		grown.cap = cover->most;
	grown.at = xcalloc(grown.cap, sizeof(*grown.at));
	for (int64_t number = first; number < last; number++)
		*block_of(&grown, number) = *block_of(cover, number);
	free(cover->at);
	*cover = grown;
}

static struct cover_count block_count(const struct cover_block *block)
{
	struct cover_count count = block->before;

	for (int i = 0; i < WORDS; i++) {
		count.covered += (uint32_t)__builtin_popcountll(block->covered[i]);
		count.bridged += (uint32_t)__builtin_popcountll(block->bridged[i]);
	}
	return count;
}

/* A block that begins is empty, and counts on from the one before. */
static struct cover_block *begin_block(struct cover *cover, int64_t number)
{
	struct cover_count before = block_count(block_of(cover, number - 1));

	extend(cover, slot_floor(cover->begin, COVER_BLOCK), number);
	*block_of(cover, number) = (struct cover_block){.before = before};
	return block_of(cover, number);
}

void cover_append(struct cover *cover, enum cover_state state, uint64_t count)
{
	while (count > 0) {
		int64_t number = slot_floor(cover->end + 1, COVER_BLOCK);
		size_t at = (size_t)slot_rest(cover->end + 1, COVER_BLOCK), room = 64 - at % 64;
		size_t len = count < room ? (size_t)count : room;
		uint64_t bits = (len == 64 ? ~UINT64_C(0) : (UINT64_C(1) << len) - 1) << at % 64;
		struct cover_block *block = at == 0 ? begin_block(cover, number) : block_of(cover, number);

		block->covered[at / 64] |= state == COVER_DATA ? bits : 0;
		block->bridged[at / 64] |= state == COVER_BRIDGED ? bits : 0;
		cover->end += (step_no)len;
		count -= len;
	}
}

void cover_forget(struct cover *cover, step_no begin)
{
	assert(begin >= cover->begin && begin <= cover->end);
	cover->begin = begin;
}

void cover_raise(struct cover *cover, step_no step, enum cover_state state)
{
	struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
	size_t at = (size_t)slot_rest(step, COVER_BLOCK);
	uint64_t bit = UINT64_C(1) << (at % 64);

	assert(step > cover->begin && step <= cover->end);
	switch (state) {
	case COVER_NONE:
		break;
	case COVER_BRIDGED:
		if (!(block->covered[at / 64] & bit))
			block->bridged[at / 64] |= bit;
		break;
	case COVER_DATA:
		block->covered[at / 64] |= bit;
		block->bridged[at / 64] &= ~bit;
		break;
	}
}

void cover_recount(struct cover *cover, step_no from)
{
	int64_t last = slot_floor(cover->end, COVER_BLOCK);

	for (int64_t number = slot_floor(from, COVER_BLOCK); number < last; number++)
		block_of(cover, number + 1)->before = block_count(block_of(cover, number));
}

enum cover_state cover_at(const struct cover *cover, step_no step)
{
	const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
	size_t at = (size_t)slot_rest(step, COVER_BLOCK);
	uint64_t bit = UINT64_C(1) << (at % 64);

	assert(step > cover->begin && step <= cover->end);
	return block->covered[at / 64] & bit ? COVER_DATA : block->bridged[at / 64] & bit ? COVER_BRIDGED : COVER_NONE;
}

struct cover_count cover_until(const struct cover *cover, step_no step)
{
	const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
	size_t bits = (size_t)slot_rest(step, COVER_BLOCK) + 1;
	struct cover_count count = block->before;

	assert(step >= cover->begin && step <= cover->end);
	for (size_t i = 0; i * 64 < bits; i++) {
		uint64_t mask = bits - i * 64 >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (bits - i * 64)) - 1;

		count.covered += (uint32_t)__builtin_popcountll(block->covered[i] & mask);
		count.bridged += (uint32_t)__builtin_popcountll(block->bridged[i] & mask);
	}
	return count;
}

step_no cover_run_end(const struct cover *cover, step_no step)
{
	enum cover_state state = cover_at(cover, step);

	while (step <= cover->end) {
		const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
		size_t at = (size_t)slot_rest(step, COVER_BLOCK);
		uint64_t covered = block->covered[at / 64], bridged = block->bridged[at / 64];
		uint64_t same = state == COVER_DATA ? covered : state == COVER_BRIDGED ? bridged : ~(covered | bridged);
		uint64_t others = ~same >> at % 64;

		step += others ? __builtin_ctzll(others) : (step_no)(64 - at % 64);
		if (others)
			break;
	}
	return step > cover->end ? cover->end : step - 1;
}

step_no cover_last_data(const struct cover *cover)
{
	step_no step = cover->end;

	while (step > cover->begin) {
		const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
		size_t at = (size_t)slot_rest(step, COVER_BLOCK);
		uint64_t until = block->covered[at / 64] << (63 - at % 64);

		if (until) {
			step -= __builtin_clzll(until);
			break;
		}
		step -= (step_no)(at % 64) + 1;
	}
	return step > cover->begin ? step : cover->begin;
}

size_t cover_bytes(const struct cover *cover) { return cover->cap * sizeof(*cover->at); }
