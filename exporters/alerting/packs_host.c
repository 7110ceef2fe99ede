/* Targets that are gone, and hosts by the series of the node exporter. */
#include "exporters/alerting/pack_texts.h"
#include "exporters/alerting/packs.h"

#include <stddef.h>

/* When targets that have this metric answered. */
#define ANSWERED(kind, metric)                                                                                         \
	"label_replace(timestamp(up) and up == 1 and on (job, instance) " metric ", \"target_kind\", \"" kind          \
	"\", \"\", \"\")"
#define ANSWERED_NOW(hosts, probes)                                                                                    \
	"max without (pod, container, endpoint) (" hosts " or on (job, instance) " probes                              \
	" or on (job, instance) (timestamp(up{pod=\"\"}) and up == 1))"

/* Each target's newest answer, kept for 30 days behind its last: the series reads itself, a day back, so that an outage
 * of Prometheus does not end it. Pods come and go under other names and are not missed, but for those that speak of a
 * host. What answers now has no second series under labels that it had before. */
#define SEEN                                                                                                           \
	ANSWERED_NOW(ANSWERED("host", "node_boot_time_seconds"), ANSWERED("probe", "probe_success"))                   \
	" or (last_over_time(" LAST_SEEN "[1d]) > time() - 30 * 86400 unless on (job, instance) up == 1)"

const struct rule target_rules[] = {
	{.name = LAST_SEEN, .expr = SEEN},
	{"TargetVanished", "time() - (" LAST_SEEN " unless on (job, instance) up) > 600 < 7 * 86400", "5m", "ticket",
	 "target-vanished", INSTANCE " is not a target any more",
	 "Prometheus has stopped asking it (job {{ $labels.job }}), and it last answered {{ $value | humanizeDuration }} ago: "
	 "nothing that is wrong with it would be noticed. This alert ends 7 days behind its last answer."},
	{.name = NULL},
};

/* A host is what has shown a node exporter's series, or what is scraped under a job of that name and never answered. */
#define HOST_DOWN                                                                                                      \
	"up == 0 and on (job, instance) " LAST_SEEN "{target_kind=\"host\"} or "                                       \
	"up{job=~\"(.*[-_/])?(nodes?|hosts?|node[-_]?exporters?)\"} == 0"

#define CPU_BUSY    "1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))"
#define CPU_SUMMARY "The CPUs of " INSTANCE " are " PERCENT " busy"
#define CPU_MODES   "sort_desc(avg by (mode) (rate(node_cpu_seconds_total{mode!='idle',job=%q,instance=%q}[5m])) > 0.01)"
#define CPU_MODE    "{{ $mode.Labels.mode }} {{ $mode.Value | humanizePercentage }}"
#define CPU_NOW                                                                                                        \
	ASK(CPU_MODES, " They are busy with {{ range $i, $mode := . }}{{ if $i }}, {{ end }}" CPU_MODE "{{ end }}.")   \
	ASK("count(node_cpu_seconds_total{mode='idle',job=%q,instance=%q})", " There are " ANSWER "}} of them.")

#define MEMORY_USED    "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
#define MEMORY_SUMMARY INSTANCE " uses " PERCENT " of its memory"
#define MEMORY_NOW                                                                                                     \
	ASK("node_memory_MemAvailable_bytes{job=%q,instance=%q}", ANSWER "| humanize1024 }}B")                         \
	ASK("node_memory_MemTotal_bytes{job=%q,instance=%q}", " of " ANSWER "| humanize1024 }}B")                      \
	" are available to programs."

/* What is written to, and is no memory: neither what is read-only by its nature nor what is mounted so. */
#define DISK_USED "1 - node_filesystem_avail_bytes{" DISKS "} / node_filesystem_size_bytes{" DISKS "}"
#define DISKS                                                                                                          \
	"fstype!~\"(dev|hugetlb)?tmpfs|ramfs|rootfs|overlay|aufs|squashfs|erofs|cramfs|iso9660|udf|nsfs|autofs|"       \
	"fuse[.](lxcfs|portal|snapfuse|gvfsd-fuse)\""
#define WRITABLE                  " unless node_filesystem_readonly == 1"
#define DISK_SUMMARY              "{{ $labels.mountpoint }} of " INSTANCE " is " PERCENT " full"
#define DISK(metric)              "node_filesystem_" metric "_bytes{job=%q,instance=%q,device=%q,mountpoint=%q}"
#define OF_DISK                   " $labels.job $labels.instance $labels.device $labels.mountpoint"
#define ASK_DISK(query, of, text) "{{ with printf \"" query "\"" of " | query }}" text "{{ end }}"
#define DISK_NOW                                                                                                       \
	ASK_DISK(DISK("avail"), OF_DISK, ANSWER "| humanize1024 }}B")                                                  \
	ASK_DISK(DISK("size"), OF_DISK, " of " ANSWER "| humanize1024 }}B")                                            \
	" are free on {{ $labels.device }} ({{ $labels.fstype }})."
/* A month is as good as never. */
#define DISK_LASTS DISK("avail") " / (0 - deriv(" DISK("avail") "[6h])) > 0 < 30 * 86400"
#define DISK_FULL_IN                                                                                                   \
	ASK_DISK(DISK_LASTS, OF_DISK OF_DISK,                                                                          \
		 " If it fills on as it has lately, it is full in " ANSWER "| humanizeDuration }}.")

const struct rule host_rules[] = {
	{"HostDown", HOST_DOWN, "5m", "page", "host-down", INSTANCE " is down",
	 "Its node exporter does not answer Prometheus (job {{ $labels.job }}). " SEEN_AGO},
	{"HostCpuHigh", CPU_BUSY " > 0.8", "30m", "ticket", "host-cpu-high", CPU_SUMMARY,
	 "Above 80 % for 30 minutes." CPU_NOW},
	{"HostCpuHigh", CPU_BUSY " > 0.9", "15m", "page", "host-cpu-high", CPU_SUMMARY,
	 "Above 90 % for 15 minutes." CPU_NOW},
	{"HostMemoryHigh", MEMORY_USED " > 0.8", "15m", "ticket", "host-memory-high", MEMORY_SUMMARY,
	 "Above 80 % for 15 minutes. " MEMORY_NOW},
	{"HostMemoryHigh", MEMORY_USED " > 0.9", "5m", "page", "host-memory-high", MEMORY_SUMMARY,
	 "Above 90 % for 5 minutes. " MEMORY_NOW},
	{"HostDiskFilling", DISK_USED " > 0.75" WRITABLE, "15m", "ticket", "host-disk-filling", DISK_SUMMARY,
	 "Above 75 %. " DISK_NOW DISK_FULL_IN},
	{"HostDiskFilling", DISK_USED " > 0.9" WRITABLE, "5m", "page", "host-disk-filling", DISK_SUMMARY,
	 "Above 90 %. " DISK_NOW DISK_FULL_IN},
	{.name = NULL},
};
