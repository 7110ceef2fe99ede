/* What libcurl is told about one server: a checked copy of the settings, and the bearer token as it is now. Only for
 * src/net. */
#ifndef WICK_NET_SERVER_H
#define WICK_NET_SERVER_H

#include "net/http.h"

#include <curl/curl.h>

struct server {
	char *user, *ca_file, *cert_file, *key_file, *server_name; /* NULL where not set */
	struct secret *password, *bearer;
	struct secret_file bearer_file; /* instead of `bearer` */
	struct curl_slist *headers;
	bool insecure;
	enum http_gzip gzip;
	struct span connect_timeout, timeout;
};

bool server_init(struct server *server, const struct http_settings *settings, struct err *err);
void server_release(struct server *server);

/* The token that is sent now, or NULL; its file is read again where it changed. */
const struct secret *server_bearer(struct server *server);

/* Appends a header to a list; false where it would not be one, but begin another or none. */
bool server_header_add(struct curl_slist **list, const struct http_header *header, struct err *err);

#endif
