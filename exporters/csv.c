#include "exporters/csv.h"

#include <string.h>

void csv_text(struct buf *out, struct str text)
{
	buf_char(out, '"');
	if (text.len && strchr("=+-@\t\r", text.at[0]) && text.at[0])
		buf_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			buf_char(out, '"');
		buf_char(out, text.at[i]);
	}
	buf_char(out, '"');
}
