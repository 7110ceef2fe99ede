/* `incidents` of a delivery. */
#include "base/limits.h"
#include "slo/native/native_delivery.h"
#include "slo/native/native_moment.h"
#include "slo/native/native_types.h"

#include <assert.h>
#include <stddef.h>

/* An item as it is read. */
struct written {
	struct str severity, repository, name;
	struct delivery_texts labels, environments;
	struct moment opened, closed;
};

#define AT(member) offsetof(struct written, member)

const struct field native_incident_issues[] = {
	{.name = "labels",
	 .type = &native_type_texts,
	 .at = AT(labels),
	 .required = true,
	 .min = 1,
	 .help = "An issue that has all of these labels is one"},
	{.name = "repository",
	 .type = &native_type_repository,
	 .at = AT(repository),
	 .help = "Where they are filed: `owner/name`. Without it in the service's own repository"},
	{.name = NULL},
};

const struct field native_incident_entry[] = {
	{.name = "name",
	 .type = &field_text,
	 .at = AT(name),
	 .required = true,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "What it was, in words for people"},
	{.name = "opened",
	 .type = &native_type_moment,
	 .at = AT(opened),
	 .required = true,
	 .help = "When it began: in UTC, or with an offset such as `+01:00`"},
	{.name = "closed",
	 .type = &native_type_moment,
	 .at = AT(closed),
	 .help = "When it was over, in the same form. Without it, it still goes on"},
	{.name = NULL},
};

const struct field native_incidents[] = {
	{.name = "slo",
	 .type = &native_type_name,
	 .at = AT(severity),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Alerts of the service's SLOs that have this severity, such as `page`: each opens one, its end closes it"},
	{.name = "issues",
	 .type = &field_map,
	 .rivals = RIVALS_EXACTLY_ONE,
	 .inner = native_incident_issues,
	 .help = "GitHub issues: opened with the issue, and closed with it"},
	{.name = "incident",
	 .type = &field_map,
	 .rivals = RIVALS_EXACTLY_ONE,
	 .inner = native_incident_entry,
	 .help = "One that is written down here"},
	{.name = "environments",
	 .type = &native_type_texts,
	 .at = AT(environments),
	 .min = 1,
	 .help = "Whose deployments it may count against, such as `production`: names of the definition's environments. Without it of any"},
	{.name = NULL},
};

/* The rows of the table, in the order of the enum. */
static const char *const source_keys[INCIDENT_SOURCES] = {"slo", "issues", "incident"};

static_assert((int)INCIDENT_SOURCES == 3, "one of three");

static void take_entry(struct reader *reader, const struct written *written, struct incident_rule *rule)
{
	struct err err;
	const struct zone *utc = zone_find(STR("UTC"), &err);
	struct incident_entry *entry = arena_alloc(reader->arena, sizeof(*entry));

	entry->name = written->name;
	entry->opened = moment_instant(&written->opened, utc);
	if (written->closed.node)
		entry->closed = moment_instant(&written->closed, utc);
	entry->place = rule->place;
	if (written->closed.node && entry->closed.ms < entry->opened.ms)
		reader_error(reader, written->closed.node, "closed", "out-of-range", "'%.*s' is before it was opened",
			     VALUE_ARG(written->closed.node->text));
	rule->entries = entry;
	rule->entries_len = 1;
}

static bool is_met(struct reader *reader, const struct yaml_node *item, const struct delivery *delivery,
		   const struct incident_rule *rule)
{
	for (size_t i = 0; i < delivery->incidents_len; i++)
		if (incident_rule_same(&delivery->incidents[i], rule))
			return !reader_error(reader, item, "incidents", "duplicate",
					     "the same stands in line %u already", delivery->incidents[i].place.line);
	return false;
}

static void find_environments(struct reader *reader, const struct yaml_node *item, const struct delivery *delivery,
			      const struct incident_rule *rule)
{
	for (size_t i = 0; i < rule->environments.len; i++)
		if (!delivery_environment_find(delivery, rule->environments.at[i]))
			reader_error(reader, yaml_get(item, "environments"), "environments", "unknown-environment",
				     "there is no environment '%.*s' in this definition",
				     VALUE_ARG(rule->environments.at[i]));
}

static void read_item(struct reader *reader, const struct yaml_node *item, struct delivery *delivery)
{
	struct incident_rule *rule = &delivery->incidents[delivery->incidents_len];
	struct written written = {.closed = {.node = NULL}};
	size_t errors = reader->findings->errors;
	uint64_t given = fields_read(reader, native_incidents, item, "an item of incidents", &written);
	int source = 0;

	if (reader->findings->errors == errors)
		source =
			native_one_of_three(reader, native_incidents, given, item, source_keys, "an item of incidents");
	if (reader->findings->errors != errors)
		return;
	*rule = (struct incident_rule){.source = (enum incident_source)source,
				       .severity = written.severity,
				       .labels = written.labels,
				       .environments = written.environments,
				       .repository = written.repository,
				       .place = reader_place(reader, item)};
	find_environments(reader, item, delivery, rule);
	if (rule->source == INCIDENTS_FILE)
		take_entry(reader, &written, rule);
	if (reader->findings->errors == errors && !is_met(reader, item, delivery, rule))
		delivery->incidents_len++;
}

/* A list like others, but of short items: `wick fmt` leaves each in its line. */
static bool read_list(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	return native_type_list.read(reader, field, node, at);
}

static void schema_list(struct json_writer *json, const struct field *field) { native_type_list.schema(json, field); }

const struct field_type native_type_incidents = {"a list of maps", read_list, NULL, schema_list};

void native_incidents_read(struct reader *reader, const struct yaml_node *list, struct delivery *delivery)
{
	if (list->len > LIMIT_DELIVERY_INCIDENTS) {
		reader_error(reader, list, "incidents", "too-many", "%zu items; at most %d are allowed", list->len,
			     LIMIT_DELIVERY_INCIDENTS);
		return;
	}
	delivery->incidents = arena_array(reader->arena, list->len, sizeof(*delivery->incidents));
	for (size_t i = 0; i < list->len; i++)
		read_item(reader, list->items[i], delivery);
}
