#include "github/link.h"

#include <strings.h>

static bool is(struct str text, const char *word)
{
	return text.len == strlen(word) && strncasecmp(text.at, word, text.len) == 0;
}

static void skip_blanks(struct str header, size_t *at)
{
	while (*at < header.len && (header.at[*at] == ' ' || header.at[*at] == '\t'))
		++*at;
}

static bool at_char(struct str header, size_t at, char c) { return at < header.len && header.at[at] == c; }

/* A value in quotes or without. What a backslash stands before is taken as it is: no relation that is looked for has
 * one. */
static bool read_value(struct str header, size_t *at, struct str *value)
{
	size_t from = *at;

	if (!at_char(header, from, '"')) {
		while (*at < header.len && !strchr("; \t,", header.at[*at]))
			++*at;
		*value = str_slice(header, from, *at);
		return true;
	}
	for (++*at; *at < header.len && header.at[*at] != '"'; ++*at)
		if (header.at[*at] == '\\')
			++*at;
	if (*at >= header.len)
		return false;
	*value = str_slice(header, from + 1, *at);
	++*at;
	return true;
}

/* A relation is a list of words. */
static bool has_next(struct str relations)
{
	while (relations.len) {
		size_t end = str_find(relations, ' ');

		if (is(str_slice(relations, 0, end), "next"))
			return true;
		relations = str_slice(relations, end < relations.len ? end + 1 : end, relations.len);
	}
	return false;
}

/* The parameters behind a target; `*is_next` from the first "rel" (of others it says: ignore). */
static bool read_parameters(struct str header, size_t *at, bool *is_next)
{
	bool related = false;

	for (skip_blanks(header, at); at_char(header, *at, ';'); skip_blanks(header, at)) {
		struct str name, value = {0};
		size_t from;

		++*at;
		skip_blanks(header, at);
		from = *at;
		while (*at < header.len && !strchr("=; \t,", header.at[*at]))
			++*at;
		name = str_slice(header, from, *at);
		skip_blanks(header, at);
		if (at_char(header, *at, '=')) {
			++*at;
			skip_blanks(header, at);
			if (!read_value(header, at, &value))
				return false;
		}
		if (!related && is(name, "rel")) {
			related = true;
			*is_next = has_next(value);
		}
	}
	return *at == header.len || header.at[*at] == ',';
}

bool link_next(struct str header, struct str *next)
{
	size_t at = 0;

	*next = (struct str){0};
	for (;;) {
		struct str target;
		bool is_next = false;
		size_t from;

		while (at < header.len && strchr(", \t", header.at[at]))
			at++;
		if (at == header.len)
			return true;
		if (header.at[at] != '<')
			return false;
		from = at + 1;
		while (at < header.len && header.at[at] != '>')
			at++;
		if (at == header.len)
			return false;
		target = str_slice(header, from, at++);
		if (!read_parameters(header, &at, &is_next))
			return false;
		if (is_next && next->len == 0)
			*next = target;
	}
}
