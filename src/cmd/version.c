#include "base/limits.h"
#include "cmd/command.h"
#include "format/json_write.h"

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* What the build was made with (CMakeLists.txt); asking the libraries themselves would take their headers out of their
 * homes. */
static const struct {
	const char *name, *version;
} libraries[] = {
	{"libcurl", WICK_LIBCURL},
	{"gnutls", WICK_GNUTLS},
	{"jansson", WICK_JANSSON},
	{"libyaml", WICK_LIBYAML},
	{"libmicrohttpd", WICK_LIBMICROHTTPD},
	{"sqlite", WICK_SQLITE},
	{"zlib", WICK_ZLIB},
};
enum { LIBRARIES = sizeof(libraries) / sizeof(libraries[0]) };

static void put_text(struct buf *out)
{
	buf_fmt(out, "wick %s\ncompiler: %s\nlibraries:", WICK_VERSION, COMPILER);
	for (size_t i = 0; i < LIBRARIES; i++)
		buf_fmt(out, "%s %s %s", i ? "," : "", libraries[i].name, libraries[i].version);
	buf_char(out, '\n');
}

static void put_json(struct buf *out)
{
	struct json_writer json;

	json_begin(&json, out, true);
	json_object(&json);
	json_key(&json, "version");
	json_cstr(&json, WICK_VERSION);
	json_key(&json, "compiler");
	json_cstr(&json, COMPILER);
	json_key(&json, "libraries");
	json_object(&json);
	for (size_t i = 0; i < LIBRARIES; i++) {
		json_key(&json, libraries[i].name);
		json_cstr(&json, libraries[i].version);
	}
	json_object_end(&json);
	json_object_end(&json);
	buf_char(out, '\n');
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", NULL};
	struct arguments arguments;
	size_t format;
	struct buf out;
	int exit_code;

	if (!arguments_parse(command, argc, argv, &arguments, &exit_code))
		return exit_code;
	if (!argument_choice(command, &arguments, "format", formats, &format)) {
		arguments_release(&arguments);
		return EXIT_FAILED;
	}
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (format == 1)
		put_json(&out);
	else
		put_text(&out);
	exit_code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	arguments_release(&arguments);
	return exit_code;
}

static const struct option_row options[] = {
	{.name = "format", .value = "FORMAT", .help = "text (the default) or json"},
	{.name = NULL},
};

const struct command command_version = {
	.name = "version",
	.syntax = "[--format text|json]",
	.summary = "the version of wick and of what it was built with",
	.options_only = true,
	.options = options,
	.run = run,
};
