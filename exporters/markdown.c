#include "exporters/markdown.h"

void markdown_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool blank = (unsigned char)text.at[i] <= ' ';

		if (!blank && strchr("\\`*_{}[]<>()#+-.!|&~", text.at[i]))
			buf_char(out, '\\');
		buf_char(out, blank ? ' ' : text.at[i]);
	}
}
