#include "net/server.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static char *copy(struct str text) { return text.len ? xmemdup0(text.at, text.len) : NULL; }

static struct secret *copy_secret(const struct secret *secret)
{
	return secret ? secret_new(secret_reveal(secret)) : NULL;
}

static bool readable(const char *path, const char *what, struct err *err)
{
	if (path && access(path, R_OK) < 0)
		return err_errno(err, errno, what, path);
	return true;
}

/* A line end in a header would begin another one. */
static bool header_ok(const struct http_header *header)
{
	for (size_t i = 0; i < header->name.len; i++)
		if ((unsigned char)header->name.at[i] <= ' ' || (unsigned char)header->name.at[i] >= 0x7F ||
		    header->name.at[i] == ':')
			return false;
	for (size_t i = 0; i < header->value.len; i++)
		if (((unsigned char)header->value.at[i] < ' ' && header->value.at[i] != '\t') ||
		    header->value.at[i] == 0x7F)
			return false;
	return header->name.len > 0;
}

bool server_header_add(struct curl_slist **list, const struct http_header *header, struct err *err)
{
	struct curl_slist *longer;
	struct buf line;

	if (!header_ok(header))
		return err_set(err, "cannot send the header '%.*s': a name is letters and dashes, a value is one line",
			       STR_ARG(header->name));
	buf_init(&line, header->name.len + header->value.len + 4);
	/* "name;" is how libcurl is told to send a header without a value */
	buf_str(&line, header->name);
	buf_cstr(&line, header->value.len ? ": " : ";");
	buf_str(&line, header->value);
	longer = curl_slist_append(*list, line.at);
	buf_release(&line);
	if (!longer)
		return err_set(err, "out of memory");
	*list = longer;
	return true;
}

static bool check(const struct server *server, struct err *err)
{
	if ((server->bearer || server->bearer_file.path) && server->user)
		return err_set(
			err,
			"cannot send both a user with a password and a bearer token: one Authorization header is all there is");
	if (server->key_file && !server->cert_file)
		return err_set(err, "cannot use the key file '%s' without a certificate file", server->key_file);
	if (server->server_name && strcspn(server->server_name, ":/?#@[]% \t") != strlen(server->server_name))
		return err_set(err, "cannot use the server name '%s': it is a host name, without scheme and port",
			       server->server_name);
	return readable(server->ca_file, "cannot read the CA file", err) &&
	       readable(server->cert_file, "cannot read the client certificate file", err) &&
	       readable(server->key_file, "cannot read the client key file", err);
}

bool server_init(struct server *server, const struct http_settings *settings, struct err *err)
{
	*server = (struct server){
		.user = copy(settings->user),
		.ca_file = copy(settings->ca_file),
		.cert_file = copy(settings->cert_file),
		.key_file = copy(settings->key_file),
		.server_name = copy(settings->server_name),
		.password = copy_secret(settings->password),
		.bearer = copy_secret(settings->bearer),
		.insecure = settings->insecure,
		.gzip = settings->gzip,
		.connect_timeout =
			settings->connect_timeout.ms > 0 ? settings->connect_timeout : (struct span){5 * SPAN_SECOND},
		.timeout = settings->timeout.ms > 0 ? settings->timeout : (struct span){30 * SPAN_SECOND},
	};
	for (size_t i = 0; i < settings->headers_len; i++)
		if (!server_header_add(&server->headers, &settings->headers[i], err))
			return false;
	if (!secret_file_init(&server->bearer_file, settings->bearer_file, err))
		return err_prefix(err, "no bearer token");
	return check(server, err);
}

const struct secret *server_bearer(struct server *server)
{
	secret_file_refresh(&server->bearer_file);
	return server->bearer_file.path ? server->bearer_file.secret : server->bearer;
}

void server_release(struct server *server)
{
	secret_free(server->password);
	secret_free(server->bearer);
	curl_slist_free_all(server->headers);
	free(server->user);
	free(server->ca_file);
	free(server->cert_file);
	free(server->key_file);
	free(server->server_name);
	secret_file_release(&server->bearer_file);
	*server = (struct server){0};
}
