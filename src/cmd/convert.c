/* Definition files in another language. */
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "exporters/definitions/conversion.h"
#include "slo/definition_paths.h"
#include "slo/finding_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option_row options[] = {
	{.name = "to", .value = "LANGUAGE", .help = "what to write: wick, openslo, sloth or pyrra"},
	{.name = "output",
	 .letter = 'o',
	 .value = "FOLDER",
	 .help = "write a file there for each that is read, of the same name, instead of all to standard output"},
	{.name = "force", .help = "replace files that exist"},
	{.name = NULL},
};

/* One run of the command. */
struct converting {
	struct slo_set *set;
	struct conversion conversion;
	struct findings said; /* what was found while reading, and what is lost */
	const char *const *paths;
	size_t paths_len;
	const char *folder; /* NULL: standard output */
	bool force;
	bool unreadable, broken, failed;
};

/* What reading has passed over is lost as well, unless it has been written again: fields without an effect here, labels
 * under another name, SLOs of other systems. */
static bool is_loss(const struct finding *finding)
{
	static const char *const rules[] = {"no-effect", "label-renamed", "label-passed",
					    "template",  "other-source",  "other-backend"};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (strcmp(finding->rule, rules[i]) == 0)
			return true;
	return false;
}

static void say(struct converting *converting, const struct finding *finding)
{
	struct findings *said = &converting->said;

	XGROW(said->at, said->len, said->cap);
	said->at[said->len] = *finding;
	if (finding->level == FINDING_NOTE)
		said->at[said->len].level = FINDING_WARNING;
	said->len++;
}

/* True where something is lost by reading alone. */
static bool take_findings(struct converting *converting)
{
	const struct slo_set *set = converting->set;
	bool lost = set->findings_dropped > 0;

	for (size_t i = 0; i < set->findings_len; i++) {
		const struct finding *finding = &set->findings[i];

		if (is_loss(finding) && conversion_carries(&converting->conversion, finding->place))
			continue;
		converting->unreadable |= strcmp(finding->rule, "unreadable") == 0;
		converting->broken |= finding->level == FINDING_ERROR;
		lost |= is_loss(finding);
		if (finding->level != FINDING_NOTE || is_loss(finding))
			say(converting, finding);
	}
	return lost;
}

/* The file's name below the folder: as it is below the folder that was given, or alone. */
static struct str target_of(struct converting *converting, struct str path)
{
	struct arena *arena = &converting->conversion.arena;
	size_t name = path.len;

	if (str_is(path, "-"))
		return arena_fmt(arena, "%s/stdin.yaml", converting->folder);
	while (name > 0 && path.at[name - 1] != '/')
		name--;
	for (size_t i = 0; i < converting->paths_len; i++) {
		struct str given = str_of(converting->paths[i]);

		while (given.len > 1 && given.at[given.len - 1] == '/')
			given.len--;
		if (!str_eq(path, given) && path_below(path, given)) {
			for (name = given.len; name < path.len && path.at[name] == '/';)
				name++;
			break;
		}
	}
	return arena_fmt(arena, "%s/%.*s", converting->folder, STR_ARG(str_slice(path, name, path.len)));
}

static bool write_file(struct converting *converting, struct str path, const struct buf *text, struct map *written)
{
	struct str target = target_of(converting, path);
	const char *other = map_get(written, target);
	struct err err = {0};

	if (other)
		err_set(&err, "'%s' and '%.*s' would both be written to '%s'", other, STR_ARG(path), target.at);
	else if (text->full)
		err_set(&err, "'%s' would be too large", target.at);
	else if (!converting->force && access(target.at, F_OK) == 0)
		err_set(&err, "'%s' exists; --force replaces it", target.at);
	else if (file_make_folders(target.at, &err) && file_replace(target.at, buf_view(text), 0644, &err)) {
		map_put(written, target, (void *)(uintptr_t)path.at);
		return true;
	}
	command_fail("%s", err.text);
	return false;
}

/* One file for each that defines something. */
static int write_files(struct converting *converting)
{
	const struct slo_set *set = converting->set;
	struct map written;
	size_t count = 0;

	map_init(&written);
	for (size_t i = 0; i < set->files_len; i++) {
		struct buf text;

		buf_init(&text, LIMIT_OUTPUT_BYTES);
		conversion_write(&converting->conversion, set->files[i].path.at, &text);
		if (text.len && write_file(converting, set->files[i].path, &text, &written))
			count++;
		else
			converting->failed |= text.len > 0;
		buf_release(&text);
	}
	map_release(&written);
	fprintf(stderr, "wick: wrote %zu file%s to '%s'\n", count, count == 1 ? "" : "s", converting->folder);
	return converting->failed ? EXIT_FAILED : EXIT_FINE;
}

static int write_all(struct converting *converting)
{
	struct buf text;
	int code;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	conversion_write(&converting->conversion, NULL, &text);
	code = command_print(&text, EXIT_FINE);
	buf_release(&text);
	return code;
}

/* What several SLOs of a file meet is said once. */
static void drop_twins(struct findings *said)
{
	size_t kept = 0;

	for (size_t i = 0; i < said->len; i++) {
		const struct finding *last = kept ? &said->at[kept - 1] : NULL, *next = &said->at[i];

		if (!last || last->place.line != next->place.line || last->place.col != next->place.col ||
		    !str_eq(last->text, next->text))
			said->at[kept++] = *next;
	}
	said->len = kept;
}

static void say_all(struct converting *converting)
{
	struct buf out;

	for (size_t i = 0; i < converting->conversion.lost.len; i++)
		say(converting, &converting->conversion.lost.at[i]);
	findings_sort(converting->said.at, converting->said.len);
	drop_twins(&converting->said);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	findings_write(&out, FINDING_TEXT, converting->said.at, converting->said.len,
		       converting->set->findings_dropped);
	fwrite(buf_view(&out).at, 1, out.len, stderr);
	buf_release(&out);
}

static size_t left_out(const struct converting *converting)
{
	size_t count = 0;

	for (size_t i = 0; i < converting->set->len; i++)
		count += (converting->conversion.lost_of[i] & 1U << CARRIED_SLO) != 0;
	return count;
}

static int convert(struct converting *converting, const struct definition_language *to, const char *const *paths,
		   size_t len)
{
	size_t left;
	bool lost;
	int code;

	converting->paths = paths;
	converting->paths_len = len;
	converting->set = slo_set_load_kept(paths, len);
	findings_init(&converting->said, NULL, SIZE_MAX);
	conversion_init(&converting->conversion, to, converting->set);
	code = converting->folder ? write_files(converting) : write_all(converting);
	lost = take_findings(converting);
	say_all(converting);
	lost |= converting->conversion.lost.len > 0 || converting->broken;
	left = left_out(converting);
	fprintf(stderr, "wick: %zu SLO%s written as %s, %zu left out%s\n", converting->set->len - left,
		converting->set->len - left == 1 ? "" : "s", definition_language_name(to), left,
		lost ? "; what could not be carried over stands above" : "");
	if (code == EXIT_FINE)
		code = converting->unreadable ? EXIT_FAILED : lost ? EXIT_FINDINGS : EXIT_FINE;
	conversion_release(&converting->conversion);
	findings_release(&converting->said);
	slo_set_unref(converting->set);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct converting converting = {.set = NULL};
	struct arguments arguments;
	size_t to = 0;
	int code;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	converting.folder = argument(command, &arguments, "output");
	converting.force = argument(command, &arguments, "force") != NULL;
	if (!argument(command, &arguments, "to"))
		code = command_misused(command, "'convert' wants --to LANGUAGE");
	else if (!argument_choice(command, &arguments, "to", definition_language_names(), &to))
		code = EXIT_FAILED;
	else if (arguments.rest_len == 0)
		code = command_misused(command, "'convert' wants a PATH");
	else if (converting.folder && !*converting.folder)
		code = command_misused(command, "--output: the name is empty");
	else if (converting.force && !converting.folder)
		code = command_misused(command, "'--force' wants --output");
	else
		code = convert(&converting, definition_languages[to], arguments.rest, arguments.rest_len);
	arguments_release(&arguments);
	return code;
}

const struct command command_convert = {
	.name = "convert",
	.syntax = "--to LANGUAGE [--output FOLDER [--force]] PATH...",
	.summary = "write SLO files in another language",
	.help = "Reads definition files of any language that wick knows, and writes what they define in wick's own, OpenSLO (v1), "
		"sloth's or Pyrra's. What that language cannot say is listed on standard error, with its place: nothing is lost "
		"in silence, and what has been written is read back and held against what was read. What means nothing to wick is kept: "
		"in the same language documents are written as they stood, and wick's own has a place for it, from where it goes back.\n\n"
		"Without --output, all goes to standard output. With it, each file that defines something becomes one of the same name in FOLDER; a "
		"file that exists is replaced with --force alone.\n\n"
		"Exits 0 where everything could be carried over, 1 where something could not, or a file has errors and is left out "
		"(the rest is written), and 2 where a file cannot be read or written.\n\n"
		"  wick convert --to wick sloth/*.yml > slos.yaml\n"
		"  wick convert --to pyrra --output pyrra/ slos/",
	.options = options,
	.run = run,
};
