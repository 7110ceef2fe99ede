#include "net/url.h"

#include "base/mem.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

bool http_url_escape(struct buf *buf, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";
	bool ok = true;

	for (size_t i = 0; i < text.len && ok; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (ascii_alpha(text.at[i]) || ascii_digit(text.at[i]) || strchr("-._~", text.at[i] ? text.at[i] : '!'))
			ok = buf_char(buf, text.at[i]);
		else
			ok = buf_put(buf, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
	}
	return ok;
}

/* The URL parsed, or NULL. */
static CURLU *parse(struct str url)
{
	CURLU *parsed = curl_url();
	char *text = xmemdup0(url.at, url.len);

	if (parsed && curl_url_set(parsed, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
		curl_url_cleanup(parsed);
		parsed = NULL;
	}
	free(text);
	return parsed;
}

/* A part as an owned text, "" where the URL has none; the scheme's own port where no port is written. */
static char *part(CURLU *url, CURLUPart which)
{
	char *text = NULL, *copy;

	if (curl_url_get(url, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return xstrdup("");
	copy = xstrdup(text);
	curl_free(text);
	return copy;
}

static bool has_part(CURLU *url, CURLUPart which)
{
	char *text = NULL;
	bool there = curl_url_get(url, which, &text, 0) == CURLUE_OK;

	curl_free(text);
	return there;
}

struct url_text http_url_text(struct str url)
{
	struct url_text shown = {"(a malformed URL)"};
	CURLU *parsed = parse(url);
	char *text = NULL;

	if (!parsed)
		return shown;
	curl_url_set(parsed, CURLUPART_USER, NULL, 0);
	curl_url_set(parsed, CURLUPART_PASSWORD, NULL, 0);
	curl_url_set(parsed, CURLUPART_QUERY, NULL, 0);
	curl_url_set(parsed, CURLUPART_FRAGMENT, NULL, 0);
	if (curl_url_get(parsed, CURLUPART_URL, &text, 0) == CURLUE_OK)
		snprintf(shown.text, sizeof(shown.text), "%s", text);
	curl_free(text);
	curl_url_cleanup(parsed);
	return shown;
}

/* Says what is wrong with a parsed address, which may have a query or not; never shows a part that could hold a secret.
 */
static bool check_parts(CURLU *url, bool query, const char *shown, struct err *err)
{
	if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
		return err_set(
			err,
			"cannot use the URL '%s': it must not hold a user or password, which have settings of their own",
			shown);
	if (query && has_part(url, CURLUPART_FRAGMENT))
		return err_set(err, "cannot use the URL '%s': it must have no '#'", shown);
	if (!query && (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT)))
		return err_set(err, "cannot use the URL '%s': it must end with the path, without '?' and '#'", shown);
	return true;
}

static bool check(struct str url, bool query, struct err *err)
{
	CURLU *parsed = str_starts(url, STR("http://")) || str_starts(url, STR("https://")) ? parse(url) : NULL;
	bool ok;

	if (!parsed) /* not shown: what cannot be parsed may hold a password anywhere */
		return err_set(
			err,
			"cannot use a URL that is not of the form 'http://host:port/path' or 'https://host:port/path'");
	ok = check_parts(parsed, query, http_url_text(url).text, err);
	curl_url_cleanup(parsed);
	return ok;
}

bool http_url_check(struct str url, struct err *err) { return check(url, false, err); }

bool http_url_target_check(struct str url, struct err *err) { return check(url, true, err); }

static bool same_part(CURLU *a, CURLU *b, CURLUPart which)
{
	char *left = part(a, which), *right = part(b, which);
	bool same = strcasecmp(left, right) == 0;

	free(left);
	free(right);
	return same;
}

bool http_url_same_origin(struct str a, struct str b)
{
	CURLU *left = parse(a), *right = parse(b);
	bool same = left && right && same_part(left, right, CURLUPART_SCHEME) &&
		    same_part(left, right, CURLUPART_HOST) && same_part(left, right, CURLUPART_PORT);

	curl_url_cleanup(left);
	curl_url_cleanup(right);
	return same;
}

bool http_url_loopback(struct str url)
{
	CURLU *parsed = parse(url);
	char *host = parsed ? part(parsed, CURLUPART_HOST) : xstrdup("");
	struct str name = str_of(host);
	bool loopback = str_is(name, "localhost") || str_is(name, "[::1]") ||
			(str_starts(name, STR("127.")) && strspn(host, "0123456789.") == name.len);

	free(host);
	curl_url_cleanup(parsed);
	return loopback;
}

struct str http_url_host(struct str url)
{
	size_t from = str_find(url, ':') + strlen("://");
	struct str rest = str_slice(url, from < url.len ? from : url.len, url.len);

	return str_slice(rest, 0, str_find(rest, '/'));
}
