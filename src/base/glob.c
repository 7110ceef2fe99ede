#include "base/glob.h"

/* What stood at the last `*` is tried one character later each time; an earlier `*` need not be gone back to, since
 * the later one can take up whatever that would. */
bool glob_matches(struct str pattern, struct str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, taken = 0;

	while (t < text.len) {
		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			taken = t;
		} else if (p < pattern.len && pattern.at[p] == '?') {
			p++;
			str_rune(text, &t);
		} else if (p < pattern.len && pattern.at[p] == text.at[t]) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			str_rune(text, &taken);
			p = star + 1;
			t = taken;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}
