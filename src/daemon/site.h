/* What is answered to a request: the paths, their methods, and the pages, kept while the snapshot that they show is the
 * current one, so that many scrapers cost little more than one. Knows nothing of sockets. One thread. */
#ifndef WICK_DAEMON_SITE_H
#define WICK_DAEMON_SITE_H

#include "base/buf.h"
#include "daemon/webhooks.h"
#include "engine/snapshot.h"

/* Bytes that are sent more than once; counted. */
struct blob {
	struct buf bytes;
	int references;
};
struct blob *blob_new(size_t ceiling);
struct blob *blob_ref(struct blob *blob);
void blob_unref(struct blob *blob); /* NULL is legal */

struct request {
	struct str method, path;                    /* the path as it was sent: percent-encoded, without the query */
	struct str query;                           /* likewise, without the question mark */
	struct str accept, accept_encoding, origin; /* headers; at == NULL: not sent */
	struct webhook webhook;                     /* its body is empty where the path takes none */
};

struct reply {
	unsigned status;
	const char *content_type;
	const char *allow; /* for 405, else NULL */
	bool gzip;         /* the body is compressed */
	bool moved;        /* the body is an address, relative to the one that was asked: where the page is */
	struct blob *body; /* the caller's reference */
};

struct site;

/* `reload_fd` is an eventfd that a request to reload is written to; -1 where reloading is not enabled.
 * `webhooks` may be NULL, and must outlive the site. */
struct site *site_new(struct board *board, int reload_fd, struct webhooks *webhooks);
void site_free(struct site *site);

/* The most bytes of a body that are of use to the path; what takes none has 0. */
size_t site_body_ceiling(struct str method, struct str path);

/* The address by which people reach wick, which must outlive the site; empty: not known. */
void site_set_address(struct site *site, struct str address);
struct reply site_answer(struct site *site, const struct request *request);

/* Sent with every reply: name and value in turn, ended by NULL. */
extern const char *const site_headers[];

#endif
