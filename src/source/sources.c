#include "source/sources.h"

#include "base/mem.h"

#include <stdlib.h>

bool sources_open(struct sources *sources, const struct source_settings *settings, size_t len, struct err *err)
{
	*sources = (struct sources){.at = xcalloc(len, sizeof(*sources->at))};
	for (size_t i = 0; i < len; i++) {
		struct source *source = source_new_beside(i ? sources->at[0].source : NULL, &settings[i], err);

		if (!source) {
			if (settings[i].name.len)
				err_prefix(err, "source '%.*s'", STR_ARG(settings[i].name));
			sources_close(sources);
			return false;
		}
		sources->at[sources->len++] = (struct named_source){settings[i].name, settings[i].url, source};
	}
	return true;
}

void sources_close(struct sources *sources)
{
	for (size_t i = 0; i < sources->len; i++)
		source_free(sources->at[i].source);
	free(sources->at);
	*sources = (struct sources){.at = NULL};
}
