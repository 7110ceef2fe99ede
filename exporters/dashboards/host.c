/* Hosts, by the series of the node exporter. Colours change where the rules of the host pack warn and page. */
#include "exporters/dashboards/parts.h"

#define THE          "job=~\"$job\",instance=~\"$instance\""
#define N(name)      "node_" name "{" THE "}"
#define M(name, and) "node_" name "{" THE "," and "}"
#define RATE(series) "rate(" series "[$__rate_interval])"
#define HOST         "max by (instance) "

/* What is written to, and is no memory: as the host pack. */
#define DISKS                                                                                                          \
	"fstype!~\"(dev|hugetlb)?tmpfs|ramfs|rootfs|aufs|squashfs|erofs|cramfs|iso9660|udf|nsfs|autofs|fuse[.](lxcfs|portal|snapfuse|gvfsd-fuse)\""
#define DISK(name)  "node_filesystem_" name "{" THE "," DISKS "}"
#define EACH_DISK   "max by (instance, device, mountpoint, fstype) "
#define DEVICES     "device!~\"loop.*|ram.*|sr.*|fd.*\""
#define INTERFACES  "device!~\"lo|veth.*|docker.*|br-.*|virbr.*|cni.*|flannel.*\""
#define CPU_BUSY    "1 - avg by (instance) (" RATE(M("cpu_seconds_total", "mode=\"idle\"")) ")"
#define MEMORY_USED HOST "(1 - " N("memory_MemAvailable_bytes") " / " N("memory_MemTotal_bytes") ")"
#define DISK_USED   "(1 - " DISK("avail_bytes") " / (" DISK("size_bytes") " > 0))"

static const struct dash_variable variables[] = {
	DASH_VARIABLE_SOURCE,
	{DASH_OF_QUERY, "job", "Job", .query = "label_values(node_uname_info, job)", .many = true, .all = true},
	{DASH_OF_QUERY, "instance", "Host", .query = "label_values(node_uname_info{job=~\"$job\"}, instance)",
	 .many = true, .all = true},
	{.name = NULL},
};

static const struct dash_column hosts[] = {
	{.field = "instance", .title = "Host"},
	{.field = "nodename", .title = "Name"},
	{.field = "release", .title = "Kernel"},
	{"B", "Up for", .unit = DASH_SECONDS, .decimals = 2},
	{"C", "CPU", DASH_RATIO, DASH_SCALE_UTILISATION, .decimals = 1, .bar = true},
	{"D", "Memory", DASH_RATIO, DASH_SCALE_UTILISATION, .decimals = 1, .bar = true},
	{"E", "Fullest disk", DASH_RATIO, DASH_SCALE_DISK, .decimals = 1, .bar = true},
	{"F", "Load per CPU", DASH_NUMBER, .decimals = 3},
	{.field = NULL},
};

static const struct dash_column disks[] = {
	{.field = "instance", .title = "Host"},
	{.field = "mountpoint", .title = "Mounted at"},
	{.field = "fstype", .title = "Type"},
	{"A", "Used", DASH_RATIO, DASH_SCALE_DISK, .decimals = 2, .bar = true},
	{"B", "Free", .unit = DASH_BYTES, .decimals = 2},
	{"C", "Size", .unit = DASH_BYTES, .decimals = 2},
	{"D", "Files used", DASH_RATIO, DASH_SCALE_DISK, .decimals = 2},
	{"E", "Read-only", .words = DASH_WORDS_YES},
	{"F", "Full in", .unit = DASH_SECONDS, .words = DASH_WORDS_EXHAUSTION},
	{.field = NULL},
};

/* clang-format off */
static const struct dash_panel panels[] = {
	{DASH_STAT, "Hosts that answer", "Node exporters that Prometheus can scrape.", 6, 4, DASH_NUMBER, .queries = {{.expr = "sum(up{" THE "} and on (job, instance) last_over_time(" N("uname_info") "[1d]))"}}},
	{DASH_STAT, "Hosts that do not", "Node exporters that were there in the last day, are still targets, and cannot be scraped.", 6, 4, DASH_NUMBER, DASH_SCALE_NONE_GOOD, .queries = {{.expr = "sum((up{" THE "} and on (job, instance) last_over_time(" N("uname_info") "[1d])) == bool 0)"}}},
	{DASH_STAT, "CPUs", "Of all hosts that are chosen.", 6, 4, DASH_NUMBER, .queries = {{.expr = "count(" M("cpu_seconds_total", "mode=\"idle\"") ")"}}},
	{DASH_STAT, "Memory", "Of all hosts that are chosen.", 6, 4, DASH_BYTES, .decimals = 2, .queries = {{.expr = "sum(" HOST "(" N("memory_MemTotal_bytes") "))"}}},
	{DASH_TABLE, "Hosts", "The busiest first.", 24, 8, DASH_NUMBER, .columns = hosts, .sort = "CPU", .flags = DASH_DESCENDING,
	 .queries = {{.expr = "max by (instance, nodename, release) (" N("uname_info") ")"}, {.expr = "time() - " HOST "(" N("boot_time_seconds") ")"}, {.expr = CPU_BUSY}, {.expr = MEMORY_USED},
		     {.expr = HOST "(" DISK_USED " unless " DISK("readonly") " == 1)"}, {.expr = HOST "(" N("load5") ") / count by (instance) (" M("cpu_seconds_total", "mode=\"idle\"") ")"}}},

	{DASH_ROW, .title = "CPU and memory"},
	{DASH_SERIES, "CPU", "The part of its CPUs that each host keeps busy.", 12, 8, DASH_RATIO, DASH_SCALE_UTILISATION, .flags = DASH_FROM_ZERO | DASH_TO_ONE | DASH_LINES, .queries = {{.expr = CPU_BUSY, "{{instance}}"}}},
	{DASH_SERIES, "CPU by what it does", "Processors, of all hosts that are chosen.", 12, 8, DASH_NUMBER, .flags = DASH_FROM_ZERO | DASH_STACKED, .decimals = 3, .queries = {{.expr = "sum by (mode) (" RATE(M("cpu_seconds_total", "mode!=\"idle\"")) ")", "{{mode}}"}}},
	{DASH_SERIES, "Load per CPU", "Processes that run or wait, over 5 minutes. Above 1 some wait.", 8, 8, DASH_NUMBER, .flags = DASH_FROM_ZERO, .decimals = 3, .queries = {{.expr = HOST "(" N("load5") ") / count by (instance) (" M("cpu_seconds_total", "mode=\"idle\"") ")", "{{instance}}"}}},
	{DASH_SERIES, "Memory used", "What programs cannot have any more.", 8, 8, DASH_RATIO, DASH_SCALE_UTILISATION, .flags = DASH_FROM_ZERO | DASH_TO_ONE | DASH_LINES, .queries = {{.expr = MEMORY_USED, "{{instance}}"}}},
	{DASH_SERIES, "Swapping", "Pages per second that are read back from swap, and below the axis those that are written to it.", 8, 8, DASH_OPERATION_RATE,
	 .queries = {{.expr = HOST "(" RATE(N("vmstat_pswpin")) ")", "{{instance}} in"}, {.expr = HOST "(" RATE(N("vmstat_pswpout")) ")", "{{instance}} out", .style = DASH_BELOW}}},

	{DASH_ROW, .title = "Disks"},
	{DASH_TABLE, "File systems", "Memory and images are left out. How long one lasts is judged by its last six hours; it is cut at ten years.", 24, 9, DASH_NUMBER, .columns = disks, .sort = "Used", .flags = DASH_DESCENDING,
	 .queries = {{.expr = EACH_DISK "(" DISK_USED ")"}, {.expr = EACH_DISK "(" DISK("avail_bytes") ")"}, {.expr = EACH_DISK "(" DISK("size_bytes") ")"},
		     {.expr = EACH_DISK "(1 - " DISK("files_free") " / (" DISK("files") " > 0))"}, {.expr = EACH_DISK "(" DISK("readonly") ")"},
		     {.expr = EACH_DISK "(clamp_max(" DISK("avail_bytes") " / clamp_min(0 - deriv(" DISK("avail_bytes") "[6h]), 1e-9), " DASH_NEVER "))"}}},
	{DASH_SERIES, "Read and written", "Bytes per second; what is written is below the axis.", 12, 8, DASH_BYTE_RATE,
	 .queries = {{.expr = "sum by (instance, device) (" RATE(M("disk_read_bytes_total", DEVICES)) ")", "{{instance}} {{device}} read"}, {.expr = "sum by (instance, device) (" RATE(M("disk_written_bytes_total", DEVICES)) ")", "{{instance}} {{device}} written", .style = DASH_BELOW}}},
	{DASH_SERIES, "Busy", "The part of the time in which each disk has something to do.", 12, 8, DASH_RATIO, DASH_SCALE_UTILISATION, .flags = DASH_FROM_ZERO | DASH_TO_ONE, .queries = {{.expr = "max by (instance, device) (" RATE(M("disk_io_time_seconds_total", DEVICES)) ")", "{{instance}} {{device}}"}}},

	{DASH_ROW, .title = "Network"},
	{DASH_SERIES, "Received and sent", "Bits per second; what is sent is below the axis.", 12, 8, DASH_BIT_RATE,
	 .queries = {{.expr = "sum by (instance, device) (" RATE(M("network_receive_bytes_total", INTERFACES)) " * 8)", "{{instance}} {{device}} received"}, {.expr = "sum by (instance, device) (" RATE(M("network_transmit_bytes_total", INTERFACES)) " * 8)", "{{instance}} {{device}} sent", .style = DASH_BELOW}}},
	{DASH_SERIES, "Errors and drops", "Packets per second that were lost.", 12, 8, DASH_OPERATION_RATE, .flags = DASH_FROM_ZERO,
	 .queries = {{.expr = "sum by (instance) (" RATE(M("network_receive_errs_total", INTERFACES)) " + " RATE(M("network_transmit_errs_total", INTERFACES)) ")", "{{instance}} errors", .style = DASH_BAD}, {.expr = "sum by (instance) (" RATE(M("network_receive_drop_total", INTERFACES)) " + " RATE(M("network_transmit_drop_total", INTERFACES)) ")", "{{instance}} drops"}}},
	{DASH_SERIES, "Clock", "How far the clock is off, as far as the kernel knows.", 12, 8, DASH_SECONDS, .queries = {{.expr = HOST "(" N("timex_offset_seconds") ")", "{{instance}}"}}},
	{DASH_SERIES, "Open files", "The part of the host's file descriptors that is in use.", 12, 8, DASH_RATIO, DASH_SCALE_UTILISATION, .flags = DASH_FROM_ZERO, .queries = {{.expr = HOST "(" N("filefd_allocated") " / (" N("filefd_maximum") " > 0))", "{{instance}}"}}},
	{.title = NULL},
};
/* clang-format on */

const struct dashboard dashboard_host = {
	.name = "host",
	.title = "wick: hosts",
	.summary = "CPU, memory, disks and network, by the node exporter",
	.from = "now-6h",
	.to = "now",
	.variables = variables,
	.panels = panels,
};
