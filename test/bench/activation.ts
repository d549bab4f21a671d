import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { createEditorHost } from '../support/editorHost/index';
import { projectRoot } from '../support/projectRoot';

const runs = 6;
const shipped = ['dist', 'media', 'l10n', 'package.nls.json'];

/**
 * Waits until the window is at rest, then times the loading and activation of the built extension, and how long it takes
 * until the composition root, which follows in a file of its own, has been read and has run.
 */
const suite = `
const vscode = require('vscode');
const fs = require('node:fs');
exports.run = async () => {
  await new Promise(resolve => setTimeout(resolve, 3000));
  const extension = vscode.extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
  if (extension.isActive) throw new Error('It was active before it was asked');
  const startedAt = performance.now();
  await extension.activate();
  const activated = performance.now() - startedAt;
  const isComposed = () => Object.keys(require.cache).some(file => /composition-[^/]+\\.js$/.test(file));
  const nextTurn = () => new Promise(resolve => setImmediate(resolve));
  while (process.env.BENCH_COMPOSED && !isComposed()) await nextTurn();
  await nextTurn();
  const composed = performance.now() - startedAt;
  fs.writeFileSync(process.env.BENCH_RESULT, JSON.stringify({ activated, composed }));
};
`;

/** The baseline: an extension with the same manifest that does nothing. */
const stub = `require('vscode'); exports.activate = () => {};`;

const timesSchema = z.object({ activated: z.number(), composed: z.number() });

type Times = z.infer<typeof timesSchema>;

/** Time from the request to activate to the end of activation, module load included, beside that of a stub. */
async function main(): Promise<void> {
  const ours = await measure(undefined);
  const least = await measure(stub);
  print('activation', ours, 'activated');
  print('of a stub', least, 'activated');
  print('until all is composed', ours, 'composed');
  print('of a stub, with the turn after it', least, 'composed');
}

function print(name: string, runs: readonly Times[], part: keyof Times): void {
  // The first start of a server reads everything from disk.
  const times = runs
    .slice(1)
    .map(run => run[part])
    .sort((a, b) => a - b);
  console.log(
    `${name}: median ${median(times).toFixed(1)} ms of ${times.map(time => time.toFixed(1)).join(', ')}`,
  );
}

function median(times: readonly number[]): number {
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Times in milliseconds, of the built extension or of other code with its manifest. */
async function measure(code: string | undefined): Promise<readonly Times[]> {
  const root = mkdtempSync(join(tmpdir(), 'tl-bench-'));
  try {
    const extensionPath = join(root, 'extension');
    mkdirSync(extensionPath);
    for (const part of shipped)
      cpSync(join(projectRoot, part), join(extensionPath, part), { recursive: true });
    if (code !== undefined) writeFileSync(join(extensionPath, 'dist', 'extension.js'), code);
    const manifest = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
    // Prevents activation before the measurement starts.
    writeFileSync(join(extensionPath, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
    const suitePath = join(root, 'suite.cjs');
    writeFileSync(suitePath, suite);
    const host = await createEditorHost();
    const times: Times[] = [];
    for (let run = 0; run < runs; run++) {
      const result = join(root, `result-${run}`);
      await host.runSuite({
        extensionPath,
        suitePath,
        workspacePath: root,
        env: { BENCH_RESULT: result, ...(code === undefined ? { BENCH_COMPOSED: '1' } : {}) },
        timeoutMs: 60_000,
      });
      times.push(timesSchema.parse(JSON.parse(readFileSync(result, 'utf8'))));
    }
    return times;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
