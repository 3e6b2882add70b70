#!/usr/bin/env bash
# The archive of scripts/bundle.sh, unpacked where a space is in the path, in a mount namespace without the system's copies
# of anything it holds: it runs alone, under its own mpirun and with teams, and leaves the bytes of the program it was made of.
. "$(dirname "$0")/_lib.sh"

build=$(cd "$(dirname "$exitaudit")" && pwd)
make_bundle() { # NAME [FLAG …]
  local name=$1
  shift
  TMPDIR=$work scripts/bundle.sh --build "$build" --output "$work/$name" "$@" >"$work/$name.out" 2>&1 || { cat "$work/$name.out"; fail "bundle.sh $*"; }
}
command -v patchelf >/dev/null || fail "patchelf is missing; scripts/bootstrap.sh installs it"
make_bundle one.tar.gz
(make_bundle two.tar.gz && make_bundle site.tar.gz --without-mpi) >"$work/others.out" 2>&1 &
others=$!
size=$(stat -c %s "$work/one.tar.gz")
[ "$size" -lt $((64 << 20)) ] || fail "the archive has $size bytes"
glibc=$(sed -n 's/^bundle: runs where glibc is \([0-9.]*\).*/\1/p' "$work/one.tar.gz.out")
[ "$(printf '%s\n' "$glibc" 2.36 | sort -V | tail -n 1)" = 2.36 ] || fail "the bundle needs glibc '$glibc', newer than 2.36"
ok "the archive is below 64 MiB and needs no glibc newer than 2.36"
note "the archive as .tar.gz has $((size / 1000)) kB, and needs glibc $glibc"

# Its home, moved after it was unpacked, started through links.
home="$work/a place"
mkdir -p "$home/first" "$work/bin" "$work/home"
tar -xzf "$work/one.tar.gz" -C "$home/first" || fail "tar"
mv "$home/first/exitaudit-bundle" "$home/exitaudit bundle"
bundle="$home/exitaudit bundle"
ln -s "$bundle/bin/exitaudit" "$work/bin/linked"
ln -s linked "$work/bin/exitaudit"
torch=$(ldd "$build/exitaudit_worker" | sed -n 's/.*libtorch_cpu\.so => \(.*\)\/torch\/lib\/libtorch_cpu\.so .*/\1/p')
[ -n "$torch" ] || torch=$(dirname "$(ldd "$build/exitaudit_worker" | sed -n 's/.*libtorch_cpu\.so => \(.*\) (0x.*/\1/p')")

# What the bundle has a copy of is what must not be used: each of its libraries, wherever the system keeps it.
find "$bundle/lib" -type f -printf '%f\n' | sort -u >"$work/names"
find /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/local/lib -maxdepth 4 -name '*.so*' 2>/dev/null | grep -F "$(sed 's|^|/|' "$work/names")" |
  while read -r path; do [ -f "$path" ] && readlink -f "$path"; done | sort -u >"$work/hidden"
[ "$(grep -cE 'libmpi\.so|libhdf5|libyaml-cpp|libpmix|libhwloc|libfmt|libspdlog|libstdc' "$work/hidden")" -ge 8 ] || { cat "$work/hidden"; fail "too little is hidden"; }
readlink -f "$(command -v mpirun)" "$(command -v orted)" >>"$work/hidden"
printf '%s\n' /etc/openmpi /usr/share/openmpi /usr/lib/x86_64-linux-gnu/{openmpi,pmix2,hdf5} >"$work/hidden_folders"
mkdir "$work/empty"
touch "$work/nothing"
cat >"$work/hide.sh" <<HIDE
while read -r path; do mount --bind "$work/nothing" "\$path" || exit 99; done <"$work/hidden"
while read -r path; do [ ! -d "\$path" ] || mount --bind "$work/empty" "\$path" || exit 99; done <"$work/hidden_folders"
exec "\$@"
HIDE
namespace=
for flags in -m -rm; do
  # shellcheck disable=SC2086
  if unshare $flags sh "$work/hide.sh" true 2>/dev/null; then namespace=$flags && break; fi
done
if [ -z "$namespace" ]; then
  note "no mount namespaces here: the bundle was not run"
  exit 0
fi
# bare PROGRAM …: with the system's copies hidden, from another folder, and an environment that knows of nothing.
bare() {
  (cd "$work/home" && env -i PATH=/usr/bin:/bin HOME="$work/home" TMPDIR="$work" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none ${torch_here:+EXITAUDIT_LIBTORCH="$torch_here"} \
    unshare "$namespace" sh "$work/hide.sh" "$@")
}
torch_here=

bare "$build/exitaudit" --version >"$work/system.out" 2>&1 && fail "the unbundled program runs: nothing is hidden"
expected=$("$exitaudit" --version)
for way in "$bundle/bin/exitaudit" "../a place/exitaudit bundle/bin/exitaudit" "$work/bin/exitaudit"; do
  [ "$(bare "$way" --version)" = "$expected" ] || fail "$way --version"
done
[ "$(bare sh -c "PATH=\$PATH:'$work/bin' exitaudit --version")" = "$expected" ] || fail "--version by PATH"
ok "it starts by its path, a relative path, a link to a link, and PATH, where the unbundled program does not"

bare "$bundle/bin/exitaudit" doctor >"$work/doctor.out" 2>&1 && fail "doctor misses no LibTorch"
grep -q 'exitaudit: LibTorch .* is not here: put it in ' "$work/doctor.out" || { cat "$work/doctor.out"; fail "doctor does not tell that LibTorch is missing"; }
torch_here=$work/nowhere
bare "$bundle/libexec/exitaudit_worker" worker >"$work/nowhere.out" 2>&1 && fail "a wrong EXITAUDIT_LIBTORCH passes"
grep -q "no LibTorch (cpu) in $work/nowhere" "$work/nowhere.out" || { cat "$work/nowhere.out"; fail "a wrong EXITAUDIT_LIBTORCH is not told"; }
torch_here=
ln -s "$torch" "$home/libtorch"
bare "$bundle/bin/exitaudit" doctor >"$work/doctor.out" 2>&1 || { cat "$work/doctor.out"; fail "doctor"; }
grep -q "torch worker .*$bundle" "$work/doctor.out" || { cat "$work/doctor.out"; fail "doctor finds another worker"; }
ok "without LibTorch it says what to do; with one beside it doctor finds nothing wrong"

cat >"$work/small.yaml" <<'YAML'
study: small
axes:
  - {dataset: [bits], network: [fcn18_1], exits: [1]}
datasets:
  bits: {format: synthetic_rows, classes: 5, synthetic: {samples: 400, features: 64, difficulty: 0.6}}
network: {width: 0.0625}
train: {epochs: 6, batch_size: 16, learning_rate: 0.02, milestones: [4], evaluate_every: 3}
attack: {epochs: 3}
attacks:
  - {kind: score, exit_source: none}
YAML
study=$work/small.yaml
run plain --slots 2 || { cat "$work/plain.out"; fail "the unbundled program"; }
bare "$work/bin/exitaudit" run "$study" --root "$work/bundled" --slots 2 >"$work/bundled.out" 2>&1 || { cat "$work/bundled.out"; fail "a study in the bundle"; }
must_equal plain bundled "the bundle gives other bytes"
ok "a study has the same bytes as the unbundled program's"

bare "$bundle/bin/exitaudit" submit "$study" --site "$bundle/slurm/local.yaml" --root "$work/dry" --dry-run >"$work/dry.out" 2>&1 || { cat "$work/dry.out"; fail "submit"; }
grep -q "srun.*$bundle/bin/exitaudit" "$work/dry.out" && ! grep -q libexec "$work/dry.out" || { cat "$work/dry.out"; fail "batch jobs do not start the launcher"; }
ok "its batch jobs start its launcher"

run plain_team --slots 2 --set train.ranks=2 || { cat "$work/plain_team.out"; fail "the unbundled program's teams"; }
# Looks again and again at the files that the bundle's processes have mapped. (LD_DEBUG would tell them, too, but writes to
# a descriptor that a team's ranks use for their answers.)
watch() {
  while sleep 0.02; do
    for process in /proc/[0-9]*; do
      case $(readlink "$process/exe") in "$bundle"/*) cat "$process/maps" ;; esac
    done 2>/dev/null | sed -n 's|^[^/]*\(/.*\)|\1|p' | sort -u
  done >>"$work/mapped"
}
watch &
watcher=$!
bare "$bundle/bin/mpirun" -n 2 "$work/bin/exitaudit" run "$study" --root "$work/bundled_team" --set train.ranks=2 >"$work/bundled_team.out" 2>&1 ||
  { cat "$work/bundled_team.out"; fail "teams under the bundle's mpirun"; }
kill $watcher
must_equal plain_team bundled_team "teams in the bundle give other bytes"
ok "under its own mpirun -n 2, whose ranks start teams of two, a study has the bytes of the unbundled program's"

sort -u "$work/mapped" >"$work/loaded"
for name in libexec/{mpirun,exitaudit,torch/exitaudit_worker} lib/{libmpi,libhdf5_serial,libyaml-cpp,libpmix,libhwloc,libstdc++,openmpi/mca_btl_vader,openmpi/mca_pmix_ext3x}.so; do
  grep -qF "$bundle/$name" "$work/loaded" || fail "$name was not used from the bundle"
done
foreign=$(grep -F .so "$work/loaded" | grep -vF -e "$bundle/lib/" -e "$torch/" -e "$home/libtorch/" |
  grep -vE '/(ld-linux-x86-64|libc|libm|libmvec|libdl|libpthread|librt|libutil|libresolv|libnss_[a-z]+)\.so[.0-9]*$')
[ -z "$foreign" ] || fail "loaded from elsewhere: $foreign"
ok "of the $(grep -cF .so "$work/loaded") libraries in its processes, glibc's alone are the system's"

[ "$(bare "$bundle/bin/mpirun" -n 1 /nothing/here 2>&1 | grep -c 'could not access')" -ge 1 ] || fail "mpirun has lost its help texts"
ok "its mpirun has its help texts"

wait $others || { cat "$work/others.out"; fail "the other archives"; }
cmp "$work/one.tar.gz" "$work/two.tar.gz" || fail "a second archive has other bytes"
ok "a second archive has the same bytes"
tar -tzf "$work/site.tar.gz" >"$work/site.list"
! grep -qE 'mpirun$|libmpi\.so|libopen-pal|lib/openmpi/|libpmix' "$work/site.list" || fail "--without-mpi has parts of Open MPI"
mkdir "$home/site"
tar -xzf "$work/site.tar.gz" -C "$home/site"
ln -s "$torch" "$home/site/libtorch"
mpirun -n 2 "$home/site/exitaudit-bundle/bin/exitaudit" run "$study" --root "$work/site" --set train.ranks=2 >"$work/site.out" 2>&1 </dev/null ||
  { cat "$work/site.out"; fail "--without-mpi under the system's mpirun"; }
must_equal plain_team site "--without-mpi gives other bytes"
ok "made --without-mpi it has nothing of Open MPI and runs, teams too, under the system's mpirun"
