/* A small HTTP/1.1 server for the demo: one thread, GET and POST without body, one request per connection, everything
 * bounded. Not for anything that matters: wick's own server is libmicrohttpd's (src/daemon). */
#ifndef WICK_DEMO_LISTENER_H
#define WICK_DEMO_LISTENER_H

#include "base/buf.h"
#include "base/err.h"

struct request {
	struct str method, path, query;
};

struct reply {
	int status;       /* 200 unless the handler says otherwise */
	const char *type; /* "text/plain; charset=utf-8" unless the handler says otherwise */
	struct buf body;
};

/* Serves on the listening descriptor until `stop` becomes readable. */
bool listener_run(int listening, int stop, void (*handle)(void *context, const struct request *, struct reply *),
		  void *context, struct err *err);

#endif
