#include "base/child.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static bool named(const char *variable, const char *const *names)
{
	for (; names && *names; names++)
		if (strncmp(variable, *names, strlen(*names)) == 0 && variable[strlen(*names)] == '=')
			return true;
	return false;
}

/* The environment without some of it, and with messages in English, which is what callers read. */
static char **environment(const char *const *without)
{
	static char english[] = "LC_ALL=C";
	const char *const ours[] = {"LC_ALL", NULL};
	size_t len = 0, kept = 0;
	char **copy;

	while (environ[len])
		len++;
	copy = xcalloc(len + 2, sizeof(*copy));
	for (size_t i = 0; i < len; i++)
		if (!named(environ[i], without) && !named(environ[i], ours))
			copy[kept++] = environ[i];
	copy[kept] = english;
	return copy;
}

/* A file without a name that holds the bytes, to be read from its beginning; -1 on failure. */
static int nameless(struct str bytes)
{
	int fd = memfd_create("wick", MFD_CLOEXEC);

	while (fd >= 0 && bytes.len) {
		ssize_t put = write(fd, bytes.at, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			close(fd);
			return -1;
		}
		bytes = str_slice(bytes, (size_t)put, bytes.len);
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int start(const struct child *child, const int fds[3], pid_t *pid)
{
	char **env = environment(child->without);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t broken_pipe;
	size_t len = 0;
	char **argv;
	int fault;

	while (child->argv[len])
		len++;
	argv = xcalloc(len + 1, sizeof(*argv));
	memcpy(argv, child->argv, len * sizeof(*argv));
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < 3; i++)
		posix_spawn_file_actions_adddup2(&actions, fds[i], i);
	posix_spawnattr_init(&attributes);
	sigemptyset(&broken_pipe);
	sigaddset(&broken_pipe, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &broken_pipe);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	fault = posix_spawnp(pid, argv[0], &actions, &attributes, argv, env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(argv);
	free(env);
	return fault;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 128;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void close_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

bool child_run(struct child *child, struct err *err)
{
	int in = nameless(child->input), messages = nameless(STR("")), out[2] = {-1, -1}, fault;
	const char *name = child->argv[0];
	bool ok = false;
	pid_t pid;

	if (in < 0 || messages < 0 || pipe2(out, O_CLOEXEC) < 0) {
		err_errno(err, errno, "cannot make a pipe to", name);
		goto out;
	}
	fault = start(child, (const int[]){in, out[1], messages}, &pid);
	if (fault) {
		err_errno(err, fault, "cannot run", name);
		goto out;
	}
	close(out[1]);
	out[1] = -1;
	ok = file_read_fd(out[0], name, child->out, err);
	/* one that goes on writing ends by its broken pipe */
	close(out[0]);
	out[0] = -1;
	child->code = wait_for(pid);
	lseek(messages, 0, SEEK_SET);
	ok = ok && file_read_fd(messages, name, child->said, err);
out:
	close_open(in);
	close_open(messages);
	close_open(out[0]);
	close_open(out[1]);
	return ok;
}
