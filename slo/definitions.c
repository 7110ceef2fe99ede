#include "slo/definitions.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "slo/composites.h"
#include "slo/corrections/corrections.h"
#include "slo/default_alerting.h"
#include "slo/definition_paths.h"
#include "slo/deliveries.h"
#include "slo/keeping.h"
#include "slo/parts.h"
#include "slo/policies.h"
#include "slo/slo_copy.h"
#include "slo/templates/sli_templates.h"

#include <stdlib.h>

/* A set that is being put together. */
struct loading {
	struct slo_set *set;
	struct slo_set *before;
	struct map ids;          /* id -> struct place of the SLO that has it */
	struct map paths_before; /* path -> struct kept_file; filled when first needed */
	size_t slos_cap, policies_cap, deliveries_cap, documents_cap;
	struct keeping *keeping; /* NULL: nothing is kept */
	struct alerting_shelf *shelf;
	struct parts *parts;
	struct arena texts; /* of the files, while they are being loaded */
	struct source_file *sources;
	size_t sources_len, sources_cap;
	struct sli_templates *templates;
	struct findings findings; /* of all files */
	size_t files_cap;
	bool default_broken; /* the policy of SLOs that name none is written, but cannot be read */
};

/* A file between its reading and its loading. Only one that has what others may refer to is parsed before all are read:
 * the trees of thousands of files would take many times what their texts do. */
struct source_file {
	struct str path, text;
	const char *unreadable; /* why it cannot be read; NULL: it can */
	bool parsed;
	struct arena scratch; /* its tree, and all else while it is loaded */
	struct yaml_file yaml;
};

/* The SLOs of one file of the set before: a chain through before->slos. */
struct kept_file {
	size_t *at;
	size_t len, cap;
};

static struct definition_file *add_file(struct loading *loading, struct str path)
{
	struct slo_set *set = loading->set;

	XGROW(set->files, set->files_len, loading->files_cap);
	set->files[set->files_len] = (struct definition_file){.path = arena_str(&set->arena, path)};
	return &set->files[set->files_len++];
}

/* The SLOs of the set before, by file. */
static void index_before(struct loading *loading)
{
	const struct slo_set *before = loading->before;

	for (size_t i = 0; i < before->files_len; i++) {
		struct kept_file *file = arena_alloc(&loading->set->arena, sizeof(*file));

		map_put(&loading->paths_before, before->files[i].path, file);
	}
	for (size_t i = 0; i < before->len; i++) {
		struct kept_file *file = map_get(&loading->paths_before, str_of(before->slos[i].place.file));

		if (!file)
			continue;
		XGROW(file->at, file->len, file->cap);
		file->at[file->len++] = i;
	}
}

static void release_index(struct loading *loading)
{
	for (struct map_entry *entry = NULL; (entry = map_next(&loading->paths_before, entry));) {
		struct kept_file *file = entry->value;

		free(file->at);
	}
	map_release(&loading->paths_before);
}

static bool take_slo(struct loading *loading, const struct slo *slo)
{
	struct place *place;

	if (map_get(&loading->ids, slo->id))
		return false;
	place = arena_alloc(&loading->set->arena, sizeof(*place));
	*place = slo->place;
	map_put(&loading->ids, slo->id, place);
	XGROW(loading->set->slos, loading->set->len, loading->slos_cap);
	loading->set->slos[loading->set->len++] = *slo;
	return true;
}

/* What the last good version defined stands in for a file that is broken, unless another file has its names by now. */
static void keep_last_good(struct loading *loading, struct definition_file *file)
{
	const struct kept_file *kept;

	if (!loading->before || loading->before->files_len == 0)
		return;
	file->kept |= policies_keep(loading->set, &loading->policies_cap, loading->before, file);
	file->kept |= corrections_keep(loading->set, loading->before, file);
	file->kept |= deliveries_keep(loading->set, &loading->deliveries_cap, loading->before, file);
	if (loading->paths_before.len == 0)
		index_before(loading);
	kept = map_get(&loading->paths_before, file->path);
	for (size_t i = 0; kept && i < kept->len; i++) {
		const struct slo *old = &loading->before->slos[kept->at[i]];

		if (map_get(&loading->ids, old->id))
			continue;
		struct slo slo = slo_copy(&loading->set->arena, old, file->path.at);

		file->kept |= take_slo(loading, &slo);
	}
}

/* The first error of those from `first` on, in the order of the file. */
static void mark_broken(struct loading *loading, struct definition_file *file, const struct findings *findings)
{
	struct arena *arena = &loading->set->arena;

	file->broken = true;
	file->errors = findings->errors;
	for (size_t i = 0; i < findings->len; i++) {
		const struct finding *finding = &findings->at[i];

		if (finding->level == FINDING_ERROR) {
			struct str place = place_text(arena, finding->place);

			file->error = arena_fmt(arena, "%.*s: %.*s", STR_ARG(place), STR_ARG(finding->text));
			return;
		}
	}
	file->error = arena_fmt(arena, "%zu errors", findings->errors);
}

static void move_findings(struct loading *loading, struct findings *from)
{
	struct findings *to = &loading->findings;

	for (size_t i = 0; i < from->len; i++) {
		XGROW(to->at, to->len, to->cap);
		to->at[to->len++] = from->at[i];
	}
	to->errors += from->errors;
	to->dropped += from->dropped;
}

static void load_documents(struct reader *reader, const struct yaml_file *yaml, struct loaded *loaded)
{
	bool any = false;

	for (size_t i = 0; i < yaml->faults_len; i++)
		findings_add(reader->findings, FINDING_ERROR,
			     (struct place){reader->file, yaml->faults[i].line, yaml->faults[i].col}, STR(""), "yaml",
			     "%.*s", STR_ARG(yaml->faults[i].text));
	for (size_t i = 0; i < yaml->len; i++) {
		if (yaml_null(yaml->documents[i]))
			continue;
		load_document(reader, yaml->documents[i], loaded);
		any = true;
	}
	if (!any && yaml->faults_len == 0)
		findings_add(reader->findings, FINDING_WARNING, (struct place){reader->file, 0, 0}, STR(""), "empty",
			     "the file defines nothing");
}

/* Ids that another file has are errors of this one, and so is what is over the limit. */
static void check_ids(struct loading *loading, struct reader *reader, const struct loaded *loaded)
{
	struct map own;

	map_init(&own);
	for (size_t i = 0; i < loaded->slos_len; i++) {
		struct slo *slo = &loaded->slos[i];
		const struct place *first = map_get(&loading->ids, slo->id);
		const struct slo *twin = first ? NULL : map_put(&own, slo->id, slo);

		if (twin)
			first = &twin->place;
		if (first)
			findings_add(reader->findings, FINDING_ERROR, slo->place, STR("name"), "duplicate",
				     "the SLO '%.*s' is defined already at %s:%u:%u", VALUE_ARG(slo->id), first->file,
				     first->line, first->col);
	}
	map_release(&own);
	if (loaded->slos_len > LIMIT_SLOS - loading->set->len)
		findings_add(reader->findings, FINDING_ERROR, (struct place){reader->file, 0, 0}, STR(""), "too-many",
			     "with this file there are more than %d SLOs", LIMIT_SLOS);
}

static struct reader reader_of(struct loading *loading, struct source_file *source, const char *file,
			       struct findings *findings)
{
	return (struct reader){
		.arena = &loading->set->arena,
		.file = file,
		.source = source->text,
		.scratch = &source->scratch,
		.findings = findings,
		.shelf = loading->shelf,
		.parts = loading->parts,
		.templates = loading->templates,
		.keeping = loading->keeping,
	};
}

static struct source_file *add_source(struct loading *loading, struct str path)
{
	XGROW(loading->sources, loading->sources_len, loading->sources_cap);
	loading->sources[loading->sources_len] = (struct source_file){.path = arena_str(&loading->texts, path)};
	return &loading->sources[loading->sources_len++];
}

static void set_text(struct loading *loading, struct source_file *source, struct str text)
{
	source->text = arena_str(&loading->texts, text);
}

static void set_unreadable(struct loading *loading, struct source_file *source, const struct err *err)
{
	source->unreadable = arena_str(&loading->texts, str_of(err->text)).at;
}

static void read_source(struct loading *loading, const char *path)
{
	struct source_file *source = add_source(loading, str_of(path));
	struct err err = {0};
	struct buf text;

	buf_init(&text, LIMIT_FILE_BYTES);
	if (file_read(path, &text, &err))
		set_text(loading, source, buf_view(&text));
	else
		set_unreadable(loading, source, &err);
	buf_release(&text);
}

static void parse(struct source_file *source)
{
	if (source->parsed)
		return;
	arena_init(&source->scratch);
	if (!source->unreadable)
		yaml_read(&source->scratch, source->text, &source->yaml);
	source->parsed = true;
}

/* Notes what the documents of others may refer to. */
static void declare(struct loading *loading, struct source_file *source)
{
	struct findings none;
	struct reader reader;

	if (!may_declare(source->text))
		return;
	parse(source);
	reader = reader_of(loading, source, arena_str(&loading->set->arena, source->path).at, &none);
	findings_init(&none, &source->scratch, 0);
	if (source->yaml.faults_len)
		declare_broken(&reader, source->text);
	for (size_t i = 0; i < source->yaml.len; i++)
		declare_document(&reader, source->yaml.documents[i]);
	findings_release(&none);
}

static void take_loaded(struct loading *loading, struct definition_file *file, struct findings *findings,
			const struct loaded *loaded)
{
	if (findings->errors == 0) {
		for (size_t i = 0; i < loaded->slos_len; i++)
			take_slo(loading, &loaded->slos[i]);
		policies_take(loading->set, &loading->policies_cap, loaded);
		corrections_take(loading->set, loaded);
		deliveries_take(loading->set, &loading->deliveries_cap, loaded);
		keeping_take(loading->set, &loading->documents_cap, loaded);
		return;
	}
	mark_broken(loading, file, findings);
	keep_last_good(loading, file);
	for (size_t i = 0; i < loaded->policies_len; i++)
		loading->default_broken |= str_eq(loaded->policies[i]->name, policy_default.name);
	loading->default_broken |= loaded->default_broken;
}

static void load_source(struct loading *loading, struct source_file *source)
{
	struct definition_file *file = add_file(loading, source->path);
	struct findings findings;
	struct loaded loaded = {0};
	struct reader reader = reader_of(loading, source, file->path.at, &findings);

	/* whoever converts has to know of each field what becomes of it */
	findings_init(&findings, &loading->set->arena, loading->keeping ? SIZE_MAX : LIMIT_FINDINGS);
	parse(source);
	if (source->unreadable)
		findings_add(&findings, FINDING_ERROR, (struct place){reader.file, 0, 0}, STR(""), "unreadable", "%s",
			     source->unreadable);
	else
		load_documents(&reader, &source->yaml, &loaded);
	check_ids(loading, &reader, &loaded);
	policies_check(loading->set, &loaded, &findings);
	corrections_check(loading->set, &loaded, &findings);
	deliveries_check(loading->set, &loaded, &findings);
	findings_settle(&findings);
	take_loaded(loading, file, &findings, &loaded);
	move_findings(loading, &findings);
	findings_release(&findings);
	free(loaded.slos);
	free(loaded.policies);
	free(loaded.deliveries);
	free(loaded.documents);
	correction_list_release(&loaded.corrections);
}

/* A tree goes as soon as its file is loaded, unless others may refer to it. */
static void load_sources(struct loading *loading)
{
	for (size_t i = 0; i < loading->sources_len; i++)
		declare(loading, &loading->sources[i]);
	for (size_t i = 0; i < loading->sources_len; i++) {
		struct source_file *source = &loading->sources[i];
		bool shared = source->parsed;

		load_source(loading, source);
		if (!shared) {
			arena_release(&source->scratch);
			source->parsed = false;
		}
	}
	for (size_t i = 0; i < loading->sources_len; i++)
		if (loading->sources[i].parsed)
			arena_release(&loading->sources[i].scratch);
	loading->sources_len = 0;
}

/* A path that cannot be walked: said once, and what was there below it stays. */
static void take_lost_path(struct loading *loading, const struct lost_path *lost, const struct file_list *found)
{
	const struct slo_set *before = loading->before;
	size_t own = loading->set->files_len;
	bool kept = false;

	set_unreadable(loading, add_source(loading, str_of(lost->path)), &lost->err);
	load_sources(loading);
	for (size_t i = 0; before && i < before->files_len; i++) {
		struct str path = before->files[i].path;
		struct definition_file *file;

		if (str_is(path, lost->path) || !path_below(path, str_of(lost->path)) || file_list_has(found, path.at))
			continue;
		file = add_file(loading, path);
		file->broken = true;
		file->errors = 1;
		file->error = arena_fmt(&loading->set->arena, "%s", lost->err.text);
		keep_last_good(loading, file);
		kept |= file->kept;
	}
	loading->set->files[own].kept |= kept;
}

static int slo_by_id(const void *a, const void *b)
{
	const struct slo *left = a, *right = b;

	return str_cmp(left->id, right->id);
}

static int file_by_path(const void *a, const void *b)
{
	const struct definition_file *left = a, *right = b;

	return str_cmp(left->path, right->path);
}

static struct slo_set *finish(struct loading *loading)
{
	struct slo_set *set = loading->set;

	if (set->len > 1)
		qsort(set->slos, set->len, sizeof(*set->slos), slo_by_id);
	if (set->files_len > 1)
		qsort(set->files, set->files_len, sizeof(*set->files), file_by_path);
	composites_resolve(set, loading->before, &loading->findings);
	policies_resolve(set, loading->default_broken, &loading->findings);
	corrections_resolve(set, &loading->findings);
	deliveries_resolve(set, &loading->findings);
	findings_settle(&loading->findings);
	set->findings = loading->findings.at;
	set->findings_len = loading->findings.len;
	set->findings_dropped = loading->findings.dropped;
	set->errors = loading->findings.errors;
	sli_templates_free(loading->templates);
	keeping_free(loading->keeping);
	map_release(&loading->ids);
	release_index(loading);
	parts_free(loading->parts);
	arena_release(&loading->texts);
	free(loading->sources);
	return set;
}

static struct loading begin(struct slo_set *before)
{
	struct slo_set *set = xcalloc(1, sizeof(*set));
	struct loading loading = {.set = set, .before = before};

	arena_init(&set->arena);
	set->references = 1;
	loading.shelf = alerting_shelf_new(&set->arena);
	loading.parts = parts_new();
	arena_init(&loading.texts);
	loading.templates = sli_templates_new();
	findings_init(&loading.findings, &set->arena, SIZE_MAX);
	return loading;
}

static struct slo_set *load(const char *const *paths, size_t len, struct slo_set *before, bool keep)
{
	struct loading loading = begin(before);
	struct definition_paths found;

	loading.keeping = keep ? keeping_new() : NULL;
	definition_paths_find(&found, paths, len);
	for (size_t i = 0; i < found.files.len; i++)
		read_source(&loading, found.files.at[i]);
	load_sources(&loading);
	for (size_t i = 0; i < found.lost_len; i++)
		take_lost_path(&loading, &found.lost[i], &found.files);
	for (size_t i = 0; i < found.empty_len; i++)
		findings_add(&loading.findings, FINDING_WARNING,
			     (struct place){arena_str(&loading.set->arena, str_of(found.empty[i])).at, 0, 0}, STR(""),
			     "empty", "there is no *.yaml or *.yml file below this folder");
	definition_paths_release(&found);
	return finish(&loading);
}

struct slo_set *slo_set_load(const char *const *paths, size_t len, struct slo_set *before)
{
	return load(paths, len, before, false);
}

struct slo_set *slo_set_load_kept(const char *const *paths, size_t len) { return load(paths, len, NULL, true); }

static struct slo_set *read_texts(const struct definition_text *texts, size_t len, bool keep)
{
	struct loading loading = begin(NULL);

	loading.keeping = keep ? keeping_new() : NULL;
	for (size_t i = 0; i < len; i++)
		set_text(&loading, add_source(&loading, texts[i].path), texts[i].text);
	load_sources(&loading);
	return finish(&loading);
}

struct slo_set *slo_set_read_all(const struct definition_text *texts, size_t len)
{
	return read_texts(texts, len, false);
}

struct slo_set *slo_set_read_kept(const struct definition_text *texts, size_t len)
{
	return read_texts(texts, len, true);
}

struct slo_set *slo_set_read(const char *path, struct str text)
{
	return slo_set_read_all(&(struct definition_text){str_of(path), text}, 1);
}

const struct slo *slo_set_find(const struct slo_set *set, struct str id)
{
	const struct slo key = {.id = id};

	return set->len ? bsearch(&key, set->slos, set->len, sizeof(*set->slos), slo_by_id) : NULL;
}

const struct definition_file *slo_set_file(const struct slo_set *set, const char *path)
{
	const struct definition_file key = {.path = str_of(path)};

	return set->files_len ? bsearch(&key, set->files, set->files_len, sizeof(*set->files), file_by_path) : NULL;
}
