/** The path that a setting names, with `~` for the home folder of this machine. @param home without a slash at its end */
export function expandHome(typed: string, home: string): string {
  const [, rest] = /^~((?:[/\\].*)?)$/s.exec(typed) ?? [];
  return rest === undefined ? typed : home + rest;
}

/** A script with the line ends of Unix, as Windows may have saved it. What is no text stays as it is. */
export function withUnixLines(content: Uint8Array): Uint8Array {
  if (content.includes(0)) return content;
  return content.filter((byte, at) => byte !== 0x0d || content[at + 1] !== 0x0a);
}

/** Whether a path within a copied folder belongs to the repository that it is a working copy of. */
export function isOfGit(path: string): boolean {
  const [, first] = path.split('/');
  return first === '.git';
}
