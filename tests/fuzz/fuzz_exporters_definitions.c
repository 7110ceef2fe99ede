/* Any bytes as a definition file, written in every language: what comes back is what went in, or its loss was said. */
#include "exporters/definitions/conversion.h"

#include "base/limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void convert(const struct slo_set *set, const struct definition_language *to)
{
	struct conversion conversion;
	struct buf out;

	buf_init(&out, MIB(64));
	conversion_init(&conversion, to, set);
	conversion_write(&conversion, NULL, &out);
	if (out.full || !str_utf8(buf_view(&out)))
		abort();
	for (size_t i = 0; i < conversion.lost.len; i++)
		if (conversion.lost.at[i].rule == conversion_fault)
			abort();
	conversion_release(&conversion);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct definition_text text = {STR("fuzz.yaml"), {(const char *)data, size}};
	struct slo_set *set = slo_set_read_kept(&text, 1);

	for (size_t i = 0; definition_languages[i]; i++)
		convert(set, definition_languages[i]);
	slo_set_unref(set);
	return 0;
}
