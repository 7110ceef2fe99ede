#include "format/html.h"

/* What stands for the character, or NULL for the character itself. */
static const char *reference(int32_t rune)
{
	switch (rune) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
	case '\t':
		return NULL;
	default:
		break;
	}
	if (rune < 0x20 || (rune >= 0x7F && rune < 0xA0) || rune == 0x061C || rune == 0x200E || rune == 0x200F ||
	    (rune >= 0x202A && rune <= 0x202E) || (rune >= 0x2066 && rune <= 0x2069))
		return "\xEF\xBF\xBD";
	return NULL;
}

bool html_write(struct buf *out, struct str text)
{
	bool ok = true;

	for (size_t pos = 0; pos < text.len && ok;) {
		size_t from = pos;
		const char *other = reference(str_rune(text, &pos));

		ok = other ? buf_cstr(out, other) : buf_str(out, str_slice(text, from, pos));
	}
	return ok;
}
