#!/usr/bin/env bash
# Makes bench/peer/.venv: PyTorch and the few packages that the peer program needs, CPU only.
#
#   bench/peer/setup.sh          quick and silent when there is nothing to do; may be interrupted and run again
#   bench/peer/setup.sh --full   installs torch with all of its declared dependencies (several GB) instead
#
# The Linux wheel of PyTorch on PyPI is the CUDA build and declares more than 2 GB of nvidia packages that a CPU
# never calls. Only two small ones (the CUDA runtime and its profiling interface) do anything at import. The rest is
# replaced by stub libraries, compiled here, that satisfy the loader: each function that torch names in them returns
# an error code. Where no C compiler is found, everything is installed.
set -euo pipefail
cd "$(dirname "$0")"

venv=.venv
stamp=$venv/.ready
python=${PYTHON:-python3}

[ "$(uname -s)" = Linux ] && [ "$(uname -m)" = x86_64 ] && slim=yes || slim=no
for tool in cc nm; do command -v "$tool" >/dev/null || slim=no; done
for arg in "$@"; do
  case $arg in
    --full) slim=no ;;
    *) echo "setup.sh: unknown option $arg (known: --full)" >&2; exit 2 ;;
  esac
done

# The stamp names what was installed: the requirements, this script and the kind of installation.
wanted="$slim $(cat requirements.txt setup.sh | sha256sum | cut -d' ' -f1)"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

say() { echo "bench/peer: $*" >&2; }

rm -f "$stamp"
[ -x "$venv/bin/python" ] || { say "making the virtual environment"; "$python" -m venv "$venv"; }
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# stub SONAME VERSION PATTERN: a shared library with every function of PATTERN that torch leaves undefined.
stub() {
  local soname=$1 version=$2 pattern=$3 work
  work=$(mktemp -d)
  grep -E "$pattern" "$names" | sed 's/.*/int &(void) { return 1; }/' > "$work/stub.c"
  local script=()
  if [ -n "$version" ]; then
    echo "$version { global: *; };" > "$work/stub.map"
    script=("-Wl,--version-script=$work/stub.map")
  fi
  cc -shared -fPIC -w "-Wl,-soname,$soname" "${script[@]}" -o "$site/torch/lib/$soname" "$work/stub.c"
  rm -rf "$work"
}

if [ "$slim" = yes ]; then
  say "installing PyTorch without its CUDA libraries (about 550 MB to download)"
  pip install --no-deps --requirement requirements.txt
  say "compiling stubs for the CUDA libraries"
  names=$venv/undefined.txt
  nm -D --undefined-only "$site"/torch/lib/lib{torch_cuda,torch_python,torch_cpu,torch_nvshmem,c10_cuda}.so |
    awk 'NF == 2 { sub(/@.*/, "", $2); print $2 }' | sort -u > "$names"
  stub libcublas.so.13 libcublas.so.13 '^cublas([^L]|L[^t])'
  stub libcublasLt.so.13 libcublasLt.so.13 '^cublasLt'
  stub libcudnn.so.9 libcudnn.so.9 '^cudnn'
  stub libcufft.so.12 libcufft.so.12 '^cufft'
  stub libcufile.so.0 '' '^cuFile'
  stub libcusparse.so.12 libcusparse.so.12 '^cusparse([^L]|L[^t])'
  stub libcusparseLt.so.0 '' '^cusparseLt'
  stub libnccl.so.2 '' '^nccl'
  stub libnvrtc.so.13 libnvrtc.so.13 '^nvrtc'
  stub libnvshmem_host.so.3 NVSHMEM '^nvshmem'
else
  say "installing PyTorch with all of its dependencies (several GB)"
  grep -v '^nvidia-' requirements.txt > "$venv/requirements-full.txt"
  pip install --requirement "$venv/requirements-full.txt"
fi

"$venv/bin/python" -c 'import torch, numpy, safetensors, yaml; torch.nn.Conv2d(1, 1, 1)(torch.zeros(1, 1, 2, 2))'
echo "$wanted" > "$stamp"
say "ready: $("$venv/bin/python" -c 'import torch; print("PyTorch", torch.__version__)')"
