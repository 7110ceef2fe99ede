#include "daemon/gzip.h"

#include "base/limits.h"

#include <assert.h>
#define ZLIB_CONST /* what is compressed is only read */
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, GZIP_MEMORY = 8, GZIP_LEVEL = 1 };
/* zlib counts in 32 bits. */
static_assert(LIMIT_HTTP_RESPONSE_BYTES < UINT32_MAX, "a body is compressed in one piece");

bool gzip_write(struct buf *out, struct str bytes)
{
	z_stream stream = {0};
	size_t piece = KIB(256);
	int status = deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY);

	if (status != Z_OK)
		return false;
	stream.next_in = (const Bytef *)bytes.at;
	stream.avail_in = (uInt)bytes.len;
	do {
		char *room = buf_reserve(out, piece);

		if (!room)
			break;
		stream.next_out = (Bytef *)room;
		stream.avail_out = (uInt)piece;
		status = deflate(&stream, Z_FINISH);
		out->len += piece - stream.avail_out;
	} while (status == Z_OK);
	deflateEnd(&stream);
	return status == Z_STREAM_END;
}
