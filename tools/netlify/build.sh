#!/usr/bin/env bash
# build.sh [FLAG ...]
#
# Builds the site with the Hugo on PATH and the flags; warnings are errors. Hugo's own --panicOnWarning shows only the
# first of them, and now and then never ends.
set -euo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
hugo --gc --minify --printPathWarnings "$@" 2>&1 | tee "$log"
if grep -q '^WARN' "$log"; then
  echo 'build.sh: warnings are errors here' >&2
  exit 1
fi
