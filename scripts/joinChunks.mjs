// @ts-check
import { build } from 'esbuild';
import { appendFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** @typedef {Readonly<Record<string, { imports: readonly { path: string, kind: string }[] }>>} Outputs as in a metafile */

/**
 * Bundles what esbuild's code splitting wrote once more. Splitting makes ES modules only, and many of them; the editor
 * starts fastest with one CommonJS file. So each root becomes one file together with all chunks that it imports
 * statically and no earlier root has, and every other chunk a CommonJS file of its own. A file is read when something
 * first imports it. It takes what lies in another one from the exports of that file, so that no module is there twice.
 *
 * @param {Outputs} outputs of a build with `format: 'esm'`, `splitting: true` and one folder for all of them
 * @param {readonly string[]} roots the output of the entry point, then others that are best read as a whole; exports are
 *   added to these files
 * @param {import('esbuild').BuildOptions & { outdir: string }} options of the second build
 * @param {readonly number[]} [maxBytes] of the files of the roots
 * @throws what esbuild throws when the second build fails, and an error when the file of a root is larger than allowed
 */
export async function joinChunks(outputs, roots, options, maxBytes = []) {
  const homes = homesOf(outputs, roots);
  for (const chunk of homes.keys()) {
    const home = homes.get(chunk);
    if (home === undefined || home === chunk || !isImportedElsewhere(chunk, outputs, homes)) continue;
    const name = JSON.stringify(nameOf(chunk));
    appendFileSync(home, `\nexport * as ${name} from ${name};`);
  }
  await build({
    ...options,
    entryPoints: [...new Set(homes.values())],
    bundle: true,
    format: 'cjs',
    // Written as require(), which reads CommonJS faster.
    supported: { 'dynamic-import': false },
    plugins: [betweenFiles(new Map([...homes].map(([chunk, home]) => [nameOf(chunk), nameOf(home)])))],
  });
  for (const [index, root] of roots.entries()) {
    const { size } = statSync(join(options.outdir, basename(root)));
    const most = maxBytes[index] ?? Infinity;
    if (size > most) throw new Error(`${basename(root)} has ${size} bytes and may have ${most}`);
  }
}

/**
 * For each chunk the one whose file it becomes a part of.
 *
 * @param {Outputs} outputs
 * @param {readonly string[]} roots
 */
function homesOf(outputs, roots) {
  /** @type {Map<string, string>} */
  const homes = new Map();
  const chunks = Object.keys(outputs).filter(path => path.endsWith('.js'));
  for (const root of roots)
    for (const chunk of withStaticImports(root, outputs)) if (!homes.has(chunk)) homes.set(chunk, root);
  for (const chunk of chunks) if (!homes.has(chunk)) homes.set(chunk, chunk);
  return homes;
}

/**
 * @param {string} chunk
 * @param {Outputs} outputs
 * @param {ReadonlyMap<string, string>} homes
 */
function isImportedElsewhere(chunk, outputs, homes) {
  return Object.entries(outputs).some(
    ([importer, { imports }]) =>
      homes.get(importer) !== homes.get(chunk) && imports.some(({ path }) => path === chunk),
  );
}

/**
 * Keeps the files apart: what lies in another file is imported from it when the extension runs.
 *
 * @param {ReadonlyMap<string, string>} homes by the names of chunks
 * @returns {import('esbuild').Plugin}
 */
function betweenFiles(homes) {
  return {
    name: 'between-files',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, importer, namespace, kind }) => {
        if (kind === 'entry-point') return undefined;
        const home = homes.get(path);
        if (namespace === 'exported') return { path, external: true };
        if (home !== undefined && homes.get(nameOf(importer)) === home) return undefined;
        return home === undefined || home === path
          ? { path, external: true }
          : { path, namespace: 'exported' };
      });
      onLoad({ filter: /.*/, namespace: 'exported' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(homes.get(path))})[${JSON.stringify(path)}];`,
      }));
    },
  };
}

/** @param {string} path */
function nameOf(path) {
  return `./${basename(path)}`;
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
  for (const { kind, path: imported } of outputs[path].imports)
    if (kind === 'import-statement') withStaticImports(imported, outputs, found);
  return found;
}
