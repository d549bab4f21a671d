import { context, transform } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const isWatching = process.argv.includes('--watch');

/** Packages that are files of their own, read when they are first needed: undici would be most of the start-up time. */
const packagesApart = {
  name: 'packages-apart',
  setup(build) {
    build.onResolve({ filter: /^(undici|ws)$/ }, ({ path }) => ({ path: `./${path}.js`, external: true }));
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

/** The two halves of a WebSocket. The main file also brings a client, which would dial by itself, and a server. */
const wsEntry = `
  exports.Receiver = require('./node_modules/ws/lib/receiver.js');
  exports.Sender = require('./node_modules/ws/lib/sender.js');
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

/** The most that may be read when the editor starts (design section 11). */
const maxStartBytes = 150 * 1024;

/** Chunks that `start` needs at once, itself among them. */
function startClosure(outputs, start, found = new Set()) {
  if (found.has(start) || outputs[start] === undefined) return found;
  found.add(start);
  for (const { kind, path } of outputs[start].imports)
    if (kind === 'import-statement') startClosure(outputs, path, found);
  return found;
}

/**
 * Chunks in one file, each a function that runs when it is first required; `part` is how other files get at them. The
 * parentheses tell the engine that a function is needed at once, and the editor, which looks up anew who asks for its
 * API each time, is asked once.
 */
function joined(chunks, start) {
  const functions = chunks.map(
    ({ name, code }) => `${JSON.stringify(name)}:(function(module,exports,require){${code}\n})`,
  );
  return `"use strict";const parts={${functions.join(',')}},loaded={};
function part(name){if(!loaded[name]){const module=loaded[name]={exports:{}};if(name in parts)parts[name](module,module.exports,part);else module.exports=require(name)}return loaded[name].exports}
module.exports=part(${JSON.stringify(start)});module.exports.part=part;
`;
}

/**
 * The extension as chunks: what `import()` names is read when it is first needed. esbuild splits ES modules only, so
 * each of them becomes a CommonJS file afterwards, which every editor since the floor version loads fastest. What the
 * start needs is one file again, since opening a dozen costs more than reading them.
 */
const asCommonJs = {
  name: 'as-commonjs',
  setup(build) {
    build.onEnd(async ({ outputFiles = [], metafile }) => {
      const start = 'dist/extension.js';
      const atStart = startClosure(metafile.outputs, start);
      const chunks = await Promise.all(
        outputFiles.map(async ({ path, text }) => {
          const options = { format: 'cjs', target: shared.target, minify: true };
          const { code } = await transform(text, { ...options, supported: { 'dynamic-import': false } });
          return {
            name: `./${basename(path)}`,
            path,
            code,
            isAtStart: atStart.has(`dist/${basename(path)}`),
          };
        }),
      );
      const first = chunks.filter(({ isAtStart }) => isAtStart);
      const main = joined(first, './extension.js');
      if (main.length > maxStartBytes) throw new Error(`The start reads ${main.length} bytes`);
      mkdirSync('dist', { recursive: true });
      writeFileSync(start, main);
      for (const { path, code } of chunks.filter(({ isAtStart }) => !isAtStart))
        writeFileSync(path, code.replace(/\brequire\("(\.\/[^"]+)"\)/g, elsewhere(first)));
    });
  },
};

/** Rewrites a request for a chunk that is part of the main file. */
function elsewhere(first) {
  return (call, name) =>
    first.some(chunk => chunk.name === name) ? `require("./extension.js").part("${name}")` : call;
}

const builds = {
  extension: {
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    write: false,
    chunkNames: '[name]-[hash]',
    plugins: [packagesApart, asCommonJs],
  },
  undici: {
    stdin: { contents: undiciEntry, resolveDir: import.meta.dirname },
    outfile: 'dist/undici.js',
  },
  ws: {
    stdin: { contents: wsEntry, resolveDir: import.meta.dirname },
    outfile: 'dist/ws.js',
    // Leaves out the native modules that ws asks for, and might find in a folder above the extension.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
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
