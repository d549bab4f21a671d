/** Paths inside a sandbox: absolute, with slashes, whatever the names are made of. */

/** The path of an entry of a folder. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

/** The folder something lies in; that of `/` is `/`. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The last part of a path; that of `/` is `/`. */
export function baseName(path: string): string {
  return path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `folder` or lies somewhere below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

/** What is wrong with a name for a new entry of a folder; undefined for a good one. */
export type NameProblem = 'empty' | 'dots' | 'slash' | 'nul' | 'tooLong';

/** The longest name Linux allows, in bytes. */
const longestName = 255;

/** Judges the name of one entry, as Linux does. */
export function nameProblem(name: string): NameProblem | undefined {
  if (name === '') return 'empty';
  if (name === '.' || name === '..') return 'dots';
  if (name.includes('/')) return 'slash';
  if (name.includes('\0')) return 'nul';
  return new TextEncoder().encode(name).length > longestName ? 'tooLong' : undefined;
}

/** Takes an absolute path as somebody typed it apart and puts it together without `.`, `..` and doubled slashes. */
export function normalizePath(typed: string): string | undefined {
  if (!typed.startsWith('/') || typed.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of typed.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return `/${parts.join('/')}`;
}
