#include "demo/listener.h"

#include "base/limits.h"
#include "base/when.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 64, HEAD_BYTES = 16384, HEADERS_BYTES = 65536, TIMEOUT_MS = 10000, POLL_MS = 1000 };

enum phase { PHASE_FREE, PHASE_READS, PHASE_WRITES, PHASE_DRAINS };

struct connection {
	enum phase phase;
	int fd;
	struct mono since; /* of this phase */
	struct buf in, out;
	size_t sent;
};

struct listener {
	struct connection connections[CONNECTIONS];
	void (*handle)(void *context, const struct request *, struct reply *);
	void *context;
};

static void connection_close(struct connection *connection)
{
	close(connection->fd);
	buf_release(&connection->in);
	buf_release(&connection->out);
	connection->phase = PHASE_FREE;
}

static void connection_enter(struct connection *connection, enum phase phase)
{
	connection->phase = phase;
	connection->since = mono_now();
}

static void accept_one(struct listener *listener, int listening)
{
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct connection *connection = &listener->connections[i];

		if (connection->phase != PHASE_FREE)
			continue;
		connection->fd = fd;
		connection->sent = 0;
		buf_init(&connection->in, HEAD_BYTES);
		buf_init(&connection->out, LIMIT_HTTP_RESPONSE_BYTES);
		connection_enter(connection, PHASE_READS);
		return;
	}
	close(fd);
}

static const char *reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 304:
		return "Not Modified";
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 422:
		return "Unprocessable Content";
	case 503:
		return "Service Unavailable";
	default:
		return "Error";
	}
}

/* "GET /path?query HTTP/1.1" */
static bool request_read(struct str head, struct request *request)
{
	size_t end = str_find(head, '\n');
	struct str line = str_trim(str_slice(head, 0, end)), target;
	size_t blank = str_find(line, ' '), question;

	request->method = str_slice(line, 0, blank);
	target = str_slice(line, blank < line.len ? blank + 1 : blank, line.len);
	target = str_slice(target, 0, str_find(target, ' '));
	question = str_find(target, '?');
	request->path = str_slice(target, 0, question);
	request->query = str_slice(target, question < target.len ? question + 1 : question, target.len);
	request->headers = str_slice(head, end < head.len ? end + 1 : end, head.len);
	return request->path.len > 0 && request->path.at[0] == '/';
}

static bool same_name(struct str a, struct str b)
{
	bool same = a.len == b.len;

	for (size_t i = 0; same && i < a.len; i++)
		same = ascii_lower(a.at[i]) == ascii_lower(b.at[i]);
	return same;
}

struct str request_header(const struct request *request, const char *name)
{
	struct str rest = request->headers;

	while (rest.len) {
		size_t end = str_find(rest, '\n');
		struct str line = str_slice(rest, 0, end);
		size_t colon = str_find(line, ':');

		if (!str_trim(line).len) /* the end of the headers */
			break;
		if (colon < line.len && same_name(str_slice(line, 0, colon), str_of(name)))
			return str_trim(str_slice(line, colon + 1, line.len));
		rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
	}
	return STR("");
}

static void put_answer(struct buf *out, const struct reply *reply)
{
	buf_fmt(out, "HTTP/1.1 %d %s\r\n", reply->status, reason(reply->status));
	buf_str(out, buf_view(&reply->headers));
	buf_cstr(out, "Connection: close\r\n");
	if (reply->status == 304) {
		buf_cstr(out, "\r\n");
		return;
	}
	buf_fmt(out, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n", reply->type, reply->body.len);
	buf_str(out, buf_view(&reply->body));
}

static void answer(struct listener *listener, struct connection *connection)
{
	struct reply reply = {.status = 200, .type = "text/plain; charset=utf-8"};
	struct request request;

	buf_init(&reply.headers, HEADERS_BYTES);
	buf_init(&reply.body, LIMIT_HTTP_RESPONSE_BYTES);
	if (request_read(buf_view(&connection->in), &request)) {
		listener->handle(listener->context, &request, &reply);
	} else {
		reply.status = 400;
		buf_cstr(&reply.body, "this is no HTTP request\n");
	}
	put_answer(&connection->out, &reply);
	buf_release(&reply.headers);
	buf_release(&reply.body);
	connection_enter(connection, PHASE_WRITES);
}

static bool head_is_whole(struct str head)
{
	return memmem(head.at, head.len, "\r\n\r\n", 4) || memmem(head.at, head.len, "\n\n", 2);
}

static void step_read(struct listener *listener, struct connection *connection)
{
	char bytes[4096];
	ssize_t got = read(connection->fd, bytes, sizeof(bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0 || !buf_put(&connection->in, bytes, (size_t)got))
		connection_close(connection);
	else if (head_is_whole(buf_view(&connection->in)))
		answer(listener, connection);
}

static void step_write(struct connection *connection)
{
	ssize_t wrote = send(connection->fd, connection->out.at + connection->sent,
			     connection->out.len - connection->sent, MSG_NOSIGNAL);

	if (wrote < 0 && errno != EAGAIN && errno != EINTR) {
		connection_close(connection);
		return;
	}
	connection->sent += wrote > 0 ? (size_t)wrote : 0;
	if (connection->sent < connection->out.len)
		return;
	/* Closing with bytes unread would reset the connection and could take the answer with it. */
	shutdown(connection->fd, SHUT_WR);
	connection_enter(connection, PHASE_DRAINS);
}

static void step_drain(struct connection *connection)
{
	char bytes[4096];
	ssize_t got = read(connection->fd, bytes, sizeof(bytes));

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		connection_close(connection);
}

static void step(struct listener *listener, struct connection *connection, bool ready)
{
	switch (connection->phase) {
	case PHASE_FREE:
		return;
	case PHASE_READS:
		if (ready)
			step_read(listener, connection);
		break;
	case PHASE_WRITES:
		if (ready)
			step_write(connection);
		break;
	case PHASE_DRAINS:
		if (ready)
			step_drain(connection);
		break;
	}
	if (connection->phase != PHASE_FREE && mono_since(connection->since, mono_now()).ms > TIMEOUT_MS)
		connection_close(connection);
}

/* One slot per connection, at its own index, behind the two fixed ones. */
static void fill_polls(const struct listener *listener, int listening, int stop, struct pollfd *polls)
{
	polls[0] = (struct pollfd){.fd = stop, .events = POLLIN};
	polls[1] = (struct pollfd){.fd = listening, .events = POLLIN};
	for (size_t i = 0; i < CONNECTIONS; i++) {
		const struct connection *connection = &listener->connections[i];

		polls[i + 2] = (struct pollfd){
			.fd = connection->phase == PHASE_FREE ? -1 : connection->fd,
			.events = connection->phase == PHASE_WRITES ? POLLOUT : POLLIN,
		};
	}
}

bool listener_run(int listening, int stop, void (*handle)(void *context, const struct request *, struct reply *),
		  void *context, struct err *err)
{
	struct listener listener = {.handle = handle, .context = context};
	struct pollfd polls[CONNECTIONS + 2];
	bool ok = true;

	for (;;) {
		fill_polls(&listener, listening, stop, polls);
		if (poll(polls, CONNECTIONS + 2, POLL_MS) < 0 && errno != EINTR) {
			ok = err_errno(err, errno, "cannot wait for", "requests");
			break;
		}
		if (polls[0].revents)
			break;
		for (size_t i = 0; i < CONNECTIONS; i++)
			step(&listener, &listener.connections[i], polls[i + 2].revents != 0);
		if (polls[1].revents)
			accept_one(&listener, listening);
	}
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (listener.connections[i].phase != PHASE_FREE)
			connection_close(&listener.connections[i]);
	return ok;
}
