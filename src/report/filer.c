#include "report/filer.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/report.h"

#include <stdlib.h>

/* As closed records: an hour for samples that come late, a day where sources do not answer; of days half a one, since
 * then the next is over. */
#define GRACE     SPAN_HOUR
#define TRY_AGAIN (5 * SPAN_MINUTE)

struct filer {
	const struct filer_settings *settings;
	struct store *store;
	struct instant done;     /* the end of the last period that there is nothing to do for any more */
	struct instant try_from; /* after a failure */
	struct instant began;    /* it looked for the first time */
	bool failed;
};

struct filer *filer_new(const struct filer_settings *settings, struct store *store)
{
	struct filer *filer = xcalloc(1, sizeof(*filer));

	filer->settings = settings;
	filer->store = store;
	return filer;
}

void filer_free(struct filer *filer) { free(filer); }

/* The note that says that the report was written. */
static struct str note_of(struct arena *arena, const struct calendar *calendar, struct period period)
{
	return arena_fmt(arena, "report %s %s %s", period_unit_names[calendar->unit], zone_name(calendar->zone),
			 period_name(calendar, period).text);
}

static bool is_written(const struct filer *filer, struct str note, struct err *err)
{
	struct buf value;
	bool written;

	buf_init(&value, LIMIT_LINE_BYTES);
	written = store_note_get(filer->store, note, &value, err);
	buf_release(&value);
	return written;
}

static bool put_file(const struct filer *filer, const struct period_report *report, struct arena *arena,
		     const char **path, struct err *err)
{
	const struct filer_settings *settings = filer->settings;
	struct buf out;
	bool ok;

	*path = arena_fmt(arena, "%s/wick-%.*s.%s", settings->folder, STR_ARG(report->name),
			  period_format_ends[settings->format])
			.at;
	buf_init(&out, LIMIT_OUTPUT_BYTES);
	ok = (period_report_write(&out, report, settings->format) ||
	      err_set(err, "the report is larger than the limit of %zu bytes", LIMIT_OUTPUT_BYTES)) &&
	     file_make_folders(*path, err) && file_replace(*path, buf_view(&out), 0644, err);
	buf_release(&out);
	return ok;
}

static struct period_report *make(const struct filer *filer, const struct snapshot *snapshot, struct period period,
				  struct instant now, struct err *err)
{
	const struct report_case one = {
		.set = snapshot->set,
		.of = {filer->settings->calendar, period},
		.now = now,
		.store = filer->store,
		.store_step = snapshot->results.step,
		.store_results = &snapshot->results,
		.deliveries = snapshot->results.deliveries,
		.audit = snapshot->audit,
	};

	return report_make(&one, err);
}

/* Of a daemon that is new in the middle of a period nothing is known of the one before. */
static bool says_something(const struct period_report *report)
{
	return report->sum.origins[ORIGIN_NONE] < report->sum.budgets || report->sum.environments > 0;
}

/* True also where there is nothing to say: *written is false then. */
static bool write_report(struct filer *filer, const struct snapshot *snapshot, struct period period, struct str note,
			 struct instant now, struct arena *arena, bool *written, struct err *err)
{
	struct period_report *report = make(filer, snapshot, period, now, err);
	const char *path = NULL;
	bool ok = report != NULL;

	*written = ok && says_something(report);
	if (*written) {
		ok = put_file(filer, report, arena, &path, err) &&
		     store_note_put(filer->store, note, str_of(instant_text(now).text), err);
		if (ok)
			log_info("a report is written", F_STR("period", report->name), F_CSTR("file", path),
				 F_INT("budgets", report->sum.budgets), F_INT("missed", report->sum.missed));
	}
	report_free(report);
	return ok;
}

static void fail(struct filer *filer, struct instant now, const struct err *err)
{
	if (!filer->failed)
		log_error("a report cannot be written", F_CSTR("reason", err->text));
	filer->failed = true;
	filer->try_from.ms = now.ms + TRY_AGAIN;
}

/* Of all that GitHub is asked for: up to the period's end. */
static bool is_read(const struct snapshot *snapshot, struct period period)
{
	const struct dora_results *results = snapshot->results.deliveries;
	bool read = !results || results->len > 0 || snapshot->health.delivery.services == 0;

	for (size_t i = 0; results && i < results->len && read; i++)
		read = results->at[i].read_at.ms && !results->at[i].error.len &&
		       results->at[i].windows->window.to.ms >= period.end.ms;
	return read;
}

/* All that can be counted is, a while beyond the period's end; nothing is being read back, and every source answers. */
static bool is_counted(const struct snapshot *snapshot, struct period period)
{
	const struct health *health = &snapshot->health;

	return health->ready && health->backfill_slos == 0 && health->sources_up == health->sources_len &&
	       health->counted_to.ms >= period.end.ms + GRACE;
}

/* By then records are closed of what is known as a whole. A daemon that has just begun does not know yet what was while
 * it was away: it gives sources a while to answer, and what they have is read back first. */
static bool waited_enough(const struct filer *filer, const struct snapshot *snapshot, struct period period,
			  struct instant now)
{
	int64_t most = filer->settings->calendar.unit == PERIOD_DAY ? SPAN_DAY / 2 : SPAN_DAY;

	return now.ms >= period.end.ms + most && now.ms >= filer->began.ms + GRACE &&
	       snapshot->health.backfill_slos == 0;
}

void filer_take(struct filer *filer, const struct snapshot *snapshot, struct instant now)
{
	const struct filer_settings *settings = filer->settings;
	struct period period;
	struct arena arena;
	struct err err = {0};
	struct str note;
	bool complete, written = true;

	if (!filer->began.ms)
		filer->began = now;
	if (!settings->folder || now.ms < filer->try_from.ms)
		return;
	period = period_before(&settings->calendar, period_at(&settings->calendar, now));
	complete = is_counted(snapshot, period) && is_read(snapshot, period);
	if (period.end.ms == filer->done.ms || (!complete && !waited_enough(filer, snapshot, period, now)))
		return;
	arena_init(&arena);
	note = note_of(&arena, &settings->calendar, period);
	if (is_written(filer, note, &err) ||
	    (!err.text[0] && write_report(filer, snapshot, period, note, now, &arena, &written, &err))) {
		if (written || complete)
			filer->done = period.end;
		else
			filer->try_from.ms = now.ms + TRY_AGAIN; /* what is not known may become known */
		filer->failed = false;
	} else {
		fail(filer, now, &err);
	}
	arena_release(&arena);
}
