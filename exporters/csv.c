#include "exporters/csv.h"

#include "format/inert.h"

#include <string.h>

void csv_text(struct buf *out, struct str text)
{
	buf_char(out, '"');
	if (text.len && strchr("=+-@\t\r\n", text.at[0]) && text.at[0])
		buf_char(out, '\'');
	for (size_t pos = 0; pos < text.len;) {
		size_t from = pos;
		int32_t rune = str_rune(text, &pos);

		if (rune == '\n' || rune == '\r' || rune == '\t')
			buf_char(out, ' ');
		else if (rune_acts(rune))
			buf_cstr(out, INERT_STAND_IN);
		else
			buf_str(out, rune == '"' ? STR("\"\"") : str_slice(text, from, pos));
	}
	buf_char(out, '"');
}
