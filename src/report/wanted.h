/* Of which services a report is. */
#ifndef WICK_REPORT_WANTED_H
#define WICK_REPORT_WANTED_H

#include "report/report.h"

/* "[namespace/]name", in the arena where there is a namespace. */
struct str wanted_id(struct arena *arena, struct str namespace_, struct str name);
/* Whether a service is asked for, by its id or its name alone. */
bool wanted_service(const struct report_case *one, struct str id, struct str name);

#endif
