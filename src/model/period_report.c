#include "model/period_report.h"

const char *const report_origin_names[REPORT_ORIGINS] = {
	[ORIGIN_NONE] = "none", [ORIGIN_RECORD] = "record", [ORIGIN_LEDGER] = "ledger", [ORIGIN_SOURCE] = "source"};

const char *const report_watch_names[REPORT_WATCHES] = {
	[WATCH_NONE] = "none", [WATCH_KEPT] = "kept", [WATCH_PLAYED] = "played"};
