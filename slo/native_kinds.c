#include "slo/native_kinds.h"

#include "slo/native.h"
#include "slo/native_corrections.h"
#include "slo/native_policy.h"
#include "slo/sli_template.h"

const struct native_kind native_kinds[NATIVE_KINDS] = {
	{"ServiceLevels", native_head},
	{"Policy", native_policy},
	{"Corrections", native_corrections},
	{"Template", sli_template_head},
};
