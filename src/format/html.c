#include "format/html.h"

#include "format/inert.h"

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
	default:
		return rune_acts(rune) ? INERT_STAND_IN : NULL;
	}
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
