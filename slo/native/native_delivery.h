/* `kind: Delivery` of the native language: its tables of fields, for the loader and the reference page; and between
 * its files, what reads their parts. */
#ifndef WICK_SLO_NATIVE_NATIVE_DELIVERY_H
#define WICK_SLO_NATIVE_NATIVE_DELIVERY_H

#include "model/delivery.h"
#include "slo/field.h"

extern const struct field native_delivery[], native_organisation[], native_leave_out[], native_hotfix[];
extern const struct field native_environment[];
extern const struct field native_incidents[], native_incident_issues[], native_incident_entry[];

extern const struct field_type native_type_texts;         /* struct delivery_texts: one text is a list of one */
extern const struct field_type native_type_repository;    /* struct str: "owner/name" */
extern const struct field_type native_type_workflow;      /* struct str: a file without its folder, or a name */
extern const struct field_type native_type_series_labels; /* struct labels: of delivery metrics */
extern const struct field_type native_type_properties;    /* struct labels: custom properties of a repository */
/* struct delivery: organisation, include, exclude, topics, properties. One text is the organisation alone. */
extern const struct field_type native_type_organisation;

extern const struct field_type native_type_incidents; /* const struct yaml_node *: native_incidents_read looks at it */

/* The item of a list of texts at that place, or the text that stands for a list of one; for findings. */
const struct yaml_node *native_texts_node(const struct yaml_node *node, size_t at);

/* Of three rows of a table that rule each other out the one that `given` (of fields_read) has, as its place in `names`;
 * -1 once it is said that there are two of them in `map`, or none. `within` names the map. */
int native_one_of_three(struct reader *reader, const struct field *fields, uint64_t given, const struct yaml_node *map,
			const char *const names[static 3], const char *within);

/* Both take the value of the document's key, and leave out what is wrong once they have said so. */
void native_environments_read(struct reader *reader, const struct yaml_node *map, struct delivery *delivery);
void native_incidents_read(struct reader *reader, const struct yaml_node *list, struct delivery *delivery);

#endif
