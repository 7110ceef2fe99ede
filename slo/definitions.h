/* Definition files read into SLOs, policies and deliveries: one set per configuration generation. The set owns every
 * text of its SLOs (one arena) and is counted: published results keep the set that they speak of alive. */
#ifndef WICK_SLO_DEFINITIONS_H
#define WICK_SLO_DEFINITIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/delivery.h"
#include "model/slo.h"
#include "slo/finding.h"

struct definition_file {
	struct str path;
	bool broken; /* has errors: none of its SLOs are in the set (or the last good version's are, see below) */
	bool kept;   /* broken, and the SLOs of its last good version stand in for it */
	size_t errors;
	struct str error; /* the first error as file:line:col: text */
};

struct slo_set {
	struct arena arena;
	struct slo_set *
		base; /* of a set that was made from another (slo/corrections/import.h): what it shares is that one's */
	struct slo *slos; /* sorted by id; ids are unique */
	size_t len;
	const struct policy **policies; /* names are unique */
	size_t policies_len;
	const struct delivery **deliveries; /* sorted by service, then place; an environment of a service is one's */
	size_t deliveries_len;
	struct correction_list corrections; /* of all SLOs; each SLO has a list of its own */
	struct finding *findings;           /* sorted by place */
	size_t findings_len, findings_dropped;
	size_t errors;                 /* among the findings, the dropped ones too */
	struct definition_file *files; /* sorted by path; a path that cannot be read has a row too */
	size_t files_len;
	const struct kept_document **documents; /* for converting: all of other tools', in order */
	size_t documents_len;
	int references; /* atomic */
};

/* SLOs of a set, by their places there. */
struct slo_places {
	const size_t *at;
	size_t len;
};

/* Reads files and folders (*.yaml, *.yml below a folder; "-" is standard input). Always returns a set: what is wrong
 * stands in its findings. With `before`, a file that is broken now keeps what its last good version defined (copied:
 * the new set stands alone), and so do the files of a path that is no longer there. The same SLO id twice is an error
 * in the later file. A composite whose members cannot be found, or that is in a circle, is one as well: what it was in
 * the set before stands in for it, else it is left out. An SLO that names a policy which no file defines is an error
 * too, but stays in the set. What corrects SLOs is given to those that it is for (slo/corrections/corrections.h). Of
 * two deliveries of the same service and environment the later is an error. */
struct slo_set *slo_set_load(const char *const *paths, size_t len, struct slo_set *before);
/* The same without a set before, for converting: with what of other tools' definitions means nothing here. */
struct slo_set *slo_set_load_kept(const char *const *paths, size_t len);
struct slo_set *slo_set_ref(struct slo_set *set);
void slo_set_unref(struct slo_set *set); /* thread-safe; NULL is legal */
size_t slo_set_errors(const struct slo_set *set);
/* The SLO of an id, or NULL. */
const struct slo *slo_set_find(const struct slo_set *set, struct str id);
/* The row of a path, or NULL. */
const struct definition_file *slo_set_file(const struct slo_set *set, const char *path);

/* Reads texts as definition files, whose paths are only shown, in that order. */
struct definition_text {
	struct str path, text;
};
struct slo_set *slo_set_read_all(const struct definition_text *texts, size_t len);
struct slo_set *slo_set_read_kept(const struct definition_text *texts, size_t len); /* for converting */
/* One of them: for tests, fuzzing and tools. */
struct slo_set *slo_set_read(const char *path, struct str text);

/* A change anywhere below the paths since the last call with the same watch: sizes, times, names. Cheap: no file is
 * read. */
struct slo_watch;
struct slo_watch *slo_watch_new(const char *const *paths, size_t len);
void slo_watch_free(struct slo_watch *watch);
bool slo_watch_changed(struct slo_watch *watch);

#endif
