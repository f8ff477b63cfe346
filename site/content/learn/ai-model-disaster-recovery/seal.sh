#!/bin/sh
# Makes a release of prompts, schemas and evals.
set -eu
find prompts schemas evals -type f |
  LC_ALL=C sort |
  xargs sha256sum >MANIFEST
# Log this with every call:
sha256sum MANIFEST
# And this says whether the files are intact:
sha256sum --check --quiet MANIFEST
