#include "slo/finding_write.h"

#include "base/map.h"
#include "format/json_write.h"
#include "slo/change/change.h"

const char *const finding_format_names[FINDING_FORMATS + 1] = {
	[FINDING_TEXT] = "text",   [FINDING_JSON] = "json",         [FINDING_GITHUB] = "github",
	[FINDING_SARIF] = "sarif", [FINDING_MARKDOWN] = "markdown", NULL,
};

const char *const finding_level_names[FINDING_LEVELS] = {
	[FINDING_ERROR] = "error", [FINDING_WARNING] = "warning", [FINDING_NOTE] = "note"};

static bool write_text(struct buf *buf, const struct finding *findings, size_t len, size_t dropped)
{
	bool ok = true;

	for (size_t i = 0; i < len && ok; i++) {
		const struct finding *finding = &findings[i];
		const struct place *place = &finding->place;

		ok = buf_cstr(buf, place->file) && (!place->line || buf_fmt(buf, ":%u:%u", place->line, place->col)) &&
		     buf_fmt(buf, ": %s: ", finding_level_names[finding->level]) && buf_str(buf, finding->text) &&
		     buf_char(buf, '\n');
	}
	return ok && (!dropped || buf_fmt(buf, "and %zu more that are not shown\n", dropped));
}

static void json_place(struct json_writer *json, const struct place *place)
{
	json_key(json, "file");
	json_cstr(json, place->file);
	if (!place->line)
		return;
	json_key(json, "line");
	json_int(json, place->line);
	json_key(json, "column");
	json_int(json, place->col);
}

static void json_change(struct json_writer *json, const struct change *change)
{
	static const char *const keys[CHANGES_OF] = {[CHANGE_SLO] = "slo",
						     [CHANGE_POLICY] = "policy",
						     [CHANGE_CORRECTION] = "correction",
						     [CHANGE_DELIVERY] = "delivery"};

	json_key_text(json, keys[change->of], change->subject);
	json_key_text(json, "from", change->from);
	json_key_text(json, "to", change->to);
}

void findings_json_array(struct json_writer *json, const struct finding *findings, size_t len)
{
	json_array(json);
	for (size_t i = 0; i < len; i++) {
		json_object(json);
		json_place(json, &findings[i].place);
		json_key(json, "level");
		json_cstr(json, finding_level_names[findings[i].level]);
		json_key(json, "rule");
		json_cstr(json, findings[i].rule);
		json_key(json, "key");
		json_str(json, findings[i].key);
		json_key(json, "text");
		json_str(json, findings[i].text);
		if (findings[i].change)
			json_change(json, findings[i].change);
		json_object_end(json);
	}
	json_array_end(json);
}

static void count_levels(const struct finding *findings, size_t len, int64_t counts[FINDING_LEVELS])
{
	memset(counts, 0, FINDING_LEVELS * sizeof(*counts));
	for (size_t i = 0; i < len; i++)
		counts[findings[i].level]++;
}

void findings_json(struct json_writer *json, const struct finding *findings, size_t len, size_t dropped)
{
	int64_t counts[FINDING_LEVELS];

	count_levels(findings, len, counts);
	json_key(json, "findings");
	findings_json_array(json, findings, len);
	json_key(json, "errors");
	json_int(json, counts[FINDING_ERROR]);
	json_key(json, "warnings");
	json_int(json, counts[FINDING_WARNING]);
	json_key(json, "notes");
	json_int(json, counts[FINDING_NOTE]);
	json_key(json, "dropped");
	json_int(json, (int64_t)dropped);
}

static bool write_json(struct buf *buf, const struct finding *findings, size_t len, size_t dropped)
{
	struct json_writer json;

	json_begin(&json, buf, true);
	json_object(&json);
	findings_json(&json, findings, len, dropped);
	json_object_end(&json);
	return buf_char(buf, '\n') && !buf->full;
}

bool github_write(struct buf *buf, struct str text, bool property)
{
	bool ok = true;

	for (size_t i = 0; i < text.len && ok; i++) {
		char c = text.at[i];
		bool mark = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));

		ok = mark ? buf_fmt(buf, "%%%02X", (unsigned char)c) : buf_char(buf, c);
	}
	return ok;
}

static bool write_github(struct buf *buf, const struct finding *findings, size_t len, size_t dropped)
{
	static const char *const commands[FINDING_LEVELS] = {
		[FINDING_ERROR] = "error", [FINDING_WARNING] = "warning", [FINDING_NOTE] = "notice"};
	bool ok = true;

	for (size_t i = 0; i < len && ok; i++) {
		const struct finding *finding = &findings[i];
		const struct place *place = &finding->place;

		ok = buf_fmt(buf, "::%s file=", commands[finding->level]) &&
		     github_write(buf, str_of(place->file), true) &&
		     (!place->line || buf_fmt(buf, ",line=%u,col=%u", place->line, place->col)) &&
		     buf_fmt(buf, ",title=wick %s::", finding->rule) && github_write(buf, finding->text, false) &&
		     buf_char(buf, '\n');
	}
	return ok && (!dropped || buf_fmt(buf, "::warning title=wick::and %zu more that are not shown\n", dropped));
}

/* A path as a relative or file URI reference: what is not unreserved or a slash is percent-encoded. */
static void json_uri(struct json_writer *json, const char *path)
{
	struct buf uri;

	buf_init(&uri, 32768);
	if (path[0] == '/')
		buf_cstr(&uri, "file://");
	for (; *path; path++) {
		if (ascii_alpha(*path) || ascii_digit(*path) || strchr("-._~/", *path))
			buf_char(&uri, *path);
		else
			buf_fmt(&uri, "%%%02X", (unsigned char)*path);
	}
	json_str(json, buf_view(&uri));
	buf_release(&uri);
}

static void sarif_location(struct json_writer *json, const struct place *place)
{
	json_key(json, "locations");
	json_array(json);
	json_object(json);
	json_key(json, "physicalLocation");
	json_object(json);
	json_key(json, "artifactLocation");
	json_object(json);
	json_key(json, "uri");
	json_uri(json, place->file);
	json_object_end(json);
	if (place->line) {
		json_key(json, "region");
		json_object(json);
		json_key(json, "startLine");
		json_int(json, place->line);
		json_key(json, "startColumn");
		json_int(json, place->col);
		json_object_end(json);
	}
	json_object_end(json);
	json_object_end(json);
	json_array_end(json);
}

static void sarif_results(struct json_writer *json, const struct finding *findings, size_t len)
{
	json_key(json, "results");
	json_array(json);
	for (size_t i = 0; i < len; i++) {
		json_object(json);
		json_key(json, "ruleId");
		json_cstr(json, findings[i].rule);
		json_key(json, "level");
		json_cstr(json, finding_level_names[findings[i].level]);
		json_key(json, "message");
		json_object(json);
		json_key(json, "text");
		json_str(json, findings[i].text);
		json_object_end(json);
		sarif_location(json, &findings[i].place);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Each rule that was met, once. */
/* "tier-never-fires" as words. */
static void sarif_words(struct json_writer *json, const char *rule)
{
	char words[64];
	size_t len = 0;

	for (; rule[len] && len < sizeof(words); len++)
		words[len] = rule[len] == '-' ? ' ' : rule[len];
	json_str(json, (struct str){words, len});
}

static void sarif_rules(struct json_writer *json, const struct finding *findings, size_t len)
{
	struct map met;

	map_init(&met);
	json_key(json, "rules");
	json_array(json);
	for (size_t i = 0; i < len; i++) {
		static char mark;

		if (map_put(&met, str_of(findings[i].rule), &mark))
			continue;
		json_object(json);
		json_key(json, "id");
		json_cstr(json, findings[i].rule);
		json_key(json, "shortDescription");
		json_object(json);
		json_key(json, "text");
		sarif_words(json, findings[i].rule);
		json_object_end(json);
		json_object_end(json);
	}
	json_array_end(json);
	map_release(&met);
}

static bool write_sarif(struct buf *buf, const struct finding *findings, size_t len, size_t dropped)
{
	struct json_writer json;

	(void)dropped;
	json_begin(&json, buf, true);
	json_object(&json);
	json_key(&json, "$schema");
	json_cstr(&json, "https://json.schemastore.org/sarif-2.1.0.json");
	json_key(&json, "version");
	json_cstr(&json, "2.1.0");
	json_key(&json, "runs");
	json_array(&json);
	json_object(&json);
	json_key(&json, "tool");
	json_object(&json);
	json_key(&json, "driver");
	json_object(&json);
	json_key(&json, "name");
	json_cstr(&json, "wick");
	json_key(&json, "version");
	json_cstr(&json, WICK_VERSION);
	sarif_rules(&json, findings, len);
	json_object_end(&json);
	json_object_end(&json);
	json_key(&json, "columnKind");
	json_cstr(&json, "unicodeCodePoints");
	sarif_results(&json, findings, len);
	json_object_end(&json);
	json_array_end(&json);
	json_object_end(&json);
	return buf_char(buf, '\n') && !buf->full;
}

/* Text inside of a table's cell, as itself. */
static bool markdown_cell(struct buf *buf, struct str text)
{
	bool ok = true;

	for (size_t i = 0; i < text.len && ok; i++)
		ok = (!text.at[i] || !strchr("\\`*_[]<>|~&#", text.at[i]) || buf_char(buf, '\\')) &&
		     buf_char(buf, text.at[i]);
	return ok;
}

static bool write_markdown(struct buf *buf, const struct finding *findings, size_t len, size_t dropped)
{
	int64_t counts[FINDING_LEVELS];
	bool ok;

	count_levels(findings, len, counts);
	ok = buf_cstr(buf, "### wick check:");
	for (size_t i = 0; i < FINDING_LEVELS && ok; i++)
		ok = buf_fmt(buf, "%s %lld %s%s", i ? "," : "", (long long)counts[i], finding_level_names[i],
			     counts[i] == 1 ? "" : "s");
	ok = ok && buf_cstr(buf, len ? "\n\n| | where | what |\n|---|---|---|\n" : "\n");
	for (size_t i = 0; i < len && ok; i++) {
		const struct place *place = &findings[i].place;

		ok = buf_fmt(buf, "| %s | ", finding_level_names[findings[i].level]) &&
		     markdown_cell(buf, str_of(place->file)) && (!place->line || buf_fmt(buf, ":%u", place->line)) &&
		     buf_cstr(buf, " | ") && markdown_cell(buf, findings[i].text) && buf_cstr(buf, " |\n");
	}
	return ok && (!dropped || buf_fmt(buf, "\nand %zu more that are not shown\n", dropped));
}

bool findings_write(struct buf *buf, enum finding_format format, const struct finding *findings, size_t len,
		    size_t dropped)
{
	switch (format) {
	case FINDING_TEXT:
		return write_text(buf, findings, len, dropped);
	case FINDING_JSON:
		return write_json(buf, findings, len, dropped);
	case FINDING_GITHUB:
		return write_github(buf, findings, len, dropped);
	case FINDING_SARIF:
		return write_sarif(buf, findings, len, dropped);
	case FINDING_MARKDOWN:
		return write_markdown(buf, findings, len, dropped);
	}
	return false;
}
