/* HTTP requests over libcurl's multi interface: keep-alive, bounded concurrency, time-outs, authentication, TLS.
 * The one home of libcurl. */
#ifndef WICK_NET_HTTP_H
#define WICK_NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/when.h"
#include "net/secret.h"

struct http_header {
	struct str name, value;
};

/* How to speak to one server; all texts are copied by http_new. */
struct http_settings {
	struct str user;                  /* basic authentication */
	struct secret *password;          /* or NULL; not taken over */
	struct secret *bearer;            /* or NULL; not taken over */
	struct str bearer_file;           /* read again whenever it changes (tokens are rotated) */
	const struct http_header *headers; /* added to each request: X-Scope-OrgID and the like */
	size_t headers_len;
	struct str ca_file, cert_file, key_file, server_name;
	bool insecure;                    /* certificate not verified: only where the user asked for it */
	struct span connect_timeout, timeout; /* 0: 5 s and 30 s */
};

struct http; /* a connection pool */

struct http *http_new(const struct http_settings *settings, unsigned concurrency, struct err *err);
void http_free(struct http *http);

struct http_request {
	struct str url;          /* without credentials */
	struct str post_body;    /* at == NULL: GET; otherwise application/x-www-form-urlencoded unless content_type is set */
	struct str content_type;
	size_t body_ceiling;     /* the answer's body, decompressed */

	/* out */
	long status;             /* HTTP status, 0 where none came */
	struct buf body;         /* filled even for error statuses, up to the ceiling; the caller releases it */
	bool too_large;          /* the ceiling was hit */
	bool failed;             /* no whole answer; err says why */
	bool interrupted;
	struct span retry_after; /* of a Retry-After header (seconds or date); 0 for none */
	struct err err;
	void *context;           /* the caller's */
};

/* Starts a request; it must stay where it is until it is done. */
void http_start(struct http *http, struct http_request *request);
/* Waits up to `wait` for something to happen, or for `fd` (-1 for none) to become readable; returns a request that is done, or NULL. */
struct http_request *http_next(struct http *http, struct span wait, int fd);
/* Ends all requests under way; each is returned by http_next as interrupted. */
void http_interrupt(struct http *http);
size_t http_running(const struct http *http);

/* The text with everything but unreserved characters percent-encoded. */
bool http_url_escape(struct buf *buf, struct str text);

#endif
