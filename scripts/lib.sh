# Functions that the scripts share; read with `. scripts/lib.sh`. Bash, and nothing that a bare Debian does not have.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# The packages among the arguments that are not installed, a line each.
missing_packages() {
	local package
	for package in "$@"; do
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

# Keeps the services of freshly installed packages from starting at the next boot.
disable_services_of() {
	local package unit
	for package in "$@"; do
		dpkg -L "$package" | sed -n 's|^\(/usr\)\?/lib/systemd/system/\([^/]*\.service\)$|\2|p' |
			while read -r unit; do
				as_root deb-systemd-helper disable "$unit" >/dev/null 2>&1 || true
				[ ! -x "/etc/init.d/${unit%.service}" ] ||
					as_root update-rc.d "${unit%.service}" disable >/dev/null 2>&1 || true
			done
	done
}

# Installs the Debian packages that are missing. No service is started by that, now or at the next boot.
need_packages() {
	local policy=/usr/sbin/policy-rc.d ours="" failed=""
	local missing
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing with apt: ${missing[*]}"
	if [ ! -e "$policy" ]; then
		# Debian's maintainer scripts ask this file whether a service may start; 101 is no.
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
		ours=yes
	fi
	{ apt update && apt install --no-install-recommends -y "${missing[@]}" >/dev/null; } || failed=yes
	[ -z "$ours" ] || as_root rm -f "$policy"
	[ -z "$failed" ] || die "apt could not install: ${missing[*]}"
	disable_services_of "${missing[@]}"
}

cores() { nproc 2>/dev/null || echo 2; }
