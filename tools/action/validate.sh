#!/usr/bin/env bash
# The action's one step: checks, puts what was found onto the run's page, and fails where the check does.
set -uo pipefail

case "${EHRSYNTH_STANDARD:-fhir}" in
  fhir | omop) ;;
  *)
    echo "::error title=ehrsynth::standard is fhir or omop, not ${EHRSYNTH_STANDARD//[$'\r\n']/ }"
    exit 2
    ;;
esac

arguments=()
while IFS= read -r line; do
  line=${line%$'\r'}
  if [[ -n $line ]]; then arguments+=("$line"); fi
done <<<"${EHRSYNTH_ARGUMENTS:-}"

printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
npx --yes "ehrsynth@${EHRSYNTH_VERSION:-latest}" validate "${EHRSYNTH_STANDARD:-fhir}" "$EHRSYNTH_PATH" \
  ${arguments[@]+"${arguments[@]}"} 2>&1 | tee "$printed"
status=${PIPESTATUS[0]}

last=$(grep -v '^[[:space:]]*$' "$printed" | tail -n 1)
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  # A page holds a megabyte; a fence longer than any in the text, so that it stays text.
  { echo "### ehrsynth validate ${EHRSYNTH_STANDARD:-fhir}"; echo '``````'; head -c 500000 "$printed"; echo; echo '``````'; } >>"$GITHUB_STEP_SUMMARY"
fi
if [[ $status -ne 0 ]]; then
  last=${last//'%'/'%25'}
  echo "::error title=ehrsynth validate ${EHRSYNTH_STANDARD:-fhir}::$last"
fi
exit "$status"
