#include "slo/corrections/silence.h"

#include "base/limits.h"
#include "format/json_tree.h"
#include "format/json_write.h"

/* What comes from a person becomes one line, as the reason of an exclusion is; it is cut between characters. */
static struct str one_line(struct arena *arena, struct str text, size_t most)
{
	struct str trimmed = str_trim(text);
	size_t len = trimmed.len, at = 0;
	char *line;

	while (len > most && at < trimmed.len) {
		size_t next = at;

		str_rune(trimmed, &next);
		if (next > most)
			len = at;
		at = next;
	}
	line = arena_alloc(arena, len + 1);
	for (size_t i = 0; i < len; i++)
		line[i] = (unsigned char)trimmed.at[i] < ' ' || trimmed.at[i] == 0x7f ? ' ' : trimmed.at[i];
	return str_trim((struct str){line, len});
}

/* UUIDs, as all Alertmanagers have made them so far; ULIDs and the like would do. */
static bool id_ok(struct str id)
{
	bool ok = id.len > 0 && id.len <= LIMIT_SILENCE_ID_BYTES;

	for (size_t i = 0; i < id.len && ok; i++)
		ok = ascii_digit(id.at[i]) || ascii_alpha(id.at[i]) || id.at[i] == '-' || id.at[i] == '_';
	return ok;
}

/* Go writes up to nine decimals; what is below a millisecond is nothing here. */
static bool read_moment(const struct json_tree *entry, const char *key, struct instant *instant)
{
	struct str text = json_tree_text(json_tree_get(entry, key));
	size_t dot = str_find(text, '.'), end = dot;
	char short_[48];

	if (!text.at || text.len >= sizeof(short_))
		return false;
	for (end += dot < text.len; end < text.len && ascii_digit(text.at[end]);)
		end++;
	if (end <= dot + 4)
		return instant_read(text, instant) && instant->ms > 0;
	memcpy(short_, text.at, dot + 4);
	memcpy(short_ + dot + 4, text.at + end, text.len - end);
	return instant_read((struct str){short_, dot + 4 + text.len - end}, instant) && instant->ms > 0;
}

/* Alertmanagers before 0.22 know no isEqual. */
static bool read_matcher(struct arena *arena, const struct json_tree *tree, struct promql_matcher *matcher)
{
	struct str name = json_tree_text(json_tree_get(tree, "name"));
	struct str value = json_tree_text(json_tree_get(tree, "value"));
	bool not_equal = json_tree_is_false(json_tree_get(tree, "isEqual"));
	bool regex = json_tree_is_true(json_tree_get(tree, "isRegex"));

	if (!name.len || !value.at || value.len > LIMIT_PROMQL_BYTES)
		return false;
	matcher->name = arena_str(arena, name);
	matcher->value = arena_str(arena, value);
	if (regex)
		matcher->op = not_equal ? MATCH_NRE : MATCH_RE;
	else
		matcher->op = not_equal ? MATCH_NE : MATCH_EQ;
	return true;
}

static bool read_matchers(struct arena *arena, const struct json_tree *tree, struct silence *silence)
{
	size_t len = json_tree_is_array(tree) ? json_tree_len(tree) : 0;

	if (len == 0 || len > LIMIT_SILENCE_MATCHERS)
		return false;
	silence->matchers = arena_array(arena, len, sizeof(*silence->matchers));
	silence->matchers_len = len;
	for (size_t i = 0; i < len; i++)
		if (!read_matcher(arena, json_tree_at(tree, i), &silence->matchers[i]))
			return false;
	return true;
}

static bool read_silence(struct arena *arena, const struct json_tree *entry, struct str url, struct silence *silence,
			 struct err *err)
{
	struct str id = json_tree_text(json_tree_get(entry, "id"));
	struct str at = json_tree_text(json_tree_get(entry, "url"));

	*silence = (struct silence){.url = url.len || !at.at ? url : arena_str(arena, at)};
	if (!id.at || !id_ok(id))
		return err_set(err, "a silence has no id, or a strange one");
	silence->id = arena_str(arena, id);
	silence->comment = one_line(arena, json_tree_text(json_tree_get(entry, "comment")), LIMIT_REASON_BYTES);
	silence->author = one_line(arena, json_tree_text(json_tree_get(entry, "createdBy")), LIMIT_NAME_BYTES);
	if (!read_moment(entry, "startsAt", &silence->begin) || !read_moment(entry, "endsAt", &silence->end))
		return err_set(err, "the silence '%.*s' has no startsAt or no endsAt that is a time", STR_ARG(id));
	if (!read_moment(entry, "updatedAt", &silence->updated))
		silence->updated = (struct instant){0};
	silence->lost = json_tree_is_true(json_tree_get(entry, "lost"));
	return read_matchers(arena, json_tree_get(entry, "matchers"), silence) ||
	       err_set(err, "the silence '%.*s' has no matchers, or one without name or value, or more than %d",
		       STR_ARG(id), LIMIT_SILENCE_MATCHERS);
}

bool silences_read(struct arena *arena, struct str json, struct str url, struct silence_list *list, struct err *err)
{
	struct json_tree *tree = json_tree_read(json, err);
	size_t len = json_tree_is_array(tree) ? json_tree_len(tree) : 0;

	*list = (struct silence_list){arena_array(arena, len, sizeof(*list->at)), .len = 0};
	if (tree && !json_tree_is_array(tree))
		err_set(err, "it is no list of silences");
	for (size_t i = 0; i < len; i++) {
		struct err why = {0};

		if (read_silence(arena, json_tree_at(tree, i), url, &list->at[list->len], &why))
			list->len++;
		else if (list->unread++ == 0)
			list->why = why;
	}
	len = json_tree_is_array(tree);
	json_tree_free(tree);
	return len;
}

static void write_silence(struct json_writer *json, const struct silence *silence)
{
	json_object(json);
	json_key_text(json, "id", silence->id);
	json_key_text(json, "url", silence->url);
	json_key_text(json, "comment", silence->comment);
	json_key_text(json, "createdBy", silence->author);
	json_key_text(json, "startsAt", str_of(instant_text(silence->begin).text));
	json_key_text(json, "endsAt", str_of(instant_text(silence->end).text));
	if (silence->updated.ms)
		json_key_text(json, "updatedAt", str_of(instant_text(silence->updated).text));
	json_key(json, "lost");
	json_bool(json, silence->lost);
	json_key(json, "matchers");
	json_array(json);
	for (size_t i = 0; i < silence->matchers_len; i++) {
		enum match_op op = silence->matchers[i].op;

		json_object(json);
		json_key_text(json, "name", silence->matchers[i].name);
		json_key_text(json, "value", silence->matchers[i].value);
		json_key(json, "isRegex");
		json_bool(json, op == MATCH_RE || op == MATCH_NRE);
		json_key(json, "isEqual");
		json_bool(json, op == MATCH_EQ || op == MATCH_RE);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

bool silences_write(struct buf *buf, const struct silence_list *list)
{
	struct json_writer json;

	json_begin(&json, buf, false);
	json_array(&json);
	for (size_t i = 0; i < list->len; i++)
		write_silence(&json, &list->at[i]);
	json_array_end(&json);
	return !buf->full;
}

struct silence silence_copy(struct arena *arena, const struct silence *silence)
{
	struct silence copy = *silence;

	copy.id = arena_str(arena, silence->id);
	copy.comment = arena_str(arena, silence->comment);
	copy.author = arena_str(arena, silence->author);
	copy.url = arena_str(arena, silence->url);
	copy.matchers = arena_array(arena, silence->matchers_len, sizeof(*copy.matchers));
	for (size_t i = 0; i < silence->matchers_len; i++)
		copy.matchers[i] =
			(struct promql_matcher){arena_str(arena, silence->matchers[i].name),
						arena_str(arena, silence->matchers[i].value), silence->matchers[i].op};
	return copy;
}

bool silence_matchers_write(struct buf *buf, const struct silence *silence)
{
	const struct promql_node selector = {
		.kind = PROMQL_SELECTOR, .matchers = silence->matchers, .matchers_len = silence->matchers_len};

	return promql_print(buf, &selector);
}
