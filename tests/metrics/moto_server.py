"""The moto of tests/aws, which can tell percentiles besides; moto itself knows sums, means and extremes."""

import math
import pathlib
import runpy
import sys

from moto.cloudwatch.models import Statistics

known = Statistics.get_statistics_for_type


def told(self, statistic):
    if not statistic.startswith("p"):
        return known(self, statistic)
    values = sorted(self.metric_single_values_list)
    return values[math.ceil(float(statistic[1:]) / 100 * len(values)) - 1] if values else None


Statistics.get_statistics_for_type = told
AWS = pathlib.Path(__file__).resolve().parent.parent / "aws"
sys.path.insert(0, str(AWS))
runpy.run_path(str(AWS / "moto_server.py"))
