#include "ledger/varint.h"

void varint_put(struct buf *buf, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		buf_char(buf, (char)(value | 0x80));
	buf_char(buf, (char)value);
}

void varint_put_signed(struct buf *buf, int64_t value)
{
	varint_put(buf, ((uint64_t)value << 1) ^ (value < 0 ? ~UINT64_C(0) : 0));
}

void varint_put_double(struct buf *buf, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	for (int i = 0; i < 8; i++)
		buf_char(buf, (char)(bits >> (8 * i)));
}

static uint8_t next(struct reader *reader)
{
	uint8_t byte;

	if (reader->rest.len == 0) {
		reader->failed = true;
		return 0;
	}
	byte = (uint8_t)reader->rest.at[0];
	reader->rest = str_slice(reader->rest, 1, reader->rest.len);
	return byte;
}

uint64_t varint_get(struct reader *reader)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = next(reader);
		bool last = !(byte & 0x80);

		/* one spelling only: no bits over 64, no needless zero byte at the end */
		if ((shift == 63 && byte > 1) || (last && byte == 0 && shift > 0))
			break;
		value |= (uint64_t)(byte & 0x7F) << shift;
		if (last)
			return reader->failed ? 0 : value;
	}
	reader->failed = true;
	return 0;
}

int64_t varint_get_signed(struct reader *reader)
{
	uint64_t value = varint_get(reader);

	return (int64_t)((value >> 1) ^ (value & 1 ? ~UINT64_C(0) : 0));
}

double varint_get_double(struct reader *reader)
{
	uint64_t bits = 0;
	double value;

	for (int i = 0; i < 8; i++)
		bits |= (uint64_t)next(reader) << (8 * i);
	memcpy(&value, &bits, sizeof(value));
	return reader->failed ? 0 : value;
}
