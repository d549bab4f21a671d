/** What makes the command line of VS Code install packages. */
export function installFlags(vsixes: readonly string[]): readonly string[] {
  return vsixes.flatMap(vsix => ['--install-extension', vsix]);
}
