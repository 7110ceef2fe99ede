/* What clients send, as the site sees it: method, path, headers and query, one per line. Each answer has a body and a
 * known status; what stands in the query comes back on pages for people, and there as a text: no page has a script but
 * ours, or is long. */
#include "daemon/site.h"
#include "tests/unit/results_fixture.h"

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
	static const unsigned known[] = {200, 202, 301, 400, 403, 404, 405, 503};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (status == known[i])
			return true;
	return false;
}

static size_t times(struct str text, struct str word)
{
	size_t found = 0;

	for (size_t i = 0; i + word.len <= text.len; i++)
		found += memcmp(text.at + i, word.at, word.len) == 0;
	return found;
}

static void check_page(struct str page)
{
	assert(times(page, STR("<script")) == 1 && times(page, STR("<img")) == 0 &&
	       times(page, STR("\xe2\x80\xae")) == 0);
	assert(page.len < 100000 && str_ends(page, STR("</html>\n")));
}

/* Two SLOs, of which one has groups: enough for a list with its form. */
static struct board *make_board(void)
{
	static struct fixture fixture;
	struct board *board = board_new();
	struct snapshot *snapshot = snapshot_new(NULL);

	fixture_init(&fixture);
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "a", "b"), 10)->group =
		FIXTURE_LABELS(&fixture.arena, "zone", "1");
	fixture_add(&fixture, fixture_slo(&fixture.arena, "eu", "c", "d"), -1);
	snapshot->results = fixture.results;
	snapshot->health = fixture.health;
	board_publish(board, snapshot);
	return board;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct board *board;
	static struct site *site;
	struct str rest = {(const char *)data, size};
	struct request request = {.method = {NULL, 0}};
	struct reply reply;

	if (!site) {
		board = make_board();
		site = site_new(board, -1, NULL);
	}
	request.method = next_line(&rest);
	request.path = next_line(&rest);
	request.accept = next_line(&rest);
	request.accept_encoding = next_line(&rest);
	request.query = next_line(&rest);
	request.origin = rest;
	reply = site_answer(site, &request);
	assert(status_known(reply.status) && reply.content_type && reply.body && !reply.body->bytes.full);
	assert(reply.moved == (reply.status == 301));
	assert((reply.allow != NULL) == (reply.status == 405));
	/* an address has what was asked for behind it, whatever that was */
	assert(reply.gzip || reply.moved || str_utf8(buf_view(&reply.body->bytes)));
	if (!reply.gzip && str_starts(str_of(reply.content_type), STR("text/html")))
		check_page(buf_view(&reply.body->bytes));
	blob_unref(reply.body);
	return 0;
}
