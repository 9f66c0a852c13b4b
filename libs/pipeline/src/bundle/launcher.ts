/** `bin/ehrsynth` of an archive: finds the archive's own folder from any current folder, and through links to itself. */
export const LAUNCHER = `#!/bin/sh
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(CDPATH='' cd "$(dirname "$self")/.." && pwd -P) || exit 3
exec "$home/node/bin/node" "$home/lib/node_modules/ehrsynth/bin/ehrsynth.js" "$@"
`;
