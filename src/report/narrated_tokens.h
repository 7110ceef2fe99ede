/* A narrator's text as words, numbers, dates and times of day: for its judgement alone. */
#ifndef WICK_REPORT_NARRATED_TOKENS_H
#define WICK_REPORT_NARRATED_TOKENS_H

#include "base/civil.h"
#include "base/err.h"
#include "report/narrated_facts.h"

enum token_kind {
	TOKEN_WORD,
	TOKEN_NUMBER,
	TOKEN_PERCENT, /* the sign */
	TOKEN_DATE,    /* 2026-10-20, or with a time behind it */
	TOKEN_CLOCK,   /* 09:05 */
	TOKEN_PERIOD,  /* the name of the period, or of the one before */
	TOKEN_MARK,    /* anything else: one character */
};

struct token {
	enum token_kind kind;
	struct str text;
	bool glued;         /* nothing stands between it and the one before */
	double number;      /* TOKEN_NUMBER */
	int decimals;       /* as it is written */
	struct civil civil; /* TOKEN_DATE, TOKEN_CLOCK */
	bool clock;         /* TOKEN_DATE: with a time */
};

struct token_list {
	struct token *at; /* in the arena of the facts */
	size_t len;
};

/* False for what nobody should have to interpret: digits of other scripts, fractions, powers, numbers within words. */
bool tokens_read(struct str text, const struct narrated_facts *facts, struct token_list *list, struct err *err);

#endif
