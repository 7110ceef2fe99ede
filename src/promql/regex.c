#include "promql/regex.h"

#include "base/mem.h"
#include "promql/regex_tree.h"

#include <stdlib.h>

enum { STEPS_MOST = 4000 }; /* a larger program is for Prometheus to run */

enum step_op { STEP_CHAR, STEP_ANY, STEP_CLASS, STEP_SPLIT, STEP_JUMP, STEP_BEGIN, STEP_END, STEP_MATCH };

struct step {
	enum step_op op;
	int32_t rune;
	unsigned x, y; /* SPLIT: both ways; JUMP: x */
	const struct regex_node *class;
};

struct regex {
	struct arena arena; /* holds the tree, for its classes */
	struct step *steps;
	unsigned len, cap;
	bool too_large;
};

static unsigned emit(struct regex *regex, struct step step)
{
	if (regex->len == STEPS_MOST) {
		regex->too_large = true;
		return regex->len - 1;
	}
	XGROW(regex->steps, regex->len, regex->cap);
	regex->steps[regex->len] = step;
	return regex->len++;
}

static void compile(struct regex *regex, const struct regex_node *node);

static void compile_alt(struct regex *regex, const struct regex_node *node)
{
	unsigned ends = 0; /* jumps to the end, linked through x */
	bool any = false;

	for (const struct regex_node *child = node->child; child && !regex->too_large; child = child->next) {
		unsigned split = 0;

		if (child->next)
			split = emit(regex, (struct step){.op = STEP_SPLIT, .x = regex->len + 1});
		compile(regex, child);
		if (!child->next)
			break;
		ends = emit(regex, (struct step){.op = STEP_JUMP, .x = any ? ends : 0});
		any = true;
		regex->steps[split].y = regex->len;
	}
	while (any && !regex->too_large) {
		unsigned next = regex->steps[ends].x;

		regex->steps[ends].x = regex->len;
		any = next != 0;
		ends = next;
	}
}

static void compile_repeat(struct regex *regex, const struct regex_node *node)
{
	unsigned split, start;

	for (int i = 0; i < node->min && !regex->too_large; i++)
		compile(regex, node->child);
	if (node->max < 0) {
		start = emit(regex, (struct step){.op = STEP_SPLIT, .x = regex->len + 1});
		compile(regex, node->child);
		emit(regex, (struct step){.op = STEP_JUMP, .x = start});
		regex->steps[start].y = regex->len;
		return;
	}
	for (int i = node->min; i < node->max && !regex->too_large; i++) {
		split = emit(regex, (struct step){.op = STEP_SPLIT, .x = regex->len + 1});
		compile(regex, node->child);
		regex->steps[split].y = regex->len;
	}
}

static void compile(struct regex *regex, const struct regex_node *node)
{
	switch (node->kind) {
	case REGEX_EMPTY:
		return;
	case REGEX_CHAR:
		emit(regex, (struct step){.op = STEP_CHAR, .rune = node->rune});
		return;
	case REGEX_ANY:
		emit(regex, (struct step){.op = STEP_ANY});
		return;
	case REGEX_CLASS:
		emit(regex, (struct step){.op = STEP_CLASS, .class = node});
		return;
	case REGEX_BEGIN:
		emit(regex, (struct step){.op = STEP_BEGIN});
		return;
	case REGEX_END:
		emit(regex, (struct step){.op = STEP_END});
		return;
	case REGEX_ALT:
		compile_alt(regex, node);
		return;
	case REGEX_REPEAT:
		compile_repeat(regex, node);
		return;
	case REGEX_CAT:
		for (const struct regex_node *child = node->child; child && !regex->too_large; child = child->next)
			compile(regex, child);
		return;
	}
}

struct regex *regex_new(struct str pattern)
{
	struct regex *regex = xcalloc(1, sizeof(*regex));
	struct regex_tree tree;

	arena_init(&regex->arena);
	tree = regex_parse(&regex->arena, pattern);
	if (tree.root) {
		compile(regex, tree.root);
		emit(regex, (struct step){.op = STEP_MATCH});
	}
	if (tree.root && !regex->too_large)
		return regex;
	regex_free(regex);
	return NULL;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	arena_release(&regex->arena);
	free(regex->steps);
	free(regex);
}

/* The steps that the matcher stands at. */
struct front {
	unsigned *at;
	unsigned len;
};

struct run {
	const struct regex *regex;
	unsigned *seen; /* the round in which a step was last reached */
	unsigned *pending;
	unsigned round;
	bool begin, end;
};

/* Adds what can be reached from `first` without reading. Each step is added once a round, so `pending` is never longer
 * than two entries per step. */
static void reach(struct run *run, struct front *front, unsigned first)
{
	unsigned waiting = 0;

	run->pending[waiting++] = first;
	while (waiting) {
		unsigned at = run->pending[--waiting];
		const struct step *step = &run->regex->steps[at];

		if (run->seen[at] == run->round)
			continue;
		run->seen[at] = run->round;
		switch (step->op) {
		case STEP_SPLIT:
			run->pending[waiting++] = step->y;
			run->pending[waiting++] = step->x;
			break;
		case STEP_JUMP:
			run->pending[waiting++] = step->x;
			break;
		case STEP_BEGIN:
			if (run->begin)
				run->pending[waiting++] = at + 1;
			break;
		case STEP_END:
			if (run->end)
				run->pending[waiting++] = at + 1;
			break;
		case STEP_CHAR:
		case STEP_ANY:
		case STEP_CLASS:
		case STEP_MATCH:
			front->at[front->len++] = at;
			break;
		}
	}
}

static bool class_holds(const struct regex_node *class, int32_t rune)
{
	for (size_t i = 0; i < class->ranges_len; i++)
		if (class->ranges[i].from <= rune && rune <= class->ranges[i].to)
			return !class->negated;
	return class->negated;
}

static bool step_takes(const struct step *step, int32_t rune)
{
	return step->op == STEP_ANY || (step->op == STEP_CHAR && step->rune == rune) ||
	       (step->op == STEP_CLASS && class_holds(step->class, rune));
}

bool regex_match(const struct regex *regex, struct str text)
{
	unsigned *memory = xcalloc((size_t)regex->len * 5 + 2, sizeof(*memory));
	struct front now = {memory, 0}, next = {memory + regex->len, 0};
	struct run run = {regex,        memory + 2 * (size_t)regex->len, memory + 3 * (size_t)regex->len, 1, true,
			  text.len == 0};
	bool matched = false;

	reach(&run, &now, 0);
	for (size_t pos = 0; pos < text.len && now.len;) {
		int32_t rune = str_rune(text, &pos);
		struct front spare = now;

		if (rune < 0)
			rune = 0xFFFD; /* as Go reads a broken byte */
		run.round++;
		run.begin = false;
		run.end = pos == text.len;
		for (unsigned i = 0; i < now.len; i++)
			if (step_takes(&regex->steps[now.at[i]], rune))
				reach(&run, &next, now.at[i] + 1);
		spare.len = 0;
		now = next;
		next = spare;
	}
	for (unsigned i = 0; i < now.len; i++)
		matched = matched || regex->steps[now.at[i]].op == STEP_MATCH;
	free(memory);
	return matched;
}

const char *regex_fault(struct str pattern)
{
	struct arena arena;
	const char *fault;

	arena_init(&arena);
	fault = regex_parse(&arena, pattern).fault;
	arena_release(&arena);
	return fault;
}

bool regex_matches_empty(struct str pattern)
{
	struct regex *regex = regex_new(pattern);
	bool matches = regex && regex_match(regex, STR(""));

	regex_free(regex);
	return matches;
}
