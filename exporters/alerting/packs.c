#include "exporters/alerting/packs.h"

const char *const pack_names[] = {"host", "blackbox", "delivery", "prometheus", NULL};

/* What was seen last is asked once a minute, however often other rules are: it reads a day of its own series. */
const struct pack_group pack_groups[] = {
	{"wick-targets", "targets", "1m", PACK_HOST | PACK_BLACKBOX | PACK_PROMETHEUS, target_rules},
	{"wick-host", "host", NULL, PACK_HOST, host_rules},
	{"wick-blackbox", "blackbox", NULL, PACK_BLACKBOX, blackbox_rules},
	{"wick-delivery", "delivery", NULL, PACK_DELIVERY, delivery_rules},
	{"wick-prometheus", "prometheus", NULL, PACK_PROMETHEUS, prometheus_rules},
	{.rules = NULL},
};

static bool read_one(struct str name, unsigned *packs, struct err *err)
{
	for (size_t i = 0; pack_names[i]; i++)
		if (str_is(name, pack_names[i])) {
			*packs |= 1U << i;
			return true;
		}
	return err_set(err, "there is no pack '%.*s': there are host, blackbox, delivery and prometheus",
		       STR_ARG(name));
}

bool packs_read(struct str list, unsigned *packs, struct err *err)
{
	bool more = true;

	while (more) {
		size_t end = str_find(list, ',');

		if (!read_one(str_slice(list, 0, end), packs, err))
			return false;
		more = end < list.len;
		list = str_slice(list, end + more, list.len);
	}
	return true;
}
