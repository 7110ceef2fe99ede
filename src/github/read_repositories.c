#include "github/read_parts.h"

/* Custom properties may be lists as well; only those that are one text can be compared with one. */
static void take_properties(const struct json_tree *properties, struct arena *arena, struct github_repository *out)
{
	const struct json_tree *value;
	struct str key;
	size_t most = json_tree_len(properties);

	out->property_names = arena_array(arena, most, sizeof(*out->property_names));
	out->property_values = arena_array(arena, most, sizeof(*out->property_values));
	for (void *at = NULL; json_tree_member(properties, &at, &key, &value);) {
		struct str text = json_tree_text(value);

		if (!text.at)
			continue;
		out->property_names[out->properties_len] = arena_str(arena, key);
		out->property_values[out->properties_len++] = arena_str(arena, text);
	}
}

static bool take_repository(const struct json_tree *repository, struct arena *arena, struct github_repository *out)
{
	*out = (struct github_repository){
		.full_name = read_text(repository, "full_name", arena),
		.default_branch = read_text(repository, "default_branch", arena),
		.archived = json_tree_is_true(json_tree_get(repository, "archived")),
		.disabled = json_tree_is_true(json_tree_get(repository, "disabled")),
		.fork = json_tree_is_true(json_tree_get(repository, "fork")),
		.is_private = json_tree_is_true(json_tree_get(repository, "private")),
		.no_issues = json_tree_is_false(json_tree_get(repository, "has_issues")),
		.pushed = read_time(repository, "pushed_at"),
	};
	out->topics = read_texts(json_tree_get(repository, "topics"), NULL, arena, &out->topics_len);
	take_properties(json_tree_get(repository, "custom_properties"), arena, out);
	return out->full_name.len > 0;
}

bool github_read_repositories(const struct json_tree *page, struct arena *arena, struct github_repositories *out,
			      struct err *err)
{
	struct read_list list;

	if (!read_list(page, json_tree_is_array(page) ? NULL : "repositories", &list, err))
		return false;
	*out = (struct github_repositories){.at = arena_array(arena, list.len, sizeof(*out->at)), .len = list.len};
	for (size_t i = 0; i < list.len; i++)
		if (!take_repository(json_tree_at(list.at, i), arena, &out->at[i]))
			return read_lacks(&list, i, "full_name", err);
	return true;
}

bool github_read_repository(const struct json_tree *page, struct arena *arena, struct github_repository *out,
			    struct err *err)
{
	return take_repository(page, arena, out) ||
	       err_set(err, "the repository in GitHub's answer has no 'full_name'");
}

static bool take_names(const struct read_list *list, struct arena *arena, struct str **names, size_t *len,
		       struct err *err)
{
	*names = arena_array(arena, list->len, sizeof(**names));
	*len = list->len;
	for (size_t i = 0; i < list->len; i++) {
		(*names)[i] = read_text(json_tree_at(list->at, i), "name", arena);
		if ((*names)[i].len == 0)
			return read_lacks(list, i, "name", err);
	}
	return true;
}

bool github_read_names(const struct json_tree *page, struct arena *arena, struct str **names, size_t *len,
		       struct err *err)
{
	struct read_list list;

	return read_list(page, NULL, &list, err) && take_names(&list, arena, names, len, err);
}

bool github_read_environments(const struct json_tree *page, struct arena *arena, struct str **names, size_t *len,
			      struct err *err)
{
	struct read_list list;

	return read_list(page, "environments", &list, err) && take_names(&list, arena, names, len, err);
}
