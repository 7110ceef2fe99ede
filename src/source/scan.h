/* Walks over JSON text in place, strictly (RFC 8259): what is malformed is refused wherever it stands, also in parts
 * that nobody wants. Nothing is copied. Only for src/source. */
#ifndef WICK_SOURCE_SCAN_H
#define WICK_SOURCE_SCAN_H

#include "base/err.h"
#include "base/str.h"

struct scan {
	const char *start, *at, *end;
	struct err *err;
	bool failed; /* and err says why; from then on the position means nothing */
};

struct scan scan_text(struct str text, struct err *err);

/* Fails with "malformed at byte N: what"; false. */
bool scan_fail(struct scan *scan, const char *what);

static inline void scan_space(struct scan *scan)
{
	while (scan->at < scan->end && ascii_space(*scan->at))
		scan->at++;
}

/* The character that comes next behind blanks, which stays; NUL at the end. */
static inline char scan_peek(struct scan *scan)
{
	scan_space(scan);
	return scan->at < scan->end ? *scan->at : '\0';
}

/* Takes the one character, or fails. */
static inline bool scan_take(struct scan *scan, char wanted)
{
	if (scan->at < scan->end && *scan->at == wanted)
		return scan->at++, true;
	if (scan_peek(scan) == wanted && scan->at < scan->end)
		return scan->at++, true;
	return scan_fail(scan, (char[]){'\'', wanted, '\'', ' ', 'm', 'i', 's', 's', 'i', 'n', 'g', '\0'});
}

/* Behind '[' or '{': true where one more element comes, false where `close` was taken or the text is malformed
 *(`failed`). for (bool first = true; scan_more(scan, ']', &first);) */
bool scan_more(struct scan *scan, char close, bool *first);

/* A string's bytes between its quotes, escapes as they are. */
bool scan_string(struct scan *scan, struct str *raw);
/* A member's name and the colon. */
bool scan_key(struct scan *scan, struct str *raw);
bool scan_number(struct scan *scan, struct str *number);
bool scan_null(struct scan *scan);
bool scan_bool(struct scan *scan, bool *value);
/* Any value, nested up to a bounded depth. */
bool scan_skip(struct scan *scan);
/* Nothing but blanks is left. */
bool scan_end(struct scan *scan);

/* Writes what a string's bytes (found well-formed before) stand for; never longer than they are. Returns the length. */
size_t scan_unescape(struct str raw, char *out);

#endif
