#include "exporters/delivery/inspection.h"

#include "exporters/screen.h"
#include "format/json_write.h"

#include <math.h>

static const char *const colours[INSPECTION_VERDICTS] = {
	[INSPECTION_FOUND] = "\033[32m",
	[INSPECTION_NOTE] = "",
	[INSPECTION_MISSING] = "\033[31m",
	[INSPECTION_UNKNOWN] = "\033[33m",
};

/* --- for people */

/* "in 34d", "in 5h"; how long a token still lives is a matter of days. */
static void put_left(struct buf *out, struct instant from, struct instant to)
{
	int64_t left = to.ms - from.ms, unit = left >= 2 * SPAN_DAY ? SPAN_DAY : SPAN_HOUR;

	if (left <= 0)
		buf_cstr(out, "which is over");
	else
		buf_fmt(out, "in %s", span_text((struct span){left / unit * unit}).text);
}

static void put_token(struct buf *out, const struct inspection *inspection)
{
	buf_fmt(out, "Token    %s", inspection->token);
	if (inspection->scopes_told && inspection->scopes.len) {
		buf_cstr(out, ", scopes: ");
		screen_safe(out, inspection->scopes);
	} else if (inspection->scopes_told) {
		buf_cstr(out, ", without any scope");
	}
	if (inspection->expires.ms) {
		buf_fmt(out, ", ends %s, ", instant_text(inspection->expires).text);
		put_left(out, inspection->at, inspection->expires);
	}
	buf_char(out, '\n');
}

static void put_host(struct buf *out, const struct inspection *inspection)
{
	buf_cstr(out, "GitHub   ");
	screen_safe(out, inspection->url);
	if (inspection->enterprise.len) {
		buf_cstr(out, ", Enterprise Server ");
		screen_safe(out, inspection->enterprise);
	}
	buf_char(out, '\n');
	put_token(out, inspection);
	if (inspection->limited && !isnan(inspection->remaining)) {
		buf_fmt(out, "Quota    %.0f", inspection->remaining);
		if (!isnan(inspection->limit))
			buf_fmt(out, " of %.0f", inspection->limit);
		buf_cstr(out, " requests are left");
		if (inspection->reset.ms)
			buf_fmt(out, ", all of them again at %s", instant_text(inspection->reset).text);
	} else {
		buf_cstr(out, "Quota    the host tells of none");
	}
	buf_fmt(out, "\nAsked    %llu request%s\n", (unsigned long long)inspection->asked,
		inspection->asked == 1 ? "" : "s");
}

static void put_verdict(struct buf *out, enum inspection_verdict verdict, const struct table_style *style)
{
	const char *colour = style && style->color ? colours[verdict] : "";

	buf_fmt(out, "  %s%-7s%s  ", colour, inspection_verdict_names[verdict], *colour ? "\033[0m" : "");
}

/* What is there has no place: nobody has to go there. */
static void put_item(struct buf *out, const struct inspection_item *item, const struct table_style *style)
{
	bool placed = item->place.line && item->verdict != INSPECTION_FOUND;

	put_verdict(out, item->verdict, style);
	if (placed) {
		screen_safe(out, str_of(item->place.file));
		buf_fmt(out, ":%u:%u: ", item->place.line, item->place.col);
	}
	if (item->environment.len) {
		screen_safe(out, item->environment);
		buf_cstr(out, ": ");
	}
	screen_safe(out, item->text);
	buf_char(out, '\n');
}

/* Rights that are there stand in one line. */
static void put_rights(struct buf *out, const struct inspection_item *items, size_t len,
		       const struct table_style *style)
{
	bool any = false;

	for (size_t i = 0; i < len; i++) {
		if (items[i].kind != INSPECTION_PERMISSION || items[i].verdict != INSPECTION_FOUND)
			continue;
		if (!any) {
			put_verdict(out, INSPECTION_FOUND, style);
			buf_cstr(out, "permissions: ");
		}
		buf_fmt(out, "%s%.*s", any ? ", " : "", STR_ARG(items[i].name));
		any = true;
	}
	if (any)
		buf_char(out, '\n');
}

static void put_items(struct buf *out, const struct inspection_item *items, size_t len, const struct table_style *style)
{
	put_rights(out, items, len, style);
	for (size_t i = 0; i < len; i++)
		if (items[i].kind != INSPECTION_PERMISSION || items[i].verdict != INSPECTION_FOUND)
			put_item(out, &items[i], style);
}

static void put_subject(struct buf *out, const struct inspection_subject *subject, const struct table_style *style)
{
	struct buf name;

	buf_init(&name, 4096);
	delivery_subject_write(&name, subject->delivery);
	if (subject->items_len) {
		buf_char(out, '\n');
		screen_safe(out, buf_view(&name));
		buf_char(out, '\n');
		put_items(out, subject->items, subject->items_len, style);
	}
	for (size_t i = 0; i < subject->repositories_len; i++) {
		const struct inspection_repository *repository = &subject->repositories[i];

		buf_char(out, '\n');
		screen_safe(out, buf_view(&name));
		buf_cstr(out, ": ");
		screen_safe(out, repository->name);
		buf_char(out, '\n');
		put_items(out, repository->items, repository->items_len, style);
	}
	buf_release(&name);
}

bool dora_inspection_write(struct buf *out, const struct inspection *inspection, const struct table_style *style)
{
	put_host(out, inspection);
	for (size_t i = 0; i < inspection->subjects_len; i++)
		put_subject(out, &inspection->subjects[i], style);
	return !out->full;
}

/* --- for programs */

static void json_text_or_null(struct json_writer *json, const char *key, struct str text)
{
	json_key(json, key);
	if (text.len)
		json_str(json, text);
	else
		json_null(json);
}

static void json_place(struct json_writer *json, const struct place *place)
{
	if (!place->line)
		return;
	json_key_text(json, "file", str_of(place->file));
	json_key_num(json, "line", place->line);
	json_key_num(json, "column", place->col);
}

static void json_items(struct json_writer *json, const struct inspection_item *items, size_t len)
{
	json_key(json, "items");
	json_array(json);
	for (size_t i = 0; i < len; i++) {
		json_object(json);
		json_key_text(json, "verdict", str_of(inspection_verdict_names[items[i].verdict]));
		json_key_text(json, "kind", str_of(inspection_kind_names[items[i].kind]));
		json_text_or_null(json, "environment", items[i].environment);
		json_key_text(json, "name", items[i].name);
		json_text_or_null(json, "nearest", items[i].nearest);
		json_key_text(json, "text", items[i].text);
		json_place(json, &items[i].place);
		json_object_end(json);
	}
	json_array_end(json);
}

/* A classic token's; of others nobody is told. */
static void json_scopes(struct json_writer *json, const struct inspection *inspection)
{
	json_key(json, "scopes");
	if (!inspection->scopes_told) {
		json_null(json);
		return;
	}
	json_array(json);
	for (struct str rest = inspection->scopes; rest.len;) {
		size_t end = str_find(rest, ',');

		json_str(json, str_trim(str_slice(rest, 0, end)));
		rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
	}
	json_array_end(json);
}

static void json_host(struct json_writer *json, const struct inspection *inspection)
{
	json_key_text(json, "url", inspection->url);
	json_text_or_null(json, "enterprise", inspection->enterprise);
	json_key(json, "token");
	json_object(json);
	json_key_text(json, "kind", str_of(inspection->token));
	json_scopes(json, inspection);
	json_key_instant(json, "expires", inspection->expires);
	json_object_end(json);
	json_key(json, "quota");
	if (inspection->limited) {
		json_object(json);
		json_key_num(json, "limit", inspection->limit);
		json_key_num(json, "remaining", inspection->remaining);
		json_key_instant(json, "reset", inspection->reset);
		json_object_end(json);
	} else {
		json_null(json);
	}
	json_key_num(json, "requests", (double)inspection->asked);
}

static void json_subject(struct json_writer *json, const struct inspection_subject *subject)
{
	const struct delivery *delivery = subject->delivery;

	json_object(json);
	json_text_or_null(json, "service", delivery->service);
	json_text_or_null(json, "organisation", delivery->organisation);
	json_place(json, &delivery->place);
	json_items(json, subject->items, subject->items_len);
	json_key(json, "repositories");
	json_array(json);
	for (size_t i = 0; i < subject->repositories_len; i++) {
		const struct inspection_repository *repository = &subject->repositories[i];

		json_object(json);
		json_key_text(json, "repository", repository->name);
		json_key(json, "reached");
		json_bool(json, repository->reached);
		json_key(json, "private");
		if (repository->reached)
			json_bool(json, repository->is_private);
		else
			json_null(json);
		json_items(json, repository->items, repository->items_len);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

bool dora_inspection_json_write(struct buf *out, const struct inspection *inspection)
{
	struct json_writer json;

	json_begin(&json, out, true);
	json_object(&json);
	json_host(&json, inspection);
	for (int i = 0; i < INSPECTION_VERDICTS; i++)
		json_key_num(&json, inspection_verdict_names[i], (double)inspection->count[i]);
	json_key(&json, "deliveries");
	json_array(&json);
	for (size_t i = 0; i < inspection->subjects_len; i++)
		json_subject(&json, &inspection->subjects[i]);
	json_array_end(&json);
	json_object_end(&json);
	buf_char(out, '\n');
	return !out->full;
}
