/* Telling systemd how the service is (sd_notify's protocol): a datagram to the socket that $NOTIFY_SOCKET names.
 * Without that variable nothing happens. */
#ifndef WICK_DAEMON_NOTIFY_H
#define WICK_DAEMON_NOTIFY_H

#include "base/when.h"

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
void notify_status(const char *status);
void notify_alive(void);
/* How often notify_alive is expected ($WATCHDOG_USEC), halved; 0 where it is not. */
struct span notify_watchdog(void);

#endif
