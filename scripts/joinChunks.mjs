// @ts-check
import { build } from 'esbuild';
import { appendFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** @typedef {Readonly<Record<string, { imports: readonly { path: string, kind: string }[] }>>} Outputs as in a metafile */

/**
 * Bundles what esbuild's code splitting wrote once more. Splitting makes ES modules only, and many of them; the editor
 * starts fastest with one CommonJS file. So the entry becomes one file together with all chunks that it imports
 * statically, and every other chunk a CommonJS file of its own, read when something first imports it. What such a chunk
 * needs of the entry file it takes from the exports of that file, so that no module is there twice.
 *
 * @param {Outputs} outputs of a build with `format: 'esm'`, `splitting: true` and one folder
 *   for all of them
 * @param {string} entry the output of the entry point; exports are added to this file
 * @param {import('esbuild').BuildOptions & { outdir: string }} options of the second build
 * @param {number} [maxBytes] of the entry's file
 * @throws what esbuild throws when the second build fails, and an error when the entry's file is larger than allowed
 */
export async function joinChunks(outputs, entry, options, maxBytes = Infinity) {
  const first = withStaticImports(entry, outputs);
  const later = Object.keys(outputs).filter(path => path.endsWith('.js') && !first.has(path));
  const shared = new Set(later.flatMap(path => importsOf(path, outputs)).filter(path => first.has(path)));
  for (const name of [...shared].map(path => JSON.stringify(nameOf(path))))
    appendFileSync(entry, `\nexport * as ${name} from ${name};`);
  await build({
    ...options,
    entryPoints: [entry, ...later],
    bundle: true,
    format: 'cjs',
    // Written as require(), which reads CommonJS faster.
    supported: { 'dynamic-import': false },
    plugins: [betweenFiles(nameOf(entry), new Set([...first].map(nameOf)))],
  });
  const { size } = statSync(join(options.outdir, basename(entry)));
  if (size > maxBytes) throw new Error(`${basename(entry)} has ${size} bytes and may have ${maxBytes}`);
}

/**
 * Keeps the files apart: what lies in another file is imported from it when the extension runs.
 *
 * @param {string} entryName
 * @param {ReadonlySet<string>} first names of the chunks in the entry file
 * @returns {import('esbuild').Plugin}
 */
function betweenFiles(entryName, first) {
  return {
    name: 'between-files',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, importer, namespace, kind }) => {
        if (kind === 'entry-point') return undefined;
        if (!first.has(path) || namespace === 'exported') return { path, external: true };
        return first.has(nameOf(importer)) ? undefined : { path, namespace: 'exported' };
      });
      onLoad({ filter: /.*/, namespace: 'exported' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(entryName)})[${JSON.stringify(path)}];`,
      }));
    },
  };
}

/** @param {string} path */
function nameOf(path) {
  return `./${basename(path)}`;
}

/**
 * @param {string} path
 * @param {Outputs} outputs
 * @param {string} [kind] only imports of this kind
 */
function importsOf(path, outputs, kind) {
  const imports = outputs[path]?.imports ?? [];
  return imports.filter(each => kind === undefined || each.kind === kind).map(each => each.path);
}

/**
 * Chunks that `path` needs at once, itself among them.
 *
 * @param {string} path
 * @param {Outputs} outputs
 */
function withStaticImports(path, outputs, found = new Set()) {
  if (found.has(path) || outputs[path] === undefined) return found;
  found.add(path);
  for (const imported of importsOf(path, outputs, 'import-statement'))
    withStaticImports(imported, outputs, found);
  return found;
}
