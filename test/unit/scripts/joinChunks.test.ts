import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { joinChunks } from '../../../scripts/joinChunks.mjs';

const require = createRequire(import.meta.url);

describe('chunks joined into files that Node loads', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tl-chunks-'));
    mkdirSync(join(root, 'chunks'));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Joins chunks with the roots `entry.js` and `second.js`, and loads `entry.js`. */
  async function load(
    chunks: Readonly<Record<string, string>>,
    options: BuildOptions = {},
    maxBytes?: readonly number[],
  ): Promise<unknown> {
    const pathOf = (name: string): string => join(root, 'chunks', basename(name));
    const imports = (text: string, pattern: RegExp, kind: 'import-statement' | 'dynamic-import') =>
      [...text.matchAll(pattern)].map(([, name = '']) => ({ kind, path: pathOf(name) }));
    const outputs = Object.entries(chunks).map(([name, text]) => {
      writeFileSync(pathOf(name), text);
      const found = [
        ...imports(text, /from "(\.\/.+?)"/g, 'import-statement'),
        ...imports(text, /import\("(\.\/.+?)"\)/g, 'dynamic-import'),
      ];
      return [pathOf(name), { imports: found }] as const;
    });
    const outdir = join(root, 'joined');
    const quiet = { ...options, outdir, platform: 'node', logLevel: 'silent' } as const;
    const roots = ['entry.js', 'second.js'].filter(name => name in chunks).map(pathOf);
    await joinChunks(Object.fromEntries(outputs), roots, quiet, maxBytes);
    return require(join(outdir, 'entry.js')) as unknown;
  }

  function call(module: unknown, name: string): unknown {
    assert.ok(typeof module === 'object' && module !== null);
    const value: unknown = Reflect.get(module, name);
    assert.ok(typeof value === 'function');
    return Reflect.apply(value, undefined, []);
  }

  it('may import each other in a circle', async () => {
    const entry = await load({
      'entry.js': 'import { a } from "./a.js"; export const run = () => a(3);',
      'a.js': 'import { b } from "./b.js"; export const a = n => (n === 0 ? "end" : b(n - 1));',
      'b.js': 'import { a } from "./a.js"; export const b = n => (n === 0 ? "end" : a(n - 1));',
    });
    assert.equal(call(entry, 'run'), 'end');
  });

  it('run once, for any number of imports from any chunk', async () => {
    const entry = await load({
      'entry.js':
        'import { count } from "./counter.js"; import "./effect.js"; export const run = async () => {' +
        ' const late = [await import("./one.js"), await import("./two.js"), await import("./one.js")];' +
        ' return [count(), ...late.map(each => each.next())]; };',
      'counter.js': 'let n = 0; export const count = () => ++n;',
      'effect.js': 'export {};',
      'one.js':
        'import { count } from "./counter.js"; import { both } from "./both.js"; export const next = () => both + count();',
      'two.js':
        'import { count } from "./counter.js"; import { both } from "./both.js"; export const next = () => both + count();',
      'both.js': 'import { count } from "./counter.js"; export const both = count() * 100;',
    });
    assert.deepEqual(await call(entry, 'run'), [2, 103, 104, 105]);
  });

  it('see changes of a variable of the entry file', async () => {
    const entry = await load({
      'entry.js':
        'import { state, set } from "./state.js"; export const run = async () => { const { read } = await import("./late.js");' +
        ' const before = read(); set("after"); return [before, read(), state]; };',
      'state.js': 'export let state = "before"; export const set = value => { state = value; };',
      'late.js': 'import { state } from "./state.js"; export const read = () => state;',
    });
    assert.deepEqual(await call(entry, 'run'), ['before', 'after', 'after']);
  });

  it('are joined for a second root that is complete on its own', async () => {
    const entry = await load({
      'entry.js':
        'import { count } from "./counter.js"; export const run = async () => {' +
        ' const { next } = await import("./second.js"); return [count(), next(), (await import("./third.js")).next()]; };',
      'counter.js': 'let n = 0; export const count = () => ++n;',
      'second.js':
        'import { count } from "./counter.js"; import { part } from "./part.js"; export const next = () => part + count();',
      'part.js': 'import { count } from "./counter.js"; export const part = 100 * count();',
      'third.js':
        'import { count } from "./counter.js"; import { part } from "./part.js"; export const next = () => part + count();',
    });
    assert.deepEqual(await call(entry, 'run'), [2, 103, 104]);
    assert.deepEqual(readdirSync(join(root, 'joined')).sort(), ['entry.js', 'second.js', 'third.js']);
  });

  it('are not run before they are imported', async () => {
    const entry = await load({
      'entry.js': 'globalThis.lateRan = false; export const run = () => import("./late.js");',
      'late.js': 'globalThis.lateRan = true; export {};',
    });
    assert.equal(Reflect.get(globalThis, 'lateRan'), false);
    await call(entry, 'run');
    assert.equal(Reflect.get(globalThis, 'lateRan'), true);
  });

  it('can import the entry file', async () => {
    const entry = await load({
      'entry.js':
        'export const name = "entry"; export const run = async () => (await import("./late.js")).told;',
      'late.js': 'import { name } from "./entry.js"; export const told = name;',
    });
    assert.equal(await call(entry, 'run'), 'entry');
  });

  it('leave built-in modules, and files that are not chunks, to Node', async () => {
    mkdirSync(join(root, 'joined'));
    writeFileSync(join(root, 'joined', 'beside.js'), 'exports.word = "beside";');
    const entry = await load({
      'entry.js':
        'import { sep } from "node:path"; import { word } from "./beside.js"; export const run = () => [sep, word];',
    });
    assert.deepEqual(call(entry, 'run'), [sep, 'beside']);
  });

  it('leave external packages to Node', async () => {
    const chunks = { 'entry.js': 'import { a } from "no-such-package"; export const run = () => a;' };
    await assert.rejects(load(chunks, { external: ['no-such-package'] }), /Cannot find module/);
  });

  it('may have any name', async () => {
    const odd = `./it's [one] \${of} them, ö.js`;
    const entry = await load({
      'entry.js': `import { a } from "${odd}"; export const run = async () => [a, (await import("./late.js")).b];`,
      [odd]: 'export const a = 1;',
      'late.js': `import { a } from "${odd}"; export const b = a + 1;`,
    });
    assert.deepEqual(await call(entry, 'run'), [1, 2]);
  });

  it('are tried again after an error while they were loaded', async () => {
    const entry = await load({
      'entry.js':
        'let tries = 0; export const tried = () => ++tries; export const run = () => import("./late.js");',
      'late.js':
        'import { tried } from "./entry.js"; import { fine } from "./fine.js";' +
        ' if (tried() === 1) throw new Error("not yet"); export const told = fine;',
      'fine.js': 'export const fine = "fine";',
    });
    await assert.rejects(async () => await call(entry, 'run'), /not yet/);
    const late: unknown = await call(entry, 'run');
    assert.ok(typeof late === 'object' && late !== null);
    assert.equal(Reflect.get(late, 'told'), 'fine');
  });

  it('are refused when the file of a root is too large', async () => {
    const chunks = { 'entry.js': 'export const run = () => 1;', 'second.js': 'export const late = 2;' };
    await load(chunks, {}, [10_000]);
    await load(chunks, {}, [10_000, 10_000]);
    await assert.rejects(load(chunks, {}, [20, 10_000]), /entry\.js has \d+ bytes and may have 20/);
    await assert.rejects(load(chunks, {}, [10_000, 20]), /second\.js has \d+ bytes and may have 20/);
  });

  it('keep the error of the bundler', async () => {
    await assert.rejects(load({ 'entry.js': 'export const = 1;' }), /Expected identifier/);
  });
});
