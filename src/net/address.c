#include "net/address.h"

#include "base/num.h"

#include <stdio.h>

bool address_split(struct str address, struct address *out, struct err *err)
{
	size_t colon = address.len;
	struct str host, port;
	uint64_t number;

	while (colon > 0 && address.at[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return err_set(err, "listen address '%.*s' has no port; it reads like 127.0.0.1:9655",
			       STR_ARG(address));
	host = str_slice(address, 0, colon - 1);
	port = str_slice(address, colon, address.len);
	if (!num_read_u64(port, &number) || number > 65535)
		return err_set(err, "port '%.*s' of listen address '%.*s' is not a number from 0 to 65535",
			       STR_ARG(port), STR_ARG(address));
	if (host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
		host = str_slice(host, 1, host.len - 1);
	else if (str_find(host, '[') < host.len || str_find(host, ']') < host.len)
		return err_set(err, "listen address '%.*s' has a bracket too many or too few", STR_ARG(address));
	else if (str_find(host, ':') < host.len)
		return err_set(err, "listen address '%.*s' needs brackets: [%.*s]:%.*s", STR_ARG(address),
			       STR_ARG(host), STR_ARG(port));
	if (host.len >= sizeof(out->host) || str_find(host, '\0') < host.len)
		return err_set(err, "host name of listen address '%.*s' is too long", STR_ARG(address));
	snprintf(out->host, sizeof(out->host), "%.*s", STR_ARG(host));
	snprintf(out->port, sizeof(out->port), "%u", (unsigned)number);
	return true;
}
