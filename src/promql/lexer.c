#include "promql/lexer.h"

#include "base/when.h"

static bool word_char(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_'; }

static bool word_is(struct str text, const char *word)
{
	size_t len = strlen(word);

	if (text.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(text.at[i]) != word[i])
			return false;
	return true;
}

bool word_in(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (word_is(text, *words))
			return true;
	return false;
}

bool token_sign(const struct token *token, const char *sign)
{
	return token->kind == TOKEN_SIGN && str_is(token->text, sign);
}

bool token_word(const struct token *token, const char *word)
{
	return token->kind == TOKEN_WORD && word_is(token->text, word);
}

static char peek(const struct lexer *lexer, size_t ahead)
{
	return lexer->source.len - lexer->pos > ahead ? lexer->source.at[lexer->pos + ahead] : '\0';
}

static void skip_blanks(struct lexer *lexer)
{
	while (lexer->pos < lexer->source.len) {
		if (ascii_space(peek(lexer, 0))) {
			lexer->pos++;
		} else if (peek(lexer, 0) == '#') {
			while (lexer->pos < lexer->source.len && peek(lexer, 0) != '\n' && peek(lexer, 0) != '\r')
				lexer->pos++;
		} else {
			return;
		}
	}
}

static enum token_kind wrong(struct lexer *lexer, const char *why)
{
	lexer->wrong = why;
	return TOKEN_WRONG;
}

static void take_word(struct lexer *lexer)
{
	while (word_char(peek(lexer, 0)) || (peek(lexer, 0) == ':' && lexer->place == LEXER_OUTSIDE))
		lexer->pos++;
}

static void take_digits(struct lexer *lexer)
{
	while (ascii_digit(peek(lexer, 0)) || peek(lexer, 0) == '_')
		lexer->pos++;
}

static void take_decimal(struct lexer *lexer)
{
	size_t sign;

	take_digits(lexer);
	if (peek(lexer, 0) == '.')
		lexer->pos++;
	take_digits(lexer);
	if (ascii_lower(peek(lexer, 0)) != 'e')
		return;
	sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';
	lexer->pos += 1 + sign;
	take_digits(lexer);
}

static enum token_kind take_number(struct lexer *lexer)
{
	size_t from = lexer->pos;
	struct span span;

	if (peek(lexer, 0) == '0' && ascii_lower(peek(lexer, 1)) == 'x')
		while (word_char(peek(lexer, 0)))
			lexer->pos++;
	else
		take_decimal(lexer);
	if (!word_char(peek(lexer, 0)))
		return TOKEN_NUMBER;
	lexer->pos = from;
	while (word_char(peek(lexer, 0)))
		lexer->pos++;
	if (span_read(str_slice(lexer->source, from, lexer->pos), &span))
		return TOKEN_DURATION;
	return wrong(lexer, "is neither a number nor a duration of at most 100 years such as 30s, 5m, 1h30m or 4w");
}

static enum token_kind take_string(struct lexer *lexer)
{
	char quote = peek(lexer, 0);

	for (lexer->pos++; lexer->pos < lexer->source.len; lexer->pos++) {
		char c = peek(lexer, 0);

		if (c == quote) {
			lexer->pos++;
			return TOKEN_STRING;
		}
		if (quote == '`')
			continue;
		if (c == '\n')
			break;
		if (c == '\\' && lexer->pos + 1 < lexer->source.len)
			lexer->pos++;
	}
	return wrong(lexer, "has no closing quote");
}

static bool take_text(struct lexer *lexer, const char *text)
{
	struct str rest = str_slice(lexer->source, lexer->pos, lexer->source.len);

	if (!str_starts(rest, str_of(text)))
		return false;
	lexer->pos += strlen(text);
	return true;
}

static void take_spaces(struct lexer *lexer)
{
	while (ascii_space(peek(lexer, 0)))
		lexer->pos++;
}

/* $window, $__window, {{.window}}, {{ .window }} */
static bool take_window(struct lexer *lexer)
{
	size_t from = lexer->pos;

	if ((take_text(lexer, "$window") || take_text(lexer, "$__window")) && !word_char(peek(lexer, 0)))
		return true;
	lexer->pos = from;
	if (take_text(lexer, "{{")) {
		take_spaces(lexer);
		if (take_text(lexer, ".window")) {
			take_spaces(lexer);
			if (take_text(lexer, "}}"))
				return true;
		}
	}
	lexer->pos = from;
	return false;
}

static enum token_kind take_sign(struct lexer *lexer)
{
	static const char *const pairs[] = {"==", "!=", "<=", ">=", "=~", "!~"};
	size_t pos = lexer->pos;
	char c = peek(lexer, 0);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (take_text(lexer, pairs[i]))
			return TOKEN_SIGN;
	if (c && strchr("+-*/%^<>=(){}[],:@", c)) {
		lexer->pos++;
		if (c == '{' || c == '[')
			lexer->place = c == '{' ? LEXER_BRACES : LEXER_BRACKETS;
		else if (c == '}' || c == ']')
			lexer->place = LEXER_OUTSIDE;
		return TOKEN_SIGN;
	}
	if (c == '$')
		return lexer->pos++, wrong(lexer, "can only begin the placeholder $window, inside of brackets");
	if (str_rune(lexer->source, &pos) < 0)
		return lexer->pos = pos, wrong(lexer, "is not valid UTF-8");
	return lexer->pos = pos, wrong(lexer, "has no meaning here");
}

void lexer_next(struct lexer *lexer, struct token *token)
{
	char c;

	skip_blanks(lexer);
	c = peek(lexer, 0);
	token->from = lexer->pos;
	if (lexer->pos == lexer->source.len) {
		token->kind = TOKEN_END;
	} else if (lexer->place == LEXER_BRACKETS && take_window(lexer)) {
		token->kind = TOKEN_WINDOW;
	} else if (ascii_alpha(c) || c == '_' || (c == ':' && lexer->place == LEXER_OUTSIDE)) {
		take_word(lexer);
		token->kind = TOKEN_WORD;
	} else if (ascii_digit(c) || (c == '.' && ascii_digit(peek(lexer, 1)))) {
		token->kind = take_number(lexer);
	} else if (c == '"' || c == '\'' || c == '`') {
		token->kind = take_string(lexer);
	} else {
		token->kind = take_sign(lexer);
	}
	token->to = lexer->pos;
	token->text = str_slice(lexer->source, token->from, token->to);
}
