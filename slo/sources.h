/* Where SLOs are counted. Files name sources, and settings say what they are; so names are looked up once both are
 * known, as the last step of loading. */
#ifndef WICK_SLO_SOURCES_H
#define WICK_SLO_SOURCES_H

#include "base/buf.h"
#include "slo/definitions.h"

/* Looks every SLO's source up among the names of the settings' sources; an empty one is the default source's, which is
 * always there. A name that is not among them is an error of the set at its place; the SLO stays, and cannot be
 * counted. A name that is only a wish becomes a proper one where it is among them, and what is counted another thing
 * with it; else it is the default source, with a note. The set must not be shared yet; a second time does nothing more.
 */
void slo_set_find_sources(struct slo_set *set, const struct str *names, size_t len);

/* "there is no source 'us' in the settings; there are 'eu' and 'asia'" */
void slo_source_unknown(struct buf *out, struct str name, const struct str *names, size_t len);

#endif
