/* May this service be deployed? For pipelines: the error budget policy of a daemon that runs. */
#include "base/limits.h"
#include "cmd/ask.h"
#include "cmd/command.h"
#include "exporters/screen.h"
#include "exporters/table.h"
#include "format/json_tree.h"
#include "model/policy.h"
#include "net/url.h"

#include <math.h>

static const struct option_row options[] = {
	ASK_URL_OPTION,
	{.name = "level",
	 .value = "LEVEL",
	 .help = "refuse from this level on: review, approval or freeze (default freeze)"},
	{.name = "allow-unknown", .help = "exit 0 where the level is not known, too"},
	{.name = "format", .value = "FORMAT", .help = "text or json: the daemon's own answer"},
	{.name = NULL},
};

static const char *const formats[] = {"text", "json", NULL};
static const char *const levels[] = {"freeze", "approval", "review", NULL};
static const enum policy_level level_of_choice[] = {POLICY_FREEZE, POLICY_APPROVAL, POLICY_REVIEW};

struct gate {
	struct str service; /* as it was asked for */
	enum policy_level from;
	bool allow_unknown, json;
};

enum decision { ALLOWED, REFUSED, UNSURE };

/* What the daemon's answer comes to. */
struct judgement {
	enum policy_level level; /* the highest of all SLOs */
	bool unsure, governed;   /* a budget is not known; there is an SLO with a policy */
};

static enum policy_level read_level(const struct json_tree *value)
{
	struct str name = json_tree_text(value);

	for (int i = POLICY_NORMAL; i < POLICY_LEVELS; i++)
		if (str_is(name, policy_level_names[i]))
			return (enum policy_level)i;
	return POLICY_UNKNOWN;
}

/* Whether that is the service that was asked for: its own name, or with its namespace before it. */
static bool is_asked(const struct gate *gate, const struct json_tree *service)
{
	struct str namespace_ = json_tree_text(json_tree_get(service, "namespace"));
	struct str name = json_tree_text(json_tree_get(service, "service"));
	struct str asked = gate->service;

	if (str_eq(asked, name))
		return true;
	return namespace_.len && asked.len == namespace_.len + 1 + name.len && asked.at[namespace_.len] == '/' &&
	       str_starts(asked, namespace_) && str_ends(asked, name);
}

/* A service or an SLO: what does not say that it is sure is not, and neither is a level that has another name. */
static void weigh(const struct json_tree *part, struct judgement *judgement)
{
	enum policy_level level = read_level(json_tree_get(part, "level"));

	judgement->unsure |= level == POLICY_UNKNOWN || !json_tree_is_false(json_tree_get(part, "unsure"));
	if (level > judgement->level)
		judgement->level = level;
}

static bool judge(const struct gate *gate, const struct json_tree *document, struct judgement *judgement,
		  struct err *err)
{
	const struct json_tree *services = json_tree_get(document, "services");

	*judgement = (struct judgement){0};
	if (!json_tree_is_array(services) || json_tree_len(services) == 0)
		return err_set(err, "it has no list 'services'");
	for (size_t i = 0; i < json_tree_len(services); i++) {
		const struct json_tree *service = json_tree_at(services, i);
		const struct json_tree *slos = json_tree_get(service, "slos");

		if (!json_tree_is_array(slos) || !is_asked(gate, service))
			return err_set(err, "entry %zu of 'services' is not that service's", i + 1);
		if (json_tree_len(slos) == 0)
			continue;
		judgement->governed = true;
		weigh(service, judgement);
		for (size_t k = 0; k < json_tree_len(slos); k++)
			weigh(json_tree_at(slos, k), judgement);
	}
	return true;
}

/* A freeze that is known is one, whatever else is not known. */
static enum decision decide(const struct gate *gate, const struct judgement *judgement)
{
	if (judgement->governed && judgement->level >= gate->from)
		return REFUSED;
	return judgement->unsure && !gate->allow_unknown ? UNSURE : ALLOWED;
}

static void put_slo(struct buf *out, const struct json_tree *slo, void *with)
{
	struct str reason = json_tree_text(json_tree_get(slo, "reason"));
	const struct json_tree *group = json_tree_get(slo, "group"), *value;
	double remaining = (double)NAN;
	struct buf number;
	struct str key;

	(void)with;
	json_tree_number(json_tree_get(slo, "budget_remaining"), &remaining);
	buf_init(&number, LIMIT_LINE_BYTES);
	table_percent_write(&number, remaining, 1);
	buf_fmt(out, "  %-8s  %7.*s  ", policy_level_names[read_level(json_tree_get(slo, "level"))],
		STR_ARG(buf_view(&number)));
	buf_release(&number);
	screen_safe(out, json_tree_text(json_tree_get(slo, "id")));
	for (void *at = NULL; json_tree_member(group, &at, &key, &value);) {
		buf_char(out, ' ');
		screen_safe(out, key);
		buf_char(out, '=');
		screen_safe(out, json_tree_text(value));
	}
	if (json_tree_is_true(json_tree_get(slo, "unsure"))) {
		buf_cstr(out, " (");
		screen_safe(out, json_tree_text(json_tree_get(slo, "state")));
		buf_cstr(out, reason.len ? ": " : "");
		screen_safe(out, reason);
		buf_char(out, ')');
	}
	buf_char(out, '\n');
}

/* The SLOs of that level, each as `put` writes it. */
static void put_slos(struct buf *out, const struct json_tree *services, enum policy_level level,
		     void (*put)(struct buf *out, const struct json_tree *slo, void *with), void *with)
{
	for (size_t i = 0; i < json_tree_len(services); i++) {
		const struct json_tree *slos = json_tree_get(json_tree_at(services, i), "slos");

		for (size_t k = 0; k < json_tree_len(slos); k++)
			if (read_level(json_tree_get(json_tree_at(slos, k), "level")) == level)
				put(out, json_tree_at(slos, k), with);
	}
}

/* What is agreed, unless the SLO before has the same: `with` is that text, a struct str. */
static void put_agreed(struct buf *out, const struct json_tree *slo, void *with)
{
	struct str agreed = json_tree_text(json_tree_get(slo, "agreed")), *before = with;

	if (!agreed.len || str_eq(agreed, *before))
		return;
	*before = agreed;
	buf_fmt(out, "agreed for '%s': ", policy_level_names[read_level(json_tree_get(slo, "level"))]);
	screen_safe(out, agreed);
	buf_char(out, '\n');
}

static void put_text(struct buf *out, const struct gate *gate, const struct json_tree *document,
		     const struct judgement *judgement, enum decision decision)
{
	static const char *const words[] = {[ALLOWED] = "allowed", [REFUSED] = "refused", [UNSURE] = "not known"};
	const struct json_tree *services = json_tree_get(document, "services");
	struct str agreed = STR("");

	buf_fmt(out, "%s: ", words[decision]);
	screen_safe(out, gate->service);
	if (!judgement->governed)
		buf_cstr(out, " has no SLO with an error budget policy\n");
	else if (judgement->level == POLICY_UNKNOWN)
		buf_cstr(out, " has no error budget that is known\n");
	else
		buf_fmt(out, " is in '%s'%s\n", policy_level_names[judgement->level],
			judgement->unsure ? ", and not all of its budgets are known" : "");
	for (int level = POLICY_LEVELS - 1; level >= 0; level--)
		put_slos(out, services, (enum policy_level)level, put_slo, NULL);
	if (judgement->level != POLICY_UNKNOWN)
		put_slos(out, services, judgement->level, put_agreed, &agreed);
}

static int show(const struct gate *gate, const struct answer *answer)
{
	static const int codes[] = {[ALLOWED] = EXIT_FINE, [REFUSED] = EXIT_FINDINGS, [UNSURE] = EXIT_FAILED};
	struct err err = {0};
	struct json_tree *document = json_tree_read(buf_view(&answer->body), &err);
	struct judgement judgement;
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (!document || !judge(gate, document, &judgement, &err)) {
		code = command_fail("what '%.*s' answers is not wick's: %s", STR_ARG(buf_view(&answer->url)), err.text);
	} else {
		enum decision decision = decide(gate, &judgement);

		if (gate->json)
			buf_str(&out, buf_view(&answer->body));
		else
			put_text(&out, gate, document, &judgement, decision);
		code = command_print(&out, codes[decision]);
	}
	json_tree_free(document);
	buf_release(&out);
	return code;
}

/* wick says why; another server is not asked what it means. */
static int fail(const struct answer *answer)
{
	struct err err;
	struct json_tree *document = json_tree_read(buf_view(&answer->body), &err);
	struct str error = json_tree_text(json_tree_get(document, "error"));
	struct buf said;
	int code;

	buf_init(&said, LIMIT_ANSWER_BYTES);
	screen_safe(&said, error);
	if (error.len)
		code = command_fail("'%.*s': %.*s", STR_ARG(buf_view(&answer->url)), STR_ARG(buf_view(&said)));
	else
		code = command_fail("'%.*s' answers with status %ld; is it wick?", STR_ARG(buf_view(&answer->url)),
				    answer->status);
	buf_release(&said);
	json_tree_free(document);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct answer answer;
	struct err err = {0};
	struct gate gate;
	size_t format, level;
	struct buf path;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	buf_init(&path, LIMIT_LINE_BYTES);
	if (arguments.rest_len != 1 || !*arguments.rest[0]) {
		command_misused(command, "it wants one service");
	} else if (argument_choice(command, &arguments, "format", formats, &format) &&
		   argument_choice(command, &arguments, "level", levels, &level)) {
		gate = (struct gate){str_of(arguments.rest[0]), level_of_choice[level],
				     argument(command, &arguments, "allow-unknown") != NULL, format == 1};
		buf_cstr(&path, "/api/v1/policy/");
		http_url_escape(&path, gate.service);
		if (!ask(argument(command, &arguments, "url"), buf_view(&path), &answer, &err))
			code = command_fail("%s", err.text);
		else if (answer.status != 200)
			code = fail(&answer);
		else
			code = show(&gate, &answer);
		answer_release(&answer);
	}
	buf_release(&path);
	arguments_release(&arguments);
	return code;
}

const struct command command_gate = {
	.name = "gate",
	.syntax = "SERVICE [--url URL] [--level LEVEL] [--allow-unknown] [--format text|json]",
	.summary = "ask a running daemon whether a service may be deployed",
	.help = "Asks for the level of the service's error budget policy that is in force. SERVICE is a service, or namespace/service; without a "
		"namespace it means the services of that name in all of them. The worst SLO counts.\n\n"
		"Exits 0 where the service may be deployed, 1 in a freeze (or from --level on), and 2 where that is not known: the daemon "
		"cannot be reached, there is no such service, or a budget is not known at the moment. A freeze that is known is one, "
		"whatever else is not.\n\n"
		"  wick gate shop --url http://wick:9655 && ./deploy",
	.options = options,
	.run = run,
};
