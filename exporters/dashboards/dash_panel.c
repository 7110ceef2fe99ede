/* One panel: its place, its queries, and how they are shown. */
#include "exporters/dashboards/dash_parts.h"

#include <assert.h>

enum { COLUMNS = 24 }; /* of Grafana's grid */

static const char *const kinds[DASH_KINDS] = {
	[DASH_ROW] = "row",
	[DASH_STAT] = "stat",
	[DASH_SERIES] = "timeseries",
	[DASH_TABLE] = "table",
	[DASH_TIMELINE] = "state-timeline",
	[DASH_BARS] = "bargauge",
	[DASH_MATRIX] = "table",
};

static void put_place(struct dash_page *page, unsigned w, unsigned h)
{
	struct json_writer *json = &page->json;

	assert(w > 0 && w <= COLUMNS && h > 0);
	if (page->x + w > COLUMNS) {
		page->y += page->height;
		page->x = page->height = 0;
	}
	dash_int(json, "id", ++page->id);
	dash_object(json, "gridPos");
	dash_int(json, "h", h);
	dash_int(json, "w", w);
	dash_int(json, "x", page->x);
	dash_int(json, "y", page->y);
	json_object_end(json);
	page->x += w;
	page->height = h > page->height ? h : page->height;
}

static void put_row(struct dash_page *page, const struct dash_panel *panel)
{
	struct json_writer *json = &page->json;

	json_object(json);
	dash_text(json, "type", "row");
	dash_text(json, "title", panel->title);
	page->x = COLUMNS; /* a line of its own */
	put_place(page, COLUMNS, 1);
	dash_bool(json, "collapsed", false);
	dash_array(json, "panels");
	json_array_end(json);
	json_object_end(json);
}

/* What is there now, and not what was there last: a number that is gone is not shown. */
static bool is_instant(const struct dash_panel *panel)
{
	return panel->kind == DASH_STAT || panel->kind == DASH_TABLE || panel->kind == DASH_BARS;
}

static void put_prometheus(struct json_writer *json, const struct dash_panel *panel, const struct dash_query *query)
{
	bool instant = is_instant(panel);

	dash_text(json, "expr", query->expr);
	dash_text(json, "legendFormat", query->legend ? query->legend : "");
	dash_text(json, "format", panel->kind == DASH_TABLE ? "table" : "time_series");
	dash_text(json, "editorMode", "code");
	dash_bool(json, "instant", instant);
	dash_bool(json, "range", !instant);
	if (query->exemplars)
		dash_bool(json, "exemplar", true);
	if (panel->interval)
		dash_text(json, "interval", panel->interval);
}

static void put_query(struct json_writer *json, const struct dash_panel *panel, size_t i)
{
	const struct dash_query *query = &panel->queries[i];
	char name[] = "A";

	name[0] = (char)('A' + i);
	json_object(json);
	dash_text(json, "refId", name);
	dash_datasource(json, query->source);
	switch (query->source) {
	case DASH_PROMETHEUS:
		put_prometheus(json, panel, query);
		break;
	case DASH_LOKI:
		dash_text(json, "expr", query->expr);
		dash_text(json, "legendFormat", query->legend ? query->legend : "");
		dash_text(json, "queryType", "range");
		dash_int(json, "maxLines", 200);
		break;
	case DASH_TEMPO:
		dash_text(json, "query", query->expr);
		dash_text(json, "queryType", "traceql");
		dash_text(json, "tableType", "traces");
		dash_int(json, "limit", 50);
		break;
	}
	json_object_end(json);
}

static void put_legend(struct json_writer *json, unsigned flags)
{
	bool table = flags & DASH_LEGEND;

	dash_object(json, "legend");
	dash_bool(json, "showLegend", true);
	dash_text(json, "displayMode", table ? "table" : "list");
	dash_text(json, "placement", "bottom");
	dash_array(json, "calcs");
	if (table) {
		json_cstr(json, "lastNotNull");
		json_cstr(json, "mean");
		json_cstr(json, "max");
	}
	json_array_end(json);
	json_object_end(json);
}

static void put_tooltip(struct json_writer *json, const char *mode)
{
	dash_object(json, "tooltip");
	dash_text(json, "mode", mode);
	dash_text(json, "sort", "desc");
	json_object_end(json);
}

static void put_reduced(struct json_writer *json)
{
	dash_object(json, "reduceOptions");
	dash_array(json, "calcs");
	json_cstr(json, "lastNotNull");
	json_array_end(json);
	dash_text(json, "fields", "");
	dash_bool(json, "values", false);
	json_object_end(json);
}

static void put_table_options(struct json_writer *json, const struct dash_panel *panel)
{
	dash_bool(json, "showHeader", true);
	dash_text(json, "cellHeight", "sm");
	dash_array(json, "sortBy");
	if (panel->sort) {
		json_object(json);
		dash_text(json, "displayName", panel->sort);
		dash_bool(json, "desc", panel->flags & DASH_DESCENDING);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_stat_options(struct json_writer *json, const struct dash_panel *panel)
{
	put_reduced(json);
	dash_text(json, "orientation", "auto");
	dash_text(json, "textMode",
		  panel->flags & DASH_NAMES  ? "name"
		  : panel->queries[0].legend ? "value_and_name"
					     : "value");
	dash_text(json, "colorMode", "value");
	dash_text(json, "graphMode", "none");
	dash_text(json, "justifyMode", "auto");
	dash_bool(json, "wideLayout", true);
	dash_bool(json, "showPercentChange", false);
}

static void put_options(struct json_writer *json, const struct dash_panel *panel)
{
	dash_object(json, "options");
	switch (panel->kind) {
	case DASH_ROW:
		break;
	case DASH_STAT:
		put_stat_options(json, panel);
		break;
	case DASH_SERIES:
		put_legend(json, panel->flags);
		put_tooltip(json, "multi");
		break;
	case DASH_TABLE:
	case DASH_MATRIX:
		put_table_options(json, panel);
		break;
	case DASH_TIMELINE:
		dash_bool(json, "mergeValues", true);
		dash_text(json, "showValue", "auto");
		dash_text(json, "alignValue", "left");
		json_key(json, "rowHeight");
		json_num(json, 0.8);
		put_legend(json, 0);
		put_tooltip(json, "single");
		break;
	case DASH_BARS:
		put_reduced(json);
		dash_text(json, "orientation", "horizontal");
		dash_text(json, "displayMode", "basic");
		dash_text(json, "valueMode", "color");
		dash_text(json, "namePlacement", "auto");
		dash_bool(json, "showUnfilled", true);
		break;
	}
	json_object_end(json);
}

static void put_scale_of_axis(struct json_writer *json, unsigned flags)
{
	dash_object(json, "scaleDistribution");
	dash_text(json, "type", flags & DASH_SYMLOG ? "symlog" : "linear");
	if (flags & DASH_SYMLOG) {
		dash_int(json, "log", 10);
		dash_int(json, "linearThreshold", 1);
	}
	json_object_end(json);
}

static void put_mode(struct json_writer *json, const char *key, const char *mode)
{
	dash_object(json, key);
	dash_text(json, "mode", mode);
	json_object_end(json);
}

static void put_custom(struct json_writer *json, const struct dash_panel *panel)
{
	dash_object(json, "custom");
	if (panel->kind == DASH_SERIES) {
		dash_text(json, "drawStyle", "line");
		dash_text(json, "lineInterpolation", panel->flags & DASH_STEPPED ? "stepAfter" : "linear");
		dash_int(json, "lineWidth", panel->flags & DASH_STACKED ? 1 : 2);
		dash_int(json, "fillOpacity", panel->flags & DASH_STACKED ? 30 : 6);
		dash_text(json, "showPoints", "auto");
		dash_bool(json, "spanNulls", false); /* a gap is a gap */
		put_scale_of_axis(json, panel->flags);
		dash_object(json, "stacking");
		dash_text(json, "mode", panel->flags & DASH_STACKED ? "normal" : "none");
		dash_text(json, "group", "A");
		json_object_end(json);
		put_mode(json, "thresholdsStyle", panel->flags & DASH_LINES ? "dashed" : "off");
	} else if (panel->kind == DASH_TABLE || panel->kind == DASH_MATRIX) {
		dash_text(json, "align", "auto");
		dash_object(json, "cellOptions");
		dash_text(json, "type", panel->kind == DASH_MATRIX ? "color-text" : "auto");
		json_object_end(json);
		dash_bool(json, "filterable", panel->kind == DASH_TABLE);
		dash_bool(json, "inspect", false);
	} else if (panel->kind == DASH_TIMELINE) {
		dash_int(json, "fillOpacity", 80);
		dash_int(json, "lineWidth", 0);
	}
	json_object_end(json);
}

/* Series are told apart by colour. A timeline's states have each their own, from its words. */
static void put_color(struct json_writer *json, const struct dash_panel *panel)
{
	dash_object(json, "color");
	if (panel->kind == DASH_SERIES) {
		dash_text(json, "mode", "palette-classic");
	} else if (panel->kind == DASH_TIMELINE) {
		dash_text(json, "mode", "fixed");
		dash_text(json, "fixedColor", "blue");
	} else {
		dash_text(json, "mode", "thresholds");
	}
	json_object_end(json);
}

static void put_defaults(struct json_writer *json, const struct dash_panel *panel)
{
	dash_object(json, "defaults");
	dash_text(json, "unit", dash_units[panel->unit]);
	if (panel->decimals)
		dash_int(json, "decimals", panel->decimals - 1);
	if (panel->flags & DASH_FROM_ZERO)
		dash_int(json, "min", 0);
	if (panel->flags & (DASH_TO_ONE | DASH_TO_TEN))
		dash_int(json, "max", panel->flags & DASH_TO_ONE ? 1 : 10);
	dash_text(json, "noValue", panel->nothing ? panel->nothing : "no data");
	put_color(json, panel);
	dash_thresholds(json, panel->scale);
	dash_mappings(json, panel->words);
	put_custom(json, panel);
	json_object_end(json);
}

static void put_fixed_color(struct json_writer *json, const char *color)
{
	dash_property_begin(json, "color");
	json_object(json);
	dash_text(json, "mode", "fixed");
	dash_text(json, "fixedColor", color);
	json_object_end(json);
	dash_property_end(json);
}

static void put_dashes(struct json_writer *json)
{
	dash_property_begin(json, "custom.lineStyle");
	json_object(json);
	dash_text(json, "fill", "dash");
	dash_array(json, "dash");
	json_int(json, 10);
	json_int(json, 10);
	json_array_end(json);
	json_object_end(json);
	dash_property_end(json);
	dash_property_int(json, "custom.fillOpacity", 0);
	dash_property_int(json, "custom.lineWidth", 1);
	dash_property_begin(json, "custom.stacking");
	json_object(json);
	dash_text(json, "mode", "none");
	dash_text(json, "group", "A");
	json_object_end(json);
	dash_property_end(json);
}

static void put_style(struct json_writer *json, enum dash_style style)
{
	switch (style) {
	case DASH_LINE:
		break;
	case DASH_DASHED:
		put_dashes(json);
		put_fixed_color(json, "text");
		break;
	case DASH_THRESHOLD:
		put_dashes(json);
		put_fixed_color(json, "red");
		break;
	case DASH_BAD:
		put_fixed_color(json, "red");
		break;
	case DASH_GOOD:
		put_fixed_color(json, "green");
		break;
	case DASH_BELOW:
		dash_property_text(json, "custom.transform", "negative-Y");
		break;
	}
}

static void put_style_overrides(struct json_writer *json, const struct dash_panel *panel)
{
	for (size_t i = 0; i < DASH_QUERIES && panel->queries[i].expr; i++) {
		char name[] = "A";

		name[0] = (char)('A' + i);
		if (panel->queries[i].style == DASH_LINE)
			continue;
		json_object(json);
		dash_object(json, "matcher");
		dash_text(json, "id", "byFrameRefID");
		dash_text(json, "options", name);
		json_object_end(json);
		dash_array(json, "properties");
		put_style(json, panel->queries[i].style);
		json_array_end(json);
		json_object_end(json);
	}
}

void dash_panel(struct dash_page *page, const struct dash_panel *panel)
{
	struct json_writer *json = &page->json;

	if (panel->kind == DASH_ROW) {
		put_row(page, panel);
		return;
	}
	json_object(json);
	dash_text(json, "type", kinds[panel->kind]);
	dash_text(json, "title", panel->title);
	dash_text(json, "description", panel->help);
	put_place(page, panel->w, panel->h);
	dash_datasource(json, panel->queries[0].source);
	dash_object(json, "fieldConfig");
	put_defaults(json, panel);
	dash_array(json, "overrides");
	put_style_overrides(json, panel);
	dash_column_overrides(json, panel);
	json_array_end(json);
	json_object_end(json);
	put_options(json, panel);
	dash_array(json, "targets");
	for (size_t i = 0; i < DASH_QUERIES && panel->queries[i].expr; i++)
		put_query(json, panel, i);
	json_array_end(json);
	if (panel->kind == DASH_TABLE || panel->kind == DASH_MATRIX)
		dash_transformations(json, panel);
	dash_links(json, panel->links, false);
	json_object_end(json);
}
