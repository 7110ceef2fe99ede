#include "exporters/screen.h"

/* Ranges of Unicode 15; the wide ones are those that terminals agree on. */
struct range {
	int32_t first, last;
};

static const struct range combining[] = {
	{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},   {0x064B, 0x065F},   {0x06D6, 0x06DC},
	{0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},   {0x0E31, 0x0E31},   {0x0E34, 0x0E3A},
	{0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},   {0x20D0, 0x20FF},   {0x302A, 0x302D},
	{0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}, {0xE0100, 0xE01EF},
};

static const struct range wide[] = {
	{0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2614, 0x2615},   {0x26A1, 0x26A1},
	{0x2705, 0x2705},   {0x274C, 0x274C},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
	{0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
	{0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
	{0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

/* Marks and overrides of the writing direction, line and paragraph separators, controls of the second set. */
static const struct range unsafe[] = {
	{0x80, 0x9F}, {0x061C, 0x061C}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF},
};

#define WITHIN(rune, ranges) within(rune, ranges, sizeof(ranges) / sizeof(*(ranges)))

static bool within(int32_t rune, const struct range *ranges, size_t len)
{
	for (size_t i = 0; i < len && rune >= ranges[i].first; i++)
		if (rune <= ranges[i].last)
			return true;
	return false;
}

void screen_safe(struct buf *out, struct str text)
{
	for (size_t pos = 0; pos < text.len;) {
		size_t from = pos;
		int32_t rune = str_rune(text, &pos);

		if (rune < 0)
			buf_fmt(out, "\\x%02X", (unsigned)(unsigned char)text.at[from]);
		else if (rune < 0x20 || rune == 0x7F)
			buf_fmt(out, "^%c", (int)(rune ^ 0x40));
		else if (WITHIN(rune, unsafe))
			buf_fmt(out, "\\u%04X", (unsigned)rune);
		else
			buf_str(out, str_slice(text, from, pos));
	}
}

static size_t rune_width(int32_t rune)
{
	if (WITHIN(rune, combining))
		return 0;
	return WITHIN(rune, wide) ? 2 : 1;
}

size_t screen_width(struct str text)
{
	size_t width = 0;

	for (size_t pos = 0; pos < text.len;)
		width += rune_width(str_rune(text, &pos));
	return width;
}

struct str screen_cut(struct str text, size_t columns)
{
	size_t width = 0, end = 0;

	for (size_t pos = 0; pos < text.len; end = pos) {
		width += rune_width(str_rune(text, &pos));
		if (width > columns)
			break;
	}
	return str_slice(text, 0, end);
}
