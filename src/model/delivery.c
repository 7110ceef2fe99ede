#include "model/delivery.h"

#include "base/glob.h"

const char *const delivery_source_names[DELIVERY_SOURCES] = {"workflow", "deployments", "releases"};
const char *const incident_source_names[INCIDENT_SOURCES] = {"slo", "issues", "file"};
const char *const lead_time_names[LEAD_TIMES] = {"commit", "first_commit", "merge"};
const char *const recovery_rule_names[RECOVERY_RULES] = {"last", "first"};

bool delivery_texts_same(const struct delivery_texts *a, const struct delivery_texts *b)
{
	bool same = a->len == b->len;

	for (size_t i = 0; i < a->len && same; i++)
		same = str_eq(a->at[i], b->at[i]);
	return same;
}

bool delivery_same_subject(const struct delivery *a, const struct delivery *b)
{
	return str_eq(a->service, b->service) && str_eq(a->organisation, b->organisation) &&
	       delivery_texts_same(&a->include, &b->include) && delivery_texts_same(&a->exclude, &b->exclude) &&
	       delivery_texts_same(&a->topics, &b->topics) && labels_eq(a->properties, b->properties);
}

const struct delivery_environment *delivery_environment_find(const struct delivery *delivery, struct str name)
{
	for (size_t i = 0; i < delivery->environments_len; i++)
		if (str_eq(delivery->environments[i].name, name))
			return &delivery->environments[i];
	return NULL;
}

static bool any_matches(const struct delivery_texts *patterns, struct str name)
{
	for (size_t i = 0; i < patterns->len; i++)
		if (glob_matches(patterns->at[i], name))
			return true;
	return false;
}

bool delivery_lets_in(const struct delivery *delivery, struct str name)
{
	return (!delivery->include.len || any_matches(&delivery->include, name)) &&
	       !any_matches(&delivery->exclude, name);
}

bool incident_rule_same(const struct incident_rule *a, const struct incident_rule *b)
{
	bool same = a->source == b->source && str_eq(a->severity, b->severity) &&
		    delivery_texts_same(&a->labels, &b->labels) && str_eq(a->repository, b->repository) &&
		    delivery_texts_same(&a->environments, &b->environments) && a->entries_len == b->entries_len;

	for (size_t i = 0; i < a->entries_len && same; i++)
		same = str_eq(a->entries[i].name, b->entries[i].name) &&
		       a->entries[i].opened.ms == b->entries[i].opened.ms &&
		       a->entries[i].closed.ms == b->entries[i].closed.ms;
	return same;
}

static struct delivery_texts copy_texts(struct arena *arena, const struct delivery_texts *from, const char *file)
{
	struct delivery_texts texts = {arena_array(arena, from->len, sizeof(*texts.at)),
				       arena_array(arena, from->len, sizeof(*texts.places)), from->len};

	for (size_t i = 0; i < from->len; i++) {
		texts.at[i] = arena_str(arena, from->at[i]);
		texts.places[i] = (struct place){file, from->places[i].line, from->places[i].col};
	}
	return texts;
}

static struct delivery_environment copy_environment(struct arena *arena, const struct delivery_environment *from,
						    const char *file)
{
	struct delivery_environment environment = *from;

	environment.name = arena_str(arena, from->name);
	environment.from = arena_str(arena, from->from);
	environment.branch = arena_str(arena, from->branch);
	environment.job = arena_str(arena, from->job);
	environment.place.file = environment.from_place.file = file;
	environment.branch_place.file = environment.job_place.file = file;
	return environment;
}

static struct incident_rule copy_rule(struct arena *arena, const struct incident_rule *from, const char *file)
{
	struct incident_rule rule = *from;

	rule.severity = arena_str(arena, from->severity);
	rule.labels = copy_texts(arena, &from->labels, file);
	rule.repository = arena_str(arena, from->repository);
	rule.environments = copy_texts(arena, &from->environments, file);
	rule.entries = arena_array(arena, from->entries_len, sizeof(*rule.entries));
	for (size_t i = 0; i < from->entries_len; i++) {
		rule.entries[i] = from->entries[i];
		rule.entries[i].name = arena_str(arena, from->entries[i].name);
		rule.entries[i].place.file = file;
	}
	rule.place.file = file;
	return rule;
}

static void copy_lists(struct arena *arena, struct delivery *copy, const struct delivery *from, const char *file)
{
	copy->include = copy_texts(arena, &from->include, file);
	copy->exclude = copy_texts(arena, &from->exclude, file);
	copy->topics = copy_texts(arena, &from->topics, file);
	copy->paths = copy_texts(arena, &from->paths, file);
	copy->pull_labels = copy_texts(arena, &from->pull_labels, file);
	copy->authors_out = copy_texts(arena, &from->authors_out, file);
	copy->hotfix_branches = copy_texts(arena, &from->hotfix_branches, file);
	copy->hotfix_labels = copy_texts(arena, &from->hotfix_labels, file);
	copy->environments = arena_array(arena, from->environments_len, sizeof(*copy->environments));
	for (size_t i = 0; i < from->environments_len; i++)
		copy->environments[i] = copy_environment(arena, &from->environments[i], file);
	copy->incidents = arena_array(arena, from->incidents_len, sizeof(*copy->incidents));
	for (size_t i = 0; i < from->incidents_len; i++)
		copy->incidents[i] = copy_rule(arena, &from->incidents[i], file);
}

struct delivery *delivery_copy(struct arena *arena, const struct delivery *delivery, const char *file)
{
	struct delivery *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *delivery;
	copy->service = arena_str(arena, delivery->service);
	copy->team = arena_str(arena, delivery->team);
	copy->group = arena_str(arena, delivery->group);
	copy->description = arena_str(arena, delivery->description);
	copy->repository = arena_str(arena, delivery->repository);
	copy->organisation = arena_str(arena, delivery->organisation);
	copy->labels = labels_copy(arena, delivery->labels);
	copy->properties = labels_copy(arena, delivery->properties);
	copy_lists(arena, copy, delivery, file);
	copy->place.file = copy->subject_place.file = file;
	return copy;
}

bool delivery_subject_write(struct buf *buf, const struct delivery *delivery)
{
	return buf_fmt(buf, "%s%.*s", delivery->organisation.len ? "organisation " : "",
		       STR_ARG(delivery->organisation.len ? delivery->organisation : delivery->service));
}

bool delivery_environment_write(struct buf *buf, const struct delivery_environment *environment)
{
	buf_fmt(buf, "%s '%.*s'", delivery_source_names[environment->source], STR_ARG(environment->from));
	if (environment->branch.len)
		buf_fmt(buf, ", branch '%.*s'", STR_ARG(environment->branch));
	if (environment->job.len)
		buf_fmt(buf, ", job '%.*s'", STR_ARG(environment->job));
	if (environment->prereleases)
		buf_cstr(buf, ", prereleases too");
	return !buf->full;
}

bool delivery_texts_write(struct buf *buf, const struct delivery_texts *texts)
{
	for (size_t i = 0; i < texts->len; i++)
		buf_fmt(buf, "%s'%.*s'", i ? ", " : "", STR_ARG(texts->at[i]));
	if (!texts->len)
		buf_cstr(buf, "none");
	return !buf->full;
}

bool incident_rule_write(struct buf *buf, const struct incident_rule *rule)
{
	switch (rule->source) {
	case INCIDENTS_SLO:
		buf_fmt(buf, "alerts of severity '%.*s'", STR_ARG(rule->severity));
		break;
	case INCIDENTS_ISSUES:
		buf_cstr(buf, "issues with ");
		delivery_texts_write(buf, &rule->labels);
		if (rule->repository.len)
			buf_fmt(buf, " in '%.*s'", STR_ARG(rule->repository));
		break;
	case INCIDENTS_FILE:
		for (size_t i = 0; i < rule->entries_len; i++) {
			const struct incident_entry *entry = &rule->entries[i];

			buf_fmt(buf, "%s'%.*s' from %s", i ? ", " : "", STR_ARG(entry->name),
				instant_text(entry->opened).text);
			if (entry->closed.ms)
				buf_fmt(buf, " to %s", instant_text(entry->closed).text);
		}
		break;
	}
	if (rule->environments.len) {
		buf_cstr(buf, ", of ");
		delivery_texts_write(buf, &rule->environments);
	}
	return !buf->full;
}

static void put_part(struct buf *buf, size_t begin, const char *name, const struct delivery_texts *texts)
{
	if (!texts->len)
		return;
	buf_fmt(buf, "%s%s ", buf->len > begin ? "; " : "", name);
	delivery_texts_write(buf, texts);
}

bool delivery_selection_write(struct buf *buf, const struct delivery *delivery)
{
	size_t begin = buf->len;

	put_part(buf, begin, "include", &delivery->include);
	put_part(buf, begin, "exclude", &delivery->exclude);
	put_part(buf, begin, "topics", &delivery->topics);
	if (delivery->properties.len) {
		buf_fmt(buf, "%sproperties ", buf->len > begin ? "; " : "");
		labels_write(buf, delivery->properties);
	}
	return buf->len > begin ? !buf->full : buf_cstr(buf, "all");
}
