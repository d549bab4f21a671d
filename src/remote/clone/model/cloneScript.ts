/** What the script says by its exit code, where git itself did not fail. */
export const exits = { noGit: 71, exists: 72 } as const;

/** Begins the line with the folder that is made, absolute. */
const folderMark = 'tensorlake-clone-folder ';

/**
 * Clones `$1` into a folder beside `$3`, which gets its name once it is complete; `$2` is a branch, or nothing, and `$4`
 * makes the folder's name unique. `$5`, if given, is the server that `TL_CLONE_USER` and `TL_CLONE_PASSWORD` are for: git
 * asks for them by a helper that exists for this one command, and nothing of them is stored.
 */
export const cloneScript = `
command -v git >/dev/null 2>&1 || exit ${exits.noGit}
case $3 in /*) target=$3 ;; *) target=\${HOME:-/root}/$3 ;; esac
echo "${folderMark}$target"
if [ -e "$target" ] || [ -L "$target" ]; then exit ${exits.exists}; fi
part=$target.$4
helper='!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$TL_CLONE_USER" "$TL_CLONE_PASSWORD"; }; f'
url=$1 branch=$2 server=$5
set -- -c credential.helper= -c core.askPass=
if [ -n "$server" ]; then set -- "$@" -c "credential.$server.helper=$helper"; fi
set -- "$@" clone --progress
if [ -n "$branch" ]; then set -- "$@" --branch "$branch"; fi
lines() { if command -v stdbuf >/dev/null 2>&1; then stdbuf -oL tr '\\r' '\\n'; else tr '\\r' '\\n'; fi; }
exec 3>&1
code=$({ { sh -c 'echo $$ >"$0.pid"; exec git "$@"' "$part" "$@" -- "$url" "$part" 2>&1; echo $? >&4; } | lines >&3; } 4>&1)
rm -f -- "$part.pid"
if [ "$code" != 0 ]; then rm -rf -- "$part"; exit "$code"; fi
if [ -e "$target" ] || [ -L "$target" ]; then rm -rf -- "$part"; exit ${exits.exists}; fi
mv -- "$part" "$target"
`;

/** Ends a clone that was cancelled, and removes what there is of it. `$1` and `$2` are `$3` and `$4` of `cloneScript`. */
export const undoScript = `
case $1 in /*) target=$1 ;; *) target=\${HOME:-/root}/$1 ;; esac
part=$target.$2
if [ -f "$part.pid" ]; then kill "$(cat "$part.pid")" 2>/dev/null; sleep 1; fi
rm -rf -- "$part" "$part.pid"
`;

/** How far a clone is. */
export interface CloneProgress {
  readonly text: string;
  /** Of the whole, as far as git's phases tell. */
  readonly percent?: number;
}

/** What each phase of git begins at, and how much of the whole it is, in percent. */
const phases: Readonly<Record<string, readonly [from: number, share: number]>> = {
  'Counting objects': [0, 3],
  'Compressing objects': [3, 7],
  'Receiving objects': [10, 65],
  'Resolving deltas': [75, 15],
  'Updating files': [90, 10],
};

/** Reads the output of `cloneScript`, line by line. */
export class CloneOutput {
  /** The folder that is made, once it is known. */
  folder: string | undefined;
  private kept: readonly string[] = [];

  /** Takes a line; returns how far it is, if the line says so. */
  read(line: string): CloneProgress | undefined {
    if (line.startsWith(folderMark)) {
      this.folder = line.slice(folderMark.length);
      return undefined;
    }
    const [, phase = '', percent] = /^(?:remote: )?([A-Z][a-z]+ [a-z]+):\s+(\d{1,3})%/.exec(line) ?? [];
    const [from, share] = phases[phase] ?? [];
    if (from !== undefined && share !== undefined)
      return { text: phase, percent: Math.floor(from + (share * Math.min(100, Number(percent))) / 100) };
    if (line.trim() !== '') this.kept = [...this.kept, line.slice(0, 500)].slice(-20);
    return undefined;
  }

  /** Why git failed, in its own words. */
  get reason(): string {
    const told = this.kept.filter(line => /^(fatal|error|remote): /.test(line));
    return (told.length > 0 ? told : this.kept).slice(-4).join(' ');
  }

  /** Whether git failed because the server wants to know who asks. */
  get wantsCredentials(): boolean {
    return this.kept.some(line =>
      /could not read (Username|Password)|Authentication failed|HTTP Basic: Access denied|requested URL returned error: (401|403)/.test(
        line,
      ),
    );
  }
}
