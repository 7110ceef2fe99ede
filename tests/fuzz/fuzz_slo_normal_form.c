/* Any bytes as a file to format: what is made is made no further, and what is refused has a reason. What was made and
 * had to be taken back is a fault of the layout. */
#include "base/limits.h"
#include "slo/native/normal_form.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum normal_form form(struct buf *out, struct str text)
{
	struct findings findings;
	struct arena arena;
	enum normal_form made;

	arena_init(&arena);
	findings_init(&findings, &arena, LIMIT_FINDINGS);
	made = normal_form_write(out, "fuzz.yaml", text, &findings);
	if ((made == NORMAL_FORM_REFUSED) != (findings.errors > 0) || (made == NORMAL_FORM_REFUSED && out->len))
		abort();
	for (size_t i = 0; i < findings.len; i++)
		if (strcmp(findings.at[i].rule, "format") == 0)
			abort();
	findings_release(&findings);
	arena_release(&arena);
	return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct buf once, twice;

	buf_init(&once, LIMIT_FILE_BYTES);
	buf_init(&twice, LIMIT_FILE_BYTES);
	if (form(&once, text) == NORMAL_FORM_MADE &&
	    (form(&twice, buf_view(&once)) != NORMAL_FORM_MADE || !str_eq(buf_view(&once), buf_view(&twice))))
		abort();
	buf_release(&twice);
	buf_release(&once);
	return 0;
}
