/* What a client says it would take (RFC 9110, Accept and Accept-Encoding). Pure; any bytes are legal input. */
#ifndef WICK_DAEMON_ACCEPT_H
#define WICK_DAEMON_ACCEPT_H

#include "base/str.h"

/* The weight, 0 (not wanted) to 1, of a media type, by the most specific range that fits it. A range with a `version`
 * fits only one of the NULL-terminated `versions`. Without a header anything is welcome: 1. */
double accept_media(struct str header, struct str type, const char *const *versions);

/* gzip by name or by "*", with a weight above 0 and not below that of identity; not without a header. */
bool accept_gzip(struct str header);

#endif
