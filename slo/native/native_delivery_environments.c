/* `environments` of a delivery. */
#include "base/limits.h"
#include "slo/native/native_delivery.h"
#include "slo/native/native_types.h"

#include <assert.h>
#include <stddef.h>

/* An environment as it is read. */
struct written {
	struct str from[DELIVERY_SOURCES], branch, job;
	bool prereleases;
};

#define AT(member)   offsetof(struct written, member)
#define FROM(source) AT(from) + (source) * sizeof(struct str)

const struct field native_environment[] = {
	{.name = "workflow",
	 .type = &native_type_workflow,
	 .at = FROM(DELIVERY_WORKFLOW),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Runs of this GitHub Actions workflow deploy: its file (`deploy.yml`) or its name"},
	{.name = "deployments",
	 .type = &field_text,
	 .at = FROM(DELIVERY_DEPLOYMENTS),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "What GitHub lists as deployments to its environment of this name"},
	{.name = "releases",
	 .type = &field_text,
	 .at = FROM(DELIVERY_RELEASES),
	 .rivals = RIVALS_EXACTLY_ONE,
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Published releases are deployments where their tag fits this pattern: `v*`"},
	{.name = "branch",
	 .type = &field_text,
	 .at = AT(branch),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Only runs or deployments of a branch that fits this pattern; without it of any. Not for `releases`"},
	{.name = "job",
	 .type = &field_text,
	 .at = AT(job),
	 .min = 1,
	 .max = LIMIT_NAME_BYTES,
	 .help = "Of a `workflow`: this job of a run deploys: its success is what counts. Without it the whole run's is"},
	{.name = "prereleases",
	 .type = &field_bool,
	 .at = AT(prereleases),
	 .fallback = "false",
	 .help = "Of `releases`: whether prereleases are deployments, too"},
	{.name = NULL},
};
static_assert((int)DELIVERY_WORKFLOW == 0 && (int)DELIVERY_DEPLOYMENTS == 1 && (int)DELIVERY_RELEASES == 2,
	      "the rows stand in this order");
static_assert((int)DELIVERY_SOURCES == 3, "one of three");

static void belongs_to(struct reader *reader, const struct yaml_node *map, const char *key, bool fits, const char *what)
{
	const struct yaml_node *node = yaml_get(map, key);

	if (node && !fits)
		reader_error(reader, node, key, "wrong-source", "is for %s alone", what);
}

static void check(struct reader *reader, const struct yaml_node *map, enum delivery_source source,
		  const struct written *written)
{
	belongs_to(reader, map, "job", !written->job.len || source == DELIVERY_WORKFLOW, "a workflow");
	belongs_to(reader, map, "prereleases", !written->prereleases || source == DELIVERY_RELEASES, "releases");
	belongs_to(reader, map, "branch", !written->branch.len || source != DELIVERY_RELEASES,
		   "a workflow or deployments");
	if (str_starts(written->branch, STR("refs/heads/")))
		reader_error(reader, yaml_get(map, "branch"), "branch", "never-matches",
			     "'%.*s' fits no branch; write '%.*s'", VALUE_ARG(written->branch),
			     VALUE_ARG(str_slice(written->branch, strlen("refs/heads/"), written->branch.len)));
}

static void read_environment(struct reader *reader, const struct yaml_pair *pair, struct delivery *delivery)
{
	struct delivery_environment *environment = &delivery->environments[delivery->environments_len];
	const struct field name = {
		.name = "environments", .type = &native_type_name, .min = 1, .max = LIMIT_NAME_BYTES};
	struct written written = {.prereleases = false};
	size_t errors = reader->findings->errors;
	uint64_t given;
	int source = 0;

	name.type->read(reader, &name, pair->key, &environment->name);
	given = fields_read(reader, native_environment, pair->value, "an environment", &written);
	if (reader->findings->errors == errors)
		source = native_one_of_three(reader, native_environment, given, pair->value, delivery_source_names,
					     "an environment");
	if (reader->findings->errors == errors)
		check(reader, pair->value, (enum delivery_source)source, &written);
	if (reader->findings->errors != errors)
		return;
	environment->source = (enum delivery_source)source;
	environment->from = written.from[source];
	environment->branch = written.branch;
	environment->job = written.job;
	environment->prereleases = written.prereleases;
	environment->place = reader_place(reader, pair->key);
	environment->from_place =
		reader_place(reader, yaml_get(pair->value, delivery_source_names[environment->source]));
	environment->branch_place = reader_place(reader, yaml_get(pair->value, "branch"));
	environment->job_place = reader_place(reader, yaml_get(pair->value, "job"));
	delivery->environments_len++;
}

void native_environments_read(struct reader *reader, const struct yaml_node *map, struct delivery *delivery)
{
	if (map->kind != YAML_MAP) {
		reader_error(reader, map, "environments", "wrong-type",
			     "wants a map of names and where their deployments are seen, not %s", yaml_what(map));
		return;
	}
	if (map->len == 0)
		reader_error(reader, map, "environments", "empty", "is empty; it wants at least one environment");
	if (map->len > LIMIT_DELIVERY_ENVIRONMENTS) {
		reader_error(reader, map, "environments", "too-many", "%zu environments; at most %d are allowed",
			     map->len, LIMIT_DELIVERY_ENVIRONMENTS);
		return;
	}
	delivery->environments = arena_array(reader->arena, map->len, sizeof(*delivery->environments));
	for (size_t i = 0; i < map->len; i++)
		read_environment(reader, &map->pairs[i], delivery);
}
