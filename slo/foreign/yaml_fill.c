#include "slo/foreign/yaml_fill.h"

#include "base/limits.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>

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

static bool put_variable(struct reader *reader, const struct yaml_node *node, struct str name, struct buf *out)
{
	const char *value;

	if (is_secret(name))
		return reader_error(
			reader, node, "${}", "environment",
			"the variable '%.*s' has the name of a secret, and what is written here shows up in "
			"pages and labels; give it another name",
			VALUE_ARG(name));
	value = getenv(arena_str(reader->scratch, name).at);
	if (!value)
		return reader_error(reader, node, "${}", "environment", "the environment variable '%.*s' is not set",
				    VALUE_ARG(name));
	return buf_cstr(out, value);
}

static bool fill_text(struct reader *reader, const struct yaml_node *node, struct buf *out)
{
	static const struct str window = STR_INIT("[window]");
	struct str text = node->text;
	size_t i = 0;

	while (i < text.len) {
		struct str rest = str_slice(text, i, text.len);
		size_t end = 2;

		if (str_starts(rest, window)) {
			buf_cstr(out, "[$window]");
			i += window.len;
			continue;
		}
		while (str_starts(rest, STR("${")) && end < rest.len && name_char(rest.at[end]))
			end++;
		if (end == 2 || end == rest.len || rest.at[end] != '}') {
			buf_char(out, rest.at[0]);
			i++;
			continue;
		}
		if (!put_variable(reader, node, str_slice(rest, 2, end), out))
			return false;
		i += end + 1;
	}
	return true;
}

static struct yaml_node *fill_scalar(struct reader *reader, const struct yaml_node *node)
{
	struct yaml_node *copy = arena_alloc(reader->scratch, sizeof(*copy));
	struct buf out;
	bool fine;

	*copy = *node;
	if (!memchr(node->text.at, '$', node->text.len) && !memchr(node->text.at, '[', node->text.len))
		return copy;
	buf_init(&out, LIMIT_FILE_BYTES);
	fine = fill_text(reader, node, &out);
	if (out.full)
		fine = reader_error(reader, node, "${}", "too-long", "is too long with its variables");
	copy->text = arena_str(reader->scratch, buf_view(&out));
	buf_release(&out);
	return fine ? copy : NULL;
}

const struct yaml_node *yaml_fill(struct reader *reader, const struct yaml_node *node)
{
	struct yaml_node *copy;
	bool fine = true;

	if (node->kind == YAML_SCALAR)
		return fill_scalar(reader, node);
	copy = arena_alloc(reader->scratch, sizeof(*copy));
	*copy = *node;
	copy->items = arena_array(reader->scratch, node->len, sizeof(*copy->items));
	copy->pairs = arena_array(reader->scratch, node->len, sizeof(*copy->pairs));
	for (size_t i = 0; i < node->len; i++) {
		const struct yaml_node *child = node->kind == YAML_LIST ? node->items[i] : node->pairs[i].value;
		struct yaml_node *filled = (struct yaml_node *)(uintptr_t)yaml_fill(reader, child);

		fine &= filled != NULL;
		if (node->kind == YAML_LIST)
			copy->items[i] = filled;
		else
			copy->pairs[i] = (struct yaml_pair){node->pairs[i].key, filled, node->pairs[i].merged};
	}
	return fine ? copy : NULL;
}
