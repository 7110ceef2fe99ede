#include "format/inert.h"

bool rune_acts(int32_t rune)
{
	if (rune == '\n' || rune == '\t')
		return false;
	return rune < 0x20 || (rune >= 0x7F && rune < 0xA0) || rune == 0x061C || rune == 0x200E || rune == 0x200F ||
	       (rune >= 0x2028 && rune <= 0x202E) || (rune >= 0x2066 && rune <= 0x2069);
}
