/* `kind: Corrections` of the native language. */
#include "slo/native/native_corrections.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/num.h"
#include "slo/field_schema.h"
#include "slo/loader.h"
#include "slo/native/native_moment.h"
#include "slo/native/native_types.h"
#include "slo/native/native_window.h"

#include <stddef.h>

/* What all rows of a document share. */
struct written_document {
	int api_version, kind;
	struct str author;
	bool author_said; /* rightly or not */
	const struct zone *zone;
	const struct yaml_node *exclusions, *adjustments; /* lists; NULL: none */
};

/* A row of either list as it is read. */
struct written {
	const struct yaml_node *node;
	struct correction_scope scope;
	struct moment from, to, at;
	struct span duration;
	struct str repeat, reason, author;
	const struct zone *zone;
	double good, bad, bad_minutes;
};

static bool read_id(struct reader *reader, const struct field *field, const struct yaml_node *node,
		    struct correction_scope *scope, struct map *met)
{
	const struct field one = {.name = field->name, .type = &field_text, .min = 1, .max = 3 * LIMIT_NAME_BYTES};
	struct str id;

	if (!field_text.read(reader, &one, node, &id))
		return false;
	if (map_put(met, id, scope))
		return reader_error(reader, node, field->name, "duplicate", "'%.*s' stands here twice", VALUE_ARG(id));
	scope->slos[scope->slos_len] = id;
	scope->places[scope->slos_len++] = reader_place(reader, node);
	return true;
}

/* One id, or a list of them. */
static bool read_ids(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct correction_scope *scope = at;
	size_t len = node->kind == YAML_LIST ? node->len : 1;
	struct map met;
	bool ok = true;

	if (len == 0)
		return reader_error(reader, node, field->name, "empty", "the list is empty; it wants at least one id");
	if (len > LIMIT_SCOPE_SLOS)
		return reader_error(reader, node, field->name, "too-many", "%zu SLOs; at most %d are allowed", len,
				    LIMIT_SCOPE_SLOS);
	scope->slos = arena_array(reader->arena, len, sizeof(*scope->slos));
	scope->places = arena_array(reader->arena, len, sizeof(*scope->places));
	map_init(&met);
	for (size_t i = 0; i < len; i++)
		ok &= read_id(reader, field, node->kind == YAML_LIST ? node->items[i] : node, scope, &met);
	map_release(&met);
	return ok;
}

static void schema_id(struct json_writer *json)
{
	schema_type(json, NULL, SCHEMA_SCALAR);
	schema_key_int(json, "minLength", 1);
	schema_key_int(json, "maxLength", 3 * LIMIT_NAME_BYTES);
}

static void schema_ids(struct json_writer *json, const struct field *field)
{
	schema_type(json, field, SCHEMA_SCALAR | SCHEMA_ARRAY);
	schema_key_int(json, "minLength", 1);
	schema_key_int(json, "maxLength", 3 * LIMIT_NAME_BYTES);
	schema_key_int(json, "minItems", 1);
	schema_key_int(json, "maxItems", LIMIT_SCOPE_SLOS);
	json_key(json, "uniqueItems");
	json_bool(json, true);
	json_key(json, "items");
	json_object(json);
	schema_id(json);
	json_object_end(json);
}

static bool read_number(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	double number;

	if (!field_number.read(reader, field, node, &number))
		return false;
	if (num_same(number, 0))
		return reader_error(reader, node, field->name, "out-of-range", "'%.*s' changes nothing",
				    VALUE_ARG(node->text));
	*(double *)at = number;
	return true;
}

static bool read_words(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str *text = at;

	if (!field_text.read(reader, field, node, text))
		return false;
	*text = str_trim(*text);
	return text->len || reader_error(reader, node, field->name, "empty", "is empty; it wants a text");
}

static const struct field_type type_ids = {"an SLO's id, or a list of them", read_ids, NULL, schema_ids};
static const struct field_type type_number = {"a number", read_number, NULL, field_schema_number};
static const struct field_type type_words = {"a text", read_words, NULL, field_schema_text};

#define AT(member) offsetof(struct written, member)
#define EVENTS_MAX 1e15 /* counts stay exact below 2^53 */

const struct field native_correction_scope[] = {
	{.name = "slo",
	 .type = &type_ids,
	 .at = AT(scope),
	 .help = "`service/name`, or `namespace/service/name` where the SLO has a namespace"},
	{.name = "service",
	 .type = &native_type_name,
	 .at = AT(scope.service),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "SLOs of this service"},
	{.name = "namespace",
	 .type = &native_type_name,
	 .at = AT(scope.namespace_),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "SLOs of this namespace"},
	{.name = "labels",
	 .type = &native_type_labels,
	 .at = AT(scope.labels),
	 .help = "SLOs that have all of these labels, with these values"},
	{.name = NULL},
};

#define SCOPE                                                                                                          \
	{                                                                                                              \
		.name = "for", .type = &field_map, .required = true, .inner = native_correction_scope,                 \
		.help = "Which SLOs it is for: those for which all that is given holds"                                \
	}
#define ZONE                                                                                                           \
	{                                                                                                              \
		.name = "timeZone", .type = &native_type_zone, .at = AT(zone),                                         \
		.help = "The IANA time zone of its clock, in place of the document's"                                  \
	}
#define REASON                                                                                                         \
	{                                                                                                              \
		.name = "reason", .type = &type_words, .at = AT(reason), .required = true, .min = 1,                   \
		.max = (double)LIMIT_REASON_BYTES, .help = "Why, in words for people; the audit list shows it"         \
	}
#define AUTHOR                                                                                                         \
	{                                                                                                              \
		.name = "author", .type = &type_words, .at = AT(author), .min = 1, .max = LIMIT_NAME_BYTES,            \
		.help = "Who answers for it. One has to be there: here, or in the document"                            \
	}

const struct field native_exclusion[] = {
	SCOPE,
	{.name = "from",
	 .type = &native_type_moment,
	 .at = AT(from),
	 .required = true,
	 .help = "When it begins, to the minute: on the zone's clock, or with `Z` or an offset at that very moment"},
	{.name = "to",
	 .type = &native_type_moment,
	 .at = AT(to),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .help = "When it ends, in the same form. Give either this or `duration`"},
	{.name = "duration",
	 .type = &native_type_minutes,
	 .at = AT(duration),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .min = (double)SPAN_MINUTE,
	 .max = (double)(LIMIT_RECURRENCE_MINUTES * SPAN_MINUTE),
	 .help = "How long it lasts: time that goes by, also where clocks change"},
	{.name = "repeat",
	 .type = &field_text,
	 .at = AT(repeat),
	 .min = 1,
	 .max = 1024,
	 .help = "A rule by which it comes again, as RFC 5545 has them: `FREQ=WEEKLY;BYDAY=FR`. It knows `FREQ`, `INTERVAL`, `COUNT`, `UNTIL`, "
		 "`BYDAY`, `BYMONTHDAY`, `BYMONTH` and `WKST`; without it once"},
	ZONE,
	REASON,
	AUTHOR,
	{.name = NULL},
};

const struct field native_adjustment[] = {
	SCOPE,
	{.name = "at",
	 .type = &native_type_moment,
	 .at = AT(at),
	 .required = true,
	 .help = "When it happened: it belongs to every window that holds this moment. On the zone's clock, or with `Z` or an offset"},
	{.name = "good",
	 .type = &type_number,
	 .at = AT(good),
	 .min = -EVENTS_MAX,
	 .max = EVENTS_MAX,
	 .help = "Good events that are added, or with a minus taken away. Of `good`, `bad` and `badMinutes` give at least one"},
	{.name = "bad",
	 .type = &type_number,
	 .at = AT(bad),
	 .min = -EVENTS_MAX,
	 .max = EVENTS_MAX,
	 .help = "Bad events, likewise"},
	{.name = "badMinutes",
	 .type = &type_number,
	 .at = AT(bad_minutes),
	 .min = -LIMIT_RECURRENCE_MINUTES,
	 .max = LIMIT_RECURRENCE_MINUTES,
	 .help = "Minutes of a full outage, at the window's own mean traffic: so many good events become bad, or with a minus bad ones good"},
	ZONE,
	REASON,
	AUTHOR,
	{.name = NULL},
};

#undef AT
#define AT(member) offsetof(struct written_document, member)

const struct field native_corrections[] = {
	{.name = "apiVersion",
	 .type = &field_choice,
	 .at = AT(api_version),
	 .required = true,
	 .choices = (const char *const[]){"wick/v1", NULL},
	 .help = "The language, and its version"},
	{.name = "kind",
	 .type = &field_choice,
	 .at = AT(kind),
	 .required = true,
	 .choices = (const char *const[]){"Corrections", NULL},
	 .help = "What the document is"},
	{.name = "author",
	 .type = &type_words,
	 .at = AT(author),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Who answers for what has no author of its own"},
	{.name = "timeZone",
	 .type = &native_type_zone,
	 .at = AT(zone),
	 .fallback = "UTC",
	 .help = "The IANA time zone whose clock is meant, such as `Europe/Berlin`"},
	{.name = "exclusions",
	 .type = &native_type_list,
	 .at = AT(exclusions),
	 .inner = native_exclusion,
	 .help = "Times that do not count"},
	{.name = "adjustments",
	 .type = &native_type_list,
	 .at = AT(adjustments),
	 .inner = native_adjustment,
	 .help = "Events and minutes that were counted wrongly"},
	{.name = NULL},
};

static void take_author(struct reader *reader, const struct written_document *document, const char *what,
			struct written *written)
{
	const struct yaml_node *own = yaml_get(written->node, "author");

	if (own && !yaml_null(own))
		return;
	written->author = document->author;
	if (!document->author_said)
		reader_error(reader, written->node, "author", "no-author", "is missing in %s, and in the document",
			     what);
}

/* What both kinds have. */
static void read_row(struct reader *reader, const struct field *table, const char *what,
		     const struct written_document *document, struct written *written)
{
	const struct correction_scope *scope = &written->scope;
	size_t errors = reader->findings->errors;

	fields_read(reader, table, written->node, what, written);
	if (written->node->kind != YAML_MAP)
		return;
	if (reader->findings->errors == errors && !scope->slos_len && !scope->service.len && !scope->namespace_.len &&
	    !scope->labels.len)
		reader_error(reader, yaml_get(written->node, "for"), "for", "scope-empty",
			     "says nothing; give at least one of slo, service, namespace and labels");
	if (!written->zone)
		written->zone = document->zone;
	take_author(reader, document, what, written);
}

static void to_the_minute(struct reader *reader, const struct moment *moment, const char *key)
{
	if (moment->node && (moment->civil.second || moment->ms))
		reader_error(reader, moment->node, key, "whole-minutes", "'%.*s' is not a whole minute",
			     VALUE_ARG(moment->node->text));
}

/* A moment by a rule is one of the zone's clock; where that shows a time twice, the second one cannot be said. */
static void on_clock(struct reader *reader, const struct moment *moment, const char *key, const struct zone *zone,
		     struct civil *civil)
{
	*civil = moment_civil(moment, zone);
	if (moment->fixed && zone_instant(zone, civil).ms != moment->instant.ms)
		reader_error(reader, moment->node, key, "shown-twice",
			     "clocks in '%s' show '%.*s' twice, and this is the second time; with repeat it has to be "
			     "another moment",
			     zone_name(zone), VALUE_ARG(moment->node->text));
}

static struct str clock_text(struct arena *arena, const struct civil *civil)
{
	return arena_fmt(arena, "%04d-%02u-%02uT%02u:%02u", civil->year, civil->month, civil->day, civil->hour,
			 civil->minute);
}

static struct str when_text(struct arena *arena, const struct recurrence_terms *terms)
{
	struct str start = clock_text(arena, &terms->start), end = clock_text(arena, &terms->end), text;
	char *rule;

	if (terms->end.year)
		text = arena_fmt(arena, "%s to %s %s", start.at, end.at, zone_name(terms->zone));
	else
		text = arena_fmt(arena, "%s %s, %s", start.at, zone_name(terms->zone),
				 span_text((struct span){terms->minutes * SPAN_MINUTE}).text);
	if (!terms->rule.len)
		return text;
	rule = arena_alloc(arena, terms->rule.len + 1);
	for (size_t i = 0; i < terms->rule.len; i++)
		rule[i] = terms->rule.at[i] >= 'a' && terms->rule.at[i] <= 'z' ? (char)(terms->rule.at[i] - 'a' + 'A')
									       : terms->rule.at[i];
	return arena_fmt(arena, "%s, %s", text.at, rule);
}

/* One that happens once has a stretch of some length. */
static bool takes_time(const struct recurrence *recurrence)
{
	struct instant from = {(recurrence->start - 2 * 86400) * 1000};
	struct recurrence_walk walk = recurrence_between(
		recurrence, from, (struct instant){from.ms + 4 * SPAN_DAY + LIMIT_RECURRENCE_MINUTES * SPAN_MINUTE});
	struct period stretch;

	return recurrence_next(&walk, &stretch);
}

/* At the rule where that is wrong, else where the length is said. */
static bool read_recurrence(struct reader *reader, const struct written *written, const struct recurrence_terms *terms,
			    struct recurrence *recurrence)
{
	const struct yaml_node *repeat = yaml_get(written->node, "repeat");
	const char *length = written->to.node ? "to" : "duration";
	struct recurrence_terms once = *terms;
	struct err err = {0};

	once.rule = STR("");
	if (!recurrence_read(&once, recurrence, &err))
		return reader_error(reader, yaml_get(written->node, length), length, "out-of-range", "%s", err.text);
	if (!recurrence_read(terms, recurrence, &err))
		return reader_error(reader, repeat, "repeat", "repeat", "%s", err.text);
	return terms->rule.len || takes_time(recurrence) ||
	       reader_error(reader, yaml_get(written->node, length), length, "out-of-range",
			    "clocks leap over all of it: it takes no time");
}

/* A moment that stands alone is itself; only what comes again goes by the zone's clock. */
static bool find_terms(struct reader *reader, const struct written *written, struct recurrence_terms *terms)
{
	size_t errors = reader->findings->errors;
	struct err err;

	*terms = (struct recurrence_terms){.zone = written->zone,
					   .minutes = written->duration.ms / SPAN_MINUTE,
					   .rule = str_trim(written->repeat)};
	if (str_starts(terms->rule, STR("RRULE:")) || str_starts(terms->rule, STR("rrule:")))
		terms->rule = str_slice(terms->rule, strlen("RRULE:"), terms->rule.len);
	if (!terms->rule.len && (written->from.fixed || written->to.fixed)) {
		struct instant end = moment_instant(&written->to, written->zone);
		struct instant begin = moment_instant(&written->from, written->zone);

		terms->zone = zone_find(STR("UTC"), &err);
		terms->start = zone_civil(terms->zone, begin);
		if (written->to.node)
			terms->end = zone_civil(terms->zone, end);
		return true;
	}
	on_clock(reader, &written->from, "from", terms->zone, &terms->start);
	if (written->to.node)
		on_clock(reader, &written->to, "to", terms->zone, &terms->end);
	return reader->findings->errors == errors;
}

static void load_exclusion(struct reader *reader, const struct written_document *document, const struct yaml_node *node,
			   struct loaded *loaded)
{
	size_t errors = reader->findings->errors;
	struct written written = {.node = node};
	struct recurrence_terms terms;
	struct exclusion *exclusion;

	read_row(reader, native_exclusion, "an exclusion", document, &written);
	to_the_minute(reader, &written.from, "from");
	to_the_minute(reader, &written.to, "to");
	if (written.to.node && written.duration.ms)
		reader_error(reader, yaml_get(node, "duration"), "duration", "good-and-bad",
			     "stands beside to; give one of them");
	else if (node->kind == YAML_MAP && reader->findings->errors == errors && !written.to.node &&
		 !written.duration.ms)
		reader_error(reader, node, "to", "missing-key",
			     "an exclusion has neither to nor duration; give one of them");
	exclusion = arena_alloc(reader->arena, sizeof(*exclusion));
	if (reader->findings->errors != errors || !written.zone || !find_terms(reader, &written, &terms) ||
	    !read_recurrence(reader, &written, &terms, &exclusion->when))
		return;
	exclusion->scope = written.scope;
	exclusion->when_text = when_text(reader->arena, &terms);
	exclusion->reason = written.reason;
	exclusion->author = written.author;
	exclusion->place = reader_place(reader, node);
	correction_list_add_exclusion(&loaded->corrections, exclusion);
}

static void load_adjustment(struct reader *reader, const struct written_document *document,
			    const struct yaml_node *node, struct loaded *loaded)
{
	size_t errors = reader->findings->errors;
	struct written written = {.node = node};
	struct adjustment *adjustment;

	read_row(reader, native_adjustment, "an adjustment", document, &written);
	if (node->kind == YAML_MAP && reader->findings->errors == errors && num_same(written.good, 0) &&
	    num_same(written.bad, 0) && num_same(written.bad_minutes, 0))
		reader_error(reader, node, "bad", "adjustment-empty",
			     "an adjustment has neither good nor bad nor badMinutes; give at least one of them");
	if (reader->findings->errors != errors || !written.zone)
		return;
	adjustment = arena_alloc(reader->arena, sizeof(*adjustment));
	adjustment->scope = written.scope;
	adjustment->at = moment_instant(&written.at, written.zone);
	adjustment->good = written.good;
	adjustment->bad = written.bad;
	adjustment->bad_minutes = written.bad_minutes;
	adjustment->reason = written.reason;
	adjustment->author = written.author;
	adjustment->place = reader_place(reader, node);
	correction_list_add_adjustment(&loaded->corrections, adjustment);
}

static void load_corrections(struct reader *reader, const struct yaml_node *node, struct loaded *loaded)
{
	struct written_document document = {.zone = NULL};
	const struct yaml_node *author = yaml_get(node, "author");
	size_t errors = reader->findings->errors;

	fields_read(reader, native_corrections, node, "the corrections", &document);
	document.author_said = author && !yaml_null(author);
	for (size_t i = 0; document.exclusions && i < document.exclusions->len; i++)
		load_exclusion(reader, &document, document.exclusions->items[i], loaded);
	for (size_t i = 0; document.adjustments && i < document.adjustments->len; i++)
		load_adjustment(reader, &document, document.adjustments->items[i], loaded);
	if (reader->findings->errors == errors && !document.exclusions && !document.adjustments)
		reader_warn(reader, node, "", "empty", "there are neither exclusions nor adjustments in it");
}

const struct loader loader_corrections = {.api_version = "wick/v1", .kind = "Corrections", .load = load_corrections};
