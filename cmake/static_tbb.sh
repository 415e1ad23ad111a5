#!/usr/bin/env bash
# Builds oneTBB as a static library from the distribution's own source package, once, and prints its prefix.
#
#   static_tbb.sh CACHE_FOLDER CXX [EXTRA_CXX_FLAGS]
#
# The distribution ships oneTBB only as a shared library; executables that wfc builds carry it inside. The
# source is pinned by version and checksum. Nothing of the system's configuration is touched: the source list is
# derived from the package lists that apt already has, and kept in a folder of its own. Exits 3 when the sources
# cannot be had (no network, another distribution); the caller then uses the shared library and says so.
set -euo pipefail
cache=$1 cxx=$2 extra=${3:-}
version=2021.8.0
sha256=7e9111b8bb59c8800bf6d0b06afe7b0891937443d2dae1ee1101c8e2ede6a7ef

key=$(printf '%s\n' "$version" "$("$cxx" --version | head -n 1)" "$extra" 2 | sha256sum | cut -c1-16)
prefix=$cache/onetbb-$version-$key
if [ -s "$prefix/lib/libtbb.a" ]; then echo "$prefix"; exit 0; fi

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ -s "$prefix/lib/libtbb.a" ]; then echo "$prefix"; exit 0; fi

work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
sources=$cache/onetbb-$version-source
orig=onetbb_$version.orig.tar.xz
if [ ! -s "$sources/$orig" ]; then
  mkdir -p "$work/lists/partial" "$work/source"
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN) $(SIGNED_BY)' 'Created-By: Packages' 2>/dev/null |
    awk '$3 == "main" && $4 == "Debian" && !seen[$1 $2]++ {
           print "deb-src " ($5 ~ /^[\/A-F0-9]/ ? "[signed-by=" $5 "] " : "") $1 " " $2 " main" }' >"$work/sources.list" || exit 3
  [ -s "$work/sources.list" ] || exit 3
  apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=-
       -o "Dir::State::Lists=$work/lists" -o APT::Sandbox::User=root -o Acquire::Retries=2)
  "${apt[@]}" update >&2 || exit 3
  (cd "$work/source" && "${apt[@]}" --download-only source onetbb >&2) || exit 3
  rm -rf "$sources" && mv "$work/source" "$sources"
fi
# The upstream source is pinned by its checksum; the distribution's own patches on it are signed with its archive.
if [ "$(sha256sum "$sources/$orig" | cut -d' ' -f1)" != "$sha256" ]; then
  echo "static_tbb.sh: $orig is not the one that was pinned" >&2
  rm -rf "$sources"
  exit 3
fi
dpkg-source -x "$sources"/onetbb_"$version"*.dsc "$work/tree" >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 3; }
# Paths of this build stay out of what it writes, so that executables are the same bytes wherever they are built.
# Without weak symbols it does not look for plug-ins of its own (libirml, libiomp5, 45 places) when it starts.
launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake -S "$work/tree" -B "$work/out" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_COMPILER=$cxx" "${launcher[@]}" \
  "-DCMAKE_CXX_FLAGS=-ffile-prefix-map=$work/= -w -D__TBB_WEAK_SYMBOLS_PRESENT=0 $extra" "-DCMAKE_INSTALL_PREFIX=$work/prefix" -DCMAKE_INSTALL_LIBDIR=lib \
  -DBUILD_SHARED_LIBS=OFF -DTBB_TEST=OFF -DTBBMALLOC_BUILD=OFF -DTBB_STRICT=OFF -DTBB_EXAMPLES=OFF \
  -DTBB_DISABLE_HWLOC_AUTOMATIC_SEARCH=ON -DTBB_ENABLE_IPO=OFF >"$work/log" 2>&1 &&
  cmake --build "$work/out" >>"$work/log" 2>&1 && cmake --install "$work/out" >>"$work/log" 2>&1 ||
  { tail -n 20 "$work/log" >&2; exit 1; }
rm -rf "$prefix"
mv "$work/prefix" "$prefix"
echo "$prefix"
