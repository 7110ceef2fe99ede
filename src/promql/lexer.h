/* Cuts PromQL into tokens. Blanks and comments are passed over. Inside braces and brackets a colon is no part of a
 * word. */
#ifndef WICK_PROMQL_LEXER_H
#define WICK_PROMQL_LEXER_H

#include "base/str.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WRONG,    /* lexer.wrong says why */
	TOKEN_WORD,     /* names and keywords alike */
	TOKEN_NUMBER,   /* its form is checked by number_read */
	TOKEN_DURATION, /* well-formed for span_read */
	TOKEN_STRING,   /* with its quotes */
	TOKEN_WINDOW,   /* $window and its other spellings; inside brackets only */
	TOKEN_SIGN,     /* operators, brackets, comma, colon, @ */
};

struct token {
	enum token_kind kind;
	size_t from, to;
	struct str text;
};

enum lexer_place { LEXER_OUTSIDE, LEXER_BRACES, LEXER_BRACKETS };

struct lexer {
	struct str source;
	size_t pos;
	enum lexer_place place;
	const char *wrong;
};

void lexer_next(struct lexer *lexer, struct token *token);

bool token_sign(const struct token *token, const char *sign);
/* Keywords are the same in upper and lower case; `word` is in lower case. */
bool token_word(const struct token *token, const char *word);
/* True if the text is one of the NULL-terminated lower-case words, in any case. */
bool word_in(struct str text, const char *const *words);

#endif
