/* The curves of all accounts (model/curve.h), and their newest steps. A curve is made anew when its window has moved by
 * a few steps, each account in a turn of its own, so that a cycle costs little more with them; what is shown of now is
 * the result's budget. The engine's thread owns it. */
#ifndef WICK_ENGINE_CURVES_H
#define WICK_ENGINE_CURVES_H

#include "engine/view.h"
#include "model/curve.h"

struct curves;
struct curves *curves_new(void);
void curves_free(struct curves *curves); /* NULL is legal */

/* All are made anew: other definitions hold. */
void curves_forget(struct curves *curves);

/* The account's, as a reference; NULL while nothing is counted of its window. The view is one of its SLO's with what is
 * excluded of the windows. */
struct curve *curves_take(struct curves *curves, const struct account *account, const struct view *view);

/* The RECENT_SHOWN newest steps, the newest first, in the arena; as counted. */
const struct recent_step *curves_recent(const struct view *view, struct arena *arena);

#endif
