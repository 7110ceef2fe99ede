#include "daemon/notify.h"

#include "base/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void send_state(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (len < 2 || len >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(address.sun_path, path, len);
	if (path[0] == '@')
		address.sun_path[0] = '\0'; /* a name without a file */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* A service manager that does not listen is none of our concern. */
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

void notify_ready(void) { send_state("READY=1"); }

void notify_reloading(void)
{
	char state[64];

	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)(mono_now().ns / 1000));
	send_state(state);
}

void notify_stopping(void) { send_state("STOPPING=1"); }

void notify_status(const char *status)
{
	char state[256];

	snprintf(state, sizeof(state), "STATUS=%s", status);
	send_state(state);
}

void notify_alive(void) { send_state("WATCHDOG=1"); }

struct span notify_watchdog(void)
{
	const char *text = getenv("WATCHDOG_USEC");
	int64_t usec;

	if (!text || !num_read_i64(str_of(text), &usec) || usec < 2000)
		return (struct span){0};
	return (struct span){usec / 2000};
}
