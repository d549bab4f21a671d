import { context } from 'esbuild';
import { writeFileSync, mkdirSync } from 'node:fs';

const isWatching = process.argv.includes('--watch');

/** undici is a file of its own, read at the first request: it would be most of the start-up time otherwise. */
const undiciApart = {
  name: 'undici-apart',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './undici.js', external: true },
    );
  },
};

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  external: ['vscode'],
  minify: true,
  // Without this, host code that switches on a class name would see a letter.
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

const builds = [
  { entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', plugins: [undiciApart] },
  { entryPoints: { undici: 'undici' }, outdir: 'dist' },
];

mkdirSync('out', { recursive: true });
for (const options of builds) {
  const [name] = Object.keys(options.entryPoints);
  const build = await context({ ...shared, ...options });
  if (isWatching) await build.watch();
  else {
    const { metafile } = await build.rebuild();
    writeFileSync(`out/meta-${name}.json`, JSON.stringify(metafile));
    await build.dispose();
  }
}
