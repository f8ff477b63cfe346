#!/usr/bin/env bash
# wait-for-deploy.sh URL COMMIT
#
# Waits until the build stamp at URL names the commit or one that contains it: of several quick pushes
# Netlify may deploy only the last, and none that touches plans alone. Gives up after WAIT_SECONDS
# (default 1200), asking every WAIT_EVERY seconds (default 10). Exit 0 when deployed, 1 when given up.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"
url=$1
commit=$2

# A commit that Netlify ignores is never deployed: the one before it that is not is waited for.
while parent=$(git rev-parse --quiet --verify "$commit^") &&
  CACHED_COMMIT_REF=$parent COMMIT_REF=$commit bash tools/netlify/ignore.sh >/dev/null; do
  commit=$parent
done

for ((waited = 0; waited <= ${WAIT_SECONDS:-1200}; waited += ${WAIT_EVERY:-10})); do
  stamp=$(curl --silent --fail --max-time 20 --header 'Cache-Control: no-cache' "$url" | head -c 64 | tr -cd '0-9a-f' || true)
  if [[ -n $stamp ]] && git merge-base --is-ancestor "$commit" "$stamp" 2>/dev/null; then
    echo "$url serves $stamp"
    exit 0
  fi
  sleep "${WAIT_EVERY:-10}"
done
echo "$url never served $commit: it has ${stamp:-no stamp}" >&2
exit 1
