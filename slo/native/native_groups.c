#include "slo/native/native_groups.h"

#include "base/limits.h"
#include "slo/field_schema.h"
#include "slo/native/native_types.h"

#include <stddef.h>

struct written {
	struct slo slo; /* its labels; first, as native_type_label_names wants it */
	unsigned top;
	int by;
	struct str rest;
};

#define AT(member) offsetof(struct written, member)

const struct field native_groups[] = {
	{.name = "labels",
	 .type = &native_type_label_names,
	 .at = AT(slo),
	 .required = true,
	 .help = "One group for each combination of these labels' values"},
	{.name = "top",
	 .type = &field_count,
	 .at = AT(top),
	 .min = 1,
	 .max = LIMIT_TOP_MAX,
	 .help = "So many groups are shown by themselves, those with the most events in the last window; without it all are"},
	{.name = "by",
	 .type = &field_choice,
	 .at = AT(by),
	 .choices = (const char *const[]){"events", "bad", NULL},
	 .fallback = "events",
	 .help = "Which events `top` goes by: all of them, or the bad ones"},
	{.name = "rest",
	 .type = &native_type_name,
	 .at = AT(rest),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .fallback = "everything-else",
	 .help = "All other groups together are one more group with a budget of its own, and this is the value of its labels; a group that is "
		 "called so itself is part of it. `none`: they are counted and not shown"},
	{.name = NULL},
};

#undef AT

static bool from_map(struct reader *reader, const struct field *field, const struct yaml_node *node, struct slo *slo)
{
	static const char *const of_top[] = {"by", "rest"};
	struct written written = {.slo = {.group_by_len = 0}};
	size_t errors = reader->findings->errors;

	fields_read(reader, native_groups, node, field->name, &written);
	if (reader->findings->errors != errors)
		return false;
	for (size_t i = 0; !written.top && i < sizeof(of_top) / sizeof(*of_top); i++)
		if (yaml_get(node, of_top[i]))
			return reader_error(reader, yaml_get(node, of_top[i]), of_top[i], "group-top",
					    "has no meaning without top: all groups are shown by themselves");
	slo->group_by = written.slo.group_by;
	slo->group_by_len = written.slo.group_by_len;
	if (!written.top)
		return true;
	if (slo->group_by_len == 0)
		return reader_error(reader, yaml_get(node, "top"), "top", "group-top", "wants labels to group by");
	slo->top = (struct group_top){written.top, (enum top_order)written.by,
				      str_is(written.rest, "none") ? STR("") : written.rest};
	return true;
}

static bool read_groups(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	if (node->kind == YAML_MAP)
		return from_map(reader, field, node, (struct slo *)(void *)((char *)at - field->at));
	return native_type_label_names.read(reader, field, node, at);
}

static void schema_groups(struct json_writer *json, const struct field *field)
{
	json_key(json, "anyOf");
	json_array(json);
	json_object(json);
	native_type_label_names.schema(json, field);
	json_object_end(json);
	json_object(json);
	schema_object(json, native_groups, SCHEMA_OBJECT);
	json_object_end(json);
	json_array_end(json);
}

const struct field_type native_type_group_by = {"a list of label names, or a map", read_groups, NULL, schema_groups};
