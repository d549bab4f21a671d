import { build, context } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { joinChunks } from './scripts/joinChunks.mjs';

const isWatching = process.argv.includes('--watch');

/** Packages that are files of their own, read when they are first needed: undici would be most of the start-up time. */
const packagesApart = {
  name: 'packages-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^(undici|ws)$/ }, ({ path }) => ({ path: `./${path}.js`, external: true }));
  },
};

/**
 * What the transport uses, with the one method that ProxyAgent expects on every dispatcher. undici's
 * main file also brings its fetch and WebSocket and claims the process-wide dispatcher: half the size, twice the time.
 */
const undiciEntry = `
  exports.Agent = require('undici/lib/dispatcher/agent');
  exports.Pool = require('undici/lib/dispatcher/pool');
  exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent');
  exports.Socks5ProxyAgent = require('undici/lib/dispatcher/socks5-proxy-agent');
  exports.buildConnector = require('undici/lib/core/connect');
  Object.assign(require('undici/lib/dispatcher/dispatcher').prototype, {
    connect: require('undici/lib/api/api-connect'),
  });
`;

/** The two halves of a WebSocket. The main file also brings a client, which would dial by itself, and a server. */
const wsEntry = `
  exports.Receiver = require('./node_modules/ws/lib/receiver.js');
  exports.Sender = require('./node_modules/ws/lib/sender.js');
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

/** The most that may be read while the editor waits for the activation, and what follows at once. */
const maxStartBytes = isWatching ? Infinity : 14 * 1024;
const maxCompositionBytes = isWatching ? Infinity : 136 * 1024;

/** Turns the chunks into the files that ship: what `import()` names is read when it is first needed. */
const chunksJoined = {
  name: 'chunks-joined',
  setup({ onEnd }) {
    onEnd(async ({ metafile }) => {
      if (metafile === undefined) return;
      const { outputs } = metafile;
      const outputOf = source => Object.keys(outputs).find(path => outputs[path].entryPoint === source);
      const roots = ['src/extension.ts', 'src/composition.ts'].map(outputOf);
      const options = { ...shared, outdir: 'dist', logLevel: 'silent' };
      await joinChunks(outputs, roots, options, [maxStartBytes, maxCompositionBytes]);
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
  // That its SOCKS5 is experimental is in the README, and not for the log of every window that has such a proxy.
  define: { 'process.emitWarning': 'keepWarning' },
  inject: ['scripts/keepWarning.mjs'],
};

const wsOptions = {
  ...shared,
  format: 'cjs',
  stdin: { contents: wsEntry, resolveDir: import.meta.dirname },
  outfile: 'dist/ws.js',
  // Leaves out the native modules that ws asks for, and might find in a folder above the extension.
  define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
};

const extensionOptions = {
  ...shared,
  entryPoints: ['src/extension.ts'],
  outdir: 'out/chunks',
  format: 'esm',
  splitting: true,
  chunkNames: '[name]-[hash]',
  plugins: [packagesApart, chunksJoined, ...(isWatching ? [watchLines] : [])],
};

for (const folder of ['dist', 'out/chunks']) rmSync(folder, { recursive: true, force: true });
mkdirSync('out', { recursive: true });
if (isWatching) {
  await build(undiciOptions);
  await build(wsOptions);
  const watched = await context(extensionOptions);
  await watched.watch();
} else {
  const builds = { undici: undiciOptions, ws: wsOptions, extension: extensionOptions };
  for (const [name, options] of Object.entries(builds)) {
    const { metafile } = await build(options);
    writeFileSync(`out/meta-${name}.json`, JSON.stringify(metafile));
  }
}
