#include "slo/finding.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_BYTES = 1024 };

void findings_init(struct findings *findings, struct arena *arena, size_t limit)
{
	*findings = (struct findings){.arena = arena, .limit = limit};
}

void findings_release(struct findings *findings)
{
	free(findings->at);
	*findings = (struct findings){0};
}

/* A text that was cut in the middle of a character, by a value's ceiling or our own, stays UTF-8. */
static struct str printable(struct arena *arena, const char *text)
{
	struct str from = str_of(text);
	char *copy = arena_alloc(arena, from.len + 1);
	size_t len = 0;

	for (size_t pos = 0; pos < from.len;) {
		size_t before = pos;

		if (str_rune(from, &pos) < 0)
			continue;
		memcpy(copy + len, from.at + before, pos - before);
		/* one finding is one line */
		if (pos - before == 1 && (unsigned char)copy[len] < 0x20)
			copy[len] = ' ';
		len += pos - before;
	}
	return (struct str){copy, len};
}

void findings_vadd(struct findings *findings, enum finding_level level, struct place place, struct str key,
		   const char *rule, const char *format, va_list args)
{
	char text[TEXT_BYTES];

	findings->errors += level == FINDING_ERROR;
	if (findings->len >= findings->limit) {
		findings->dropped++;
		return;
	}
	vsnprintf(text, sizeof(text), format, args);
	XGROW(findings->at, findings->len, findings->cap);
	findings->at[findings->len++] = (struct finding){
		.level = level,
		.place = place,
		.text = printable(findings->arena, text),
		.key = arena_str(findings->arena, key),
		.rule = rule,
	};
}

void findings_add(struct findings *findings, enum finding_level level, struct place place, struct str key,
		  const char *rule, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	findings_vadd(findings, level, place, key, rule, format, args);
	va_end(args);
}

static int by_place(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;
	int order = str_cmp(str_of(left->place.file), str_of(right->place.file));

	if (order == 0)
		order = (left->place.line > right->place.line) - (left->place.line < right->place.line);
	if (order == 0)
		order = (left->place.col > right->place.col) - (left->place.col < right->place.col);
	if (order == 0)
		order = (int)left->level - (int)right->level;
	return order ? order : str_cmp(left->text, right->text);
}

void findings_sort(struct finding *findings, size_t len)
{
	if (len > 1)
		qsort(findings, len, sizeof(*findings), by_place);
}

void findings_settle(struct findings *findings)
{
	size_t kept = 0;

	findings_sort(findings->at, findings->len);
	for (size_t i = 0; i < findings->len; i++) {
		if (kept && by_place(&findings->at[kept - 1], &findings->at[i]) == 0)
			findings->errors -= findings->at[i].level == FINDING_ERROR;
		else
			findings->at[kept++] = findings->at[i];
	}
	findings->len = kept;
}

struct str place_text(struct arena *arena, struct place place)
{
	if (!place.line)
		return arena_fmt(arena, "%s", place.file ? place.file : "");
	return arena_fmt(arena, "%s:%u:%u", place.file ? place.file : "", place.line, place.col);
}
