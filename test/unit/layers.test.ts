import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const root = join(__dirname, '..', '..');

/** What the files of a folder may import: folders of src, and packages. Types may come from anywhere. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  api: ['api', 'core', 'zod/mini', 'node:*'],
  host: ['host', 'core', 'api', 'manifest', 'vscode', 'node:*'],
  views: ['views', 'core', 'host', 'manifest', 'vscode'],
  remote: ['remote', 'commands', 'views', 'core', 'api', 'host', 'manifest', 'vscode', 'node:*'],
  commands: ['commands', 'core', 'api', 'host', 'manifest', 'vscode'],
};
/** The one file each that may load these. */
const owners: Readonly<Record<string, string>> = {
  undici: join('src', 'api', 'undiciTransport.ts'),
  ws: join('src', 'api', 'dataPlane', 'webSocket.ts'),
};

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file));
}

/** Modules a file loads when it runs; `import type` is not among them. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gms,
  );
  return [...statements].map(match => match[1] ?? match[2] ?? '');
}

function placeOf(file: string, module: string): string {
  if (!module.startsWith('.')) return module;
  const path = relative(join(root, 'src'), join(root, dirname(file), module));
  return path.split(sep)[0] ?? path;
}

function isAllowed(place: string, names: readonly string[]): boolean {
  return names.some(name => (name.endsWith('*') ? place.startsWith(name.slice(0, -1)) : place === name));
}

describe('layers', () => {
  for (const [folder, names] of Object.entries(allowed))
    it(`src/${folder} imports only ${names.join(', ')}`, () => {
      const files = filesBelow(join('src', folder));
      assert.ok(files.length > 0);
      for (const file of files)
        for (const module of importsOf(file)) {
          const place = placeOf(file, module);
          assert.ok(owners[place] === file || isAllowed(place, names), `${file} imports ${module}`);
        }
    });

  it('the emulator shares nothing with the extension and never loads the editor', () => {
    for (const file of filesBelow('emulator'))
      for (const module of importsOf(file)) {
        const isOutside =
          module.startsWith('.') &&
          relative(join(root, 'emulator'), join(root, dirname(file), module)).startsWith('..');
        assert.ok(module !== 'vscode' && !isOutside, `${file} imports ${module}`);
      }
  });

  it('no file of src, emulator, test or scripts is over 400 lines, and the root is under 120', () => {
    for (const file of ['src', 'emulator', 'test', 'scripts'].flatMap(filesBelow)) {
      const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
      assert.ok(lines <= (file === join('src', 'extension.ts') ? 119 : 400), `${file} has ${lines} lines`);
    }
  });
});
