/* Alerting rules for the Prometheus that scrapes wick. */
#include "exporters/alerting/rules.h"
#include "base/file.h"
#include "base/limits.h"
#include "cmd/command.h"
#include "cmd/once.h"
#include "exporters/alerting/packs.h"
#include "exporters/alerting/resource_names.h"
#include "exporters/alerting/rule_tests.h"
#include "exporters/alerting/standalone.h"
#include "model/labels.h"
#include "model/source_name.h"
#include "net/url.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static const struct option_row options[] = {
	{.name = "job", .value = "NAME", .help = "the job under which Prometheus scrapes wick (default wick)"},
	{.name = "health", .help = "only what a wick that posts to Alertmanager cannot say of itself"},
	{.name = "pack",
	 .value = "LIST",
	 .help = "instead, rules about what is around: host, blackbox, delivery, prometheus, or several of them",
	 .repeats = true},
	{.name = "standalone",
	 .help = "instead, rules that count the SLOs of these files by themselves: no daemon is needed"},
	{.name = "of-source",
	 .value = "NAME",
	 .help = "with --standalone: the SLOs that are counted at this source; `default` for those that name none"},
	{.name = "step", .value = "DURATION", .help = "with --standalone: how often they count (default 60s)"},
	{.name = "settle",
	 .value = "DURATION",
	 .help = "with --standalone: how old a step is when it is counted (default 30s)"},
	{.name = "tests",
	 .value = "FOLDER",
	 .help = "with --standalone: write the rules there, and beside them a test for promtool per SLO"},
	{.name = "sloth", .help = "the numbers under the names that sloth's rules record, too"},
	{.name = "runbook-url", .value = "URL", .help = "link runbooks: their names are put to this address"},
	{.name = "operator", .value = "NAME", .help = "wrap the rules in a PrometheusRule resource of this name"},
	{.name = "namespace", .value = "NAME", .help = "the resource's namespace"},
	{.name = "labels", .value = "LABELS", .help = "the resource's labels, as release=prometheus,team=sre"},
	{.name = NULL},
};

static struct str given(const struct command *command, const struct arguments *arguments, const char *name)
{
	return str_of(argument(command, arguments, name));
}

/* Packs read other series than wick's, so that what belongs to those would change nothing. */
static bool packs_ok(const struct command *command, const struct arguments *arguments, unsigned *packs)
{
	struct err err = {0};
	const char *list;

	for (size_t at = 0; (list = argument_next(command, arguments, "pack", &at)) != NULL;)
		if (!packs_read(str_of(list), packs, &err)) {
			command_misused(command, "--pack: %s", err.text);
			return false;
		}
	if (*packs && (argument(command, arguments, "health") || argument(command, arguments, "job"))) {
		command_misused(command, "--health and --job are about wick's own rules, which --pack leaves out");
		return false;
	}
	return true;
}

/* What is wrong with the command line is said; true if nothing is. */
static bool options_ok(const struct command *command, const struct rules_options *rules)
{
	struct err err = {0};

	if (rules->job.len == 0)
		command_misused(command, "--job: the name is empty");
	else if (rules->runbooks.len && !http_url_check(rules->runbooks, &err))
		command_misused(command, "--runbook-url: %s", err.text);
	else if (str_find(rules->runbooks, '{') < rules->runbooks.len)
		command_misused(command, "--runbook-url: '%.*s' would be read as a template", STR_ARG(rules->runbooks));
	else if (!rules->resource.at && (rules->namespace_.at || rules->resource_labels.at))
		command_misused(command, "--namespace and --labels are those of a resource: give --operator NAME too");
	else if (rules->resource.at && !resource_name_check(rules->resource, &err))
		command_misused(command, "--operator: %s", err.text);
	else if (rules->namespace_.at && !resource_namespace_check(rules->namespace_, &err))
		command_misused(command, "--namespace: %s", err.text);
	else if (!resource_labels_check(rules->resource_labels, &err))
		command_misused(command, "--labels: %s", err.text);
	else
		return true;
	return false;
}

/* The options that go together, and which of them are there. */
static bool ways_ok(const struct command *command, const struct arguments *arguments)
{
	static const char *const of_wick[] = {"job", "health", "pack"}, *const of_standalone[] = {"step", "settle",
												  "tests", "of-source"};
	bool standalone = argument(command, arguments, "standalone") != NULL;

	for (size_t i = 0; i < sizeof(of_wick) / sizeof(*of_wick) && standalone; i++)
		if (argument(command, arguments, of_wick[i])) {
			command_misused(command, "--%s does not go with --standalone, which needs no wick", of_wick[i]);
			return false;
		}
	for (size_t i = 0; i < sizeof(of_standalone) / sizeof(*of_standalone) && !standalone; i++)
		if (argument(command, arguments, of_standalone[i])) {
			command_misused(command, "--%s goes with --standalone", of_standalone[i]);
			return false;
		}
	if (argument(command, arguments, "sloth") && argument(command, arguments, "pack"))
		command_misused(command, "--sloth does not go with --pack");
	else if (standalone && arguments->rest_len == 0)
		command_misused(command, "--standalone: which definitions? Give files or folders");
	else if (!standalone && arguments->rest_len)
		command_misused(command, "'%s': definitions go with --standalone; the other rules are the same for all",
				arguments->rest[0]);
	else
		return true;
	return false;
}

/* The name of an SLO's test: its id, with '@', which no name has, in place of slashes. */
static bool write_test(const char *folder, const struct slo *slo, struct span counting, struct err *err)
{
	struct buf path, text;
	bool ok;

	buf_init(&path, KIB(8));
	buf_init(&text, LIMIT_FILE_BYTES);
	buf_fmt(&path, "%s/%.*s", folder, STR_ARG(slo->id));
	for (size_t i = strlen(folder) + 1; i < path.len; i++)
		if (path.at[i] == '/')
			path.at[i] = '@';
	buf_cstr(&path, "_test.yml");
	ok = (rule_tests_write(&text, slo, counting, "rules.yml") ||
	      err_set(err, "the test of '%.*s' is too large", STR_ARG(slo->id))) &&
	     file_replace(path.at, buf_view(&text), 0644, err);
	buf_release(&path);
	buf_release(&text);
	return ok;
}

static int write_folder(const char *folder, const struct slo_set *set, struct span counting, const struct buf *rules)
{
	struct err err;
	struct buf path;
	bool ok;

	buf_init(&path, KIB(8));
	buf_fmt(&path, "%s/rules.yml", folder);
	ok = (mkdir(folder, 0755) == 0 || errno == EEXIST ||
	      err_errno(&err, errno, "cannot make the folder", folder)) &&
	     file_replace(path.at, buf_view(rules), 0644, &err);
	for (size_t i = 0; i < set->len && ok; i++)
		ok = write_test(folder, &set->slos[i], counting, &err);
	buf_release(&path);
	return ok ? EXIT_FINE : command_fail("%s", err.text);
}

/* A step that rules can be evaluated at: what they record must not be older than Prometheus looks back, 5 min. */
static bool counting_ok(const struct command *command, const struct arguments *arguments,
			struct step_events_options *counting)
{
	const char *settle = argument(command, arguments, "settle");

	if (!argument_span(command, arguments, "step", &counting->step))
		return false;
	if (counting->step.ms < 10 * SPAN_SECOND || counting->step.ms > 5 * SPAN_MINUTE ||
	    SPAN_DAY % counting->step.ms != 0)
		command_misused(command, "--step: '%s' is not from 10s to 5m, or does not divide a day",
				argument(command, arguments, "step"));
	else if (settle && (!span_read(str_of(settle), &counting->settle) || counting->settle.ms > SPAN_HOUR))
		command_misused(command, "--settle: '%s' is no duration from 0s to 1h", settle);
	else
		return true;
	return false;
}

/* Rules see no calendar: nobody shall wait for these alerts. */
static void say_left_out(const struct slo_set *set)
{
	for (size_t i = 0; i < set->len; i++)
		for (size_t t = 0; t < set->slos[i].alerting->len; t++) {
			const struct tier *tier = &set->slos[i].alerting->tiers[t];

			if (tier->kind == TIER_MISSED)
				fprintf(stderr,
					"wick: warning: '%.*s': the alert tier '%.*s' is left out: only a daemon closes "
					"calendar periods\n",
					STR_ARG(set->slos[i].id), STR_ARG(tier->name));
		}
}

/* A wish is for settings, which rules know nothing of. */
static struct str source_of(const struct slo *slo)
{
	return source_shown_name(slo->source.soft ? STR("") : slo->source.name);
}

/* Rules belong to one server: leaves the SLOs of the source alone in the set, or says that there are several. */
static bool keep_source(struct slo_set *set, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->len; i++) {
		if (!name && !str_eq(source_of(&set->slos[i]), source_of(&set->slos[0]))) {
			command_fail(
				"some SLOs are counted at the source '%.*s' and some at '%.*s', and rules belong to "
				"one server: give --of-source NAME",
				STR_ARG(source_of(&set->slos[0])), STR_ARG(source_of(&set->slos[i])));
			return false;
		}
		if (!name || str_is(source_of(&set->slos[i]), name))
			set->slos[kept++] = set->slos[i];
	}
	set->len = kept;
	return kept > 0 || (command_fail("there is no SLO of the source '%s' in the definitions", name), false);
}

/* Rules that leave out what is broken would be taken for all of them. */
static int write_standalone(const struct command *command, const struct arguments *arguments,
			    const struct rules_options *rules)
{
	struct standalone_options standalone = {
		.counting = {{SPAN_MINUTE}, {30 * SPAN_SECOND}},
		.rules = rules,
		.sloth = argument(command, arguments, "sloth") != NULL,
	};
	const char *folder = argument(command, arguments, "tests");
	struct slo_set *set;
	struct err err;
	struct buf out;
	int code = EXIT_FAILED;

	if (!counting_ok(command, arguments, &standalone.counting))
		return code;
	set = slo_set_load(arguments->rest, arguments->rest_len, NULL);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (slo_set_errors(set))
		once_say_findings(set);
	else if (set->len == 0)
		command_fail("there is no SLO in the definitions");
	else if (!keep_source(set, argument(command, arguments, "of-source")))
		code = EXIT_FAILED; /* it has been said why */
	else if (!standalone_write(&out, set->slos, set->len, &standalone, &err))
		command_fail("%s", err.text);
	else if (folder)
		code = write_folder(folder, set, standalone.counting.step, &out);
	else
		code = command_print(&out, EXIT_FINE);
	if (code == EXIT_FINE)
		say_left_out(set);
	buf_release(&out);
	slo_set_unref(set);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct rules_options rules;
	struct buf out;
	int code = EXIT_FAILED;

	if (!arguments_parse(command, argc, argv, &arguments, &code))
		return code;
	rules = (struct rules_options){
		.health_only = argument(command, &arguments, "health") != NULL,
		.sloth = argument(command, &arguments, "sloth") != NULL,
		.job = argument(command, &arguments, "job") ? given(command, &arguments, "job") : STR("wick"),
		.runbooks = given(command, &arguments, "runbook-url"),
		.resource = given(command, &arguments, "operator"),
		.namespace_ = given(command, &arguments, "namespace"),
		.resource_labels = given(command, &arguments, "labels"),
	};
	if (!ways_ok(command, &arguments) || !packs_ok(command, &arguments, &rules.packs) ||
	    !options_ok(command, &rules)) {
		code = EXIT_FAILED;
	} else if (argument(command, &arguments, "standalone")) {
		rules.job = STR("");
		code = write_standalone(command, &arguments, &rules);
	} else {
		buf_init(&out, LIMIT_OUTPUT_BYTES);
		rules_write(&out, &rules);
		code = command_print(&out, EXIT_FINE);
		buf_release(&out);
	}
	arguments_release(&arguments);
	return code;
}

const struct command command_rules = {
	.name = "rules",
	.syntax = "[--health] [--pack LIST] [--standalone PATH...] [--tests FOLDER] [--sloth] [OPTION...]",
	.summary = "print alerting rules for the Prometheus that scrapes wick",
	.help = "Prints a rule file over wick's own series: one rule per kind of alert, however many SLOs there are, and rules about wick itself. "
		"When an alert fires is wick's business (the tiers in the definitions); the rules hand it on, with the "
		"numbers in their texts.\n\n"
		"With --pack it prints other rules instead, to stand in a file beside these: about hosts (the node exporter's series), probes and "
		"certificates (the blackbox exporter's), delivery (wick's own) and Prometheus itself. Each alert has a runbook.\n\n"
		"With --standalone it prints rules that need no daemon: they count the SLOs of the given files step by step, event by event, into series of "
		"the names that wick has, and alert on them. The documentation says what they cannot do. With --sloth the numbers are "
		"recorded under sloth's names, too, from wick's series or beside those of --standalone. With --tests, `promtool test rules` proves of each "
		"SLO that its alerts fire and stay quiet.\n\n"
		"  wick rules > /etc/prometheus/rules/wick.yml\n"
		"  wick rules --standalone slos/ > /etc/prometheus/rules/slos.yml\n"
		"  wick rules --pack host,blackbox > /etc/prometheus/rules/wick-packs.yml",
	.options = options,
	.run = run,
};
