#include "delivery/lanes.h"

#include "base/mem.h"

#include <stdlib.h>

static const struct lane *lane_of(const struct lanes *lanes, const struct tracked *service,
				  const struct delivery_environment *environment)
{
	for (size_t i = 0; lanes && i < lanes->len; i++)
		if (str_eq(lanes->at[i].service->name, service->name) &&
		    str_eq(lanes->at[i].environment->name, environment->name))
			return &lanes->at[i];
	return NULL;
}

void lanes_make(struct lanes *lanes, const struct target *target, const struct lanes *before)
{
	size_t len = target_environments(target);

	*lanes = (struct lanes){.at = xcalloc(len ? len : 1, sizeof(*lanes->at))};
	for (size_t i = 0; i < target->services_len; i++) {
		const struct tracked *service = &target->services[i];

		for (size_t k = 0; k < service->delivery->environments_len; k++) {
			const struct delivery_environment *environment = &service->delivery->environments[k];
			const struct lane *known = lane_of(before, service, environment);
			struct lane *lane = &lanes->at[lanes->len++];

			if (known)
				*lane = *known;
			lane->service = service;
			lane->environment = environment;
		}
	}
}

void lanes_release(struct lanes *lanes)
{
	free(lanes->at);
	*lanes = (struct lanes){.at = NULL};
}

void lanes_fault(struct lanes *lanes, const struct target *target, const struct faults *faults)
{
	for (size_t i = 0; i < lanes->len; i++)
		faults_say(faults, target, lanes->at[i].service, lanes->at[i].environment, &lanes->at[i].error);
}

void lanes_read(struct lanes *lanes, const struct target *target, const struct faults *faults, struct instant known_at,
		struct instant read_at)
{
	lanes_fault(lanes, target, faults);
	for (size_t i = 0; i < lanes->len; i++) {
		if (lanes->at[i].error.text[0])
			continue;
		lanes->at[i].known_at = known_at;
		lanes->at[i].read_at = read_at;
	}
}

void lanes_fail(struct lanes *lanes, const char *why)
{
	for (size_t i = 0; i < lanes->len; i++)
		err_set(&lanes->at[i].error, "%s", why);
}
