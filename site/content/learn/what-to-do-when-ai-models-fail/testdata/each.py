"""Reports each of the logs that come in, with triage.py, which lies beside it then."""

import json
import sys

from triage import report

for log in json.load(sys.stdin):
    report(log)
    print("--")
