/* Servers that a unit test starts on loopback and ends by their process id: the fault server of tests/support and
 * Debian's Prometheus. They die with the test, also where it fails. */
#ifndef WICK_TESTS_SERVERS_H
#define WICK_TESTS_SERVERS_H

#include "tests/unit/unit.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct server {
	pid_t pid;
	int output; /* what it prints */
	unsigned port;
	char url[64];
};

/* Starts a program whose output (both streams) can be read; the last of `argv` is NULL. */
static inline struct server server_spawn(const char *const *argv)
{
	struct server server = {0};
	int ends[2];

	setenv("no_proxy", "127.0.0.1,::1", 1); /* whatever proxy the machine uses: these servers are here */
	ck_assert_int_eq(pipe(ends), 0);
	server.pid = fork();
	ck_assert_int_ge(server.pid, 0);
	if (server.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(ends[1]);
	server.output = ends[0];
	return server;
}

/* Reads until a port number above 0 has been printed behind `mark`, and then `ready`. */
static inline void server_wait_port(struct server *server, const char *mark, const char *ready)
{
	static char seen[64 * 1024];
	size_t len = 0;
	ssize_t got;

	while (len < sizeof(seen) - 1 && (got = read(server->output, seen + len, sizeof(seen) - 1 - len)) > 0) {
		const char *found = seen;

		len += (size_t)got;
		seen[len] = '\0';
		while (server->port == 0 && (found = strstr(found, mark))) {
			found += strlen(mark);
			if (strchr(found, '\n'))
				server->port = (unsigned)strtoul(found, NULL, 10);
		}
		if (server->port > 0 && strstr(seen, ready))
			break;
	}
	ck_assert_msg(server->port > 0 && strstr(seen, ready), "the server did not start: %s", seen);
	snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%u", server->port);
}

static inline void server_stop(struct server *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	close(server->output);
}

/* Up to six further arguments, ended by NULL. */
static inline struct server fault_server(const char *first, ...)
{
	const char *argv[10] = {"/usr/bin/python3", "tests/support/fault_server.py"};
	struct server server;
	va_list more;
	size_t len = 2;

	va_start(more, first);
	for (const char *next = first; next && len < 9; next = va_arg(more, const char *))
		argv[len++] = next;
	va_end(more);
	server = server_spawn(argv);
	server_wait_port(&server, "port ", "\n");
	return server;
}

/* An empty Prometheus with its data in `folder`; pid 0 where the program is not installed. */
static inline struct server prometheus_server(const char *folder)
{
	char config[200], config_flag[260], data_flag[260];
	struct server server = {0};
	FILE *file;

	if (access("/usr/bin/prometheus", X_OK) < 0 && access("/usr/local/bin/prometheus", X_OK) < 0)
		return server;
	snprintf(config, sizeof(config), "%s/prometheus.yml", folder);
	file = fopen(config, "w");
	ck_assert_ptr_nonnull(file);
	fputs("global: {scrape_interval: 1s}\n", file);
	fclose(file);
	snprintf(config_flag, sizeof(config_flag), "--config.file=%s", config);
	snprintf(data_flag, sizeof(data_flag), "--storage.tsdb.path=%s/data", folder);
	server = server_spawn(
		(const char *const[]){"prometheus", config_flag, data_flag, "--web.listen-address=127.0.0.1:0", NULL});
	server_wait_port(&server, "address=127.0.0.1:", "Server is ready to receive web requests");
	return server;
}

#endif
