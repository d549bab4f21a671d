import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { circles, importsOf, isAllowed, readLayers, type Import } from './importGraph';

const root = join(__dirname, '..', '..');
const map = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
const layers = readLayers(map);
/** The one file that may load undici. */
const undiciOwner = 'src/api/http/route/httpLibrary.ts';

const productFiles = ['src', 'emulator'].flatMap(filesBelow);
const imports = productFiles.flatMap(file => importsOf(root, file));

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file));
}

function isForbidden(each: Import): boolean {
  if (each.from === undiciOwner && each.to === 'undici') return false;
  return !isAllowed(layers, each);
}

describe('layers', () => {
  it('every file belongs to a layer that docs/architecture.md names, and every layer has files', () => {
    const empty = [...layers.keys()].filter(layer => !productFiles.some(file => layers.of(file) === layer));
    assert.deepEqual(empty, []);
    assert.deepEqual(
      productFiles.filter(file => layers.of(file) === undefined),
      [],
    );
  });

  it('imports, including those of types, follow the layers of docs/architecture.md', () => {
    assert.deepEqual(
      imports.filter(isForbidden).map(({ from, to }) => `${from} imports ${to}`),
      [],
    );
  });

  it('no import circles, including imports of types', () => {
    assert.deepEqual(circles(imports), []);
  });

  it('no file of src, emulator, test or scripts is over 400 lines, and the root is under 120', () => {
    for (const file of ['src', 'emulator', 'test', 'scripts'].flatMap(filesBelow)) {
      const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
      assert.ok(lines <= (file === join('src', 'extension.ts') ? 119 : 400), `${file} has ${lines} lines`);
    }
  });

  it('no folder of src, emulator or test is a flat drawer of more than 14 files', () => {
    const sizes = new Map<string, number>();
    for (const folder of ['src', 'emulator', 'test'].flatMap(filesBelow).map(file => dirname(file)))
      sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
    assert.deepEqual(
      [...sizes].filter(([, size]) => size > 14),
      [],
    );
  });

  it('docs/architecture.md names only files and folders that exist', () => {
    const named = [...map.matchAll(/`((?:core|api|text|host|app|commands|remote|views|webview)\/[\w/]+)`/g)];
    assert.ok(named.length > 100, `only ${named.length} paths were found`);
    assert.deepEqual(
      named
        .map(([, path = '']) => path.replace(/\/$/, ''))
        .filter(path => !['', '.ts'].some(ending => existsSync(join(root, 'src', path + ending)))),
      [],
    );
  });
});
