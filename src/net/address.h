/* An address to listen on, as people write it. */
#ifndef WICK_NET_ADDRESS_H
#define WICK_NET_ADDRESS_H

#include "base/err.h"
#include "base/str.h"

struct address {
	char host[256], port[8]; /* host empty: all addresses */
};

/* "127.0.0.1:9655", "[::1]:9655", "localhost:9655", ":9655"; a host is not looked up. */
bool address_split(struct str text, struct address *address, struct err *err);

#endif
