#include "slo/native/native_composite.h"

#include "base/limits.h"
#include "slo/field_schema.h"
#include "slo/native/native_types.h"

#include <assert.h>
#include <stddef.h>

/* A namespace, a service and a name, with the '/' between them. */
#define ID_BYTES (3 * LIMIT_NAME_BYTES + 2)

struct written {
	int weighting, missing;
	struct span delay;
	const struct yaml_node *members; /* a list */
};

#define AT(member) offsetof(struct written, member)

const struct field native_composite[] = {
	{.name = "members",
	 .type = &native_type_list,
	 .at = AT(members),
	 .required = true,
	 .min = 1,
	 .inner = native_composite_member,
	 .help = "The SLOs that it is made of, at most 100: of any file, language and source, composites too"},
	{.name = "weighting",
	 .type = &field_choice,
	 .at = AT(weighting),
	 .choices = (const char *const[]){"equal", "events", NULL},
	 .fallback = "equal",
	 .help = "`equal`: a minute of one member weighs as much as a minute of another. `events`: an event of one weighs as much as "
		 "an event of another. Either way times the member's weight"},
	{.name = "noData",
	 .type = &field_choice,
	 .at = AT(missing),
	 .choices = (const char *const[]){"ignore", "good", "bad", NULL},
	 .fallback = "ignore",
	 .help = "What a member counts as for the time of which nothing is known of it, from its first data on. `ignore`: for that time the others "
		 "are all there is"},
	{.name = "delay",
	 .type = &field_duration,
	 .at = AT(delay),
	 .max = (double)SPAN_DAY,
	 .fallback = "10m",
	 .help = "How long a member is waited for that does not get on, since its source does not answer; then it goes on without, and "
		 "`noData` decides"},
	{.name = NULL},
};
static_assert(LIMIT_COMPOSITE_MEMBERS == 100, "the help of members says so");
static_assert((int)WEIGHTED_EQUALLY == 0 && (int)WEIGHTED_BY_EVENTS == 1, "the choices stand in this order");
static_assert((int)MISSING_IGNORED == 0 && (int)MISSING_GOOD == 1 && (int)MISSING_BAD == 2, "and so do these");

#undef AT
#define AT(member) offsetof(struct composite_member, member)

const struct field native_composite_member[] = {
	{.name = "slo",
	 .type = &field_text,
	 .at = AT(id),
	 .required = true,
	 .min = 1,
	 .max = ID_BYTES,
	 .help = "Its id: `service/name`, or `namespace/service/name`. One with `groupBy` is taken as a whole"},
	{.name = "weight",
	 .type = &native_type_positive,
	 .at = AT(weight),
	 .max = 1e6,
	 .fallback = "1",
	 .help = "What its bad minutes, or events, are multiplied by"},
	{.name = NULL},
};

static bool read_member(struct reader *reader, const struct yaml_node *node, struct composite *composite)
{
	struct composite_member *member = &composite->members[composite->len];
	size_t errors = reader->findings->errors;

	fields_read(reader, native_composite_member, node, "a member", member);
	if (reader->findings->errors != errors)
		return false;
	member->place = reader_place(reader, yaml_get(node, "slo"));
	for (size_t i = 0; i < composite->len; i++)
		if (str_eq(composite->members[i].id, member->id))
			return reader_error(reader, yaml_get(node, "slo"), "slo", "duplicate",
					    "'%.*s' is a member already, in line %u; give it a higher weight",
					    VALUE_ARG(member->id), composite->members[i].place.line);
	composite->len++;
	return true;
}

static bool read_composite(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct composite *composite = arena_alloc(reader->arena, sizeof(*composite));
	struct written written = {.members = NULL};
	size_t errors = reader->findings->errors;

	*(struct composite **)at = composite;
	fields_read(reader, native_composite, node, field->name, &written);
	composite->weighting = (enum composite_weighting)written.weighting;
	composite->missing = (enum slice_missing)written.missing;
	composite->delay = written.delay;
	if (!written.members)
		return false;
	if (written.members->len > LIMIT_COMPOSITE_MEMBERS)
		return reader_error(reader, written.members, "members", "too-many",
				    "%zu members; at most %d are allowed", written.members->len,
				    LIMIT_COMPOSITE_MEMBERS);
	composite->members = arena_array(reader->arena, written.members->len, sizeof(*composite->members));
	for (size_t i = 0; i < written.members->len; i++)
		read_member(reader, written.members->items[i], composite);
	return reader->findings->errors == errors;
}

const struct field_type native_type_composite = {"a map", read_composite, NULL, field_schema_map};
