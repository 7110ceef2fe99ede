#include "slo/templates/sli_templates.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

struct sli_templates {
	struct arena arena;
	struct map by_name;          /* of what is read: name -> struct sli_template */
	struct sli_template **files; /* those of files */
	size_t files_len, files_cap;
};

struct sli_templates *sli_templates_new(void)
{
	struct sli_templates *templates = xcalloc(1, sizeof(*templates));

	arena_init(&templates->arena);
	map_init(&templates->by_name);
	return templates;
}

void sli_templates_free(struct sli_templates *templates)
{
	if (!templates)
		return;
	map_release(&templates->by_name);
	free(templates->files);
	arena_release(&templates->arena);
	free(templates);
}

const struct embedded *template_file_named(struct str name)
{
	for (size_t i = 0; i < template_files_len; i++)
		if (str_is(name, template_files[i].name))
			return &template_files[i];
	return NULL;
}

/* A node without what aliases share; sli_template_read has counted them. */
static struct yaml_node *copy_tree(struct arena *arena, const struct yaml_node *node)
{
	struct yaml_node *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *node;
	copy->text = arena_str(arena, node->text);
	if (node->kind == YAML_LIST)
		copy->items = arena_array(arena, node->len, sizeof(*copy->items));
	if (node->kind == YAML_MAP)
		copy->pairs = arena_array(arena, node->len, sizeof(*copy->pairs));
	for (size_t i = 0; i < node->len; i++) {
		if (node->kind == YAML_LIST) {
			copy->items[i] = copy_tree(arena, node->items[i]);
			continue;
		}
		copy->pairs[i].key = copy_tree(arena, node->pairs[i].key);
		copy->pairs[i].value = copy_tree(arena, node->pairs[i].value);
	}
	return copy;
}

static bool is_template(const struct yaml_node *document)
{
	const struct yaml_node *version = yaml_get(document, "apiVersion"), *kind = yaml_get(document, "kind");

	return version && kind && str_is(version->text, loader_template.api_version) &&
	       str_is(kind->text, loader_template.kind);
}

/* What is wrong with it is said when its file is read for its own sake. The first of a name is kept. */
static void take_document(struct sli_templates *templates, const char *file, const struct yaml_node *document,
			  struct arena *scratch, bool built_in)
{
	struct arena texts;
	struct findings findings;
	struct reader reader = {.arena = &templates->arena,
				.file = file,
				.scratch = scratch,
				.findings = &findings,
				.templates = templates};
	struct sli_template template, *kept;

	arena_init(&texts);
	findings_init(&findings, &texts, LIMIT_FINDINGS);
	sli_template_read(&reader, document, &template);
	findings_release(&findings);
	arena_release(&texts);
	if (!template.name.len || map_get(&templates->by_name, template.name) ||
	    (!built_in && (template_file_named(template.name) || templates->files_len == LIMIT_TEMPLATES)))
		return;
	template.built_in = built_in;
	template.place.file = arena_str(&templates->arena, str_of(file)).at;
	template.sli = template.broken ? NULL : copy_tree(&templates->arena, template.sli);
	kept = arena_alloc(&templates->arena, sizeof(*kept));
	*kept = template;
	map_put(&templates->by_name, kept->name, kept);
	if (built_in)
		return;
	XGROW(templates->files, templates->files_len, templates->files_cap);
	templates->files[templates->files_len++] = kept;
}

static void declare(struct reader *reader, const struct yaml_node *document)
{
	take_document(reader->templates, reader->file, document, reader->scratch, false);
}

void sli_templates_read(struct sli_templates *templates, const char *path)
{
	struct buf text;
	struct err err = {0};

	buf_init(&text, LIMIT_FILE_BYTES);
	if (file_read(path, &text, &err) && may_declare(buf_view(&text))) {
		struct arena scratch;
		struct yaml_file yaml;

		arena_init(&scratch);
		yaml_read(&scratch, buf_view(&text), &yaml);
		for (size_t i = 0; i < yaml.len; i++)
			if (is_template(yaml.documents[i]))
				take_document(templates, path, yaml.documents[i], &scratch, false);
		arena_release(&scratch);
	}
	buf_release(&text);
}

static const struct sli_template *read_built_in(struct sli_templates *templates, const struct embedded *file)
{
	struct str source = {(const char *)file->bytes, file->len};
	struct arena scratch;
	struct yaml_file yaml;

	arena_init(&scratch);
	if (yaml_read(&scratch, source, &yaml) && yaml.len == 1)
		take_document(templates, file->name, yaml.documents[0], &scratch, true);
	arena_release(&scratch);
	return map_get(&templates->by_name, str_of(file->name));
}

const struct sli_template *sli_templates_get(struct sli_templates *templates, struct str name)
{
	const struct sli_template *found = map_get(&templates->by_name, name);
	const struct embedded *file;

	if (found)
		return found;
	file = template_file_named(name);
	return file ? read_built_in(templates, file) : NULL;
}

const char *sli_templates_nearest(struct sli_templates *templates, struct str name)
{
	size_t len = 0;
	const char **names, *nearest;

	names = xcalloc(template_files_len + templates->files_len + 1, sizeof(*names));
	for (size_t i = 0; i < template_files_len; i++)
		names[len++] = template_files[i].name;
	for (size_t i = 0; i < templates->files_len; i++)
		names[len++] = templates->files[i]->name.at;
	nearest = str_nearest(name, names, len);
	free(names);
	return nearest;
}

const struct sli_template *sli_templates_at(struct sli_templates *templates, size_t index)
{
	if (index < template_files_len)
		return sli_templates_get(templates, str_of(template_files[index].name));
	index -= template_files_len;
	return index < templates->files_len ? templates->files[index] : NULL;
}

/* For its own sake: what is wrong with it, and whether it has its name to itself. */
static void load_template(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	const struct yaml_node *name = yaml_get(document, "name");
	const struct sli_template *first;
	struct sli_template template;

	(void)loaded;
	sli_template_read(reader, document, &template);
	if (!template.name.len)
		return;
	if (template_file_named(template.name)) {
		reader_error(reader, name, "name", "duplicate",
			     "'%.*s' is the name of one of wick's own templates; give yours another",
			     VALUE_ARG(template.name));
		return;
	}
	first = sli_templates_get(reader->templates, template.name);
	if (!first)
		reader_error(reader, name, "name", "too-many", "with this one there are more than %d templates",
			     LIMIT_TEMPLATES);
	else if (strcmp(first->place.file, reader->file) != 0 || first->place.line != template.place.line ||
		 first->place.col != template.place.col)
		reader_error(reader, name, "name", "duplicate", "the template '%.*s' is defined already at %s:%u:%u",
			     VALUE_ARG(template.name), first->place.file, first->place.line, first->place.col);
}

const struct loader loader_template = {
	.api_version = "wick/v1", .kind = "Template", .declare = declare, .marker = "Template", .load = load_template};
