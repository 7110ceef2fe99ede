/* All templates that the SLOs of a loading may name: wick's own, and those of its definition files. Those of
 * files are declared before any file is loaded (slo/loader.h), so that the order of the files does not matter. */
#ifndef WICK_SLO_TEMPLATES_SLI_TEMPLATES_H
#define WICK_SLO_TEMPLATES_SLI_TEMPLATES_H

#include "base/embedded.h"
#include "base/file.h"
#include "slo/templates/sli_template.h"

struct sli_templates;

struct sli_templates *sli_templates_new(void);
void sli_templates_free(struct sli_templates *templates); /* with all that was got from it */

/* Takes the templates of a file that is not being loaded. What is wrong with it is said by those who load it. */
void sli_templates_read(struct sli_templates *templates, const char *path);

/* NULL where there is none of that name; one that is broken is there, too. A file's that has the name of one of wick's
 * own is never got. */
const struct sli_template *sli_templates_get(struct sli_templates *templates, struct str name);
/* The nearest name, or NULL. */
const char *sli_templates_nearest(struct sli_templates *templates, struct str name);

/* All of them: wick's own by name, then those of the files as they were met. NULL behind the last one. */
const struct sli_template *sli_templates_at(struct sli_templates *templates, size_t index);

/* wick's own as they were built in, their names without ".yaml". */
extern const struct embedded template_files[];
extern const size_t template_files_len;
const struct embedded *template_file_named(struct str name); /* or NULL */

#endif
