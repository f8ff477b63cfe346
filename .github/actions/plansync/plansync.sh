#!/usr/bin/env bash
# plansync.sh
#
# Builds plansync from the checkout that holds this script, and runs COMMAND with ARGS, which white space separates,
# on the site in DIRECTORY. Check writes annotations, unless ARGS name another format. The exit code is plansync's.
set -euo pipefail
run=("$RUNNER_TEMP/plansync" -C "$DIRECTORY" "${COMMAND:?names no command of plansync}")
if [[ $COMMAND == check ]]; then
  run+=(--format github)
fi
IFS=$' \t\n' read -r -d '' -a args <<<"$ARGS" || true # it misses its delimiter, and has read everything

go build -C "$(dirname "${BASH_SOURCE[0]}")/../../.." -tags=urfave_cli_no_docs -o "$RUNNER_TEMP/plansync" ./tools/plansync || exit 2
exec "${run[@]}" ${args[@]+"${args[@]}"}
