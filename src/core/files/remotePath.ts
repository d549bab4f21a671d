/** Paths in a sandbox: absolute, separated by slashes, with names of any characters. */

/** The path of an entry of a folder. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

/** The folder that contains a path; for `/` it is `/`. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The last part of a path; for `/` it is `/`. */
export function baseName(path: string): string {
  return path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `folder` or is below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

/** Why a name is not valid for a new entry of a folder. */
export type NameProblem = 'empty' | 'dots' | 'slash' | 'nul' | 'tooLong';

/** The longest name Linux allows, in bytes. */
const longestName = 255;

/** Checks the name of an entry by the rules of Linux; undefined for a valid one. */
export function nameProblem(name: string): NameProblem | undefined {
  if (name === '') return 'empty';
  if (name === '.' || name === '..') return 'dots';
  if (name.includes('/')) return 'slash';
  if (name.includes('\0')) return 'nul';
  return new TextEncoder().encode(name).length > longestName ? 'tooLong' : undefined;
}

/** Normalizes an absolute path as typed: without `.`, `..` and repeated slashes; undefined for a relative one. */
export function normalizePath(typed: string): string | undefined {
  if (!typed.startsWith('/') || typed.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of typed.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return `/${parts.join('/')}`;
}
