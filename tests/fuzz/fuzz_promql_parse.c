/* Any text: what parses is printed, and what is printed reads back as the same tree; its rewriting is printed and reads
 * back too. */
#include "base/limits.h"
#include "promql/rewrite.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct promql_node *read_back(struct arena *arena, const struct promql_node *node)
{
	struct promql_error error;
	struct promql_node *again;
	struct buf buf;

	buf_init(&buf, LIMIT_PROMQL_BYTES); /* longer spellings are not read */
	if (!promql_print(&buf, node)) {
		buf_release(&buf);
		return NULL;
	}
	again = promql_parse(arena, arena_str(arena, buf_view(&buf)), &error);
	buf_release(&buf);
	assert(again);
	return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rewrite_options options = {{60000}, {300000}, {3600000}, true};
	struct str source = {(const char *)data, size};
	struct promql_node *node, *again;
	struct promql_error error;
	struct counter_sum sum;
	struct arena arena;

	arena_init(&arena);
	node = promql_parse(&arena, source, &error);
	if (node) {
		again = read_back(&arena, node);
		assert(!again || promql_equal(node, again));
		assert(promql_equal(node, promql_copy(&arena, node)));
		if (promql_counter_sum(&arena, node, NULL, 0, &sum))
			assert(sum.len > 0);
		if (promql_type(node) == PROMQL_VECTOR && size < 2000)
			read_back(&arena, promql_rewrite(&arena, node, &options).node);
	} else {
		assert(error.text[0] && error.offset <= size && error.line > 0 && error.col > 0);
	}
	arena_release(&arena);
	return 0;
}
