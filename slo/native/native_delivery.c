/* `kind: Delivery` of the native language: the document. */
#include "slo/native/native_delivery.h"

#include "base/limits.h"
#include "base/mem.h"
#include "slo/loader.h"
#include "slo/native/native_types.h"

#include <assert.h>
#include <stddef.h>

/* One document as it is read. */
struct draft {
	int api_version, kind, lead_time, recovery;
	struct delivery delivery;
	const struct yaml_node *environments, *incidents;
};

#define AT(member) offsetof(struct draft, member)

const struct field native_leave_out[] = {
	{.name = "bots",
	 .type = &field_bool,
	 .at = AT(delivery.bots_out),
	 .fallback = "false",
	 .help = "Commits of bots have no lead time"},
	{.name = "authors",
	 .type = &native_type_texts,
	 .at = AT(delivery.authors_out),
	 .help = "Nor have those of logins that fit one of these patterns: `renovate*`"},
	{.name = NULL},
};

const struct field native_hotfix[] = {
	{.name = "branches",
	 .type = &native_type_texts,
	 .at = AT(delivery.hotfix_branches),
	 .help = "Patterns of branches: a deployment of one, or of a pull request from one, is a hotfix. Without it `hotfix/*` and `hotfix-*`; "
		 "`[]` for none"},
	{.name = "labels",
	 .type = &native_type_texts,
	 .at = AT(delivery.hotfix_labels),
	 .help = "Labels of pull requests that are one. Without it `hotfix`; `[]` for none"},
	{.name = NULL},
};

const struct field native_delivery[] = {
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
	 .choices = (const char *const[]){"Delivery", NULL},
	 .help = "What the document is"},
	{.name = "service",
	 .type = &native_type_name,
	 .at = AT(delivery.service),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "What is deployed; the service of its SLOs. Required with `repository`. With `organisation` each repository is a service of "
		 "its own name"},
	{.name = "description",
	 .type = &field_text,
	 .at = AT(delivery.description),
	 .max = (double)LIMIT_TEXT_BYTES,
	 .help = "What there is to know, in words for people"},
	{.name = "team",
	 .type = &field_text,
	 .at = AT(delivery.team),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Whose it is; the numbers of a team's services are added up as well"},
	{.name = "group",
	 .type = &field_text,
	 .at = AT(delivery.group),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "What it is a part of, likewise"},
	{.name = "labels",
	 .type = &native_type_series_labels,
	 .at = AT(delivery.labels),
	 .help = "Labels of its series"},
	{.name = "repository",
	 .type = &native_type_repository,
	 .at = AT(delivery.repository),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .help = "Where it is developed, on GitHub: `owner/name`. Give either this or `organisation`"},
	{.name = "organisation",
	 .type = &native_type_organisation,
	 .at = AT(delivery),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .inner = native_organisation,
	 .help = "All repositories of an organisation, by its name; or a map that chooses some of them"},
	{.name = "paths",
	 .type = &native_type_texts,
	 .at = AT(delivery.paths),
	 .min = 1,
	 .help = "Patterns of files: only commits that touch one of them are the service's. A `*` stands for slashes as well: `services/api/*`"},
	{.name = "pull_request_labels",
	 .type = &native_type_texts,
	 .at = AT(delivery.pull_labels),
	 .min = 1,
	 .help = "Only changes whose pull request has one of these labels are the service's"},
	{.name = "environments",
	 .type = &native_type_map_of,
	 .at = AT(environments),
	 .required = true,
	 .min = 1,
	 .inner = native_environment,
	 .help = "Where it is deployed to: a map from names to where their deployments are seen"},
	{.name = "lead_time",
	 .type = &field_choice,
	 .at = AT(lead_time),
	 .choices = (const char *const[]){"commit", "first_commit", "merge", NULL},
	 .fallback = "commit",
	 .help = "From when a change's lead time runs. `commit`: each commit, from when it was written. `first_commit`: each pull request, from when "
		 "its first commit was. `merge`: each pull request, from its merge"},
	{.name = "leave_out", .type = &field_map, .inner = native_leave_out, .help = "Whose changes have no lead time"},
	{.name = "incidents",
	 .type = &native_type_incidents,
	 .at = AT(incidents),
	 .inner = native_incidents,
	 .help = "What counts as an incident. Rollbacks, reverts and hotfixes are found without it"},
	{.name = "attribution",
	 .type = &field_duration,
	 .at = AT(delivery.attribution),
	 .max = (double)(366 * SPAN_DAY),
	 .fallback = "24h",
	 .help = "What goes wrong counts against the deployment before it, unless that is longer ago"},
	{.name = "hotfix", .type = &field_map, .inner = native_hotfix, .help = "How a hotfix is recognised"},
	{.name = "recovery",
	 .type = &field_choice,
	 .at = AT(recovery),
	 .choices = (const char *const[]){"last", "first", NULL},
	 .fallback = "last",
	 .help = "When a failed deployment with several kinds of evidence is recovered: once the `last` of it is over, or the `first`"},
	{.name = "report_year",
	 .type = &field_count,
	 .at = AT(delivery.report_year),
	 .min = 2021,
	 .max = 2025,
	 .fallback = "2024",
	 .help = "The DORA report whose table levels are taken from; that of 2025 has no levels"},
	{.name = NULL},
};
static_assert((int)LEAD_COMMIT == 0 && (int)LEAD_FIRST_COMMIT == 1 && (int)LEAD_MERGE == 2,
	      "the choices stand in this order");
static_assert((int)RECOVERY_LAST == 0 && (int)RECOVERY_FIRST == 1, "and so do these");

static struct delivery_texts texts_of(struct reader *reader, const char *const *texts, size_t len)
{
	struct delivery_texts made = {arena_array(reader->arena, len, sizeof(*made.at)),
				      arena_array(reader->arena, len, sizeof(*made.places)), len};

	for (size_t i = 0; i < len; i++) {
		made.at[i] = str_of(texts[i]);
		made.places[i] = reader_place(reader, NULL);
	}
	return made;
}

static void set_defaults(struct reader *reader, struct delivery *delivery)
{
	static const char *const branches[] = {"hotfix/*", "hotfix-*"}, *const labels[] = {"hotfix"};

	delivery->hotfix_branches = texts_of(reader, branches, 2);
	delivery->hotfix_labels = texts_of(reader, labels, 1);
}

/* Exactly one of the two says what it is of, and the service goes with it. */
static void check_subject(struct reader *reader, const struct yaml_node *document, uint64_t given)
{
	bool repository = field_given(native_delivery, given, "repository");
	bool organisation = field_given(native_delivery, given, "organisation");
	bool service = field_given(native_delivery, given, "service");

	if (repository && organisation)
		reader_error(reader, yaml_get(document, "organisation"), "organisation", "good-and-bad",
			     "stands beside repository; give one of them");
	else if (!repository && !organisation)
		reader_error(reader, document, "repository", "missing-key",
			     "the delivery has neither repository nor organisation; give one of them");
	else if (repository && !service)
		reader_error(reader, document, "service", "missing-key",
			     "is missing in the delivery: the repository's service has no name");
	else if (organisation && service)
		reader_error(reader, yaml_get(document, "service"), "service", "service-of-organisation",
			     "stands beside organisation, of which each repository is a service of its own name");
}

/* Paths are looked at as git writes them: of files, from the repository's top. */
static void check_paths(struct reader *reader, const struct yaml_node *node, const struct delivery_texts *paths)
{
	for (size_t i = 0; i < paths->len; i++) {
		struct str path = paths->at[i];
		const struct yaml_node *item = native_texts_node(node, i);

		if (str_starts(path, STR("/")) || str_starts(path, STR("./")))
			reader_error(reader, item, "paths", "never-matches",
				     "'%.*s' fits no file: paths begin at the repository's top; write '%.*s'",
				     VALUE_ARG(path), VALUE_ARG(str_slice(path, str_find(path, '/') + 1, path.len)));
		else if (str_ends(path, STR("/")))
			reader_error(reader, item, "paths", "never-matches",
				     "'%.*s' fits no file; write '%.*s*' for all below it", VALUE_ARG(path),
				     VALUE_ARG(path));
	}
}

/* Of the repository, or of the organisation's name. */
static struct place subject_place(const struct reader *reader, const struct yaml_node *document)
{
	const struct yaml_node *organisation = yaml_get(document, "organisation");
	const struct yaml_node *subject = organisation ? organisation : yaml_get(document, "repository");

	if (organisation && organisation->kind == YAML_MAP)
		subject = yaml_get(organisation, "name");
	return reader_place(reader, subject);
}

static void load_delivery(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	struct draft draft = {.delivery.place = reader_place(reader, document)};
	size_t errors = reader->findings->errors;
	struct delivery *delivery;
	uint64_t given;

	set_defaults(reader, &draft.delivery);
	given = fields_read(reader, native_delivery, document, "the delivery", &draft);
	if (reader->findings->errors == errors)
		check_subject(reader, document, given);
	check_paths(reader, yaml_get(document, "paths"), &draft.delivery.paths);
	if (draft.environments)
		native_environments_read(reader, draft.environments, &draft.delivery);
	if (draft.incidents)
		native_incidents_read(reader, draft.incidents, &draft.delivery);
	if (reader->findings->errors != errors)
		return;
	if (draft.delivery.attribution.ms == 0)
		reader_warn(reader, yaml_get(document, "attribution"), "attribution", "attribution-zero",
			    "is 0: nothing that goes wrong later than the deployment counts against it");
	delivery = arena_alloc(reader->arena, sizeof(*delivery));
	*delivery = draft.delivery;
	delivery->subject_place = subject_place(reader, document);
	delivery->lead_time = (enum lead_time)draft.lead_time;
	delivery->recovery = (enum recovery_rule)draft.recovery;
	XGROW(loaded->deliveries, loaded->deliveries_len, loaded->deliveries_cap);
	loaded->deliveries[loaded->deliveries_len++] = delivery;
}

const struct loader loader_delivery = {.api_version = "wick/v1", .kind = "Delivery", .load = load_delivery};
