/* The demo's GitHub at any moment, without a server: `demo_hub SEED UNTIL` reads a request a line, its fields apart by
 * tabs: the moment (Unix seconds, which may not go back), the method, the address below HUB_PATH, and headers. Each is
 * answered by a line of JSON: {"status", "headers", "body"}. The method DEPLOY rolls a version out; its address is
 * "bad" or "good". */
#include "base/limits.h"
#include "base/num.h"
#include "demo/hub.h"

#include <stdio.h>
#include <stdlib.h>

static struct story story;
static struct repository repository;
static struct hub hub;

static struct str take(struct str *rest, char end)
{
	size_t at = str_find(*rest, end);
	struct str field = str_slice(*rest, 0, at);

	*rest = str_slice(*rest, at < rest->len ? at + 1 : at, rest->len);
	return field;
}

static void print(const struct reply *reply)
{
	struct str headers = buf_view(&reply->headers);

	printf("{\"status\": %d, \"headers\": {", reply->status);
	for (const char *comma = ""; headers.len; comma = ", ") {
		struct str line = str_trim(take(&headers, '\n'));
		size_t colon = str_find(line, ':');

		printf("%s\"%.*s\": \"", comma, STR_ARG(str_slice(line, 0, colon)));
		for (size_t i = colon + 2; i < line.len; i++)
			printf(line.at[i] == '"' || line.at[i] == '\\' ? "\\%c" : "%c", line.at[i]);
		printf("\"");
	}
	printf("}, \"body\": %s}\n", reply->body.len ? reply->body.at : "null");
	fflush(stdout);
}

static void answer(struct instant now, struct str method, struct str target, struct str fields)
{
	struct reply reply = {.status = 200};
	struct request request = {.method = method};
	struct buf path, headers;

	buf_init(&path, MIB(1));
	buf_init(&headers, MIB(1));
	buf_init(&reply.headers, MIB(1));
	buf_init(&reply.body, MIB(64));
	buf_cstr(&path, HUB_PATH);
	buf_str(&path, take(&target, '?'));
	while (fields.len) {
		buf_str(&headers, take(&fields, '\t'));
		buf_cstr(&headers, "\r\n");
	}
	request.path = buf_view(&path);
	request.query = target;
	request.headers = buf_view(&headers);
	hub_answer(&hub, &request, now, &reply);
	print(&reply);
	buf_release(&path);
	buf_release(&headers);
	buf_release(&reply.headers);
	buf_release(&reply.body);
}

int main(int argc, char **argv)
{
	uint64_t seed;
	double at;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (argc != 3 || !num_read_u64(str_of(argv[1]), &seed) || !num_read_double(str_of(argv[2]), &at))
		return EXIT_FAILURE;
	story_init(&story, seed, (struct instant){(int64_t)at * SPAN_SECOND});
	repository_init(&repository, &story);
	hub = (struct hub){.repository = &repository, .address = STR("127.0.0.1:9651")};
	while ((len = getline(&line, &room, stdin)) > 0) {
		struct str rest = {line, (size_t)len - 1}, moment = take(&rest, '\t'), method = take(&rest, '\t'),
			   target = take(&rest, '\t');

		if (!num_read_double(moment, &at))
			return EXIT_FAILURE;
		if (!str_is(method, "DEPLOY")) {
			answer((struct instant){(int64_t)(at * 1000)}, method, target, rest);
			continue;
		}
		repository_deploy(&repository, (struct instant){(int64_t)(at * 1000)}, str_is(target, "bad"));
		printf("{}\n");
		fflush(stdout);
	}
	free(line);
	repository_release(&repository);
	return EXIT_SUCCESS;
}
