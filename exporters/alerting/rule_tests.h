/* A file for `promtool test rules` per SLO, which proves that its alerts fire and stay quiet: the rules that need no
 * daemon (standalone.h) are played against what the daemon's own judgement (eval/alert.h) says of the same made-up
 * events. */
#ifndef WICK_EXPORTERS_ALERTING_RULE_TESTS_H
#define WICK_EXPORTERS_ALERTING_RULE_TESTS_H

#include "base/buf.h"
#include "model/slo.h"

/* The test of one SLO, for rules that count with that step. It goes in steps of a minute or of five, or a bit more
 * where that is no multiple: first without any data, then a quiet hour, a full outage for as long as it takes until
 * each alert that can fires, its end, and silence; beside it a single failure where nothing else happens. `rules` is
 * the file of the rules, as seen from the test's folder. */
bool rule_tests_write(struct buf *out, const struct slo *slo, struct span counting, const char *rules);

#endif
