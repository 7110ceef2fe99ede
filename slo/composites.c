#include "slo/composites.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "slo/slo_copy.h"

#include <stdlib.h>

/* One SLO while members are looked for: a composite is open while its members are walked. */
struct node {
	enum { NODE_NEW, NODE_OPEN, NODE_DONE } state;
	bool bad;
	size_t next;        /* member to walk to */
	size_t depth, read; /* composites on the longest way down; SLOs that it is read through */
};

struct resolving {
	struct slo_set *set;
	struct findings *findings; /* NULL: all has been said */
	struct map by_id;          /* -> struct slo */
	struct node *nodes;        /* by the SLO's place in the set */
	size_t *path, len;         /* open composites, from the outermost in */
};

static struct slo *find(const struct resolving *resolving, const struct composite_member *member)
{
	return map_get(&resolving->by_id, member->id);
}

static struct node *node_of(const struct resolving *resolving, const struct slo *slo)
{
	return &resolving->nodes[slo - resolving->set->slos];
}

/* Each SLO of a set has one. */
static struct definition_file *file_of(struct slo_set *set, const char *path)
{
	return &set->files[slo_set_file(set, path) - set->files];
}

static void break_file(struct resolving *resolving, const struct composite_member *member, struct str text)
{
	struct arena *arena = &resolving->set->arena;
	struct definition_file *file = file_of(resolving->set, member->place.file);
	struct str place = place_text(arena, member->place);

	if (!file->errors)
		file->error = arena_fmt(arena, "%.*s: %.*s", STR_ARG(place), STR_ARG(text));
	file->broken = true;
	file->errors++;
}

/* An error at the member's place. */
static void say(struct resolving *resolving, const struct composite_member *member, const char *rule, struct str text)
{
	if (!resolving->findings)
		return;
	findings_add(resolving->findings, FINDING_ERROR, member->place, STR("slo"), rule, "%.*s", STR_ARG(text));
	break_file(resolving, member, text);
}

static void say_unknown(struct resolving *resolving, const struct composite_member *member)
{
	const struct slo_set *set = resolving->set;
	const char **ids, *nearest;

	if (!resolving->findings)
		return;
	ids = xcalloc(set->len, sizeof(*ids));
	for (size_t i = 0; i < set->len; i++)
		ids[i] = set->slos[i].id.at;
	nearest = str_nearest(member->id, ids, set->len);
	say(resolving, member, "unknown-member",
	    arena_fmt(&resolving->set->arena, "slo: there is no SLO '%.*s' in any of the files%s%s%s",
		      VALUE_ARG(member->id), nearest ? "; did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : ""));
	free(ids);
}

/* The innermost open composite has a member that is open, too. */
static void say_circle(struct resolving *resolving, const struct composite_member *member, const struct slo *slo)
{
	const struct slo_set *set = resolving->set;
	struct arena *arena = &resolving->set->arena;
	size_t from = resolving->len;
	struct str names = STR("");

	while (resolving->path[--from] != (size_t)(slo - set->slos))
		;
	for (size_t i = from; i < resolving->len; i++) {
		resolving->nodes[resolving->path[i]].bad = true;
		names = arena_fmt(arena, "%.*s%.*s -> ", STR_ARG(names), STR_ARG(set->slos[resolving->path[i]].id));
	}
	say(resolving, member, "circle",
	    from + 1 == resolving->len ? arena_fmt(arena, "slo: '%.*s' is a member of itself", VALUE_ARG(slo->id))
				       : arena_fmt(arena, "slo: composites go round in a circle: %.*s%.*s",
						   STR_ARG(names), STR_ARG(slo->id)));
}

/* All of its members are done. */
static void finish(struct resolving *resolving, const struct slo *slo)
{
	const struct composite *composite = slo->sli.composite;
	struct node *node = node_of(resolving, slo);
	struct arena *arena = &resolving->set->arena;

	node->state = NODE_DONE;
	for (size_t i = 0; i < composite->len && !node->bad; i++) {
		const struct composite_member *member = &composite->members[i];
		const struct node *below = node_of(resolving, find(resolving, member));

		node->read += below->state == NODE_DONE ? below->read : 1;
		node->depth = below->depth > node->depth ? below->depth : node->depth;
		node->bad = below->bad || node->depth >= LIMIT_COMPOSITE_DEPTH || node->read > LIMIT_COMPOSITE_READ;
		if (below->bad)
			say(resolving, member, "broken-member",
			    arena_fmt(arena, "slo: '%.*s' has an error of its own", VALUE_ARG(member->id)));
		else if (node->depth >= LIMIT_COMPOSITE_DEPTH)
			say(resolving, member, "too-deep",
			    arena_fmt(arena, "slo: with '%.*s' composites lie within composites more than %d deep",
				      VALUE_ARG(member->id), LIMIT_COMPOSITE_DEPTH));
		else if (node->bad)
			say(resolving, member, "too-many",
			    arena_fmt(arena, "slo: with '%.*s' it is read through more than %d SLOs",
				      VALUE_ARG(member->id), LIMIT_COMPOSITE_READ));
	}
	node->depth++;
}

static void open_composite(struct resolving *resolving, const struct slo *slo)
{
	node_of(resolving, slo)->state = NODE_OPEN;
	resolving->path[resolving->len++] = (size_t)(slo - resolving->set->slos);
}

/* Everything below a composite, without recursion: files may nest as deep as they like. */
static void walk(struct resolving *resolving, const struct slo *root)
{
	open_composite(resolving, root);
	while (resolving->len) {
		const struct slo *slo = &resolving->set->slos[resolving->path[resolving->len - 1]], *below;
		struct node *node = node_of(resolving, slo);
		const struct composite_member *member;

		if (node->next == slo->sli.composite->len) {
			finish(resolving, slo);
			resolving->len--;
			continue;
		}
		member = &slo->sli.composite->members[node->next++];
		below = find(resolving, member);
		if (!below) {
			node->bad = true;
			say_unknown(resolving, member);
		} else if (slo_composed(below) && node_of(resolving, below)->state == NODE_NEW) {
			open_composite(resolving, below);
		} else if (node_of(resolving, below)->state == NODE_OPEN) {
			say_circle(resolving, member, below);
		}
	}
}

/* Which composites cannot be used; whether there are some. */
static bool judge(struct resolving *resolving, struct findings *findings)
{
	const struct slo_set *set = resolving->set;
	bool bad = false;

	resolving->findings = findings;
	for (size_t i = 0; i < set->len; i++)
		resolving->nodes[i] = (struct node){.state = NODE_NEW};
	for (size_t i = 0; i < set->len; i++) {
		if (slo_composed(&set->slos[i]) && resolving->nodes[i].state == NODE_NEW)
			walk(resolving, &set->slos[i]);
		bad |= resolving->nodes[i].bad;
	}
	return bad;
}

static void keep_last_good(struct slo_set *set, const struct slo_set *before, struct slo *slo)
{
	const struct slo *old = before ? slo_set_find(before, slo->id) : NULL;

	if (!old || !slo_composed(old) || strcmp(old->place.file, slo->place.file) != 0)
		return;
	*slo = slo_copy(&set->arena, old, slo->place.file);
	file_of(set, slo->place.file)->kept = true;
}

static void leave_out_bad(struct resolving *resolving)
{
	struct slo_set *set = resolving->set;
	size_t kept = 0;

	for (size_t i = 0; i < set->len; i++)
		if (!resolving->nodes[i].bad)
			set->slos[kept++] = set->slos[i];
	set->len = kept;
}

static void index_ids(struct resolving *resolving)
{
	struct slo_set *set = resolving->set;

	map_release(&resolving->by_id);
	map_init(&resolving->by_id);
	for (size_t i = 0; i < set->len; i++)
		map_put(&resolving->by_id, set->slos[i].id, &set->slos[i]);
}

/* Each SLO below gets the composite, once. */
static void put_above(struct resolving *resolving, const struct slo *composite, const struct slo *from)
{
	for (size_t i = 0; i < from->sli.composite->len; i++) {
		struct slo *slo = find(resolving, &from->sli.composite->members[i]);
		const struct slo **above;

		if (slo->above_len == 0 || slo->above[slo->above_len - 1] != composite) {
			above = arena_grow(&resolving->set->arena, (void *)(uintptr_t)slo->above, slo->above_len,
					   sizeof(*above));
			above[slo->above_len++] = composite;
			slo->above = above;
		}
		if (slo_composed(slo))
			put_above(resolving, composite, slo);
	}
}

static void bind(struct resolving *resolving)
{
	struct slo_set *set = resolving->set;

	for (size_t i = 0; i < set->len; i++) {
		struct composite *composite = set->slos[i].sli.composite;

		for (size_t k = 0; composite && k < composite->len; k++)
			composite->members[k].slo = find(resolving, &composite->members[k]);
	}
	for (size_t i = 0; i < set->len; i++)
		if (slo_composed(&set->slos[i]))
			put_above(resolving, &set->slos[i], &set->slos[i]);
}

static bool any_composite(const struct slo_set *set)
{
	size_t i = 0;

	while (i < set->len && !slo_composed(&set->slos[i]))
		i++;
	return i < set->len;
}

void composites_resolve(struct slo_set *set, const struct slo_set *before, struct findings *findings)
{
	struct resolving resolving = {.set = set};

	if (!any_composite(set))
		return;
	resolving.nodes = xcalloc(set->len, sizeof(*resolving.nodes));
	resolving.path = xcalloc(set->len, sizeof(*resolving.path));
	map_init(&resolving.by_id);
	index_ids(&resolving);
	if (judge(&resolving, findings)) {
		for (size_t i = 0; i < set->len; i++)
			if (resolving.nodes[i].bad)
				keep_last_good(set, before, &set->slos[i]);
		index_ids(&resolving);
		judge(&resolving, NULL);
		leave_out_bad(&resolving);
		index_ids(&resolving);
	}
	bind(&resolving);
	map_release(&resolving.by_id);
	free(resolving.nodes);
	free(resolving.path);
}

/* Places are the same in both. */
static const struct slo *copy_of(const struct slo_set *set, const struct slo_set *from, const struct slo *slo)
{
	return slo ? &set->slos[slo - from->slos] : NULL;
}

static struct composite *follow(struct slo_set *set, const struct slo_set *from, const struct composite *composite)
{
	struct composite *copy = arena_alloc(&set->arena, sizeof(*copy));

	*copy = *composite;
	copy->members = arena_array(&set->arena, copy->len, sizeof(*copy->members));
	for (size_t i = 0; i < copy->len; i++) {
		copy->members[i] = composite->members[i];
		copy->members[i].slo = copy_of(set, from, composite->members[i].slo);
	}
	return copy;
}

void composites_follow(struct slo_set *set, const struct slo_set *from)
{
	for (size_t i = 0; i < set->len; i++) {
		struct slo *slo = &set->slos[i];
		const struct slo **above = arena_array(&set->arena, slo->above_len, sizeof(*above));

		for (size_t k = 0; k < slo->above_len; k++)
			above[k] = copy_of(set, from, slo->above[k]);
		slo->above = above;
		if (slo_composed(slo))
			slo->sli.composite = follow(set, from, slo->sli.composite);
	}
}
