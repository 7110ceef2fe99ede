#include "base/num.h"
#include "cmd/command.h"
#include "daemon/listen.h"
#include "demo/fault.h"
#include "demo/history.h"
#include "demo/stage.h"
#include "demo/truth.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct plan {
	uint64_t seed;
	struct instant from, to, until;
	struct fault fault;
	const char *listen, *history;
	bool truth, json;
};

static const char *const formats[] = {"text", "json", NULL};

static bool read_instant(const char *text, const char *name, struct instant *out, struct err *err)
{
	return !text || instant_read(str_of(text), out) ||
	       err_set(err, "--%s: '%s' is no time, such as 2026-11-21T05:00:00Z or 1795237200", name, text);
}

static bool read_fault(const struct command *command, const struct arguments *arguments, struct fault *fault,
		       struct err *err)
{
	static const char *const names[] = {"errors", "latency", "down"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = argument(command, arguments, names[i]);

		if (value && !fault_set(fault, str_of(names[i]), *value ? str_of(value) : STR("yes"), err))
			return err_prefix(err, "the command line");
	}
	return true;
}

static bool plan_read(const struct command *command, const struct arguments *arguments, struct plan *plan,
		      struct err *err)
{
	const char *seed = argument(command, arguments, "seed"), *days = argument(command, arguments, "days");
	const char *from = argument(command, arguments, "from"), *to = argument(command, arguments, "to");
	uint64_t length = STORY_DAYS;

	*plan = (struct plan){.seed = 1, .listen = argument(command, arguments, "listen")};
	plan->history = argument(command, arguments, "history");
	plan->truth = argument(command, arguments, "truth") != NULL;
	plan->until = (struct instant){instant_now().ms / 1000 * 1000};
	if (seed && !num_read_u64(str_of(seed), &plan->seed))
		return err_set(err, "--seed: '%s' is no whole number", seed);
	if (days && (!num_read_u64(str_of(days), &length) || length < 1 || length > STORY_DAYS))
		return err_set(err, "--days: '%s' is no number from 1 to %d", days, STORY_DAYS);
	if (!read_instant(argument(command, arguments, "until"), "until", &plan->until, err))
		return false;
	plan->to = plan->until;
	if (!read_instant(to, "to", &plan->to, err))
		return false;
	plan->from = (struct instant){plan->to.ms - (int64_t)length * SPAN_DAY};
	if (!read_instant(from, "from", &plan->from, err))
		return false;
	if (plan->until.ms < (REPOSITORY_DAYS + STORY_DAYS) * SPAN_DAY)
		return err_set(err, "--until: '%s' is too long ago: two years before it are to be told",
			       instant_text(plan->until).text);
	if (plan->from.ms < plan->until.ms - STORY_DAYS * SPAN_DAY || plan->from.ms > plan->to.ms ||
	    plan->to.ms > plan->until.ms + STORY_DAYS * SPAN_DAY)
		return err_set(err, "--from, --to: from '%s' to '%s' is not within %d days of --until",
			       instant_text(plan->from).text, instant_text(plan->to).text, STORY_DAYS);
	return read_fault(command, arguments, &plan->fault, err);
}

static bool write_history(const struct plan *plan, struct err *err)
{
	bool standard = strcmp(plan->history, "-") == 0, ok;
	int fd = standard ? STDOUT_FILENO : open(plan->history, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct world world;

	if (fd < 0)
		return err_errno(err, errno, "cannot create", plan->history);
	world_init(&world, plan->seed, plan->until);
	ok = history_write(&world, plan->from, plan->to, fd, err);
	world_release(&world);
	if (!standard && close(fd) != 0 && ok)
		ok = err_errno(err, errno, "cannot write", plan->history);
	return ok;
}

static int print_truth(const struct plan *plan)
{
	struct repository repository;
	struct truth truth;
	struct world world;
	struct buf out;
	int exit_code;

	world_init(&world, plan->seed, plan->until);
	repository_init(&repository, &world.story);
	truth_tell(&world, plan->from, plan->to, &truth);
	truth_tell_deliveries(&repository, plan->from, plan->to, &truth);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (plan->json)
		truth_write_json(&truth, plan->from, plan->to, &out);
	else
		truth_write_text(&truth, &out);
	exit_code = command_print(&out, EXIT_FINE);
	buf_release(&out);
	repository_release(&repository);
	world_release(&world);
	return exit_code;
}

static void handle(void *context, const struct request *request, struct reply *reply)
{
	struct stage *stage = context;

	stage_answer(stage, request, reply);
}

/* Readable once SIGINT or SIGTERM has come. */
static int open_stop(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static bool serve(const struct plan *plan, struct err *err)
{
	int listening = listen_on(str_of(plan->listen ? plan->listen : "127.0.0.1:9651"), err);
	int stop = listening < 0 ? -1 : open_stop();
	struct fault fault = plan->fault;
	struct stage stage = {.now = instant_now};
	struct repository repository;
	struct world world;
	struct buf address;
	bool ok;

	if (listening < 0)
		return false;
	if (stop < 0) {
		close(listening);
		return err_errno(err, errno, "cannot wait for", "signals");
	}
	buf_init(&address, KIB(1));
	listen_name(listening, &address);
	stage.address = buf_view(&address);
	stage.world = &world;
	world_init(&world, plan->seed, plan->until);
	repository_init(&repository, &world.story);
	stage.hub = (struct hub){.repository = &repository, .address = stage.address};
	fault.from = instant_now();
	story_fault(&world.story, &fault);
	fprintf(stderr, "wick demo: http://%.*s/\n", STR_ARG(stage.address));
	ok = listener_run(listening, stop, handle, &stage, err);
	repository_release(&repository);
	world_release(&world);
	buf_release(&address);
	close(stop);
	close(listening);
	return ok;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	struct err err = {.text = ""};
	struct plan plan;
	size_t format;
	int exit_code = EXIT_FINE;

	if (!arguments_parse(command, argc, argv, &arguments, &exit_code))
		return exit_code;
	if (!argument_choice(command, &arguments, "format", formats, &format))
		exit_code = EXIT_FAILED;
	else if (!plan_read(command, &arguments, &plan, &err))
		exit_code = command_misused(command, "%s", err.text);
	else if (plan.json = format == 1, plan.truth)
		exit_code = print_truth(&plan);
	else if (!(plan.history ? write_history(&plan, &err) : serve(&plan, &err)))
		exit_code = command_fail("%s", err.text);
	arguments_release(&arguments);
	return exit_code;
}

static const struct option_row options[] = {
	{.name = "listen", .value = "ADDRESS", .help = "where to serve; 127.0.0.1:9651 by default"},
	{.name = "errors", .value = "SHARE", .help = "let that share of the requests fail, such as 5%"},
	{.name = "latency", .value = "DURATION", .help = "let every request take that much longer, such as 2s"},
	{.name = "down", .help = "let every request and every probe fail"},
	{.name = "seed", .value = "NUMBER", .help = "another seed makes up another system; 1 by default"},
	{.name = "until", .value = "TIME", .help = "when the story ends and the present begins; now by default"},
	{.name = "history", .value = "FILE", .help = "write the past as OpenMetrics for promtool, and end"},
	{.name = "truth", .help = "print what really happened, as good and bad events and as deployments, and end"},
	{.name = "days", .value = "DAYS", .help = "how much of the past to write or tell; 31 by default"},
	{.name = "from", .value = "TIME", .help = "write or tell what came after that time only"},
	{.name = "to", .value = "TIME", .help = "write or tell up to that time; --until by default"},
	{.name = "format", .value = "FORMAT", .help = "of the truth: text (the default) or json"},
	{.name = NULL},
};

const struct command command_demo = {
	.name = "demo",
	.syntax = "[--listen ADDRESS] [--errors 5%] [--latency 2s] [--down] [--history FILE | --truth]",
	.summary = "a made-up system to watch budgets burn",
	.help = "Serves the metrics of a small made-up system that can be told to fail, for Prometheus to scrape. Its past "
		"is as busy as its present: --history writes the 31 days before --until, with nights and weekends, "
		"restarts, a bad deployment, a slow week, an outage and an hour without Prometheus; a demo that is started "
		"with the same --seed and --until goes on where they end. scripts/quickstart does all of it.\n\n"
		"Below /github it answers as GitHub's REST API does, about the repository that slo/examples name: two years of pull "
		"requests, reviews, workflow runs, deployments and incidents, in which the bad deployment is one. It is for --github-url, "
		"and takes no token.\n\n"
		"While it runs:\n\n"
		"  curl -X POST 'http://127.0.0.1:9651/fail?errors=5%&latency=2s'\n"
		"  curl -X POST 'http://127.0.0.1:9651/fail?errors=0&latency=0&down=no'\n"
		"  curl -X POST 'http://127.0.0.1:9651/deploy?errors=5%'\n\n"
		"/deploy takes the same and replaces every pod of the API by one that has counted nothing yet; in the repository it is a "
		"deployment, and one that does not fail after one that did is a hotfix.",
	.options_only = true,
	.options = options,
	.run = run,
};
