#include "format/yaml_source.h"

#include "base/buf.h"
#include "base/num.h"

static size_t mark_len(struct str source) { return str_starts(source, STR("\xEF\xBB\xBF")) ? 3 : 0; }

/* Moves line and column from the byte `at` on to the byte `to`. */
static void count_places(struct str source, size_t at, size_t to, unsigned *line, unsigned *col)
{
	while (at < to && at < source.len) {
		char c = source.at[at];

		if (c == '\n' || (c == '\r' && (at + 1 == source.len || source.at[at + 1] != '\n'))) {
			*col = 1;
			++*line;
			at++;
		} else {
			str_rune(source, &at);
			++*col;
		}
	}
}

void yaml_place_of(struct str source, size_t byte, unsigned *line, unsigned *col)
{
	*line = *col = 1;
	count_places(source, mark_len(source), byte, line, col);
}

bool yaml_source_fine(struct str source, struct yaml_fault *fault)
{
	const char *reason = NULL;
	size_t at = 0, before = 0;

	if (str_starts(source, STR("\xFF\xFE")) || str_starts(source, STR("\xFE\xFF"))) {
		*fault = (struct yaml_fault){1, 1, STR("this is UTF-16; save the file as UTF-8")};
		return false;
	}
	/* parsers do not agree on whether it is there */
	if (mark_len(str_slice(source, mark_len(source), source.len)) && mark_len(source)) {
		*fault = (struct yaml_fault){1, 1, STR("a second byte order mark; save the file as UTF-8 without any")};
		return false;
	}
	while (at < source.len && !reason) {
		before = at;
		if (source.at[at] == '\0')
			reason = "a NUL byte; save the file as UTF-8 text";
		else if (str_rune(source, &at) < 0)
			reason = "this byte is not UTF-8; save the file as UTF-8 text";
	}
	if (!reason)
		return true;
	fault->text = str_of(reason);
	yaml_place_of(source, before, &fault->line, &fault->col);
	return false;
}

void yaml_cursor_init(struct yaml_cursor *cursor, struct str source)
{
	size_t start = mark_len(source);

	*cursor = (struct yaml_cursor){.source = source, .start = start, .byte = start};
}

size_t yaml_cursor_byte(struct yaml_cursor *cursor, size_t character)
{
	if (character < cursor->character) {
		cursor->character = 0;
		cursor->byte = cursor->start;
	}
	for (; cursor->character < character && cursor->byte < cursor->source.len; cursor->character++)
		str_rune(cursor->source, &cursor->byte);
	return cursor->byte;
}

static bool blank(char c) { return ascii_space(c); }

static size_t skip_blanks(struct str s, size_t at)
{
	while (at < s.len && blank(s.at[at]))
		at++;
	return at;
}

/* Anchors and tags may stand before the value itself. */
static size_t skip_properties(struct str source, size_t at)
{
	at = skip_blanks(source, at);
	while (at < source.len && (source.at[at] == '&' || source.at[at] == '!')) {
		while (at < source.len && !blank(source.at[at]))
			at++;
		at = skip_blanks(source, at);
	}
	return at;
}

/* The bytes of one escape of a double-quoted text, and whether it stands for a blank. */
static size_t escape_len(struct str source, size_t at, bool *is_blank)
{
	char kind = at + 1 < source.len ? source.at[at + 1] : '\0';

	*is_blank = kind == 'n' || kind == 't' || kind == 'r' || kind == ' ' || kind == '\t' || kind == '\n' ||
		    kind == '\r';
	switch (kind) {
	case 'x':
		return 4;
	case 'u':
		return 6;
	case 'U':
		return 10;
	default:
		return 2;
	}
}

/* Moves over one character of the value that is not blank; returns where the next one begins. */
static size_t step_over(struct str source, size_t at, char quote)
{
	bool is_blank = false;

	while (at < source.len) {
		if (quote == '"' && source.at[at] == '\\') {
			at += escape_len(source, at, &is_blank);
			if (!is_blank)
				break;
		} else if (blank(source.at[at])) {
			at++;
		} else if (quote == '\'' && source.at[at] == '\'') {
			at += 2;
			break;
		} else {
			str_rune(source, &at);
			break;
		}
	}
	return at < source.len ? at : source.len;
}

/* Folding and indentation change nothing but blanks: the n-th character that is no blank is the same on both sides. */
void yaml_locate(struct str source, const struct yaml_node *scalar, size_t offset, unsigned *line, unsigned *col)
{
	size_t at = skip_properties(source, scalar->from), value = 0;
	char first = at < source.len ? source.at[at] : '\0';
	char quote = first == '"' || first == '\'' ? first : '\0';
	bool at_blank = offset >= scalar->text.len || blank(scalar->text.at[offset]);

	if (quote)
		at++;
	else if (first == '|' || first == '>')
		at += str_find(str_slice(source, at, source.len), '\n');
	while (value < offset && value < scalar->text.len) {
		if (blank(scalar->text.at[value])) {
			value++;
			continue;
		}
		str_rune(scalar->text, &value);
		at = step_over(source, at, quote);
	}
	/* a blank is behind the character before it; any other may lie behind blanks of the source's own */
	*line = scalar->line;
	*col = scalar->col;
	count_places(source, scalar->from, at_blank ? at : skip_blanks(source, at), line, col);
}

/* Plain YAML has words of its own and many marks; what is not surely a plain text is quoted. */
bool yaml_plain_safe(struct str text)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
	double number;

	if (text.len == 0 || num_read_sample(text, &number) || (!ascii_alpha(text.at[0]) && text.at[0] != '/'))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_distance(text, str_of(words[i]), 1) == 0)
			return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && !strchr("_-./", c) &&
		    !(c == ':' && i + 1 < text.len &&
		      (ascii_alpha(text.at[i + 1]) || ascii_digit(text.at[i + 1]) || text.at[i + 1] == '/')))
			return false;
	}
	return true;
}

/* What YAML takes as it stands, inside of quotes as well. Line ends that Unicode has beside ours are folded into
 * blanks there. */
static bool stands_for_itself(int32_t rune)
{
	if (rune < 0x20 || (rune >= 0x7F && rune < 0xA0))
		return rune < 0; /* what is no UTF-8 is none of ours to mend */
	return rune != 0x2028 && rune != 0x2029 && rune != 0xFEFF && rune != 0xFFFE && rune != 0xFFFF;
}

static bool write_rune(struct buf *buf, struct str bytes, int32_t rune)
{
	if (rune == '"' || rune == '\\')
		return buf_char(buf, '\\') && buf_char(buf, (char)rune);
	if (stands_for_itself(rune))
		return buf_str(buf, bytes);
	return rune < 0x100 ? buf_fmt(buf, "\\x%02X", (unsigned)rune) : buf_fmt(buf, "\\u%04X", (unsigned)rune);
}

bool yaml_write_text(struct buf *buf, struct str text)
{
	bool ok;

	if (yaml_plain_safe(text))
		return buf_str(buf, text);
	ok = buf_char(buf, '"');
	for (size_t at = 0; at < text.len && ok;) {
		size_t from = at;
		int32_t rune = str_rune(text, &at);

		ok = write_rune(buf, str_slice(text, from, at), rune);
	}
	return ok && buf_char(buf, '"');
}

bool yaml_write_quoted(struct buf *buf, struct str text)
{
	bool ok;

	for (size_t at = 0; at < text.len;)
		if (!stands_for_itself(str_rune(text, &at)))
			return yaml_write_text(buf, text);
	ok = buf_char(buf, '\'');
	for (size_t i = 0; i < text.len && ok; i++)
		ok = (text.at[i] != '\'' || buf_char(buf, '\'')) && buf_char(buf, text.at[i]);
	return ok && buf_char(buf, '\'');
}

/* Lines as they stand, if they come back so: none begins with a blank where that could be taken for indentation. */
static bool block_safe(struct str text)
{
	if (!text.len || str_find(text, '\n') + 1 >= text.len || ascii_space(text.at[0]))
		return false;
	if (text.at[text.len - 1] == '\n' && ascii_space(text.at[text.len - 2]))
		return false;
	for (size_t at = 0; at < text.len;) {
		int32_t rune = str_rune(text, &at);

		if (rune != '\n' && !stands_for_itself(rune))
			return false;
	}
	return true;
}

bool yaml_write_block(struct buf *buf, struct str text, size_t indent)
{
	bool ends = text.len && text.at[text.len - 1] == '\n';

	if (!block_safe(text))
		return false;
	buf_cstr(buf, ends ? "|" : "|-");
	for (struct str rest = ends ? str_slice(text, 0, text.len - 1) : text; rest.at;) {
		size_t end = str_find(rest, '\n');

		buf_char(buf, '\n');
		buf_fill(buf, ' ', end ? indent : 0);
		buf_str(buf, str_slice(rest, 0, end));
		rest = end < rest.len ? str_slice(rest, end + 1, rest.len) : (struct str){NULL, 0};
	}
	return true;
}
