/* The demo's GitHub: whatever the address and the headers, the answer is a document of JSON with a status that is
 * meant, and its headers are lines. The first line is the address, the others are headers. */
#include "base/limits.h"
#include "demo/hub.h"
#include "format/json_tree.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct story story;
static struct repository repository;
static const struct instant now = {1795237200000};

static void set_up(void)
{
	story_init(&story, 1, now);
	repository_init(&repository, &story);
	repository_advance(&repository, now);
}

static void look_at_headers(struct str headers)
{
	while (headers.len) {
		size_t end = str_find(headers, '\n');

		assert(end < headers.len && end > 1 && headers.at[end - 1] == '\r');
		assert(str_find(str_slice(headers, 0, end), '\r') == end - 1);
		assert(str_find(str_slice(headers, 0, end), ':') < end);
		headers = str_slice(headers, end + 1, headers.len);
	}
}

static void look_at(const struct reply *reply)
{
	static const int statuses[] = {200, 304, 400, 403, 404, 422};
	struct json_tree *tree;
	struct err err = {0};
	bool known = false;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		known |= reply->status == statuses[i];
	assert(known && !reply->body.full && !reply->headers.full);
	look_at_headers(buf_view(&reply->headers));
	if (reply->status == 304) {
		assert(reply->body.len == 0);
		return;
	}
	tree = json_tree_read(buf_view(&reply->body), &err);
	assert(tree);
	json_tree_free(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	size_t line = str_find(text, '\n'), question;
	struct str target = str_slice(text, 0, line);
	struct hub hub = {.repository = &repository, .address = STR("127.0.0.1:9651")};
	struct request request = {.method = STR("GET"), .headers = str_slice(text, line + (line < size), size)};
	struct reply reply = {.status = 200};
	struct buf path;

	if (!story.until.ms)
		set_up();
	buf_init(&path, MIB(2));
	buf_init(&reply.headers, KIB(64));
	buf_init(&reply.body, MIB(64));
	question = str_find(target, '?');
	buf_cstr(&path, HUB_PATH);
	buf_str(&path, str_slice(target, 0, question));
	request.path = buf_view(&path);
	request.query = str_slice(target, question + (question < target.len), target.len);
	if (size < 16384) { /* the listener takes no longer ones */
		hub_answer(&hub, &request, now, &reply);
		look_at(&reply);
	}
	buf_release(&path);
	buf_release(&reply.headers);
	buf_release(&reply.body);
	return 0;
}
