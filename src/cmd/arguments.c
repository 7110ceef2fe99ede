#include "cmd/arguments.h"

#include "base/buf.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/help.h"

#include <assert.h>
#include <stdlib.h>

enum { OPTIONS_MAX = 200 }; /* rows of one table; more would be unreadable in a help text */

static size_t rows(const struct option_row *options)
{
	size_t count = 0;

	while (options[count].name)
		count++;
	assert(count <= OPTIONS_MAX);
	return count;
}

static const struct option_row *row_named(const struct option_row *options, struct str name)
{
	for (; options->name; options++)
		if (str_is(name, options->name))
			return options;
	return NULL;
}

static const struct option_row *row_lettered(const struct option_row *options, char letter)
{
	for (; options->name; options++)
		if (options->letter && options->letter == letter)
			return options;
	return NULL;
}

static const struct option_row *unknown_long(const struct option_row *options, struct str name, struct err *err)
{
	const char *names[OPTIONS_MAX + 1];
	size_t count = 0;
	const char *nearest;

	for (; options->name; options++)
		if (!options->hidden)
			names[count++] = options->name;
	names[count++] = "help";
	nearest = str_nearest(name, names, count);
	if (nearest)
		err_set(err, "unknown option '--%.*s'; did you mean '--%s'?", STR_ARG(name), nearest);
	else
		err_set(err, "unknown option '--%.*s'", STR_ARG(name));
	return NULL;
}

static bool is_help(struct str word) { return str_is(word, "--help") || str_is(word, "-h"); }

/* The row of one option word and what stands behind its `=` (at == NULL: none); NULL with `err` for an unknown one. */
static const struct option_row *find_row(const struct option_row *options, struct str word, struct str *attached,
					 struct err *err)
{
	const struct option_row *row;

	*attached = (struct str){NULL, 0};
	if (str_starts(word, STR("--"))) {
		size_t equals = str_find(word, '=');
		struct str name = str_slice(word, 2, equals);

		if (equals < word.len)
			*attached = str_slice(word, equals + 1, word.len);
		row = row_named(options, name);
		return row ? row : unknown_long(options, name, err);
	}
	row = word.len == 2 ? row_lettered(options, word.at[1]) : NULL;
	if (!row)
		err_set(err, "unknown option '%.*s'; put '--' before arguments that begin with '-'", STR_ARG(word));
	return row;
}

static bool give(const struct option_row *options, const struct option_row *row, const char *value,
		 struct arguments *out, struct err *err)
{
	const char **slot = &out->values[row - options];

	if (*slot && row->value && !row->repeats)
		return err_set(err, "option '--%s' is given twice: '%s' and '%s'", row->name, *slot, value);
	*slot = value;
	out->given[out->given_len++] = (struct given_option){row, value};
	return true;
}

static bool read_words(const struct option_row *options, int argc, char **argv, struct arguments *out, struct err *err)
{
	bool ended = false;

	for (int i = 1; i < argc && !out->help; i++) {
		struct str word = str_of(argv[i]), attached;
		const struct option_row *row;
		const char *value;

		if (ended || word.len < 2 || word.at[0] != '-') {
			out->rest[out->rest_len++] = argv[i];
			continue;
		}
		if (str_is(word, "--")) {
			ended = true;
			continue;
		}
		out->help = is_help(word);
		if (out->help)
			continue;
		row = find_row(options, word, &attached, err);
		if (!row)
			return false;
		if (!row->value && attached.at)
			return err_set(err, "option '--%s' takes no value", row->name);
		value = !row->value ? "" : attached.at ? attached.at : argv[++i];
		if (!value)
			return err_set(err, "option '--%s' needs a value: --%s %s", row->name, row->name, row->value);
		if (!give(options, row, value, out, err))
			return false;
	}
	return true;
}

bool arguments_read(const struct option_row *options, int argc, char **argv, struct arguments *out, struct err *err)
{
	size_t words = argc > 0 ? (size_t)argc : 0;

	*out = (struct arguments){
		.values = xcalloc(rows(options) + 1, sizeof(*out->values)),
		.rest = xcalloc(words + 1, sizeof(*out->rest)),
		.given = xcalloc(words + 1, sizeof(*out->given)),
	};
	if (read_words(options, argc, argv, out, err))
		return true;
	arguments_release(out);
	return false;
}

void arguments_release(struct arguments *arguments)
{
	free(arguments->values);
	free(arguments->rest);
	free(arguments->given);
	*arguments = (struct arguments){0};
}

bool arguments_parse(const struct command *command, int argc, char **argv, struct arguments *out, int *exit_code)
{
	struct err err = {0};

	if (!arguments_read(command_options(command), argc, argv, out, &err)) {
		*exit_code = command_misused(command, "%s", err.text);
		return false;
	}
	if (out->help)
		*exit_code = help_print(command);
	else if (command->options_only && out->rest_len)
		*exit_code = command_misused(command, "'%s' is too much: only options are taken", out->rest[0]);
	else
		return true;
	arguments_release(out);
	return false;
}

const char *argument(const struct command *command, const struct arguments *arguments, const char *name)
{
	const struct option_row *options = command_options(command), *row = row_named(options, str_of(name));

	assert(row);
	return arguments->values[row - options];
}

const char *argument_next(const struct command *command, const struct arguments *arguments, const char *name,
			  size_t *at)
{
	const struct option_row *row = row_named(command_options(command), str_of(name));

	assert(row);
	while (*at < arguments->given_len) {
		const struct given_option *given = &arguments->given[(*at)++];

		if (given->row == row)
			return given->value;
	}
	return NULL;
}

bool argument_choice(const struct command *command, const struct arguments *arguments, const char *name,
		     const char *const *choices, size_t *chosen)
{
	const char *word = argument(command, arguments, name);
	struct buf legal;

	*chosen = 0;
	if (!word)
		return true;
	buf_init(&legal, 1000);
	for (size_t i = 0; choices[i]; i++) {
		if (str_is(str_of(word), choices[i])) {
			buf_release(&legal);
			return *chosen = i, true;
		}
		buf_fmt(&legal, "%s%s", i ? ", " : "", choices[i]);
	}
	command_misused(command, "option '--%s' is '%s', must be one of: %s", name, word, legal.at);
	buf_release(&legal);
	return false;
}

bool argument_span(const struct command *command, const struct arguments *arguments, const char *name,
		   struct span *span)
{
	const char *value = argument(command, arguments, name);

	if (!value || (span_read(str_of(value), span) && span->ms > 0))
		return true;
	command_misused(command, "--%s: '%s' is no duration above 0, such as 30s or 5m", name, value);
	return false;
}
