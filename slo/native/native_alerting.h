/* `alerting` of the native language, in a document and in an SLO: the default tiers, changed and added to. */
#ifndef WICK_SLO_NATIVE_NATIVE_ALERTING_H
#define WICK_SLO_NATIVE_NATIVE_ALERTING_H

#include "model/slo.h"
#include "slo/field.h"

extern const struct field native_alerting[], native_tier[];

/* An http or https address as RFC 3986 has them: no blanks, no control characters, no brackets that end a link. */
bool address_legal(struct str text);

/* Says what is wrong with the document's own `alerting`, whatever SLOs it is for. NULL is legal. */
void alerting_check(struct reader *reader, const struct yaml_node *document);

/* The SLO's alerting: the defaults for its window, over them what the document says, over that what the SLO says
 * (either may be NULL). The SLO's window, objective and SLI must be read. Says what does not fit the SLO. */
const struct alerting *alerting_read(struct reader *reader, const struct yaml_node *document,
				     const struct yaml_node *own, const struct slo *slo);

#endif
