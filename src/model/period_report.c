#include "model/period_report.h"

const char *const report_origin_names[REPORT_ORIGINS] = {
	[ORIGIN_NONE] = "none", [ORIGIN_RECORD] = "record", [ORIGIN_LEDGER] = "ledger", [ORIGIN_SOURCE] = "source"};

const char *const report_watch_names[REPORT_WATCHES] = {
	[WATCH_NONE] = "none", [WATCH_KEPT] = "kept", [WATCH_PLAYED] = "played"};

enum period_verdict report_verdict(const struct report_numbers *numbers)
{
	return numbers->origin == ORIGIN_NONE ? PERIOD_UNKNOWN : period_verdict(&numbers->record);
}

bool report_partial(const struct report_numbers *numbers)
{
	return numbers->origin == ORIGIN_NONE || period_partial(&numbers->record);
}
