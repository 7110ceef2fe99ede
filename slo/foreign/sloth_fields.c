#include "slo/foreign/sloth.h"
#include "slo/native/native_types.h"

#include "base/limits.h"
#include "format/template.h"

#include <stddef.h>

/* The labels of sloth's alerts, as wick's alerts have them: in the order of names. */
static struct label places[] = {
	{STR_INIT("sloth_id"), STR_INIT("{{ $labels.service }}-{{ $labels.slo }}")},
	{STR_INIT("sloth_service"), STR_INIT("{{ $labels.service }}")},
	{STR_INIT("sloth_slo"), STR_INIT("{{ $labels.slo }}")},
};

static struct str in_our_labels(struct arena *arena, struct str text)
{
	struct buf out;
	struct str made;

	buf_init(&out, LIMIT_TEXT_BYTES);
	template_replace(&out, text, (struct labels){places, sizeof(places) / sizeof(*places)});
	made = out.full ? text : arena_str(arena, buf_view(&out));
	buf_release(&out);
	return made;
}

/* Says what becomes of sloth's own labels in an annotation. */
static void note_places(struct reader *reader, const struct field *field, const struct yaml_node *value)
{
	static const struct str prefix = STR_INIT("sloth_");
	struct str rest, label;

	if (value->kind != YAML_SCALAR || !template_label(value->text, prefix).len)
		return;
	rest = in_our_labels(reader->scratch, value->text);
	label = template_label(rest, prefix);
	if (label.len)
		reader_warn(reader, value, field->name, "sloth-label",
			    "wick's alerts have no label '%.*s': its place stays empty", VALUE_ARG(label));
	else
		reader_note(reader, value, field->name, "sloth-label", "is '%.*s' by the labels of wick's alerts",
			    VALUE_ARG(rest));
}

static bool read_annotations(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct labels *annotations = at;

	if (!foreign_annotations.read(reader, field, node, at))
		return false;
	for (size_t i = 0; i < node->len; i++)
		note_places(reader, field, node->pairs[i].value);
	for (size_t i = 0; i < annotations->len; i++)
		annotations->at[i].value = in_our_labels(reader->arena, annotations->at[i].value);
	return true;
}

static const struct field_type type_annotations = {"a map of texts", read_annotations, NULL, NULL};

#define AT(member) offsetof(struct sloth_slo, member)

#define EVENTS(error_key, total_key)                                                                                   \
	{                                                                                                              \
		{.name = error_key, .type = &field_query, .at = AT(draft.bad), .required = true},                      \
			{.name = total_key, .type = &field_query, .at = AT(draft.total), .required = true},            \
			{.name = NULL},                                                                                \
	}
#define RAW(error_key)                                                                                                 \
	{                                                                                                              \
		{.name = error_key, .type = &field_query, .at = AT(draft.bad), .required = true}, {.name = NULL},      \
	}
#define ALERTING(page_key, ticket_key)                                                                                 \
	{                                                                                                              \
		{.name = "name", .type = &foreign_unused, .help = "an alert goes by its tier"},                        \
			{.name = "labels", .type = &foreign_alert_labels, .at = AT(alerting.labels)},                  \
			{.name = "annotations", .type = &type_annotations, .at = AT(alerting.annotations)},            \
			{.name = page_key, .type = &field_map, .inner = page},                                         \
			{.name = ticket_key, .type = &field_map, .inner = ticket}, {.name = NULL},                     \
	}

#define ALERT(which)                                                                                                   \
	{                                                                                                              \
		{.name = "disable", .type = &field_bool, .at = AT(alerting.which.disable)},                            \
			{.name = "labels", .type = &foreign_alert_labels, .at = AT(alerting.which.labels)},            \
			{.name = "annotations", .type = &type_annotations, .at = AT(alerting.which.annotations)},      \
			{.name = NULL},                                                                                \
	}

static const struct field page[] = ALERT(page), ticket[] = ALERT(ticket);

static const struct field plugin[] = {
	{.name = "id", .type = &native_type_later, .at = AT(plugin_id), .required = true},
	{.name = "options", .type = &foreign_passed},
	{.name = NULL},
};

static const char no_plugins[] = "sloth's SLO plugins change the rules that sloth writes";

#define SLO(sli_fields, alerting_fields)                                                                               \
	{                                                                                                              \
		{.name = "name", .type = &foreign_name, .at = AT(draft.slo.name), .required = true},                   \
			{.name = "description",                                                                        \
			 .type = &field_text,                                                                          \
			 .at = AT(draft.slo.description),                                                              \
			 .max = (double)LIMIT_TEXT_BYTES},                                                             \
			{.name = "objective", .type = &foreign_percent, .at = AT(draft.slo), .required = true},        \
			{.name = "labels", .type = &foreign_labels, .at = AT(draft.labels)},                           \
			{.name = "plugins", .type = &foreign_unused, .help = no_plugins},                              \
			{.name = "sli",                                                                                \
			 .type = &native_type_sli,                                                                     \
			 .at = AT(sli),                                                                                \
			 .required = true,                                                                             \
			 .inner = sli_fields},                                                                         \
			{.name = "alerting",                                                                           \
			 .type = &native_type_sli,                                                                     \
			 .at = AT(alerting_node),                                                                      \
			 .inner = alerting_fields},                                                                    \
			{.name = NULL},                                                                                \
	}

#define SLI(events_fields, raw_fields)                                                                                 \
	{                                                                                                              \
		{.name = "events", .type = &field_map, .inner = events_fields},                                        \
			{.name = "raw", .type = &field_map, .inner = raw_fields},                                      \
			{.name = "plugin", .type = &field_map, .inner = plugin}, {.name = NULL},                       \
	}

static const struct field snake_events[] = EVENTS("error_query", "total_query"), snake_raw[] = RAW("error_ratio_query"),
			  snake_sli[] = SLI(snake_events, snake_raw),
			  snake_alerting[] = ALERTING("page_alert", "ticket_alert"),
			  snake_slo[] = SLO(snake_sli, snake_alerting);
static const struct field camel_events[] = EVENTS("errorQuery", "totalQuery"), camel_raw[] = RAW("errorRatioQuery"),
			  camel_sli[] = SLI(camel_events, camel_raw),
			  camel_alerting[] = ALERTING("pageAlert", "ticketAlert"),
			  camel_slo[] = SLO(camel_sli, camel_alerting);

#undef AT
#define AT(member) offsetof(struct sloth_head, member)

static const struct field snake_head[] = {
	{.name = "version", .type = &field_text, .at = AT(version), .required = true},
	{.name = "service", .type = &foreign_name, .at = AT(head.service), .required = true},
	{.name = "labels", .type = &foreign_labels, .at = AT(head.labels)},
	{.name = "slo_plugins", .type = &foreign_unused, .help = no_plugins},
	{.name = "slos", .type = &native_type_list, .at = AT(slos), .required = true},
	{.name = NULL},
};

static const struct field camel_head[] = {
	{.name = "service", .type = &foreign_name, .at = AT(head.service), .required = true},
	{.name = "labels", .type = &foreign_labels, .at = AT(head.labels)},
	{.name = "sloPlugins", .type = &foreign_unused, .help = no_plugins},
	{.name = "slos", .type = &native_type_list, .at = AT(slos), .required = true},
	{.name = NULL},
};

const struct sloth_dialect sloth_snake = {snake_head, snake_slo};
const struct sloth_dialect sloth_camel = {camel_head, camel_slo};
