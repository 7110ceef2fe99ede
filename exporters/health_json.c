#include "exporters/health_json.h"

#include "exporters/health_text.h"
#include "format/json_write.h"

/* The sources that SLOs are counted at; `source` says the same of all of them at once. */
static void put_sources(struct json_writer *json, const struct health *health)
{
	json_key(json, "sources");
	json_array(json);
	for (size_t i = 0; i < health->sources_len; i++) {
		const struct health_source *source = &health->sources[i];

		json_object(json);
		json_key_text(json, "name", source->name);
		json_key_text(json, "url", source->url);
		json_key(json, "up");
		json_bool(json, source->up);
		json_key_text(json, "error", source->error);
		json_key(json, "slos");
		json_int(json, (int64_t)source->slos);
		json_key_num(json, "behind_seconds", source->behind_seconds);
		json_object_end(json);
	}
	json_array_end(json);
}

/* The first one that is down, or the first one. */
static void put_source(struct json_writer *json, const struct health *health)
{
	struct health_source shown = {.up = false};

	if (health->sources_len)
		shown = health->sources[0];
	for (size_t i = 0; i < health->sources_len && shown.up; i++)
		if (!health->sources[i].up)
			shown = health->sources[i];
	json_key(json, "source");
	json_object(json);
	json_key_text(json, "url", shown.url);
	json_key(json, "up");
	json_bool(json, health->sources_len > 0 && health->sources_up == health->sources_len);
	json_key_text(json, "error", shown.error);
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

/* null where they are not asked for */
static void put_silences(struct json_writer *json, const struct health *health)
{
	json_key(json, "silences");
	if (!health->silences_asked) {
		json_null(json);
		return;
	}
	json_object(json);
	json_key_num(json, "in_force", health->silences);
	json_key_num(json, "not_imported", health->silences_refused);
	json_key(json, "alertmanagers");
	json_array(json);
	for (size_t i = 0; i < health->tellers_len; i++) {
		json_object(json);
		json_key_text(json, "url", health->tellers[i].url);
		json_key(json, "up");
		json_bool(json, health->tellers[i].up);
		json_key_instant(json, "answered_at", health->tellers[i].answered_at);
		json_key_text(json, "error", health->tellers[i].error);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

/* null where nothing says how a service is delivered */
static void put_delivery(struct json_writer *json, const struct health_delivery *delivery)
{
	json_key(json, "delivery");
	if (!delivery->services) {
		json_null(json);
		return;
	}
	json_object(json);
	json_key(json, "asked");
	json_bool(json, delivery->asked);
	json_key_text(json, "github", delivery->host);
	json_key(json, "up");
	json_bool(json, delivery->up);
	json_key_text(json, "error", delivery->error);
	json_key_text(json, "permission_missing", delivery->refused);
	json_key_text(json, "organisation_error", delivery->organisation_error);
	json_key_text(json, "facts_error", delivery->facts_error);
	json_key(json, "repositories");
	json_int(json, (int64_t)delivery->repositories);
	json_key(json, "repositories_behind");
	json_int(json, (int64_t)delivery->behind);
	json_key_num(json, "quota_left", delivery->quota_left);
	json_key_instant(json, "quota_reset", delivery->reset);
	json_key_instant(json, "paused_until", delivery->paused_until);
	json_object_end(json);
}

static void put_wrong(struct json_writer *json, const struct health *health)
{
	struct complaint *complaints;
	struct arena arena;
	size_t len;

	arena_init(&arena);
	len = health_complaints(&arena, health, &complaints);
	json_key(json, "wrong");
	json_array(json);
	for (size_t i = 0; i < len; i++)
		json_str(json, complaints[i].text);
	json_array_end(json);
	arena_release(&arena);
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
	put_sources(&json, health);
	put_definitions(&json, health);
	put_store(&json, health);
	put_pagers(&json, health);
	put_silences(&json, health);
	put_delivery(&json, &health->delivery);
	put_wrong(&json, health);
	json_object_end(&json);
	buf_char(out, '\n');
	return !out->full;
}
