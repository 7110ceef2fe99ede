#include "daemon/daemon.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/clock.h"
#include "daemon/notify.h"
#include "slo/sources.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* While SLOs are being read back there is something new to show all the time. */
#define SHOW_EVERY      ((struct span){SPAN_SECOND})
#define TEST_CLOCK_POLL ((struct span){10})

struct daemon {
	const struct daemon_options *options;
	struct sources sources;
	struct store *store;
	struct engine *engine;
	struct board *board;
	struct server *server;
	struct webhooks *webhooks;
	struct pager *pager;
	struct importer *importer;
	struct tracker *tracker;
	struct filer *filer;
	struct slo_set *defined; /* as the files have it */
	struct slo_set *set;     /* with the silences that are in force */
	struct slo_watch *watch;
	int signals, wake; /* signalfd; epoll of all that ends a wait early */
	bool stop, reload;
	bool was_ready;
	bool unseen;    /* something was counted since the last snapshot */
	bool delivered; /* something was learnt of deliveries since */
	struct instant now, started_at, reloaded_at;
	struct mono watched_at, shown_at, alive_at;
	struct span alive_every;
	uint64_t reloads, reloads_failed;
	bool reload_ok;
};

/* Takes the signals that have come; true if what is under way should be dropped. */
static bool take_signals(void *context)
{
	struct daemon *daemon = context;
	struct signalfd_siginfo info;

	while (read(daemon->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			daemon->reload = true;
		else
			daemon->stop = true;
	}
	if (server_reload_asked(daemon->server))
		daemon->reload = true;
	/* also while a question waits for a source that hangs */
	pager_turn(daemon->pager, mono_now());
	return daemon->stop || daemon->reload;
}

static bool watch_fd(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return fd < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool open_signals(struct daemon *daemon, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	/* Before any thread starts: they inherit the mask, so that only the descriptor gets these. */
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return err_errno(err, errno, "cannot set up", "signals");
	daemon->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	daemon->wake = epoll_create1(EPOLL_CLOEXEC);
	if (daemon->signals < 0 || daemon->wake < 0 || !watch_fd(daemon->wake, daemon->signals))
		return err_errno(err, errno, "cannot set up", "signals");
	return true;
}

static bool daemon_open(struct daemon *daemon, struct err *err)
{
	const struct daemon_options *options = daemon->options;
	struct server_settings server = options->server;

	if (!clock_read(options->test_clock, &daemon->now, err) || !open_signals(daemon, err))
		return false;
	if (!sources_open(&daemon->sources, options->sources, options->sources_len, err))
		return false;
	daemon->pager = pager_new(&options->pager, err);
	if (!daemon->pager)
		return false;
	daemon->board = board_new();
	daemon->webhooks = webhooks_new(options->webhook_secret_file, err);
	if (!daemon->webhooks)
		return false;
	server.webhooks = daemon->webhooks;
	/* Before the store: a port that is taken leaves no file behind. */
	daemon->server = server_new(&server, daemon->board, err);
	daemon->store = daemon->server ? store_open(options->store_path, options->engine.counting.step, err) : NULL;
	if (!daemon->store)
		return false;
	daemon->importer = importer_new(&options->importer, daemon->store, err);
	daemon->tracker = daemon->importer ? tracker_new(&options->tracker, err) : NULL;
	if (!daemon->tracker)
		return false;
	if (!watch_fd(daemon->wake, server_reload_fd(daemon->server)) ||
	    !watch_fd(daemon->wake, webhooks_fd(daemon->webhooks)))
		return err_errno(err, errno, "cannot watch", "the server");
	daemon->filer = filer_new(&options->reports, daemon->store);
	daemon->engine = engine_new(&options->engine, &daemon->sources, daemon->store);
	source_interrupt(daemon->sources.at[0].source, (struct source_interrupt){take_signals, daemon, daemon->wake});
	return true;
}

static void daemon_close(struct daemon *daemon)
{
	slo_watch_free(daemon->watch);
	server_free(daemon->server);
	webhooks_free(daemon->webhooks); /* the server's thread used it */
	pager_free(daemon->pager);
	importer_free(daemon->importer);
	tracker_free(daemon->tracker);
	filer_free(daemon->filer);
	engine_free(daemon->engine);
	board_free(daemon->board);
	store_close(daemon->store);
	sources_close(&daemon->sources);
	slo_set_unref(daemon->set);
	slo_set_unref(daemon->defined);
	if (daemon->wake >= 0)
		close(daemon->wake);
	if (daemon->signals >= 0)
		close(daemon->signals);
}

/* What is wrong with SLOs whose files are fine. */
static const struct {
	const char *rule, *message;
} beyond[] = {
	{"unknown-policy", "an error budget policy is not defined"},
	{"no-such-source", "a source is not among the settings"},
};

static void log_findings(const struct slo_set *set)
{
	for (size_t i = 0; i < set->files_len; i++)
		if (set->files[i].broken)
			log_error(set->files[i].kept ? "a definition file is broken, its last good version stays in use"
						     : "a definition file is broken, its SLOs are not served",
				  F_STR("file", set->files[i].path), F_STR("error", set->files[i].error),
				  F_INT("errors", set->files[i].errors));
	for (size_t i = 0; i < set->findings_len; i++)
		for (size_t k = 0; k < sizeof(beyond) / sizeof(beyond[0]); k++)
			if (strcmp(set->findings[i].rule, beyond[k].rule) == 0)
				log_error(beyond[k].message, F_STR("file", str_of(set->findings[i].place.file)),
					  F_INT("line", set->findings[i].place.line),
					  F_STR("error", set->findings[i].text));
}

/* A path that does not lead anywhere is more likely mistyped than empty on purpose: at the start, with nothing to
 * serve, that is said and not served. */
static bool anything_to_serve(const struct daemon *daemon, struct err *err)
{
	const struct slo_set *set = daemon->set;

	for (size_t i = 0; set->len == 0 && set->deliveries_len == 0 && i < set->findings_len; i++)
		if (strcmp(set->findings[i].rule, "unreadable") == 0)
			return err_set(err, "%.*s", STR_ARG(set->findings[i].text));
	return true;
}

static void find_sources(const struct daemon *daemon, struct slo_set *set)
{
	struct str *names = xcalloc(daemon->sources.len, sizeof(*names));

	for (size_t i = 0; i < daemon->sources.len; i++)
		names[i] = daemon->sources.at[i].name;
	slo_set_find_sources(set, names, daemon->sources.len);
	free(names);
}

/* The engine goes on with that set. Takes the reference. */
static void take_up(struct daemon *daemon, struct slo_set *set)
{
	engine_load(daemon->engine, set, daemon->now);
	tracker_load(daemon->tracker, set);
	slo_set_unref(daemon->set);
	daemon->set = set;
}

/* Reads the definitions anew. A file that is broken keeps its last good version; the rest goes on either way. */
static void load(struct daemon *daemon)
{
	struct slo_set *set = slo_set_load(daemon->options->paths, daemon->options->paths_len, daemon->defined);
	bool changed;

	find_sources(daemon, set);
	daemon->reload_ok = slo_set_errors(set) == 0;
	daemon->reloads_failed += !daemon->reload_ok;
	if (daemon->reload_ok)
		daemon->reloaded_at = daemon->now;
	log_findings(set);
	if (set->len == 0 && set->deliveries_len == 0)
		log_warn("there is no SLO in the definitions", F_INT("files", set->files_len));
	slo_set_unref(daemon->defined);
	daemon->defined = set;
	take_up(daemon, importer_over(daemon->importer, set, daemon->now, &changed));
}

static void broken_files(const struct daemon *daemon, struct snapshot *snapshot)
{
	struct health *health = &snapshot->health;
	struct health_file *broken = arena_array(&snapshot->arena, daemon->set->files_len, sizeof(*broken));

	health->files = daemon->set->files_len;
	for (size_t i = 0; i < daemon->set->files_len; i++) {
		const struct definition_file *file = &daemon->set->files[i];

		if (file->broken)
			broken[health->files_broken++] = (struct health_file){file->path, file->error, file->kept};
	}
	health->broken = broken;
}

static const char *why_not_ready(const struct daemon *daemon, const struct health *health)
{
	if (!health->sources_up)
		return health->sources_len > 1 ? "no source answers" : "the source does not answer";
	if (!health->store_ok)
		return "the store refuses";
	return daemon->was_ready ? NULL : "the ledgers are being read back";
}

static void publish(struct daemon *daemon)
{
	struct snapshot *snapshot = engine_snapshot(daemon->engine, daemon->now);
	struct health *health = &snapshot->health;
	const char *reason;

	if (!daemon->was_ready && health->store_ok && engine_caught_up(daemon->engine, daemon->now)) {
		daemon->was_ready = true;
		log_info("every ledger is caught up", F_INT("slos", health->slos),
			 F_INT("results", snapshot->results.len));
	}
	reason = why_not_ready(daemon, health);
	health->ready = !reason;
	health->not_ready = reason ? str_of(reason) : STR("");
	health->version = STR(WICK_VERSION);
	health->started_at = daemon->started_at;
	health->step_seconds = span_seconds(daemon->options->engine.counting.step);
	health->reload_ok = daemon->reload_ok;
	health->reload_at = daemon->reloaded_at;
	health->reloads = daemon->reloads;
	health->reloads_failed = daemon->reloads_failed;
	webhooks_counts(daemon->webhooks, health->webhooks);
	snapshot->audit = engine_audit(daemon->engine);
	broken_files(daemon, snapshot);
	tracker_take(daemon->tracker, engine_firings(daemon->engine), snapshot, daemon->now);
	pager_take(daemon->pager, snapshot, daemon->now);
	health->pagers_len = pager_health(daemon->pager, &snapshot->arena, &health->pagers);
	importer_health(daemon->importer, &snapshot->arena, health);
	filer_take(daemon->filer, snapshot, daemon->now);
	board_publish(daemon->board, snapshot);
	daemon->shown_at = mono_now();
	daemon->unseen = daemon->delivered = false;
}

static bool elapsed(struct mono since, struct mono now, struct span span)
{
	return mono_since(since, now).ms >= span.ms;
}

static void look_after_files(struct daemon *daemon, struct mono now)
{
	if (!daemon->watch || !elapsed(daemon->watched_at, now, daemon->options->watch_interval))
		return;
	daemon->watched_at = now;
	if (slo_watch_changed(daemon->watch)) {
		log_info("definition files have changed", F_INT("paths", daemon->options->paths_len));
		daemon->reload = true;
	}
}

static void reload_if_asked(struct daemon *daemon)
{
	if (!daemon->reload)
		return;
	daemon->reload = false;
	notify_reloading();
	daemon->reloads++;
	load(daemon);
	publish(daemon);
	notify_ready();
}

/* Alerts are told again even while nothing is counted. */
static void look_after_alerts(struct daemon *daemon, struct mono now)
{
	struct snapshot *snapshot = pager_wants(daemon->pager, now) ? board_current(daemon->board) : NULL;

	if (snapshot)
		pager_take(daemon->pager, snapshot, daemon->now);
	snapshot_unref(snapshot);
	pager_turn(daemon->pager, now);
}

/* Files are left alone: what they say changes by them alone. */
static void look_after_silences(struct daemon *daemon, struct mono now)
{
	struct slo_set *set;
	bool changed;

	if (!importer_turn(daemon->importer, now, daemon->now))
		return;
	set = importer_over(daemon->importer, daemon->defined, daemon->now, &changed);
	if (changed) {
		take_up(daemon, set);
		publish(daemon);
	} else {
		slo_set_unref(set);
	}
}

/* What GitHub tells comes in many small pieces: they are shown together. */
static void look_after_deliveries(struct daemon *daemon, struct mono now)
{
	struct str *repositories = NULL;
	struct arena arena;
	size_t len;

	arena_init(&arena);
	len = webhooks_wanted(daemon->webhooks, &arena, &repositories);
	for (size_t i = 0; i < len; i++)
		tracker_wake(daemon->tracker, repositories[i]);
	arena_release(&arena);
	if (tracker_turn(daemon->tracker, now, daemon->now))
		daemon->delivered = true;
}

/* Waits until there is something to do, a source answers, or a signal comes. */
static void rest(struct daemon *daemon, enum turn turn)
{
	struct span wait = engine_wait(daemon->engine, daemon->now);
	struct span pager = pager_wait(daemon->pager, mono_now());
	struct span importer = importer_wait(daemon->importer, mono_now());
	struct span tracker = tracker_wait(daemon->tracker, mono_now());
	struct pollfd fd = {.fd = daemon->wake, .events = POLLIN};

	if (wait.ms > pager.ms)
		wait = pager;
	if (wait.ms > importer.ms)
		wait = importer;
	if (wait.ms > tracker.ms)
		wait = tracker;
	if (daemon->watch && wait.ms > daemon->options->watch_interval.ms)
		wait = daemon->options->watch_interval;
	if (daemon->alive_every.ms && wait.ms > daemon->alive_every.ms)
		wait = daemon->alive_every;
	if ((daemon->unseen || daemon->delivered) && wait.ms > SHOW_EVERY.ms)
		wait = SHOW_EVERY;
	if (daemon->options->test_clock && wait.ms > TEST_CLOCK_POLL.ms)
		wait = TEST_CLOCK_POLL;
	if (turn == TURN_WAITING)
		engine_await(daemon->engine, wait);
	else
		poll(&fd, 1, (int)wait.ms);
}

static void tell_manager(struct daemon *daemon, struct mono now)
{
	if (daemon->alive_every.ms == 0 || !elapsed(daemon->alive_at, now, daemon->alive_every))
		return;
	daemon->alive_at = now;
	notify_alive();
}

/* What a cycle or a failure brought is shown at once; what is being read back, now and then and when it is done. */
static bool worth_showing(struct daemon *daemon, enum turn turn)
{
	if (engine_cycle_ended(daemon->engine) || turn == TURN_UNAVAILABLE || turn == TURN_NOT_STORED)
		return true;
	if (daemon->unseen && turn == TURN_IDLE)
		return true;
	return (daemon->unseen || daemon->delivered) && elapsed(daemon->shown_at, mono_now(), SHOW_EVERY);
}

/* One round of the loop. The time is read once and holds for all that is done in it. */
static void run_once(struct daemon *daemon)
{
	struct mono mono = mono_now();
	struct err err;
	enum turn turn;

	if (!clock_read(daemon->options->test_clock, &daemon->now, &err))
		log_warn("the test clock cannot be read", F_CSTR("error", err.text));
	take_signals(daemon);
	tell_manager(daemon, mono);
	look_after_files(daemon, mono);
	look_after_alerts(daemon, mono);
	look_after_silences(daemon, mono);
	look_after_deliveries(daemon, mono);
	reload_if_asked(daemon);
	if (daemon->stop)
		return;
	turn = engine_turn(daemon->engine, daemon->now);
	daemon->unseen |= turn == TURN_WORKED;
	if (worth_showing(daemon, turn))
		publish(daemon);
	if (turn != TURN_WORKED)
		rest(daemon, turn);
}

bool daemon_run(const struct daemon_options *options, struct err *err)
{
	struct daemon daemon = {.options = options, .signals = -1, .wake = -1};

	if (!daemon_open(&daemon, err)) {
		daemon_close(&daemon);
		return false;
	}
	daemon.started_at = daemon.now;
	daemon.alive_every = notify_watchdog();
	daemon.watched_at = mono_now();
	if (options->watch)
		daemon.watch = slo_watch_new(options->paths, options->paths_len);
	load(&daemon);
	if (!anything_to_serve(&daemon, err)) {
		daemon_close(&daemon);
		return false;
	}
	publish(&daemon);
	log_info("serving", F_STR("address", server_address(daemon.server)), F_STR("source", options->sources->url),
		 F_CSTR("store", options->store_path ? options->store_path : "memory"), F_INT("slos", daemon.set->len));
	notify_ready();
	while (!daemon.stop)
		run_once(&daemon);
	notify_stopping();
	log_info("ending", F_INT("reloads", daemon.reloads));
	daemon_close(&daemon);
	return true;
}
