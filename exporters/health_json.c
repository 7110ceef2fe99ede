#include "exporters/health_json.h"

#include "format/json_write.h"

#include <math.h>

static void put_source(struct json_writer *json, const struct health *health)
{
	json_key(json, "source");
	json_object(json);
	json_key_text(json, "url", health->source_url);
	json_key(json, "up");
	json_bool(json, health->source_up);
	json_key_text(json, "error", health->source_error);
	json_object_end(json);
}

static void put_definitions(struct json_writer *json, const struct health *health)
{
	json_key(json, "definitions");
	json_object(json);
	json_key(json, "files");
	json_int(json, (int64_t)health->files);
	json_key(json, "broken");
	json_array(json);
	for (size_t i = 0; i < health->files_broken; i++) {
		json_object(json);
		json_key_text(json, "file", health->broken[i].path);
		json_key_text(json, "error", health->broken[i].error);
		json_key(json, "kept");
		json_bool(json, health->broken[i].kept);
		json_object_end(json);
	}
	json_array_end(json);
	json_key(json, "reload_ok");
	json_bool(json, health->reload_ok);
	json_key_instant(json, "reload_at", health->reload_at);
	json_object_end(json);
}

static void put_store(struct json_writer *json, const struct health *health)
{
	json_key(json, "store");
	json_object(json);
	json_key(json, "ok");
	json_bool(json, health->store_ok);
	json_key_text(json, "error", health->store_error);
	json_object_end(json);
}

static void put_pagers(struct json_writer *json, const struct health *health)
{
	json_key(json, "alertmanagers");
	json_array(json);
	for (size_t i = 0; i < health->pagers_len; i++) {
		json_object(json);
		json_key_text(json, "url", health->pagers[i].url);
		json_key(json, "up");
		json_bool(json, health->pagers[i].up);
		json_key_instant(json, "sent_at", health->pagers[i].sent_at);
		json_object_end(json);
	}
	json_array_end(json);
}

static void say(struct json_writer *json, struct buf *text)
{
	json_str(json, buf_view(text));
	buf_clear(text);
}

static void put_backfill(struct json_writer *json, struct buf *text, const struct health *health)
{
	if (health->backfill_slos == 0)
		return;
	buf_fmt(text, "%zu SLOs are still being read back", health->backfill_slos);
	if (health->backfill_done_ratio > 0)
		buf_fmt(text, " (%.0f %% is done)", floor(health->backfill_done_ratio * 100));
	buf_cstr(text, ": their numbers are of the past");
	say(json, text);
}

/* The source's own error says more than that nothing is ready because of it. */
static void put_wrong(struct json_writer *json, const struct health *health)
{
	struct buf text;

	buf_init(&text, json->out->ceiling);
	json_key(json, "wrong");
	json_array(json);
	if (!health->source_up && health->source_error.len) {
		buf_fmt(&text, "the source does not answer: %.*s", STR_ARG(health->source_error));
		say(json, &text);
	} else if (!health->ready) {
		buf_fmt(&text, "not ready: %.*s", STR_ARG(health->not_ready));
		say(json, &text);
	}
	put_backfill(json, &text, health);
	if (!health->store_ok) {
		buf_fmt(&text, "the store cannot be written to, so nothing is counted: %.*s",
			STR_ARG(health->store_error));
		say(json, &text);
	}
	for (size_t i = 0; i < health->files_broken; i++) {
		buf_fmt(&text, "%.*s%s", STR_ARG(health->broken[i].error),
			health->broken[i].kept ? " (its last good version is in use)" : " (its SLOs are not served)");
		say(json, &text);
	}
	for (size_t i = 0; i < health->pagers_len; i++)
		if (!health->pagers[i].up) {
			buf_fmt(&text, "the Alertmanager %.*s does not take alerts", STR_ARG(health->pagers[i].url));
			say(json, &text);
		}
	json_array_end(json);
	buf_release(&text);
}

bool health_json_write(struct buf *out, const struct health *health)
{
	struct json_writer json;

	json_begin(&json, out, false);
	json_object(&json);
	json_key_text(&json, "version", health->version);
	json_key_instant(&json, "started_at", health->started_at);
	json_key(&json, "ready");
	json_bool(&json, health->ready);
	json_key_text(&json, "not_ready", health->not_ready);
	json_key_instant(&json, "counted_to", health->counted_to);
	json_key_num(&json, "behind_seconds", health->behind_seconds);
	put_source(&json, health);
	put_definitions(&json, health);
	put_store(&json, health);
	put_pagers(&json, health);
	put_wrong(&json, health);
	json_object_end(&json);
	buf_char(out, '\n');
	return !out->full;
}
