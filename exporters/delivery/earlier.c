#include "exporters/delivery/earlier.h"

#include "dora/dora.h"

struct dora_result dora_earlier(const struct dora_result *result, size_t window, struct str name)
{
	const struct dora_window *now = &result->windows[window].window;
	const struct dora_window before = {name, {2 * now->from.ms - now->to.ms}, now->from};
	struct dora_result earlier = *result;

	earlier.complete = false;
	dora_measure(result->histories, result->services, &before, &earlier.windows[window]);
	return earlier;
}
