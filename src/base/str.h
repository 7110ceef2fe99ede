/* A piece of text: pointer and length, not owned, not NUL-terminated. The owner is named where one is stored. */
#ifndef WICK_BASE_STR_H
#define WICK_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *at;
	size_t len;
};

/* A string literal as a str, also usable as an initializer with braces: STR_INIT. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_INIT(literal)                                                                                              \
	{                                                                                                              \
		(literal), sizeof(literal) - 1                                                                         \
	}
/* For printf: "%.*s", STR_ARG(s). */
#define STR_ARG(s) (int)(s).len, (s).at ? (s).at : ""

static inline struct str str_of(const char *text) { return (struct str){text, text ? strlen(text) : 0}; }

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* The same but for the case of ASCII letters. */
bool str_alike(struct str a, struct str b);

static inline bool str_is(struct str a, const char *text) { return str_eq(a, str_of(text)); }

/* Byte order; a prefix sorts before what it begins. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Where `c` first stands, or s.len. */
size_t str_find(struct str s, char c);
/* Without ASCII blanks, tabs and line ends on both sides. */
struct str str_trim(struct str s);
/* The bytes [from, to). */
struct str str_slice(struct str s, size_t from, size_t to);

/* ASCII only, independent of any locale and safe for bytes above 127. */
static inline bool ascii_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static inline bool ascii_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* True for well-formed UTF-8 without surrogates and overlong forms (RFC 3629). */
bool str_utf8(struct str s);
/* Decodes the character at `*pos` and moves behind it; -1 and one byte further where it is malformed. */
int32_t str_rune(struct str s, size_t *pos);

/* Edits (insert, delete, replace, swap of neighbours) between a and b, at most `cap`; the case of ASCII letters makes
 * no difference. */
unsigned str_distance(struct str a, struct str b, unsigned cap);
/* The nearest of `count` candidates that is near enough to be a slip of the pen, or NULL. */
const char *str_nearest(struct str word, const char *const *candidates, size_t count);

/* A 64-bit hash under a seed that is drawn once per process, so that no input can be made to collide. */
uint64_t str_hash(struct str s);
/* FNV-1a, 64 bits: the same everywhere and always, for what is written down or passed on. Inputs can be made to
 * collide. */
uint64_t str_fnv1a(struct str s);

#endif
