#include "engine/settings_types.h"

#include "base/limits.h"
#include "base/num.h"
#include "net/address.h"
#include "net/url.h"

/* Paths in a file are meant from where the file is, not from where the daemon was started. */
static struct str beside_file(struct reader *reader, struct str path)
{
	const char *slash = reader->file ? strrchr(reader->file, '/') : NULL;

	if (!slash || path.len == 0 || path.at[0] == '/' || str_is(path, "-"))
		return arena_str(reader->arena, path);
	return arena_fmt(reader->arena, "%.*s/%.*s", (int)(slash - reader->file), reader->file, STR_ARG(path));
}

static bool read_path(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str *path = at;

	if (!field_text.read(reader, field, node, path))
		return false;
	*path = beside_file(reader, *path);
	return true;
}

static bool read_paths(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct settings *settings = (struct settings *)(void *)((char *)at - field->at);
	struct yaml_node *one = arena_alloc(reader->scratch, sizeof(*one)), *const *items = &one;
	size_t len = 1;
	bool ok = true;

	*one = *node;
	if (node->kind == YAML_LIST) {
		items = node->items;
		len = node->len;
	}
	settings->definitions = arena_array(reader->arena, len, sizeof(*settings->definitions));
	settings->definitions_len = len;
	for (size_t i = 0; i < len; i++)
		ok &= read_path(reader, field, items[i], &settings->definitions[i]);
	return ok;
}

static bool write_paths(struct buf *buf, const struct field *field, const void *at)
{
	const struct settings *settings = (const struct settings *)(const void *)((const char *)at - field->at);
	bool ok = buf_char(buf, '[');

	for (size_t i = 0; i < settings->definitions_len && ok; i++)
		ok = buf_cstr(buf, i ? ", " : "") && yaml_write_text(buf, settings->definitions[i]);
	return ok && buf_char(buf, ']');
}

static bool read_url(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str url;
	struct err err = {0};

	if (!field_scalar(reader, field, node, &url))
		return false;
	/* the text of `err` shows no credentials; the value itself might */
	if (!http_url_check(url, &err))
		return reader_error(reader, node, field->name, "url", "%s", err.text);
	*(struct str *)at = arena_str(reader->arena, url);
	return true;
}

static bool add_url(struct reader *reader, const struct field *field, const struct yaml_node *node,
		    struct settings *settings)
{
	struct str *grown, url;

	if (!read_url(reader, field, node, &url))
		return false;
	for (size_t i = 0; i < settings->alertmanagers_len; i++)
		if (str_eq(settings->alertmanagers[i], url))
			return reader_error(reader, node, field->name, "duplicate", "'%.*s' stands here twice",
					    VALUE_ARG(url));
	grown = arena_array(reader->arena, settings->alertmanagers_len + 1, sizeof(*grown));
	if (settings->alertmanagers_len)
		memcpy(grown, settings->alertmanagers, settings->alertmanagers_len * sizeof(*grown));
	grown[settings->alertmanagers_len++] = url;
	settings->alertmanagers = grown;
	return true;
}

enum { URLS_MAX = 16 };

/* A list in a file replaces; a flag adds. */
static bool read_urls(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct settings *settings = (struct settings *)(void *)((char *)at - field->at);
	bool ok = true;

	if (node->kind == YAML_SCALAR)
		return add_url(reader, field, node, settings);
	if (node->kind != YAML_LIST || node->len > URLS_MAX)
		return reader_error(reader, node, field->name, "wrong-type", "wants a list of at most %d URLs",
				    URLS_MAX);
	settings->alertmanagers_len = 0;
	for (size_t i = 0; i < node->len; i++)
		ok &= add_url(reader, field, node->items[i], settings);
	return ok;
}

static bool write_urls(struct buf *buf, const struct field *field, const void *at)
{
	const struct settings *settings = (const struct settings *)(const void *)((const char *)at - field->at);
	bool ok = buf_char(buf, '[');

	for (size_t i = 0; i < settings->alertmanagers_len && ok; i++)
		ok = buf_cstr(buf, i ? ", " : "") && yaml_write_text(buf, settings->alertmanagers[i]);
	return ok && buf_char(buf, ']');
}

static bool read_link(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str *link = at;

	if (node->kind == YAML_SCALAR && node->text.len == 0)
		return *link = STR(""), true;
	if (!read_url(reader, field, node, link))
		return false;
	while (str_ends(*link, STR("/")))
		link->len--;
	return true;
}

static bool read_address(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct address address;
	struct err err = {0};

	if (!field_text.read(reader, field, node, at))
		return false;
	return address_split(*(const struct str *)at, &address, &err) ||
	       reader_error(reader, node, field->name, "address", "%s", err.text);
}

static bool read_step(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct span step;

	if (!field_duration.read(reader, field, node, &step))
		return false;
	if (step.ms % SPAN_SECOND || SPAN_DAY % step.ms)
		return reader_error(
			reader, node, field->name, "step-grid",
			"'%.*s' does not divide a day into equal steps; 10s, 15s, 30s, 60s, 2m, 5m and 10m do",
			VALUE_ARG(node->text));
	*(struct span *)at = step;
	return true;
}

static const struct {
	const char *name;
	size_t bytes;
} byte_units[] = {{"GiB", MIB(1024)}, {"MiB", MIB(1)}, {"KiB", KIB(1)}, {"B", 1}, {"", 1}};
enum { BYTE_UNITS = sizeof(byte_units) / sizeof(byte_units[0]) };

static bool bytes_of(struct str text, uint64_t *bytes)
{
	for (size_t i = 0; i < BYTE_UNITS; i++) {
		struct str unit = str_of(byte_units[i].name);

		if (str_ends(text, unit))
			return num_read_u64(str_trim(str_slice(text, 0, text.len - unit.len)), bytes) &&
			       !__builtin_mul_overflow(*bytes, byte_units[i].bytes, bytes);
	}
	return false;
}

static bool write_size(struct buf *buf, const struct field *field, const void *at)
{
	size_t bytes = *(const size_t *)at, unit = 0;

	(void)field;
	while (bytes % byte_units[unit].bytes)
		unit++;
	return buf_fmt(buf, "%zu%s", bytes / byte_units[unit].bytes, byte_units[unit].name);
}

static bool read_size(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct str text;
	uint64_t bytes;

	if (!field_scalar(reader, field, node, &text))
		return false;
	if (!bytes_of(text, &bytes))
		return reader_error(reader, node, field->name, "wrong-type", "'%.*s' is not a size such as 256MiB",
				    VALUE_ARG(text));
	if ((double)bytes < field->min || (double)bytes > field->max)
		return reader_error(reader, node, field->name, "out-of-range",
				    "'%.*s' is out of range; it must be from %.0f to %.0f bytes", VALUE_ARG(text),
				    field->min, field->max);
	*(size_t *)at = (size_t)bytes;
	return true;
}

/* A token, as RFC 9110 has it for names of headers. */
static bool header_name_fine(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_alpha(name.at[i]) && !ascii_digit(name.at[i]) && !strchr("!#$%&'*+-.^_`|~", name.at[i]))
			return false;
	return name.len > 0;
}

static bool header_value_fine(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (((unsigned char)value.at[i] < 0x20 && value.at[i] != '\t') || value.at[i] == 0x7F)
			return false;
	return true;
}

/* These carry secrets, and settings are printed. */
static bool header_secret(struct str name)
{
	static const char *const names[] = {"authorization", "proxy-authorization", "cookie"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (name.len == strlen(names[i]) && str_distance(name, str_of(names[i]), 1) == 0)
			return true;
	return false;
}

/* These frame a message: they are the HTTP library's. */
static bool header_framing(struct str name)
{
	static const char *const names[] = {"content-length", "transfer-encoding", "connection", "host", "te",
					    "upgrade",        "accept-encoding",   "expect"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (name.len == strlen(names[i]) && str_distance(name, str_of(names[i]), 1) == 0)
			return true;
	return false;
}

static bool add_header(struct reader *reader, const struct field *field, const struct yaml_node *node,
		       struct http_settings *http, struct http_header header)
{
	struct http_header *grown;

	if (!header_name_fine(header.name) || !header_value_fine(header.value))
		return reader_error(reader, node, field->name, "header", "'%.*s' is not a legal header",
				    VALUE_ARG(header.name));
	if (header_framing(header.name))
		return reader_error(reader, node, field->name, "header",
				    "'%.*s' cannot be set: it belongs to the connection", VALUE_ARG(header.name));
	if (header_secret(header.name))
		return reader_error(reader, node, field->name, "header-secret",
				    "'%.*s' would be a secret in plain sight; use bearer_token_file or basic_auth",
				    VALUE_ARG(header.name));
	grown = arena_array(reader->arena, http->headers_len + 1, sizeof(*grown));
	if (http->headers_len)
		memcpy(grown, http->headers, http->headers_len * sizeof(*grown));
	grown[http->headers_len++] =
		(struct http_header){arena_str(reader->arena, header.name), arena_str(reader->arena, header.value)};
	http->headers = grown;
	return true;
}

enum { HEADERS_MAX = 32 };

/* A map in a file replaces; 'Name: value' of a flag adds. */
static bool read_headers(struct reader *reader, const struct field *field, const struct yaml_node *node, void *at)
{
	struct http_settings *http = at;
	bool ok = true;

	if (node->kind == YAML_SCALAR) {
		size_t colon = str_find(node->text, ':');
		struct http_header header = {str_trim(str_slice(node->text, 0, colon)),
					     str_trim(str_slice(node->text, colon + 1, node->text.len))};

		if (colon == node->text.len)
			return reader_error(reader, node, field->name, "header",
					    "'%.*s' is not of the form 'Name: value'", VALUE_ARG(node->text));
		return add_header(reader, field, node, http, header);
	}
	if (node->kind != YAML_MAP || node->len > HEADERS_MAX)
		return reader_error(reader, node, field->name, "wrong-type",
				    "wants a map of at most %d names and values", HEADERS_MAX);
	http->headers_len = 0;
	for (size_t i = 0; i < node->len; i++) {
		const struct yaml_pair *pair = &node->pairs[i];

		if (pair->value->kind != YAML_SCALAR)
			ok = reader_error(reader, pair->value, field->name, "wrong-type",
					  "the value of '%.*s' must be a text, not %s", VALUE_ARG(pair->key->text),
					  yaml_what(pair->value));
		else
			ok &= add_header(reader, field, pair->key, http,
					 (struct http_header){pair->key->text, pair->value->text});
	}
	return ok;
}

static bool write_headers(struct buf *buf, const struct field *field, const void *at)
{
	const struct http_settings *http = at;
	bool ok = buf_char(buf, '{');

	(void)field;
	for (size_t i = 0; i < http->headers_len && ok; i++)
		ok = buf_cstr(buf, i ? ", " : "") && yaml_write_text(buf, http->headers[i].name) &&
		     buf_cstr(buf, ": ") && yaml_write_text(buf, http->headers[i].value);
	return ok && buf_char(buf, '}');
}

static bool write_text(struct buf *buf, const struct field *field, const void *at)
{
	return field_text.write(buf, field, at);
}
static bool write_span(struct buf *buf, const struct field *field, const void *at)
{
	return field_duration.write(buf, field, at);
}

const struct field_type setting_path = {"a path", read_path, write_text, NULL};
const struct field_type setting_paths = {"a list of paths", read_paths, write_paths, NULL};
const struct field_type setting_url = {"a URL", read_url, write_text, NULL};
const struct field_type setting_step = {"a duration", read_step, write_span, NULL};
const struct field_type setting_size = {"a size", read_size, write_size, NULL};
const struct field_type setting_address = {"a text", read_address, write_text, NULL};
const struct field_type setting_urls = {"a list of URLs", read_urls, write_urls, NULL};
const struct field_type setting_link = {"a URL", read_link, write_text, NULL};
const struct field_type setting_headers = {"a map of texts", read_headers, write_headers, NULL};
