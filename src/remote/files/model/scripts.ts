/**
 * Operations that the file API lacks (API reference section 3.3), as scripts for any POSIX shell. Variable parts are
 * passed as arguments and always quoted, so no name can become a command; paths are absolute, so none can become an
 * option.
 */

/**
 * `$1`: a folder. Prints the targets of its links, in the records that `readLinks` parses; starts no program per entry.
 */
export const linksScript = `
cd "$1" || exit
for f in * .[!.]* ..?*; do
  [ -L "$f" ] || continue
  if [ -d "$f" ]; then k=d; elif [ -e "$f" ]; then k=f; else k=b; fi
  printf '%s %s/\\n' "$k" "$f"
done`;

/** `$1`: a path. Prints what `readStat` parses. */
export const statScript = `
l=0; [ -L "$1" ] && l=1
stat -L -c "$l %f %s %.3Y" "$1" && exit 0
[ "$l" = 1 ] || exit 1
stat -c '2 %f %s %.3Y' "$1"`;

/** The arguments are paths. Prints a line for each: what `readStat` parses, `-` for what does not exist, else `?`. */
export const statAllScript = `
for p; do
  l=0; [ -L "$p" ] && l=1
  stat -L -c "$l %f %s %.3Y" "$p" 2>/dev/null && continue
  [ "$l" = 1 ] && stat -c '2 %f %s %.3Y' "$p" 2>/dev/null && continue
  case $(stat "$p" 2>&1 >/dev/null) in
    *'No such file'* | *'Not a directory'*) echo - ;;
    *) echo '?' ;;
  esac
done`;

/**
 * The home folder of the default user of the image. A shell that the daemon starts may not know it; some then stay where
 * they are when they are to go there.
 */
export const homeScript = `cd "\${HOME:-/root}" && pwd`;

/** Exit code of the scripts that move, copy and delete when `$1` does not exist. */
export const missingCode = 79;

const missing = `[ -e "$1" ] || [ -L "$1" ] || { echo 'No such file or directory' >&2; exit ${missingCode}; }`;

/** New files get the owner of their folder rather than that of the daemon. */
const inherit = `inherit() { p=\${1%/*}; chown "$(stat -L -c %u:%g "\${p:-/}")" "$1" 2>/dev/null || :; }`;

/** `$1`: the folder to create; its parent exists. */
export const makeFolderScript = `
${inherit}
mkdir "$1" && inherit "$1"`;

/** `$1`: the path to delete. `$2`: 1 to delete a folder with its contents, except those on another file system. */
export const removeScript = `
${missing}
if [ ! -d "$1" ] || [ -L "$1" ]; then rm -f "$1"
elif [ "$2" != 1 ]; then rmdir "$1"
elif rm --help 2>&1 | grep -q one-file-system; then rm -rf --one-file-system "$1"
else rm -rf "$1"; fi`;

/** Moves `$1` to `$2`, which it may replace when `$3` is 1. `$4` is an unused name beside `$2`. */
const exchange = `
exchange() {
  a=
  if [ -e "$2" ] || [ -L "$2" ]; then
    [ "$3" = 1 ] || { echo 'File exists' >&2; return 1; }
    if [ -d "$2" ]; then a=$4; mv "$2" "$a" || return; fi
  fi
  if mv -f "$1" "$2"; then [ -z "$a" ] || rm -rf "$a"
  else [ -z "$a" ] || mv "$a" "$2"; return 1; fi
}`;

/** Moves `$1` to `$2`; see `exchange` for the other arguments. */
export const moveScript = `
${exchange}
${missing}
exchange "$@"`;

/** Copies `$1` to `$2`, by way of `$5`, another unused name beside it. */
export const copyScript = `
${exchange}
${missing}
if [ "$3" != 1 ] && { [ -e "$2" ] || [ -L "$2" ]; }; then echo 'File exists' >&2; exit 1; fi
cp -a "$1" "$5" && exchange "$5" "$2" "$3" "$4" && exit 0
rm -rf "$5"; exit 1`;

/** Exit code of `placeScript` when the file is not as expected; it then prints the actual state. */
export const changedCode = 76;

/** Exit code of `placeScript` when a file could neither be written nor restored; it then prints where the copy is. */
export const keptCode = 78;

/** Whether two files have the same content; an image may lack `cmp`. */
const same = `same() {
  if command -v cmp >/dev/null; then cmp -s "$1" "$2"; else [ "$(cksum <"$1")" = "$(cksum <"$2")" ]; fi
}`;

/**
 * Writes the content of `$1` into the existing file `$2`, which keeps what it is: other names of it, a mount. `$3` is an
 * unused name beside it for a copy, which is put back when that fails, and stays there only when that fails too.
 */
const overwrite = `overwrite() {
  cp -p "$2" "$3" && same "$2" "$3" || { rm -f "$3"; return 1; }
  if cat "$1" >"$2" && same "$1" "$2"; then rm -f "$3" "$1"; return 0; fi
  rm -f "$1"
  if cat "$3" >"$2" && same "$3" "$2"; then rm -f "$3"; return 1; fi
  printf '%s' "$3"; exit ${keptCode}
}`;

/**
 * Moves the uploaded file `$1` to `$2` with the owner and mode of the file there. `$3`: 1 if `$2` may be new, `$4`: 1
 * if it may exist, `$5`: its expected size and time, or empty; `$6`: mode of a new file, or empty; `$7`: an unused name.
 * A file with several names, and one that cannot be replaced because it is a mount, is overwritten in place. Prints what
 * `readStat` parses. `$1` is gone afterwards, except after `changedCode`.
 */
export const placeScript = `
${inherit}
${same}
${overwrite}
fail() { rm -f "$1"; echo "$2" >&2; exit 1; }
d=$2
if [ -L "$d" ]; then
  t=$(readlink -f "$d" && echo x) || fail "$1" "$(stat -L "$d" 2>&1 >/dev/null)"
  d=\${t%??}
fi
if [ -e "$d" ]; then
  [ ! -d "$d" ] || fail "$1" 'Is a directory'
  [ "$4" = 1 ] || fail "$1" 'File exists'
  n=$(stat -L -c '%s %.3Y' "$d")
  if [ -n "$5" ] && [ "$n" != "$5" ]; then stat -L -c '0 %f %s %.3Y' "$d"; exit ${changedCode}; fi
  b=\${d%/*}/$7
  if [ -f "$d" ] && [ "$(stat -L -c %h "$d")" -gt 1 ]; then
    overwrite "$1" "$d" "$b" || fail "$1" ''
    stat -L -c '0 %f %s %.3Y' "$d"; exit
  fi
  chown "$(stat -L -c %u:%g "$d")" "$1" 2>/dev/null
  chmod "$(stat -L -c %a "$d")" "$1"
else
  [ "$3" = 1 ] || fail "$1" 'No such file or directory'
  inherit "$1"
  [ -z "$6" ] || chmod "$6" "$1"
fi
if ! e=$(mv -f "$1" "$d" 2>&1); then
  case $e in
    *[Bb]usy*) [ -f "$d" ] || fail "$1" "$e"; overwrite "$1" "$d" "$b" || fail "$1" '' ;;
    *) fail "$1" "$e" ;;
  esac
fi
stat -L -c '0 %f %s %.3Y' "$d"`;

/** `$1`: a folder, or a link to one. Prints its disk usage in kibibytes, contents included. */
export const measureScript = `du -sk "$1/." 2>/dev/null | cut -f1`;

/** Exit code of a script whose program is missing. */
export const noProgramCode = 77;

const needsTar = `command -v tar >/dev/null || exit ${noProgramCode}`;

/**
 * `$1`: a folder, or a link to one, whose contents are packed. `$2`, `$3`: candidate paths of the archive; prints the
 * first that can be written. The caller deletes both afterwards.
 */
export const packScript = `
${needsTar}
umask 077
t=$2; (: >"$t") 2>/dev/null || t=$3
tar -cf "$t" -C "$1" .; c=$?
# 1 is what GNU tar says when a file changed meanwhile.
[ $c -le 1 ] || exit $c
printf '%s' "$t"`;

/** `$1`: an archive, `$2`: the folder to create for its contents. */
export const unpackScript = `
${needsTar}
mkdir -p "$2" && tar -xf "$1" -C "$2" && rm -f "$1"`;

/**
 * Merges the folder `$1` into `$2`. Existing files stay unless the names are equal: those are replaced by hard links to
 * the new ones, so no file is ever half written.
 */
export const mergeScript = `
p=\${2%/*}; o=$(stat -L -c %u:%g "\${p:-/}") && chown -R "$o" "$1" 2>/dev/null
if [ ! -e "$2" ] && [ ! -L "$2" ]; then mv "$1" "$2"; exit; fi
[ -d "$2" ] || { echo 'Not a directory' >&2; exit 1; }
cp -alf "$1/." "$2/" 2>/dev/null || cp -af "$1/." "$2/"`;

/** Creates the folders that are passed as arguments. */
export const makeFoldersScript = `mkdir -p "$@"`;

/** Creates the link `$1` to `$2`, replacing a file or another link. */
export const makeLinkScript = `
if [ -d "$1" ] && [ ! -L "$1" ]; then echo 'Is a directory' >&2; exit 1; fi
ln -sfn -- "$2" "$1"`;
