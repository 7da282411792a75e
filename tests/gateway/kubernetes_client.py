"""What the official client finds in a namespace by a kubeconfig, and is told of by a watch, as JSON: `KUBECONFIG LABEL SECONDS`.
It prints a line for the lists, then one for each event."""

import json
import sys

from kubernetes import client, config, watch

NAMESPACE = "tools"


def main(file, label, seconds):
    config.load_kube_config(config_file=file)
    core = client.CoreV1Api()
    maps = core.list_namespaced_config_map(NAMESPACE, label_selector=label)
    named = core.list_namespaced_config_map(NAMESPACE, field_selector="metadata.name=agentgateway-config")
    services = core.list_namespaced_service(NAMESPACE)
    first = core.list_namespaced_config_map(NAMESPACE, limit=2)
    rest = core.list_namespaced_config_map(NAMESPACE, limit=2, _continue=first.metadata._continue)
    told = {
        "labelled": {one.metadata.name: one.data for one in maps.items},
        "named": [one.metadata.name for one in named.items],
        "ports": {one.metadata.name: [port.app_protocol for port in one.spec.ports] for one in services.items},
        "pages": [[one.metadata.name for one in page.items] for page in (first, rest)],
    }
    print(json.dumps(told), flush=True)
    events = watch.Watch().stream(
        core.list_namespaced_config_map, NAMESPACE, label_selector=label, resource_version=maps.metadata.resource_version, timeout_seconds=seconds
    )
    for event in events:
        print(json.dumps([event["type"], event["object"].metadata.name]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
