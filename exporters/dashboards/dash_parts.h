/* The parts of a dashboard's JSON, shared by dash.c (the frame), dash_panel.c (panels), dash_table.c (tables) and
 * dash_looks.c (units, colours, words). */
#ifndef WICK_EXPORTERS_DASHBOARDS_DASH_PARTS_H
#define WICK_EXPORTERS_DASHBOARDS_DASH_PARTS_H

#include "exporters/dashboards/dash.h"
#include "format/json_write.h"

struct dash_page {
	struct json_writer json;
	int id;          /* of the panel written last */
	unsigned x, y;   /* where the next one goes */
	unsigned height; /* of the line so far */
};

/* A key with a value of the kind. */
void dash_text(struct json_writer *json, const char *key, const char *text);
void dash_int(struct json_writer *json, const char *key, int64_t number);
void dash_bool(struct json_writer *json, const char *key, bool value);
void dash_object(struct json_writer *json, const char *key);
void dash_array(struct json_writer *json, const char *key);

/* `"datasource": {...}`, by its variable. */
void dash_datasource(struct json_writer *json, enum dash_source source);
/* `"links": [...]` of a panel or of the dashboard. */
void dash_links(struct json_writer *json, const struct dash_link *links, bool of_dashboard);
void dash_panel(struct dash_page *page, const struct dash_panel *panel);

/* `"transformations"` of a table or matrix, and an override for each column. */
void dash_transformations(struct json_writer *json, const struct dash_panel *panel);
void dash_column_overrides(struct json_writer *json, const struct dash_panel *panel);

/* Members of a field's configuration; what is plain has none. */
extern const char *const dash_units[DASH_UNITS];
void dash_thresholds(struct json_writer *json, enum dash_scale scale);
void dash_mappings(struct json_writer *json, enum dash_words words);
/* A property of an override: {"id": "unit", "value": ...}. */
void dash_property_begin(struct json_writer *json, const char *id);
void dash_property_end(struct json_writer *json);
void dash_property_text(struct json_writer *json, const char *id, const char *value);
void dash_property_int(struct json_writer *json, const char *id, int64_t value);
void dash_threshold_steps(struct json_writer *json, enum dash_scale scale);
void dash_mapping_list(struct json_writer *json, enum dash_words words);

#endif
