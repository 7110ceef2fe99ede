/* The server of tests/support/script_server.py, told what to answer, and what it has seen. */
#ifndef WICK_TESTS_SCRIPTED_H
#define WICK_TESTS_SCRIPTED_H

#include "net/http.h"
#include "tests/unit/servers.h"

#include <jansson.h>

static inline struct server script_server(const char *host)
{
	struct server server = server_spawn(
		(const char *const[]){"/usr/bin/python3", "tests/support/script_server.py", "--host", host, NULL});

	server_wait_port(&server, "port ", "\n");
	return server;
}

static inline struct buf script_request(const struct server *server, const char *path, struct str body)
{
	struct err err = {0};
	struct http *http = http_new(&(struct http_settings){0}, 1, &err);
	struct http_request request = {.post_body = body, .body_ceiling = 16 << 20};
	char url[200];

	ck_assert_msg(http != NULL, "%s", err.text);
	snprintf(url, sizeof(url), "%s/-/%s", server->url, path);
	request.url = str_of(url);
	http_start(http, &request);
	ck_assert_ptr_eq(http_next(http, (struct span){20000}, -1), &request);
	ck_assert_msg(!request.failed && request.status == 200, "%ld %s", request.status, request.err.text);
	http_free(http);
	return request.body;
}

/* A JSON array, which may be written with single quotes; forgets what was seen. */
static inline void script(const struct server *server, const char *answers)
{
	char *text = strdup(answers);
	struct buf answer;

	for (char *at = text; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	answer = script_request(server, "script", str_of(text));
	buf_release(&answer);
	free(text);
}

/* {"requests": [...], "left": number of answers}; to be decref'd. */
static inline json_t *script_log(const struct server *server)
{
	struct buf body = script_request(server, "log", (struct str){0});
	json_t *log = json_loads(buf_view(&body).at, 0, NULL);

	ck_assert_ptr_nonnull(log);
	buf_release(&body);
	return log;
}

static inline size_t script_seen(json_t *log) { return json_array_size(json_object_get(log, "requests")); }

static inline const char *script_text(json_t *log, size_t index, const char *member)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(log, "requests"), index), member));
}

/* A header of a request, or NULL. */
static inline const char *script_header(json_t *log, size_t index, const char *name)
{
	json_t *request = json_array_get(json_object_get(log, "requests"), index);

	return json_string_value(json_object_get(json_object_get(request, "headers"), name));
}

#endif
