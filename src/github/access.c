#include "github/access.h"

enum { OLD_TOKEN_DIGITS = 40, TIME_BYTES = sizeof("2026-12-01 07:30:00") - 1 };

static bool all_hex(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_digit(text.at[i]) && !(ascii_lower(text.at[i]) >= 'a' && ascii_lower(text.at[i]) <= 'f'))
			return false;
	return true;
}

enum github_token_kind github_token_kind_of(struct str token)
{
	static const struct {
		struct str begin;
		enum github_token_kind kind;
	} kinds[] = {
		{STR_INIT("github_pat_"), GITHUB_TOKEN_FINE_GRAINED},
		{STR_INIT("ghp_"), GITHUB_TOKEN_CLASSIC},
		{STR_INIT("ghs_"), GITHUB_TOKEN_INSTALLATION},
		{STR_INIT("gho_"), GITHUB_TOKEN_USER},
		{STR_INIT("ghu_"), GITHUB_TOKEN_USER},
	};

	if (token.len == 0)
		return GITHUB_TOKEN_NONE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_starts(token, kinds[i].begin))
			return kinds[i].kind;
	return token.len == OLD_TOKEN_DIGITS && all_hex(token) ? GITHUB_TOKEN_CLASSIC : GITHUB_TOKEN_OTHER;
}

bool github_expiration_read(struct str text, struct instant *expires)
{
	char form[TIME_BYTES + sizeof("+00:00")];
	struct str zone;
	size_t len = TIME_BYTES;

	text = str_trim(text);
	if (text.len <= TIME_BYTES || text.at[10] != ' ' || text.at[TIME_BYTES] != ' ')
		return false;
	memcpy(form, text.at, TIME_BYTES);
	form[10] = 'T';
	zone = str_slice(text, TIME_BYTES + 1, text.len);
	if (str_is(zone, "UTC")) {
		form[len++] = 'Z';
	} else if (zone.len == 5 && (zone.at[0] == '+' || zone.at[0] == '-')) {
		memcpy(form + len, zone.at, 3);
		form[len + 3] = ':';
		memcpy(form + len + 4, zone.at + 3, 2);
		len += 6;
	} else {
		return false;
	}
	return instant_read((struct str){form, len}, expires);
}
