import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const root = join(__dirname, '..', '..');

/** What the files of a folder may import: folders of src, and packages. Types may come from anywhere. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  api: ['api', 'core', 'zod/mini', 'node:*'],
  text: ['text', 'core', 'vscode'],
  host: ['host', 'text', 'core', 'api', 'manifest', 'vscode', 'node:*'],
  app: ['app', 'host', 'text', 'core', 'api', 'manifest', 'vscode'],
  views: ['views', 'app', 'host', 'text', 'core', 'manifest', 'vscode'],
  webview: ['webview', 'app', 'host', 'text', 'core', 'manifest', 'vscode'],
  remote: ['remote', 'app', 'host', 'text', 'core', 'api', 'manifest', 'vscode', 'node:*', 'zod/mini'],
  commands: ['commands', 'app', 'host', 'text', 'core', 'api', 'manifest', 'vscode', 'zod/mini'],
};

/** What the move of the folders left behind; it may only become shorter. */
const notYet: readonly string[] = [
  'src/core/run/plannedRun.ts imports ../../host/editor/messages',
  'src/core/run/plannedRun.ts imports ../../text/commandText',
  'src/text/run.ts imports ../host/editor/messages',
  'src/app/reach.ts imports ../commands/lifecycle/resume',
  'src/webview/runTable/runTablePanel.ts imports ../../commands/lifecycle/resume',
  'src/webview/runTable/runTablePanel.ts imports ../../remote/run/outputDocuments',
  'src/webview/runTable/runTablePanel.ts imports ../../remote/run/runProcesses',
  'src/remote/run/runCommand.ts imports ../../webview/runTable/runTablePanel',
];

/** The one file that may load undici. */
const undiciOwner = join('api', 'http', 'undiciTransport.ts');

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
          const isUndici = place === 'undici' && file === join('src', undiciOwner);
          const found = `${file} imports ${module}`;
          assert.ok(isUndici || isAllowed(place, names) || notYet.includes(found), found);
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
