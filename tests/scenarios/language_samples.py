"""Definition files of other tools, written for the scenarios of languages.py.

In those with every field, the comment behind a key says what the scenario does to it beside giving it another type: `required` takes
it away, `not A, B` writes these values, and `anything` says that wick leaves it alone.
"""

SHOP_BAD = 'http_request_duration_seconds_count{job="myservice",code=~"5..|429"}'
SHOP_GOOD = 'http_request_duration_seconds_count{job="myservice",code!~"5..|429"}'
SHOP_ALL = 'http_request_duration_seconds_count{job="myservice"}'
SATISFIED = "unifipoller_client_satisfaction_ratio"
API = "apiserver_request_sli_duration_seconds"
of_sloth = lambda series: f"sum(rate({series}[{{{{.window}}}}]))"

SLOTH = f"""version: prometheus/v1 # required; not prometheus/v2
service: shop # required; not '', a/b, -a
labels:
  team: a
  cost-centre: b
slo_plugins:
  chain: [] # anything
slos: # required; not []
- name: availability # required; not '', a b
  description: it answers
  objective: 99.9 # required; not 0, 100, 101, -1, .inf, .nan, 1e400, x, 99.9%
  labels:
    category: web
  plugins:
    chain: [] # anything
  sli: # required; not {{}}
    events:
      error_query: {of_sloth(SHOP_BAD)} # required; not '', 5, sum(, '"a"'
      total_query: {of_sloth(SHOP_ALL)} # required; not '', 5, sum(, '"a"'
  alerting:
    name: ShopErrors
    labels:
      category: web
    annotations:
      runbook: https://example.com/shop
      title: the shop is ill
    page_alert:
      disable: false # not yes, 1, x
      labels:
        severity: pageteam
      annotations:
        title: page
    ticket_alert:
      disable: false # not yes, 1, x
      labels:
        severity: slack
      annotations:
        title: ticket
- name: raw # required
  objective: 95 # required
  sli: # required
    raw:
      error_ratio_query: 1 - avg_over_time({SATISFIED}[{{{{.window}}}}]) # required; not '', 5, sum(
  alerting:
    page_alert:
      disable: true
---
apiVersion: sloth.slok.dev/v1 # required; not sloth.slok.dev/v9
kind: PrometheusServiceLevel # required; not ServiceLevel
metadata: # required
  name: shop-slos # required; not '', a b
  namespace: prod # not a/b
  labels:
    a: b
  annotations:
    a: b
  creationTimestamp: null # anything
  resourceVersion: 5 # anything
spec: # required
  service: shop # required; not '', a/b
  labels:
    team: a
  sloPlugins:
    chain: [] # anything
  slos: # required; not []
  - name: availability # required; not '', a b
    description: it answers
    objective: 99.9 # required; not 0, 100, x
    labels:
      category: web
    plugins:
      chain: [] # anything
    sli: # required
      events:
        errorQuery: {of_sloth(SHOP_BAD)} # required; not sum(
        totalQuery: {of_sloth(SHOP_ALL)} # required; not sum(
    alerting:
      name: ShopErrors
      labels:
        category: web
      annotations:
        title: the shop is ill
      pageAlert:
        disable: false # not yes
        labels:
          severity: pageteam
        annotations:
          title: page
      ticketAlert:
        disable: false # not yes
        labels:
          severity: slack
        annotations:
          title: ticket
status: # anything
  processedSLOs: 1 # anything
---
apiVersion: sloth.slok.dev/v1 # required
kind: AlertWindows # required
metadata: # anything
  name: x # anything
spec: # required
  sloPeriod: 28d # required; not 1, x, 90s, -1d
  page: # required
    quick: # required
      errorBudgetPercent: 2 # required; not 0, 101, -1, x, inf
      shortWindow: 5m # required; not 0m, 90s, x, 1h, 2y
      longWindow: 1h # required; not 0m, 90s, x, 28d, 2y
    slow: # required
      errorBudgetPercent: 5 # required
      shortWindow: 30m # required
      longWindow: 6h # required
  ticket: # required
    quick: # required
      errorBudgetPercent: 10 # required
      shortWindow: 2h # required
      longWindow: 1d # required
    slow: # required
      errorBudgetPercent: 10 # required
      shortWindow: 6h # required
      longWindow: 3d # required
"""

PYRRA = f"""apiVersion: pyrra.dev/v1alpha1 # required; not pyrra.dev/v9
kind: ServiceLevelObjective # required; not SLO
metadata: # required
  name: shop-errors # required; not '', a b, a/b
  namespace: prod # not a b
  labels:
    role: alert-rules
    pyrra.dev/team: a
  annotations:
    a: b
  generation: 5 # anything
spec: # required
  description: it answers
  target: '99.5' # required; not 0, 100, 101, x, 99.5%, inf
  window: 4w # required; not 30m, 2y, x, 90m30s, 0s, -1d
  indicator: # required; not {{}}
    ratio:
      errors: # required
        metric: {SHOP_BAD} # required; not '', sum(, 5
      total: # required
        metric: {SHOP_ALL} # required; not '', sum(, 5
      grouping: [code] # not code, [a b], [code,code]
  alerting:
    disabled: false # not no, 0
    burnrates: true # not yes, 1
    absent: true # not yes, 1
    name: Errors
    absentName: Gone
    severities: x
  partial_response_strategy: abort
  performanceOverAccuracy: true
  ruleOutput:
    enableDescriptionAsLabel: true # anything
status: # anything
  type: x # anything
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: api-latency
spec:
  target: 99
  window: 14d
  indicator: # required
    latency:
      success: # required
        metric: {API}_bucket{{le="5.0"}} # required; not {API}_bucket, '{API}_bucket{{le="x"}}', '{API}_bucket{{le="-1"}}', 'sum({API}_bucket{{le="5"}})'
      total: # required
        metric: {API}_count # required; not 'sum({API}_count)', ''
      grouping: [verb] # not verb
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: native-latency
spec:
  target: 99
  window: 14d
  indicator: # required
    latencyNative:
      latency: 200ms # required; not 0, -1, x
      total: # required
        metric: {API} # required; not 'sum({API})'
      grouping: [verb] # not verb
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: probes
spec:
  target: 99
  window: 14d
  indicator: # required
    bool_gauge:
      metric: probe_success # required; not '', sum(probe_success)
      grouping: [target] # not target
"""

OPENSLO = f"""apiVersion: openslo/v1 # required; not openslo/v9
kind: SLO # required; not SLA
metadata: # required
  name: web # required; not '', a b
  displayName: The web
  labels:
    team: [a, b]
    env: prod
  annotations:
    a: b
spec: # required
  description: it answers
  service: shop # required; not '', a b
  indicatorRef: answers # required; not nobody
  timeWindow: # required; not []
  - duration: 4w # required; not 4, 4s, 0w, -1w, 1x, 2Y, 30m, 4y
    isRolling: true # not yes
  budgetingMethod: Occurrences # required; not Events
  objectives: # required; not []
  - displayName: Good
    target: 0.995 # required; not 0, 1, 99, -1, x, inf
    compositeWeight: 1 # not 0, -1, x
  - displayName: Fine
    targetPercent: 99 # required; not 0, 100, 101, x
    op: gt # not '>'
    value: 1 # not x, inf, 1e999
    indicator:
      metadata:
        name: own # not a b
      spec: # required
        ratioMetric: # required
          rawType: success # required; not good
          raw: # required
            metricSource:
              type: Prometheus
              spec: # required
                query: avg_over_time({SATISFIED}[5m]) # required; not sum(, '', 5
  alertPolicies: # not [nobody]
  - alertPolicyRef: fast
  - kind: AlertPolicy # not SLI
    metadata:
      name: inline # not a b
    spec: # required
      conditions: # required; not []
      - kind: AlertCondition # not SLI
        metadata:
          name: slow # not a b
        spec: # required
          severity: ticket # required
          condition: # required
            kind: burnrate # required
            op: gt # required
            threshold: 2 # required
            lookbackWindow: 1d # required
---
apiVersion: openslo/v1 # required
kind: SLO # required
metadata: # required
  name: slices # required
spec: # required
  service: shop # required
  indicator: # required
    metadata:
      name: queue # not a b
    spec: # required
      description: how long it is
      thresholdMetric: # required
        metricSource:
          metricSourceRef: main
          type: Prometheus
          spec: # required
            query: queue_length # required; not sum(, ''
  timeWindow: # required
  - duration: 1M # required; not 4h
    isRolling: false # not yes
    calendar: # required
      startTime: 2022-01-01 12:00:00 # required; not x, 2022-02-30 12:00:00, 5
      timeZone: America/New_York # required; not x, '', ../x
  budgetingMethod: Timeslices # required
  objectives: # required
  - op: lte # required; not eq
    value: 50 # required; not x, inf
    target: 0.99 # required
    timeSliceTarget: 0.9 # required; not 0, 1.1, -1, x
    timeSliceWindow: 5m # not 5, 5s, 2d, 1M, 0m
---
apiVersion: openslo/v1 # required
kind: SLI # required
metadata: # required
  name: answers # required
spec: # required
  description: answers
  ratioMetric: # required
    counter: true # not yes, 1
    bad: # required
      metricSource:
        metricSourceRef: main
        spec: # required
          query: {SHOP_BAD} # required; not sum(, '', 5
    total: # required
      metricSource:
        type: Prometheus
        spec: # required
          query: {SHOP_ALL} # required; not sum(, '', 5
---
apiVersion: openslo/v1 # required
kind: DataSource # required
metadata: # required
  name: main # required
spec: # required
  description: ours
  type: Prometheus # required; not ''
  connectionDetails:
    url: http://example.com # anything
---
apiVersion: openslo/v1 # required
kind: AlertPolicy # required
metadata: # required
  name: fast # required
spec: # required
  description: pages
  alertWhenNoData: true # not yes
  alertWhenResolved: true
  alertWhenBreaching: true # not yes
  conditions: # required; not []
  - conditionRef: burns # required; not nobody
  notificationTargets:
  - targetRef: us # anything
---
apiVersion: openslo/v1 # required
kind: AlertCondition # required
metadata: # required
  name: burns # required
  annotations:
    wick/shortWindow: 5m # not 2h, x, 5
spec: # required
  description: burns
  severity: page # required; not '', a b
  condition: # required
    kind: burnrate # required; not budget
    op: gt # required; not '>'
    threshold: 14 # required; not 0, -1, x, inf
    lookbackWindow: 1h # required; not 0h, x, 1M, 4w
    alertAfter: 5m # not x, 1M
---
apiVersion: openslo/v1 # required
kind: Service # required
metadata: # required
  name: shop # required
spec: # required
  description: sells
---
apiVersion: openslo/v1 # required
kind: AlertNotificationTarget # required
metadata: # required
  name: us # required
  displayName: Us
spec: # required
  description: us
  target: mail # required
"""

OPENSLO_OTHERS = f"""apiVersion: openslo.com/v2alpha # required; not openslo.com/v9
kind: SLO # required; not SLA
metadata: # required
  name: two # required
  labels:
    team: a
spec: # required
  description: it answers
  serviceRef: shop # required; not a b
  sli: # required
    metadata:
      name: own # not a b
    spec: # required
      ratioMetric: # required
        counter: true
        good: # required
          dataSourceRef: main
          spec: # required
            query: {SHOP_GOOD} # required; not sum(
        total: # required
          dataSourceSpec:
            type: Prometheus # required
            description: ours
            connectionDetails: x
          spec: # required
            query: {SHOP_ALL} # required; not sum(
  timeWindow: # required
  - duration: 4w # required
    isRolling: true
  budgetingMethod: RatioTimeslices # required
  objectives: # required
  - target: 0.99 # required
    timeSliceWindow: 1m # not 2d
---
apiVersion: openslo.com/v2alpha # required
kind: DataSource # required
metadata: # required
  name: main # required
spec: # required
  type: Prometheus # required
---
apiVersion: openslo/v1alpha # required
kind: SLO # required
metadata: # required
  name: one # required
  displayName: One
spec: # required
  description: it answers
  service: shop # required
  timeWindows: # required; not []
  - unit: Day # required; not day, d
    count: 30 # required; not 0, -1, 1.5, x, 4000
    isRolling: true # not yes
  budgetingMethod: Occurrences # required
  objectives: # required; not []
  - target: 0.99 # required; not 99
    ratioMetrics: # required
      incremental: true # not yes
      good: # required
        source: prometheus # required
        queryType: promql
        query: {SHOP_GOOD} # required; not sum(
      total: # required
        source: prometheus # required
        queryType: promql
        query: {SHOP_ALL} # required; not sum(
---
apiVersion: openslo/v1alpha # required
kind: SLO # required
metadata: # required
  name: threshold # required
spec: # required
  service: shop # required
  indicator:
    thresholdMetric:
      source: prometheus # required
      query: queue_length # required; not sum(
  timeWindows: # required
  - unit: Quarter # required
    count: 1 # required
    isRolling: false
    calendar: # required
      startTime: 2022-01-01 12:00:00 # required; not x
      timeZone: UTC # required; not x
  budgetingMethod: Occurrences # required
  objectives: # required
  - op: lt # required; not <
    value: 50 # required; not x
    target: 0.99 # required
"""

SLO_GENERATOR = f"""apiVersion: sre.google.com/v2 # required; not sre.google.com/v9
kind: ServiceLevelObjective # required; not SLO
metadata: # required
  name: shop-front-up # required; not '', a b
  labels:
    service_name: shop
    feature_name: front
    slo_name: up
    env: x
spec: # required
  description: it answers
  backend: prometheus # required
  method: good_bad_ratio # required; not ratio
  exporters: [prometheus]
  error_budget_policy: ours
  frequency: 60
  goal: 0.995 # required; not 0, 1, 99.5, -1, x, inf
  service_level_indicator: # required; not {{}}
    filter_good: {SHOP_GOOD} # required; not sum(, '', 5
    filter_valid: {SHOP_ALL} # required; not sum(, '', 5
    operators: [rate, sum] # not rate, [delta,sum], [rate]
---
apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata:
  name: shop-bad
spec:
  backend: prometheus
  method: good_bad_ratio
  error_budget_policy: ours
  goal: 0.995
  service_level_indicator:
    filter_good: {SHOP_GOOD} # required; not sum({SHOP_GOOD})
    filter_bad: {SHOP_BAD} # required; not sum({SHOP_BAD})
---
apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata:
  name: api-latency
spec:
  backend: prometheus
  method: distribution_cut
  error_budget_policy: ours
  goal: 0.99
  service_level_indicator:
    expression: {API}_bucket # required; not {API}, sum({API}_bucket), ''
    threshold_bucket: 5 # required; not 0, -1, x
---
apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata:
  name: satisfied
spec:
  backend: prometheus
  method: query_sli
  error_budget_policy: ours
  goal: 0.99
  service_level_indicator:
    expression: avg_over_time({SATISFIED}[window]) # required; not sum(, 5
---
backends:
  prometheus: x # anything
exporters:
  prometheus: x # anything
default_exporters: [prometheus] # anything
error_budget_policies:
  ours:
    steps: # required; not []
    - name: 1 hour # required; not ''
      window: 3600 # required; not 0, 59, 90, -3600, x, 1h, inf, 1e12
      burn_rate_threshold: 9 # required; not 0, -1, x, inf
      alert: true # not yes
      message_alert: page somebody
      message_ok: fine
    - name: 28 days # required
      window: 2419200 # required
      burn_rate_threshold: 1 # required
"""
# what wick leaves to slo-generator itself, and the language of its configuration
SLO_GENERATOR = SLO_GENERATOR.replace("backends:\n", "backends: # anything\n").replace("exporters:\n  p", "exporters: # anything\n  p")

EVERY_FIELD = {"sloth": SLOTH, "pyrra": PYRRA, "openslo": OPENSLO, "openslo-others": OPENSLO_OTHERS, "slo-generator": SLO_GENERATOR}


# --- what is counted -------------------------------------------------------------------------------------------------------

PYRRA_OF = lambda name, indicator: f"""apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {{name: {name}}}
spec:
  target: '99'
  window: 2w
  indicator: {indicator}
"""
OPENSLO_OF = lambda name, indicator, objective="{target: 0.99}", method="Occurrences": f"""apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: v1
  indicator: {{metadata: {{name: i}}, spec: {indicator}}}
  timeWindow: [{{duration: 4w, isRolling: true}}]
  budgetingMethod: {method}
  objectives: [{objective}]
"""
OF_V1 = lambda query: f"{{metricSource: {{type: Prometheus, spec: {{query: '{query}'}}}}}}"
OF_ALPHA = lambda query: f"{{source: prometheus, queryType: promql, query: '{query}'}}"
ALPHA_OF = lambda name, spec, objective: f"""apiVersion: openslo/v1alpha
kind: SLO
metadata: {{name: {name}}}
spec: {{service: alpha, budgetingMethod: Occurrences, timeWindows: [{{count: 30, unit: Day}}], {spec}objectives: [{{target: 0.99, {objective}}}]}}
"""
GENERATOR_OF = lambda name, method, indicator: f"""apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata: {{name: gen-{name}, labels: {{service_name: gen, feature_name: api, slo_name: {name}}}}}
spec: {{backend: prometheus, method: {method}, goal: 0.99, service_level_indicator: {{{indicator}}}}}
"""
WINDOWED = lambda series: f"sum(increase({series}[{{{{.window}}}}]))"

COUNTED = {
    "sloth": f"""version: prometheus/v1
service: sloth
slos:
- name: events
  objective: 99
  sli: {{events: {{error_query: '{of_sloth(SHOP_BAD)}', total_query: '{of_sloth(SHOP_ALL)}'}}}}
- name: quotient
  objective: 99
  sli:
    raw:
      error_ratio_query: |
        1 - (
          {of_sloth(SHOP_GOOD)}
          /
          {of_sloth(SHOP_ALL)}
        )
- name: average
  objective: 99
  sli: {{raw: {{error_ratio_query: '1 - avg(avg_over_time({SATISFIED}[{{{{.window}}}}]))'}}}}
""",
    "sloth-crd": f"""apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {{name: x, namespace: team}}
spec:
  service: crd
  slos:
  - name: events
    objective: 99
    sli: {{events: {{errorQuery: '{of_sloth(SHOP_BAD)}', totalQuery: '{of_sloth(SHOP_ALL)}'}}}}
""",
    "pyrra": "---\n".join((
        PYRRA_OF("errors", "{ratio: {errors: {metric: 'prometheus_http_requests_total{handler=~\"/api.*\",code=~\"5..\"}'}, "
                           "total: {metric: 'prometheus_http_requests_total{handler=~\"/api.*\"}'}, grouping: [handler]}}"),
        PYRRA_OF("latency", f"{{latency: {{success: {{metric: '{API}_bucket{{verb=\"LIST\",le=\"5.0\"}}'}}, "
                            f"total: {{metric: '{API}_count{{verb=\"LIST\"}}'}}}}}}"),
        PYRRA_OF("probes", "{bool_gauge: {metric: probe_success, grouping: [target]}}"))),
    "openslo": "---\n".join((
        OPENSLO_OF("counters", f"{{ratioMetric: {{counter: true, good: {OF_V1(f'sum({SHOP_GOOD})')}, total: {OF_V1(f'sum({SHOP_ALL})')}}}}}"),
        OPENSLO_OF("windowed", f"{{ratioMetric: {{counter: true, bad: {OF_V1(WINDOWED(SHOP_BAD))}, total: {OF_V1(WINDOWED(SHOP_ALL))}}}}}"),
        OPENSLO_OF("queue", f"{{thresholdMetric: {OF_V1('sum(queue_length)')}}}", "{op: lte, value: 50, target: 0.99}"),
        OPENSLO_OF("slices", f"{{ratioMetric: {{counter: true, bad: {OF_V1(SHOP_BAD)}, total: {OF_V1(SHOP_ALL)}}}}}",
                   "{target: 0.99, timeSliceTarget: 0.99, timeSliceWindow: 1m}", "Timeslices"),
        f"""apiVersion: openslo.com/v2alpha
kind: SLO
metadata: {{name: counters}}
spec:
  service: v2
  sli:
    metadata: {{name: i}}
    spec:
      ratioMetric:
        counter: true
        good: {{dataSourceSpec: {{type: Prometheus}}, spec: {{query: '{SHOP_GOOD}'}}}}
        total: {{dataSourceSpec: {{type: Prometheus}}, spec: {{query: '{SHOP_ALL}'}}}}
  timeWindow: [{{duration: 4w, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.99}}]
""",
        ALPHA_OF("counters", "", f"ratioMetrics: {{incremental: true, good: {OF_ALPHA(SHOP_GOOD)}, total: {OF_ALPHA(SHOP_ALL)}}}"),
        ALPHA_OF("queue", f"indicator: {{thresholdMetric: {OF_ALPHA('sum(queue_length)')}}}, ", "op: lte, value: 50"))),
    "slo-generator": "---\n".join((
        GENERATOR_OF("ratio", "good_bad_ratio", f"filter_good: '{SHOP_GOOD}', filter_valid: '{SHOP_ALL}'"),
        GENERATOR_OF("bad", "good_bad_ratio", f"filter_good: '{SHOP_GOOD}', filter_bad: '{SHOP_BAD}'"),
        GENERATOR_OF("cut", "distribution_cut", f"expression: '{API}_bucket{{verb=\"LIST\"}}', threshold_bucket: 5"),
        GENERATOR_OF("windowed", "good_bad_ratio", f"filter_good: '{SHOP_GOOD}[window]', filter_valid: '{SHOP_ALL}[window]'"),
        GENERATOR_OF("windowed-cut", "distribution_cut", f"expression: '{API}_bucket{{verb=\"LIST\"}}[window]', threshold_bucket: 5"),
        GENERATOR_OF("pairs", "query_sli", f"expression: 'increase({API}_bucket{{verb=\"LIST\",le=\"5\"}}[window]) / ignoring (le) "
                                           f"increase({API}_count{{verb=\"LIST\"}}[window])'"),
        GENERATOR_OF("query", "query_sli", f"expression: 'sum(rate({SHOP_GOOD}[window])) / sum(rate({SHOP_ALL}[window]))'"))),
}

SLOTH_OF_SHOP = f"""version: prometheus/v1
service: sloth
slos:
- name: events
  objective: 99
  sli:
    events:
      error_query: {of_sloth('http_requests_total{job="JOB",code=~"5.."}')}
      total_query: {of_sloth('http_requests_total{job="JOB"}')}
"""

WEEK = """apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 42, shortWindow: 6h, longWindow: 3d}
"""


# --- many of them ----------------------------------------------------------------------------------------------------------

OF_NUMBER = 'http_requests_total{job="NUMBER"}', 'http_requests_total{job="NUMBER",code=~"5.."}'

ONE_OF_MANY = {
    "native": f"""apiVersion: wick/v1
kind: ServiceLevels
service: service-NUMBER
labels: {{team: team-NUMBER}}
slos:
- name: availability
  description: requests answered without a server error
  objective: 99.5%
  sli:
    events:
      bad: {OF_NUMBER[1]}
      total: {OF_NUMBER[0]}
""",
    "sloth": f"""version: prometheus/v1
service: service-NUMBER
labels: {{owner: team-NUMBER}}
slos:
- name: availability
  objective: 99.9
  description: requests answered without a server error
  sli:
    events:
      error_query: {of_sloth(OF_NUMBER[1])}
      total_query: {of_sloth(OF_NUMBER[0])}
  alerting:
    name: ServiceErrors
    annotations: {{summary: the service fails}}
    page_alert: {{labels: {{severity: pageteam, routing_key: team-NUMBER}}}}
    ticket_alert: {{labels: {{severity: slack}}}}
""",
    "pyrra": f"""apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: service-NUMBER
  labels: {{prometheus: k8s, role: alert-rules}}
spec:
  target: '99'
  window: 4w
  indicator:
    ratio:
      errors: {{metric: '{OF_NUMBER[1]}'}}
      total: {{metric: '{OF_NUMBER[0]}'}}
      grouping: [handler]
""",
    "openslo": f"""apiVersion: openslo/v1
kind: SLO
metadata: {{name: availability, labels: {{team: [team-NUMBER]}}}}
spec:
  service: service-NUMBER
  indicatorRef: answers-NUMBER
  timeWindow: [{{duration: 4w, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{displayName: Good, target: 0.99}}]
---
apiVersion: openslo/v1
kind: SLI
metadata: {{name: answers-NUMBER}}
spec:
  ratioMetric:
    counter: true
    bad: {OF_V1(OF_NUMBER[1])}
    total: {OF_V1(OF_NUMBER[0])}
""",
    "slo-generator": f"""apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata:
  name: service-NUMBER-up
  labels: {{service_name: service-NUMBER, feature_name: api, slo_name: up}}
spec:
  description: requests answered without a server error
  backend: prometheus
  method: good_bad_ratio
  goal: 0.99
  service_level_indicator:
    filter_bad: {OF_NUMBER[1]}
    filter_valid: {OF_NUMBER[0]}
""",
}
