/** What is searched for, as the user asked. */
export interface SearchQuery {
  readonly text: string;
  readonly isRegex: boolean;
  readonly isCaseSensitive: boolean;
}

/** The program that searched: what it leaves out differs. */
export type SearchTool = 'rg' | 'grep';

/** Ends the path in a line of output; `tr` puts it in place of NUL, which ends lines in some logs. */
export const pathEnd = '\x1f';

/** The arguments of `searchScript`. @param most lines of output */
export function searchArgs(folder: string, query: SearchQuery, most: number): readonly string[] {
  const { text, isRegex, isCaseSensitive } = query;
  return [folder, text, isRegex ? 'regex' : 'fixed', isCaseSensitive ? 'exact' : 'any', String(most)];
}

/**
 * Searches the folder `$1` for `$2`, by ripgrep where the image has it. `$3`: `regex` or `fixed`, `$4`: `exact` or `any`
 * case, `$5`: the most lines of output. Prints the tool, then a line for each match: path, `pathEnd`, line number, with
 * ripgrep the column in bytes, and the text, each followed by a colon but the text. Neither follows links nor leaves the
 * file system of the folder, so that it does not read devices; long lines are cut.
 */
export const searchScript = `
bounded() { tr '\\000' '\\037' | cut -b 1-6000 | head -n "$1"; }
if command -v rg >/dev/null 2>&1; then
  echo rg
  [ "$3" = fixed ] && f=-F || f=
  [ "$4" = exact ] && i=-s || i=-i
  rg --no-config --hidden --no-require-git --glob '!.git' --one-file-system --no-messages --null --with-filename \\
    --line-number --column --no-heading --color never --max-columns 1000 --max-columns-preview $f $i -e "$2" -- "$1" |
    bounded "$5"
  exit
fi
echo grep
[ "$3" = fixed ] && f=-F || f=-E
[ "$4" = exact ] && i= || i=-i
if grep --version 2>/dev/null | grep -q GNU; then
  x=
  [ "$1" = / ] && x='--exclude-dir=proc --exclude-dir=sys --exclude-dir=dev'
  grep -rnIZs -D skip --exclude-dir=.git $x $f $i -e "$2" -- "$1" | bounded "$5"
else
  find "$1" -xdev '(' -name .git -prune ')' -o -type f -exec sh -c '
    p=$1 f=$2 i=$3; shift 3
    for x; do
      grep -n $f $i -e "$p" -- "$x" | while IFS= read -r l; do printf "%s\\037%s\\n" "$x" "$l"; done
    done' sh "$2" "$f" "$i" {} + | bounded "$5"
fi`;
