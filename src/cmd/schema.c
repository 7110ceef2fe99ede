/* What an editor has to know to help with definition files. */
#include "slo/schema.h"
#include "base/limits.h"
#include "cmd/command.h"

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct buf out;
	int code;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	slo_schema_write(&out);
	code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	arguments_release(&arguments);
	return code;
}

const struct command command_schema = {
	.name = "schema",
	.syntax = "",
	.summary = "print the JSON Schema of SLO files, for editors",
	.help = "Editors that know it show what each key means, offer keys and values, and mark what is wrong while it is written. It is a "
		"JSON Schema (draft-07) of wick/v1, made from the tables that the loader reads by. What it marks 'wick check' "
		"refuses, too; PromQL, time zones and what hangs together across keys only 'wick check' knows.\n\n"
		"Store it beside the files, and name it in their first line:\n\n"
		"  wick schema > slos/wick.schema.json\n\n"
		"  # yaml-language-server: $schema=wick.schema.json",
	.options_only = true,
	.run = run,
};
