/* Definition files of the native language in a normal form: keys in the order of the tables, the layout of
 * format/yaml_layout.h. What a file means never changes, and no comment is lost: what cannot be done so is not done. */
#ifndef WICK_SLO_NATIVE_NORMAL_FORM_H
#define WICK_SLO_NATIVE_NORMAL_FORM_H

#include "base/buf.h"
#include "slo/finding.h"

enum normal_form {
	NORMAL_FORM_MADE,    /* `out` holds it; it may be what was there */
	NORMAL_FORM_FOREIGN, /* a document of it is no wick/v1: `out` holds the text as it was */
	NORMAL_FORM_REFUSED, /* the findings say why and where; `out` is empty */
};

/* `path` is for the findings. What is wrong with the text beyond its syntax makes no difference. */
enum normal_form normal_form_write(struct buf *out, const char *path, struct str text, struct findings *findings);

#endif
