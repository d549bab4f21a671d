import { context, transform } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const isWatching = process.argv.includes('--watch');

/** undici is a file of its own, read at the first request: it would be most of the start-up time otherwise. */
const undiciApart = {
  name: 'undici-apart',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, () => ({ path: './undici.js', external: true }));
  },
};

/**
 * The three classes the transport uses, with the one method that ProxyAgent expects on every dispatcher. undici's
 * main file also brings its fetch and WebSocket and claims the process-wide dispatcher: half the size, twice the time.
 */
const undiciEntry = `
  exports.Agent = require('undici/lib/dispatcher/agent');
  exports.Pool = require('undici/lib/dispatcher/pool');
  exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent');
  Object.assign(require('undici/lib/dispatcher/dispatcher').prototype, {
    connect: require('undici/lib/api/api-connect'),
  });
`;

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  external: ['vscode'],
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

mkdirSync('out', { recursive: true });
rmSync('dist', { recursive: true, force: true });

/**
 * The extension as chunks: what `import()` names is read when it is first needed. esbuild splits ES modules only, so
 * each of them becomes a CommonJS file afterwards, which every editor since the floor version loads fastest.
 */
const asCommonJs = {
  name: 'as-commonjs',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        const { code } = await transform(text, {
          format: 'cjs',
          target: shared.target,
          minify: true,
          supported: { 'dynamic-import': false },
        });
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, code);
      }
    });
  },
};

const builds = {
  extension: {
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    write: false,
    chunkNames: '[name]-[hash]',
    plugins: [undiciApart, asCommonJs],
  },
  undici: {
    stdin: { contents: undiciEntry, resolveDir: import.meta.dirname },
    outfile: 'dist/undici.js',
  },
};

for (const [name, options] of Object.entries(builds)) {
  const build = await context({ ...shared, ...options });
  if (isWatching) await build.watch();
  else {
    const { metafile } = await build.rebuild();
    writeFileSync(`out/meta-${name}.json`, JSON.stringify(metafile));
    await build.dispose();
  }
}
