#include "slo/reference.h"

#include "slo/native/native.h"
#include "slo/native/native_alerting.h"
#include "slo/native/native_budgeting.h"
#include "slo/native/native_composite.h"
#include "slo/native/native_corrections.h"
#include "slo/native/native_delivery.h"
#include "slo/native/native_groups.h"
#include "slo/native/native_kept.h"
#include "slo/native/native_policy.h"
#include "slo/native/native_types.h"
#include "slo/native/native_window.h"
#include "slo/templates/sli_template.h"

static const char opening[] =
	"# The language of SLO files\n"
	"\n"
	"This page is written from the tables that the loader reads by (`wick check --reference`), so it is what the program does.\n"
	"\n"
	"A definition file is YAML: one or more documents, each with the service levels of one service. Anchors, aliases and\n"
	"merge keys (`<<`) work, and so do Windows line ends and a byte order mark. The text must be UTF-8. A folder stands for\n"
	"all `*.yaml` and `*.yml` files below it; hidden ones are passed over. `wick check PATH...` reads files and says all that\n"
	"is wrong with them at once, each with file, line and column. Every key that is not on this page is an error.\n"
	"\n"
	"```yaml\n"
	"apiVersion: wick/v1\n"
	"kind: ServiceLevels\n"
	"service: anvila-api\n"
	"labels: {team: platform}\n"
	"slos:\n"
	"  - name: availability\n"
	"    description: requests answered without a server error\n"
	"    objective: 99.5%\n"
	"    window: 30d\n"
	"    sli:\n"
	"      events:\n"
	"        bad: http_requests_total{job=\"anvila-api\",code=~\"5..\"}\n"
	"        total: http_requests_total{job=\"anvila-api\"}\n"
	"```\n"
	"\n"
	"More, with every kind of SLI, is in [slo/examples](../slo/examples).\n";

static const char closing[] =
	"\n## Kinds of values\n"
	"\n"
	"- **name**: begins with a letter or digit and holds letters, digits, `-`, `_` and `.`.\n"
	"- **part**: `2%` or `0.02`.\n"
	"- **objective**: `99.5%`, `\"99.5%\"` or `0.995`. A number above 1 without a `%` is refused rather than guessed at.\n"
	"- **duration**: as in Prometheus: `500ms`, `30s`, `5m`, `1h30m`, `30d`, `4w`.\n"
	"- **moment**: `2026-11-20T22:00` on the clock of the zone that is named beside it or in the document; with `Z` or an offset such as\n"
	"  `+01:00` that very moment. A date alone is its midnight. [Corrections](corrections.md) are explained on a page of their own.\n"
	"- **repository**: `owner/name`, as in its address on GitHub.\n"
	"- **patterns** in a [delivery](delivery.md) are compared with the whole text: `*` stands for any characters, `?` for one.\n"
	"- **window**: a duration is a rolling one: the last `30d`. `day`, `week` (from Monday), `month`, `quarter` and `year` are calendar\n"
	"  periods in UTC; a map names another time zone or beginning. Days on which clocks change have 23 or 25 hours, and months\n"
	"  are as long as they are. With several windows each has its own budget, and all count the same events.\n"
	"- **map of texts** for labels: names as in Prometheus. Reserved are `service`, `slo`, `namespace`, `window`, `outcome`,\n"
	"  `state`, `tier`, `kind`, `severity`, `long`, `short`, `factor`, `period`, `le`, `quantile` and all that begins with `__`.\n"
	"- **PromQL expression**: any that Prometheus 2.42 to 3.x accept. In `events` either a plain selector, which is a counter,\n"
	"  or a query over `$window` such as `sum(increase(http_requests_total{code=~\"5..\"}[$window]))`. An expression that begins\n"
	"  with `{` or holds `: ` or ` #` needs quotes, or a block after `|`.\n"
	"\n"
	"## What makes an SLO another one\n"
	"\n"
	"Its history hangs on namespace, service and name, and on what it counts: queries, threshold and grouping. Labels,\n"
	"description, objective, window and which groups are shown may change without losing anything. Spelling does not count:\n"
	"blanks, comments and line ends of a query are nothing to it.\n";

static bool put_default(struct buf *buf, const struct field *field)
{
	if (field->required)
		return buf_cstr(buf, "required");
	return !field->fallback || buf_fmt(buf, "`%s`", field->fallback);
}

static bool put_values(struct buf *buf, const struct field *field)
{
	bool ok = true;

	for (size_t i = 0; field->choices && field->choices[i] && ok; i++)
		ok = buf_fmt(buf, "%s`%s`", i ? ", " : "", field->choices[i]);
	if (field->choices || !(field->max > 0))
		return ok;
	if (str_starts(str_of(field_type_name(field->type)), STR("duration")))
		return buf_fmt(buf, "%s to %s", span_text((struct span){(int64_t)field->min}).text,
			       span_text((struct span){(int64_t)field->max}).text);
	if (field->type == &field_count || field->type == &field_number)
		return buf_fmt(buf, "%.15g to %.15g", field->min, field->max);
	if (str_is(str_of(field_type_name(field->type)), "part"))
		return buf_fmt(buf, "above 0, up to %.15g %%", field->max * 100);
	if (field->min < 0)
		return buf_fmt(buf, "%.15g to %.15g", field->min, field->max);
	if (field->type == &native_type_positive)
		return buf_fmt(buf, "above 0, up to %.15g", field->max);
	return buf_fmt(buf, "at most %.15g bytes", field->max);
}

static bool put_parameter_types(struct buf *buf)
{
	bool ok = buf_cstr(buf, "\n| type of a parameter | |\n|---|---|\n");

	for (size_t i = 0; i < PARAMETER_TYPES && ok; i++)
		ok = buf_fmt(buf, "| `%s` | %s |\n", parameter_type_names[i], parameter_type_helps[i]);
	return ok && buf_cstr(buf, "\n[Templates](templates.md) says how they are used and written.\n");
}

static bool put_table(struct buf *buf, const char *title, const struct field *fields)
{
	bool ok =
		buf_fmt(buf, "\n## %s\n\n| key | type | default | values | meaning |\n|---|---|---|---|---|\n", title);

	for (; fields->name && ok; fields++)
		ok = buf_fmt(buf, "| `%s` | %s | ", fields->name, field_type_name(fields->type)) &&
		     put_default(buf, fields) && buf_cstr(buf, " | ") && put_values(buf, fields) &&
		     buf_fmt(buf, " | %s. |\n", fields->help);
	return ok;
}

bool slo_reference_write(struct buf *buf)
{
	static const struct {
		const char *title;
		const struct field *fields;
	} tables[] = {
		{"The document", native_head},
		{"An SLO: each of `slos`", native_slo},
		{"A window as a map: `window`, or each of `windows`", native_window},
		{"Groups as a map: `groupBy`", native_groups},
		{"What spends the budget: `budgeting`", native_budgeting},
		{"One of several objectives: each of `objectives`", native_objective},
		{"What is counted: `sli`", native_sli},
		{"`events`", native_events},
		{"`latency`", native_latency},
		{"`threshold`", native_threshold},
		{"`ratio`", native_ratio},
		{"`composite`", native_composite},
		{"A member: each of `members`", native_composite_member},
		{"`alerting`", native_alerting},
		{"An alert tier: each of `tiers`", native_tier},
		{"`kept`, by languages", native_kept},
		{"A document of another tool: one of its own", native_kept_document},
		{"A policy: a document of its own", native_policy},
		{"`levels` of a policy", native_policy_levels},
		{"A level: each of `levels`", native_policy_step},
		{"Corrections: a document of its own", native_corrections},
		{"An exclusion: each of `exclusions`", native_exclusion},
		{"An adjustment: each of `adjustments`", native_adjustment},
		{"Which SLOs a correction is for: `for`", native_correction_scope},
		{"A delivery: a document of its own", native_delivery},
		{"Repositories: `organisation` as a map", native_organisation},
		{"An environment: each of `environments`", native_environment},
		{"What is left out: `leave_out`", native_leave_out},
		{"An incident: each of `incidents`", native_incidents},
		{"`issues` of `incidents`", native_incident_issues},
		{"`incident` of `incidents`", native_incident_entry},
		{"What is a hotfix: `hotfix`", native_hotfix},
		{"A template: a document of its own", sli_template_head},
		{"A parameter: each of a template's `parameters`", sli_template_parameter},
	};
	bool ok = buf_cstr(buf, opening);

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && ok; i++)
		ok = put_table(buf, tables[i].title, tables[i].fields);
	return ok && put_parameter_types(buf) && buf_cstr(buf, closing);
}
