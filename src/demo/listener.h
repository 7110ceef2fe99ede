/* A small HTTP/1.1 server for the demo: one thread, GET and POST without body, one request per connection, everything
 * bounded. Not for anything that matters: wick's own server is libmicrohttpd's (src/daemon). */
#ifndef WICK_DEMO_LISTENER_H
#define WICK_DEMO_LISTENER_H

#include "base/buf.h"
#include "base/err.h"

struct request {
	struct str method, path, query;
	struct str headers; /* all of them, a line each */
};
/* The value of a header, empty where it is not there. */
struct str request_header(const struct request *request, const char *name);

struct reply {
	int status;         /* 200 unless the handler says otherwise; 304 goes without its body */
	const char *type;   /* "text/plain; charset=utf-8" unless the handler says otherwise */
	struct buf headers; /* more of them: whole lines, each with its end */
	struct buf body;
};

/* Serves on the listening descriptor until `stop` becomes readable. */
bool listener_run(int listening, int stop, void (*handle)(void *context, const struct request *, struct reply *),
		  void *context, struct err *err);

#endif
