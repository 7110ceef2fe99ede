/* What wick.yaml and the flags say: one plain struct, filled in by one table of fields. The defaults come first, then
 * the file, then flags. Owns its texts; secrets stay in their files until settings_finish. */
#ifndef WICK_ENGINE_SETTINGS_H
#define WICK_ENGINE_SETTINGS_H

#include "base/log.h"
#include "engine/engine.h"
#include "github/github.h"
#include "slo/definitions.h"
#include "source/source.h"

struct url_list {
	struct str *at; /* a NUL follows each */
	size_t len;
};

struct settings {
	struct arena arena;
	struct str *definitions; /* paths; a NUL follows each */
	size_t definitions_len;
	struct source_settings source; /* the default one; its name is empty */
	struct source_settings *named; /* the others, as the file has them */
	size_t named_len;
	const struct source_settings *sources; /* all, the default one first: ready to be used after settings_finish */
	size_t sources_len;
	struct engine_options engine;
	struct url_list alertmanagers;          /* that alerts are posted to */
	struct http_settings alertmanager_http; /* ready to be used after settings_finish */
	struct str alertmanager_password_file;
	struct span resend;
	bool import_silences;
	struct url_list silence_tellers; /* as given; settings_silence_tellers are those that are asked */
	struct str silence_comment;      /* only those whose comment begins so; empty: all */
	struct span silence_interval;
	struct github_settings github; /* its url is empty by default: settings_github says what is asked */
	unsigned github_installation;
	struct str github_webhook_secret_file;
	struct span delivery_interval, delivery_history;
	struct str facts;             /* empty: beside the store; settings_facts says where */
	struct str report_folder;     /* where reports of periods are written; empty: none are */
	enum period_unit report_unit; /* of which periods */
	struct str report_zone;
	int report_format;               /* as exporters/reports/period_report.h has them */
	struct calendar report_calendar; /* ready to be used after settings_finish */
	struct str external_url;         /* wick's own address, for people; empty: none */
	struct str store;                /* empty: memory only */
	struct str listen;
	bool reload; /* POST /-/reload */
	bool watch;  /* changes of definition files are taken up by themselves */
	struct span watch_interval;
	enum log_format log_format;
	enum log_level log_level;
	struct str test_clock; /* a file with the time, moved by tests; empty: the system's clock */
};

void settings_init(struct settings *settings); /* the defaults */
void settings_release(struct settings *settings);

/* Reads wick.yaml over what is there. Paths in it are relative to its folder. What is wrong goes to `findings`, all of
 * it; true if nothing was. */
bool settings_read_file(struct settings *settings, const char *path, struct findings *findings);
bool settings_read_text(struct settings *settings, const char *path, struct str text, struct findings *findings);

/* A flag over what is there: `name` without its dashes; `value` is not looked at for a switch. --header adds one each
 * time. */
bool settings_flag(struct settings *settings, const char *name, const char *value, struct err *err);
/* The PATH arguments: they replace the definitions. */
void settings_paths(struct settings *settings, const char *const *paths, size_t len);

/* What must fit together, and passwords read from their files. The last call before the settings are used. */
bool settings_finish(struct settings *settings, struct err *err);

/* Looks up where the set's SLOs are counted (slo/sources.h), by the settings' sources. */
void settings_find_sources(const struct settings *settings, struct slo_set *set);

/* The Alertmanagers whose silences are imported. */
static inline struct url_list settings_silence_tellers(const struct settings *settings)
{
	return settings->silence_tellers.len ? settings->silence_tellers : settings->alertmanagers;
}

/* Whether GitHub is asked: its URL is given, or somebody to ask as. */
bool settings_github_asked(const struct settings *settings);
/* Where facts of deliveries are kept, a NUL follows: beside the store by default. Empty: memory only. */
struct str settings_facts(struct settings *settings);

/* All settings as understood: YAML that settings_read_text reads back. Secrets are the names of their files. */
bool settings_print(struct buf *buf, const struct settings *settings);

/* The flags, in the table's order: for --help. */
struct setting_flag {
	const char *name;  /* "source" */
	const char *value; /* "URL"; NULL: a switch */
	const char *help;  /* one sentence, with the default */
	bool repeats, hidden;
};
size_t settings_flags(const struct setting_flag **flags);

/* The reference of wick.yaml as Markdown, from the same table. */
bool settings_reference(struct buf *buf);

#endif
