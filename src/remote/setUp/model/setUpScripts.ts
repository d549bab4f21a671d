/** What a set-up is called in the home folder of a sandbox. */
export const setUpNames = { script: '.tensorlake-set-up', folder: 'dotfiles' } as const;

/** `$1`: the home folder, which a shell that the daemon starts may not know. */
const atHome = `HOME=$1; export HOME; cd "$HOME" && shift || exit`;

/** Runs its further arguments in the home folder. */
const runScript = `${atHome}
exec "$@"`;

/** Names of a program in a folder of dotfiles that installs them, as GitHub Codespaces looks for them. */
const installers = [
  'install.sh',
  'install',
  'bootstrap.sh',
  'bootstrap',
  'script/bootstrap',
  'setup.sh',
  'setup',
  'script/setup',
];

/** Whether a shell reads a file of a copied folder, so that it needs the line ends of Unix. @param path as in the folder */
export function isForShell(path: string): boolean {
  const [, ...parts] = path.split('/');
  const file = parts.join('/');
  return installers.includes(file) || /\.(ba|z|k)?sh$/.test(file) || /^\.[^/]+$/.test(file);
}

/**
 * Runs the first installer in the folder `$2` of the home folder. Without one, links what begins with a dot there into the
 * home folder; where there is a folder of that name already, what is in it.
 */
const installScript = `${atHome}
cd "$1" || exit
for f in ${installers.join(' ')}; do
  [ -f "$f" ] || continue
  echo "$1/$f"
  [ -x "$f" ] || chmod u+x "$f"
  exec "./$f"
done
failed=0
link() {
  if [ -d "$1" ] && [ ! -L "$1" ] && [ -d "$2" ] && [ ! -L "$2" ]; then
    for e in "$1"/* "$1"/.[!.]* "$1"/..?*; do
      if [ -e "$e" ] || [ -L "$e" ]; then link "$e" "$2/\${e##*/}"; fi
    done
  elif [ -d "$2" ] && [ ! -L "$2" ]; then
    echo "$2 is a folder" >&2
    failed=1
  elif ln -sfn -- "$1" "$2"; then echo "$2"
  else failed=1; fi
}
for f in .[!.]* ..?*; do
  if [ -e "$f" ] || [ -L "$f" ]; then link "$PWD/$f" "$HOME/$f"; fi
done
exit $failed`;

/** Arguments of `sh` that run a script. @param content its bytes @param home the folder that it was copied to */
export function scriptArgs(content: Uint8Array, home: string): readonly string[] {
  const file = `./${setUpNames.script}`;
  const [hash, bang] = content;
  // Without a line that names its interpreter it is one for the shell.
  const program = hash === 0x23 && bang === 0x21 ? [file] : ['sh', file];
  return ['-lc', runScript, 'set-up', home, ...program];
}

/** Arguments of `sh` that install a folder of dotfiles. @param home the folder that it was copied to */
export function folderArgs(home: string): readonly string[] {
  return ['-lc', installScript, 'set-up', home, setUpNames.folder];
}
