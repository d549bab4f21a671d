import { build, context } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { joinChunks } from './scripts/joinChunks.mjs';

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

/** What a debugger and a programmer who waits for the next build need is no part of what ships. */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  external: ['vscode'],
  minify: !isWatching,
  sourcemap: isWatching,
  legalComments: 'none',
  metafile: true,
  logLevel: isWatching ? 'silent' : 'warning',
};

/** The most that may be read when the editor starts. */
const maxStartBytes = isWatching ? Infinity : 150 * 1024;

/** Turns the chunks into the files that ship: what `import()` names is read when it is first needed. */
const chunksJoined = {
  name: 'chunks-joined',
  setup({ onEnd }) {
    onEnd(async ({ metafile }) => {
      if (metafile === undefined) return;
      const options = { ...shared, outdir: 'dist', logLevel: 'silent' };
      await joinChunks(metafile.outputs, ['out/chunks/extension.js'], options, maxStartBytes);
    });
  },
};

/** Prints what the problem matcher of a VS Code task reads. */
const watchLines = {
  name: 'watch-lines',
  setup({ onStart, onEnd }) {
    onStart(() => console.log('[watch] build started'));
    onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        const place = location === null ? '' : `${location.file}:${location.line}:${location.column + 1}: `;
        console.error(`${place}error: ${text}`);
      }
      console.log('[watch] build finished');
    });
  },
};

const undiciOptions = {
  ...shared,
  format: 'cjs',
  stdin: { contents: undiciEntry, resolveDir: import.meta.dirname },
  outfile: 'dist/undici.js',
};

const extensionOptions = {
  ...shared,
  entryPoints: ['src/extension.ts'],
  outdir: 'out/chunks',
  format: 'esm',
  splitting: true,
  chunkNames: '[name]-[hash]',
  plugins: [undiciApart, chunksJoined, ...(isWatching ? [watchLines] : [])],
};

for (const folder of ['dist', 'out/chunks']) rmSync(folder, { recursive: true, force: true });
mkdirSync('out', { recursive: true });
if (isWatching) {
  await build(undiciOptions);
  const watched = await context(extensionOptions);
  await watched.watch();
} else {
  for (const [name, options] of Object.entries({ undici: undiciOptions, extension: extensionOptions })) {
    const { metafile } = await build(options);
    writeFileSync(`out/meta-${name}.json`, JSON.stringify(metafile));
  }
}
