#include "slo/foreign/yaml_fill.h"

#include "base/limits.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>

const char yaml_fill_fault[] = "environment";

static bool name_char(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_'; }

static bool is_secret(struct str name)
{
	static const char *const words[] = {"TOKEN", "SECRET", "PASS", "KEY", "CREDENTIAL", "AUTH"};
	char upper[64];
	size_t len = name.len < sizeof(upper) - 1 ? name.len : sizeof(upper) - 1;

	for (size_t i = 0; i < len; i++)
		upper[i] = name.at[i] >= 'a' && name.at[i] <= 'z' ? (char)(name.at[i] - 'a' + 'A') : name.at[i];
	upper[len] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strstr(upper, words[i]))
			return true;
	return name.len > len;
}

/* What has no value is its name, so that the rest of the document is looked at, too. */
static void put_variable(struct reader *reader, const struct yaml_node *node, struct str name, struct buf *out)
{
	const char *value = is_secret(name) ? NULL : getenv(arena_str(reader->scratch, name).at);

	if (value) {
		buf_cstr(out, value);
		return;
	}
	buf_str(out, name);
	if (is_secret(name))
		reader_error(reader, node, "${}", yaml_fill_fault,
			     "the variable '%.*s' has the name of a secret, and what is written here shows up in "
			     "pages and labels; give it another name",
			     VALUE_ARG(name));
	else
		reader_error(reader, node, "${}", yaml_fill_fault, "the environment variable '%.*s' is not set",
			     VALUE_ARG(name));
}

/* slo-generator replaces "[window" wherever it stands, in a subquery such as "[window:1m]", too. */
static bool is_window(struct str rest)
{
	static const struct str window = STR_INIT("[window");

	return str_starts(rest, window) && (rest.len == window.len || !name_char(rest.at[window.len]));
}

static void fill_text(struct reader *reader, const struct yaml_node *node, struct buf *out)
{
	struct str text = node->text;
	size_t i = 0;

	while (i < text.len) {
		struct str rest = str_slice(text, i, text.len);
		size_t end = 2;

		if (is_window(rest)) {
			buf_cstr(out, "[$window");
			i += strlen("[window");
			continue;
		}
		while (str_starts(rest, STR("${")) && end < rest.len && name_char(rest.at[end]))
			end++;
		if (end == 2 || end == rest.len || rest.at[end] != '}') {
			buf_char(out, rest.at[0]);
			i++;
			continue;
		}
		put_variable(reader, node, str_slice(rest, 2, end), out);
		i += end + 1;
	}
}

static struct yaml_node *fill_scalar(struct reader *reader, const struct yaml_node *node)
{
	struct yaml_node *copy = arena_alloc(reader->scratch, sizeof(*copy));
	struct buf out;

	*copy = *node;
	if (!memchr(node->text.at, '$', node->text.len) && !memchr(node->text.at, '[', node->text.len))
		return copy;
	buf_init(&out, LIMIT_FILE_BYTES);
	fill_text(reader, node, &out);
	if (out.full)
		reader_error(reader, node, "${}", yaml_fill_fault, "is too long with its variables");
	copy->text = arena_str(reader->scratch, buf_view(&out));
	buf_release(&out);
	return copy;
}

const struct yaml_node *yaml_fill(struct reader *reader, const struct yaml_node *node)
{
	struct yaml_node *copy;

	if (node->kind == YAML_SCALAR)
		return fill_scalar(reader, node);
	copy = arena_alloc(reader->scratch, sizeof(*copy));
	*copy = *node;
	copy->items = arena_array(reader->scratch, node->len, sizeof(*copy->items));
	copy->pairs = arena_array(reader->scratch, node->len, sizeof(*copy->pairs));
	for (size_t i = 0; i < node->len; i++) {
		const struct yaml_node *child = node->kind == YAML_LIST ? node->items[i] : node->pairs[i].value;
		struct yaml_node *filled = (struct yaml_node *)(uintptr_t)yaml_fill(reader, child);

		if (node->kind == YAML_LIST)
			copy->items[i] = filled;
		else
			copy->pairs[i] = (struct yaml_pair){node->pairs[i].key, filled, node->pairs[i].merged};
	}
	return copy;
}

static struct str as_written(struct arena *arena, struct str text)
{
	static const struct str window = STR_INIT("[$window");
	struct str made;
	struct buf out;

	buf_init(&out, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < text.len; i++) {
		buf_char(&out, text.at[i]);
		if (str_starts(str_slice(text, i, text.len), window))
			i++; /* the $ */
	}
	made = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return made;
}

static bool has_fault_at(const struct findings *findings, size_t from, struct place place)
{
	for (size_t i = from; i < findings->len; i++)
		if (findings->at[i].rule == yaml_fill_fault && findings->at[i].place.line == place.line &&
		    findings->at[i].place.col == place.col &&
		    str_eq(str_of(findings->at[i].place.file), str_of(place.file)))
			return true;
	return false;
}

void yaml_fill_settle(struct reader *reader, size_t from)
{
	struct findings *findings = reader->findings;
	size_t kept = from;

	for (size_t i = from; i < findings->len; i++) {
		struct finding one = findings->at[i];

		if (one.rule != yaml_fill_fault && has_fault_at(findings, from, one.place)) {
			findings->errors -= one.level == FINDING_ERROR;
			continue;
		}
		one.text = as_written(findings->arena, one.text);
		findings->at[kept++] = one;
	}
	findings->len = kept;
}
