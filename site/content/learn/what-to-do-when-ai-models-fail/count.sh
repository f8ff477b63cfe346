#!/bin/sh
# The commonest ends of calls.
jq -r '[.model, .release, .feature, .kind]
  | @tsv' calls.jsonl |
  sort | uniq -c | sort -rn | head
