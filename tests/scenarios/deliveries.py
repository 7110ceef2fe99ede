"""Definitions of deliveries: what the commands say of them, and a daemon that has nothing else."""

import json
import signal

from scenario import EVENTS, check, document, equal, scenario, servers

DELIVERY = """apiVersion: wick/v1
kind: Delivery
service: shop
repository: o/shop
environments:
  production: {workflow: deploy.yml, branch: main}
incidents:
  - {slo: page}
"""


@scenario
def check_counts_deliveries_and_lists_them(stage):
    """The summary counts deliveries; --verbose says what each is made of; a service without an SLO is a warning."""
    stage.define(document("shop", availability={"sli": EVENTS, "window": "30d"}), "shop.yaml")
    stage.define(DELIVERY, "delivery.yaml")
    code, out, err = stage.run("check", "--strict", stage.definitions)
    equal((code, out, err), (0, "", "wick: checked 2 files with 1 SLO and 1 delivery: 0 errors, 0 warnings\n"), "what is said of a whole set")
    code, out, _ = stage.run("check", "--verbose", stage.definitions)
    equal((code, out), (0, f"{stage.definitions}/delivery.yaml:1:1: note: shop from 'o/shop': production by workflow 'deploy.yml', branch 'main'; incidents: alerts of severity 'page'\n"),
          "the list")
    stage.define(DELIVERY.replace("service: shop", "service: market"), "delivery.yaml")
    code, out, _ = stage.run("check", "--format=json", stage.definitions)
    found = [(finding["level"], finding["rule"], finding["line"], finding["column"]) for finding in json.loads(out)["findings"]]
    equal((code, found), (0, [("warning", "no-such-slo", 8, 5)]), "a service without SLOs")
    stage.define(DELIVERY, "again.yaml")
    stage.define(DELIVERY, "delivery.yaml")
    code, out, _ = stage.run("check", stage.definitions)
    equal((code, out), (1, f"{stage.definitions}/delivery.yaml:6:3: error: environments: 'production' of 'shop' is defined already at {stage.definitions}/again.yaml:6:3\n"), "one too many")


@scenario
def a_daemon_may_have_deliveries_alone(stage):
    """Definitions without an SLO are served where there is a delivery in them, and one that breaks is kept."""
    stage.define(DELIVERY.replace("incidents:\n  - {slo: page}\n", ""), "delivery.yaml")
    daemon = stage.serve("--no-watch", settled=False)
    servers.wait_until("it has taken up what there is", lambda: "msg=serving" in daemon.log(), process=daemon)
    check("there is no SLO" not in daemon.log(), daemon.tail())
    stage.define(DELIVERY.replace("workflow", "workflows"), "delivery.yaml")
    daemon.signal(signal.SIGHUP)
    daemon.wait_metric("wick_definition_files_broken", lambda broken: broken == 1)
    equal([value for name, value in daemon.metrics().items() if name.startswith("wick_definition_file_kept{")], [1.0], "wick_definition_file_kept")
    check("did you mean 'workflow'?" in daemon.log(), daemon.tail())
    stage.define("# nothing\n", "delivery.yaml")
    daemon.signal(signal.SIGHUP)
    daemon.wait_metric("wick_definition_files_broken", lambda broken: broken == 0)
    check("there is no SLO in the definitions" in daemon.log(), daemon.tail())
