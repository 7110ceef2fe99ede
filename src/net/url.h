/* What requests need to know about URLs. Parsing is libcurl's, so that what is checked here is what is connected to. */
#ifndef WICK_NET_URL_H
#define WICK_NET_URL_H

#include "base/buf.h"
#include "base/err.h"

/* The text with everything but unreserved characters percent-encoded. */
bool http_url_escape(struct buf *buf, struct str text);

/* An http or https URL with a host and without user, password, query and fragment: what a base address may look
 * like. */
bool http_url_check(struct str url, struct err *err);

/* The same with a query, which may be a token that is asked for: where something is posted to. */
bool http_url_target_check(struct str url, struct err *err);

/* For messages: the URL without user, password, query and fragment, cut where it is very long. */
struct url_text {
	char text[400];
};
struct url_text http_url_text(struct str url);

/* What stands between the scheme and the path of a URL that http_url_check takes: "api.github.com", "[::1]:8443". */
struct str http_url_host(struct str url);

/* True where both have the same scheme, host and port: the only place where the credentials of one may be sent to. */
bool http_url_same_origin(struct str a, struct str b);

/* True where the host is this machine by its name or address: localhost, 127.0.0.0/8, ::1. */
bool http_url_loopback(struct str url);

#endif
