/* What an HTTP answer means for a question: good, refused, or worth another try. Only for src/source. */
#ifndef WICK_SOURCE_VERDICT_H
#define WICK_SOURCE_VERDICT_H

#include "source/answer.h"

struct verdict {
	enum ask_outcome outcome;
	bool again; /* another try may help at once */
};

/* Judges a request that is done and was not interrupted, asked for a query or a list; `err` is set for all but ASK_OK.
 */
struct verdict verdict_of(const struct http_request *request, enum ask_list list, struct answer_info *info,
			  struct err *err);

#endif
