/* Definition files in their normal form. */
#include "base/file.h"
#include "base/limits.h"
#include "cmd/command.h"
#include "format/text_diff.h"
#include "slo/definition_paths.h"
#include "slo/finding_write.h"
#include "slo/native/normal_form.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct option_row options[] = {
	{.name = "check", .help = "write nothing; name the files that would change, and exit 1 where there are any"},
	{.name = "diff", .help = "write nothing; print what would change as a unified diff"},
	{.name = NULL},
};

/* One run of the command. */
struct formatting {
	bool check, diff;
	struct buf out; /* for standard output */
	size_t files, changed, foreign, refused;
	bool failed; /* a file cannot be read or written */
};

/* The file behind links is replaced, with the mode that it has. */
static bool replace(const char *path, struct str text, struct err *err)
{
	char *target = realpath(path, NULL);
	struct stat stat_;
	bool ok;

	if (!target)
		return err_errno(err, errno, "cannot find", path);
	ok = stat(target, &stat_) == 0 || err_errno(err, errno, "cannot look at", target);
	ok = ok && file_replace(target, text, stat_.st_mode & 07777, err);
	free(target);
	return ok;
}

static void say_refused(struct formatting *formatting, const char *path, struct findings *findings)
{
	struct buf text;

	formatting->refused++;
	buf_init(&text, LIMIT_OUTPUT_BYTES);
	findings_sort(findings->at, findings->len);
	findings_write(&text, FINDING_TEXT, findings->at, findings->len, findings->dropped);
	fwrite(buf_view(&text).at, 1, text.len, stderr);
	fprintf(stderr, "wick: '%s' is left as it is\n", path);
	buf_release(&text);
}

static void take(struct formatting *formatting, const char *path, struct str before, struct str after)
{
	bool changed = !str_eq(before, after), in_place = strcmp(path, "-") != 0;
	struct err err = {0};

	formatting->changed += changed;
	if (formatting->check && changed)
		buf_fmt(&formatting->out, "%s\n", path);
	if (formatting->diff)
		text_diff(&formatting->out, path, path, before, after);
	if (formatting->check || formatting->diff)
		return;
	if (!in_place) {
		buf_str(&formatting->out, after);
	} else if (changed && !replace(path, after, &err)) {
		command_fail("%s", err.text);
		formatting->failed = true;
	}
}

static void format_text(struct formatting *formatting, const char *path, struct str text)
{
	struct findings findings;
	struct arena arena;
	struct buf made;
	enum normal_form form;

	arena_init(&arena);
	findings_init(&findings, &arena, LIMIT_FINDINGS);
	buf_init(&made, LIMIT_FILE_BYTES);
	form = normal_form_write(&made, path, text, &findings);
	if (form == NORMAL_FORM_REFUSED)
		say_refused(formatting, path, &findings);
	else
		take(formatting, path, text, buf_view(&made));
	if (form == NORMAL_FORM_FOREIGN) {
		formatting->foreign++;
		fprintf(stderr, "wick: '%s' is left as it is: not all of it is wick/v1\n", path);
	}
	buf_release(&made);
	findings_release(&findings);
	arena_release(&arena);
}

static void format_file(struct formatting *formatting, const char *path)
{
	struct err err = {0};
	struct buf text;

	formatting->files++;
	buf_init(&text, LIMIT_FILE_BYTES);
	if (file_read(path, &text, &err)) {
		format_text(formatting, path, buf_view(&text));
	} else {
		command_fail("%s", err.text);
		formatting->failed = true;
	}
	buf_release(&text);
}

static int verdict(const struct formatting *formatting)
{
	bool dry = formatting->check || formatting->diff;

	fprintf(stderr, "wick: %zu file%s: %zu %s, %zu of other languages, %zu refused\n", formatting->files,
		formatting->files == 1 ? "" : "s", formatting->changed, dry ? "would change" : "changed",
		formatting->foreign, formatting->refused);
	if (formatting->failed)
		return EXIT_FAILED;
	return formatting->refused || (formatting->check && formatting->changed) ? EXIT_FINDINGS : EXIT_FINE;
}

static int format_all(struct formatting *formatting, const char *const *paths, size_t len)
{
	struct definition_paths found;
	int code;

	buf_init(&formatting->out, LIMIT_OUTPUT_BYTES);
	definition_paths_find(&found, paths, len);
	for (size_t i = 0; i < found.lost_len; i++) {
		command_fail("%s", found.lost[i].err.text);
		formatting->failed = true;
	}
	for (size_t i = 0; i < found.empty_len; i++)
		fprintf(stderr, "wick: there is no *.yaml or *.yml file below '%s'\n", found.empty[i]);
	for (size_t i = 0; i < found.files.len; i++)
		format_file(formatting, found.files.at[i]);
	definition_paths_release(&found);
	code = command_print(&formatting->out, verdict(formatting));
	buf_release(&formatting->out);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct formatting formatting = {.check = false};
	struct arguments arguments;
	int code;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	formatting.check = argument(command, &arguments, "check") != NULL;
	formatting.diff = argument(command, &arguments, "diff") != NULL;
	if (arguments.rest_len == 0)
		code = command_misused(command, "'fmt' wants a PATH");
	else
		code = format_all(&formatting, arguments.rest, arguments.rest_len);
	arguments_release(&arguments);
	return code;
}

const struct command command_fmt = {
	.name = "fmt",
	.syntax = "[--check] [--diff] PATH...",
	.summary = "put SLO files into their normal form",
	.help = "Puts the keys of wick/v1 documents into the order of the reference page, indents by two blanks, writes documents and lists "
		"of maps in lines, leaves short lists and maps in brackets where they were, takes away quotes that are not needed, blanks at "
		"line ends and superfluous empty lines, and puts one empty line between SLOs. Comments stay with what they stand before or "
		"beside. A PATH is a file, a folder of *.yaml and *.yml files, or '-' for standard input, which is written to standard "
		"output.\n\n"
		"What a file means never changes: it is read again before it is written. A file that is no good YAML is refused, and so is "
		"one with a comment that cannot be kept in its place, such as inside of brackets; the place is told, and the file is left as it "
		"is. Files of other languages are left alone, too. Where there are anchors, the keys stay in their order.\n\n"
		"Exits with 0, with 1 where a file is refused or with --check would change, and with 2 where one cannot be read or written.\n\n"
		"  wick fmt slos/\n"
		"  wick fmt --check --diff slos/",
	.options = options,
	.run = run,
};
