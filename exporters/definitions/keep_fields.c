#include "exporters/definitions/keep_parts.h"

#include "base/limits.h"
#include "format/yaml_tree.h"
#include "slo/foreign/foreign.h"
#include "slo/kept_path.h"

/* What versions of one language have alike, and how they spell it; all else is the version's own. */
static const struct {
	const char *from, *to, *was, *is;
} spellings[] = {
	{"openslo.com/v2alpha", "openslo/v1", "metadata", "metadata"},
	{"openslo.com/v2alpha", "openslo/v1", "spec.sli.metadata", "spec.indicator.metadata"},
	{"openslo.com/v2alpha", "openslo/v1", "spec.sli.spec.description", "spec.indicator.spec.description"},
	{"openslo.com/v2alpha", "openslo/v1", "spec.objectives[0].displayName", "spec.objectives[0].displayName"},
	{"openslo.com/v2alpha", "openslo/v1", "spec.alertPolicies", "spec.alertPolicies"},
	{"openslo/v1alpha", "openslo/v1", "metadata", "metadata"},
	{"openslo/v1alpha", "openslo/v1", "spec.objectives[0].displayName", "spec.objectives[0].displayName"},
	{"sloth.slok.dev/v1", "prometheus/v1", "spec.sloPlugins", "slo_plugins"},
	{"sloth.slok.dev/v1", "prometheus/v1", "alerting.pageAlert", "alerting.page_alert"},
	{"sloth.slok.dev/v1", "prometheus/v1", "alerting.ticketAlert", "alerting.ticket_alert"},
	{"sloth.slok.dev/v1", "prometheus/v1", "alerting", "alerting"},
	{"sloth.slok.dev/v1", "prometheus/v1", "plugins", "plugins"},
	{"sloth.slok.dev/v1", "prometheus/v1", "labels", "labels"},
};

static bool begins(struct str path, struct str with)
{
	return str_starts(path, with) && (path.len == with.len || path.at[with.len] == '.' || path.at[with.len] == '[');
}

/* Where the field stands in the language that is written; an empty text: nowhere. */
static struct str path_in(struct arena *arena, const struct definition_language *to, const struct kept_field *field)
{
	if (!to->version || str_is(field->language, to->version))
		return to->version ? field->path : STR("");
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		struct str was = str_of(spellings[i].was);

		if (!str_is(field->language, spellings[i].from) || strcmp(to->version, spellings[i].to) != 0)
			continue;
		if (begins(field->path, was))
			return arena_fmt(arena, "%s%.*s", spellings[i].is,
					 STR_ARG(str_slice(field->path, was.len, field->path.len)));
	}
	return STR("");
}

static void take_key(struct yaml_node *map, struct str key)
{
	size_t len = 0;

	for (size_t i = 0; i < map->len; i++)
		if (!str_eq(map->pairs[i].key->text, key))
			map->pairs[len++] = map->pairs[i];
	map->len = len;
}

/* What the field stands in for: the label that its name became here, or what a reference refers to. */
static void take_stand_in(struct arena *arena, const struct kept_end *end)
{
	static const struct str prefix = STR_INIT("pyrra.dev/");
	struct yaml_node *map = end->node;
	struct str key = end->key, within = end->within;
	bool pyrra = str_starts(key, prefix);
	struct str bare = pyrra ? str_slice(key, prefix.len, key.len) : key, label;

	if (map->kind != YAML_MAP)
		return;
	if (str_ends(key, STR("Ref")))
		take_key(map, str_slice(key, 0, key.len - strlen("Ref")));
	if (!str_is(within, "labels") && !str_is(within, "annotations"))
		return;
	label = foreign_label(arena, bare, false);
	if (!str_eq(label, bare))
		take_key(map, pyrra ? arena_fmt(arena, "%s%.*s", prefix.at, STR_ARG(label)) : label);
}

/* What both of sloth's alerts say is written of each of them. */
static void take_stand_ins(struct arena *arena, const struct yaml_node *root, struct str path, struct kept_end *end)
{
	static const char *const alerts[] = {"alerting.page_alert", "alerting.ticket_alert"};

	take_stand_in(arena, end);
	for (size_t i = 0; i < 2 && str_starts(path, STR("alerting.labels")); i++) {
		struct str labels = arena_fmt(arena, "%s.labels", alerts[i]);

		end->node = (struct yaml_node *)(uintptr_t)kept_path_find(arena, root, labels);
		if (end->node)
			take_stand_in(arena, end);
	}
}

static bool set_field(struct writing *writing, struct yaml_node *root, const struct kept_field *field)
{
	struct arena *arena = writing->arena;
	struct str path = path_in(arena, writing->conversion->to, field);
	struct kept_end end;

	if (!path.len || !kept_path_legal(path) ||
	    !kept_path_set(arena, root, path, yaml_tree_copy(arena, field->value), &end))
		return false;
	take_stand_ins(arena, root, path, &end);
	return true;
}

/* Those that count for all SLOs, named or not. */
static void put_companions(struct conversion *conversion, struct buf *out)
{
	for (struct map_entry *entry = NULL; (entry = map_next(&conversion->parts, entry));)
		for (struct named *named = entry->value; named; named = named->next)
			if (conversion->to->companion && !named->taken &&
			    str_is(keep_word(yaml_get(named->document->node, "kind")), conversion->to->companion)) {
				named->taken = true;
				keep_separate(out);
				yaml_tree_write(out, named->document->node);
			}
}

/* What is read where `part` is written of the SLO, among documents that it names, or that count for all. */
static struct slo_set *read_part(struct writing *writing, struct str part, const struct yaml_node *tree)
{
	struct conversion *conversion = writing->conversion;
	struct writing head = {.conversion = conversion, .arena = writing->arena, .slo = writing->slo};
	struct buf text, others;
	struct slo_set *read;

	buf_init(&text, LIMIT_OUTPUT_BYTES);
	buf_init(&others, LIMIT_OUTPUT_BYTES);
	yaml_begin(&head.yaml, &text, 0);
	if (conversion->to->head)
		conversion->to->head(&head);
	buf_str(&text, part);
	if (tree)
		keep_put_named(conversion, tree, &others);
	put_companions(conversion, &others);
	keep_forget_taken(conversion);
	read = slo_set_read_all(
		(const struct definition_text[]){{STR("-"), buf_view(&text)}, {STR("others"), buf_view(&others)}},
		others.len ? 2 : 1);
	buf_release(&others);
	buf_release(&text);
	return read;
}

/* The SLO in there, or NULL. */
static const struct slo *slo_in(const struct writing *writing, const struct slo_set *set)
{
	const struct conversion *conversion = writing->conversion;

	return slo_set_find(set, conversion->id_of[writing->slo - conversion->set->slos]);
}

static void write_tree(struct buf *out, const struct yaml_node *tree)
{
	buf_clear(out);
	yaml_tree_write(out, tree);
}

/* An attempt: the tree with the field, or with all of them, if the SLO is the same as without. */
static struct yaml_node *with_fields(struct writing *writing, const struct slo *without, const struct yaml_node *tree,
				     const struct kept_field *fields, size_t len)
{
	struct yaml_node *copy = yaml_tree_copy(writing->arena, tree), *root = copy;
	struct slo_set *read;
	struct buf text;
	bool fine = without != NULL;

	if (writing->conversion->to->head)
		root = copy->pairs[0].value->items[0];
	for (size_t i = 0; i < len; i++)
		fine &= fields[i].head || set_field(writing, root, &fields[i]);
	if (!fine)
		return NULL;
	buf_init(&text, LIMIT_OUTPUT_BYTES);
	write_tree(&text, copy);
	read = read_part(writing, buf_view(&text), copy);
	fine = !conversion_differences(without, slo_in(writing, read));
	slo_set_unref(read);
	buf_release(&text);
	return fine ? copy : NULL;
}

/* All at once, or else each by itself. */
static void put_fields(struct writing *writing, const struct yaml_node *tree, struct buf *part)
{
	struct conversion *conversion = writing->conversion;
	const struct kept_fields *kept = writing->slo->kept;
	struct slo_set *read = read_part(writing, buf_view(part), NULL);
	const struct slo *without = slo_in(writing, read);
	const struct yaml_node *all = with_fields(writing, without, tree, kept->fields, kept->len);

	for (size_t i = 0; i < kept->len; i++) {
		const struct kept_field *field = &kept->fields[i];
		const struct yaml_node *one;

		if (field->head)
			continue;
		one = all ? all : with_fields(writing, without, tree, field, 1);
		keep_mark_field(conversion, one ? &conversion->carried : &conversion->dropped, field);
		tree = one ? one : tree;
	}
	write_tree(part, tree);
	slo_set_unref(read);
}

/* A document that counts for all may say what the SLO cannot: a loss of windows and alerts is none then. It may say
 * something else as well. */
static void take_back(struct writing *writing, const struct buf *part, size_t said)
{
	static const unsigned bits = 1U << CARRIED_WINDOWS | 1U << CARRIED_ALERTS;
	struct conversion *conversion = writing->conversion;
	unsigned *lost = &conversion->lost_of[writing->slo - conversion->set->slos];
	struct slo_set *read = read_part(writing, buf_view(part), NULL);
	unsigned differ = conversion_differences(writing->slo, slo_in(writing, read)) & bits;
	struct findings *findings = &conversion->lost;
	size_t len = said;

	slo_set_unref(read);
	if (differ && !(*lost & 1U << CARRIED_WINDOWS))
		writing_lost(writing, CARRIED_WINDOWS, writing->slo->place,
			     "the %s that are written too are of other windows than its own, and count for all",
			     conversion->to->companion);
	if (differ || !(*lost & 1U << CARRIED_WINDOWS))
		return;
	for (size_t i = said; i < findings->len; i++)
		if (findings->at[i].rule != carried_rules[CARRIED_WINDOWS] &&
		    findings->at[i].rule != carried_rules[CARRIED_ALERTS])
			findings->at[len++] = findings->at[i];
	findings->len = len;
	*lost &= ~bits;
}

const struct yaml_node *keep_value(const struct writing *writing, const char *path)
{
	const struct kept_fields *kept = writing->slo->kept;
	const char *version = writing->conversion->to->version;

	for (size_t i = 0; version && kept && i < kept->len; i++)
		if (str_is(kept->fields[i].language, version) && str_is(kept->fields[i].path, path))
			return kept->fields[i].value;
	return NULL;
}

void keep_put_back(struct writing *writing, struct buf *part, size_t said)
{
	struct conversion *conversion = writing->conversion;
	const struct kept_fields *kept = writing->slo->kept;
	size_t fields = 0;
	struct yaml_file yaml;

	if (!conversion->to->version)
		return;
	for (size_t i = 0; kept && i < kept->len; i++)
		fields += !kept->fields[i].head;
	if (fields && yaml_read(writing->arena, buf_view(part), &yaml) && yaml.len == 1) {
		put_fields(writing, yaml.documents[0], part);
	}
	if (conversion->parts.len && conversion->to->companion)
		take_back(writing, part, said);
}

void keep_put_head(struct writing *writing, struct buf *head, const struct buf *body)
{
	struct conversion *conversion = writing->conversion;
	const struct kept_fields *kept = writing->slo->kept;
	const struct slo *slo = writing->slo;
	struct yaml_file yaml;

	if (!conversion->to->version || !kept || !yaml_read(writing->arena, buf_view(head), &yaml) || yaml.len != 1)
		return;
	for (size_t i = 0; i < kept->len; i++) {
		const struct kept_field *field = &kept->fields[i];
		struct yaml_node *copy = yaml_tree_copy(writing->arena, yaml.documents[0]);
		struct slo_set *back;
		struct buf text;
		bool fine;

		if (!field->head)
			continue;
		buf_init(&text, LIMIT_OUTPUT_BYTES);
		fine = !kept_path_find(writing->arena, copy, path_in(writing->arena, conversion->to, field)) &&
		       set_field(writing, copy, field);
		yaml_tree_write(&text, copy);
		buf_str(&text, buf_view(body));
		back = slo_set_read("-", buf_view(&text));
		fine = fine && slo_set_errors(back) == 0 &&
		       slo_set_find(back, conversion->id_of[slo - conversion->set->slos]);
		if (fine) {
			yaml.documents[0] = copy;
			write_tree(head, copy);
		}
		keep_mark_field(conversion, fine ? &conversion->carried : &conversion->dropped, field);
		slo_set_unref(back);
		buf_release(&text);
	}
}
