/* Settings on the command line, shared by the commands that count: --config, a flag per setting, and the PATH
 * arguments. */
#ifndef WICK_CMD_SETTING_OPTIONS_H
#define WICK_CMD_SETTING_OPTIONS_H

#include "cmd/command.h"
#include "engine/settings.h"

enum { SETTING_OPTIONS_MAX = 64 };

/* Fills `table` with the rows of `own` (its first must be --config), then with those of all settings. Returns it. For a
 * command that runs no daemon, the flags that mean nothing to it are taken but not shown. */
const struct option_row *setting_options(struct option_row table[SETTING_OPTIONS_MAX], const struct option_row *own,
					 bool daemon);

/* The same with those settings alone whose flags begin so, such as "github-". */
const struct option_row *setting_options_of(struct option_row table[SETTING_OPTIONS_MAX], const struct option_row *own,
					    const char *begin);

/* Defaults, then the file of --config, then the flags, then the paths. What is wrong is said on stderr, all of it; true
 * if nothing was. Either way the settings have to be released. */
bool settings_from(struct settings *settings, const struct command *command, const struct arguments *arguments);

/* The flags over what is there; what is wrong is said on stderr. A part of settings_from, for a command that
 * reads the file in its own way. */
bool settings_from_flags(struct settings *settings, const struct command *command, const struct arguments *arguments);

/* The definitions' paths as the loader wants them; free what is returned. */
const char **settings_definitions(const struct settings *settings);

#endif
