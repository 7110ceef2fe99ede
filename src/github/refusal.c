#include "github/refusal.h"

#include "net/url.h"

#include <stdio.h>

/* The first that stands in the path. Source: docs.github.com, "Permissions required for fine-grained personal access
 * tokens". */
static const struct {
	const char *part, *permission;
} permissions[] = {
	{"/actions/", "actions: read"},    {"/deployments", "deployments: read"}, {"/environments", "actions: read"},
	{"/pulls", "pull requests: read"}, {"/issues", "issues: read"},           {"/compare/", "contents: read"},
	{"/commits", "contents: read"},    {"/releases", "contents: read"},       {"/tags", "contents: read"},
	{"/git/", "contents: read"},
};
enum { PERMISSIONS = sizeof(permissions) / sizeof(permissions[0]) };

static bool holds(struct str text, const char *part)
{
	return memmem(text.at ? text.at : "", text.len, part, strlen(part)) != NULL;
}

/* What stands behind "/repos/OWNER/NAME" or "/repositories/ID", which are words of their own choice. */
static struct str below_repository(struct str path)
{
	static const struct {
		const char *mark;
		int names;
	} forms[] = {{"/repos/", 2}, {"/repositories/", 1}};

	for (size_t i = 0; i < 2; i++) {
		const char *found = memmem(path.at ? path.at : "", path.len, forms[i].mark, strlen(forms[i].mark));
		struct str rest;

		if (!found)
			continue;
		rest = str_slice(path, (size_t)(found - path.at) + strlen(forms[i].mark), path.len);
		for (int n = 0; n < forms[i].names; n++) {
			size_t end = str_find(rest, '/');

			rest = str_slice(rest, end < rest.len && n + 1 < forms[i].names ? end + 1 : end, rest.len);
		}
		return rest;
	}
	return path;
}

const char *refusal_permission(struct str path)
{
	path.len = str_find(path, '?');
	path = below_repository(path);
	for (size_t i = 0; i < PERMISSIONS; i++)
		if (holds(path, permissions[i].part))
			return permissions[i].permission;
	return "metadata: read";
}

struct refusal_words refusal_words(struct str message)
{
	struct refusal_words words = {""};
	enum { MOST = 160 };
	char cut[MOST + 1];
	size_t len = message.len;

	if (len == 0)
		return words;
	while (len > MOST || (len < message.len && ((unsigned char)message.at[len] & 0xC0) == 0x80))
		len--;
	memcpy(cut, message.at, len);
	cut[len] = '\0';
	for (char *at = cut; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7F)
			*at = ' ';
	snprintf(words.text, sizeof(words.text), "; GitHub says '%s%s'", cut, len < message.len ? "..." : "");
	return words;
}

bool refusal_names_limit(struct str message)
{
	return message.len && (strcasestr(message.at, "rate limit") || strcasestr(message.at, "abuse detection"));
}

/* "actions=read; a=read,b=read" as people read it: "actions: read or a: read and b: read". */
static void put_accepted(struct buf *buf, struct str accepted)
{
	for (size_t i = 0; i < accepted.len && i < 200; i++) {
		char c = accepted.at[i];

		if (c == '=')
			buf_cstr(buf, ": ");
		else if (c == ',' || c == ';')
			buf_cstr(buf, c == ',' ? " and " : " or ");
		else if (c == '_')
			buf_char(buf, ' ');
		else if (c > ' ' && c < 0x7F)
			buf_char(buf, c);
	}
}

void refusal_say_permission(struct str url, struct str accepted, struct str message, struct err *err)
{
	struct buf permission;

	buf_init(&permission, 2048);
	if (str_trim(accepted).len)
		put_accepted(&permission, accepted);
	else
		buf_cstr(&permission, refusal_permission(url));
	err_set(err, "the token may not read '%s': it takes the permission '%.*s'%s", http_url_text(url).text,
		STR_ARG(buf_view(&permission)), refusal_words(message).text);
	buf_release(&permission);
}

void refusal_say_token(struct str url, const char *who, struct str message, struct err *err)
{
	err_set(err, "GitHub does not take %s for '%s': it is not valid, or not any more%s", who,
		http_url_text(url).text, refusal_words(message).text);
}

void refusal_say_gone(struct str url, const char *who, long status, struct str message, struct err *err)
{
	enum { CONFLICT = 409, TURNED_OFF = 410 };

	if (status == CONFLICT || status == TURNED_OFF)
		err_set(err, "'%s' has nothing (status %ld)%s", http_url_text(url).text, status,
			refusal_words(message).text);
	else
		err_set(err, "'%s' is not there, or %s may not see it, which takes the permission '%s' (status %ld)%s",
			http_url_text(url).text, who, refusal_permission(url), status,
			str_is(message, "Not Found") ? "" : refusal_words(message).text);
}
