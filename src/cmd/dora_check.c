/* `wick dora check`: holds the definitions against GitHub. */
#include "base/limits.h"
#include "cmd/command.h"
#include "cmd/dora.h"
#include "cmd/terminal.h"
#include "delivery/inspection.h"
#include "exporters/delivery/inspection.h"

#include <stdio.h>

static int verdict(const struct inspection *inspection)
{
	size_t missing = inspection->count[INSPECTION_MISSING], unknown = inspection->count[INSPECTION_UNKNOWN];

	fprintf(stderr, "wick: held %zu deliver%s against GitHub: %zu found, %zu missing, %zu not to be looked at\n",
		inspection->subjects_len, inspection->subjects_len == 1 ? "y" : "ies",
		inspection->count[INSPECTION_FOUND], missing, unknown);
	return missing || unknown ? EXIT_FINDINGS : EXIT_FINE;
}

int dora_check_print(const struct dora_question *question, struct slo_set *set)
{
	struct inspection_settings settings = {.github = question->settings.github,
					       .now = instant_now(),
					       .waits = dora_say_waiting,
					       .give_up = {DORA_GIVE_UP}};
	struct table_style style = terminal_style();
	struct inspection inspection;
	struct err err = {0};
	struct arena arena;
	struct buf out;
	int code;

	arena_init(&arena);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (!inspect(&settings, set, &arena, &inspection, &err)) {
		code = command_fail("%s", err.text);
	} else {
		if (question->format == REPORT_JSON)
			dora_inspection_json_write(&out, &inspection);
		else
			dora_inspection_write(&out, &inspection, &style);
		code = command_print(&out, verdict(&inspection));
	}
	buf_release(&out);
	arena_release(&arena);
	return code;
}
