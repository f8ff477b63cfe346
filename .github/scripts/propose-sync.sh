#!/usr/bin/env bash
# propose-sync.sh PLANSYNC
#
# Runs "PLANSYNC sync --live" and, if it changed a plan, opens one pull request with the change, or updates the
# one that is open. Needs git with a remote "origin", and the GitHub CLI with GH_TOKEN. What a run wrote before it
# failed is proven, and proposed; the exit code is plansync's.
#
# With PLANSYNC_INDEXNOW_KEY it also tells search engines what is newly live: what the base branch does not record, so
# again in each run until the pull request is merged.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"
plansync=$1
branch=plansync/sync

# From a tag, or whatever else is no branch, the change is proposed to the branch that the remote calls its own.
base=$(git symbolic-ref --quiet --short HEAD) ||
  base=$(git ls-remote --symref origin HEAD | sed -n 's|^ref: refs/heads/\(.*\)\tHEAD$|\1|p')
if [[ -z $base ]]; then # or to the only one that has the commit
  base=$(git for-each-ref --contains HEAD --format='%(refname:lstrip=3)' refs/remotes/origin | grep -vx "$branch" || true)
fi
if [[ -z $base || $base == *$'\n'* || $base == "$branch" ]]; then
  echo "There is no branch to propose a change to: run this on one, and not on $branch." >&2
  exit 2
fi

report=$(mktemp)
body=$(mktemp)
shown=$(mktemp)
said=$(mktemp)
trap 'rm -f "$report" "$body" "$shown" "$said"' EXIT

status=0
"$plansync" sync --live ${PLANSYNC_INDEXNOW_KEY:+--indexnow} 2>"$report" || status=$?
cat "$report"
if git diff --quiet -- plan; then
  echo 'There is nothing to propose.'
  exit "$status"
fi

# clip LENGTH passes whole lines on, as many as fit: GitHub takes a description of 65,536 characters.
clip() {
  awk -v rest="$1" '(rest -= length($0) + 1) >= 0 { print; next } !cut++ { print "… cut here: the branch and the log of the run have all of it" }'
}

# fence LANGUAGE FILE puts a file into a code block that nothing in it can end: its fence is longer than any run of
# backquotes there.
fence() {
  local ticks
  ticks=$(tr -cs '`' '\n' <"$2" | awk 'length($0) > most { most = length($0) } END { for (n = 0; n <= most || n < 3; n++) printf "`" }')
  printf '%s%s\n' "$ticks" "$1"
  cat "$2"
  printf '%s\n' "$ticks"
}

git diff --unified=1 -- plan | tail -n +5 | clip 40000 >"$shown"
clip 15000 <"$report" >"$said"
{
  echo 'What the deployed site proves, written into the plans:'
  echo
  echo '| plan | lines added | lines removed |'
  echo '|---|---:|---:|'
  git -c core.quotePath=true diff --numstat -- plan | while IFS=$'\t' read -r added removed file; do
    printf '| `%s` | %s | %s |\n' "${file//[\`|]/?}" "$added" "$removed"
  done
  echo
  fence diff "$shown"
  echo
  fence '' "$said"
} >"$body"

git config user.name 'github-actions[bot]'
git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
git checkout --quiet -B "$branch"
# Netlify need not deploy a plan, and says so to itself by its ignore command; the mark spares it the start.
git commit --quiet --message 'Record what is published [skip netlify]' -- plan
git push --quiet --force origin "$branch"

title='Record what is published in the plans'
number=$(gh pr list --head "$branch" --base "$base" --state open --json number --jq '.[0].number')
if [[ -n $number ]]; then
  gh pr edit "$number" --title "$title" --body-file "$body"
else
  gh pr create --head "$branch" --base "$base" --title "$title" --body-file "$body"
fi
exit "$status"
