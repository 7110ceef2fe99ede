/* Silences become exclusions: a set of definitions in which they are in force, made from one in which they are not.
 * What was read from files is shared between the two, and read no second time. */
#ifndef WICK_SLO_CORRECTIONS_IMPORT_H
#define WICK_SLO_CORRECTIONS_IMPORT_H

#include "slo/corrections/silence.h"
#include "slo/definitions.h"

/* A set like `base`, in which those silences that are about whole SLOs exclude the time from their begin to their end;
 * tells each its `use`. A silence is for an SLO if all its matchers hold for the labels that all alerts of that SLO
 * have: service, slo, namespace, and the SLO's own. A matcher of another label is about a part of it. A reference to a
 * new set, which keeps `base`; to `base` where nothing is in force. */
struct slo_set *slo_set_import(struct slo_set *base, struct silence_list *silences, struct instant now);

#endif
