/* The types of settings that definitions do not have. */
#ifndef WICK_ENGINE_SETTINGS_TYPES_H
#define WICK_ENGINE_SETTINGS_TYPES_H

#include "engine/settings_fields.h"

extern const struct field_type setting_path;    /* struct str: relative to the folder of its file */
extern const struct field_type setting_paths;   /* settings->definitions: one path or a list */
extern const struct field_type setting_url;     /* struct str: http or https, without credentials */
extern const struct field_type setting_urls;    /* settings->alertmanagers: one URL or a list; a flag adds one */
extern const struct field_type setting_link;    /* struct str: a URL, or empty */
extern const struct field_type setting_address; /* struct str: to listen on */
extern const struct field_type setting_step;    /* struct span: divides a day */
extern const struct field_type setting_size;    /* size_t: bytes, "256MiB" */
extern const struct field_type setting_sources; /* settings->named: a map of names and sections; replaces the list */
extern const struct field_type setting_headers; /* struct http_settings: a map replaces its headers, a text adds one */

#endif
