#include "exporters/dashboards/dash_parts.h"

#include <assert.h>

/* The one of Grafana that the JSON is written for: 11 and 12 read it as it is. */
#define SCHEMA_VERSION 41

void dash_text(struct json_writer *json, const char *key, const char *text)
{
	json_key(json, key);
	json_cstr(json, text);
}

void dash_int(struct json_writer *json, const char *key, int64_t number)
{
	json_key(json, key);
	json_int(json, number);
}

void dash_bool(struct json_writer *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}

void dash_object(struct json_writer *json, const char *key)
{
	json_key(json, key);
	json_object(json);
}

void dash_array(struct json_writer *json, const char *key)
{
	json_key(json, key);
	json_array(json);
}

void dash_property_begin(struct json_writer *json, const char *id)
{
	json_object(json);
	dash_text(json, "id", id);
	json_key(json, "value");
}

void dash_property_end(struct json_writer *json) { json_object_end(json); }

void dash_property_text(struct json_writer *json, const char *id, const char *value)
{
	dash_property_begin(json, id);
	json_cstr(json, value);
	dash_property_end(json);
}

void dash_property_int(struct json_writer *json, const char *id, int64_t value)
{
	dash_property_begin(json, id);
	json_int(json, value);
	dash_property_end(json);
}

/* The type of the data source, and the variable that says which one. */
static const struct {
	const char *type, *uid;
} sources[DASH_SOURCES] = {
	[DASH_PROMETHEUS] = {"prometheus", "${datasource}"},
	[DASH_LOKI] = {"loki", "${loki}"},
	[DASH_TEMPO] = {"tempo", "${tempo}"},
};

void dash_datasource(struct json_writer *json, enum dash_source source)
{
	dash_object(json, "datasource");
	dash_text(json, "type", sources[source].type);
	dash_text(json, "uid", sources[source].uid);
	json_object_end(json);
}

/* Percent-encoded for a URL, but for `${variable}`, which Grafana fills in. */
static void escape(struct buf *out, const char *text)
{
	bool variable = false;

	for (const char *c = text; *c; c++) {
		variable = variable || (c[0] == '$' && c[1] == '{');
		if (variable || ascii_alpha(*c) || ascii_digit(*c) || strchr("-_.~", *c))
			buf_char(out, *c);
		else
			buf_fmt(out, "%%%02X", (unsigned)(unsigned char)*c);
		variable = variable && *c != '}';
	}
}

/* A query in Explore: the panes are JSON in a URL, and the query is a text in there. */
static void put_explore(struct json_writer *json, const struct dash_link *link)
{
	struct buf quoted, url;
	struct json_writer text;

	buf_init(&quoted, 65536);
	buf_init(&url, 65536);
	json_begin(&text, &quoted, false);
	json_object(&text);
	dash_object(&text, "a");
	dash_text(&text, "datasource", sources[link->source].uid);
	dash_array(&text, "queries");
	json_object(&text);
	dash_text(&text, "refId", "A");
	dash_datasource(&text, link->source);
	dash_text(&text, link->source == DASH_TEMPO ? "query" : "expr", link->explore);
	if (link->source == DASH_TEMPO)
		dash_text(&text, "queryType", "traceql");
	json_object_end(&text);
	json_array_end(&text);
	dash_object(&text, "range");
	dash_text(&text, "from", "${__from}");
	dash_text(&text, "to", "${__to}");
	json_object_end(&text);
	json_object_end(&text);
	json_object_end(&text);
	assert(!quoted.full);
	buf_cstr(&url, "/explore?schemaVersion=1&orgId=1&panes=");
	escape(&url, quoted.at);
	json_key_text(json, "url", buf_view(&url));
	buf_release(&quoted);
	buf_release(&url);
}

static void put_link(struct json_writer *json, const struct dash_link *link)
{
	json_object(json);
	dash_text(json, "title", link->title);
	if (link->url)
		dash_text(json, "url", link->url);
	else
		put_explore(json, link);
	dash_bool(json, "targetBlank", !link->here);
	dash_text(json, "type", "link");
	dash_text(json, "icon", link->url ? "external link" : "bolt");
	dash_text(json, "tooltip", "");
	dash_array(json, "tags");
	json_array_end(json);
	dash_bool(json, "asDropdown", false);
	dash_bool(json, "keepTime", link->here);
	dash_bool(json, "includeVars", false);
	json_object_end(json);
}

/* Each dashboard leads to all others, which keep the range and the variables that they know. */
static void put_siblings(struct json_writer *json)
{
	json_object(json);
	dash_text(json, "title", "wick");
	dash_text(json, "type", "dashboards");
	dash_text(json, "icon", "external link");
	dash_text(json, "tooltip", "the other dashboards of wick");
	dash_text(json, "url", "");
	dash_array(json, "tags");
	json_cstr(json, "wick");
	json_array_end(json);
	dash_bool(json, "asDropdown", true);
	dash_bool(json, "keepTime", true);
	dash_bool(json, "includeVars", true);
	dash_bool(json, "targetBlank", false);
	json_object_end(json);
}

void dash_links(struct json_writer *json, const struct dash_link *links, bool of_dashboard)
{
	dash_array(json, "links");
	if (of_dashboard)
		put_siblings(json);
	for (const struct dash_link *link = links; link && link->title; link++)
		put_link(json, link);
	json_array_end(json);
}

static void put_note(struct json_writer *json, const struct dash_note *note)
{
	json_object(json);
	dash_text(json, "name", note->name);
	dash_datasource(json, DASH_PROMETHEUS);
	dash_bool(json, "enable", !note->off);
	dash_bool(json, "hide", false);
	dash_text(json, "iconColor", note->color);
	dash_text(json, "expr", note->expr);
	dash_text(json, "step", "60s");
	dash_text(json, "titleFormat", note->title);
	dash_text(json, "textFormat", note->text);
	dash_text(json, "tagKeys", note->tags);
	if (note->at_value)
		dash_text(json, "useValueForTime", "on");
	json_object_end(json);
}

static void put_notes(struct json_writer *json, const struct dash_note *notes)
{
	dash_object(json, "annotations");
	dash_array(json, "list");
	json_object(json);
	dash_int(json, "builtIn", 1);
	dash_text(json, "name", "Annotations & Alerts");
	dash_object(json, "datasource");
	dash_text(json, "type", "grafana");
	dash_text(json, "uid", "-- Grafana --");
	json_object_end(json);
	dash_bool(json, "enable", true);
	dash_bool(json, "hide", true);
	dash_text(json, "iconColor", "rgba(0, 211, 255, 1)");
	dash_text(json, "type", "dashboard");
	json_object_end(json);
	for (const struct dash_note *note = notes; note && note->name; note++)
		put_note(json, note);
	json_array_end(json);
	json_object_end(json);
}

static void put_current(struct json_writer *json, const char *text, const char *value)
{
	dash_object(json, "current");
	dash_text(json, "text", text);
	dash_text(json, "value", value);
	json_object_end(json);
}

static void put_query_variable(struct json_writer *json, const struct dash_variable *variable)
{
	dash_datasource(json, DASH_PROMETHEUS);
	dash_text(json, "query", variable->query);
	dash_text(json, "definition", variable->query);
	dash_text(json, "regex", variable->regex ? variable->regex : "");
	dash_int(json, "refresh", 2); /* whenever the range changes, which is also when the dashboard opens */
	dash_int(json, "sort", variable->unsorted ? 0 : 1);
	dash_bool(json, "multi", variable->many);
	dash_bool(json, "includeAll", variable->all);
	if (variable->all)
		dash_text(json, "allValue", "(?s:.*)"); /* a value may have line ends */
	if (variable->current)
		put_current(json, variable->current, variable->current);
	else if (variable->all)
		put_current(json, "All", "$__all");
}

/* "7d,30d,90d" as options, one of them chosen. */
static void put_list_variable(struct json_writer *json, const struct dash_variable *variable)
{
	struct str rest = str_of(variable->query);

	dash_text(json, "query", variable->query);
	put_current(json, variable->current, variable->current);
	dash_bool(json, "multi", false);
	dash_bool(json, "includeAll", false);
	dash_array(json, "options");
	while (rest.len) {
		size_t end = str_find(rest, ',');
		struct str option = str_slice(rest, 0, end);

		json_object(json);
		json_key_text(json, "text", option);
		json_key_text(json, "value", option);
		dash_bool(json, "selected", str_is(option, variable->current));
		json_object_end(json);
		rest = end < rest.len ? str_slice(rest, end + 1, rest.len) : STR("");
	}
	json_array_end(json);
}

static void put_variable(struct json_writer *json, const struct dash_variable *variable, struct str wick_url)
{
	static const char *const types[] = {
		[DASH_OF_SOURCE] = "datasource", [DASH_OF_QUERY] = "query",      [DASH_OF_LIST] = "custom",
		[DASH_OF_TEXT] = "textbox",      [DASH_OF_ADDRESS] = "constant",
	};

	json_object(json);
	dash_text(json, "type", types[variable->kind]);
	dash_text(json, "name", variable->name);
	if (variable->label)
		dash_text(json, "label", variable->label);
	dash_int(json, "hide", variable->hidden || variable->kind == DASH_OF_ADDRESS ? 2 : 0);
	/* no link may say where wick is */
	dash_bool(json, "skipUrlSync", variable->kind == DASH_OF_ADDRESS);
	switch (variable->kind) {
	case DASH_OF_SOURCE:
		dash_text(json, "query", variable->query);
		dash_int(json, "refresh", 1);
		dash_text(json, "regex", "");
		break;
	case DASH_OF_QUERY:
		put_query_variable(json, variable);
		break;
	case DASH_OF_LIST:
		put_list_variable(json, variable);
		break;
	case DASH_OF_TEXT:
		dash_text(json, "query", variable->query);
		put_current(json, variable->query, variable->query);
		break;
	case DASH_OF_ADDRESS:
		json_key_text(json, "query", wick_url);
		break;
	}
	json_object_end(json);
}

static void put_variables(struct json_writer *json, const struct dash_variable *variables, struct str wick_url)
{
	dash_object(json, "templating");
	dash_array(json, "list");
	for (const struct dash_variable *variable = variables; variable->name; variable++)
		put_variable(json, variable, wick_url);
	json_array_end(json);
	json_object_end(json);
}

static void put_frame(struct json_writer *json, const struct dashboard *dashboard)
{
	char uid[40] = "wick-";

	assert(strlen(uid) + strlen(dashboard->name) < sizeof(uid));
	memcpy(uid + strlen(uid), dashboard->name, strlen(dashboard->name) + 1);
	dash_text(json, "uid", uid);
	dash_text(json, "title", dashboard->title);
	dash_text(json, "description", dashboard->summary);
	dash_array(json, "tags");
	json_cstr(json, "wick");
	json_array_end(json);
	dash_int(json, "schemaVersion", SCHEMA_VERSION);
	dash_bool(json, "editable", true);
	dash_int(json, "graphTooltip", 1); /* the same time is marked in all panels */
	dash_text(json, "refresh", "1m");
	dash_text(json, "timezone", dashboard->utc ? "utc" : "browser");
	dash_object(json, "time");
	dash_text(json, "from", dashboard->from);
	dash_text(json, "to", dashboard->to);
	json_object_end(json);
}

bool dash_write(struct buf *out, const struct dashboard *dashboard, struct str wick_url)
{
	struct dash_page page = {.id = 0};

	json_begin(&page.json, out, true);
	json_object(&page.json);
	put_frame(&page.json, dashboard);
	put_variables(&page.json, dashboard->variables, wick_url);
	put_notes(&page.json, dashboard->notes);
	dash_links(&page.json, dashboard->links, true);
	dash_array(&page.json, "panels");
	for (const struct dash_panel *panel = dashboard->panels; panel->title; panel++)
		dash_panel(&page, panel);
	json_array_end(&page.json);
	json_object_end(&page.json);
	buf_char(out, '\n');
	return !out->full;
}
