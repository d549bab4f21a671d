import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { preProcessFile } from 'typescript';

/** An import of a file: `to` is a path from the root of the project, or the name of a package. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** What each layer may import: layers and packages; a `*` at the end of a name matches the rest of it. */
export interface Layers {
  keys(): Iterable<string>;
  /** The layer of a file: the longest matching folder; `undefined` when none matches. */
  of(file: string): string | undefined;
  allowedIn(layer: string): readonly string[];
}

/** Reads the block of docs/architecture.md that begins with three backticks and `layers`. */
export function readLayers(document: string): Layers {
  const block = /^```layers\n(.*?)^```$/ms.exec(document)?.[1] ?? '';
  const table = new Map(
    block
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(line => {
        const [layer = '', ...allowed] = line.trim().split(/\s+/);
        return [layer, [layer, ...allowed]];
      }),
  );
  const patterns = [...table.keys()].map(layer => ({
    layer,
    pattern: new RegExp(`^${layer.replaceAll('*', '[^/]+')}(/|\\.ts$)`),
  }));
  return {
    keys: () => table.keys(),
    of: file =>
      patterns
        .filter(({ pattern }) => pattern.test(file))
        .map(({ layer }) => layer)
        .sort((a, b) => b.length - a.length)[0],
    allowedIn: layer => table.get(layer) ?? [],
  };
}

/**
 * Whether the layers allow an import. A name stands for its folder and all folders below it, except for models: only
 * their own feature may import them.
 */
export function isAllowed(layers: Layers, { from, to }: Import): boolean {
  const layer = layers.of(from);
  if (layer === undefined) return false;
  const names = layers.allowedIn(layer);
  const target = to.endsWith('.ts') ? layers.of(to) : undefined;
  if (target === undefined)
    return names.some(name => (name.endsWith(':*') ? to.startsWith(name.slice(0, -1)) : name === to));
  if (target.endsWith('/model')) return featureOf(from) === featureOf(to);
  return names.some(name => name === 'src/*' || name === target || target.startsWith(`${name}/`));
}

/** The feature folder of a file, such as `src/remote/files`. */
function featureOf(file: string): string {
  return file.split('/').slice(0, 3).join('/');
}

/** All imports of a file: values, types and dynamic imports. */
export function importsOf(root: string, file: string): readonly Import[] {
  const { importedFiles } = preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => ({ from: file, to: resolved(root, file, fileName) }));
}

function resolved(root: string, file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = posix.join(posix.dirname(file), specifier);
  return existsSync(join(root, `${path}.ts`)) ? `${path}.ts` : path;
}

/** Groups of files that import each other in a circle (Tarjan's strongly connected components). */
export function circles(imports: readonly Import[]): readonly (readonly string[])[] {
  const targets = new Map<string, Import[]>();
  for (const each of imports) targets.set(each.from, [...(targets.get(each.from) ?? []), each]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    lowest.set(file, index);
    stack.push(file);
    for (const { to } of targets.get(file) ?? []) {
      const seen = order.get(to);
      const reached = seen === undefined ? visit(to) : stack.includes(to) ? seen : index;
      lowest.set(file, Math.min(lowest.get(file) ?? index, reached));
    }
    if (lowest.get(file) === index) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1) found.push(group.sort());
    }
    return lowest.get(file) ?? index;
  };
  for (const file of targets.keys()) if (!order.has(file)) visit(file);
  return found;
}
