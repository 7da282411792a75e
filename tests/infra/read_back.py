"""What stands after an apply, as AWS's own calls tell it."""

import base64
import hashlib
import json
import urllib.parse

from stage import STATE
from tally import equal, holds

NAME = "aoma-mesh-mcp-server-staging"


def check(tally, aws, outputs):
    facts = {
        "the function is as it was asked for": function_stands,
        "its environment says where it is and what it may take": environment_stands,
        "the URL is signed, buffered, without CORS, on the alias": url_stands,
        "the outputs lead to it": outputs_lead,
        "log lines are kept for 30 days": retention_stands,
        "every alarm stands and tells the topic": alarms_stand,
        "both topics take alarms of this account only": topics_stand,
        "the dashboard's widgets ask for what is there": dashboard_stands,
        "callers are given both actions with their conditions": callers_stand,
        "the role may do what it needs, on what it needs": role_stands,
        "the table has the keys and the time to live that the program knows": table_stands,
        "the bucket of sounds is private, over TLS only, and keeps nothing for longer than a day": bucket_stands,
        "the second door leads to the alias, throttled": door_stands,
    }
    for name, fact in facts.items():
        tally.check(name, lambda: fact(aws, outputs))


def function_stands(aws, outputs):
    found = aws("lambda").get_function(FunctionName=NAME)
    configuration = found["Configuration"]
    wanted = {"Runtime": "provided.al2023", "Handler": "bootstrap", "MemorySize": 1024, "Timeout": 30, "Architectures": ["arm64"]}
    equal({name: configuration[name] for name in wanted}, wanted)
    equal(configuration["TracingConfig"]["Mode"], "Active")
    equal(found["Concurrency"]["ReservedConcurrentExecutions"], 2)
    equal(aws("lambda").get_alias(FunctionName=NAME, Name="live")["FunctionVersion"], outputs["Version"])


def environment_stands(aws, outputs):
    variables = aws("lambda").get_function_configuration(FunctionName=NAME)["Environment"]["Variables"]
    wanted = {
        "MESH_ENVIRONMENT": "staging",
        "MESH_SECRETS": "ssm",
        "MESH_SSM_PREFIX": "/mcp-server/",
        "MESH_BUDGET_MS": "25000",
        "MESH_INVOKE_MODE": "buffered",
        "MESH_CORPUS_URI": "s3://corpora/mesh.tar.gz",
        "MESH_METRICS_NAMESPACE": "AomaMesh",
        "MESH_STATE_TABLE": f"{NAME}-state",
        "MESH_AUDIO_BUCKET": outputs["AudioBucketName"],
    }
    equal({name: value for name, value in variables.items() if name != "MESH_BEARER_SHA256"}, wanted)
    equal(len(variables["MESH_BEARER_SHA256"]), 64)


def url_stands(aws, outputs):
    found = aws("lambda").get_function_url_config(FunctionName=NAME, Qualifier="live")
    equal((found["AuthType"], found["InvokeMode"], found["FunctionUrl"]), ("AWS_IAM", "BUFFERED", outputs["FunctionUrl"]))
    holds(not (found.get("Cors") or {}).get("AllowOrigins"), f"CORS is on: {found.get('Cors')}")


def outputs_lead(aws, outputs):
    equal(outputs["MCPEndpointUrl"], outputs["FunctionUrl"] + "rpc")
    equal(outputs["HealthCheckUrl"], outputs["FunctionUrl"] + "health")
    equal(outputs["AliasArn"], f"{outputs['LambdaFunctionArn']}:live")
    equal((outputs["LambdaFunctionName"], outputs["Region"]), (NAME, "us-east-2"))


def retention_stands(aws, outputs):
    groups = aws("logs").describe_log_groups(logGroupNamePrefix=outputs["LogGroupName"])["logGroups"]
    equal([(group["logGroupName"], group["retentionInDays"]) for group in groups], [(f"/aws/lambda/{NAME}", 30)])


def alarms_stand(aws, outputs):
    alarms = {one["AlarmName"]: one for one in aws("cloudwatch").describe_alarms()["MetricAlarms"]}
    equal(sorted(alarms), sorted(outputs["AlarmNames"]))
    notices = [outputs["AlarmTopicArns"]["notices"]]
    deaf = [name for name, one in alarms.items() if one["AlarmActions"] != notices or not one["ActionsEnabled"]]
    equal(deaf, [])
    guide = {"errors": ("Errors", 300, 5.0), "failed": ("Errors", 60, 0.0), "slow": ("Duration", 300, 25000.0)}
    for kind, wanted in guide.items():
        one = alarms[f"{NAME}-{kind}"]
        equal((one["MetricName"], one["Period"], one["Threshold"]), wanted)
        equal({each["Name"]: each["Value"] for each in one["Dimensions"]}, {"FunctionName": NAME, "Resource": f"{NAME}:live"})


def topics_stand(aws, outputs):
    for arn in outputs["AlarmTopicArns"].values():
        policy = json.loads(aws("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
        (statement,) = policy["Statement"]
        equal((statement["Principal"], statement["Action"]), ({"Service": "cloudwatch.amazonaws.com"}, "SNS:Publish"))
        holds("aws:SourceAccount" in statement["Condition"]["StringEquals"], "another account's alarms could publish")
    told = {one["Endpoint"] for one in aws("sns").list_subscriptions()["Subscriptions"]}
    equal(told, {"on-call@example.com", "https://pager.example.com/mesh"})


def dashboard_stands(aws, outputs):
    body = json.loads(aws("cloudwatch").get_dashboard(DashboardName=outputs["DashboardName"])["DashboardBody"])
    titles = [widget["properties"]["title"] for widget in body["widgets"]]
    for wanted in ["Requests", "Duration, ms", "Failures", "Cold starts", "Environments at work", "Calls by tool", "Slowest calls"]:
        holds(wanted in titles, f"no widget `{wanted}` among {titles}")
    equal(len({(widget["x"], widget["y"]) for widget in body["widgets"]}), len(titles))
    regions = {widget["properties"]["region"] for widget in body["widgets"]}
    equal(regions, {"us-east-2"})


def callers_stand(aws, outputs):
    version = aws("iam").get_policy(PolicyArn=outputs["CallersPolicyArn"])["Policy"]["DefaultVersionId"]
    found = aws("iam").get_policy_version(PolicyArn=outputs["CallersPolicyArn"], VersionId=version)["PolicyVersion"]["Document"]
    granted = {one["Action"]: (one["Resource"], one["Condition"]) for one in found["Statement"]}
    both = [outputs["LambdaFunctionArn"], outputs["AliasArn"]]
    wanted = {
        "lambda:InvokeFunctionUrl": (both, {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}),
        "lambda:InvokeFunction": (both, {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    }
    equal(granted, wanted)


def role_stands(aws, outputs):
    role = outputs["RoleArn"].rsplit("/", 1)[1]
    names = aws("iam").list_role_policies(RoleName=role)["PolicyNames"]
    equal(sorted(names), ["keep_sounds", "keep_state", "read_corpus", "read_secrets", "write_logs", "write_traces"])
    equal(aws("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"], [])
    for name in names:
        document = aws("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in document["Statement"]:
            holds("*" not in json.dumps(statement["Action"]), f"{name} allows a wildcard of actions")
            holds(statement["Resource"] != "*" or name == "write_traces", f"{name} allows it on everything")


def table_stands(aws, outputs):
    dynamodb, name = aws("dynamodb"), outputs["TableName"]
    table = dynamodb.describe_table(TableName=name)["Table"]
    equal({key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]}, {"HASH": "family", "RANGE": "name"})
    equal(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
    equal(table["SSEDescription"]["Status"], "ENABLED")
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    equal((ttl["AttributeName"], ttl["TimeToLiveStatus"]), ("expires", "ENABLED"))
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    equal(backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")


def bucket_stands(aws, outputs):
    s3, name = aws("s3"), outputs["AudioBucketName"]
    access = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    equal(access, dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True))
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
    equal((statement["Effect"], statement["Action"], statement["Condition"]), ("Deny", "s3:*", {"Bool": {"aws:SecureTransport": "false"}}))
    equal(statement["Resource"], [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"])
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    equal((rule["Status"], rule["Expiration"]["Days"]), ("Enabled", 1))
    (encrypted,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    equal(encrypted["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")


def door_stands(aws, outputs):
    gateway = aws("apigatewayv2")
    (api,) = gateway.get_apis()["Items"]
    (integration,) = gateway.get_integrations(ApiId=api["ApiId"])["Items"]
    holds(f"{outputs['AliasArn']}/invocations" in integration["IntegrationUri"], integration["IntegrationUri"])
    (stage,) = gateway.get_stages(ApiId=api["ApiId"])["Items"]
    throttle = stage["DefaultRouteSettings"]
    equal((throttle["ThrottlingRateLimit"], throttle["ThrottlingBurstLimit"]), (20, 40))
    equal(urllib.parse.urlsplit(outputs["DoorUrl"]).scheme, "https")
    policy = json.loads(aws("lambda").get_policy(FunctionName=NAME, Qualifier="live")["Policy"])
    equal([one["Principal"] for one in policy["Statement"]], [{"Service": "apigateway.amazonaws.com"}])


def code_moved(aws, outputs, package):
    version = aws("lambda").get_alias(FunctionName=NAME, Name="live")["FunctionVersion"]
    holds(int(version) > int(outputs["Version"]), f"`live` is still on {version}")
    digest = base64.b64encode(hashlib.sha256(package.read_bytes()).digest()).decode()
    equal(aws("lambda").get_function_configuration(FunctionName=NAME, Qualifier="live")["CodeSha256"], digest)
    environment_stands(aws, outputs)
    url_stands(aws, outputs)


def split(aws, stable, weight):
    alias = aws("lambda").get_alias(FunctionName=NAME, Name="live")
    newest = aws("lambda").list_versions_by_function(FunctionName=NAME)["Versions"][-1]["Version"]
    given = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    equal((alias["FunctionVersion"], given), (stable, {newest: weight} if weight else {}))


def nothing_left(aws):
    left = {
        "functions": aws("lambda").list_functions()["Functions"],
        "alarms": aws("cloudwatch").describe_alarms()["MetricAlarms"],
        "dashboards": aws("cloudwatch").list_dashboards()["DashboardEntries"],
        "topics": aws("sns").list_topics()["Topics"],
        "groups": aws("logs").describe_log_groups()["logGroups"],
        "roles": aws("iam").list_roles()["Roles"],
        "doors": aws("apigatewayv2").get_apis()["Items"],
        "tables": aws("dynamodb").list_tables()["TableNames"],
        "buckets": [one for one in aws("s3").list_buckets()["Buckets"] if one["Name"] != STATE],
        "parameters": aws("ssm").describe_parameters()["Parameters"],
    }
    equal({kind: len(found) for kind, found in left.items() if found}, {})
