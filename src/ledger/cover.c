#include "ledger/cover.h"

#include "base/mem.h"
#include "ledger/grid.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = COVER_BLOCK / 64 };
_Static_assert(WORDS == 4, "the bits of a whole block are spelled out");

/* Blocks of one state throughout. */
#define ALL                                                                                                            \
	{                                                                                                              \
		UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX                                                         \
	}
static const struct cover_bits whole[] = {
	[COVER_NONE] = {{0}, {0}},
	[COVER_BRIDGED] = {{0}, ALL},
	[COVER_DATA] = {ALL, {0}},
};
enum { STATES = sizeof(whole) / sizeof(whole[0]) };

static bool is_whole(const struct cover_bits *bits) { return bits >= whole && bits < whole + STATES; }

static struct cover_block *block_of(const struct cover *cover, int64_t number)
{
	return &cover->at[slot_rest(number, cover->cap)];
}

/* The block's bits from now on; takes over what is not shared. */
static void set_bits(struct cover *cover, struct cover_block *block, const struct cover_bits *bits)
{
	if (block->bits && !is_whole(block->bits)) {
		free((void *)(uintptr_t)block->bits);
		cover->own--;
	}
	cover->own += bits && !is_whole(bits);
	block->bits = bits;
}

static struct cover_bits *bits_copy(const struct cover_bits *bits)
{
	return memcpy(xmalloc(sizeof(*bits)), bits, sizeof(*bits));
}

/* The block's bits, to be changed. */
static struct cover_bits *own_bits(struct cover *cover, struct cover_block *block)
{
	if (is_whole(block->bits))
		set_bits(cover, block, bits_copy(block->bits));
	return (struct cover_bits *)(uintptr_t)block->bits;
}

/* Bits that have become those of a whole block need no memory. */
static void share_bits(struct cover *cover, struct cover_block *block)
{
	for (int state = 0; state < STATES && !is_whole(block->bits); state++)
		if (memcmp(block->bits, &whole[state], sizeof(whole[state])) == 0)
			set_bits(cover, block, &whole[state]);
}

void cover_init(struct cover *cover, step_no begin, struct cover_count count, step_no age)
{
	*cover = (struct cover){.cap = 1, .most = (uint32_t)(age / COVER_BLOCK) + 3, .begin = begin, .end = begin};
	cover->at = xcalloc(1, sizeof(*cover->at));
	cover->at[0] = (struct cover_block){count, &whole[COVER_NONE]};
}

void cover_release(struct cover *cover)
{
	for (uint32_t i = 0; i < cover->cap; i++)
		set_bits(cover, &cover->at[i], NULL);
	free(cover->at);
	*cover = (struct cover){0};
}

struct cover cover_copy(const struct cover *cover)
{
	struct cover copy = *cover;

	copy.at = xmalloc(cover->cap * sizeof(*copy.at));
	memcpy(copy.at, cover->at, cover->cap * sizeof(*copy.at));
	for (uint32_t i = 0; i < copy.cap; i++)
		if (copy.at[i].bits && !is_whole(copy.at[i].bits))
			copy.at[i].bits = bits_copy(copy.at[i].bits);
	return copy;
}

/* Makes room for the blocks first..last; those before `first` are needed no more. */
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
	for (int64_t number = first; number < last; number++) {
		*block_of(&grown, number) = *block_of(cover, number);
		block_of(cover, number)->bits = NULL;
	}
	for (uint32_t i = 0; i < cover->cap; i++)
		set_bits(&grown, &cover->at[i], NULL);
	free(cover->at);
	*cover = grown;
}

static struct cover_count block_count(const struct cover_block *block)
{
	struct cover_count count = block->before;

	for (int i = 0; i < WORDS; i++) {
		count.covered += (uint32_t)__builtin_popcountll(block->bits->covered[i]);
		count.bridged += (uint32_t)__builtin_popcountll(block->bits->bridged[i]);
	}
	return count;
}

/* A block that begins is empty, and counts on from the one before. */
static struct cover_block *begin_block(struct cover *cover, int64_t number)
{
	struct cover_count before = block_count(block_of(cover, number - 1));

	extend(cover, slot_floor(cover->begin, COVER_BLOCK), number);
	set_bits(cover, block_of(cover, number), &whole[COVER_NONE]);
	block_of(cover, number)->before = before;
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

		if (state == COVER_DATA)
			own_bits(cover, block)->covered[at / 64] |= bits;
		else if (state == COVER_BRIDGED)
			own_bits(cover, block)->bridged[at / 64] |= bits;
		if (at + len == COVER_BLOCK)
			share_bits(cover, block);
		cover->end += (step_no)len;
		count -= len;
	}
}

void cover_forget(struct cover *cover, step_no begin)
{
	assert(begin >= cover->begin && begin <= cover->end);
	cover->begin = begin;
}

enum cover_state cover_at(const struct cover *cover, step_no step)
{
	const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
	size_t at = (size_t)slot_rest(step, COVER_BLOCK);
	uint64_t bit = UINT64_C(1) << (at % 64);

	assert(step > cover->begin && step <= cover->end);
	return block->bits->covered[at / 64] & bit   ? COVER_DATA
	       : block->bits->bridged[at / 64] & bit ? COVER_BRIDGED
						     : COVER_NONE;
}

void cover_raise(struct cover *cover, step_no step, enum cover_state state)
{
	struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
	size_t at = (size_t)slot_rest(step, COVER_BLOCK);
	uint64_t bit = UINT64_C(1) << (at % 64);
	struct cover_bits *bits;

	if (state <= cover_at(cover, step))
		return;
	bits = own_bits(cover, block);
	bits->covered[at / 64] |= state == COVER_DATA ? bit : 0;
	bits->bridged[at / 64] &= ~bit;
	bits->bridged[at / 64] |= state == COVER_BRIDGED ? bit : 0;
}

/* Data over bridged over none, for all steps of a block; `mask` has those that count. */
static bool unite_block(struct cover *cover, struct cover_block *block, const struct cover_bits *other,
			const uint64_t mask[WORDS])
{
	struct cover_bits bits = *block->bits;

	for (int i = 0; i < WORDS; i++) {
		bits.covered[i] |= other->covered[i] & mask[i];
		bits.bridged[i] = (bits.bridged[i] | (other->bridged[i] & mask[i])) & ~bits.covered[i];
	}
	if (memcmp(&bits, block->bits, sizeof(bits)) == 0)
		return false;
	*own_bits(cover, block) = bits;
	return true;
}

/* The steps of a block that are in (begin, end]. */
static void mask_of(int64_t number, step_no begin, step_no end, uint64_t mask[WORDS])
{
	for (int i = 0; i < WORDS; i++) {
		step_no first = number * COVER_BLOCK + i * 64, from = begin + 1 - first, to = end - first;

		mask[i] = from > 63 || to < 0 ? 0 : UINT64_MAX;
		if (mask[i] && from > 0)
			mask[i] &= UINT64_MAX << from;
		if (mask[i] && to < 63)
			mask[i] &= UINT64_MAX >> (63 - to);
	}
}

bool cover_unite(struct cover *cover, const struct cover *other)
{
	step_no begin = cover->begin > other->begin ? cover->begin : other->begin;
	step_no end = cover->end < other->end ? cover->end : other->end;
	bool changed = false;
	uint64_t mask[WORDS];

	for (int64_t number = slot_floor(begin + 1, COVER_BLOCK); begin < end && number <= slot_floor(end, COVER_BLOCK);
	     number++) {
		struct cover_block *block = block_of(cover, number);
		const struct cover_bits *bits = block_of(other, number)->bits;

		if (bits == &whole[COVER_NONE] || block->bits == &whole[COVER_DATA])
			continue;
		mask_of(number, begin, end, mask);
		changed |= unite_block(cover, block, bits, mask);
	}
	return changed;
}

void cover_recount(struct cover *cover, step_no from)
{
	int64_t last = slot_floor(cover->end, COVER_BLOCK);

	for (int64_t number = slot_floor(from, COVER_BLOCK); number < last; number++) {
		share_bits(cover, block_of(cover, number));
		block_of(cover, number + 1)->before = block_count(block_of(cover, number));
	}
}

struct cover_count cover_until(const struct cover *cover, step_no step)
{
	const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
	size_t bits = (size_t)slot_rest(step, COVER_BLOCK) + 1;
	struct cover_count count = block->before;

	assert(step >= cover->begin && step <= cover->end);
	for (size_t i = 0; i * 64 < bits; i++) {
		uint64_t mask = bits - i * 64 >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (bits - i * 64)) - 1;

		count.covered += (uint32_t)__builtin_popcountll(block->bits->covered[i] & mask);
		count.bridged += (uint32_t)__builtin_popcountll(block->bits->bridged[i] & mask);
	}
	return count;
}

step_no cover_run_end(const struct cover *cover, step_no step)
{
	enum cover_state state = cover_at(cover, step);

	while (step <= cover->end) {
		const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
		size_t at = (size_t)slot_rest(step, COVER_BLOCK);
		uint64_t covered = block->bits->covered[at / 64], bridged = block->bits->bridged[at / 64];
		uint64_t same = state == COVER_DATA ? covered : state == COVER_BRIDGED ? bridged : ~(covered | bridged);
		uint64_t others = ~same >> at % 64;

		step += others ? __builtin_ctzll(others) : (step_no)(64 - at % 64);
		if (others)
			break;
	}
	return step > cover->end ? cover->end : step - 1;
}

step_no cover_last_data(const struct cover *cover, step_no step)
{
	while (step > cover->begin) {
		const struct cover_block *block = block_of(cover, slot_floor(step, COVER_BLOCK));
		size_t at = (size_t)slot_rest(step, COVER_BLOCK);
		uint64_t until = block->bits->covered[at / 64] << (63 - at % 64);

		if (until) {
			step -= __builtin_clzll(until);
			break;
		}
		step -= (step_no)(at % 64) + 1;
	}
	return step > cover->begin ? step : cover->begin;
}

size_t cover_bytes(const struct cover *cover)
{
	return cover->cap * sizeof(*cover->at) + cover->own * sizeof(struct cover_bits);
}
