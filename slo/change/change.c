#include "slo/change/change.h"

#include "base/mem.h"
#include "base/num.h"
#include "slo/change/change_parts.h"

#include <stdio.h>
#include <stdlib.h>

void change_say(struct comparing *comparing, enum finding_level level, struct place place, const char *key,
		const char *rule, struct change change, const char *format, ...)
{
	struct change *kept = arena_alloc(comparing->arena, sizeof(*kept));
	va_list args;

	*kept = change;
	kept->subject = arena_str(comparing->arena, change.subject);
	kept->from = arena_str(comparing->arena, change.from);
	kept->to = arena_str(comparing->arena, change.to);
	if (place.file)
		place.file = arena_str(comparing->arena, str_of(place.file)).at;
	va_start(args, format);
	findings_vadd(comparing->changes, level, place, str_of(key), rule, format, args);
	va_end(args);
	comparing->changes->at[comparing->changes->len - 1].change = kept;
}

bool change_unknown(const struct slo_set *set, const char *path)
{
	const struct definition_file *file = slo_set_file(set, path);

	return file && file->broken;
}

/* SLOs that have no namesake in the other set. */
struct unpaired {
	const struct slo **at;
	size_t len, cap;
};

static void add(struct unpaired *list, const struct slo *slo)
{
	XGROW(list->at, list->len, list->cap);
	list->at[list->len++] = slo;
}

static int by_counts(const void *a, const void *b)
{
	const struct slo *const *left = a, *const *right = b;
	uint64_t l = (*left)->counts_hash, r = (*right)->counts_hash;

	return l != r ? (l > r) - (l < r) : str_cmp((*left)->id, (*right)->id);
}

static void sort(struct unpaired *list)
{
	if (list->len > 1)
		qsort(list->at, list->len, sizeof(*list->at), by_counts);
}

/* How much of what may change with a name did not. */
static int likeness(const struct slo *a, const struct slo *b)
{
	return 4 * (str_eq(a->service, b->service) && str_eq(a->namespace_, b->namespace_)) +
	       2 * str_eq(a->name, b->name) + num_same(a->objective, b->objective) +
	       str_is(str_of(a->place.file), b->place.file);
}

static struct change of(const struct slo *slo, struct str from, struct str to)
{
	return (struct change){CHANGE_SLO, slo->id, from, to};
}

static void compare_objective(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	bool loosened = new->objective < old->objective;

	if (num_same(old->objective, new->objective))
		return;
	change_say(comparing, loosened ? FINDING_WARNING : FINDING_NOTE, new->objective_place, "objective",
		   loosened ? "objective-loosened" : "objective-tightened",
		   of(new, old->objective_text, new->objective_text),
		   "objective of '%.*s' %s from %.*s to %.*s: its error budget is %.3g times what it was",
		   VALUE_ARG(new->id), loosened ? "loosened" : "tightened", VALUE_ARG(old->objective_text),
		   VALUE_ARG(new->objective_text), (1 - new->objective) / (1 - old->objective));
}

static void compare_labels(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	struct buf from, to;

	if (labels_eq(old->labels, new->labels))
		return;
	buf_init(&from, SIZE_MAX);
	buf_init(&to, SIZE_MAX);
	labels_write(&from, old->labels);
	labels_write(&to, new->labels);
	change_say(comparing, FINDING_NOTE, new->place, "labels", "labels-changed",
		   of(new, buf_view(&from), buf_view(&to)),
		   "labels of '%.*s' changed from %.*s to %.*s; its numbers stay", VALUE_ARG(new->id),
		   VALUE_ARG(buf_view(&from)), VALUE_ARG(buf_view(&to)));
	buf_release(&from);
	buf_release(&to);
}

static void compare(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	compare_objective(comparing, old, new);
	change_windows(comparing, old, new);
	change_counted(comparing, old, new);
	change_alerting(comparing, old, new);
	change_policy(comparing, old, new);
	compare_labels(comparing, old, new);
}

static void say_added(struct comparing *comparing, const struct slo *slo)
{
	if (change_unknown(comparing->before, slo->place.file))
		return;
	change_say(comparing, FINDING_NOTE, slo->place, "", "slo-added", of(slo, STR(""), slo->id),
		   "'%.*s' is new: %.*s over %.*s", VALUE_ARG(slo->id), VALUE_ARG(slo->objective_text),
		   VALUE_ARG(slo->windows[0].name));
}

static void say_removed(struct comparing *comparing, const struct slo *slo)
{
	if (change_unknown(comparing->now, slo->place.file))
		return;
	change_say(comparing, FINDING_WARNING, change_gone(slo->place), "", "slo-removed", of(slo, slo->id, STR("")),
		   "'%.*s' is removed (it was in line %u at '%s'): its alerts end, its history stays behind",
		   VALUE_ARG(slo->id), slo->place.line, comparing->revision);
}

static void say_renamed(struct comparing *comparing, const struct slo *old, const struct slo *new)
{
	change_say(comparing, FINDING_WARNING, new->place, "name", "slo-renamed", of(new, old->id, new->id),
		   "'%.*s' was '%.*s' at '%s' and counts the same: its history stays behind under the old name",
		   VALUE_ARG(new->id), VALUE_ARG(old->id), comparing->revision);
	compare(comparing, old, new);
}

/* Of the `len` SLOs that count what `slo` counts the most like it, which is taken out of the list; or NULL. Nothing is
 * counted for composites: one that comes is none that went. */
static const struct slo *take_likest(struct unpaired *list, size_t first, size_t len, const struct slo *slo)
{
	const struct slo *likest = NULL;
	size_t place = first;

	for (size_t i = first; i < first + len && !slo_composed(slo); i++)
		if (list->at[i] && (!likest || likeness(list->at[i], slo) > likeness(likest, slo))) {
			likest = list->at[i];
			place = i;
		}
	if (likest)
		list->at[place] = NULL;
	return likest;
}

static size_t run_of(const struct unpaired *list, size_t first, uint64_t hash)
{
	size_t len = 0;

	while (first + len < list->len && list->at[first + len]->counts_hash == hash)
		len++;
	return len;
}

static void pair_up(struct comparing *comparing, struct unpaired *gone, struct unpaired *born)
{
	size_t next = 0;

	sort(gone);
	sort(born);
	for (size_t i = 0, len; i < born->len; i += len) {
		uint64_t hash = born->at[i]->counts_hash;
		size_t candidates;

		len = run_of(born, i, hash);
		for (; next < gone->len && gone->at[next]->counts_hash < hash; next++)
			say_removed(comparing, gone->at[next]);
		candidates = run_of(gone, next, hash);
		for (size_t k = 0; k < len; k++) {
			const struct slo *old = take_likest(gone, next, candidates, born->at[i + k]);

			if (old)
				say_renamed(comparing, old, born->at[i + k]);
			else
				say_added(comparing, born->at[i + k]);
		}
		for (size_t k = 0; k < candidates; k++)
			if (gone->at[next + k])
				say_removed(comparing, gone->at[next + k]);
		next += candidates;
	}
	for (; next < gone->len; next++)
		say_removed(comparing, gone->at[next]);
}

static void say_unreadable(struct comparing *comparing)
{
	const struct slo_set *before = comparing->before;

	for (size_t i = 0; i < before->files_len; i++)
		if (before->files[i].broken)
			change_say(comparing, FINDING_NOTE, (struct place){before->files[i].path.at, 0, 0}, "",
				   "not-compared", (struct change){.subject = STR("")},
				   "what the file defined at '%s' is not compared: it had errors (%.*s)",
				   comparing->revision, VALUE_ARG(before->files[i].error));
}

void changes_find(const struct slo_set *before, const struct slo_set *now, const char *revision,
		  struct findings *changes)
{
	struct comparing comparing = {before, now, revision, changes, changes->arena};
	struct unpaired gone = {NULL, 0, 0}, born = {NULL, 0, 0};
	size_t i = 0, k = 0;

	say_unreadable(&comparing);
	/* both are sorted by id */
	while (i < before->len || k < now->len) {
		int order = i == before->len ? 1 : k == now->len ? -1 : str_cmp(before->slos[i].id, now->slos[k].id);

		if (order < 0)
			add(&gone, &before->slos[i++]);
		else if (order > 0)
			add(&born, &now->slos[k++]);
		else
			compare(&comparing, &before->slos[i++], &now->slos[k++]);
	}
	pair_up(&comparing, &gone, &born);
	change_policies(&comparing);
	change_corrections(&comparing);
	change_deliveries(&comparing);
	free(gone.at);
	free(born.at);
}
