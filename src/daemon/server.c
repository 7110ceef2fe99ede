#include "daemon/server.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "daemon/listen.h"
#include "daemon/site.h"

#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	IDLE_SECONDS = 75,      /* longer than the usual scrape interval: scrapers keep their connection */
	HEAD_BYTES = KIB(32),   /* request line and headers */
	CONNECTIONS_SPARE = 32, /* that many are free before the library's own limit stops it from accepting */
	BODIES = 16,            /* that are kept at the same time */
};

/* One connection. All of them are the server thread's alone. */
struct peer {
	TAILQ_ENTRY(peer) link; /* in the order of their last request: the first one has been waiting longest */
	int fd;
	bool leaving;    /* shut down to make room; out of the list */
	size_t body;     /* bytes of the request's body that came so far */
	bool keeps;      /* the body is of use, */
	struct buf kept; /* and this is what came of it so far */
};

struct server {
	struct MHD_Daemon *daemon;
	struct site *site;
	struct buf address;
	int port, reload_fd;
	TAILQ_HEAD(peer_list, peer) peers;
	size_t peers_len;
	size_t bodies; /* peers whose body is kept */
};

/* Clients that send byte by byte, or nothing, hold a place each. When places run short, who has gone longest without a
 * whole request loses his; a scraper that asks at once is answered before it comes to that. */
static void make_room(struct server *server)
{
	struct peer *longest = TAILQ_FIRST(&server->peers);

	if (server->peers_len <= LIMIT_HTTP_CONNECTIONS - CONNECTIONS_SPARE)
		return;
	TAILQ_REMOVE(&server->peers, longest, link);
	server->peers_len--;
	longest->leaving = true;
	shutdown(longest->fd, SHUT_RDWR);
}

static void drop_body(struct server *server, struct peer *peer)
{
	if (!peer->keeps)
		return;
	peer->keeps = false;
	server->bodies--;
	buf_release(&peer->kept);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **state,
			  enum MHD_ConnectionNotificationCode code)
{
	struct server *server = context;
	struct peer *peer = *state;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*state = peer = xcalloc(1, sizeof(*peer));
		peer->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		TAILQ_INSERT_TAIL(&server->peers, peer, link);
		server->peers_len++;
		make_room(server);
		return;
	}
	if (peer && !peer->leaving) {
		TAILQ_REMOVE(&server->peers, peer, link);
		server->peers_len--;
	}
	if (peer)
		drop_body(server, peer);
	free(peer);
	*state = NULL;
}

static struct str header(struct MHD_Connection *connection, const char *name)
{
	return str_of(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

static void release_body(void *blob) { blob_unref(blob); }

/* Takes over the reply's body. */
static enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply reply, bool close_after)
{
	struct buf *bytes = &reply.body->bytes;
	struct MHD_Response *response =
		MHD_create_response_from_buffer_with_free_callback_cls(bytes->len, bytes->at, release_body, reply.body);
	enum MHD_Result queued;

	if (!response) {
		blob_unref(reply.body);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply.content_type);
	if (reply.gzip)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (reply.allow)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, reply.allow);
	if (reply.moved)
		MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, bytes->at);
	if (close_after)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	for (const char *const *line = site_headers; *line; line += 2)
		MHD_add_response_header(response, line[0], line[1]);
	queued = MHD_queue_response(connection, reply.status, response);
	MHD_destroy_response(response);
	return queued;
}

static enum MHD_Result refuse_body(struct MHD_Connection *connection, unsigned status, const char *why)
{
	struct reply reply = {.status = status, .content_type = "text/plain; charset=utf-8"};

	reply.body = blob_new(LIMIT_TEXT_BYTES);
	buf_cstr(&reply.body->bytes, why);
	return send_reply(connection, reply, true);
}

/* "http://wick:9655/metrics" is as good as "/metrics" (RFC 9112, 3.2.2). */
static struct str path_of(struct str target)
{
	size_t scheme = str_starts(target, STR("http://")) ? strlen("http://") : 0;

	if (!scheme)
		return target;
	target = str_slice(target, scheme, target.len);
	target = str_slice(target, str_find(target, '/'), target.len);
	return target.len ? target : STR("/");
}

/* The head of a request has come. */
static enum MHD_Result begin_request(struct server *server, struct MHD_Connection *connection, struct peer *peer,
				     const struct request *request)
{
	struct str length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
	size_t kept = site_body_ceiling(request->method, request->path);
	uint64_t announced = 0;

	if (!peer->leaving) {
		TAILQ_REMOVE(&server->peers, peer, link);
		TAILQ_INSERT_TAIL(&server->peers, peer, link);
	}
	peer->body = 0;
	drop_body(server, peer);
	if (length.at && (!num_read_u64(length, &announced) || announced > (kept ? kept : LIMIT_HTTP_REQUEST_BYTES)))
		return refuse_body(connection, 413, "the request's body is too large\n");
	if (kept && server->bodies == BODIES)
		return refuse_body(connection, 503, "too many are sent at the same time\n");
	if (kept) {
		buf_init(&peer->kept, kept);
		peer->keeps = true;
		server->bodies++;
	}
	return MHD_YES;
}

/* In the middle of a body there is no answering: one that is too large ends the connection. */
static enum MHD_Result take_piece(struct peer *peer, const char *piece, size_t *len)
{
	struct str text = {piece, *len};

	peer->body += *len;
	*len = 0;
	if (peer->keeps)
		return buf_str(&peer->kept, text) ? MHD_YES : MHD_NO;
	return peer->body > LIMIT_HTTP_REQUEST_BYTES ? MHD_NO : MHD_YES;
}

/* Puts the query together again, which the library has taken apart and whose plus signs it has made blanks of; still
 * percent-encoded (keep_encoded). */
static enum MHD_Result add_parameter(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct buf *query = context;
	const char *parts[] = {name, value};

	(void)kind;
	if (query->len)
		buf_char(query, '&');
	for (size_t i = 0; i < 2 && parts[i]; i++) {
		if (i)
			buf_char(query, '=');
		for (const char *at = parts[i]; *at; at++)
			buf_char(query, *at == ' ' ? '+' : *at);
	}
	return MHD_YES;
}

/* The library calls first with the head, then once per piece of body, then to be answered. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
				  const char *method, const char *version, const char *piece, size_t *piece_len,
				  void **request_state)
{
	struct server *server = context;
	struct peer *peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	struct request request = {.method = str_of(method), .path = path_of(str_of(path))};
	enum MHD_Result sent;
	struct buf query;

	(void)version;
	if (!*request_state) {
		*request_state = peer;
		return begin_request(server, connection, peer, &request);
	}
	if (*piece_len)
		return take_piece(peer, piece, piece_len);
	request.accept = header(connection, MHD_HTTP_HEADER_ACCEPT);
	request.accept_encoding = header(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	request.origin = header(connection, "Origin");
	request.webhook = (struct webhook){
		header(connection, "X-GitHub-Event"), header(connection, "X-GitHub-Delivery"),
		header(connection, "X-Hub-Signature-256"), peer->keeps ? buf_view(&peer->kept) : STR("")};
	buf_init(&query, LIMIT_HTTP_REQUEST_BYTES);
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_parameter, &query);
	request.query = buf_view(&query);
	sent = send_reply(connection, site_answer(server->site, &request), false);
	buf_release(&query);
	drop_body(server, peer);
	return sent;
}

/* Leaves percent signs alone: decoded too early, an encoded slash or NUL would not be seen any more. */
static size_t keep_encoded(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

/* Signals are the engine's: the server's thread starts with all of them blocked. Polling is by poll: with epoll the
 * library (0.9.75) overlooks a client that sends half a request and closes, and for our few connections it is not
 * faster. */
static struct MHD_Daemon *start_thread(struct server *server, int listen_fd)
{
	struct MHD_Daemon *daemon;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, on_request, server,
				  MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_CONNECTION_LIMIT,
				  (unsigned)LIMIT_HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
				  (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
				  MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_UNESCAPE_CALLBACK,
				  keep_encoded, server, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return daemon;
}

struct server *server_new(const struct server_settings *settings, struct board *board, struct err *err)
{
	struct server *server = xcalloc(1, sizeof(*server));
	int listen_fd;

	TAILQ_INIT(&server->peers);
	buf_init(&server->address, LIMIT_LINE_BYTES);
	server->reload_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	server->site = site_new(board, settings->reload_enabled ? server->reload_fd : -1, settings->webhooks);
	site_set_address(server->site, settings->address);
	listen_fd = listen_on(settings->listen, err);
	if (listen_fd < 0)
		goto failed;
	server->port = listen_name(listen_fd, &server->address);
	server->daemon = start_thread(server, listen_fd);
	if (!server->daemon) {
		close(listen_fd);
		err_set(err, "cannot start the HTTP server on '%.*s'", STR_ARG(settings->listen));
		goto failed;
	}
	return server;
failed:
	server_free(server);
	return NULL;
}

void server_free(struct server *server)
{
	if (!server)
		return;
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	site_free(server->site);
	buf_release(&server->address);
	if (server->reload_fd >= 0)
		close(server->reload_fd);
	free(server);
}

int server_port(const struct server *server) { return server->port; }
struct str server_address(const struct server *server) { return buf_view(&server->address); }
int server_reload_fd(const struct server *server) { return server->reload_fd; }

bool server_reload_asked(struct server *server)
{
	uint64_t asked;

	return read(server->reload_fd, &asked, sizeof(asked)) == sizeof(asked);
}
