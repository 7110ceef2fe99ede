/* Definitions as they were at a revision in git. git itself reads its repository, as a program of its own. */
#ifndef WICK_SLO_CHANGE_REVISION_H
#define WICK_SLO_CHANGE_REVISION_H

#include "slo/definitions.h"

/* What the same paths held at `revision`; NULL with a reason where there is no git, no repository or no such revision.
 * A path that was not there then held nothing. Links are not followed. */
struct slo_set *slo_set_load_revision(const char *revision, const char *const *paths, size_t len, struct err *err);

#endif
