/* Proposals as a commented file of definitions, and in words for people. Every choice is said where it was made. Pure.
 */
#ifndef WICK_PROPOSE_DOCUMENT_H
#define WICK_PROPOSE_DOCUMENT_H

#include "base/buf.h"
#include "propose/proposal.h"

/* One that has no objective is in the file as a comment. */
bool proposal_active(const struct proposal *proposal);

/* The whole file. `source` is where it was found, `since` how much of the history was tried. */
bool document_write(struct buf *out, const struct survey *survey, struct str source, struct span since);
/* The same without the file: a line or two for each proposal, then what was left out. */
bool document_summary(struct buf *out, const struct survey *survey, struct span since);

/* The lines below `sli:`, without comments; the threshold as it is to stand there. */
void document_write_sli(struct buf *out, struct arena *arena, const struct proposal *proposal, struct str threshold);
/* The document's `source`, where it has a name. */
void document_write_source(struct buf *out, const struct survey *survey);
/* `groupBy`, where there are groups. */
void document_write_groups(struct buf *out, const struct proposal *proposal);
struct str document_number(struct arena *arena, double number);

#endif
