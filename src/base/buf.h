/* A growable buffer with a ceiling. What does not fit is dropped whole and remembered in `full`, to be looked at once
 * at the end; the bytes that are there always end in a NUL that does not count. */
#ifndef WICK_BASE_BUF_H
#define WICK_BASE_BUF_H

#include "base/str.h"

struct buf {
	char *at;
	size_t len, cap, ceiling;
	bool full; /* something did not fit */
};

void buf_init(struct buf *buf, size_t ceiling);
void buf_release(struct buf *buf);
void buf_clear(struct buf *buf); /* keeps the memory; `full` is reset */

bool buf_put(struct buf *buf, const void *bytes, size_t len);
bool buf_char(struct buf *buf, char c);
bool buf_cstr(struct buf *buf, const char *text);
bool buf_str(struct buf *buf, struct str s);
bool buf_fmt(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool buf_fill(struct buf *buf, char c, size_t count);

/* Room for `len` more bytes at buf->at + buf->len, or NULL; after writing, add to buf->len what was used. */
char *buf_reserve(struct buf *buf, size_t len);

static inline struct str buf_view(const struct buf *buf) { return (struct str){buf->at ? buf->at : "", buf->len}; }

#endif
