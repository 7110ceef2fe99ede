#include "engine/alert_note.h"

#include "base/num.h"

#include <inttypes.h>

static const char first_line[] = "wick alerts 1\n";

uint64_t alert_tier_key(struct str name) { return str_fnv1a(name); }

void alert_note_begin(struct buf *note) { buf_cstr(note, first_line); }

void alert_note_put(struct buf *note, int64_t row, step_no to, const struct alert_memory *alert)
{
	const struct alert_state *state = &alert->state;

	buf_fmt(note, "%" PRId64 " %" PRId64 " %" PRIu64 " %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", row,
		to, alert->tier, (int)state->phase, state->active_at.ms, state->fired_at.ms, state->false_at.ms,
		state->resolved_at.ms);
}

enum { WORDS = 8 };

/* The words of a line; false where it has not as many. */
static bool split(struct str line, struct str words[static WORDS])
{
	for (size_t i = 0; i < WORDS; i++) {
		size_t end = str_find(line, ' ');

		if (end == 0 || (i + 1 < WORDS) == (end == line.len))
			return false;
		words[i] = str_slice(line, 0, end);
		line = str_slice(line, end + 1, line.len);
	}
	return true;
}

static bool read_line(struct str line, int64_t rows, int64_t *row, step_no *to, struct alert_memory *alert)
{
	struct alert_state *state = &alert->state;
	struct str words[WORDS];
	uint64_t phase;

	if (!split(line, words) || !num_read_i64(words[0], row) || !num_read_i64(words[1], to) ||
	    !num_read_u64(words[2], &alert->tier) || !num_read_u64(words[3], &phase) || phase >= ALERT_PHASES ||
	    !num_read_i64(words[4], &state->active_at.ms) || !num_read_i64(words[5], &state->fired_at.ms) ||
	    !num_read_i64(words[6], &state->false_at.ms) || !num_read_i64(words[7], &state->resolved_at.ms))
		return false;
	state->phase = (enum alert_phase)phase;
	return *row >= 1 && *row <= rows && *to >= 0;
}

/* Takes a line off `rest`; false at the end. What does not end in a line end is no line. */
static bool next_line(struct str *rest, struct str *line)
{
	size_t end = str_find(*rest, '\n');

	if (end == rest->len)
		return false;
	*line = str_slice(*rest, 0, end);
	*rest = str_slice(*rest, end + 1, rest->len);
	return true;
}

bool alert_note_read(struct str note, int64_t rows,
		     void (*each)(void *context, int64_t row, step_no to, const struct alert_memory *alert),
		     void *context, struct err *err)
{
	struct str rest, line;
	struct alert_memory alert;
	int64_t row;
	step_no to;

	if (!str_starts(note, STR(first_line)))
		return err_set(err, "they are of another version");
	note = str_slice(note, sizeof(first_line) - 1, note.len);
	for (rest = note; next_line(&rest, &line);)
		if (!read_line(line, rows, &row, &to, &alert))
			return err_set(err, "they are damaged");
	if (rest.len)
		return err_set(err, "they are cut off");
	for (rest = note; next_line(&rest, &line);)
		if (read_line(line, rows, &row, &to, &alert))
			each(context, row, to, &alert);
	return true;
}
