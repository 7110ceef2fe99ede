#include "exporters/markdown.h"

#include "format/inert.h"

void markdown_text(struct buf *out, struct str text)
{
	for (size_t pos = 0; pos < text.len;) {
		size_t from = pos;
		int32_t rune = str_rune(text, &pos);

		if (rune >= 0 && rune <= ' ') {
			buf_char(out, ' ');
		} else if (rune_acts(rune)) {
			buf_cstr(out, INERT_STAND_IN);
		} else {
			if (rune < 0x80 && strchr("\\`*_{}[]<>()#+-.!|&~", rune))
				buf_char(out, '\\');
			buf_str(out, str_slice(text, from, pos));
		}
	}
}
