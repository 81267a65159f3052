#!/usr/bin/env bash
# Attacks the readers of other people's files with afl++: tests/LibMoE.Fuzz/fuzz.sh SECONDS [TARGET…]
# Takes SECONDS for each target, all by default. Needs afl-fuzz (Debian: afl++). The last line says what was done; exit code 1 where a
# crash or a hang was found. What was found lies under tests/LibMoE.Fuzz/bin/afl/TARGET.
set -euo pipefail
seconds=${1:?usage: fuzz.sh SECONDS [TARGET…]}; shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$here/bin/afl

dotnet build "$here" -c Release -v quiet --nologo
built=$here/bin/Release/net10.0
rm -rf "$work"; mkdir -p "$work/program" "$work/tool"

# Copies, not links: the program's own files stay as they are built. Native libraries are not needed.
cp "$built"/*.dll "$built"/*.json "$work/program/"
dotnet tool install --tool-path "$work/tool" SharpFuzz.CommandLine --version 2.3.0 >/dev/null
for library in LibMoE.Runtime Parquet ICSharpCode.SharpZipLib Microsoft.ML.Tokenizers; do
  "$work/tool/sharpfuzz" "$work/program/$library.dll"
done

export AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
# A reader that takes over 256 MiB, program included, fails.
export DOTNET_GCHeapHardLimit=0x10000000
[ $# -gt 0 ] || mapfile -t targets < <(dotnet "$built/LibMoE.Fuzz.dll")
[ $# -eq 0 ] || targets=("$@")

value() { sed -n "s/^$2 *: *//p" "$work/$1/out/default/fuzzer_stats"; }
runs=0 crashes=0 hangs=0
for target in "${targets[@]}"; do
  dotnet "$built/LibMoE.Fuzz.dll" "$target" --seeds "$work/$target/in"
  [ ! -d "$here/corpus/$target" ] || cp "$here/corpus/$target"/* "$work/$target/in/"
  afl-fuzz -i "$work/$target/in" -o "$work/$target/out" -m none -t 10000 -V "$seconds" -- \
    dotnet "$work/program/LibMoE.Fuzz.dll" "$target" >"$work/$target/log.txt" 2>&1 || { tail -20 "$work/$target/log.txt"; exit 1; }
  echo "$target: $(value "$target" execs_done) runs, $(value "$target" corpus_count) inputs kept, $(value "$target" saved_crashes) crashes, $(value "$target" saved_hangs) hangs"
  runs=$((runs + $(value "$target" execs_done)))
  crashes=$((crashes + $(value "$target" saved_crashes)))
  hangs=$((hangs + $(value "$target" saved_hangs)))
done

echo "fuzzing: $runs runs of ${#targets[@]} targets, $crashes crashes, $hangs hangs"
[ $((crashes + hangs)) -eq 0 ]
