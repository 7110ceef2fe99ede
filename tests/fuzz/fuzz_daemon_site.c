/* What clients send, as the site sees it: method, path and headers, one per line. Each answer has a body and a known
 * status; what stands in the request never comes back out of an answer unescaped, since it never comes back at all. */
#include "daemon/site.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str next_line(struct str *rest)
{
	size_t end = str_find(*rest, '\n');
	struct str line = str_slice(*rest, 0, end);

	*rest = str_slice(*rest, end + 1, rest->len);
	return line;
}

static bool status_known(unsigned status)
{
	static const unsigned known[] = {200, 202, 400, 403, 404, 405, 503};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (status == known[i])
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct board *board;
	static struct site *site;
	struct str rest = {(const char *)data, size};
	struct request request;
	struct reply reply;

	if (!site) {
		board = board_new();
		board_publish(board, snapshot_new(NULL));
		site = site_new(board, -1, NULL);
	}
	request.method = next_line(&rest);
	request.path = next_line(&rest);
	request.accept = next_line(&rest);
	request.accept_encoding = next_line(&rest);
	request.origin = rest;
	reply = site_answer(site, &request);
	assert(status_known(reply.status) && reply.content_type && reply.body && !reply.body->bytes.full);
	assert((reply.allow != NULL) == (reply.status == 405));
	assert(reply.gzip || str_utf8(buf_view(&reply.body->bytes)));
	blob_unref(reply.body);
	return 0;
}
