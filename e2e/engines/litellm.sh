#!/usr/bin/env bash
# A real LiteLLM from PyPI, without Docker: litellm.sh VENV CONFIG PORT. Installs once (about a minute, 720 MB).
set -eu
venv=$1 config=$2 port=$3
[ -x "$venv/bin/litellm" ] || { python3 -m venv "$venv"; "$venv/bin/pip" install -q 'litellm[proxy]==1.106.2'; }
# Without this it fetches its price list from the internet at every start.
export LITELLM_LOCAL_MODEL_COST_MAP=True LITELLM_TELEMETRY=False
exec "$venv/bin/litellm" --config "$config" --host 127.0.0.1 --port "$port" --num_workers 1
