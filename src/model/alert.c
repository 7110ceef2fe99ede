#include "model/alert.h"

const char *const alert_phase_names[ALERT_PHASES] = {
	[ALERT_INACTIVE] = "inactive",
	[ALERT_PENDING] = "pending",
	[ALERT_FIRING] = "firing",
};
