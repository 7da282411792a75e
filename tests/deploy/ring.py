"""ring.py ALARM URL: a verification that passes, while an alarm goes on."""

import os
import sys

import boto3

# Not with the key of the deployment, which need not be allowed this.
cloudwatch = boto3.Session("onlooker", "onlooker").client("cloudwatch", region_name=os.environ["AWS_REGION"])
cloudwatch.set_alarm_state(AlarmName=sys.argv[1], StateValue="ALARM", StateReason="rung by a test")
