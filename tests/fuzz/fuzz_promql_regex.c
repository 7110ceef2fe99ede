/* A pattern, a NUL, a text: neither may crash the engine, what is listed as a word must match, and quoted texts match
 * themselves. */
#include "promql/matcher.h"
#include "promql/regex.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool matches(struct str pattern, struct str text)
{
	struct regex *regex = regex_new(pattern);
	bool matched = regex && regex_match(regex, text);

	regex_free(regex);
	return matched;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = {(const char *)data, size};
	size_t nul = str_find(input, '\0');
	struct str pattern = str_slice(input, 0, nul), text = str_slice(input, nul + 1, size), *words;
	struct arena arena;
	struct buf quoted;
	size_t len;

	arena_init(&arena);
	matches(pattern, text);
	len = regex_words(&arena, pattern, &words);
	for (size_t i = 0; i < len; i++)
		assert(matches(pattern, words[i]));
	buf_init(&quoted, size * 2 + 1);
	if (str_utf8(text) && text.len < 1000) {
		assert(matcher_quote(&quoted, text));
		assert(matches(buf_view(&quoted), text));
	}
	buf_release(&quoted);
	arena_release(&arena);
	return 0;
}
