#include "daemon/accept.h"

#include "base/num.h"

/* Cuts off and returns what stands before `separator`; separators in quotes do not count. */
static struct str cut(struct str *rest, char separator)
{
	bool quoted = false;
	size_t end = 0;
	struct str part;

	for (; end < rest->len && (quoted || rest->at[end] != separator); end++) {
		if (rest->at[end] == '"')
			quoted = !quoted;
		else if (quoted && rest->at[end] == '\\' && end + 1 < rest->len)
			end++;
	}
	part = str_trim(str_slice(*rest, 0, end));
	*rest = str_slice(*rest, end + 1, rest->len);
	return part;
}

static bool same_word(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
			return false;
	return true;
}

static struct str unquoted(struct str s)
{
	return s.len >= 2 && s.at[0] == '"' && s.at[s.len - 1] == '"' ? str_slice(s, 1, s.len - 1) : s;
}

/* One element of the list: "text/plain; version=0.0.4; q=0.5" */
struct range {
	struct str name, version;
	double weight;
};

static struct range read_range(struct str element)
{
	struct range range = {.name = cut(&element, ';'), .weight = 1};

	while (element.len) {
		struct str parameter = cut(&element, ';'), key = cut(&parameter, '='),
			   value = unquoted(str_trim(parameter));

		/* A weight that is none counts as 0: what cannot be read is not asked for. */
		if (same_word(key, STR("q")) && !(num_read_double(value, &range.weight) && range.weight <= 1))
			range.weight = 0;
		else if (same_word(key, STR("version")))
			range.version = value;
	}
	if (range.weight < 0)
		range.weight = 0;
	return range;
}

static bool listed(struct str version, const char *const *versions)
{
	for (; *versions; versions++)
		if (str_is(version, *versions))
			return true;
	return false;
}

/* How exactly the range names the type: 0 not at all, 4 with its version. */
static unsigned fit(const struct range *range, struct str type, const char *const *versions)
{
	size_t slash = str_find(type, '/');

	if (range->version.len && !listed(range->version, versions))
		return 0;
	if (same_word(range->name, type))
		return range->version.len ? 4 : 3;
	if (range->name.len == slash + 2 && range->name.at[slash] == '/' && range->name.at[slash + 1] == '*' &&
	    same_word(str_slice(range->name, 0, slash), str_slice(type, 0, slash)))
		return 2;
	return str_is(range->name, "*/*") ? 1 : 0;
}

double accept_media(struct str header, struct str type, const char *const *versions)
{
	unsigned best = 0;
	double weight = 0;

	if (str_trim(header).len == 0)
		return 1;
	while (header.len) {
		struct range range = read_range(cut(&header, ','));
		unsigned fits = fit(&range, type, versions);

		if (fits > best || (fits && fits == best && range.weight > weight)) {
			best = fits;
			weight = range.weight;
		}
	}
	return weight;
}

bool accept_gzip(struct str header)
{
	double gzip = -1, identity = -1, any = 0; /* below 0: not named */

	while (header.len) {
		struct range range = read_range(cut(&header, ','));

		if (same_word(range.name, STR("gzip")) || same_word(range.name, STR("x-gzip")))
			gzip = range.weight;
		else if (same_word(range.name, STR("identity")))
			identity = range.weight;
		else if (str_is(range.name, "*"))
			any = range.weight;
	}
	gzip = gzip < 0 ? any : gzip;
	return gzip > 0 && gzip >= identity;
}
