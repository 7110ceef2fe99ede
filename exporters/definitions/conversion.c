#include "exporters/definitions/keep_parts.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>

const char *const carried_rules[CARRIED] = {
	[CARRIED_SLO] = "lost-slo",
	[CARRIED_NAME] = "lost-name",
	[CARRIED_DESCRIPTION] = "lost-description",
	[CARRIED_DISPLAY_NAME] = "lost-display-name",
	[CARRIED_OBJECTIVE] = "lost-objective",
	[CARRIED_WINDOWS] = "lost-windows",
	[CARRIED_BUDGETING] = "lost-budgeting",
	[CARRIED_LABELS] = "lost-labels",
	[CARRIED_COUNTS] = "lost-counts",
	[CARRIED_SOURCE] = "lost-source",
	[CARRIED_GROUPS] = "lost-groups",
	[CARRIED_GROUP_LIMIT] = "lost-group-limit",
	[CARRIED_GROUP_TOP] = "lost-group-top",
	[CARRIED_ALERTS] = "lost-alerts",
	[CARRIED_RUNBOOK] = "lost-runbook",
	[CARRIED_POLICY] = "lost-policy",
	[CARRIED_CORRECTIONS] = "lost-corrections",
	[CARRIED_DOCUMENT] = "lost-document",
};
#define PIECE_BYTES MIB(1)

const char conversion_fault[] = "conversion-fault";

const struct definition_language *const definition_languages[] = {&language_native, &language_openslo, &language_sloth,
								  &language_pyrra, NULL};
enum { LANGUAGES = sizeof(definition_languages) / sizeof(*definition_languages) - 1 };

const char *definition_language_name(const struct definition_language *language) { return language->name; }

const char *const *definition_language_names(void)
{
	static const char *names[LANGUAGES + 1];

	for (size_t i = 0; i < LANGUAGES; i++)
		names[i] = definition_languages[i]->name;
	return names;
}

/* What an SLO is called by, as far as the language tells names apart. */
static struct str called(struct conversion *conversion, const struct slo *slo, struct str name)
{
	const struct definition_language *to = conversion->to;
	struct str space = to->namespaces ? slo->namespace_ : STR(""),
		   service = to->across_files ? STR("") : slo->service;

	return arena_fmt(&conversion->arena, "%.*s/%.*s/%.*s", STR_ARG(space), STR_ARG(service), STR_ARG(name));
}

/* An SLO whose document is written as it is has its name before all others. */
static void stand(struct conversion *conversion, const struct slo *slo, size_t i)
{
	conversion->id_of[i] = slo->id;
	map_put(&conversion->taken, called(conversion, slo, slo->name), (void *)(uintptr_t)slo);
}

void conversion_init(struct conversion *conversion, const struct definition_language *to, const struct slo_set *set)
{
	*conversion = (struct conversion){.to = to, .set = set};
	arena_init(&conversion->arena);
	findings_init(&conversion->lost, &conversion->arena, SIZE_MAX);
	conversion->lost_of = arena_array(&conversion->arena, set->len + 1, sizeof(*conversion->lost_of));
	conversion->id_of = arena_array(&conversion->arena, set->len + 1, sizeof(*conversion->id_of));
	map_init(&conversion->names);
	map_init(&conversion->taken);
	for (size_t i = 0; i < set->len; i++) {
		struct str name = called(conversion, &set->slos[i], set->slos[i].name);
		size_t *count = map_get(&conversion->names, name);

		if (!count) {
			count = arena_alloc(&conversion->arena, sizeof(*count));
			map_put(&conversion->names, name, count);
		}
		(*count)++;
	}
	keep_begin(conversion);
	for (size_t i = 0; i < set->len; i++)
		if (conversion->stands[i])
			stand(conversion, &set->slos[i], i);
}

void conversion_release(struct conversion *conversion)
{
	keep_end(conversion);
	findings_release(&conversion->lost);
	map_release(&conversion->names);
	map_release(&conversion->taken);
	arena_release(&conversion->arena);
}

/* "shop/availability: pyrra has no ..." */
__attribute__((format(printf, 4, 0))) static void note(struct writing *writing, enum carried what, struct place place,
						       const char *format, va_list args)
{
	struct conversion *conversion = writing->conversion;
	const struct slo *slo = writing->slo;
	char text[4096];

	vsnprintf(text, sizeof(text), format, args);
	findings_add(&conversion->lost, FINDING_WARNING, place.file ? place : slo->place, STR(""), carried_rules[what],
		     "%.*s: %s", STR_ARG(slo->id), text);
	conversion->lost_of[slo - conversion->set->slos] |= 1U << what;
}

void writing_lost(struct writing *writing, enum carried what, struct place place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(writing, what, place, format, args);
	va_end(args);
}

bool writing_refuse(struct writing *writing, struct place place, const char *format, ...)
{
	va_list args;

	char text[2048];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	writing_lost(writing, CARRIED_SLO, place, "%s: it is left out", text);
	return false;
}

bool writing_refuse_composite(struct writing *writing, const char *language)
{
	return writing_refuse(writing, writing->slo->sli.composite->members->place,
			      "%s has no composites, SLOs of SLOs", language);
}

static struct str written_id(struct conversion *conversion, const struct slo *slo, struct str name)
{
	struct str space = conversion->to->namespaces ? slo->namespace_ : STR("");

	return arena_fmt(&conversion->arena, "%.*s%s%.*s/%.*s", STR_ARG(space), space.len ? "/" : "",
			 STR_ARG(slo->service), STR_ARG(name));
}

/* Takes the name that the SLO is written under; the first one has it. */
static bool take_name(struct writing *writing, struct str name)
{
	struct conversion *conversion = writing->conversion;
	struct str key = called(conversion, writing->slo, name);
	const struct slo *other = map_get(&conversion->taken, key);

	if (other)
		return writing_refuse(writing, writing->slo->place, "its name in %s is '%.*s', as that of '%.*s' is",
				      conversion->to->name, STR_ARG(name), STR_ARG(other->id));
	map_put(&conversion->taken, key, (void *)(uintptr_t)writing->slo);
	conversion->id_of[writing->slo - conversion->set->slos] = written_id(conversion, writing->slo, name);
	return true;
}

bool writing_name(struct writing *writing, struct str *name)
{
	struct conversion *conversion = writing->conversion;
	const struct slo *slo = writing->slo;
	const size_t *count = map_get(&conversion->names, called(conversion, slo, slo->name));

	*name = slo->name;
	if (conversion->to->across_files && *count > 1) {
		*name = arena_fmt(writing->arena, "%.*s-%.*s", STR_ARG(slo->service), STR_ARG(slo->name));
		writing_lost(writing, CARRIED_NAME, slo->place,
			     "names are unique in %s, and there is another '%.*s': it is called '%.*s'",
			     conversion->to->name, STR_ARG(slo->name), STR_ARG(*name));
	}
	return take_name(writing, *name);
}

/* Of an SLO that is left out, nothing else matters. */
static void only_refusal(struct conversion *conversion, size_t from)
{
	struct findings *lost = &conversion->lost;
	size_t kept = from;

	for (size_t i = from; i < lost->len; i++)
		if (lost->at[i].rule == carried_rules[CARRIED_SLO])
			lost->at[kept++] = lost->at[i];
	lost->len = kept;
}

/* They are documents of their own, which are read beside an SLO of whatever language. */
static void leave_corrections(struct writing *writing)
{
	const struct corrections *corrections = writing->slo->corrections;
	size_t exclusions, adjustments;

	if (!corrections)
		return;
	exclusions = corrections->exclusions_len;
	adjustments = corrections->adjustments_len;
	writing_lost(writing, CARRIED_CORRECTIONS,
		     exclusions ? corrections->exclusions[0]->place : corrections->adjustments[0]->place,
		     "%zu exclusion%s and %zu adjustment%s of it stay where they are", exclusions,
		     exclusions == 1 ? "" : "s", adjustments, adjustments == 1 ? "" : "s");
}

/* Whether the SLO is in `body` now. */
static bool write_slo(struct writing *writing, struct buf *body)
{
	struct conversion *conversion = writing->conversion;
	const struct definition_language *to = conversion->to;
	size_t said = conversion->lost.len;
	struct buf part;
	bool fine;

	buf_init(&part, LIMIT_OUTPUT_BYTES);
	yaml_begin(&writing->yaml, &part, 0);
	if (to->head)
		yaml_list(&writing->yaml, "slos");
	fine = to->slo(writing);
	if (fine)
		keep_put_back(writing, &part, said);
	else
		keep_drop(conversion, writing->slo);
	leave_corrections(writing);
	if (fine && to->head && body->len) /* the key stands there already */
		buf_str(body, str_slice(buf_view(&part), strlen("slos:\n"), part.len));
	else if (fine)
		buf_str(body, buf_view(&part));
	else
		only_refusal(conversion, said);
	buf_release(&part);
	return fine;
}

static bool in_file(struct place place, const char *file) { return !file || strcmp(place.file, file) == 0; }

static bool same_document(const struct slo *a, const struct slo *b)
{
	return str_eq(a->namespace_, b->namespace_) && str_eq(a->service, b->service) && keep_same_head(a, b);
}

/* It is written with its document, as that stood. */
static bool stays(struct writing *writing)
{
	if (!writing->conversion->stands[writing->slo - writing->conversion->set->slos])
		return false;
	leave_corrections(writing);
	return true;
}

/* All SLOs of one namespace and service, from number `i` on; returns the number behind them. */
static size_t write_service(struct conversion *conversion, const char *file, size_t i, struct buf *out)
{
	const struct slo_set *set = conversion->set;
	const struct slo *first = &set->slos[i], *written = NULL;
	struct writing writing = {.conversion = conversion, .arena = &conversion->arena};
	struct buf body, head;

	buf_init(&body, LIMIT_OUTPUT_BYTES);
	buf_init(&head, LIMIT_OUTPUT_BYTES);
	for (; i < set->len && same_document(&set->slos[i], first); i++) {
		writing.slo = &set->slos[i];
		if (in_file(writing.slo->place, file) && !stays(&writing) && write_slo(&writing, &body) && !written)
			written = writing.slo;
	}
	if (written) {
		keep_separate(out);
		writing.slo = written;
		yaml_begin(&writing.yaml, &head, 0);
		conversion->to->head(&writing);
		keep_put_head(&writing, &head, &body);
		buf_str(out, buf_view(&head));
		buf_str(out, buf_view(&body));
	}
	buf_release(&head);
	buf_release(&body);
	return i;
}

static void write_one(struct conversion *conversion, const struct slo *slo, struct buf *out)
{
	struct writing writing = {.conversion = conversion, .arena = &conversion->arena, .slo = slo};
	struct buf body;

	if (stays(&writing))
		return;
	buf_init(&body, LIMIT_OUTPUT_BYTES);
	if (write_slo(&writing, &body)) {
		keep_separate(out);
		buf_str(out, buf_view(&body));
	}
	buf_release(&body);
}

static void write_policies(struct conversion *conversion, const char *file, struct buf *out)
{
	const struct slo_set *set = conversion->set;

	for (size_t i = 0; i < set->policies_len; i++) {
		const struct policy *policy = set->policies[i];
		struct writing writing = {.conversion = conversion, .arena = &conversion->arena};

		if (!in_file(policy->place, file))
			continue;
		if (!conversion->to->policy) {
			findings_add(&conversion->lost, FINDING_WARNING, policy->place, STR(""),
				     carried_rules[CARRIED_POLICY], "%s has no policies: '%.*s' is left out",
				     conversion->to->name, STR_ARG(policy->name));
			continue;
		}
		keep_separate(out);
		yaml_begin(&writing.yaml, out, 0);
		conversion->to->policy(&writing, policy);
	}
}

/* What the loss of one thing takes with it: other windows have other alerts, and so have other kinds of events. */
unsigned conversion_implied(unsigned lost)
{
	if (lost & (1U << CARRIED_WINDOWS | 1U << CARRIED_BUDGETING | 1U << CARRIED_COUNTS))
		lost |= 1U << CARRIED_ALERTS;
	unsigned with_groups = 1U << CARRIED_COUNTS | 1U << CARRIED_GROUP_LIMIT | 1U << CARRIED_GROUP_TOP;

	return lost | (lost & 1U << CARRIED_GROUPS ? with_groups : 0);
}

unsigned conversion_differences(const struct slo *slo, const struct slo *back)
{
	unsigned wish = back && back->source.soft && !slo->source.name.len ? 1U << CARRIED_SOURCE : 0;

	return back ? slo_differences(slo, back) & ~wish : 1U << CARRIED_SLO;
}

static void hold_against(struct conversion *conversion, const struct slo *slo, const struct slo *back)
{
	unsigned lost = conversion_implied(conversion->lost_of[slo - conversion->set->slos]);
	unsigned differ = conversion_differences(slo, back) & ~lost;

	for (unsigned what = 0; what < CARRIED; what++)
		if (differ & 1U << what)
			findings_add(&conversion->lost, FINDING_WARNING, slo->place, STR(""), conversion_fault,
				     "%.*s: read back, its %s is another one; please report this", STR_ARG(slo->id),
				     carried_rules[what] + strlen("lost-"));
}

/* Of the SLOs from number `from` on: what stands in `text`, among documents that it may refer to. */
static void read_back(struct conversion *conversion, const char *file, struct str text, size_t from, size_t to)
{
	struct slo_set *back;
	struct buf others;

	buf_init(&others, LIMIT_OUTPUT_BYTES);
	keep_put_parts(conversion, &others);
	back = slo_set_read_all(
		(const struct definition_text[]){{str_of(file ? file : "-"), text}, {STR("others"), buf_view(&others)}},
		others.len ? 2 : 1);
	buf_release(&others);

	for (size_t i = from; i < to; i++) {
		const struct slo *slo = &conversion->set->slos[i];

		if (in_file(slo->place, file) && !conversion->stands[i] &&
		    !(conversion->lost_of[i] & 1U << CARRIED_SLO))
			hold_against(conversion, slo, slo_set_find(back, conversion->id_of[i]));
	}
	slo_set_unref(back);
}

void conversion_write(struct conversion *conversion, const char *file, struct buf *out)
{
	const struct slo_set *set = conversion->set;
	size_t from = 0, text;

	if (conversion->to->version)
		keep_put_documents(conversion, file, out);
	text = out->len;
	write_policies(conversion, file, out);
	for (size_t i = 0; i < set->len;) {
		if (conversion->to->head)
			i = write_service(conversion, file, i, out);
		else if (in_file(set->slos[i++].place, file))
			write_one(conversion, &set->slos[i - 1], out);
		/* in pieces: the tree of all of it would take many times what the text does */
		if (i < set->len && out->len - text < PIECE_BYTES)
			continue;
		read_back(conversion, file, str_slice(buf_view(out), text, out->len), from, i);
		from = i;
		text = out->len;
	}
	if (!conversion->to->version)
		keep_put_documents(conversion, file, out);
}
