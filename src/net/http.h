/* HTTP requests over libcurl's multi interface: keep-alive, bounded concurrency, time-outs, authentication, TLS.
 * The one home of libcurl. One thread uses a pool; no signal is touched (SIGPIPE is the program's to ignore).
 *
 * TLS is 1.2 or newer and verified. Proxies are those of the environment (http_proxy, https_proxy, no_proxy), as curl
 * reads them. A redirect is followed where it stays on the same scheme, host and port, else it is a failure:
 * credentials never go to a place that the user did not name. */
#ifndef WICK_NET_HTTP_H
#define WICK_NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/when.h"
#include "net/secret.h"
#include "net/url.h"

struct http_header {
	struct str name, value;
};

/* A header of the answer that the caller wants to know. */
struct http_wanted {
	const char *name; /* in any case */
	/* out: its value, "" where none came (or one beyond LIMIT_HEADER_BYTES); of several that come, all, with ", "
	 * between them (RFC 9110, 5.3). The caller releases it. */
	struct buf value;
};

/* Packing costs a Prometheus about ten times what it takes to answer a small query: worth it across a network only. */
enum http_gzip {
	HTTP_GZIP_REMOTE, /* compressed answers are asked for unless the server is on this machine */
	HTTP_GZIP_ALWAYS,
	HTTP_GZIP_NEVER,
};

/* How to speak to one server; all of it is copied by http_new. */
struct http_settings {
	struct str user;                   /* basic authentication */
	struct secret *password;           /* or NULL; not taken over */
	struct secret *bearer;             /* or NULL; not taken over */
	struct str bearer_file;            /* read again whenever it changes (tokens are rotated) */
	const struct http_header *headers; /* added to each request: X-Scope-OrgID and the like */
	size_t headers_len;
	struct str ca_file, cert_file, key_file; /* PEM; the CA file replaces the system's authorities */
	struct str server_name;                  /* the certificate must be for this name instead of the URL's host */
	bool insecure;                           /* certificate not verified: only where the user asked for it */
	enum http_gzip gzip;
	struct span connect_timeout, timeout; /* 0: 5 s and 30 s; the second is for the whole request */
	bool apart;                           /* beside other pools, each hands out its own requests alone */
};

struct http; /* a connection pool */

struct http *http_new(const struct http_settings *settings, unsigned concurrency, struct err *err);
/* A pool that is waited for together with `beside`, and with all that is beside that. */
struct http *http_new_beside(struct http *beside, const struct http_settings *settings, unsigned concurrency,
			     struct err *err);
void http_free(struct http *http); /* requests under way end without being returned */

struct http_request {
	struct str url;                    /* without credentials */
	struct str post_body;              /* at == NULL: GET */
	struct str content_type;           /* of post_body; where empty: application/x-www-form-urlencoded */
	size_t body_ceiling;               /* of the answer's body, decompressed */
	const struct secret *bearer;       /* instead of the server's authentication; NULL: that one */
	const struct http_header *headers; /* beside the server's; one that cannot be sent fails the request */
	size_t headers_len;
	struct http_wanted *wanted;
	size_t wanted_len;

	/* out */
	long status;          /* HTTP status, 0 where none came */
	char answer_type[64]; /* the answer's Content-Type, or "" */
	struct buf body;      /* filled even for error statuses, up to the ceiling; the caller releases it */
	bool too_large;       /* the ceiling was hit */
	bool failed;          /* no whole answer; err says why */
	bool interrupted;
	struct span retry_after; /* of a Retry-After header (seconds or date); 0 for none */
	struct err err;          /* a whole sentence that names the URL without its query */
	void *context;           /* the caller's */
};

/* Starts a request, or queues it where `concurrency` are under way. It and its texts must stay where they are until it
 * is done. */
void http_start(struct http *http, struct http_request *request);
/* Waits up to `wait` for something to happen, or for `fd` (-1 for none) to become readable; returns a request that is
 * done, of this pool or of one beside it, or NULL. Of a pool that is `apart` only its own http_next hands out requests,
 * and no others; where one beside it has something to hand out, it ends its wait. */
struct http_request *http_next(struct http *http, struct span wait, int fd);
/* Ends all requests under way; each is returned by http_next as interrupted. */
void http_interrupt(struct http *http);
/* Requests that were started and not yet returned. */
size_t http_running(const struct http *http);
/* The time-out that is in force. */
struct span http_timeout(const struct http *http);

/* The time of a Date header (RFC 9110, 5.6.7, in any of its forms). */
bool http_date_read(struct str text, struct instant *instant);

#endif
