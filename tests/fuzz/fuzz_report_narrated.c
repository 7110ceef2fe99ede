/* Any bytes as a narrator's text, and as the findings before it: what is judged stays in its bounds, and of findings
 * without a number no text with one is taken. */
#include "report/narrated.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char known[] =
	"{\"service\":\"shop\",\"period\":\"2026-10\",\"period_before\":\"2026-09\",\"from\":\"2026-10-01T00:00:00Z\","
	"\"to\":\"2026-11-01T00:00:00Z\",\"slos_count\":3,\"slos\":[{\"slo\":\"a-1\",\"sli\":0.9936,"
	"\"bad\":6400,\"budget_remaining\":-0.28,\"incidents\":[{\"alerts\":\"page-fast, page-slow\","
	"\"lasted_seconds\":5400}]}]}";

static void judge(struct str text, const char *findings, bool numbers)
{
	struct json_tree *tree = json_tree_read(str_of(findings), NULL);
	struct err err = {0};
	bool ok = narrated_ok(text, tree, &err);

	if (ok != !err.text[0] || (ok && (text.len == 0 || text.len > NARRATIVE_BYTES || !str_utf8(text))))
		abort();
	for (size_t i = 0; i < text.len && ok && !numbers; i++)
		if (ascii_digit(text.at[i]) && (i == 0 || text.at[i - 1] != 'p') && (i < 2 || text.at[i - 2] != 'p'))
			abort();
	json_tree_free(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	size_t end = str_find(text, '\0');
	struct json_tree *tree;
	struct err err = {0};

	judge(text, "{}", false);
	judge(text, known, true);
	tree = json_tree_read(str_slice(text, 0, end), NULL);
	if (tree && end < size)
		narrated_ok(str_slice(text, end + 1, size), tree, &err);
	json_tree_free(tree);
	return 0;
}
