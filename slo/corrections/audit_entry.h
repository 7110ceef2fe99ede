/* An entry of the audit list as JSON: the same in the store and in the API. */
#ifndef WICK_SLO_CORRECTIONS_AUDIT_ENTRY_H
#define WICK_SLO_CORRECTIONS_AUDIT_ENTRY_H

#include "base/err.h"
#include "format/json_tree.h"
#include "format/json_write.h"
#include "model/audit.h"

/* The texts of a correction, in the order in which they are shown. */
struct audit_text {
	const char *name;
	size_t at; /* offsetof in struct correction_line */
};
enum { AUDIT_TEXTS = 6 };
extern const struct audit_text audit_texts[AUDIT_TEXTS];
struct str audit_text_of(const struct correction_line *line, size_t i);

/* A correction as an object; reading copies texts into the arena. */
void audit_line_write(struct json_writer *json, const struct correction_line *line);
bool audit_line_read(struct arena *arena, const struct json_tree *tree, struct correction_line *line, struct err *err);

/* {"number":1,"at":"…","change":"added","kind":"exclusion","before":null,"now":{…}} */
void audit_entry_write(struct json_writer *json, const struct audit_entry *entry);
bool audit_entry_read(struct arena *arena, const struct json_tree *tree, struct audit_entry *entry, struct err *err);

#endif
