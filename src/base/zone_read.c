#include "base/zone_parts.h"

/* What a block's header counts. */
struct counts {
	size_t is_ut, is_std, leap, time, type, chars;
};
enum { HEAD = 44 };

static uint32_t get_u32(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;

	return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

static int64_t get_time(const char *at, size_t width)
{
	if (width == 4)
		return (int32_t)get_u32(at);
	return (int64_t)((uint64_t)get_u32(at) << 32 | get_u32(at + 4));
}

static bool take_head(struct str *bytes, char *version, struct counts *counts)
{
	size_t *const fields[] = {&counts->is_ut, &counts->is_std, &counts->leap,
				  &counts->time,  &counts->type,   &counts->chars};

	if (bytes->len < HEAD || memcmp(bytes->at, "TZif", 4) != 0)
		return false;
	*version = bytes->at[4];
	for (size_t i = 0; i < 6; i++) {
		*fields[i] = get_u32(bytes->at + 20 + 4 * i);
		if (*fields[i] > 65536)
			return false;
	}
	*bytes = str_slice(*bytes, HEAD, bytes->len);
	return counts->type >= 1 && counts->type <= 256 && counts->time <= ZONE_TRANSITIONS;
}

static size_t block_size(const struct counts *counts, size_t width)
{
	return counts->time * (width + 1) + counts->type * 6 + counts->chars + counts->leap * (width + 4) +
	       counts->is_std + counts->is_ut;
}

static bool read_block(struct arena *arena, struct str block, const struct counts *counts, size_t width,
		       struct zone *zone)
{
	const char *times = block.at, *kinds = times + counts->time * width, *types = kinds + counts->time;

	for (size_t i = 0; i < counts->type; i++) {
		int32_t offset = (int32_t)get_u32(types + 6 * i);

		if (offset < -ZONE_OFFSET_MAX || offset > ZONE_OFFSET_MAX)
			return false;
	}
	zone->first = (int32_t)get_u32(types);
	zone->at = arena_array(arena, counts->time, sizeof(*zone->at));
	zone->offset = arena_array(arena, counts->time, sizeof(*zone->offset));
	for (size_t i = 0; i < counts->time; i++) {
		unsigned char kind = (unsigned char)kinds[i];

		zone->at[i] = get_time(times + i * width, width);
		if (kind >= counts->type || (i > 0 && zone->at[i] <= zone->at[i - 1]))
			return false;
		zone->offset[i] = (int32_t)get_u32(types + (size_t)6 * kind);
	}
	zone->len = counts->time;
	return true;
}

static bool read_footer(struct str bytes, struct zone_rule *rule)
{
	if (bytes.len < 2 || bytes.at[0] != '\n' || bytes.at[bytes.len - 1] != '\n')
		return false;
	bytes = str_slice(bytes, 1, bytes.len - 1);
	return bytes.len == 0 || zone_rule_read(bytes, rule);
}

bool zone_read(struct arena *arena, struct str bytes, struct zone *zone)
{
	struct counts counts;
	size_t width = 4, size;
	char version;

	if (!take_head(&bytes, &version, &counts))
		return false;
	/* from version 2 on the block of 32-bit times is followed by one of 64 bits and the rule */
	if (version >= '2') {
		size = block_size(&counts, width);
		if (size > bytes.len)
			return false;
		bytes = str_slice(bytes, size, bytes.len);
		width = 8;
		if (!take_head(&bytes, &version, &counts))
			return false;
	}
	size = block_size(&counts, width);
	if (size > bytes.len || !read_block(arena, str_slice(bytes, 0, size), &counts, width, zone))
		return false;
	return version < '2' || read_footer(str_slice(bytes, size, bytes.len), &zone->rule);
}
