/* The templates that SLOs may name: wick's own, and those of definition files. */
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/help.h"
#include "cmd/once.h"
#include "format/json_write.h"
#include "slo/definition_paths.h"
#include "slo/definitions.h"
#include "slo/templates/sli_templates.h"

#include <stdlib.h>
#include <unistd.h>

enum format { TEXT, JSON, YAML };

/* What is asked for. */
struct listing {
	struct sli_templates *templates;
	struct arena scratch;
	const char **names; /* of the command line: what is no path */
	size_t names_len;
	const char **paths;
	size_t paths_len;
	const struct sli_template **chosen; /* on the heap */
	size_t chosen_len, chosen_cap;
};

/* --- an example, and what it stands for
 * -------------------------------------------------------------------------------- */

static struct str put_example(struct arena *arena, const struct sli_template *template)
{
	struct buf out;
	struct str text;
	bool any = false;

	buf_init(&out, LIMIT_FILE_BYTES);
	buf_fmt(&out,
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: example\nslos:\n  - name: %.*s\n"
		"    objective: 99%%\n    sli:\n      template: %.*s\n",
		STR_ARG(template->name), STR_ARG(template->name));
	for (size_t i = 0; i < template->parameters_len; i++) {
		const struct parameter *parameter = &template->parameters[i];

		if (!parameter->example.at)
			continue;
		buf_fmt(&out, "%s        %.*s: ", any ? "" : "      with:\n", STR_ARG(parameter->name));
		yaml_write_quoted(&out, parameter->example);
		buf_char(&out, '\n');
		any = true;
	}
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* Words, numbers and signs of comparison as they are. */
static void put_scalar(struct buf *out, struct str text)
{
	bool plain = text.len > 0;

	for (size_t i = 0; i < text.len && plain; i++)
		plain = ascii_alpha(text.at[i]) || ascii_digit(text.at[i]) || strchr("<>=_.", text.at[i]);
	if (plain)
		buf_str(out, text);
	else
		yaml_write_quoted(out, text);
}

static void put_node(struct buf *out, const struct yaml_node *map, size_t indent)
{
	for (size_t i = 0; i < map->len; i++) {
		const struct yaml_node *value = map->pairs[i].value;

		buf_fill(out, ' ', indent);
		buf_fmt(out, "%.*s:", STR_ARG(map->pairs[i].key->text));
		if (value->kind == YAML_MAP) {
			buf_char(out, '\n');
			put_node(out, value, indent + 2);
			continue;
		}
		buf_char(out, ' ');
		put_scalar(out, value->text);
		buf_char(out, '\n');
	}
}

/* The sli that the example is, as YAML. */
static struct str put_sli(struct arena *arena, const struct sli_template *template)
{
	struct arena texts;
	struct findings findings;
	struct reader reader = {.arena = arena, .file = "", .scratch = arena, .findings = &findings};
	const struct yaml_node *sli;
	struct buf out;
	struct str text;

	arena_init(&texts);
	findings_init(&findings, &texts, LIMIT_FINDINGS);
	buf_init(&out, LIMIT_FILE_BYTES);
	sli = sli_template_try(&reader, template, true);
	buf_cstr(&out, "sli:\n");
	if (sli)
		put_node(&out, sli, 2);
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	findings_release(&findings);
	arena_release(&texts);
	return text;
}

/* --- text
 * -------------------------------------------------------------------------------------------------------------- */

static void put_indented(struct buf *out, struct str text)
{
	while (text.len) {
		size_t end = str_find(text, '\n');

		buf_fmt(out, "  %.*s\n", STR_ARG(str_slice(text, 0, end)));
		text = str_slice(text, end + (end < text.len), text.len);
	}
}

static void put_parameter(struct buf *out, const struct parameter *parameter)
{
	buf_fmt(out, "  %.*s  (%s, ", STR_ARG(parameter->name), parameter_type_names[parameter->type]);
	if (parameter->fallback.at)
		buf_fmt(out, "default '%.*s')\n", STR_ARG(parameter->fallback));
	else
		buf_cstr(out, "must be given)\n");
	if (parameter->help.len)
		help_fill(out, parameter->help, 6, 0);
}

static void put_template(struct buf *out, struct arena *arena, const struct sli_template *template)
{
	buf_fmt(out, "%.*s", STR_ARG(template->name));
	if (!template->built_in)
		buf_fmt(out, "  (%.*s)", STR_ARG(place_text(arena, template->place)));
	buf_char(out, '\n');
	if (template->description.len)
		help_fill(out, template->description, 2, 0);
	buf_cstr(out, template->parameters_len ? "\nparameters:\n" : "");
	for (size_t i = 0; i < template->parameters_len; i++)
		put_parameter(out, &template->parameters[i]);
	buf_cstr(out, template->metrics_len ? "\nmetrics that it needs:\n" : "");
	for (size_t i = 0; i < template->metrics_len; i++) {
		buf_fmt(out, "  %.*s\n", STR_ARG(template->metrics[i].name));
		help_fill(out, template->metrics[i].from, 6, 0);
	}
	buf_cstr(out, "\nan SLO with it:\n");
	put_indented(out, put_example(arena, template));
	buf_cstr(out, "\nwhere the template stands for:\n");
	put_indented(out, put_sli(arena, template));
}

static struct str first_sentence(struct str text)
{
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.at[i] == '.' && ascii_space(text.at[i + 1]))
			return str_slice(text, 0, i + 1);
	return text;
}

static void put_list(struct buf *out, const struct listing *listing)
{
	size_t column = 0;

	for (size_t i = 0; i < listing->chosen_len; i++)
		if (listing->chosen[i]->name.len + 2 > column)
			column = listing->chosen[i]->name.len + 2;
	for (size_t i = 0; i < listing->chosen_len; i++) {
		const struct sli_template *template = listing->chosen[i];

		buf_str(out, template->name);
		help_fill(out, first_sentence(template->description), column < 40 ? column : 40, template->name.len);
	}
}

/* --- JSON
 * -------------------------------------------------------------------------------------------------------------- */

static void json_parameter(struct json_writer *json, const struct parameter *parameter)
{
	json_object(json);
	json_key_text(json, "name", parameter->name);
	json_key_text(json, "type", str_of(parameter_type_names[parameter->type]));
	json_key_text(json, "help", parameter->help);
	json_key(json, "required");
	json_bool(json, !parameter->fallback.at);
	if (parameter->fallback.at)
		json_key_text(json, "default", parameter->fallback);
	if (parameter->example.at)
		json_key_text(json, "example", parameter->example);
	json_object_end(json);
}

static void json_template(struct json_writer *json, struct arena *arena, const struct sli_template *template)
{
	json_object(json);
	json_key_text(json, "name", template->name);
	json_key(json, "built_in");
	json_bool(json, template->built_in);
	if (!template->built_in)
		json_key_text(json, "place", place_text(arena, template->place));
	json_key_text(json, "description", template->description);
	json_key(json, "parameters");
	json_array(json);
	for (size_t i = 0; i < template->parameters_len; i++)
		json_parameter(json, &template->parameters[i]);
	json_array_end(json);
	json_key(json, "metrics");
	json_array(json);
	for (size_t i = 0; i < template->metrics_len; i++) {
		json_object(json);
		json_key_text(json, "name", template->metrics[i].name);
		json_key_text(json, "from", template->metrics[i].from);
		json_object_end(json);
	}
	json_array_end(json);
	json_key_text(json, "example", put_example(arena, template));
	json_key_text(json, "stands_for", put_sli(arena, template));
	json_object_end(json);
}

static void put_json(struct buf *out, struct listing *listing)
{
	struct json_writer json;

	json_begin(&json, out, true);
	json_array(&json);
	for (size_t i = 0; i < listing->chosen_len; i++)
		json_template(&json, &listing->scratch, listing->chosen[i]);
	json_array_end(&json);
	buf_char(out, '\n');
}

/* --- the command
 * --------------------------------------------------------------------------------------------------------- */

static bool put_yaml(struct buf *out, const struct listing *listing)
{
	for (size_t i = 0; i < listing->chosen_len; i++) {
		const struct sli_template *template = listing->chosen[i];
		const struct embedded *file = template_file_named(template->name);

		if (!file) {
			command_fail("'%.*s' is not one of wick's own; it stands in %s", STR_ARG(template->name),
				     template->place.file);
			return false;
		}
		buf_cstr(out, i ? "---\n" : "");
		buf_put(out, file->bytes, file->len);
	}
	return true;
}

/* A word is a path where there is something of that name, or it cannot be a template's name. */
static bool is_path(const char *word)
{
	return !template_file_named(str_of(word)) &&
	       (strchr(word, '/') || strcmp(word, "-") == 0 || access(word, F_OK) == 0);
}

static void choose(struct listing *listing, const struct sli_template *template)
{
	XGROW(listing->chosen, listing->chosen_len, listing->chosen_cap);
	listing->chosen[listing->chosen_len++] = template;
}

static bool choose_all(struct listing *listing)
{
	const struct sli_template *template;

	for (size_t i = 0; i < listing->names_len; i++) {
		struct str name = str_of(listing->names[i]);
		const char *nearest;

		template = sli_templates_get(listing->templates, name);
		if (template && !template->broken) {
			choose(listing, template);
			continue;
		}
		nearest = template ? NULL : sli_templates_nearest(listing->templates, name);
		command_fail(template ? "the template '%s' has errors of its own" : "there is no template '%s'%s%s%s",
			     listing->names[i], nearest ? "; did you mean '" : "", nearest ? nearest : "",
			     nearest ? "'?" : "");
		return false;
	}
	for (size_t i = 0; listing->names_len == 0 && (template = sli_templates_at(listing->templates, i)); i++)
		if (!template->broken)
			choose(listing, template);
	return true;
}

static int print(struct listing *listing, enum format format)
{
	struct buf out;
	int code = EXIT_FAILED;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (format == JSON)
		put_json(&out, listing);
	else if (format == TEXT && listing->names_len == 0)
		put_list(&out, listing);
	for (size_t i = 0; format == TEXT && listing->names_len && i < listing->chosen_len; i++) {
		buf_cstr(&out, i ? "\n" : "");
		put_template(&out, &listing->scratch, listing->chosen[i]);
	}
	if (format != YAML || put_yaml(&out, listing))
		code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	return code;
}

/* What is wrong with the files is said by the loader, of SLOs and templates alike. */
static bool files_fine(const struct listing *listing)
{
	struct slo_set *set = slo_set_load(listing->paths, listing->paths_len, NULL);
	bool fine = slo_set_errors(set) == 0;

	if (!fine)
		once_say_findings(set);
	slo_set_unref(set);
	return fine;
}

static int list(struct listing *listing, enum format format)
{
	struct definition_paths found;
	bool fine = listing->paths_len == 0 || files_fine(listing);
	int code = EXIT_FAILED;

	definition_paths_find(&found, listing->paths, listing->paths_len);
	for (size_t i = 0; i < found.files.len; i++)
		sli_templates_read(listing->templates, found.files.at[i]);
	if (choose_all(listing))
		code = print(listing, format);
	definition_paths_release(&found);
	return code == EXIT_FINE && !fine ? EXIT_FINDINGS : code;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", "yaml", NULL};
	struct listing listing = {.templates = NULL};
	struct arguments arguments;
	size_t format;
	int code;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	code = EXIT_FAILED;
	listing.templates = sli_templates_new();
	arena_init(&listing.scratch);
	listing.names = xcalloc(arguments.rest_len + 1, sizeof(*listing.names));
	listing.paths = xcalloc(arguments.rest_len + 1, sizeof(*listing.paths));
	for (size_t i = 0; i < arguments.rest_len; i++)
		if (is_path(arguments.rest[i]))
			listing.paths[listing.paths_len++] = arguments.rest[i];
		else
			listing.names[listing.names_len++] = arguments.rest[i];
	if (argument_choice(command, &arguments, "format", formats, &format))
		code = list(&listing, (enum format)format);
	free(listing.names);
	free(listing.paths);
	free(listing.chosen);
	arena_release(&listing.scratch);
	sli_templates_free(listing.templates);
	arguments_release(&arguments);
	return code;
}

static const struct option_row options[] = {
	{.name = "format",
	 .value = "FORMAT",
	 .help = "text (the default), json, or yaml: the documents of wick's own, to copy and change"},
	{.name = NULL},
};

const struct command command_templates = {
	.name = "templates",
	.syntax = "[--format FORMAT] [NAME...] [PATH...]",
	.summary = "list and explain the templates that an SLO's sli may name",
	.help = "Without a NAME lists what there is: wick's own templates, and those of the definition files at each PATH, a "
		"file or a folder. With a NAME says what it counts, its parameters with their defaults, which metrics it "
		"needs and whose they are, and shows an SLO that uses it and what the template stands for there.\n\n"
		"Exits with 1 where the files at PATH have errors, which are told on stderr, and with 2 where there is no "
		"template of a NAME.\n\n"
		"  wick templates\n"
		"  wick templates http-latency\n"
		"  wick templates --format yaml http-latency | sed 's/^name: /&our-/' > our.yaml",
	.options = options,
	.run = run,
};
