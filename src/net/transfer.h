/* One libcurl handle and the request that it carries at the moment. Only for src/net. */
#ifndef WICK_NET_TRANSFER_H
#define WICK_NET_TRANSFER_H

#include "net/server.h"

struct transfer {
	struct transfer *next; /* in one of the pool's lists */
	struct http *pool;
	CURL *easy;
	struct http_request *request;
	struct curl_slist *headers, *connect_to;
	char *url; /* where it goes now: the request's URL, or where that was redirected to */
	unsigned redirects;
	size_t window_bytes; /* the body's length when the present window of the stall check began; SIZE_MAX before the
				first byte */
	struct mono window;
	char reason[CURL_ERROR_SIZE];
};

struct transfer *transfer_new(struct http *pool);
void transfer_free(struct transfer *transfer);

/* Takes up a request and readies the handle for it; false where it cannot be sent, and has failed. */
bool transfer_begin(struct transfer *transfer, struct server *server, struct http_request *request);

/* Takes libcurl's verdict. True where the request is done; false where it was redirected and the handle is ready to go
 * again. */
bool transfer_end(struct transfer *transfer, struct server *server, CURLcode code);

/* True where the body has come so slowly for so long that waiting on is of no use. */
bool transfer_stalled(struct transfer *transfer, const struct server *server, struct mono now);
void transfer_fail_stalled(struct transfer *transfer, const struct server *server);

#endif
