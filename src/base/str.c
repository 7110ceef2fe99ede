#include "base/str.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

int str_cmp(struct str a, struct str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter ? memcmp(a.at, b.at, shorter) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_alike(struct str a, struct str b)
{
	bool alike = a.len == b.len;

	for (size_t i = 0; alike && i < a.len; i++)
		alike = ascii_lower(a.at[i]) == ascii_lower(b.at[i]);
	return alike;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find(struct str s, char c)
{
	const char *found = s.len ? memchr(s.at, c, s.len) : NULL;

	return found ? (size_t)(found - s.at) : s.len;
}

struct str str_trim(struct str s)
{
	while (s.len && ascii_space(s.at[0]))
		s = str_slice(s, 1, s.len);
	while (s.len && ascii_space(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct str){s.at ? s.at + from : NULL, to - from};
}

/* The bytes that the first byte of a character promises, and the bits it carries; 0 for one that cannot be first. */
static size_t rune_len(unsigned char first, int32_t *bits)
{
	if (first < 0x80)
		return *bits = first, 1;
	if (first >= 0xC2 && first < 0xE0)
		return *bits = first & 0x1F, 2;
	if (first >= 0xE0 && first < 0xF0)
		return *bits = first & 0x0F, 3;
	if (first >= 0xF0 && first < 0xF5)
		return *bits = first & 0x07, 4;
	return 0;
}

int32_t str_rune(struct str s, size_t *pos)
{
	static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	int32_t rune = 0;
	size_t len = rune_len((unsigned char)s.at[*pos], &rune);

	if (len == 0 || len > s.len - *pos)
		return ++*pos, -1;
	for (size_t i = 1; i < len; i++) {
		unsigned char byte = (unsigned char)s.at[*pos + i];

		if ((byte & 0xC0) != 0x80)
			return ++*pos, -1;
		rune = rune << 6 | (byte & 0x3F);
	}
	if (rune < least[len] || rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000))
		return ++*pos, -1;
	*pos += len;
	return rune;
}

bool str_utf8(struct str s)
{
	for (size_t pos = 0; pos < s.len;)
		if (str_rune(s, &pos) < 0)
			return false;
	return true;
}

enum { DISTANCE_WORD = 63 }; /* keys are short; longer words are never "near" */

unsigned str_distance(struct str a, struct str b, unsigned cap)
{
	unsigned rows[3][DISTANCE_WORD + 1];

	if (a.len > DISTANCE_WORD || b.len > DISTANCE_WORD)
		return cap;
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			unsigned best = before[j - 1] + (ascii_lower(a.at[i - 1]) != ascii_lower(b.at[j - 1]));

			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && ascii_lower(a.at[i - 1]) == ascii_lower(b.at[j - 2]) &&
			    ascii_lower(a.at[i - 2]) == ascii_lower(b.at[j - 1]) && two[j - 2] + 1 < best)
				best = two[j - 2] + 1;
			now[j] = best;
		}
	}
	unsigned distance = rows[a.len % 3][b.len];

	return distance < cap ? distance : cap;
}

const char *str_nearest(struct str word, const char *const *candidates, size_t count)
{
	unsigned best = word.len < 4 ? 2 : word.len < 8 ? 3 : 4;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		unsigned distance = str_distance(word, str_of(candidates[i]), best);

		if (distance < best) {
			best = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}

static uint64_t seed;

__attribute__((constructor)) static void draw_seed(void)
{
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint64_t)time(NULL) * 0x9E3779B97F4A7C15u;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t str_hash(struct str s)
{
	uint64_t hash = seed ^ s.len, word;
	size_t pos = 0;

	for (; s.len - pos >= 8; pos += 8) {
		memcpy(&word, s.at + pos, 8);
		hash = mix(hash ^ word, 0xA0761D6478BD642Fu);
	}
	word = 0;
	if (pos < s.len)
		memcpy(&word, s.at + pos, s.len - pos);
	return mix(hash ^ word, 0xE7037ED1A0B428DBu);
}

uint64_t str_fnv1a(struct str s)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.at[i]) * UINT64_C(0x100000001b3);
	return hash;
}
