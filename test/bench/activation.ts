import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { createEditorHost } from '../support/editorHost/index';
import { projectRoot } from '../support/projectRoot';

const runs = 6;
const shipped = ['dist', 'media', 'l10n', 'package.nls.json'];

/** Waits until the window is idle, then times the loading and activation of the built extension. */
const suite = `
const vscode = require('vscode');
const fs = require('node:fs');
exports.run = async () => {
  await new Promise(resolve => setTimeout(resolve, 3000));
  const extension = vscode.extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
  if (extension.isActive) throw new Error('It was active before it was asked');
  const startedAt = performance.now();
  await extension.activate();
  fs.writeFileSync(process.env.BENCH_RESULT, String(performance.now() - startedAt));
};
`;

/** The baseline: an extension with the same manifest that does nothing. */
const stub = `require('vscode'); exports.activate = () => {};`;

/** Time from the activation request to its end, loading of the module included, compared with a stub. */
async function main(): Promise<void> {
  const ours = await measure(undefined);
  const least = await measure(stub);
  for (const [name, times] of Object.entries({ activation: ours, 'of a stub': least }))
    console.log(
      `${name}: median ${median(times).toFixed(1)} ms of ${times.map(time => time.toFixed(1)).join(', ')}`,
    );
}

function median(times: readonly number[]): number {
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Sorted times in milliseconds, of the built extension or of other code with its manifest. */
async function measure(code: string | undefined): Promise<readonly number[]> {
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
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      const result = join(root, `result-${run}`);
      await host.runSuite({
        extensionPath,
        suitePath,
        workspacePath: root,
        env: { BENCH_RESULT: result },
        timeoutMs: 60_000,
      });
      times.push(Number(readFileSync(result, 'utf8')));
    }
    // The first start reads everything from disk.
    return times.slice(1).sort((a, b) => a - b);
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
