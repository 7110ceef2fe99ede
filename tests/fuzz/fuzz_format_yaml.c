/* Any bytes as YAML: what is read is bounded, has no cycle, and each place that is named lies in the source. */
#include "base/limits.h"
#include "format/yaml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines_of(struct str source)
{
	size_t lines = 2; /* a last line that is not ended, and the one behind the end */

	for (size_t i = 0; i < source.len; i++)
		/* a carriage return, and the last byte of U+0085, U+2028 and U+2029 */
		lines += source.at[i] == '\n' || source.at[i] == '\r' || (unsigned char)source.at[i] == 0x85 ||
			 (unsigned char)source.at[i] == 0xA8 || (unsigned char)source.at[i] == 0xA9;
	return lines;
}

static void check_place(size_t line, size_t col, size_t lines)
{
	if (line < 1 || col < 1 || line > lines)
		abort();
}

/* Walks at most `left` nodes, aliases followed. */
static void walk(struct str source, const struct yaml_node *node, size_t lines, unsigned depth, size_t *left)
{
	unsigned line, col;

	if (depth > LIMIT_YAML_DEPTH + 1)
		abort();
	check_place(node->line, node->col, lines);
	if (node->kind == YAML_SCALAR && *left) {
		yaml_locate(source, node, node->text.len / 2, &line, &col);
		check_place(line, col, lines);
	}
	for (size_t i = 0; i < node->len && *left; i++, --*left)
		walk(source, node->kind == YAML_MAP ? node->pairs[i].value : node->items[i], lines, depth + 1, left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str source = {(const char *)data, size};
	size_t lines = lines_of(source), left = 2000;
	struct yaml_file file;
	struct arena arena;

	arena_init(&arena);
	if (yaml_read(&arena, source, &file) != (file.faults_len == 0))
		abort();
	for (size_t i = 0; i < file.faults_len; i++) {
		check_place(file.faults[i].line, file.faults[i].col, lines);
		if (file.faults[i].text.len == 0)
			abort();
	}
	for (size_t i = 0; i < file.len; i++)
		walk(source, file.documents[i], lines, 1, &left);
	arena_release(&arena);
	return 0;
}
