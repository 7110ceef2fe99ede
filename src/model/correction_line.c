#include "model/correction_line.h"

#include "base/map.h"

const char *const correction_kind_names[CORRECTION_KINDS] = {
	[CORRECTION_EXCLUSION] = "exclusion", [CORRECTION_ADJUSTMENT] = "adjustment"};

static struct str scope_text(struct arena *arena, const struct correction_scope *scope)
{
	struct str text;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	correction_scope_write(&buf, scope);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static struct str amount_text(struct arena *arena, const struct adjustment *adjustment)
{
	struct str text;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	adjustment_write(&buf, adjustment);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

struct correction_lines correction_lines_of(struct arena *arena, const struct correction_list *list)
{
	struct correction_lines lines = {arena_array(arena, correction_list_len(list), sizeof(*lines.at)), 0};

	for (size_t i = 0; i < list->exclusions_len; i++) {
		const struct exclusion *from = list->exclusions[i];

		lines.at[lines.len++] = (struct correction_line){.kind = CORRECTION_EXCLUSION,
								 .scope = scope_text(arena, &from->scope),
								 .when = from->when_text,
								 .reason = from->reason,
								 .author = from->author,
								 .file = str_of(from->place.file),
								 .line = from->place.line};
	}
	for (size_t i = 0; i < list->adjustments_len; i++) {
		const struct adjustment *from = list->adjustments[i];

		lines.at[lines.len++] =
			(struct correction_line){.kind = CORRECTION_ADJUSTMENT,
						 .scope = scope_text(arena, &from->scope),
						 .when = arena_fmt(arena, "%s", instant_text(from->at).text),
						 .amount = amount_text(arena, from),
						 .reason = from->reason,
						 .author = from->author,
						 .file = str_of(from->place.file),
						 .line = from->place.line};
	}
	return lines;
}

struct correction_line correction_line_copy(struct arena *arena, const struct correction_line *line)
{
	struct correction_line copy = *line;

	copy.scope = arena_str(arena, line->scope);
	copy.when = arena_str(arena, line->when);
	copy.amount = arena_str(arena, line->amount);
	copy.reason = arena_str(arena, line->reason);
	copy.author = arena_str(arena, line->author);
	copy.file = arena_str(arena, line->file);
	return copy;
}

bool correction_line_same(const struct correction_line *a, const struct correction_line *b)
{
	return a->kind == b->kind && str_eq(a->scope, b->scope) && str_eq(a->when, b->when) &&
	       str_eq(a->amount, b->amount) && str_eq(a->reason, b->reason) && str_eq(a->author, b->author);
}

bool correction_line_write(struct buf *buf, const struct correction_line *line)
{
	return buf_str(buf, line->when) && (!line->amount.len || buf_cstr(buf, ", ")) && buf_str(buf, line->amount) &&
	       buf_fmt(buf, ", for %.*s, by %.*s: %.*s", STR_ARG(line->scope), STR_ARG(line->author),
		       STR_ARG(line->reason));
}

/* Which texts two lines have in common, the likest first. Each is tried with what the ones before it left over. */
enum likeness { SAME_ALL, SAME_TIME, SAME_SCOPE_AND_REASON, SAME_TIME_AND_REASON };
enum { LIKENESSES = SAME_TIME_AND_REASON + 1 };

static struct str key_of(struct arena *arena, const struct correction_line *line, enum likeness likeness)
{
	const char *kind = correction_kind_names[line->kind];

	/* no text has a line end followed by a tab */
	switch (likeness) {
	case SAME_ALL:
		return arena_fmt(arena, "%s\n\t%.*s\n\t%.*s\n\t%.*s\n\t%.*s\n\t%.*s", kind, STR_ARG(line->scope),
				 STR_ARG(line->when), STR_ARG(line->amount), STR_ARG(line->author),
				 STR_ARG(line->reason));
	case SAME_TIME:
		return arena_fmt(arena, "%s\n\t%.*s\n\t%.*s", kind, STR_ARG(line->scope), STR_ARG(line->when));
	case SAME_SCOPE_AND_REASON:
		return arena_fmt(arena, "%s\n\t%.*s\n\t%.*s", kind, STR_ARG(line->scope), STR_ARG(line->reason));
	case SAME_TIME_AND_REASON:
		return arena_fmt(arena, "%s\n\t%.*s\n\t%.*s", kind, STR_ARG(line->when), STR_ARG(line->reason));
	}
	return STR("");
}

struct str correction_line_key(struct arena *arena, const struct correction_line *line)
{
	return key_of(arena, line, SAME_TIME);
}

/* A line that is still alone, in a chain of those with the same key. */
struct alone {
	size_t place;
	struct alone *next;
};

/* Pairs the lines that are alike so far; of several the first ones. */
static void pair_alike(const struct correction_lines *before, const struct correction_lines *now, size_t *now_of,
		       size_t *before_of, enum likeness likeness)
{
	struct arena arena;
	struct map map;

	arena_init(&arena);
	map_init(&map);
	for (size_t i = before->len; i-- > 0;) {
		struct alone *alone;

		if (now_of[i] != SIZE_MAX)
			continue;
		alone = arena_alloc(&arena, sizeof(*alone));
		alone->place = i;
		alone->next = map_put(&map, key_of(&arena, &before->at[i], likeness), alone);
	}
	for (size_t i = 0; map.len && i < now->len; i++) {
		struct str key;
		struct alone *alone;

		if (before_of[i] != SIZE_MAX)
			continue;
		key = key_of(&arena, &now->at[i], likeness);
		alone = map_take(&map, key);
		if (!alone)
			continue;
		if (alone->next)
			map_put(&map, key, alone->next);
		before_of[i] = alone->place;
		now_of[alone->place] = i;
	}
	map_release(&map);
	arena_release(&arena);
}

static size_t *nowhere(struct arena *arena, size_t len)
{
	size_t *list = arena_array(arena, len, sizeof(*list));

	for (size_t i = 0; i < len; i++)
		list[i] = SIZE_MAX;
	return list;
}

struct correction_pairs correction_lines_pair(struct arena *arena, const struct correction_lines *before,
					      const struct correction_lines *now)
{
	size_t *now_of = nowhere(arena, before->len), *before_of = nowhere(arena, now->len);
	struct correction_pairs pairs = {arena_array(arena, before->len + now->len, sizeof(*pairs.at)), 0};

	for (int likeness = 0; likeness < LIKENESSES; likeness++)
		pair_alike(before, now, now_of, before_of, (enum likeness)likeness);
	for (size_t i = 0; i < now->len; i++)
		pairs.at[pairs.len++] = (struct correction_pair){before_of[i], i};
	for (size_t i = 0; i < before->len; i++)
		if (now_of[i] == SIZE_MAX)
			pairs.at[pairs.len++] = (struct correction_pair){i, SIZE_MAX};
	return pairs;
}
