#include "propose/proposal.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { PLAIN_BYTES = 200, SELECTOR_MATCHERS = 4 };

void survey_remark(struct survey *survey, const char *format, ...)
{
	va_list args;
	char *text;

	if (survey->remarks_len == SURVEY_REMARKS) {
		survey->remarks_dropped++;
		return;
	}
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	survey->remarks = arena_grow(survey->arena, survey->remarks, survey->remarks_len, sizeof(*survey->remarks));
	survey->remarks[survey->remarks_len++] = proposal_shown(survey->arena, str_of(text));
	free(text);
}

struct str proposal_id(struct arena *arena, const struct proposal *proposal)
{
	return arena_fmt(arena, "%.*s/%.*s", STR_ARG(proposal->service), STR_ARG(proposal->name));
}

struct str proposal_selector(struct arena *arena, const struct proposal *proposal, struct str metric, bool bad)
{
	struct promql_matcher matchers[SELECTOR_MATCHERS];
	struct promql_node node = {.kind = PROMQL_SELECTOR, .matchers = matchers};
	struct buf out;
	struct str text;

	matchers[node.matchers_len++] =
		(struct promql_matcher){STR("__name__"), metric.len ? metric : proposal->counted, MATCH_EQ};
	if (proposal->label.len)
		matchers[node.matchers_len++] = (struct promql_matcher){proposal->label, proposal->value, MATCH_EQ};
	if (proposal->only)
		matchers[node.matchers_len++] = (struct promql_matcher){str_of(proposal->convention->only),
									str_of(proposal->convention->is), MATCH_EQ};
	if (bad)
		matchers[node.matchers_len++] =
			(struct promql_matcher){proposal->outcome, proposal->bad.value, proposal->bad.op};
	buf_init(&out, LIMIT_PROMQL_PRINTED);
	promql_print(&out, &node);
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* Control characters, line ends of Unicode, and what is no character at all. */
static bool shows(int32_t rune)
{
	return rune >= 0x20 && !(rune >= 0x7F && rune < 0xA0) && rune != 0x2028 && rune != 0x2029 && rune != 0xFEFF &&
	       rune != 0xFFFD && (rune & 0xFFFE) != 0xFFFE;
}

struct str proposal_shown(struct arena *arena, struct str text)
{
	char *at = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	for (size_t pos = 0; pos < text.len;) {
		size_t from = pos;

		if (!shows(str_rune(text, &pos))) {
			at[len++] = '?';
			continue;
		}
		memcpy(at + len, text.at + from, pos - from);
		len += pos - from;
	}
	return (struct str){at, len};
}

bool proposal_plain(struct str text)
{
	if (text.len > PLAIN_BYTES || !str_utf8(text))
		return false;
	for (size_t pos = 0; pos < text.len;)
		if (!shows(str_rune(text, &pos)))
			return false;
	return true;
}
