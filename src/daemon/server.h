/* The HTTP server: a thread of its own (libmicrohttpd's, the library's one home) that shows the board's current
 * snapshot. It reads nothing else and writes to nothing but the inbox below, so a stuck reader never holds up the
 * engine, and a stuck engine never holds up /metrics. */
#ifndef WICK_DAEMON_SERVER_H
#define WICK_DAEMON_SERVER_H

#include "base/err.h"
#include "base/str.h"
#include "daemon/webhooks.h"
#include "engine/snapshot.h"

struct server_settings {
	struct str listen;   /* "127.0.0.1:9655", "[::1]:9655", "localhost:9655", ":9655" for all addresses; port 0: a
				free one */
	bool reload_enabled; /* POST /-/reload is answered with 403 otherwise */
	struct webhooks *webhooks; /* that POST /webhooks/github is for; NULL: nobody */
	struct str address;        /* by which people reach wick, which must outlive the server; empty: not known */
};

struct server;

/* Listens and serves until it is freed. The board must outlive the server; it may still be empty: /metrics then says
 * so. */
struct server *server_new(const struct server_settings *settings, struct board *board, struct err *err);
void server_free(struct server *server); /* ends all connections; NULL is legal */

int server_port(const struct server *server);
struct str server_address(
	const struct server *server); /* "127.0.0.1:9655" with the port in use, for the log and for people */

/* The inbox: the descriptor is readable while a reload is asked for and not yet taken; for the engine's loop. */
int server_reload_fd(const struct server *server);
/* True once per request to reload (requests that come before it is taken count as one). Engine's thread. */
bool server_reload_asked(struct server *server);

#endif
