/* Watches: the selectors of many SLOs brought together, so that one question about a metric serves all of them. The
 * union is narrowed by the labels that every member pins down; what it catches beyond its members is sorted out here,
 * without asking again. */
#ifndef WICK_COUNT_WATCH_H
#define WICK_COUNT_WATCH_H

#include "count/plan.h"

struct watch_member {
	size_t slo;
	const struct plan_term *term;
};

struct watch_set;
struct watch;

struct watch_set *watch_set_new(void);
void watch_set_free(struct watch_set *set);
void watch_set_add(struct watch_set *set, size_t slo, const struct plan_term *term);
/* Forms the watches; nothing may be added afterwards. */
void watch_set_settle(struct watch_set *set);

size_t watch_set_len(const struct watch_set *set);
const struct watch *watch_set_at(const struct watch_set *set, size_t i);
struct str watch_selector(const struct watch *watch);
size_t watch_members(const struct watch *watch, const struct watch_member **members);

/* Calls `found` for each member whose selector matches the labels. */
void watch_match(const struct watch *watch, struct labels labels,
		 void (*found)(void *context, const struct watch_member *member), void *context);

#endif
