#include "exporters/dashboards/dashboards.h"

#include "exporters/dashboards/parts.h"
#include "format/yaml_write.h"

const struct dashboard *const dashboards[] = {
	&dashboard_slo_overview, &dashboard_slo_detail,     &dashboard_budget_report, &dashboard_dora,
	&dashboard_delivery,     &dashboard_golden_signals, &dashboard_unified,       &dashboard_host,
	&dashboard_blackbox,     &dashboard_prometheus,     &dashboard_self,          NULL,
};

const struct dashboard *dashboard_named(struct str name)
{
	if (str_ends(name, STR(".json")))
		name.len -= strlen(".json");
	for (size_t i = 0; dashboards[i]; i++)
		if (str_is(name, dashboards[i]->name))
			return dashboards[i];
	return NULL;
}

bool dashboards_provider_write(struct buf *out, struct str path)
{
	struct yaml_writer yaml;

	buf_cstr(
		out,
		"# Grafana reads the dashboards in this folder. It belongs into provisioning/dashboards of Grafana's configuration.\n");
	yaml_begin(&yaml, out, 0);
	yaml_plain(&yaml, "apiVersion", "1");
	yaml_list(&yaml, "providers");
	yaml_item(&yaml);
	yaml_text(&yaml, "name", STR("wick"));
	yaml_text(&yaml, "folder", STR("wick"));
	yaml_text(&yaml, "folderUid", STR("wick"));
	yaml_plain(&yaml, "type", "file");
	yaml_bool(&yaml, "allowUiUpdates", false);
	yaml_map(&yaml, "options");
	yaml_text(&yaml, "path", path);
	yaml_map_end(&yaml);
	yaml_item_end(&yaml);
	yaml_list_end(&yaml);
	return !out->full;
}

static void source_begin(struct yaml_writer *yaml, const char *name, const char *type, struct str url)
{
	yaml_item(yaml);
	yaml_text(yaml, "name", str_of(name));
	yaml_text(yaml, "uid", str_of(name));
	yaml_text(yaml, "type", str_of(type));
	yaml_plain(yaml, "access", "proxy");
	yaml_text(yaml, "url", url);
	yaml_map(yaml, "jsonData");
}

static void source_end(struct yaml_writer *yaml)
{
	yaml_map_end(yaml);
	yaml_item_end(yaml);
}

static void put_prometheus(struct yaml_writer *yaml, const struct dashboard_sources *sources)
{
	source_begin(yaml, "wick-prometheus", "prometheus", sources->prometheus);
	yaml_plain(yaml, "httpMethod", "POST");
	yaml_text(yaml, "timeInterval", STR("15s")); /* $__rate_interval is four of them at least */
	if (sources->tempo.len) {
		yaml_list(yaml, "exemplarTraceIdDestinations");
		yaml_item(yaml);
		yaml_text(yaml, "name", STR("trace_id"));
		yaml_text(yaml, "datasourceUid", STR("wick-tempo"));
		yaml_item_end(yaml);
		yaml_list_end(yaml);
	}
	source_end(yaml);
}

/* A trace's id in a line leads to the trace. */
static void put_loki(struct yaml_writer *yaml, const struct dashboard_sources *sources)
{
	source_begin(yaml, "wick-loki", "loki", sources->loki);
	if (sources->tempo.len) {
		yaml_list(yaml, "derivedFields");
		yaml_item(yaml);
		yaml_text(yaml, "name", STR("trace"));
		yaml_text(yaml, "matcherRegex", STR("[tT]race_?[iI][dD]\"?[=:]\\s*\"?([0-9a-f]{16,32})"));
		yaml_text(yaml, "url", STR("$${__value.raw}")); /* of two dollars Grafana makes one */
		yaml_text(yaml, "datasourceUid", STR("wick-tempo"));
		yaml_item_end(yaml);
		yaml_list_end(yaml);
	}
	source_end(yaml);
}

/* A span leads to the lines and numbers of its service at its time. */
static void put_tempo(struct yaml_writer *yaml, const struct dashboard_sources *sources)
{
	source_begin(yaml, "wick-tempo", "tempo", sources->tempo);
	if (sources->loki.len) {
		yaml_map(yaml, "tracesToLogsV2");
		yaml_text(yaml, "datasourceUid", STR("wick-loki"));
		yaml_text(yaml, "spanStartTimeShift", STR("-5m"));
		yaml_text(yaml, "spanEndTimeShift", STR("5m"));
		yaml_list(yaml, "tags");
		yaml_item(yaml);
		yaml_text(yaml, "key", STR("service.name"));
		yaml_text(yaml, "value", STR("service_name"));
		yaml_item_end(yaml);
		yaml_list_end(yaml);
		yaml_bool(yaml, "filterByTraceID", true);
		yaml_map_end(yaml);
	}
	if (sources->prometheus.len) {
		yaml_map(yaml, "tracesToMetrics");
		yaml_text(yaml, "datasourceUid", STR("wick-prometheus"));
		yaml_list(yaml, "tags");
		yaml_item(yaml);
		yaml_text(yaml, "key", STR("service.name"));
		yaml_text(yaml, "value", STR("service"));
		yaml_item_end(yaml);
		yaml_list_end(yaml);
		yaml_list(yaml, "queries");
		yaml_item(yaml);
		yaml_text(yaml, "name", STR("Error budgets of the service"));
		yaml_text(yaml, "query", STR("wick_slo_error_budget_remaining_ratio{$$__tags}"));
		yaml_item_end(yaml);
		yaml_list_end(yaml);
		yaml_map_end(yaml);
	}
	source_end(yaml);
}

bool dashboards_sources_write(struct buf *out, const struct dashboard_sources *sources)
{
	struct yaml_writer yaml;

	buf_cstr(
		out,
		"# The data sources of wick's dashboards. It belongs into provisioning/datasources of Grafana's configuration;\n"
		"# where Grafana has these sources already, leave it out: dashboards ask for one.\n");
	yaml_begin(&yaml, out, 0);
	yaml_plain(&yaml, "apiVersion", "1");
	yaml_list(&yaml, "datasources");
	if (sources->prometheus.len)
		put_prometheus(&yaml, sources);
	if (sources->loki.len)
		put_loki(&yaml, sources);
	if (sources->tempo.len)
		put_tempo(&yaml, sources);
	yaml_list_end(&yaml);
	return !out->full;
}
