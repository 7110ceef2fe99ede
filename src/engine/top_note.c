#include "engine/top_note.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static const char first_line[] = "wick groups 1\n";

void top_note_begin(struct buf *note) { buf_cstr(note, first_line); }

void top_note_put(struct buf *note, int64_t row, const struct top_memory *memory)
{
	buf_fmt(note, "%" PRId64 " %d %" PRId64 " ", row, (int)memory->by, memory->decided);
	num_write_double(note, memory->carried.bad);
	buf_char(note, ' ');
	num_write_double(note, memory->carried.total);
	for (size_t i = 0; i < memory->len; i++)
		buf_fmt(note, " %s%" PRId64, memory->at[i].leaving ? "-" : "", memory->at[i].row);
	buf_char(note, '\n');
}

/* Takes a word off the line; empty at its end. */
static struct str next_word(struct str *line)
{
	size_t end = str_find(*line, ' ');
	struct str word = str_slice(*line, 0, end);

	*line = str_slice(*line, end < line->len ? end + 1 : end, line->len);
	return word;
}

static bool read_place(struct str word, int64_t rows, struct top_place *place)
{
	place->leaving = str_starts(word, STR("-"));
	return num_read_i64(str_slice(word, place->leaving, word.len), &place->row) && place->row >= 1 &&
	       place->row <= rows;
}

static bool read_line(struct str line, int64_t rows, int64_t *row, struct top_memory *memory)
{
	uint64_t by;

	if (!num_read_i64(next_word(&line), row) || *row < 1 || *row > rows || !num_read_u64(next_word(&line), &by) ||
	    by >= TOP_ORDERS || !num_read_i64(next_word(&line), &memory->decided) || memory->decided < 0 ||
	    !num_read_double(next_word(&line), &memory->carried.bad) ||
	    !num_read_double(next_word(&line), &memory->carried.total) || !isfinite(memory->carried.bad) ||
	    !isfinite(memory->carried.total))
		return false;
	memory->by = (enum top_order)by;
	memory->formed = true;
	for (memory->len = 0; line.len;) {
		if (memory->len == 2 * LIMIT_TOP_MAX)
			return false;
		XGROW(memory->at, memory->len, memory->cap);
		if (!read_place(next_word(&line), rows, &memory->at[memory->len++]))
			return false;
	}
	return true;
}

bool top_note_read(struct str note, int64_t rows,
		   void (*each)(void *context, int64_t row, const struct top_memory *memory), void *context,
		   struct err *err)
{
	struct top_memory memory = {.at = NULL};
	size_t number = 1;
	int64_t row;
	bool ok = str_starts(note, str_of(first_line)) || err_set(err, "its first line is not '%.13s'", first_line);

	for (note = str_slice(note, strlen(first_line), note.len); ok && note.len; number++) {
		size_t end = str_find(note, '\n');

		ok = (end < note.len && read_line(str_slice(note, 0, end), rows, &row, &memory)) ||
		     err_set(err, "line %zu is damaged", number + 1);
		if (ok)
			each(context, row, &memory);
		note = str_slice(note, end < note.len ? end + 1 : end, note.len);
	}
	free(memory.at);
	return ok;
}
