/* Deliveries: what is counted as a deployment, a change and a failure. Nothing of it is stored, so that all of the past
 * is worked out anew with what holds now. */
#include "slo/change/change_parts.h"

/* One thing that a delivery says, as a text. */
struct aspect {
	const char *key, *rule;
	bool (*write)(struct buf *buf, const struct delivery *delivery);
	/* Whether less is told, or promised, than before; NULL: it is not. */
	bool (*worse)(const struct delivery *old, const struct delivery *new);
	const char *meaning;
};

static bool always(const struct delivery *old, const struct delivery *new)
{
	(void)old;
	(void)new;
	return true;
}

static bool write_repository(struct buf *buf, const struct delivery *delivery)
{
	return buf_str(buf, delivery->repository);
}

static bool write_paths(struct buf *buf, const struct delivery *delivery)
{
	return delivery_texts_write(buf, &delivery->paths);
}

static bool write_pull_labels(struct buf *buf, const struct delivery *delivery)
{
	return delivery_texts_write(buf, &delivery->pull_labels);
}

static bool write_leave_out(struct buf *buf, const struct delivery *delivery)
{
	buf_cstr(buf, delivery->bots_out ? "bots" : "");
	if (delivery->authors_out.len == 0)
		return delivery->bots_out || buf_cstr(buf, "nobody");
	buf_cstr(buf, delivery->bots_out ? ", " : "");
	return delivery_texts_write(buf, &delivery->authors_out);
}

static bool write_hotfix(struct buf *buf, const struct delivery *delivery)
{
	buf_cstr(buf, "branches ");
	delivery_texts_write(buf, &delivery->hotfix_branches);
	buf_cstr(buf, ", labels ");
	return delivery_texts_write(buf, &delivery->hotfix_labels);
}

static bool hotfix_worse(const struct delivery *old, const struct delivery *new)
{
	return new->hotfix_branches.len < old->hotfix_branches.len || new->hotfix_labels.len < old->hotfix_labels.len;
}

static bool write_incidents(struct buf *buf, const struct delivery *delivery)
{
	for (size_t i = 0; i < delivery->incidents_len; i++) {
		buf_cstr(buf, i ? ", " : "");
		incident_rule_write(buf, &delivery->incidents[i]);
	}
	return delivery->incidents_len ? !buf->full : buf_cstr(buf, "none");
}

static bool has_rule(const struct delivery *delivery, const struct incident_rule *rule)
{
	for (size_t i = 0; i < delivery->incidents_len; i++)
		if (incident_rule_same(&delivery->incidents[i], rule))
			return true;
	return false;
}

static bool incidents_worse(const struct delivery *old, const struct delivery *new)
{
	for (size_t i = 0; i < old->incidents_len; i++)
		if (!has_rule(new, &old->incidents[i]))
			return true;
	return false;
}

static bool write_attribution(struct buf *buf, const struct delivery *delivery)
{
	return span_write(buf, delivery->attribution);
}

static bool attribution_worse(const struct delivery *old, const struct delivery *new)
{
	return new->attribution.ms < old->attribution.ms;
}

static bool write_lead_time(struct buf *buf, const struct delivery *delivery)
{
	return buf_cstr(buf, lead_time_names[delivery->lead_time]);
}

static bool write_recovery(struct buf *buf, const struct delivery *delivery)
{
	return buf_cstr(buf, recovery_rule_names[delivery->recovery]);
}

static bool recovery_worse(const struct delivery *old, const struct delivery *new)
{
	return old->recovery == RECOVERY_LAST && new->recovery == RECOVERY_FIRST;
}

static bool write_report_year(struct buf *buf, const struct delivery *delivery)
{
	return buf_fmt(buf, "%u", delivery->report_year);
}

static bool write_team(struct buf *buf, const struct delivery *delivery) { return buf_str(buf, delivery->team); }

static bool write_group(struct buf *buf, const struct delivery *delivery) { return buf_str(buf, delivery->group); }

static bool write_labels(struct buf *buf, const struct delivery *delivery)
{
	return labels_write(buf, delivery->labels);
}

static const struct aspect aspects[] = {
	{"repository", "delivery-repository-changed", write_repository, always,
	 "its numbers of the past are those of the new one"},
	{"organisation", "delivery-repositories-changed", delivery_selection_write, always,
	 "which repositories are services is another question"},
	{"paths", "delivery-scope-changed", write_paths, always,
	 "other commits are its changes, and other deployments its own, in the past too"},
	{"pull_request_labels", "delivery-scope-changed", write_pull_labels, always,
	 "other commits are its changes, and other deployments its own, in the past too"},
	{"lead_time", "delivery-lead-time-changed", write_lead_time, always,
	 "lead times are another number than before, in the past too"},
	{"leave_out", "delivery-leave-out-changed", write_leave_out, NULL,
	 "lead times are those of other changes, in the past too"},
	{"incidents", "delivery-incidents-changed", write_incidents, incidents_worse,
	 "other deployments have failed, in the past too"},
	{"attribution", "delivery-attribution-changed", write_attribution, attribution_worse,
	 "other deployments have failed, in the past too"},
	{"hotfix", "delivery-hotfix-changed", write_hotfix, hotfix_worse,
	 "other deployments have failed, in the past too"},
	{"recovery", "delivery-recovery-changed", write_recovery, recovery_worse,
	 "recovery times are another number than before, in the past too"},
	{"report_year", "delivery-report-year-changed", write_report_year, NULL,
	 "levels are taken from another table; the numbers stay"},
	{"team", "delivery-team-changed", write_team, NULL, "it is added up elsewhere, in the past too"},
	{"group", "delivery-group-changed", write_group, NULL, "it is added up elsewhere, in the past too"},
	{"labels", "delivery-labels-changed", write_labels, NULL, "its numbers stay"},
};

static struct str text_of(struct arena *arena, bool (*write)(struct buf *, const struct delivery *),
			  const struct delivery *delivery)
{
	struct str text;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	write(&buf, delivery);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static struct str subject_of(struct comparing *comparing, const struct delivery *delivery)
{
	return text_of(comparing->arena, delivery_subject_write, delivery);
}

static struct str source_of(struct arena *arena, const struct delivery_environment *environment)
{
	struct str text;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	delivery_environment_write(&buf, environment);
	text = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* An organisation stays what it is when others of its repositories are chosen. */
static bool same_name(const struct delivery *a, const struct delivery *b)
{
	return str_eq(a->service, b->service) && str_eq(a->organisation, b->organisation);
}

static bool share_environment(const struct delivery *a, const struct delivery *b)
{
	for (size_t i = 0; i < a->environments_len; i++)
		if (delivery_environment_find(b, a->environments[i].name))
			return true;
	return false;
}

/* The one of the set that this one was or has become; NULL: none. A service may have several documents. */
static const struct delivery *counterpart(const struct slo_set *set, const struct delivery *delivery)
{
	const struct delivery *found = NULL;
	int best = -1;

	for (size_t i = 0; i < set->deliveries_len; i++) {
		const struct delivery *other = set->deliveries[i];
		int likeness = 2 * delivery_same_subject(other, delivery) + share_environment(other, delivery);

		if (same_name(other, delivery) && likeness > best) {
			found = other;
			best = likeness;
		}
	}
	return found;
}

/* In whichever document of the same subject; else of the same organisation. */
static const struct delivery_environment *find_environment(const struct slo_set *set, const struct delivery *delivery,
							   struct str name)
{
	const struct delivery_environment *found = NULL;

	for (size_t i = 0; i < set->deliveries_len; i++) {
		const struct delivery *other = set->deliveries[i];
		bool same = delivery_same_subject(other, delivery);

		if ((same || !found) && same_name(other, delivery) && delivery_environment_find(other, name))
			found = delivery_environment_find(other, name);
		if (found && same && delivery_environment_find(other, name))
			break;
	}
	return found;
}

static void compare_aspect(struct comparing *comparing, const struct aspect *aspect, const struct delivery *old,
			   const struct delivery *new)
{
	struct str from = text_of(comparing->arena, aspect->write, old);
	struct str to = text_of(comparing->arena, aspect->write, new), subject = subject_of(comparing, new);

	if (str_eq(from, to))
		return;
	change_say(comparing, aspect->worse && aspect->worse(old, new) ? FINDING_WARNING : FINDING_NOTE, new->place,
		   aspect->key, aspect->rule, (struct change){CHANGE_DELIVERY, subject, from, to},
		   "%s of the delivery of '%.*s' changed from %.*s to %.*s: %s", aspect->key, VALUE_ARG(subject),
		   VALUE_ARG(from.len ? from : STR("none")), VALUE_ARG(to.len ? to : STR("none")), aspect->meaning);
}

static void say_environment(struct comparing *comparing, const struct delivery *delivery,
			    const struct delivery_environment *old, const struct delivery_environment *new)
{
	struct str subject = subject_of(comparing, delivery);
	struct str from = old ? source_of(comparing->arena, old) : STR("");
	struct str to = new ? source_of(comparing->arena, new) : STR("");
	struct change change = {CHANGE_DELIVERY, subject, from, to};

	if (!old)
		change_say(comparing, FINDING_NOTE, new->place, "environments", "delivery-environment-added", change,
			   "'%.*s' of the delivery of '%.*s' is new: %.*s", VALUE_ARG(new->name), VALUE_ARG(subject),
			   VALUE_ARG(to));
	else if (!new)
		change_say(comparing, FINDING_WARNING, delivery->place, "environments", "delivery-environment-removed",
			   change, "'%.*s' of the delivery of '%.*s' is removed: its numbers end", VALUE_ARG(old->name),
			   VALUE_ARG(subject));
	else if (!str_eq(from, to))
		change_say(comparing, FINDING_WARNING, new->place, "environments", "delivery-source-changed", change,
			   "deployments of '%.*s' to '%.*s' are seen elsewhere: by %.*s, not by %.*s; its numbers of "
			   "the past are worked out anew",
			   VALUE_ARG(subject), VALUE_ARG(new->name), VALUE_ARG(to), VALUE_ARG(from));
}

static void compare(struct comparing *comparing, const struct delivery *old, const struct delivery *new)
{
	for (size_t i = 0; i < sizeof(aspects) / sizeof(aspects[0]); i++)
		compare_aspect(comparing, &aspects[i], old, new);
	for (size_t i = 0; i < new->environments_len; i++)
		say_environment(comparing, new, find_environment(comparing->before, new, new->environments[i].name),
				&new->environments[i]);
}

static void say_removed(struct comparing *comparing, const struct delivery *old)
{
	const struct delivery *new = counterpart(comparing->now, old);
	struct str subject = subject_of(comparing, old);

	if (!new) {
		change_say(comparing, FINDING_WARNING, change_gone(old->place), "", "delivery-removed",
			   (struct change){CHANGE_DELIVERY, subject, subject, STR("")},
			   "the delivery of '%.*s' is removed (it was in line %u at '%s'): its numbers end",
			   VALUE_ARG(subject), old->place.line, comparing->revision);
		return;
	}
	for (size_t i = 0; i < old->environments_len; i++)
		if (!find_environment(comparing->now, old, old->environments[i].name))
			say_environment(comparing, new, &old->environments[i], NULL);
}

void change_deliveries(struct comparing *comparing)
{
	const struct slo_set *before = comparing->before, *now = comparing->now;

	for (size_t i = 0; i < now->deliveries_len; i++) {
		const struct delivery *new = now->deliveries[i], *old = counterpart(before, new);
		struct str subject = subject_of(comparing, new);

		/* of what a broken file defines nothing is known, nor of what moved there */
		if (change_unknown(before, new->place.file) || (old && change_unknown(now, old->place.file)))
			continue;
		if (old)
			compare(comparing, old, new);
		else
			change_say(comparing, FINDING_NOTE, new->place, "", "delivery-added",
				   (struct change){CHANGE_DELIVERY, subject, STR(""), subject},
				   "the delivery of '%.*s' is new", VALUE_ARG(subject));
	}
	for (size_t i = 0; i < before->deliveries_len; i++)
		if (!change_unknown(now, before->deliveries[i]->place.file))
			say_removed(comparing, before->deliveries[i]);
}
