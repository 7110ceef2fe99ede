#include "daemon/listen.h"

#include "base/num.h"
#include "net/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LISTEN_BACKLOG = 128 };

/* -1 and errno */
static int open_socket(const struct addrinfo *info, bool all_families)
{
	int on = 1, off = 0, saved;
	int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, info->ai_protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (info->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, all_families ? &off : &on, sizeof(on));
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static bool cannot_listen(struct err *err, struct str address, int number)
{
	if (number == EADDRINUSE)
		return err_set(err, "cannot listen on '%.*s': another program listens there", STR_ARG(address));
	if (number == EACCES)
		return err_set(err, "cannot listen on '%.*s': ports below 1024 need a privilege", STR_ARG(address));
	if (number == EADDRNOTAVAIL)
		return err_set(err, "cannot listen on '%.*s': this machine has no such address", STR_ARG(address));
	return err_set(err, "cannot listen on '%.*s': %s", STR_ARG(address), strerror(number));
}

int listen_on(struct str address, struct err *err)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE},
			*found = NULL;
	struct address parts;
	int fd = -1, failed, number = EADDRNOTAVAIL;

	if (!address_split(address, &parts, err))
		return -1;
	failed = getaddrinfo(parts.host[0] ? parts.host : NULL, parts.port, &hints, &found);
	/* "localhost" is this machine also where no resolver knows it (RFC 6761). */
	if (failed && strcmp(parts.host, "localhost") == 0)
		failed = getaddrinfo("127.0.0.1", parts.port, &hints, &found);
	if (failed) {
		err_set(err, "cannot listen on '%.*s': %s", STR_ARG(address), gai_strerror(failed));
		return -1;
	}
	/* For all addresses: one socket for both families where there is IPv6, so that one comes first. */
	for (int pass = 0; pass < 2 && fd < 0; pass++)
		for (const struct addrinfo *info = found; info && fd < 0; info = info->ai_next) {
			if (!parts.host[0] && (info->ai_family == AF_INET6) != (pass == 0))
				continue;
			fd = open_socket(info, !parts.host[0]);
			if (fd < 0 && number != EADDRINUSE)
				number = errno;
		}
	freeaddrinfo(found);
	if (fd < 0)
		cannot_listen(err, address, number);
	return fd;
}

int listen_name(int fd, struct buf *out)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof(name);
	char host[NI_MAXHOST], port[NI_MAXSERV];
	uint64_t number;

	if (getsockname(fd, (struct sockaddr *)&name, &len) < 0 ||
	    getnameinfo((struct sockaddr *)&name, len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0 ||
	    !num_read_u64(str_of(port), &number))
		return 0;
	buf_fmt(out, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
	return (int)number;
}
