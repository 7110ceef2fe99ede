#include "source/scan.h"

enum { DEPTH_MAX = 64 }; /* query answers nest 8 deep */

struct scan scan_text(struct str text, struct err *err)
{
	const char *at = text.at ? text.at : "";

	return (struct scan){.start = at, .at = at, .end = at + text.len, .err = err};
}

bool scan_fail(struct scan *scan, const char *what)
{
	if (!scan->failed)
		err_set(scan->err, "malformed at byte %zu: %s", (size_t)(scan->at - scan->start), what);
	scan->failed = true;
	return false;
}

bool scan_more(struct scan *scan, char close, bool *first)
{
	char c = scan->failed ? '\0' : scan_peek(scan);

	if (c == close && scan->at < scan->end)
		return scan->at++, false;
	if (!*first && c != ',')
		return scan_fail(scan, "',' or the end of an array or object missing");
	if (*first)
		return *first = false, !scan->failed;
	scan->at++;
	if (scan_peek(scan) == close)
		return scan_fail(scan, "',' with nothing behind it");
	return true;
}

static int32_t hex4(const char *at, const char *end)
{
	int32_t value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = ascii_lower(at[i]);

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return -1;
		value = value * 16 + (ascii_digit(c) ? c - '0' : c - 'a' + 10);
	}
	return value;
}

/* The character of a \u escape whose hex digits begin at *at, with the second half where it is a pair; -1 where
 * malformed. */
static int32_t unicode_escape(const char **at, const char *end)
{
	int32_t high = hex4(*at, end), low;

	if (high < 0 || (high >= 0xDC00 && high < 0xE000))
		return -1;
	*at += 4;
	if (high == 0)
		return 0xFFFD; /* a NUL would end the text for half of its readers */
	if (high < 0xD800 || high >= 0xDC00)
		return high;
	if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
		return -1;
	low = hex4(*at + 2, end);
	if (low < 0xDC00 || low >= 0xE000)
		return -1;
	*at += 6;
	return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

static bool skip_escape(struct scan *scan)
{
	const char *at = scan->at + 1;

	if (at < scan->end && *at == 'u') {
		at++;
		if (unicode_escape(&at, scan->end) < 0)
			return scan_fail(scan, "a wrong \\u escape");
		scan->at = at;
		return true;
	}
	if (at == scan->end || !*at || !strchr("\"\\/bfnrt", *at))
		return scan_fail(scan, "a wrong escape");
	scan->at += 2;
	return true;
}

/* Eight bytes at once: the high bit of each byte that is a quote, a backslash, a control character or not ASCII. */
static uint64_t special_bytes(const char *at)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	uint64_t word, quote, backslash;

	memcpy(&word, at, 8);
	quote = word ^ (ones * '"');
	backslash = word ^ (ones * '\\');
	return ((quote - ones) | (backslash - ones) | (word - ones * 0x20) | word) & high;
}

static bool skip_rune(struct scan *scan)
{
	struct str left = {scan->at, (size_t)(scan->end - scan->at)};
	size_t len = 0;

	if (str_rune(left, &len) < 0)
		return scan_fail(scan, "text that is not UTF-8");
	scan->at += len;
	return true;
}

bool scan_string(struct scan *scan, struct str *raw)
{
	const char *begin;

	if (!scan_take(scan, '"'))
		return false;
	for (begin = scan->at;;) {
		unsigned char c;

		while (scan->end - scan->at >= 8 && !special_bytes(scan->at))
			scan->at += 8;
		if (scan->at == scan->end)
			return scan_fail(scan, "a text without end");
		c = (unsigned char)*scan->at;
		if (c == '"') {
			*raw = (struct str){begin, (size_t)(scan->at - begin)};
			scan->at++;
			return true;
		}
		if (c < 0x20)
			return scan_fail(scan, "a control character in a text");
		if (c < 0x80 && c != '\\')
			scan->at++;
		else if (!(c == '\\' ? skip_escape(scan) : skip_rune(scan)))
			return false;
	}
}

bool scan_key(struct scan *scan, struct str *raw) { return scan_string(scan, raw) && scan_take(scan, ':'); }

static size_t skip_digits(struct scan *scan)
{
	const char *begin = scan->at;

	while (scan->at < scan->end && ascii_digit(*scan->at))
		scan->at++;
	return (size_t)(scan->at - begin);
}

bool scan_number(struct scan *scan, struct str *number)
{
	const char *begin;
	size_t whole;
	bool zero;

	scan_space(scan);
	begin = scan->at;
	if (scan->at < scan->end && *scan->at == '-')
		scan->at++;
	zero = scan->at < scan->end && *scan->at == '0';
	whole = skip_digits(scan);
	if (whole == 0 || (zero && whole > 1))
		return scan_fail(scan, "a number missing");
	if (scan->at < scan->end && *scan->at == '.' && (scan->at++, skip_digits(scan) == 0))
		return scan_fail(scan, "a number that ends in its point");
	if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E')) {
		scan->at++;
		if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
			scan->at++;
		if (skip_digits(scan) == 0)
			return scan_fail(scan, "a number without its exponent");
	}
	*number = (struct str){begin, (size_t)(scan->at - begin)};
	return true;
}

static bool take_word(struct scan *scan, struct str word)
{
	scan_space(scan);
	if (!str_starts((struct str){scan->at, (size_t)(scan->end - scan->at)}, word))
		return scan_fail(scan, "a value missing");
	scan->at += word.len;
	return true;
}

bool scan_null(struct scan *scan) { return take_word(scan, STR("null")); }

bool scan_bool(struct scan *scan, bool *value)
{
	*value = scan_peek(scan) == 't';
	return take_word(scan, *value ? STR("true") : STR("false"));
}

static bool skip(struct scan *scan, int depth)
{
	char c = scan_peek(scan);
	struct str text;
	bool word;

	if (c == '"')
		return scan_string(scan, &text);
	if (c == 't' || c == 'f')
		return scan_bool(scan, &word);
	if (c == 'n')
		return scan_null(scan);
	if (c != '{' && c != '[')
		return scan_number(scan, &text);
	if (depth == 0)
		return scan_fail(scan, "values nested too deeply");
	scan->at++;
	for (bool first = true; scan_more(scan, c == '{' ? '}' : ']', &first);)
		if ((c == '{' && !scan_key(scan, &text)) || !skip(scan, depth - 1))
			return false;
	return !scan->failed;
}

bool scan_skip(struct scan *scan) { return skip(scan, DEPTH_MAX); }

bool scan_end(struct scan *scan)
{
	scan_space(scan);
	return scan->at == scan->end || scan_fail(scan, "something behind the end");
}

static size_t put_rune(char *out, int32_t rune)
{
	if (rune < 0x80)
		return out[0] = (char)rune, 1;
	if (rune < 0x800)
		return out[0] = (char)(0xC0 | rune >> 6), out[1] = (char)(0x80 | (rune & 0x3F)), 2;
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

size_t scan_unescape(struct str raw, char *out)
{
	static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
	const char *at = raw.at, *end = raw.at + raw.len;
	size_t len = 0;

	while (at < end) {
		const char *letter;

		if (*at != '\\' || end - at < 2) {
			out[len++] = *at++;
			continue;
		}
		at += 2;
		if (at[-1] == 'u') {
			int32_t rune = unicode_escape(&at, end);

			len += put_rune(out + len, rune > 0 ? rune : '?');
			continue;
		}
		letter = strchr(letters, at[-1]);
		out[len++] = letter && *letter ? meanings[letter - letters] : at[-1];
	}
	return len;
}
