#include "cmd/help.h"

static void put_names(struct buf *out, const struct command *const *table)
{
	for (size_t i = 0; table[i]; i++)
		buf_fmt(out, "%s%s", i ? " " : "", table[i]->name);
}

static void put_options(struct buf *out, const struct command *command)
{
	buf_fmt(out, "\t\t%s) words=\"--help", command->name);
	for (const struct option_row *row = command_options(command); row->name; row++)
		if (!row->hidden)
			buf_fmt(out, " --%s", row->name);
	buf_cstr(out, "\" ;;\n");
}

/* Commands first, options where a word begins with a dash, and file names for all else (-o default). */
bool help_completion_bash(struct buf *out, const struct command *const *table)
{
	buf_cstr(out, "# bash completion for wick; written by 'wick help --completion bash'\n"
		      "_wick()\n{\n"
		      "\tlocal word=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n"
		      "\tif [ \"$COMP_CWORD\" -eq 1 ] || [ \"${COMP_WORDS[1]}\" = help ]; then\n"
		      "\t\twords=\"");
	put_names(out, table);
	buf_cstr(out, "\"\n"
		      "\telif [[ $word == -* ]]; then\n"
		      "\t\tcase \"${COMP_WORDS[1]}\" in\n");
	for (; *table; table++)
		put_options(out, *table);
	buf_cstr(out, "\t\tesac\n"
		      "\tfi\n"
		      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
		      "}\n"
		      "complete -o default -F _wick wick\n");
	return !out->full;
}
