#include "engine/settings.h"

#include "base/file.h"
#include "base/limits.h"
#include "engine/settings_fields.h"
#include "slo/sources.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static const struct setting *row_of(struct str path)
{
	for (const struct setting *row = settings_table; row->path; row++)
		if (str_is(path, row->path))
			return row;
	return NULL;
}

bool setting_read(struct settings *settings, const struct setting *row, const struct field *field, char *base,
		  const char *value, struct findings *findings)
{
	struct yaml_node node = {.kind = YAML_SCALAR, .quoted = true, .text = str_of(value)};
	struct arena scratch;
	struct reader reader = {.arena = &settings->arena, .scratch = &scratch, .findings = findings};
	bool ok;

	arena_init(&scratch);
	ok = field->type->read(&reader, field, &node, base + row->field.at);
	arena_release(&scratch);
	return ok;
}

void settings_init(struct settings *settings)
{
	struct findings findings;

	*settings = (struct settings){.engine.check_source_clock = true};
	arena_init(&settings->arena);
	findings_init(&findings, &settings->arena, 1);
	for (const struct setting *row = settings_table; row->path; row++)
		if (row->field.fallback) {
			bool read = setting_read(settings, row, &row->field, (char *)settings, row->field.fallback,
						 &findings);

			assert(read);
			(void)read;
		}
	findings_release(&findings);
}

void settings_release(struct settings *settings)
{
	secret_free(settings->source.http.password);
	for (size_t i = 0; i < settings->named_len; i++)
		secret_free(settings->named[i].http.password);
	secret_free(settings->alertmanager_http.password);
	secret_free(settings->github.token);
	arena_release(&settings->arena);
	*settings = (struct settings){.definitions = NULL};
}

/* A section of the file; the whole file has an empty path. */
struct section {
	struct reader *reader;
	char *base;             /* that the offsets of its rows are of */
	struct str path, shown; /* "source.tls" in the table; "sources.eu.tls" in the file */
};

static struct str below(const struct section *section, struct str path, struct str key)
{
	if (path.len == 0)
		return key;
	return arena_fmt(section->reader->scratch, "%.*s.%.*s", STR_ARG(path), STR_ARG(key));
}

/* The part of a row's path that names a key of the section, or an empty text. */
static struct str key_of(const struct section *section, const struct setting *row)
{
	struct str path = str_of(row->path);

	if (section->path.len) {
		if (!str_starts(path, section->path) || path.len <= section->path.len ||
		    path.at[section->path.len] != '.')
			return STR("");
		path = str_slice(path, section->path.len + 1, path.len);
	}
	return str_slice(path, 0, str_find(path, '.'));
}

static bool is_section(struct str path)
{
	for (const struct setting *row = settings_table; row->path; row++)
		if (str_starts(str_of(row->path), path) && row->path[path.len] == '.')
			return true;
	return false;
}

enum { KEYS_MAX = 64 };

static void unknown_setting(const struct section *section, const struct yaml_node *key)
{
	const char *names[KEYS_MAX];
	size_t len = 0;

	for (const struct setting *row = settings_table; row->path && len < KEYS_MAX; row++) {
		struct str name = key_of(section, row);

		if (name.len)
			names[len++] = arena_str(section->reader->scratch, name).at;
	}
	reader_unknown_key(section->reader, key, section->shown.len ? section->shown.at : "the settings", names, len);
}

static void read_section(const struct section *section, const struct yaml_node *map)
{
	if (map->kind != YAML_MAP) {
		reader_error(section->reader, map, section->shown.len ? section->shown.at : "", "wrong-type",
			     "wants a map of keys and values, not %s", yaml_what(map));
		return;
	}
	for (size_t i = 0; i < map->len; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		struct section inner = *section;
		const struct setting *row;

		inner.path = below(section, section->path, pair->key->text);
		inner.shown = below(section, section->shown, pair->key->text);
		row = row_of(inner.path);
		if (row && !yaml_null(pair->value)) {
			struct field field = row->field;

			field.name = inner.shown.at;
			field.type->read(section->reader, &field, pair->value, section->base + field.at);
		} else if (!row && is_section(inner.path)) {
			if (!yaml_null(pair->value))
				read_section(&inner, pair->value);
		} else if (!row) {
			unknown_setting(section, pair->key);
		}
	}
}

void settings_read_section(struct reader *reader, char *base, struct str path, struct str shown,
			   const struct yaml_node *map)
{
	read_section(&(struct section){reader, base, path, shown}, map);
}

bool settings_read_text(struct settings *settings, const char *path, struct str text, struct findings *findings)
{
	struct arena scratch;
	struct reader reader = {.arena = &settings->arena,
				.file = arena_str(&settings->arena, str_of(path)).at,
				.source = text,
				.scratch = &scratch,
				.findings = findings};
	struct section whole = {&reader, (char *)settings, STR(""), STR("")};
	size_t errors = findings->errors;
	struct yaml_file yaml;

	arena_init(&scratch);
	yaml_read(&scratch, text, &yaml);
	for (size_t i = 0; i < yaml.faults_len; i++)
		findings_add(findings, FINDING_ERROR,
			     (struct place){reader.file, yaml.faults[i].line, yaml.faults[i].col}, STR(""), "yaml",
			     "%.*s", STR_ARG(yaml.faults[i].text));
	if (yaml.len > 1)
		reader_error(&reader, yaml.documents[1], "", "yaml", "settings are one document, and this is another");
	if (yaml.len && !yaml_null(yaml.documents[0]))
		read_section(&whole, yaml.documents[0]);
	arena_release(&scratch);
	return findings->errors == errors;
}

bool settings_read_file(struct settings *settings, const char *path, struct findings *findings)
{
	struct err err = {0};
	struct buf text;
	bool ok;

	buf_init(&text, LIMIT_FILE_BYTES);
	ok = file_read(path, &text, &err);
	if (ok)
		ok = settings_read_text(settings, path, buf_view(&text), findings);
	else
		findings_add(findings, FINDING_ERROR,
			     (struct place){arena_str(&settings->arena, str_of(path)).at, 0, 0}, STR(""), "unreadable",
			     "%s", err.text);
	buf_release(&text);
	return ok;
}

bool settings_flag(struct settings *settings, const char *name, const char *value, struct err *err)
{
	const struct setting *row = settings_table;
	struct findings findings;
	struct field field;
	char shown[64];
	bool ok;

	while (row->path && !(row->flag.name && strcmp(row->flag.name, name) == 0))
		row++;
	if (!row->path)
		return err_set(err, "there is no setting '--%s'", name);
	snprintf(shown, sizeof(shown), "--%s", name);
	field = row->field;
	field.name = shown;
	findings_init(&findings, &settings->arena, 1);
	ok = setting_read(settings, row, &field, (char *)settings, row->switched ? row->switched : value, &findings);
	if (!ok)
		err_set(err, "%.*s", STR_ARG(findings.at[0].text));
	findings_release(&findings);
	return ok;
}

void settings_paths(struct settings *settings, const char *const *paths, size_t len)
{
	settings->definitions = arena_array(&settings->arena, len, sizeof(*settings->definitions));
	settings->definitions_len = len;
	for (size_t i = 0; i < len; i++)
		settings->definitions[i] = arena_str(&settings->arena, str_of(paths[i]));
}

/* What must fit together of the way to one server, whose settings begin with `name`; reads the password. */
static bool finish_http(struct http_settings *http, struct str password_file, const char *name, struct err *err)
{
	if (http->user.len && http->bearer_file.len)
		return err_set(err,
			       "%s.basic_auth and %s.bearer_token_file are both set; a request carries one of them",
			       name, name);
	if ((http->user.len > 0) != (password_file.len > 0))
		return err_set(err, "%s.basic_auth wants both username and password_file", name);
	if ((http->cert_file.len > 0) != (http->key_file.len > 0))
		return err_set(err, "%s.tls wants both cert_file and key_file", name);
	if (password_file.len && !http->password)
		http->password = secret_read(password_file.at, err);
	return !password_file.len || http->password;
}

static bool finish_source(struct settings *settings, struct source_settings *source, struct err *err)
{
	const char *name = "source";

	if (source->name.len)
		name = arena_fmt(&settings->arena, "sources.%.*s", STR_ARG(source->name)).at;
	return finish_http(&source->http, source->password_file, name, err);
}

static bool finish_silences(const struct settings *settings, struct err *err)
{
	return !settings->import_silences || settings_silence_tellers(settings).len > 0 ||
	       err_set(err, "silences.import is set, and no Alertmanager is: give alertmanager.urls or silences.urls");
}

/* Where there is somebody to ask as, github.com is meant unless another host is said. */
static bool finish_github(struct settings *settings, struct err *err)
{
	struct github_settings *github = &settings->github;
	const char *token = getenv("GITHUB_TOKEN");

	if (github->token_file.len && github->app_id.len)
		return err_set(err, "github.token_file and github.app_id are both set; a request carries one of them");
	if ((github->app_id.len > 0) != (github->app_key_file.len > 0))
		return err_set(err, "a GitHub App wants both github.app_id and github.app_key_file");
	if (token && *token && !github->token && !github->token_file.len && !github->app_id.len)
		github->token = secret_new(str_of(token));
	if (settings_github_asked(settings) && !github->url.len)
		github->url = STR("https://api.github.com");
	github->app_installation = settings->github_installation;
	return true;
}

/* Ledgers remember the bounds of the periods that are reported. */
static bool finish_report(struct settings *settings, struct err *err)
{
	settings->report_calendar = (struct calendar){
		.unit = settings->report_unit, .count = 1, .zone = zone_find(settings->report_zone, err)};
	if (!settings->report_calendar.zone)
		return err_prefix(err, "report.time_zone");
	settings->engine.counting.reported = settings->report_folder.len ? &settings->report_calendar : NULL;
	return true;
}

bool settings_finish(struct settings *settings, struct err *err)
{
	const struct counting_options *counting = &settings->engine.counting;
	struct source_settings *all = arena_array(&settings->arena, settings->named_len + 1, sizeof(*all));

	if (counting->horizon.ms < counting->lookback.ms)
		return err_set(err, "horizon '%s' is shorter than lookback '%s'", span_text(counting->horizon).text,
			       span_text(counting->lookback).text);
	if (!finish_source(settings, &settings->source, err))
		return false;
	all[0] = settings->source;
	for (size_t i = 0; i < settings->named_len; i++) {
		if (!finish_source(settings, &settings->named[i], err))
			return false;
		all[i + 1] = settings->named[i];
	}
	settings->sources = all;
	settings->sources_len = settings->named_len + 1;
	return finish_silences(settings, err) && finish_github(settings, err) && finish_report(settings, err) &&
	       finish_http(&settings->alertmanager_http, settings->alertmanager_password_file, "alertmanager", err);
}

bool settings_github_asked(const struct settings *settings)
{
	const struct github_settings *github = &settings->github;

	return github->url.len || github->token || github->token_file.len || github->app_id.len;
}

struct str settings_facts(struct settings *settings)
{
	if (settings->facts.len || !settings->store.len)
		return settings->facts;
	return arena_fmt(&settings->arena, "%.*s.facts", STR_ARG(settings->store));
}

void settings_find_sources(const struct settings *settings, struct slo_set *set)
{
	struct str names[LIMIT_SOURCES + 1];

	for (size_t i = 0; i < settings->sources_len; i++)
		names[i] = settings->sources[i].name;
	slo_set_find_sources(set, names, settings->sources_len);
}
