#!/usr/bin/env bash
# The whole job with bash, curl and python3 (for its JSON): logs in, core set out, stand-in run, log back, answer.
#
#   BENCHCAST_URL=http://127.0.0.1:8080 bash curl.sh [BENCHMARK] [FOLDER]
set -euo pipefail

url=${BENCHCAST_URL:-http://127.0.0.1:8080}/v1
benchmark=${1:-arithmetic}
make_logs="$(dirname "$0")/make_logs.py"
if [ $# -ge 2 ]; then folder=$2; else folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; fi
mkdir -p "$folder"

# An error ends the script, and its text says what to mend.
call() {
  if ! curl --silent --show-error --fail-with-body ${BENCHCAST_KEY:+-H "authorization: Bearer $BENCHCAST_KEY"} \
    --output "$folder/reply" "$@"; then
    cat "$folder/reply" >&2
    return 1
  fi
  cat "$folder/reply"
}

# A text of a JSON object, and a list or an object in it.
text() { python3 -m json.tool 2> /dev/null | sed -n "s/^    \"$1\": \"\(.*\)\",\{0,1\}\$/\1/p"; }
block() { python3 -m json.tool 2> /dev/null | sed -n "/^    \"$1\": [[{]\$/,/^    []}]/p"; }

# The files of a folder as parts of a form, each with its folder in its name: lm-eval calls it after the model.
forms() {
  (cd "$1" && find . -type f | LC_ALL=C sort) | while read -r name; do
    printf 'form = "file=@\\"%s/%s\\";filename=\\"%s\\""\n' "$1" "${name#./}" "${name#./}"
  done
}

[ -d "$folder/history" ] || python3 "$make_logs" "$folder/history"

# 1. The logs of earlier models, first as a preview.
call -X PUT "$url/benchmarks/$benchmark" -H 'content-type: application/json' -d '{"title": "Made-up arithmetic"}' \
  | text title
forms "$folder/history" | call --config - "$url/benchmarks/$benchmark/imports?dry_run=true" | text question
forms "$folder/history" | call --config - "$url/benchmarks/$benchmark/imports?filter=strict-match" | block outcome

# 2. A core set, as the file that `lm_eval run --samples` takes.
core_set=$(call "$url/benchmarks/$benchmark/core-sets" -H 'content-type: application/json' -d '{"size": 60, "seed": 7}' \
  | text id)
call "$url/core-sets/$core_set?format=lm-eval&part=file" > "$folder/$core_set.lm-eval.json"
call "$url/core-sets/$core_set?format=lm-eval&part=commands"

# 3. The run. A stand-in here: it answers as a model of this ability would.
python3 "$make_logs" "$folder/logs" --samples "$folder/$core_set.lm-eval.json" --model acme/new-7b --ability 0.4

# 4. Its log goes back as it is, and the answer comes at once.
forms "$folder/logs" | call --config - "$url/core-sets/$core_set/evaluations?filter=strict-match" > "$folder/answer.json"
block estimates < "$folder/answer.json"
echo "recommended: $(text recommended < "$folder/answer.json"), $(text recommended_reason < "$folder/answer.json")"
block warnings < "$folder/answer.json" | grep '"message"' || echo 'no warnings'
