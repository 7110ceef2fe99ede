/* The parts of rules that need no daemon, shared by standalone.c (the file), standalone_count.c (the rules of one SLO),
 * standalone_windows.c and standalone_alerts.c (the rules that all SLOs share); standalone_page.c is what they write
 * with. */
#ifndef WICK_EXPORTERS_ALERTING_STANDALONE_PARTS_H
#define WICK_EXPORTERS_ALERTING_STANDALONE_PARTS_H

#include "exporters/alerting/rule_file.h"
#include "exporters/alerting/standalone.h"

/* How SLOs are told apart in joins; their groups have more labels. */
#define EACH_SLO "on (service, slo, namespace) "
/* A counter that a rule adds to finds its last value this far back: so long may Prometheus be away without a new
 * beginning. Whoever looks back over a window must look as far, or would take what is older for new. */
#define MEMORY "[1d]"

/* Names of labels, each once, as long as the arena. */
struct name_list {
	struct str *at;
	size_t len, cap;
};

/* The file that is being written. `own` are the labels that authors gave SLOs, `grouped` those of groups. `windows` are
 * the burn windows of all SLOs, `slo_windows` their own ones, both rising; `sets` has one SLO for each way to alert. */
struct page {
	struct arena arena;
	struct rule_file file;
	const struct standalone_options *options;
	struct span *windows, *slo_windows;
	size_t windows_len, slo_windows_len;
	struct name_list own, grouped;
	const struct slo **sets;
	size_t sets_len;
};

/* What an alert of this SLO has beside the labels of its series, in the arena: what those have already is left out. */
struct labels page_alert_labels(struct arena *arena, const struct slo *slo, const struct tier *tier);

/* One recording rule; the text and the labels' are in the page's arena. */
void page_record(struct page *page, const char *name, struct labels labels, struct str expr);
#define RECORD(page, name, labels, ...) page_record(page, name, labels, arena_fmt(&(page)->arena, __VA_ARGS__))

/* The labels and one more. */
struct labels page_label(struct page *page, struct labels labels, const char *name, struct str value);
/* A number as PromQL writes it. */
const char *page_number(struct page *page, double value);

/* The rules that count one SLO, which belongs to the given set. False where rules cannot count it. */
bool page_put_slo(struct page *page, const struct slo *slo, size_t set, struct err *err);
void page_put_windows(struct page *page);
void page_put_alerts(struct page *page);

#endif
