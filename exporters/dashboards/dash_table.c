/* Tables: what queries bring becomes one row per label set, and columns are what the table of columns says. */
#include "base/limits.h"
#include "exporters/dashboards/dash_parts.h"

#include <assert.h>

/* A label, or the value of a query. */
static bool is_value(const struct dash_column *column)
{
	return column->field[0] >= 'A' && column->field[0] <= 'Z' && !column->field[1];
}

/* As Grafana calls the field: the value of several queries has their letter. */
static void put_field(struct json_writer *json, const struct dash_panel *panel, const struct dash_column *column)
{
	char name[] = "Value #A";

	if (!is_value(column)) {
		json_cstr(json, column->field);
		return;
	}
	name[sizeof(name) - 2] = column->field[0];
	json_cstr(json, panel->queries[1].expr ? name : "Value");
}

static void key_field(struct json_writer *json, const struct dash_panel *panel, const struct dash_column *column)
{
	char name[] = "Value #A";

	name[sizeof(name) - 2] = column->field[0];
	json_key(json, !is_value(column) ? column->field : panel->queries[1].expr ? name : "Value");
}

static void transformation_begin(struct json_writer *json, const char *id)
{
	json_object(json);
	dash_text(json, "id", id);
	dash_object(json, "options");
}

static void transformation_end(struct json_writer *json)
{
	json_object_end(json);
	json_object_end(json);
}

static void put_chosen(struct json_writer *json, const struct dash_panel *panel)
{
	transformation_begin(json, "filterFieldsByName");
	dash_object(json, "include");
	dash_array(json, "names");
	for (const struct dash_column *column = panel->columns; column->field; column++)
		put_field(json, panel, column);
	json_array_end(json);
	json_object_end(json);
	transformation_end(json);
}

static void put_organized(struct json_writer *json, const struct dash_panel *panel)
{
	int index = 0;

	transformation_begin(json, "organize");
	dash_object(json, "excludeByName");
	json_object_end(json);
	dash_object(json, "indexByName");
	for (const struct dash_column *column = panel->columns; column->field; column++) {
		key_field(json, panel, column);
		json_int(json, index++);
	}
	json_object_end(json);
	dash_object(json, "renameByName");
	for (const struct dash_column *column = panel->columns; column->field; column++) {
		key_field(json, panel, column);
		json_cstr(json, column->title);
	}
	json_object_end(json);
	transformation_end(json);
}

/* One time series per row: its times become columns, called by the month that they lie in. */
static void put_matrix(struct json_writer *json, const struct dash_panel *panel)
{
	transformation_begin(json, "seriesToRows");
	transformation_end(json);
	transformation_begin(json, "formatTime");
	dash_text(json, "timeField", "Time");
	dash_text(json, "outputFormat", "YYYY-MM");
	dash_bool(json, "useTimezone", true);
	transformation_end(json);
	transformation_begin(json, "groupingToMatrix");
	dash_text(json, "columnField", "Time");
	dash_text(json, "rowField", "Metric");
	dash_text(json, "valueField", "Value");
	dash_text(json, "emptyValue", "null");
	transformation_end(json);
	transformation_begin(json, "organize");
	dash_object(json, "excludeByName");
	json_object_end(json);
	dash_object(json, "indexByName");
	json_object_end(json);
	dash_object(json, "renameByName");
	dash_text(json, "Metric\\Time", panel->rows);
	json_object_end(json);
	transformation_end(json);
}

void dash_transformations(struct json_writer *json, const struct dash_panel *panel)
{
	dash_array(json, "transformations");
	if (panel->kind == DASH_MATRIX) {
		put_matrix(json, panel);
	} else {
		if (panel->queries[1].expr) {
			transformation_begin(json, "merge");
			transformation_end(json);
		}
		put_chosen(json, panel);
		put_organized(json, panel);
	}
	json_array_end(json);
}

static void put_cell(struct json_writer *json, const struct dash_column *column)
{
	bool colored = column->scale != DASH_PLAIN || column->words != DASH_NO_WORDS;

	if (!colored && !column->bar)
		return;
	dash_property_begin(json, "custom.cellOptions");
	json_object(json);
	dash_text(json, "type", column->bar ? "gauge" : "color-text");
	if (column->bar) {
		dash_text(json, "mode", "basic");
		dash_text(json, "valueDisplayMode", "text");
	}
	json_object_end(json);
	dash_property_end(json);
	if (column->bar) {
		dash_property_int(json, "min", 0);
		dash_property_int(json, "max", 1);
	}
}

static void put_column_link(struct json_writer *json, const struct dash_column *column)
{
	if (!column->link)
		return;
	dash_property_begin(json, "links");
	json_array(json);
	json_object(json);
	dash_text(json, "title", column->link_title);
	dash_text(json, "url", column->link);
	json_object_end(json);
	json_array_end(json);
	dash_property_end(json);
}

static void put_column(struct json_writer *json, const struct dash_column *column)
{
	json_object(json);
	dash_object(json, "matcher");
	dash_text(json, "id", "byName");
	dash_text(json, "options", column->title);
	json_object_end(json);
	dash_array(json, "properties");
	if (is_value(column))
		dash_property_text(json, "unit", dash_units[column->unit]);
	if (column->decimals)
		dash_property_int(json, "decimals", column->decimals - 1);
	if (column->scale != DASH_PLAIN) {
		dash_property_begin(json, "thresholds");
		json_object(json);
		dash_threshold_steps(json, column->scale);
		json_object_end(json);
		dash_property_end(json);
	}
	if (column->words != DASH_NO_WORDS) {
		dash_property_begin(json, "mappings");
		dash_mapping_list(json, column->words);
		dash_property_end(json);
	}
	put_cell(json, column);
	if (column->width)
		dash_property_int(json, "custom.width", column->width);
	put_column_link(json, column);
	json_array_end(json);
	json_object_end(json);
}

void dash_column_overrides(struct json_writer *json, const struct dash_panel *panel)
{
	for (const struct dash_column *column = panel->columns; column && column->field; column++)
		put_column(json, column);
}
