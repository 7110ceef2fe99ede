#include "slo/templates/fill.h"

#include "base/limits.h"
#include "base/num.h"
#include "promql/literal.h"

#include <stdio.h>

/* Where a placeholder stands. */
enum site { OUTSIDE, BRACES, BRACKETS, QUOTES, REGEX, SCALAR, NUMBER };
#define IN(site) (1u << (site))

static const char *const site_names[] = {
	[OUTSIDE] = "outside of quotes, braces and brackets",
	[BRACES] = "in braces, outside of quotes",
	[BRACKETS] = "in brackets",
	[QUOTES] = "in quotes",
	[REGEX] = "in a regular expression",
	[SCALAR] = "in a field that is no query",
	[NUMBER] = "in place of a number",
};

static const unsigned allowed[PARAMETER_TYPES] = {
	[PARAMETER_TEXT] = IN(QUOTES) | IN(REGEX) | IN(SCALAR),
	[PARAMETER_REGEX] = IN(QUOTES) | IN(REGEX),
	[PARAMETER_MATCHERS] = IN(BRACES),
	[PARAMETER_METRIC] = IN(OUTSIDE) | IN(QUOTES) | IN(REGEX),
	[PARAMETER_LABEL] = IN(OUTSIDE) | IN(BRACES) | IN(QUOTES),
	[PARAMETER_NUMBER] = IN(OUTSIDE) | IN(QUOTES) | IN(SCALAR) | IN(NUMBER),
	[PARAMETER_DURATION] = IN(OUTSIDE) | IN(BRACKETS) | IN(SCALAR) | IN(NUMBER),
	[PARAMETER_THRESHOLD] = IN(SCALAR) | IN(NUMBER),
	[PARAMETER_FLAG] = IN(SCALAR),
};

struct filling {
	struct fill *fill;
	struct str text;
	size_t at;
	struct buf *out;
	struct fill_fault *fault;
};

__attribute__((format(printf, 3, 4))) static bool wrong(struct filling *filling, size_t offset, const char *format, ...)
{
	va_list args;

	filling->fault->offset = offset;
	va_start(args, format);
	vsnprintf(filling->fault->text, sizeof(filling->fault->text), format, args);
	va_end(args);
	return false;
}

static char peek(const struct filling *filling, size_t ahead)
{
	return filling->at + ahead < filling->text.len ? filling->text.at[filling->at + ahead] : '\0';
}

static bool copy(struct filling *filling, size_t len)
{
	len = len < filling->text.len - filling->at ? len : filling->text.len - filling->at;
	filling->at += len;
	return buf_put(filling->out, filling->text.at + filling->at - len, len);
}

/* The name behind a `$`, or an empty text; `len` is of the whole placeholder. */
static struct str name_here(const struct filling *filling, size_t *len)
{
	size_t from = filling->at + 1 + (peek(filling, 1) == '{'), to = from;

	while (to < filling->text.len && (ascii_alpha(filling->text.at[to]) || filling->text.at[to] == '_' ||
					  (to > from && ascii_digit(filling->text.at[to]))))
		to++;
	*len = to - filling->at;
	if (to == from || filling->text.at[from] == '_')
		return STR("");
	if (peek(filling, 1) != '{')
		return str_slice(filling->text, from, to);
	*len += 1;
	return to < filling->text.len && filling->text.at[to] == '}' ? str_slice(filling->text, from, to) : STR("");
}

/* Where nothing is put in, one comma beside it goes, too. */
static void drop_comma(struct filling *filling)
{
	struct buf *out = filling->out;
	size_t at = filling->at, len = out->len;

	while (at < filling->text.len && ascii_space(filling->text.at[at]))
		at++;
	if (at < filling->text.len && filling->text.at[at] == ',') {
		filling->at = at + 1;
		return;
	}
	while (len && ascii_space(out->at[len - 1]))
		len--;
	if (len && out->at[len - 1] == ',')
		out->len = len - 1;
}

static bool put_group_by(struct filling *filling, size_t offset, enum site site)
{
	const struct fill *fill = filling->fill;

	if (site != OUTSIDE)
		return wrong(filling, offset, "'$groupBy' is a list of labels, which cannot stand %s",
			     site_names[site]);
	for (size_t i = 0; i < fill->group_by_len; i++)
		buf_fmt(filling->out, "%s%.*s", i ? ", " : "", STR_ARG(fill->group_by[i]));
	if (fill->group_by_len == 0)
		drop_comma(filling);
	return true;
}

/* A text as a regular expression that matches it alone. */
static bool put_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr("\\.+*?()|[]{}^$", text.at[i]))
			buf_char(out, '\\');
		buf_char(out, text.at[i]);
	}
	return true;
}

/* `offset` takes a duration, everything else outside of brackets a number. */
static bool after_offset(const struct buf *out) { return str_ends(str_trim(buf_view(out)), STR("offset")); }

static bool put_number(struct buf *out, double number, enum site site)
{
	bool sign = site == OUTSIDE && number < 0;

	return (!sign || buf_char(out, '(')) && num_write_double(out, number) && (!sign || buf_char(out, ')'));
}

static void put_value(struct filling *filling, const struct parameter_value *value, enum site site)
{
	struct buf *out = filling->out;
	bool whole = filling->text.len == filling->at && out->len == 0; /* the placeholder is all there is */

	switch ((enum parameter_type)value->parameter->type) {
	case PARAMETER_TEXT:
	case PARAMETER_METRIC:
		if (site == REGEX)
			put_escaped(out, value->text);
		else
			buf_str(out, value->text);
		return;
	case PARAMETER_REGEX:
		buf_fmt(out, whole ? "%.*s" : "(?:%.*s)", STR_ARG(value->text));
		return;
	case PARAMETER_NUMBER:
		put_number(out, value->number, site);
		return;
	case PARAMETER_DURATION:
		if (site == NUMBER || (site == OUTSIDE && !after_offset(out)))
			put_number(out, value->number, site);
		else
			buf_str(out, value->text);
		return;
	case PARAMETER_THRESHOLD:
		if (site == NUMBER)
			put_number(out, value->number, site);
		else
			buf_str(out, value->text);
		return;
	case PARAMETER_MATCHERS:
		buf_str(out, value->text);
		if (value->text.len == 0)
			drop_comma(filling);
		return;
	case PARAMETER_LABEL:
	case PARAMETER_FLAG:
		buf_str(out, value->text);
		return;
	}
}

static bool unknown(struct filling *filling, struct str name, size_t offset)
{
	const struct fill *fill = filling->fill;
	const char **names = arena_array(fill->scratch, fill->len + 1, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i < fill->len; i++)
		names[i] = fill->values[i].parameter->name.at;
	names[fill->len] = "groupBy";
	nearest = str_nearest(name, names, fill->len + 1);
	return wrong(filling, offset,
		     "'$%.*s' is none of the template's parameters%s%s%s; a '$' itself is written '$$'",
		     VALUE_ARG(name), nearest ? "; did you mean '$" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* At a `$`. */
static bool take_dollar(struct filling *filling, enum site site)
{
	size_t offset = filling->at, len;
	struct str name = name_here(filling, &len);

	if (peek(filling, 1) == '$') {
		filling->at += 2;
		return buf_char(filling->out, '$');
	}
	if (name.len == 0 || str_is(name, "window"))
		return copy(filling, name.len ? len : 1);
	filling->at += len;
	if (str_is(name, "groupBy"))
		return put_group_by(filling, offset, site);
	for (size_t i = 0; i < filling->fill->len; i++) {
		struct parameter_value *value = &filling->fill->values[i];

		if (!str_eq(value->parameter->name, name))
			continue;
		value->used = true;
		if (!(allowed[value->parameter->type] & IN(site)))
			return wrong(filling, offset, "'$%.*s' is of the type '%s', which cannot stand %s",
				     VALUE_ARG(name), parameter_type_names[value->parameter->type], site_names[site]);
		put_value(filling, value, site);
		return true;
	}
	return unknown(filling, name, offset);
}

static bool fill_inside(struct filling *filling, enum site site)
{
	bool ok = true;

	while (ok && filling->at < filling->text.len)
		ok = peek(filling, 0) == '$' ? take_dollar(filling, site) : copy(filling, 1);
	return ok;
}

/* The bytes of the quoted text that begins here, with its quotes; the rest where it does not end. */
static size_t quoted_len(const struct filling *filling)
{
	char quote = peek(filling, 0);
	size_t len = 1;

	while (filling->at + len < filling->text.len && peek(filling, len) != quote)
		len += peek(filling, len) == '\\' && quote != '`' ? 2 : 1;
	return len + 1;
}

static bool behind_regex_sign(const struct buf *out)
{
	struct str before = str_trim(buf_view(out));

	return str_ends(before, STR("=~")) || str_ends(before, STR("!~"));
}

/* The text in quotes is filled in as what it says, and quoted anew. */
static bool take_quoted(struct filling *filling)
{
	size_t from = filling->at, len = quoted_len(filling), byte;
	struct str quoted = str_slice(filling->text, from, from + len);
	struct filling inner = {.fill = filling->fill, .fault = filling->fault};
	struct buf value;
	const char *why;
	bool ok;

	if (str_find(quoted, '$') == quoted.len)
		return copy(filling, len);
	inner.text = string_read(filling->fill->scratch, quoted, &byte, &why);
	if (!inner.text.at)
		return copy(filling, len); /* the parser will say what is wrong */
	buf_init(&value, LIMIT_PROMQL_BYTES);
	inner.out = &value;
	ok = fill_inside(&inner, behind_regex_sign(filling->out) ? REGEX : QUOTES);
	if (ok)
		string_write(filling->out, buf_view(&value));
	else
		filling->fault->offset = from;
	filling->out->full |= value.full;
	filling->at = from + quoted.len;
	buf_release(&value);
	return ok;
}

static bool finish(struct filling *filling, bool ok)
{
	if (ok && filling->out->full)
		return wrong(filling, 0, "what it is filled in with is longer than %zu bytes", LIMIT_PROMQL_BYTES);
	return ok;
}

bool fill_query(struct fill *fill, struct str text, struct buf *out, struct fill_fault *fault)
{
	struct filling filling = {fill, text, 0, out, fault};
	enum site site = OUTSIDE;
	bool ok = true;

	while (ok && filling.at < text.len) {
		char c = peek(&filling, 0);

		if (c == '$') {
			ok = take_dollar(&filling, site);
			continue;
		}
		if (c == '"' || c == '\'' || c == '`') {
			ok = take_quoted(&filling);
			continue;
		}
		if (c == '#') {
			copy(&filling, str_find(str_slice(text, filling.at, text.len), '\n'));
			continue;
		}
		if (c == '{' && site == OUTSIDE)
			site = BRACES;
		else if (c == '[' && site == OUTSIDE)
			site = BRACKETS;
		else if ((c == '}' && site == BRACES) || (c == ']' && site == BRACKETS))
			site = OUTSIDE;
		copy(&filling, 1);
	}
	return finish(&filling, ok);
}

bool fill_scalar(struct fill *fill, struct str text, bool number, struct buf *out, struct fill_fault *fault)
{
	struct filling filling = {fill, text, 0, out, fault};

	return finish(&filling, fill_inside(&filling, number ? NUMBER : SCALAR));
}
