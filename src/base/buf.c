#include "base/buf.h"

#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf, size_t ceiling)
{
	assert(ceiling > 0);
	*buf = (struct buf){.ceiling = ceiling};
}

void buf_release(struct buf *buf)
{
	free(buf->at);
	*buf = (struct buf){.ceiling = buf->ceiling};
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->full = false;
	if (buf->at)
		buf->at[0] = '\0';
}

char *buf_reserve(struct buf *buf, size_t len)
{
	size_t need;

	if (__builtin_add_overflow(buf->len, len, &need) || need > buf->ceiling) {
		buf->full = true;
		return NULL;
	}
	if (need + 1 > buf->cap) {
		size_t cap = buf->cap ? buf->cap : 64;

		while (cap < need + 1)
			cap *= 2;
		buf->at = xrealloc(buf->at, cap);
		buf->cap = cap;
	}
	return buf->at + buf->len;
}

bool buf_put(struct buf *buf, const void *bytes, size_t len)
{
	char *room = buf_reserve(buf, len);

	if (!room)
		return false;
	if (len)
		memcpy(room, bytes, len);
	buf->len += len;
	buf->at[buf->len] = '\0';
	return true;
}

bool buf_char(struct buf *buf, char c) { return buf_put(buf, &c, 1); }

bool buf_cstr(struct buf *buf, const char *text) { return buf_put(buf, text, strlen(text)); }

bool buf_str(struct buf *buf, struct str s) { return buf_put(buf, s.at, s.len); }

bool buf_fill(struct buf *buf, char c, size_t count)
{
	char *room = buf_reserve(buf, count);

	if (!room)
		return false;
	memset(room, c, count);
	buf->len += count;
	buf->at[buf->len] = '\0';
	return true;
}

bool buf_fmt(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	char *room;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	room = len < 0 ? NULL : buf_reserve(buf, (size_t)len);
	if (room) {
		vsnprintf(room, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
	return room != NULL;
}
