#include "net/transfer.h"

#include "base/mem.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	REDIRECTS = 5,
	STALL_BYTES = 1024, /* a body that brings less than this in a third of the time-out is given up */
};

struct transfer *transfer_new(struct http *pool)
{
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));

	transfer->pool = pool;
	transfer->easy = curl_easy_init();
	if (!transfer->easy)
		abort();
	return transfer;
}

void transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return;
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	curl_slist_free_all(transfer->connect_to);
	free(transfer->url);
	free(transfer);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t len = size * count;

	if (buf_put(&transfer->request->body, bytes, len))
		return len;
	transfer->request->too_large = true;
	return 0; /* ends the transfer */
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)context;
	(void)purpose;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void add_header(struct transfer *transfer, const char *line)
{
	struct curl_slist *longer = curl_slist_append(transfer->headers, line);

	if (!longer)
		abort();
	transfer->headers = longer;
}

static bool set_headers(struct transfer *transfer, const struct server *server)
{
	struct http_request *request = transfer->request;

	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
	for (const struct curl_slist *header = server->headers; header; header = header->next)
		add_header(transfer, header->data);
	for (size_t i = 0; i < request->headers_len; i++)
		if (!server_header_add(&transfer->headers, &request->headers[i], &request->err))
			return false;
	if (request->post_body.at) {
		struct str type =
			request->content_type.len ? request->content_type : STR("application/x-www-form-urlencoded");
		struct buf line;

		buf_init(&line, type.len + 32);
		buf_fmt(&line, "Content-Type: %.*s", STR_ARG(type));
		add_header(transfer, buf_view(&line).at);
		buf_release(&line);
		add_header(transfer, "Expect:"); /* no round trip to ask whether the body is welcome */
	}
	curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
	return true;
}

static void set_authentication(CURL *easy, struct server *server, const struct secret *bearer)
{
	if (!bearer && (server->user || server->password)) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, server->user ? server->user : "");
		curl_easy_setopt(easy, CURLOPT_PASSWORD, server->password ? secret_reveal(server->password).at : "");
	} else if (bearer || (bearer = server_bearer(server))) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret_reveal(bearer).at);
	}
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}

static void set_tls(CURL *easy, const struct server *server)
{
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, server->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, server->insecure ? 0L : 2L);
	if (server->ca_file) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, server->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* or the system's authorities would count beside it */
	}
	if (server->cert_file) {
		curl_easy_setopt(easy, CURLOPT_SSLCERT, server->cert_file);
		curl_easy_setopt(easy, CURLOPT_SSLKEY, server->key_file ? server->key_file : server->cert_file);
	}
}

/* A part of a URL as an owned text, or NULL. */
static char *url_part(const char *url, CURLUPart which)
{
	CURLU *parsed = curl_url();
	char *text = NULL, *copy = NULL;

	if (parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parsed, which, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
		copy = xstrdup(text);
	curl_free(text);
	curl_url_cleanup(parsed);
	return copy;
}

/* The URL with another host, owned; NULL where that cannot be one. */
static char *url_with_host(const char *url, const char *host)
{
	CURLU *parsed = curl_url();
	char *text = NULL, *copy = NULL;

	if (parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_set(parsed, CURLUPART_HOST, host, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_URL, &text, 0) == CURLUE_OK)
		copy = xstrdup(text);
	curl_free(text);
	curl_url_cleanup(parsed);
	return copy;
}

/* libcurl verifies the certificate against the URL's host. For another name the URL is written with that name, and the
 * connection and the Host header are sent where the real one says. */
static void set_named_place(struct transfer *transfer, const char *named)
{
	const char *authority = transfer->url + strlen("https://");
	char *host = url_part(transfer->url, CURLUPART_HOST), *port = url_part(transfer->url, CURLUPART_PORT);
	struct buf line;

	buf_init(&line, 8192);
	buf_fmt(&line, "::%s:%s", host, port);
	transfer->connect_to = curl_slist_append(NULL, buf_view(&line).at);
	buf_clear(&line);
	buf_fmt(&line, "Host: %.*s", (int)strcspn(authority, "/?#"), authority);
	add_header(transfer, buf_view(&line).at);
	curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(transfer->easy, CURLOPT_CONNECT_TO, transfer->connect_to);
	curl_easy_setopt(transfer->easy, CURLOPT_URL, named);
	buf_release(&line);
	free(host);
	free(port);
}

static void set_place(struct transfer *transfer, const struct server *server)
{
	bool named = server->server_name && str_starts(str_of(transfer->url), STR("https://"));
	char *url = named ? url_with_host(transfer->url, server->server_name) : NULL;

	curl_slist_free_all(transfer->connect_to);
	transfer->connect_to = NULL;
	if (url)
		set_named_place(transfer, url);
	else
		curl_easy_setopt(transfer->easy, CURLOPT_URL, transfer->url);
	free(url);
}

static void set_limits(CURL *easy, const struct server *server)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT,
			 1L); /* a name server that hangs must not hold up who gives up waiting */
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)server->connect_timeout.ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)server->timeout.ms);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* ours to judge: redirected() */
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
}

static bool ready(struct transfer *transfer, struct server *server)
{
	const struct http_request *request = transfer->request;
	bool gzip = server->gzip == HTTP_GZIP_ALWAYS ||
		    (server->gzip == HTTP_GZIP_REMOTE && !http_url_loopback(str_of(transfer->url)));
	CURL *easy = transfer->easy;

	curl_easy_reset(easy); /* keeps connections and the name cache */
	transfer->reason[0] = '\0';
	transfer->window_bytes = SIZE_MAX;
	set_limits(easy, server);
	if (!set_headers(transfer, server)) {
		transfer->request->failed = true;
		return false;
	}
	set_authentication(easy, server, request->bearer);
	set_tls(easy, server);
	set_place(transfer, server);
	if (gzip)
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "wick/" WICK_VERSION);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->reason);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	if (request->post_body.at) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->post_body.len);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->post_body.at);
	}
	return true;
}

bool transfer_begin(struct transfer *transfer, struct server *server, struct http_request *request)
{
	transfer->request = request;
	transfer->redirects = 0;
	free(transfer->url);
	transfer->url = xmemdup0(request->url.at, request->url.len);
	return ready(transfer, server);
}

/* Where a redirect leads: an owned absolute URL, with the real host where libcurl worked it out from the one with the
 * certificate's name; NULL where the answer says nothing of a place. */
static char *target(const struct transfer *transfer)
{
	char *location = NULL, *effective = NULL, *real = NULL, *host;

	curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &location);
	curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &effective);
	if (!location)
		return NULL;
	if (transfer->connect_to && effective && http_url_same_origin(str_of(location), str_of(effective))) {
		host = url_part(transfer->url, CURLUPART_HOST);
		real = url_with_host(location, host);
		free(host);
	}
	return real ? real : xstrdup(location);
}

/* True where the answer is a redirect that is followed; a redirect that is not is a failure. */
static bool redirected(struct transfer *transfer, struct server *server)
{
	long status = transfer->request->status;
	char *to = status >= 301 && status <= 308 && status != 304 ? target(transfer) : NULL;

	if (!to)
		return false;
	if (http_url_same_origin(str_of(to), str_of(transfer->url)) && transfer->redirects < REDIRECTS) {
		transfer->redirects++;
		free(transfer->url);
		transfer->url = to;
		buf_clear(&transfer->request->body);
		if (status == 303)
			transfer->request->post_body = (struct str){0};
		return ready(transfer, server);
	}
	transfer->request->failed = true;
	if (transfer->redirects < REDIRECTS)
		err_set(&transfer->request->err, "'%s' redirects to '%s', which is another server and is not followed",
			http_url_text(str_of(transfer->url)).text, http_url_text(str_of(to)).text);
	else
		err_set(&transfer->request->err, "'%s' redirects in a circle",
			http_url_text(str_of(transfer->url)).text);
	free(to);
	return false;
}

static void take_wanted(CURL *easy, struct http_wanted *wanted)
{
	struct curl_header *header;

	buf_clear(&wanted->value);
	for (size_t i = 0; curl_easy_header(easy, wanted->name, i, CURLH_HEADER, -1, &header) == CURLHE_OK; i++) {
		buf_cstr(&wanted->value, i ? ", " : "");
		buf_cstr(&wanted->value, header->value);
	}
	if (wanted->value.full) /* half a value says something else */
		buf_clear(&wanted->value);
}

static void take_status(struct transfer *transfer)
{
	struct http_request *request = transfer->request;
	curl_off_t wait = 0;
	char *type = NULL;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &request->status);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &wait);
	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
	request->retry_after.ms = wait < SPAN_MAX_MS / SPAN_SECOND ? wait * SPAN_SECOND : SPAN_MAX_MS;
	snprintf(request->answer_type, sizeof(request->answer_type), "%s", type ? type : "");
	for (size_t i = 0; i < request->wanted_len; i++)
		take_wanted(transfer->easy, &request->wanted[i]);
}

static void fail(struct transfer *transfer, const struct server *server, CURLcode code)
{
	struct url_text url = http_url_text(str_of(transfer->url));
	struct http_request *request = transfer->request;
	curl_off_t connected = 0;
	char *reason = transfer->reason;

	request->failed = true;
	curl_easy_getinfo(transfer->easy, CURLINFO_CONNECT_TIME_T, &connected);
	if (request->too_large) {
		err_set(&request->err, "the answer of '%s' is larger than the limit of %zu bytes", url.text,
			request->body_ceiling);
	} else if (code == CURLE_OPERATION_TIMEDOUT && connected == 0) {
		err_set(&request->err, "no connection to '%s' within %s", url.text,
			span_text(server->connect_timeout).text);
	} else if (code == CURLE_OPERATION_TIMEDOUT) {
		err_set(&request->err, "no whole answer from '%s' within %s", url.text,
			span_text(server->timeout).text);
	} else {
		if (!reason[0])
			snprintf(reason, sizeof(transfer->reason), "%s", curl_easy_strerror(code));
		if (ascii_lower(reason[1]) == reason[1]) /* a word, and no abbreviation */
			reason[0] = ascii_lower(reason[0]);
		err_set(&request->err, "no answer from '%s': %s", url.text, reason);
	}
}

bool transfer_end(struct transfer *transfer, struct server *server, CURLcode code)
{
	take_status(transfer);
	if (code == CURLE_OK)
		return !redirected(transfer, server);
	fail(transfer, server, code);
	return true;
}

bool transfer_stalled(struct transfer *transfer, const struct server *server, struct mono now)
{
	size_t len = transfer->request->body.len;

	if (len == 0)
		return false; /* still thinking: the time-out's affair */
	if (transfer->window_bytes == SIZE_MAX || len - transfer->window_bytes >= STALL_BYTES) {
		transfer->window_bytes = len;
		transfer->window = now;
		return false;
	}
	return mono_since(transfer->window, now).ms > server->timeout.ms / 3;
}

void transfer_fail_stalled(struct transfer *transfer, const struct server *server)
{
	struct span window = {server->timeout.ms / 3};

	take_status(transfer);
	transfer->request->failed = true;
	err_set(&transfer->request->err, "the answer of '%s' stalled: less than 1 KiB came within %s",
		http_url_text(str_of(transfer->url)).text, span_text(window).text);
}
