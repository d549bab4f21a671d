import { context } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';

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

const builds = {
  extension: { entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', plugins: [undiciApart] },
  undici: {
    stdin: { contents: undiciEntry, resolveDir: import.meta.dirname },
    outfile: 'dist/undici.js',
  },
};

mkdirSync('out', { recursive: true });
for (const [name, options] of Object.entries(builds)) {
  const build = await context({ ...shared, ...options });
  if (isWatching) await build.watch();
  else {
    const { metafile } = await build.rebuild();
    writeFileSync(`out/meta-${name}.json`, JSON.stringify(metafile));
    await build.dispose();
  }
}
