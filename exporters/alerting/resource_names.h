/* What Kubernetes takes as the names and labels of a resource ("Object Names and IDs", "Labels and Selectors"): so that
 * a file that it would refuse is never written. */
#ifndef WICK_EXPORTERS_ALERTING_RESOURCE_NAMES_H
#define WICK_EXPORTERS_ALERTING_RESOURCE_NAMES_H

#include "base/err.h"
#include "base/str.h"

/* A resource's name: an RFC 1123 subdomain of at most 253 characters. False says what is wrong with it. */
bool resource_name_check(struct str name, struct err *err);
/* A namespace: an RFC 1123 label of at most 63 characters. */
bool resource_namespace_check(struct str name, struct err *err);
/* "release=prometheus,example.org/team=sre": names of at most 63 characters, with or without a domain before them, each
 * once; values of at most 63, or empty. An empty text has no labels. */
bool resource_labels_check(struct str labels, struct err *err);

#endif
