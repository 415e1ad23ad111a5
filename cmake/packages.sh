# The Debian packages that a build needs, in one place: sourced by quickstart.sh and test.sh.
#
# Usage: . cmake/packages.sh; install_missing [test]
build_packages=(
  g++ cmake ninja-build pkg-config ca-certificates
  libantlr4-runtime-dev libyaml-dev libyaml-cpp-dev rapidjson-dev nlohmann-json3-dev libcli11-dev libtomlplusplus-dev
  libboost-dev libtbb-dev libsqlite3-dev libsodium-dev libabsl-dev libutf8proc-dev tzdata
  dpkg-dev # oneTBB's own source package is unpacked with it
)
# What only the tests use: ANTLR's tool needs Java, and checks that generated/ is fresh.
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev antlr4 strace sqlite3 shellcheck clang clang-tidy clang-format graphviz
               git ccache)

say() { printf '\n== %s\n' "$*"; }

install_missing() {
  local wanted=("${build_packages[@]}") missing=() name
  [ "${1:-}" = test ] && wanted+=("${test_packages[@]}")
  for name in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "Installing what is missing: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "These packages are missing and there is no sudo: ${missing[*]}" >&2
      echo "Install them as root, then run this again." >&2
      return 1
    }
    as_root=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
