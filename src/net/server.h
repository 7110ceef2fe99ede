/* What libcurl is told about one server: a checked copy of the settings, and the bearer token as it is now. Only for
 * src/net. */
#ifndef WICK_NET_SERVER_H
#define WICK_NET_SERVER_H

#include "net/http.h"

#include "base/file.h"

#include <curl/curl.h>

struct server {
	char *user, *ca_file, *cert_file, *key_file, *server_name, *bearer_file; /* NULL where not set */
	struct secret *password, *bearer;
	struct file_stamp bearer_stamp;
	struct curl_slist *headers;
	bool insecure;
	enum http_gzip gzip;
	struct span connect_timeout, timeout;
};

bool server_init(struct server *server, const struct http_settings *settings, struct err *err);
void server_release(struct server *server);

/* Reads the token file again where it changed. A file that cannot be read leaves the token that was there: in the
 * middle of a rotation the old one is the better guess. */
void server_refresh(struct server *server);

#endif
