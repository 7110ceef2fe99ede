/* The sources that have a name: each is read by the rows of the default one. */
#include "base/limits.h"
#include "engine/settings_types.h"
#include "model/source_name.h"

/* Without dots, which part the keys of the settings. */
static bool name_fine(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_alpha(name.at[i]) && !ascii_digit(name.at[i]) &&
		    (i == 0 || (name.at[i] != '-' && name.at[i] != '_')))
			return false;
	return name.len > 0 && name.len <= LIMIT_NAME_BYTES;
}

static bool name_right(struct reader *reader, const struct yaml_node *key)
{
	if (str_is(key->text, SOURCE_DEFAULT_NAME))
		return reader_error(reader, key, "sources", "illegal-name",
				    "'" SOURCE_DEFAULT_NAME
				    "' is the source that has no name: it stands under 'source'");
	return name_fine(key->text) ||
	       reader_error(reader, key, "sources", "illegal-name",
			    "'%.*s' is not a legal name; it begins with a letter or digit and holds letters, digits, "
			    "'-' and '_'",
			    VALUE_ARG(key->text));
}

static bool is_url(const struct setting *row) { return strcmp(row->path, SOURCE_ROWS "url") == 0; }

/* The defaults of all but the URL. */
static void set_defaults(struct reader *reader, struct source_settings *source)
{
	for (const struct setting *row = settings_table; row->path; row++)
		if (str_starts(str_of(row->path), STR(SOURCE_ROWS)) && row->field.fallback && !is_url(row)) {
			struct yaml_node node = {
				.kind = YAML_SCALAR, .quoted = true, .text = str_of(row->field.fallback)};

			row->field.type->read(reader, &row->field, &node, source_base(source) + row->field.at);
		}
}

static bool read_one(struct reader *reader, const struct yaml_pair *pair, struct source_settings *source)
{
	struct str shown = arena_fmt(reader->arena, "sources.%.*s", STR_ARG(pair->key->text));
	size_t errors = reader->findings->errors;
	struct reader defaults = *reader;

	if (!name_right(reader, pair->key))
		return false;
	defaults.file = NULL; /* empty paths are relative to nothing */
	*source = (struct source_settings){.name = arena_str(reader->arena, pair->key->text)};
	set_defaults(&defaults, source);
	settings_read_section(reader, source_base(source), STR("source"), shown, pair->value);
	if (source->url.len == 0 && reader->findings->errors == errors)
		reader_error(reader, pair->key, shown.at, "missing-key", "has no url");
	return reader->findings->errors == errors;
}

static bool read_sources(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct settings *settings = (struct settings *)(void *)((char *)at - field->at);
	bool ok = true;

	if (node->kind != YAML_MAP || node->len > LIMIT_SOURCES)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a map of at most %d names, each with the keys of 'source'", LIMIT_SOURCES);
	settings->named = arena_array(reader->arena, node->len, sizeof(*settings->named));
	settings->named_len = 0;
	for (size_t i = 0; i < node->len; i++)
		if (read_one(reader, &node->pairs[i], &settings->named[settings->named_len]))
			settings->named_len++;
		else
			ok = false;
	return ok;
}

static bool write_sources(struct buf *buf, const struct field *field, const void *at)
{
	const struct settings *settings = (const struct settings *)(const void *)((const char *)at - field->at);

	return settings->named_len > 0 || buf_cstr(buf, "{}"); /* those that are there are written by their rows */
}

const struct field_type setting_sources = {"a map of sources", read_sources, write_sources, NULL};
