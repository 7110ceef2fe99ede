/* The daemon: one loop on the engine's thread that counts, publishes, reloads and ends, beside the server's thread. */
#ifndef WICK_DAEMON_DAEMON_H
#define WICK_DAEMON_DAEMON_H

#include "daemon/importer.h"
#include "daemon/pager.h"
#include "daemon/server.h"
#include "daemon/tracker.h"
#include "engine/engine.h"
#include "report/filer.h"

struct daemon_options {
	struct engine_options engine;
	const struct source_settings *sources; /* the default one first */
	size_t sources_len;
	struct server_settings server;
	struct pager_settings pager;
	struct importer_settings importer;
	struct tracker_settings tracker;
	struct filer_settings reports;
	struct str webhook_secret_file; /* of GitHub's webhooks; empty: they are refused */
	const char *store_path;         /* NULL: memory only */
	const char *const *paths;       /* definition files and folders */
	size_t paths_len;
	bool watch; /* file changes reload; looked for every watch_interval */
	struct span watch_interval;
	const char *test_clock; /* a file with the time, moved by tests; NULL: the system's clock */
};

/* Runs until SIGTERM or SIGINT: true. False with `err` where it could not start: nothing was served then. */
bool daemon_run(const struct daemon_options *options, struct err *err);

#endif
