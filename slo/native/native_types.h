/* The types of fields that only the native language has. Those that say of what read into the struct of their table
 * beyond their own field. */
#ifndef WICK_SLO_NATIVE_NATIVE_TYPES_H
#define WICK_SLO_NATIVE_NATIVE_TYPES_H

#include "slo/field.h"

/* "2%" or "0.02" as a part of 1, in decimal, so that 99.9% is exactly the double 0.999; says whether there was a
 * percent sign. False for what is neither. */
bool part_read(struct str text, double *part, bool *percent);

/* [A-Za-z0-9][-A-Za-z0-9_.]*: the names of services, SLOs, tiers and severities. */
bool name_legal(struct str name);
/* Labels that wick puts on its own series and alerts, or that have a meaning of their own in Prometheus. */
bool label_reserved(struct str name);

extern const struct field_type native_type_part;        /* double: above 0, at most the field's max */
extern const struct field_type native_type_positive;    /* double: above 0 */
extern const struct field_type native_type_name;        /* struct str */
extern const struct field_type native_type_objective;   /* struct slo: objective and its text */
extern const struct field_type native_type_minutes;     /* struct span: whole minutes */
extern const struct field_type native_type_labels;      /* struct labels */
extern const struct field_type native_type_label_names; /* struct slo: group_by */
extern const struct field_type native_type_limit;       /* struct written_limit */
extern const struct field_type native_type_policy;      /* struct policy_ref */
extern const struct field_type native_type_source;      /* struct source_ref */
extern const struct field_type native_type_list;        /* const struct yaml_node *: looked at later */
extern const struct field_type native_type_sli;         /* the same, and read by the field's `inner` */
extern const struct field_type native_type_any;         /* the same, whatever its keys */
extern const struct field_type native_type_map_of;      /* the same: a map from any name to maps by `inner` */
extern const struct field_type native_type_later;       /* const struct yaml_node *: read by others, by `inner` */

#endif
