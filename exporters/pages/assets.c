#include "exporters/pages/assets.h"

#include <assert.h>

extern const struct embedded page_assets[];
extern const size_t page_assets_len;

struct str page_asset(const char *name)
{
	for (size_t i = 0; i < page_assets_len; i++)
		if (strcmp(page_assets[i].name, name) == 0)
			return embedded_text(&page_assets[i]);
	assert(!"an asset of that name");
	return STR("");
}
