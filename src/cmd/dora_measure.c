/* `wick dora report`, `explain` and `backfill`: reads what GitHub tells, then prints. */
#include "base/file.h"
#include "base/limits.h"
#include "cmd/command.h"
#include "cmd/dora.h"
#include "cmd/terminal.h"
#include "exporters/delivery/backfill.h"

#include <stdio.h>

/* Reads until nothing is missing that can be had. */
static bool read_all(struct poller *poller, struct err *err)
{
	bool said = false;

	for (;;) {
		struct mono mono = mono_now();
		struct instant now = instant_now();
		struct github_health health;
		struct span wait;

		poller_turn(poller, mono, now);
		if (poller_error(poller)[0])
			return err_set(err, "%s", poller_error(poller));
		if (poller_all_read(poller))
			return true;
		wait = poller_wait(poller, mono);
		health = poller_github(poller);
		if (!health.up && health.error[0] && wait.ms >= DORA_GIVE_UP)
			return err_set(err, "%s", health.error);
		if (wait.ms > 10 * SPAN_SECOND && !said)
			dora_say_waiting(&health, wait);
		said = wait.ms > SPAN_SECOND;
		if (wait.ms > SPAN_SECOND)
			wait.ms = SPAN_SECOND;
		poller_await(poller, wait, -1);
	}
}

/* Where nothing could be read of any service, a report has nothing to say. */
static bool nothing_known(const struct dora_results *results, const char *organisation_error)
{
	for (size_t i = 0; i < results->len; i++)
		if (!results->at[i].error.len || results->at[i].complete || dora_result_seen(&results->at[i]))
			return false;
	return results->len > 0 || organisation_error[0];
}

static int explain(const struct dora_question *question, const struct dora_results *results)
{
	struct buf out;
	bool any = false;
	int code = EXIT_FAILED;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < results->len; i++) {
		const struct dora_result *one = &results->at[i];

		if (!str_eq(one->name, question->service) ||
		    (question->environment.len && !str_eq(one->environment, question->environment)))
			continue;
		if (any && question->format == REPORT_TABLE)
			buf_char(&out, '\n');
		any = true;
		if (question->format == REPORT_JSON)
			dora_explain_json_write(&out, one, question->window, question->metric);
		else
			dora_explain_write(&out, one, question->window, question->metric);
	}
	if (any)
		code = command_print(&out, EXIT_FINE);
	else
		command_fail("there is no service '%.*s'%s%.*s%s in the definitions", STR_ARG(question->service),
			     question->environment.len ? " with an environment '" : "", STR_ARG(question->environment),
			     question->environment.len ? "'" : "");
	buf_release(&out);
	return code;
}

/* A sample for each midnight (UTC), and for the last moment. */
static bool write_history(const struct dora_question *question, struct poller *poller, struct buf *out, struct err *err)
{
	struct dora_backfill *history = dora_backfill_new(LIMIT_OUTPUT_BYTES);
	int64_t at = (question->at.ms - question->since.ms) / SPAN_DAY * SPAN_DAY;
	bool room = true, ok = true;

	while (ok && room && at < question->at.ms) {
		struct delivery_results *then;

		at = at + SPAN_DAY < question->at.ms ? at + SPAN_DAY : question->at.ms;
		then = poller_results_then(poller, (struct instant){at});
		ok = !poller_error(poller)[0] || err_set(err, "%s", poller_error(poller));
		room = dora_backfill_add(history, (struct instant){at}, &then->results);
		delivery_results_unref(then);
	}
	room = room && dora_backfill_write(history, out);
	dora_backfill_free(history);
	return ok && (room || err_set(err, "the history is larger than the limit of %zu bytes", LIMIT_OUTPUT_BYTES));
}

static int backfill(const struct dora_question *question, struct poller *poller)
{
	struct err err = {0};
	struct buf out;
	int code;

	buf_init(&out, LIMIT_OUTPUT_BYTES);
	if (!write_history(question, poller, &out, &err))
		code = command_fail("%s", err.text);
	else if (strcmp(question->openmetrics, "-") == 0)
		code = command_print(&out, EXIT_FINE);
	else if (!file_replace(question->openmetrics, buf_view(&out), 0644, &err))
		code = command_fail("%s", err.text);
	else
		code = EXIT_FINE;
	buf_release(&out);
	return code;
}

static int print(const struct dora_question *question, struct poller *poller)
{
	struct delivery_results *results = poller_results(poller, question->at);
	const char *organisation_error = poller_organisation_error(poller);
	struct table_style style = terminal_style();
	struct buf out;
	int code;

	for (size_t i = 0; i < results->results.len; i++)
		if (results->results.at[i].error.len && results->results.at[i].scope == DORA_OF_SERVICE)
			fprintf(stderr, "wick: warning: %.*s (%.*s): %.*s\n", STR_ARG(results->results.at[i].name),
				STR_ARG(results->results.at[i].environment), STR_ARG(results->results.at[i].error));
	if (organisation_error[0])
		fprintf(stderr, "wick: warning: %s\n", organisation_error);
	if (nothing_known(&results->results, organisation_error)) {
		code = command_fail("nothing could be read of any service");
	} else if (question->what == DORA_EXPLAIN) {
		code = explain(question, &results->results);
	} else {
		buf_init(&out, LIMIT_OUTPUT_BYTES);
		dora_report_write(&out, &results->results, question->format, &style);
		code = command_print(&out, EXIT_FINE);
		buf_release(&out);
	}
	delivery_results_unref(results);
	return code;
}

int dora_measure_print(const struct dora_question *question, struct slo_set *set)
{
	struct err err = {0};
	struct poller *poller = poller_new(&question->settings, &err);
	int code;

	if (poller) {
		poller_load(poller, set);
		if (!read_all(poller, &err))
			code = command_fail("%s", err.text);
		else
			code = question->what == DORA_BACKFILL ? backfill(question, poller) : print(question, poller);
	} else {
		code = command_fail("%s", err.text);
	}
	poller_free(poller);
	return code;
}
