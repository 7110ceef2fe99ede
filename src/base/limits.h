/* Every ceiling of the program, each with its reason. Anything that the outside can grow has a row here. */
#ifndef WICK_BASE_LIMITS_H
#define WICK_BASE_LIMITS_H

#define KIB(n) ((size_t)(n) << 10)
#define MIB(n) ((size_t)(n) << 20)

/* definition files */
#define LIMIT_FILE_BYTES       MIB(8)  /* one YAML file; the largest real ones are under 1 MiB */
#define LIMIT_FILES            20000   /* files below one definition path */
#define LIMIT_YAML_DEPTH       64      /* nesting; real definitions stay under 12 */
#define LIMIT_YAML_NODES       2000000 /* nodes of one file after aliases are followed: stops "billion laughs" */
#define LIMIT_FINDINGS         1000    /* findings kept per file; the rest are counted */
#define LIMIT_SLOS             200000  /* SLOs of one daemon */
#define LIMIT_POLICIES         1000    /* error budget policies of one daemon */
#define LIMIT_CORRECTIONS      10000   /* exclusions and adjustments of one daemon: years of them */
#define LIMIT_SCOPE_SLOS       1000    /* SLOs that one of them names; for more there are labels */
#define LIMIT_REASON_BYTES     KIB(1)  /* of one of them: the audit list keeps it for good */
#define LIMIT_SILENCES_BYTES   MIB(16) /* what an Alertmanager tells of its silences; 20,000 take some 8 MiB */
#define LIMIT_SILENCE_MATCHERS 64      /* of one silence */
#define LIMIT_SILENCE_ID_BYTES 64      /* a UUID has 36 */
#define LIMIT_GROUPS_DEFAULT   100     /* groups of one SLO, unless it asks for more */
#define LIMIT_GROUPS_TOP       1000    /* where only some of them are shown: these cost memory alone */
#define LIMIT_GROUPS_MAX       10000
#define LIMIT_TOP_MAX          1000    /* groups of one SLO that are shown beside `everything else` */
#define LIMIT_NAME_BYTES       253     /* service and SLO names: a DNS name's length */
#define LIMIT_TEXT_BYTES       KIB(16) /* descriptions, label values */
#define LIMIT_SOURCES          64      /* beside the default one; each has connections and a cohort of its own */

/* deliveries in them */
#define LIMIT_DELIVERIES            2000   /* documents; of many repositories one can be for a whole organisation */
#define LIMIT_DELIVERY_ENVIRONMENTS 64     /* of one: each asks the code host for itself */
#define LIMIT_DELIVERY_TEXTS        1000   /* patterns, labels, authors of one list; each is tried at each commit */
#define LIMIT_DELIVERY_TEXT_BYTES   KIB(1) /* one of them */
#define LIMIT_DELIVERY_INCIDENTS    1000   /* of one, those written down by people among them: years of them */
#define LIMIT_REPOSITORY_BYTES      140    /* "owner/name": GitHub has 39 and 100 */

/* composites in them */
#define LIMIT_COMPOSITE_MEMBERS 100  /* of one */
#define LIMIT_COMPOSITE_DEPTH   8    /* composites within composites; keeps recursion short */
#define LIMIT_COMPOSITE_READ    1000 /* SLOs that one is read through, each as often as it is reached */

/* templates of SLIs in them */
#define LIMIT_TEMPLATES           1000 /* of one daemon's files */
#define LIMIT_TEMPLATE_PARAMETERS 64   /* of one template, and metrics that it names; wick's own have up to 5 */
#define LIMIT_TEMPLATE_NODES      64   /* values of one template's sli; those that there can be are under 10 */

/* PromQL */
#define LIMIT_PROMQL_BYTES   KIB(128) /* one expression */
#define LIMIT_PROMQL_DEPTH   200      /* nesting of one expression; keeps recursion far from the stack's end */
#define LIMIT_PROMQL_PRINTED MIB(4)   /* a rewritten expression */

/* what a Prometheus answers */
#define LIMIT_ANSWER_BYTES      MIB(256) /* one answer; a chunk is sized to stay near 16 MiB */
#define LIMIT_SERIES_PER_ANSWER 2000000
#define LIMIT_LABELS_PER_SERIES 256
#define LIMIT_RANGE_POINTS      11000  /* Prometheus refuses a range query with more points per series */
#define LIMIT_METRIC_NAMES      500000 /* names that `wick init` looks through; a large Prometheus has some 10,000 */
#define LIMIT_URL_QUERY_BYTES   1800   /* longer queries are sent by POST */

/* what a GitHub answers */
#define LIMIT_HEADER_BYTES        KIB(16) /* one header that is looked at, a Link say; servers keep to 8 KiB and less */
#define LIMIT_KEY_BYTES           KIB(64) /* a private key in PEM form; one of RSA 4096 has 3.2 KiB */
#define LIMIT_TOKEN_BYTES         KIB(64) /* a token that is signed or handed out; they have grown to some 2 KiB */
#define LIMIT_GITHUB_ANSWER_BYTES MIB(64) /* one answer; a page of 100 runs has 1 to 3 MiB, of files up to 10 */

/* ledgers and their store */
#define LIMIT_LEDGER_BYTES  MIB(64)  /* one ledger, not compressed; 90 days of single 5 s steps take 8 MiB */
#define LIMIT_JOURNAL_BYTES MIB(256) /* one commit's postings, not compressed; 10,000 accounts take 0.1 MiB a step */
#define LIMIT_ACCOUNTS      4000000  /* ledgers in one store, old histories too */
#define LIMIT_AUDIT_ENTRIES 10000    /* changes of corrections that are kept; the oldest go. Some MiB */
#define LIMIT_FIRINGS       10000    /* times that alerts fired that are kept; the oldest go. Some MiB */
#define LIMIT_NOTE_BYTES    MIB(16)  /* one note: the states of 100,000 alerts take 10 MiB */

#define LIMIT_ALERTS_BYTES MIB(32) /* what an Alertmanager is sent at once: 20,000 alerts take some 20 MiB */

/* what a code host told */
#define LIMIT_FACT_TEXT_BYTES  KIB(64) /* a name, URL or mark; GitHub's own are under 2 KiB */
#define LIMIT_FACT_TITLE_BYTES KIB(1)  /* a title or first line is cut there; GitHub's titles have 256 characters */
#define LIMIT_FACT_LIST_BYTES  MIB(16) /* one list as JSON: a range of 390,000 commits */
#define LIMIT_FACTS_LOADED     2000000 /* of one kind of one repository, some 600 MiB; Linux has 1.4 million commits */
#define LIMIT_FACT_ALERTS      1000000 /* of one service: 270 a day over ten years */

/* our own server */
#define LIMIT_HTTP_CONNECTIONS    256
#define LIMIT_HTTP_REQUEST_BYTES  KIB(64)
#define LIMIT_WEBHOOK_BYTES       MIB(1) /* GitHub sends larger ones: what they are about is found without them */
#define LIMIT_HTTP_RESPONSE_BYTES MIB(512)

#define LIMIT_ZONE_BYTES KIB(256) /* one time zone file; the largest are under 4 KiB */

/* recurring stretches of time */
#define LIMIT_RECURRENCE_COUNT    10000           /* counted when the rule is read, which takes some ms at most */
#define LIMIT_RECURRENCE_INTERVAL 10000           /* in units of FREQ; 27 years of days */
#define LIMIT_RECURRENCE_YEARS    400             /* behind the start; the calendar comes round, and a search ends */
#define LIMIT_RECURRENCE_MINUTES  (366 * 24 * 60) /* one stretch; a question looks as far back as it lasts */

/* small texts */
#define LIMIT_LINE_BYTES   KIB(64)  /* one log line */
#define LIMIT_OUTPUT_BYTES MIB(512) /* what a command prints at once */

#endif
