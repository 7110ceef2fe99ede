#include "count/sheet.h"

#include "base/mem.h"
#include "base/num.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MARK_COVERED = 1, MARK_BRIDGED = 2, MARK_LOST = 4 };

void sheet_init(struct sheet *sheet, step_no from, step_no to, step_no front)
{
	size_t len = (size_t)(to - from);

	assert(to >= from);
	*sheet = (struct sheet){
		.posting = {.first = from + 1, .at = xcalloc(len, sizeof(struct counts)), .len = len},
		.marks = xcalloc(len, 1),
		.cap = len,
		.front = front <= from ? front : from + 1,
		.touched = to + 1,
	};
}

void sheet_release(struct sheet *sheet)
{
	free(sheet->posting.at);
	free(sheet->marks);
	*sheet = (struct sheet){0};
}

/* Makes room at the front down to `step`, with some to spare for the next one. */
static void reach_back(struct sheet *sheet, step_no step)
{
	size_t more = (size_t)(sheet->posting.first - step), len = sheet->posting.len + more;
	struct counts *at = xcalloc(len, sizeof(*at));
	unsigned char *marks = xcalloc(len, 1);

	if (sheet->posting.len) {
		memcpy(at + more, sheet->posting.at, sheet->posting.len * sizeof(*at));
		memcpy(marks + more, sheet->marks, sheet->posting.len);
	}
	free(sheet->posting.at);
	free(sheet->marks);
	sheet->posting = (struct posting){.first = step, .at = at, .len = len};
	sheet->marks = marks;
	sheet->cap = len;
}

static size_t index_of(struct sheet *sheet, step_no step)
{
	if (step < sheet->front)
		step = sheet->front;
	if (step < sheet->posting.first)
		reach_back(sheet, step);
	if (step < sheet->touched)
		sheet->touched = step;
	assert((size_t)(step - sheet->posting.first) < sheet->posting.len);
	return (size_t)(step - sheet->posting.first);
}

void sheet_add(struct sheet *sheet, step_no step, double bad, double total)
{
	size_t i = index_of(sheet, step); /* may move the array */
	struct counts *counts = &sheet->posting.at[i];

	counts->bad += bad;
	counts->total += total;
}

/* The share of `events` that lies in the first `i` of `n` equal parts, in whole events where they are whole. */
static double share(double events, int64_t i, int64_t n)
{
	if (num_whole(events))
		return (double)(int64_t)((__int128_t)(int64_t)events * i / n);
	return events * (double)i / (double)n;
}

void sheet_spread(struct sheet *sheet, step_no from, step_no to, double events, double bad, double total)
{
	int64_t steps = to - from;
	double before = 0;

	for (int64_t i = 1; i <= steps; i++) {
		double now = share(events, i, steps);

		if (!num_same(now, before))
			sheet_add(sheet, from + i, (now - before) * bad, (now - before) * total);
		before = now;
	}
}

static void mark(struct sheet *sheet, step_no from, step_no to, unsigned char what)
{
	if (from + 1 < sheet->front)
		from = sheet->front - 1;
	if (from >= to)
		return;
	index_of(sheet, from + 1); /* makes the room, once */
	for (step_no step = from + 1; step <= to; step++)
		sheet->marks[step - sheet->posting.first] |= what;
}

void sheet_cover(struct sheet *sheet, step_no from, step_no to) { mark(sheet, from, to, MARK_COVERED); }

void sheet_bridge(struct sheet *sheet, step_no from, step_no to) { mark(sheet, from, to, MARK_BRIDGED); }

void sheet_lose(struct sheet *sheet, step_no step) { mark(sheet, step - 1, step, MARK_LOST); }

const struct posting *sheet_finish(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->posting.len; i++) {
		unsigned char marks = sheet->marks[i];

		if (marks & MARK_LOST)
			continue;
		sheet->posting.at[i].covered = (marks & MARK_COVERED) ? 1 : 0;
		sheet->posting.at[i].bridged = (marks & (MARK_COVERED | MARK_BRIDGED)) == MARK_BRIDGED ? 1 : 0;
	}
	return &sheet->posting;
}
