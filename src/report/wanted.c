#include "report/wanted.h"

struct str wanted_id(struct arena *arena, struct str namespace_, struct str name)
{
	return namespace_.len ? arena_fmt(arena, "%.*s/%.*s", STR_ARG(namespace_), STR_ARG(name)) : name;
}

bool wanted_service(const struct report_case *one, struct str id, struct str name)
{
	for (size_t i = 0; i < one->services_len; i++)
		if (str_eq(one->services[i], id) || str_eq(one->services[i], name))
			return true;
	return one->services_len == 0;
}

static bool is_wanted(const struct report_case *one, const struct slo *slo)
{
	struct arena arena;
	bool wanted;

	arena_init(&arena);
	wanted = wanted_service(one, wanted_id(&arena, slo->namespace_, slo->service), slo->service);
	arena_release(&arena);
	return wanted;
}

static bool has_member(const struct slo *slo, const struct slo *other)
{
	bool found = false;

	for (size_t i = 0; slo_composed(slo) && i < slo->sli.composite->len && !found; i++) {
		const struct slo *member = slo->sli.composite->members[i].slo;

		found = member == other || (member && has_member(member, other));
	}
	return found;
}

bool report_needs(const struct report_case *one, const struct slo *slo)
{
	bool needed = one->services_len == 0 || is_wanted(one, slo);

	for (size_t i = 0; i < one->set->len && !needed; i++)
		needed = has_member(&one->set->slos[i], slo) && is_wanted(one, &one->set->slos[i]);
	return needed;
}
