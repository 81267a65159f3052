#!/usr/bin/env bash
# Writes what is public and not in PublicAPI.Shipped.txt into PublicAPI.Unshipped.txt of every project that has these files, and names what
# PublicAPI.Shipped.txt says that is public no more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

for list in src/*/PublicAPI.Unshipped.txt; do
  echo '#nullable enable' > "$list"
done

# These four build all others. What is not declared is a warning here, and in the compiler's log with its whole name. Other analyzers are
# left out: they would take minutes.
for project in src/LibMoE.Testing src/LibMoE.Dashboard src/LibMoE.Serving src/LibMoE.Federated; do
  dotnet build "$project" -c Release --nologo -v quiet -clp:ErrorsOnly \
    -p:RunAnalyzers=true -p:EnableNETAnalyzers=false -p:EnforceCodeStyleInBuild=false -p:TreatWarningsAsErrors=false \
    -p:PublicApiLog="$log"
done

# The names that one rule reports in a project's log.
names() {
  awk -v rule="\"$2\"," '$1 == "\"ruleId\":" { of = $2 } of == rule && $1 == "\"APIName\":"' "$log/$1.sarif" \
    | sed 's/^ *"APIName": "\(.*\)",\{0,1\}$/\1/; s/\\\(["\\]\)/\1/g' | sort -u
}

for list in src/*/PublicAPI.Unshipped.txt; do
  project=$(basename "$(dirname "$list")")
  names "$project" RS0016 >> "$list"
  names "$project" RS0017 | sed "s|^|in $project no more: |"
done
