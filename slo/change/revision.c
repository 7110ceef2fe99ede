#include "slo/change/revision.h"

#include "base/child.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "slo/definition_paths.h"

#include <stdlib.h>
#include <sys/stat.h>

/* What git's hooks set: for the repository that they run in, not for the one of the paths. */
static const char *const hook_variables[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", NULL};

/* One path of the command line. */
struct asked {
	const char *revision, *path;
	struct str folder; /* the nearest that is there now: git is run in it */
	const char *rest;  /* what is below it; "." for the folder itself */
	struct arena *arena;
};

struct texts {
	struct definition_text *at;
	size_t len, cap;
};

enum { GIT_WORDS = 16 };

static bool git(const struct asked *asked, const char *const *words, struct str input, struct buf *out,
		struct str *said, int *code, struct err *err)
{
	const char *argv[GIT_WORDS] = {"git", "-C", asked->folder.at, "--literal-pathspecs"};
	struct buf messages;
	struct child child = {.argv = argv, .without = hook_variables, .input = input, .out = out, .said = &messages};
	bool ok;

	for (size_t i = 0; words[i]; i++)
		argv[4 + i] = words[i];
	buf_init(&messages, LIMIT_FILE_BYTES);
	ok = child_run(&child, err);
	*code = child.code;
	*said = str_trim(arena_str(asked->arena, buf_view(&messages)));
	*said = str_slice(*said, 0, str_find(*said, '\n'));
	buf_release(&messages);
	return ok;
}

/* The same where only exit 0 is well. */
static bool git_well(const struct asked *asked, const char *const *words, struct str input, struct buf *out,
		     struct err *err)
{
	struct str said;
	int code;

	if (!git(asked, words, input, out, &said, &code, err))
		return false;
	return code == 0 ||
	       err_set(err, "cannot read '%s' at '%s': git says '%.*s'", asked->path, asked->revision, STR_ARG(said));
}

/* A revision's name as that of its commit, so that nothing in it is an option or has another meaning elsewhere. */
static bool find_commit(const struct asked *asked, struct str *commit, struct err *err)
{
	struct str name = arena_fmt(asked->arena, "%s^{commit}", asked->revision), said;
	const char *const words[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", name.at, NULL};
	struct buf out;
	bool ok;
	int code;

	buf_init(&out, LIMIT_LINE_BYTES);
	ok = git(asked, words, STR(""), &out, &said, &code, err);
	if (ok && code != 0)
		ok = said.len ? err_set(err, "cannot read '%s' at '%s': git says '%.*s'", asked->path, asked->revision,
					STR_ARG(said))
			      : err_set(err,
					"there is no revision '%s' in the repository of '%s'; a shallow clone has only "
					"the newest ones",
					asked->revision, asked->path);
	*commit = arena_str(asked->arena, str_trim(buf_view(&out)));
	buf_release(&out);
	return ok;
}

static bool is_folder(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* "slos/a.yaml" is "a.yaml" in "slos", or all of it in "." where "slos" is not there any more. */
static void split(struct asked *asked)
{
	struct str path = str_of(asked->path);

	while (str_starts(path, STR("./")) && path.len > 2 && path.at[2] != '/')
		path = str_slice(path, 2, path.len);
	while (path.len > 1 && path.at[path.len - 1] == '/')
		path.len--;
	path = asked->folder = arena_str(asked->arena, path);
	asked->rest = ".";
	while (!is_folder(asked->folder.at)) {
		size_t end = asked->folder.len;

		while (end && asked->folder.at[end - 1] != '/')
			end--;
		asked->rest = path.at + end;
		while (end > 1 && asked->folder.at[end - 1] == '/')
			end--;
		asked->folder = end ? arena_str(asked->arena, str_slice(asked->folder, 0, end)) : STR(".");
		if (!end)
			break;
	}
}

/* As definition_paths_find would have found it: the path itself, or what is below it, not hidden. */
static bool wanted(const struct asked *asked, struct str name)
{
	if (str_is(name, asked->rest))
		return true;
	if (strcmp(asked->rest, ".") != 0)
		name = str_slice(name, strlen(asked->rest), name.len);
	if (!definition_named(name))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] == '.' && (i == 0 || name.at[i - 1] == '/'))
			return false;
	return true;
}

/* "100644 blob OBJECT\tNAME" of `git ls-tree`; what is no file has another mode. */
static void take_entry(const struct asked *asked, struct str entry, struct buf *objects, struct texts *texts)
{
	size_t tab = str_find(entry, '\t');
	struct str head = str_slice(entry, 0, tab), name = str_slice(entry, tab + 1, entry.len), path;

	if (!str_starts(head, STR("100")) || !wanted(asked, name))
		return;
	if (str_is(asked->folder, "."))
		path = arena_str(asked->arena, name);
	else
		path = arena_fmt(asked->arena, "%s%s%.*s", asked->folder.at,
				 str_ends(asked->folder, STR("/")) ? "" : "/", STR_ARG(name));
	XGROW(texts->at, texts->len, texts->cap);
	texts->at[texts->len++] = (struct definition_text){path, STR("")};
	buf_str(objects, str_slice(head, str_find(head, ' ') + strlen(" blob "), head.len));
	buf_char(objects, '\n');
}

/* "OBJECT blob SIZE\n", the bytes and another line end, for each object that was asked for, in that order. */
static bool take_texts(const struct asked *asked, struct str answer, struct definition_text *texts, size_t len,
		       struct err *err)
{
	for (size_t i = 0; i < len; i++) {
		size_t line = str_find(answer, '\n');
		struct str head = str_slice(answer, 0, line);
		uint64_t size;

		while (str_find(head, ' ') < head.len)
			head = str_slice(head, str_find(head, ' ') + 1, head.len);
		if (!num_read_u64(head, &size) || size > answer.len - line || answer.len - line - size < 2)
			return err_set(err, "cannot read '%s' at '%s': git answers in another form than is known",
				       texts[i].path.at, asked->revision);
		if (size > LIMIT_FILE_BYTES)
			return err_set(err, "cannot read '%s' at '%s': it is larger than the limit of %zu bytes",
				       texts[i].path.at, asked->revision, LIMIT_FILE_BYTES);
		texts[i].text = arena_str(asked->arena, str_slice(answer, line + 1, line + 1 + size));
		answer = str_slice(answer, line + 1 + size + 1, answer.len);
	}
	return true;
}

static bool read_path(const struct asked *asked, struct texts *texts, struct err *err)
{
	static const char *const cat_words[] = {"cat-file", "--batch", NULL};
	size_t first = texts->len;
	struct buf list, objects, answer;
	struct str commit;
	bool ok;

	if (!find_commit(asked, &commit, err))
		return false;
	buf_init(&list, LIMIT_OUTPUT_BYTES);
	buf_init(&objects, LIMIT_OUTPUT_BYTES);
	buf_init(&answer, LIMIT_OUTPUT_BYTES);
	ok = git_well(asked, (const char *const[]){"ls-tree", "-r", "-z", commit.at, "--", asked->rest, NULL}, STR(""),
		      &list, err);
	for (struct str rest = buf_view(&list); ok && rest.len;) {
		size_t end = str_find(rest, '\0');

		take_entry(asked, str_slice(rest, 0, end), &objects, texts);
		rest = str_slice(rest, end + 1, rest.len);
	}
	if (ok && texts->len > first)
		ok = git_well(asked, cat_words, buf_view(&objects), &answer, err) &&
		     take_texts(asked, buf_view(&answer), texts->at + first, texts->len - first, err);
	buf_release(&list);
	buf_release(&objects);
	buf_release(&answer);
	return ok;
}

static int by_path(const void *a, const void *b)
{
	const struct definition_text *left = a, *right = b;

	return str_cmp(left->path, right->path);
}

/* In the order of definition_paths_find, each once. */
static void tidy(struct texts *texts)
{
	size_t kept = 0;

	if (texts->len > 1)
		qsort(texts->at, texts->len, sizeof(*texts->at), by_path);
	for (size_t i = 0; i < texts->len; i++)
		if (kept == 0 || !str_eq(texts->at[kept - 1].path, texts->at[i].path))
			texts->at[kept++] = texts->at[i];
	texts->len = kept;
}

struct slo_set *slo_set_load_revision(const char *revision, const char *const *paths, size_t len, struct err *err)
{
	struct slo_set *set = NULL;
	struct texts texts = {NULL, 0, 0};
	struct arena arena;
	bool ok = true;

	arena_init(&arena);
	for (size_t i = 0; i < len && ok; i++) {
		struct asked asked = {.revision = revision, .path = paths[i], .arena = &arena};

		split(&asked);
		ok = strcmp(paths[i], "-") != 0 ? read_path(&asked, &texts, err)
						: err_set(err, "standard input has no revision; name files or folders");
	}
	tidy(&texts);
	if (ok)
		set = slo_set_read_all(texts.at, texts.len);
	free(texts.at);
	arena_release(&arena);
	return set;
}
