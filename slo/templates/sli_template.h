/* SLIs by template: `kind: Template` documents of the native language, wick's own (slo/templates) and those of
 * definition files, read by one mechanism. A template is the `sli` of an SLO with placeholders (slo/templates/fill.h)
 * for its parameters. What is made of it for an SLO is read like any `sli` that stands in a file. */
#ifndef WICK_SLO_TEMPLATES_SLI_TEMPLATE_H
#define WICK_SLO_TEMPLATES_SLI_TEMPLATE_H

#include "slo/native/native.h"
#include "slo/templates/parameter.h"

/* A metric that a template needs. */
struct template_metric {
	struct str name, from; /* from: of which exporter, since which version */
};

struct sli_template {
	struct str name, description;
	struct parameter *parameters;
	size_t parameters_len;
	struct template_metric *metrics;
	size_t metrics_len;
	const struct yaml_node *sli;
	struct place place;
	bool built_in;
	bool broken; /* it has errors of its own; the name is there */
};

extern const struct field sli_template_head[], sli_template_parameter[];

/* Reads a document and holds it to what is made of it with its defaults and its examples. False after findings; the
 * name is there if it could be read. `sli` is a part of the document. */
bool sli_template_read(struct reader *reader, const struct yaml_node *document, struct sli_template *template);

/* What is made of the template by its defaults, or with `examples` by those that there are, in the reader's scratch;
 * NULL after findings. Each node stands where it stands in the template. Warns of parameters that stand nowhere. */
const struct yaml_node *sli_template_try(struct reader *reader, const struct sli_template *template, bool examples);

/* An SLO's `sli: {template: ..., with: ...}`, read into `native` as the sli that it stands for. Returns the template,
 * or NULL after a finding. */
const struct sli_template *sli_template_use(struct reader *reader, struct native_draft *native);
/* Findings from `first` on that are told at the SLO's `template:` are about what was made of it: puts its name before
 * them. */
void sli_template_sign(struct reader *reader, const struct sli_template *template, const struct native_draft *native,
		       size_t first);

/* "'http-latency'", or "'mine' (file:line:col)", for messages. */
struct str sli_template_title(struct arena *arena, const struct sli_template *template);

#endif
