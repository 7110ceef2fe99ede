#include "base/log.h"

#include "base/limits.h"
#include "base/num.h"
#include "base/when.h"

#include <math.h>
#include <unistd.h>

static enum log_format line_format = LOG_LOGFMT;
static enum log_level least_level = LOG_INFO;

static const char *const level_names[] = {"debug", "info", "warn", "error"};
_Static_assert(sizeof(level_names) / sizeof(level_names[0]) == LOG_ERROR + 1, "a name for each level");

void log_setup(enum log_format format, enum log_level least)
{
	line_format = format;
	least_level = least;
}

/* A text in double quotes that is right for logfmt and for JSON; what is not UTF-8 becomes U+FFFD. */
static void quote(struct buf *line, struct str s)
{
	buf_char(line, '"');
	for (size_t pos = 0; pos < s.len;) {
		size_t from = pos;
		int32_t rune = str_rune(s, &pos);

		if (rune < 0)
			buf_cstr(line, "\xEF\xBF\xBD");
		else if (rune == '"' || rune == '\\')
			buf_fmt(line, "\\%c", (int)rune);
		else if (rune == '\n')
			buf_cstr(line, "\\n");
		else if (rune < 0x20 || rune == 0x7F)
			buf_fmt(line, "\\u%04x", (unsigned)rune);
		else
			buf_str(line, str_slice(s, from, pos));
	}
	buf_char(line, '"');
}

static bool plain_word(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_alpha(s.at[i]) && !ascii_digit(s.at[i]) &&
		    (s.at[i] == '\0' || !strchr("-_./:,+@%~", s.at[i])))
			return false;
	return s.len > 0;
}

enum { TEXT_BYTES = 4096 }; /* of one field; with every byte escaped a line still has room for two */

/* A text in the line's format; one that is too long is cut at a character boundary and ends in "...". */
static void put_text(struct buf *line, struct str s)
{
	char cut[TEXT_BYTES + 3];
	size_t end = TEXT_BYTES;

	if (s.len > TEXT_BYTES) {
		while (end > TEXT_BYTES - 4 && ((unsigned char)s.at[end] & 0xC0) == 0x80)
			end--;
		memcpy(cut, s.at, end);
		memcpy(cut + end, "...", 3);
		s = (struct str){cut, end + 3};
	}
	if (line_format == LOG_LOGFMT && plain_word(s))
		buf_str(line, s);
	else
		quote(line, s);
}

static void put_key(struct buf *line, const char *key)
{
	if (line_format == LOG_JSON)
		buf_fmt(line, "%s\"%s\":", line->len ? "," : "{", key);
	else
		buf_fmt(line, "%s%s=", line->len ? " " : "", key);
}

/* A field that finds no room is left out whole, so that the line stays well-formed. */
static void put_field(struct buf *line, const struct log_field *field)
{
	size_t before = line->len;

	if (field->kind == LOG_FIELD_NUMBER && isnan(field->number))
		return;
	put_key(line, field->key);
	switch (field->kind) {
	case LOG_FIELD_TEXT:
		put_text(line, field->text);
		break;
	case LOG_FIELD_INTEGER:
		buf_fmt(line, "%lld", (long long)field->integer);
		break;
	case LOG_FIELD_NUMBER:
		/* JSON has no infinities */
		if (line_format == LOG_JSON && !(field->number - field->number < 1))
			buf_cstr(line, "null");
		else
			num_write_double(line, field->number);
		break;
	}
	if (line->full) {
		line->len = before;
		line->full = false;
	}
}

void log_write(enum log_level level, const char *message, const struct log_field *fields)
{
	struct buf line;

	if (level < least_level)
		return;
	buf_init(&line, LIMIT_LINE_BYTES - 2); /* the line's own end always finds room */
	put_field(&line, &F_CSTR("ts", instant_text(instant_now()).text));
	put_field(&line, &F_CSTR("level", level_names[level]));
	put_field(&line, &F_CSTR("msg", message));
	for (const struct log_field *field = fields; field && field->key; field++)
		put_field(&line, field);
	line.ceiling += 2;
	buf_cstr(&line, line_format == LOG_JSON ? "}\n" : "\n");
	/* One write per line: lines of the two threads do not mix. A log that cannot be written is no reason to
	 * stop. */
	ssize_t written = write(STDERR_FILENO, line.at ? line.at : "", line.len);

	(void)written;
	buf_release(&line);
}
