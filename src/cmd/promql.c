/* How an expression is read, and what is asked of Prometheus instead. */
#include "base/file.h"
#include "base/limits.h"
#include "cmd/command.h"
#include "format/json_write.h"
#include "promql/rewrite.h"

/* One expression of the command line, or one line of standard input. */
struct source {
	const char *name; /* "argument" or "-" */
	unsigned number;  /* of the argument, or the first line; from 1 */
	bool line;        /* a line of standard input */
	struct str text;
};

struct asked {
	const struct rewrite_options *rewrite;
	bool json;
	struct buf *out;
	bool faulty; /* one did not parse */
};

struct selectors {
	struct asked *asked;
	struct json_writer *json; /* NULL: as text */
	bool first;
};

/* A selector without its range and modifiers. */
static void put_selector(struct promql_node *node, void *context)
{
	struct selectors *selectors = context;
	struct promql_node plain = *node;
	struct buf text;

	if (node->kind != PROMQL_SELECTOR)
		return;
	plain.range = (struct promql_span){.set = false};
	plain.modifiers = (struct promql_modifiers){.at = PROMQL_AT_NONE};
	buf_init(&text, LIMIT_PROMQL_PRINTED);
	promql_print(&text, &plain);
	if (selectors->json)
		json_str(selectors->json, buf_view(&text));
	else
		buf_fmt(selectors->asked->out, "%s %.*s\n", selectors->first ? "selectors:" : "          ",
			STR_ARG(buf_view(&text)));
	selectors->first = false;
	buf_release(&text);
}

static void json_node(struct json_writer *json, const char *key, const struct promql_node *node)
{
	struct buf text;

	buf_init(&text, LIMIT_PROMQL_PRINTED);
	promql_print(&text, node);
	json_key(json, key);
	if (text.full)
		json_null(json);
	else
		json_str(json, buf_view(&text));
	buf_release(&text);
}

/* A sum of counters is counted by sample: then the samples of its selectors are asked for, and not what is rewritten.
 */
static bool by_sample(const struct promql_node *node)
{
	struct counter_sum sum;
	struct arena arena;
	bool is_sum;

	arena_init(&arena);
	is_sum = promql_counter_sum(&arena, node, NULL, 0, &sum);
	arena_release(&arena);
	return is_sum;
}

static void put_json(struct asked *asked, struct promql_node *node, const struct rewritten *rewritten)
{
	struct json_writer json;

	json_begin(&json, asked->out, false);
	json_object(&json);
	json_key(&json, "ok");
	json_bool(&json, true);
	json_node(&json, "canonical", node);
	json_node(&json, "rewritten", rewritten->node);
	json_key(&json, "counters");
	json_int(&json, rewritten->counters);
	json_key(&json, "exact");
	json_bool(&json, rewritten->exact);
	json_key(&json, "events");
	json_bool(&json, rewritten->events);
	json_key(&json, "by_sample");
	json_bool(&json, by_sample(node));
	json_key(&json, "note");
	if (rewritten->note.len)
		json_str(&json, rewritten->note);
	else
		json_null(&json);
	json_key(&json, "selectors");
	json_array(&json);
	promql_walk(node, put_selector, &(struct selectors){asked, &json, true});
	json_array_end(&json);
	json_key(&json, "error");
	json_null(&json);
	json_object_end(&json);
	buf_char(asked->out, '\n');
}

static void put_json_error(struct asked *asked, const struct source *source, const struct promql_error *error)
{
	struct json_writer json;

	json_begin(&json, asked->out, false);
	json_object(&json);
	json_key(&json, "ok");
	json_bool(&json, false);
	json_key(&json, "canonical");
	json_null(&json);
	json_key(&json, "rewritten");
	json_null(&json);
	json_key(&json, "error");
	json_cstr(&json, error->text);
	json_key(&json, "line");
	json_int(&json, source->line ? source->number : error->line);
	json_key(&json, "column");
	json_int(&json, error->col);
	json_key(&json, "offset");
	json_int(&json, (int64_t)error->offset);
	json_object_end(&json);
	buf_char(asked->out, '\n');
}

static void put_text(struct asked *asked, struct promql_node *node, const struct rewritten *rewritten)
{
	struct buf *out = asked->out;

	buf_cstr(out, "canonical: ");
	promql_print(out, node);
	buf_cstr(out, "\nrewritten: ");
	promql_print(out, rewritten->node);
	buf_char(out, '\n');
	promql_walk(node, put_selector, &(struct selectors){asked, NULL, true});
	buf_fmt(out, "asked:     %s\n",
		by_sample(node)
			? "the samples of its selectors, as it is a sum of counters; with --ask=expression what is "
			  "rewritten"
			: "what is rewritten");
	buf_fmt(out, "counted:   %s\n",
		!rewritten->exact   ? "not exactly"
		: rewritten->events ? "every event once"
				    : "from every event, but the value is no number of events");
	if (rewritten->note.len)
		buf_fmt(out, "note:      %.*s\n", STR_ARG(rewritten->note));
}

/* The line that holds the fault, and a caret below it; tabs are kept, so that the caret stands where it belongs. */
static void put_text_error(struct asked *asked, const struct source *source, const struct promql_error *error)
{
	size_t from = error->offset, to = error->offset;
	struct str line;

	if (source->line)
		buf_fmt(asked->out, "%s:%u:%u: %s\n", source->name, source->number, error->col, error->text);
	else
		buf_fmt(asked->out, "%s %u:%u:%u: %s\n", source->name, source->number, error->line, error->col,
			error->text);
	while (from > 0 && source->text.at[from - 1] != '\n')
		from--;
	while (to < source->text.len && source->text.at[to] != '\n')
		to++;
	line = str_slice(source->text, from, to);
	buf_fmt(asked->out, "  %.*s\n  ", STR_ARG(line));
	for (size_t pos = 0; from + pos < error->offset && pos < line.len;) {
		char c = line.at[pos];

		str_rune(line, &pos);
		buf_char(asked->out, c == '\t' ? '\t' : ' ');
	}
	buf_cstr(asked->out, "^\n");
}

static void ask(struct asked *asked, const struct source *source)
{
	struct promql_error error;
	struct promql_node *node;
	struct rewritten rewritten;
	struct arena arena;

	arena_init(&arena);
	node = promql_parse(&arena, source->text, &error);
	if (!asked->json && asked->out->len)
		buf_char(asked->out, '\n');
	if (!node) {
		asked->faulty = true;
		(asked->json ? put_json_error : put_text_error)(asked, source, &error);
	} else {
		rewritten = promql_rewrite(&arena, node, asked->rewrite);
		(asked->json ? put_json : put_text)(asked, node, &rewritten);
	}
	arena_release(&arena);
}

/* Each line that is not blank is an expression. */
static bool ask_lines(struct asked *asked, struct err *err)
{
	struct buf input;
	struct str rest;
	bool ok;

	buf_init(&input, LIMIT_FILE_BYTES);
	ok = file_read("-", &input, err);
	rest = buf_view(&input);
	for (unsigned number = 1; ok && rest.len; number++) {
		size_t end = str_find(rest, '\n');
		struct source source = {"-", number, true, str_slice(rest, 0, end)};

		if (str_trim(source.text).len)
			ask(asked, &source);
		rest = str_slice(rest, end + 1, rest.len);
	}
	buf_release(&input);
	return ok;
}

static bool ask_all(struct asked *asked, const struct arguments *arguments, struct err *err)
{
	for (size_t i = 0; i < arguments->rest_len; i++) {
		struct source source = {"argument", (unsigned)i + 1, false, str_of(arguments->rest[i])};

		if (str_is(source.text, "-")) {
			if (!ask_lines(asked, err))
				return false;
		} else {
			ask(asked, &source);
		}
	}
	return true;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", NULL};
	struct rewrite_options rewrite = {{SPAN_MINUTE}, {5 * SPAN_MINUTE}, {7 * SPAN_DAY}, true};
	struct asked asked = {.rewrite = &rewrite};
	struct arguments arguments;
	struct err err = {0};
	struct buf out;
	size_t format;
	int exit_code;

	if (!arguments_parse(command, argc, argv, &arguments, &exit_code))
		return exit_code;
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	asked.out = &out;
	if (!argument_choice(command, &arguments, "format", formats, &format)) {
		exit_code = EXIT_FAILED;
		goto out;
	}
	asked.json = format == 1;
	if (!argument_span(command, &arguments, "step", &rewrite.step) ||
	    !argument_span(command, &arguments, "lookback", &rewrite.lookback) ||
	    !argument_span(command, &arguments, "horizon", &rewrite.horizon))
		exit_code = EXIT_FAILED;
	else if (arguments.rest_len == 0)
		exit_code = command_misused(command, "there is no expression to read");
	else if (!ask_all(&asked, &arguments, &err))
		exit_code = command_fail("%s", err.text);
	else
		exit_code = command_print(&out, asked.faulty ? EXIT_FINDINGS : EXIT_FINE);
out:
	buf_release(&out);
	arguments_release(&arguments);
	return exit_code;
}

static const struct option_row options[] = {
	{.name = "step", .value = "DURATION", .help = "the grid on which events are counted (default 60s)"},
	{.name = "lookback", .value = "DURATION", .help = "how far back a newest sample is looked for (default 5m)"},
	{.name = "horizon",
	 .value = "DURATION",
	 .help = "how far back a series is looked for before it is new (default 7d)"},
	{.name = "format", .value = "FORMAT", .help = "text (the default) or json: an object per expression and line"},
	{.name = NULL},
};

const struct command command_promql = {
	.name = "promql",
	.syntax = "[--step DURATION] [--format text|json] EXPR...",
	.summary = "how a PromQL expression is read, and what wick asks Prometheus instead",
	.help = "Reads each expression as Prometheus 2.42 to 3.x would, and prints its canonical spelling, what it is rewritten to "
		"so that every event is counted once, and its selectors. With - the expressions are read from standard input, one "
		"per line.\n\n"
		"Exit status 1 where one does not parse: its place is named as argument or line, line and column.",
	.options = options,
	.run = run,
};
