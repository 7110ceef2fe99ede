#include "github/read_parts.h"

#include "base/num.h"

bool read_list(const struct json_tree *page, const char *key, struct read_list *list, struct err *err)
{
	list->at = key ? json_tree_get(page, key) : page;
	list->name = key ? key : "the list";
	list->len = json_tree_len(list->at);
	if (json_tree_is_array(list->at))
		return true;
	return key ? err_set(err, "GitHub's answer has no list '%s'", key) : err_set(err, "GitHub's answer is no list");
}

size_t read_total(const struct json_tree *page, const struct read_list *list)
{
	double total;

	if (!json_tree_number(json_tree_get(page, "total_count"), &total) || !num_whole(total) || total < 0)
		return list->len;
	return (size_t)total;
}

bool read_lacks(const struct read_list *list, size_t index, const char *key, struct err *err)
{
	return err_set(err, "element %zu of '%s' in GitHub's answer has no '%s'", index + 1, list->name, key);
}

struct str read_text(const struct json_tree *object, const char *key, struct arena *arena)
{
	struct str text = json_tree_text(json_tree_get(object, key));

	return text.len ? arena_str(arena, text) : (struct str){0};
}

struct str read_inner(const struct json_tree *object, const char *key, const char *inner, struct arena *arena)
{
	return read_text(json_tree_get(object, key), inner, arena);
}

bool read_id(const struct json_tree *object, const char *key, int64_t *id)
{
	double number;

	if (!json_tree_number(json_tree_get(object, key), &number) || !num_whole(number) || number < 1)
		return false;
	*id = (int64_t)number;
	return true;
}

unsigned read_count(const struct json_tree *object, const char *key, unsigned otherwise)
{
	int64_t id;

	return read_id(object, key, &id) && id <= INT32_MAX ? (unsigned)id : otherwise;
}

struct instant read_time(const struct json_tree *object, const char *key)
{
	struct str text = json_tree_text(json_tree_get(object, key));
	struct instant time = {0};

	if (text.len == 0 || !instant_read(text, &time))
		return (struct instant){0};
	return time;
}

const struct str *read_texts(const struct json_tree *array, const char *name, struct arena *arena, size_t *len)
{
	size_t most = json_tree_is_array(array) ? json_tree_len(array) : 0;
	struct str *texts = most ? arena_array(arena, most, sizeof(*texts)) : NULL;

	*len = 0;
	for (size_t i = 0; i < most; i++) {
		const struct json_tree *element = json_tree_at(array, i);
		struct str text = json_tree_text(element);

		if (!text.at && name)
			text = json_tree_text(json_tree_get(element, name));
		if (text.len)
			texts[(*len)++] = arena_str(arena, text);
	}
	return texts;
}

bool read_is_bot(const struct json_tree *account, struct str name)
{
	return str_eq(json_tree_text(json_tree_get(account, "type")), STR("Bot")) || str_ends(name, STR("[bot]"));
}

struct instant read_earlier(struct instant a, struct instant b)
{
	if (a.ms == 0 || (b.ms != 0 && b.ms < a.ms))
		return b;
	return a;
}

static bool hex(char c) { return ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); }

/* What git writes below the subject of a revert. A short sha is none that can be looked for. */
static struct str reverted(struct str body)
{
	static const char mark[] = "This reverts commit";
	const char *found = memmem(body.at ? body.at : "", body.len, mark, strlen(mark));
	size_t from, to;

	if (!found)
		return (struct str){0};
	from = (size_t)(found - body.at) + strlen(mark);
	while (from < body.len && ascii_space(body.at[from]))
		from++;
	for (to = from; to < body.len && hex(body.at[to]);)
		to++;
	return to - from == 40 || to - from == 64 ? str_slice(body, from, to) : (struct str){0};
}

/* "owner/name" is a part of the path. */
static bool is_of(struct str url, struct str name)
{
	for (size_t i = 0; i + name.len + 2 <= url.len; i++)
		if (url.at[i] == '/' && url.at[i + 1 + name.len] == '/' &&
		    str_alike(str_slice(url, i + 1, i + 1 + name.len), name))
			return true;
	return false;
}

/* "#12" at the beginning of the text. */
static struct str pull_number(struct str text)
{
	enum { DIGITS_MOST = 18 };
	size_t to = 1;

	if (!str_starts(text, STR("#")))
		return (struct str){0};
	while (to < text.len && ascii_digit(text.at[to]))
		to++;
	if (to == 1 || to > DIGITS_MOST || text.at[1] == '0' ||
	    (to < text.len && (ascii_alpha(text.at[to]) || text.at[to] == '_')))
		return (struct str){0};
	return str_slice(text, 0, to);
}

struct str read_reverted_pull(struct str text, struct str url, struct arena *arena)
{
	static const struct str mark = STR_INIT("Reverts ");

	for (struct str rest = text; rest.len;) {
		size_t end = str_find(rest, '\n');
		struct str line = str_trim(str_slice(rest, 0, end)), name;
		struct str number;

		rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
		if (!str_starts(line, mark))
			continue;
		line = str_slice(line, mark.len, line.len);
		name = str_slice(line, 0, str_find(line, '#'));
		number = pull_number(str_slice(line, name.len, line.len));
		if (number.len && (!name.len || is_of(url, name)))
			return arena_str(arena, number);
	}
	return (struct str){0};
}

bool read_commit(const struct json_tree *object, struct arena *arena, struct fact_commit *out)
{
	const struct json_tree *commit = json_tree_get(object, "commit"), *account = json_tree_get(object, "author");
	struct str message = json_tree_text(json_tree_get(commit, "message"));
	size_t line = str_find(message, '\n');

	*out = (struct fact_commit){
		.sha = read_text(object, "sha", arena),
		.author = read_text(account, "login", arena),
		.authored = read_time(json_tree_get(commit, "author"), "date"),
		.committed = read_time(json_tree_get(commit, "committer"), "date"),
		.subject = arena_str(arena, str_trim(str_slice(message, 0, line))),
		.reverts = arena_str(arena, reverted(str_slice(message, line, message.len))),
	};
	if (out->reverts.len == 0)
		out->reverts = read_reverted_pull(message, json_tree_text(json_tree_get(object, "url")), arena);
	if (out->author.len == 0)
		out->author = read_inner(commit, "author", "name", arena);
	out->bot = read_is_bot(account, out->author);
	out->parents = read_texts(json_tree_get(object, "parents"), "sha", arena, &out->parents_len);
	return out->sha.len > 0;
}
