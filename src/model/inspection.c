#include "model/inspection.h"

const char *const inspection_kind_names[INSPECTION_KINDS] = {
	"organisation", "repository", "permission", "workflow", "job", "environment", "releases", "branch", "label",
};
const char *const inspection_verdict_names[INSPECTION_VERDICTS] = {"found", "note", "missing", "unknown"};
