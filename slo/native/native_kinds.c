#include "slo/native/native_kinds.h"

#include "slo/native/native.h"
#include "slo/native/native_corrections.h"
#include "slo/native/native_delivery.h"
#include "slo/native/native_kept.h"
#include "slo/native/native_policy.h"
#include "slo/templates/sli_template.h"

const struct native_kind native_kinds[NATIVE_KINDS] = {
	{"ServiceLevels", native_head}, {"Policy", native_policy},       {"Corrections", native_corrections},
	{"Delivery", native_delivery},  {"Template", sli_template_head}, {"Kept", native_kept_document},
};
