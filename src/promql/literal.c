#include "promql/literal.h"

#include "base/num.h"

#include <math.h>

enum { NUMBER_BYTES = 400 };

static int digit_value(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Drops underscores that stand between two digits, or between a base prefix and a digit; false for any other. */
static bool without_underscores(struct str text, char *out, size_t *len)
{
	bool hex = text.len > 1 && ascii_lower(text.at[1]) == 'x';
	int base = hex ? 16 : 10;

	*len = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '_') {
			out[(*len)++] = text.at[i];
			continue;
		}
		if (i == 0 || i + 1 == text.len || digit_value(text.at[i + 1]) >= base ||
		    (digit_value(text.at[i - 1]) >= base && !(hex && i == 2)))
			return false;
	}
	return true;
}

static bool read_integer(struct str digits, int base, double *value)
{
	int64_t read = 0;

	if (digits.len == 0)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		int digit = digit_value(digits.at[i]);

		if (digit >= base || __builtin_mul_overflow(read, base, &read) ||
		    __builtin_add_overflow(read, digit, &read))
			return false;
	}
	*value = (double)read;
	return true;
}

bool number_read(struct str text, double *value)
{
	char clean[NUMBER_BYTES];
	struct str s = {clean, 0};

	if (text.len == 0 || text.len > sizeof(clean) || !without_underscores(text, clean, &s.len))
		return false;
	if (s.len > 1 && s.at[0] == '0' && ascii_lower(s.at[1]) == 'x')
		return read_integer(str_slice(s, 2, s.len), 16, value);
	if (s.len > 1 && s.at[0] == '0' && read_integer(str_slice(s, 1, s.len), 8, value))
		return true;
	return num_read_sample(s, value);
}

size_t rune_write(char *out, uint32_t rune)
{
	if (rune < 0x80)
		return out[0] = (char)rune, 1;
	if (rune < 0x800) {
		out[0] = (char)(0xC0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3F));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xE0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3F));
		out[2] = (char)(0x80 | (rune & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 0x3F));
	out[2] = (char)(0x80 | (rune >> 6 & 0x3F));
	out[3] = (char)(0x80 | (rune & 0x3F));
	return 4;
}

/* Digits of \x41, \101, A and \U00000041; `pos` stands at the first of them. */
static bool read_code(struct str s, size_t *pos, unsigned digits, int base, uint32_t *code)
{
	*code = 0;
	for (unsigned i = 0; i < digits; i++, (*pos)++) {
		if (*pos >= s.len || digit_value(s.at[*pos]) >= base)
			return false;
		*code = *code * (uint32_t)base + (uint32_t)digit_value(s.at[*pos]);
	}
	return true;
}

/* One escape, `*pos` behind the backslash; writes at most 4 bytes. */
static bool read_escape(struct str s, size_t *pos, char quote, char *out, size_t *len)
{
	static const char letters[] = "abfnrtv\\", meanings[] = "\a\b\f\n\r\t\v\\";
	char c = *pos < s.len ? s.at[*pos] : '\0';
	const char *letter = c ? strchr(letters, c) : NULL;
	uint32_t code;

	if (c && (letter || c == quote)) {
		out[(*len)++] = letter ? meanings[letter - letters] : c;
		++*pos;
		return true;
	}
	if (c == 'x' || (c >= '0' && c <= '7')) {
		*pos += c == 'x';
		if (!read_code(s, pos, c == 'x' ? 2 : 3, c == 'x' ? 16 : 8, &code) || code > 255)
			return false;
		out[(*len)++] = (char)code;
		return true;
	}
	if (c != 'u' && c != 'U')
		return false;
	++*pos;
	if (!read_code(s, pos, c == 'u' ? 4 : 8, 16, &code) || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
		return false;
	*len += rune_write(out + *len, code);
	return true;
}

struct str string_read(struct arena *arena, struct str quoted, size_t *wrong, const char **why)
{
	struct str inner = str_slice(quoted, 1, quoted.len - 1);
	char quote = quoted.at[0], *out = arena_alloc(arena, inner.len + 1);
	size_t len = 0;

	for (size_t pos = 0; pos < inner.len;) {
		size_t from = pos;

		*wrong = from + 1;
		if (inner.at[pos] == '\\' && quote != '`') {
			pos++;
			if (!read_escape(inner, &pos, quote, out, &len)) {
				*why = "unknown or malformed escape in a string";
				return (struct str){NULL, 0};
			}
			continue;
		}
		if (str_rune(inner, &pos) < 0) {
			*why = "bytes in a string that are not valid UTF-8";
			return (struct str){NULL, 0};
		}
		memcpy(out + len, inner.at + from, pos - from);
		len += pos - from;
	}
	return (struct str){out, len};
}

static bool write_byte(struct buf *buf, unsigned char byte)
{
	switch (byte) {
	case '\n':
		return buf_cstr(buf, "\\n");
	case '\r':
		return buf_cstr(buf, "\\r");
	case '\t':
		return buf_cstr(buf, "\\t");
	case '"':
		return buf_cstr(buf, "\\\"");
	case '\\':
		return buf_cstr(buf, "\\\\");
	}
	return byte >= 0x20 && byte < 0x7F ? buf_char(buf, (char)byte) : buf_fmt(buf, "\\x%02x", byte);
}

bool string_write(struct buf *buf, struct str text)
{
	bool ok = buf_char(buf, '"');

	for (size_t pos = 0; pos < text.len && ok;) {
		size_t from = pos;
		int32_t rune = str_rune(text, &pos);

		if (rune < 0x80)
			ok = write_byte(buf, (unsigned char)text.at[from]);
		else if (rune < 0xA0 || rune == 0x2028 || rune == 0x2029 || rune == 0xFEFF || rune == 0xFFFD)
			ok = buf_fmt(buf, "\\u%04x", (unsigned)rune);
		else
			ok = buf_str(buf, str_slice(text, from, pos));
	}
	return ok && buf_char(buf, '"');
}
