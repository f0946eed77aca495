#!/usr/bin/env bash
# Impasto on a fresh Debian machine.
#
#   ./install.sh            installs what is missing, builds, installs the plug-in into GIMP's user folder and the
#                           command line beside it, and paints a first picture through GIMP, without a display
#   ./install.sh deb        installs what is missing, builds, and makes a Debian package in .build, for all users of a
#                           machine and for machines without Swift; nothing is put in place
#   ./install.sh test       installs what is missing, builds and runs every test; nothing is put in place
#   ./install.sh uninstall  removes what the first put in place; Debian packages stay
#
# GIMP2_DIRECTORY names GIMP's user folder if it is not the usual one; PREFIX (~/.local) is where the command goes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

GIMP2_DIRECTORY=${GIMP2_DIRECTORY:-${XDG_CONFIG_HOME:-$HOME/.config}/GIMP/2.10}
case $GIMP2_DIRECTORY in /*) ;; *) GIMP2_DIRECTORY=$HOME/$GIMP2_DIRECTORY ;; esac   # as GIMP takes it
PREFIX=${PREFIX:-$HOME/.local}
export GIMP2_DIRECTORY

# What it runs with, what it is built with, and what Swift itself needs, which its toolchain does not bring.
PACKAGES=(gimp librsvg2-common libgegl-0.4-0 libopenblas0-pthread
  g++ make pkg-config gettext libgimp2.0-dev libglib2.0-dev libgegl-dev libjson-glib-dev libopenblas-dev zlib1g-dev
  git ca-certificates libcurl4 libncurses6 libsqlite3-0 libxml2 tzdata)
# What the tests need on top: a display and a hand, picture files of every kind, Python, what runs many at once, here and
# elsewhere, what sees every call of a program, and other languages.
# PyTorch is Debian's: the package index's brings five gigabytes for graphics cards.
TEST_PACKAGES=(xvfb xdotool imagemagick python3 python3-venv python3-torch python3-h5py parallel rsync strace
  locales)

say() { printf '\n== %s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "installing packages needs root or sudo; install these and run it again: ${missing[*]}"
  fi
}

packages() {
  missing=()
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || die "this is not Debian; install what these packages hold: ${missing[*]}"
  say "Installing ${missing[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

swift_toolchain() {
  local folder
  for folder in "" /opt/swift/usr/bin /usr/local/swift/usr/bin "$HOME/.local/share/swiftly/bin" \
    "$HOME/swift/usr/bin"; do
    [ -n "$folder" ] && PATH=$PATH:$folder
    command -v swift >/dev/null && return
  done
  die "Swift 6.2 or later is needed to build (swift.org/install) and no 'swift' is in PATH"
}

# The programs find their libraries where the system has them, not beside themselves.
swift_build() { swift build -c release --static-swift-stdlib --disable-local-rpath "$@"; }

build() {
  say 'Building'
  swift_build
  make -C CShim
}

install_files() {
  say "Installing into $GIMP2_DIRECTORY and $PREFIX/bin"
  # GIMP furnishes its folder, from an older version's if there is one, only where there is no folder yet.
  [ -d "$GIMP2_DIRECTORY" ] || in_gimp '()' >/dev/null 2>&1 || true
  make -C CShim install
  install -D -m 755 .build/release/impasto "$PREFIX/bin/impasto"
}

# Runs an expression in GIMP, which has no display then, and quits.
in_gimp() {
  env -u DISPLAY -u WAYLAND_DISPLAY timeout 900 gimp -i -d -f -c -b "$1" -b '(gimp-quit 1)' </dev/null
}

# A string of Scheme.
quoted() { printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }

# A photograph painted through GIMP in batch mode. GIMP always exits with 0: the log and the file tell.
paint_sample() {
  say 'Painting a first picture through GIMP'
  local folder picture log
  folder=$(mktemp -d)
  picture=$folder/first-painting.png
  log=$folder/log
  in_gimp "
    (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE $(quoted "$PWD/Tests/Images/cat.png") \"cat\")))
           (layer (car (gimp-image-get-active-drawable image)))
           (painted (car (plug-in-impasto RUN-NONINTERACTIVE image layer \"cafe-terrace-at-night\" -1 50 100 0 256 0))))
      (gimp-file-save RUN-NONINTERACTIVE image painted $(quoted "$picture") \"painted\"))" >"$log" 2>&1 || true
  if ! [ -s "$picture" ]; then
    cat "$log" >&2
    rm -rf "$folder"
    die 'GIMP did not paint; its messages stand above'
  fi
  install -D -m 644 "$picture" "$PREFIX/share/impasto/first-painting.png"
  rm -rf "$folder"
  say "Done: $PREFIX/share/impasto/first-painting.png. In GIMP: Filters > Artistic > Neural Style (Impasto)..."
  case :$PATH: in
    *:"$PREFIX/bin":*) ;;
    *) echo "The command is $PREFIX/bin/impasto; that folder is not in your PATH (a new login may change that)." ;;
  esac
}

package() {
  say 'Packaging'
  swift_build --product generate-manual   # swift-argument-parser's, for the manual page
  CShim/debian/build
}

run_tests() {
  say 'Style of the Swift sources'
  swift format lint --strict --recursive Package.swift Sources Tests
  say 'What the modules import'
  swift package --scratch-path .build-tests describe --type json | /usr/bin/python3 Tests/check_imports.py
  say 'Tests of the weights converter'
  [ -x .venv/bin/python ] || /usr/bin/python3 -m venv --system-site-packages .venv
  .venv/bin/pip install -q --disable-pip-version-check -r Tests/Weights/requirements.txt
  .venv/bin/python -m pytest -q -n auto Tests/Weights
  say 'Tests of the modules and the command line'
  swift test -c release --scratch-path .build-tests -Xswiftc -enable-testing
  say 'Damage to what is read in C, and fifty paintings in one process'
  Tests/Fuzzing/run
  ENGINE=$PWD/.build-tests/release/libImpasto.so /usr/bin/python3 Tests/LongRun/run
  say 'Tests in GIMP'
  # The engine and the command are there from the tests already; a second build would be of the same sources.
  ENGINE=$PWD/.build-tests/release/libImpasto.so Tests/GIMP/run
}

uninstall() {
  make -C CShim uninstall
  rm -f "$GIMP2_DIRECTORY/pluginrc"   # GIMP's list of what its plug-ins do, made anew at its next start
  rm -f "$PREFIX/bin/impasto"
  rm -rf "$PREFIX/share/impasto"
}

case "${1:-install}" in
  install)
    packages "${PACKAGES[@]}"
    swift_toolchain
    build
    install_files
    paint_sample
    ;;
  deb)
    packages "${PACKAGES[@]}" debhelper
    swift_toolchain
    build
    package
    ;;
  test)
    packages "${PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    swift_toolchain
    run_tests
    ;;
  uninstall) uninstall ;;
  *) die "'$1' is none of: deb, test, uninstall, or nothing to install" ;;
esac
