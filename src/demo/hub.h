/* The demo's GitHub: answers what its REST API (2022-11-28, 2026-03-10) is asked about one repository, read-only, as of
 * now. All addresses of a repository that wick reads are there, with pages (Link), ETags and 304, and a quota. Tokens
 * are not looked at. What is not there is a 404, what cannot be asked like that a 422; nothing that a request says
 * makes it keep anything. */
#ifndef WICK_DEMO_HUB_H
#define WICK_DEMO_HUB_H

#include "demo/listener.h"
#include "demo/repository.h"

#define HUB_PATH  "/github" /* the API begins there */
#define HUB_OWNER "hngprojects"
#define HUB_NAME  "anvila-backend"

/* Requests an hour. Real tokens have 5,000; two years are to be read here without a pause. */
enum { HUB_LIMIT = 100000 };

struct hub {
	struct repository *repository;
	struct str address;   /* "127.0.0.1:9651" */
	struct instant reset; /* when the quota begins anew */
	unsigned used;
};

/* `request->path` begins with HUB_PATH. */
void hub_answer(struct hub *hub, const struct request *request, struct instant now, struct reply *reply);

#endif
