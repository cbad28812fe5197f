#!/bin/sh
# What the tests need beside Python packages: RabbitMQ and Chromium. Debian's packages, installed
# where we may; otherwise says what to install.
set -eu
missing=""
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing="$missing rabbitmq-server"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk fontconfig"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo -n"; else
    echo "please install:$missing   (apt-get install$missing)" >&2
    [ "${CI:-}" = "true" ] && exit 1
    exit 0
fi
echo "installing:$missing"
# A broker that starts by itself would only be in the way: the tests start their own.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
$run apt-get update -qq
# shellcheck disable=SC2086 # words are meant
$run apt-get install -y -qq --no-install-recommends $missing >/dev/null
