#!/usr/bin/env bash
# Tells Netlify whether a commit needs a deploy: exit 0 skips it, 1 builds.
#
# Skipped is only what is known to change nothing that visitors see: plans, and this repository's own
# documentation. In doubt it builds: without a cache Netlify gives the commit itself as the cached one, a shallow
# clone may lack it, and a branch's first deploy has none at all.
set -u

cached=${CACHED_COMMIT_REF:-}
head=${COMMIT_REF:-HEAD}

build() {
  echo "Build: $1"
  exit 1
}

[ -n "$cached" ] || build 'no earlier deploy is known'
cached=$(git rev-parse --quiet --verify "$cached^{commit}") || build 'the commit of the earlier deploy is not here'
head=$(git rev-parse --quiet --verify "$head^{commit}") || build 'the commit to deploy is not here'
[ "$cached" != "$head" ] || build 'the earlier deploy is this commit: there is no cache, or a rebuild was asked for'
git merge-base --is-ancestor "$cached" "$head" || build 'the earlier deploy is not an ancestor'

changed=$(git diff --name-only "$cached" "$head" -- . ':(exclude)plan/' ':(exclude,glob)*.md') || build 'the changes cannot be listed'
[ -z "$changed" ] || build "$(printf '%s changes what is published' "$(head -n 1 <<<"$changed")")"

echo 'Skip: only plans and documentation changed'
