#include "model/fact.h"

const char *const attempt_result_names[ATTEMPT_RESULTS] = {"unknown", "running",   "success",
							   "failure", "cancelled", "skipped"};
const char *const range_status_names[RANGE_STATUSES] = {"ahead", "behind", "diverged", "identical", "gone"};
