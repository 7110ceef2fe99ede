#include "engine/settings_types.h"

/* Bytes that two paths share up to a dot: the sections that are open already. */
static size_t shared(const char *a, const char *b)
{
	size_t len = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '.')
			len = i + 1;
	return len;
}

/* The lines that open the row's sections, and its key. */
static bool put_key(struct buf *buf, const char *path, const char *before)
{
	size_t from = shared(path, before), depth = 0;
	bool ok = true;

	for (size_t i = 0; i < from; i++)
		depth += path[i] == '.';
	for (const char *part = path + from; ok; part += strcspn(part, ".") + 1, depth++) {
		size_t len = strcspn(part, ".");

		ok = buf_fill(buf, ' ', 2 * depth) && buf_put(buf, part, len) &&
		     buf_cstr(buf, part[len] ? ":\n" : ": ");
		if (!part[len])
			break;
	}
	return ok;
}

/* A line; `path` is what it is called here, `base` what the row's offset is of. */
static bool put_row(struct buf *buf, const struct setting *row, const char *base, const char *path, const char *before)
{
	return put_key(buf, path, before) && row->field.type->write(buf, &row->field, base + row->field.at) &&
	       buf_char(buf, '\n');
}

/* A named source has the rows of the default one, under its name. */
static bool put_sources(struct buf *buf, const struct settings *settings)
{
	struct arena arena;
	const char *before = "";
	bool ok = true;

	arena_init(&arena);
	for (size_t i = 0; i < settings->named_len; i++) {
		const char *base = source_base(&settings->named[i]);

		for (const struct setting *row = settings_table; row->path && ok; row++) {
			const char *path;

			if (!str_starts(str_of(row->path), STR(SOURCE_ROWS)))
				continue;
			path = arena_fmt(&arena, "sources.%.*s.%s", STR_ARG(settings->named[i].name),
					 row->path + strlen(SOURCE_ROWS))
				       .at;
			ok = put_row(buf, row, base, path, before);
			before = path;
		}
	}
	arena_release(&arena);
	return ok;
}

bool settings_print(struct buf *buf, const struct settings *settings)
{
	const char *before = "";
	bool ok = true;

	for (const struct setting *row = settings_table; row->path && ok; row++) {
		if (row->flag.hidden)
			continue;
		if (row->field.type == &setting_sources && settings->named_len)
			ok = put_sources(buf, settings);
		else
			ok = put_row(buf, row, (const char *)settings, row->path, before);
		before = row->path;
	}
	return ok;
}

static bool with_fallback(struct buf *buf, const struct field *field)
{
	return field->fallback && *field->fallback ? buf_fmt(buf, " (default %s)", field->fallback) : true;
}

enum { FLAGS_MAX = 64, HELP_BYTES = 200 };

size_t settings_flags(const struct setting_flag **flags)
{
	static struct setting_flag list[FLAGS_MAX];
	static char helps[FLAGS_MAX][HELP_BYTES];
	size_t len = 0;

	for (const struct setting *row = settings_table; row->path && len < FLAGS_MAX; row++) {
		struct buf help;

		if (!row->flag.name)
			continue;
		buf_init(&help, HELP_BYTES - 1);
		buf_cstr(&help, row->flag.help ? row->flag.help : row->field.help);
		help.at[0] = ascii_lower(help.at[0]);
		if (!row->switched)
			with_fallback(&help, &row->field);
		memcpy(helps[len], help.at, help.len + 1);
		list[len] = row->flag;
		list[len].help = helps[len];
		len++;
		buf_release(&help);
	}
	*flags = list;
	return len;
}

static bool put_range(struct buf *buf, const struct field *field)
{
	if (field->choices) {
		bool ok = true;

		for (size_t i = 0; field->choices[i] && ok; i++)
			ok = buf_fmt(buf, "%s`%s`", i ? ", " : "", field->choices[i]);
		return ok;
	}
	if (field->max > 0 && strcmp(field_type_name(field->type), "duration") == 0)
		return buf_fmt(buf, "%s to %s", span_text((struct span){(int64_t)field->min}).text,
			       span_text((struct span){(int64_t)field->max}).text);
	if (field->max > 0 && (field->type == &field_count || field->type == &field_number))
		return buf_fmt(buf, "%.15g to %.15g", field->min, field->max);
	return true;
}

bool settings_reference(struct buf *buf)
{
	bool ok = buf_cstr(buf, "| key | flag | type | default | range | meaning |\n|---|---|---|---|---|---|\n");

	for (const struct setting *row = settings_table; row->path && ok; row++) {
		const struct field *field = &row->field;

		if (row->flag.hidden)
			continue;
		ok = buf_fmt(buf, "| `%s` | %s%s%s%s%s | %s | %s%s%s | ", row->path, row->flag.name ? "`--" : "",
			     row->flag.name ? row->flag.name : "", row->flag.name && row->flag.value ? " " : "",
			     row->flag.name && row->flag.value ? row->flag.value : "", row->flag.name ? "`" : "",
			     field_type_name(field->type), field->fallback && *field->fallback ? "`" : "",
			     field->fallback ? field->fallback : "", field->fallback && *field->fallback ? "`" : "") &&
		     put_range(buf, field) && buf_fmt(buf, " | %s |\n", field->help);
	}
	return ok;
}
