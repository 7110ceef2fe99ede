# Functions that the scripts share; read with `. scripts/lib.sh`. Bash, and nothing that a bare Debian does not have.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

cores() { nproc 2>/dev/null || echo 2; }

# The packages among the arguments that are not installed, a line each.
missing_packages() {
	local package
	for package in "$@"; do
		case $package in
		nodejs | npm) ! command -v "$package" >/dev/null || continue ;; # these may come from elsewhere
		esac
		[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || echo "$package"
	done
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "'$1' has to run as root, and there is no sudo"
	fi
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
		-o Dpkg::Use-Pty=0 "$@"
}

# Runs a command while no maintainer script of a package can start a service: they ask this file, and 101 is no.
without_services() (
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		trap 'as_root rm -f "$policy"' EXIT
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
	fi
	"$@"
)

# Keeps the services of freshly installed packages from starting at the next boot.
disable_services_of() {
	local unit
	for unit in $(dpkg -L "$@" | sed -n 's|^\(/usr\)\?/lib/systemd/system/\([^/]*\.service\)$|\2|p'); do
		as_root deb-systemd-helper disable "$unit" >/dev/null 2>&1 || true
		[ ! -x "/etc/init.d/${unit%.service}" ] ||
			as_root update-rc.d "${unit%.service}" disable >/dev/null 2>&1 || true
	done
}

install_packages() { apt update && apt install --no-install-recommends -y "$@" >/dev/null; }

# Installs the Debian packages that are missing. No service is started by that, now or at the next boot.
need_packages() {
	local missing
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing with apt: ${missing[*]}"
	without_services install_packages "${missing[@]}" || die "apt could not install: ${missing[*]}"
	disable_services_of "${missing[@]}"
}

# What building wick takes.
build_packages=(
	gcc libc6-dev cmake ninja-build pkg-config
	libcurl4-gnutls-dev libgnutls28-dev libjansson-dev libmicrohttpd-dev libsqlite3-dev libyaml-dev zlib1g-dev
)

# build_wick ROOT: the release build that people use, in ROOT/build.
build_wick() {
	local generator=(-G Ninja)
	[ ! -e "$1/build/CMakeCache.txt" ] || generator=()
	cmake -S "$1" -B "$1/build" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release &&
		cmake --build "$1/build" --target wick --parallel "$(cores)"
}
