/* What loaders of other tools' languages share: fields that mean something else here or nothing, labels that are not
 * legal here, and alerts that are said as severities instead of tiers. */
#ifndef WICK_SLO_FOREIGN_FOREIGN_H
#define WICK_SLO_FOREIGN_FOREIGN_H

#include "slo/draft.h"

extern const struct field_type foreign_percent;      /* struct slo: an objective from 0 to 100 */
extern const struct field_type foreign_labels;       /* struct labels: illegal names are written with '_', reserved
							ones get `exported_` before them, and a note says so */
extern const struct field_type foreign_alert_labels; /* the same, on alerts: `severity` stays */
extern const struct field_type foreign_annotations;  /* struct labels: what wick cannot fill in is left out, with a
							warning */
extern const struct field_type
	foreign_name; /* struct str: a name of Kubernetes or Prometheus, of `max` bytes at most */
extern const struct field_type foreign_texts; /* const struct yaml_node *: a map of texts, read later or never */
/* A field without effect: `help` says why, and `check --verbose` shows it. */
extern const struct field_type foreign_unused;
/* The same, for what belongs to the file's other readers. */
extern const struct field_type foreign_passed;
extern const struct field_type foreign_passed_text; /* a text, if it is there */

/* A legal name for a label of any name. On an alert, `severity` says what the tier's severity is. */
struct str foreign_label(struct arena *arena, struct str name, bool on_alert);

/* The value of a map's key, or NULL: where it is missing, and where it says nothing. */
const struct yaml_node *foreign_get(const struct yaml_node *map, const char *key);

/* A name made of a text for people, up to `most` bytes: "Good enough (EU)" is "good-enough-eu". Empty where nothing of
 * it is left. */
struct str foreign_slug(struct arena *arena, struct str text, size_t most);

/* `metadata` as Kubernetes has it. */
struct foreign_metadata {
	struct str name, namespace_;
	const struct yaml_node *labels, *annotations; /* NULL: none */
};

/* Labels and annotations of an object have no effect: keeps them. */
void foreign_metadata_unused(struct reader *reader, const struct foreign_metadata *metadata);

/* A resource of Kubernetes, whatever its spec is. */
struct foreign_resource {
	struct str api_version, kind;
	struct foreign_metadata metadata;
	const struct yaml_node *spec; /* NULL: missing, which has been said */
};
extern const struct field foreign_resource[];

/* One kind of alert as other tools have them. */
struct foreign_alert {
	bool disable;
	struct labels labels, annotations;
};

struct foreign_alerting {
	struct labels labels, annotations; /* of both */
	struct foreign_alert page, ticket; /* tiers of severity `page`, and all others */
};

/* The tiers of `base` with these labels. A label `severity` takes the place of the tier's severity, so that routes go
 * on matching; an annotation `runbook_url` or `runbook` becomes the runbook. `node` is where notes go. */
const struct alerting *foreign_alerting_make(struct reader *reader, const struct alerting *base, struct span window,
					     const struct foreign_alerting *written, const struct yaml_node *node);

#endif
