#include "ledger/pack.h"

#include <zlib.h>

enum { VERSION = 1, HEAD = 10, LEVEL = 5 }; /* head: mark, version, length (4), sum (4) */

static void put32(char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(value >> (8 * i));
}

static uint32_t get32(const char *at)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value |= (uint32_t)(uint8_t)at[i] << (8 * i);
	return value;
}

uint32_t pack_sum(uint32_t sum, struct str bytes) { return (uint32_t)crc32_z(sum, (const Bytef *)bytes.at, bytes.len); }

bool pack_seal(char mark, struct str content, struct buf *out)
{
	uLongf len = compressBound(content.len);
	char *at = content.len <= UINT32_MAX ? buf_reserve(out, HEAD + len) : NULL;

	if (!at)
		return false;
	at[0] = mark;
	at[1] = VERSION;
	put32(at + 2, (uint32_t)content.len);
	put32(at + 6, pack_sum(0, content));
	if (compress2((Bytef *)at + HEAD, &len, (const Bytef *)content.at, content.len, LEVEL) != Z_OK)
		return false;
	out->len += HEAD + len;
	return true;
}

bool pack_open(char mark, struct str sealed, struct buf *out, struct err *err)
{
	uLongf len;
	uLong used;
	char *at;

	if (sealed.len < HEAD || sealed.at[0] != mark)
		return err_set(err, "damaged: it does not begin as it should");
	if (sealed.at[1] != VERSION)
		return err_set(err, "written by another version of wick (format %d, this one reads %d)", sealed.at[1],
			       VERSION);
	len = get32(sealed.at + 2);
	used = sealed.len - HEAD;
	at = buf_reserve(out, len);
	if (!at)
		return err_set(err, "damaged: its %lu bytes are over the limit of %zu", len, out->ceiling);
	if (uncompress2((Bytef *)at, &len, (const Bytef *)sealed.at + HEAD, &used) != Z_OK ||
	    used != sealed.len - HEAD || len != get32(sealed.at + 2))
		return err_set(err, "damaged: it cannot be decompressed");
	if (pack_sum(0, (struct str){at, len}) != get32(sealed.at + 6))
		return err_set(err, "damaged: its checksum is wrong");
	out->len += len;
	return true;
}
