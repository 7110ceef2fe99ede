#include "format/text_diff.h"

#include "base/mem.h"

#include <stdlib.h>

enum {
	CONTEXT = 3,
	EDITS_MOST = 1000, /* the search takes the square of it, in time and in memory */
};

struct lines {
	struct str *at;
	size_t len, cap;
};

/* A line of the diff: ' ', '-' or '+'. */
struct row {
	char sign;
	struct str text;
};

struct diff {
	struct lines a, b;
	struct row *rows;
	size_t len, cap;
};

static void split(struct lines *lines, struct str text)
{
	while (text.len) {
		size_t end = str_find(text, '\n');

		end += end < text.len;
		XGROW(lines->at, lines->len, lines->cap);
		lines->at[lines->len++] = str_slice(text, 0, end);
		text = str_slice(text, end, text.len);
	}
}

static void add_rows(struct diff *diff, char sign, const struct lines *lines, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		XGROW(diff->rows, diff->len, diff->cap);
		diff->rows[diff->len++] = (struct row){sign, lines->at[i]};
	}
}

/* The lines that differ: both texts between what they begin and end with alike. */
struct part {
	struct diff *diff;
	size_t from, a_len, b_len;
	ptrdiff_t reach[2 * EDITS_MOST + 3]; /* by diagonal: how far in `a` so many edits come */
	ptrdiff_t *trace[EDITS_MOST + 1];    /* `reach` before each edit */
};

static bool alike(const struct part *part, ptrdiff_t x, ptrdiff_t y)
{
	return x < (ptrdiff_t)part->a_len && y < (ptrdiff_t)part->b_len &&
	       str_eq(part->diff->a.at[part->from + (size_t)x], part->diff->b.at[part->from + (size_t)y]);
}

static bool goes_down(const ptrdiff_t *reach, ptrdiff_t k, ptrdiff_t edits)
{
	return k == -edits || (k != edits && reach[k - 1] < reach[k + 1]);
}

/* Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). The number of edits, or -1 for too many. */
static ptrdiff_t search(struct part *part)
{
	ptrdiff_t *reach = part->reach + EDITS_MOST + 1;

	for (ptrdiff_t edits = 0; edits <= EDITS_MOST; edits++) {
		size_t width = (size_t)(2 * edits + 3);

		part->trace[edits] = xreallocarray(NULL, width, sizeof(*reach));
		memcpy(part->trace[edits], reach - edits - 1, width * sizeof(*reach));
		for (ptrdiff_t k = -edits; k <= edits; k += 2) {
			ptrdiff_t x = goes_down(reach, k, edits) ? reach[k + 1] : reach[k - 1] + 1;

			while (alike(part, x, x - k))
				x++;
			reach[k] = x;
			if (x >= (ptrdiff_t)part->a_len && x - k >= (ptrdiff_t)part->b_len)
				return edits;
		}
	}
	return -1;
}

/* The way back, written from its end: the rows are turned around by the caller. */
static void walk_back(struct part *part, ptrdiff_t edits)
{
	ptrdiff_t x = (ptrdiff_t)part->a_len, y = (ptrdiff_t)part->b_len;
	const struct lines *a = &part->diff->a, *b = &part->diff->b;

	for (; edits >= 0; edits--) {
		const ptrdiff_t *reach = part->trace[edits] + edits + 1;
		ptrdiff_t k = x - y;
		bool down = goes_down(reach, k, edits);
		ptrdiff_t begin = edits == 0 ? 0 : down ? reach[k + 1] : reach[k - 1];
		ptrdiff_t behind = edits == 0 ? 0 : down ? begin : begin + 1; /* where the lines that are alike begin */

		for (; x > behind; x--, y--)
			add_rows(part->diff, ' ', a, part->from + (size_t)x - 1, part->from + (size_t)x);
		if (edits == 0)
			break;
		if (down)
			add_rows(part->diff, '+', b, part->from + (size_t)y - 1, part->from + (size_t)y);
		else
			add_rows(part->diff, '-', a, part->from + (size_t)x - 1, part->from + (size_t)x);
		x = begin;
		y = down ? y - 1 : y;
	}
}

static void turn_around(struct row *rows, size_t len)
{
	for (size_t i = 0; i < len / 2; i++) {
		struct row row = rows[i];

		rows[i] = rows[len - 1 - i];
		rows[len - 1 - i] = row;
	}
}

static void compare(struct diff *diff)
{
	struct part *part = xcalloc(1, sizeof(*part));
	size_t from = 0, a_end = diff->a.len, b_end = diff->b.len, first;
	ptrdiff_t edits;

	while (from < a_end && from < b_end && str_eq(diff->a.at[from], diff->b.at[from]))
		from++;
	while (a_end > from && b_end > from && str_eq(diff->a.at[a_end - 1], diff->b.at[b_end - 1]))
		a_end--, b_end--;
	part->diff = diff;
	part->from = from;
	part->a_len = a_end - from;
	part->b_len = b_end - from;
	add_rows(diff, ' ', &diff->a, 0, from);
	first = diff->len;
	edits = search(part);
	if (edits >= 0) {
		walk_back(part, edits);
		turn_around(diff->rows + first, diff->len - first);
	} else {
		add_rows(diff, '-', &diff->a, from, a_end);
		add_rows(diff, '+', &diff->b, from, b_end);
	}
	add_rows(diff, ' ', &diff->a, a_end, diff->a.len);
	for (size_t i = 0; i <= EDITS_MOST; i++)
		free(part->trace[i]);
	free(part);
}

static void put_row(struct buf *buf, const struct row *row)
{
	buf_char(buf, row->sign);
	buf_str(buf, row->text);
	if (!str_ends(row->text, STR("\n")))
		buf_cstr(buf, "\n\\ No newline at end of file\n");
}

/* "3,7", "3" for one line, and for none the line before. */
static void put_range(struct buf *buf, char sign, size_t line, size_t count)
{
	buf_fmt(buf, " %c%zu", sign, count ? line + 1 : line);
	if (count != 1)
		buf_fmt(buf, ",%zu", count);
}

/* The end of the hunk that begins at `from`: changes that lie near each other share one. */
static size_t hunk_end(const struct diff *diff, size_t from)
{
	size_t end = from, quiet = 0;

	for (size_t i = from; i < diff->len && (quiet <= 2 * CONTEXT || end == from); i++) {
		quiet = diff->rows[i].sign == ' ' ? quiet + 1 : 0;
		if (!quiet)
			end = i + 1;
	}
	return end + CONTEXT < diff->len ? end + CONTEXT : diff->len;
}

static void put_hunks(struct buf *buf, const struct diff *diff)
{
	size_t a = 0, b = 0, at = 0;

	while (at < diff->len) {
		size_t change = at, begin, end, counts[2] = {0, 0};

		while (change < diff->len && diff->rows[change].sign == ' ')
			change++;
		if (change == diff->len)
			return;
		begin = change > at + CONTEXT ? change - CONTEXT : at;
		end = hunk_end(diff, change);
		a += begin - at;
		b += begin - at;
		for (size_t i = begin; i < end; i++) {
			counts[0] += diff->rows[i].sign != '+';
			counts[1] += diff->rows[i].sign != '-';
		}
		buf_cstr(buf, "@@");
		put_range(buf, '-', a, counts[0]);
		put_range(buf, '+', b, counts[1]);
		buf_cstr(buf, " @@\n");
		for (size_t i = begin; i < end; i++)
			put_row(buf, &diff->rows[i]);
		a += counts[0];
		b += counts[1];
		at = end;
	}
}

bool text_diff(struct buf *buf, const char *before_name, const char *after_name, struct str before, struct str after)
{
	struct diff diff = {.rows = NULL};

	if (str_eq(before, after))
		return true;
	split(&diff.a, before);
	split(&diff.b, after);
	compare(&diff);
	buf_fmt(buf, "--- %s\n+++ %s\n", before_name, after_name);
	put_hunks(buf, &diff);
	free(diff.a.at);
	free(diff.b.at);
	free(diff.rows);
	return !buf->full;
}
