#!/bin/sh
# System packages the tests use. Installs them where it may (root with apt, or in CI); elsewhere a
# missing one is a named skip. Reports as PDF need Pango, HarfBuzz and the fonts; poppler reads them
# back. Spark needs Java.
set -eu
PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-dejavu-core
poppler-utils default-jre-headless"
missing=""
for package in $PACKAGES; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
elif [ "${CI:-}" = true ]; then
    echo "missing system packages:$missing" >&2
    exit 1
else
    echo "not installed, their tests are skipped:$missing" >&2
fi
