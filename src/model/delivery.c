#include "model/delivery.h"

const char *const delivery_source_names[DELIVERY_SOURCES] = {"workflow", "deployments", "releases"};
const char *const incident_source_names[INCIDENT_SOURCES] = {"slo", "issues", "file"};
const char *const lead_time_names[LEAD_TIMES] = {"commit", "first_commit", "merge"};
const char *const recovery_rule_names[RECOVERY_RULES] = {"last", "first"};
