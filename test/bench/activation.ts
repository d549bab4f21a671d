import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { commandIds, fileScheme, terminalProfileId, viewIds } from '../../src/manifest';
import { createEditorHost, type EditorHost } from '../support/editorHost/index';
import { projectRoot } from '../support/projectRoot';

/*
 * Time from the request to activate to the end of activation, module load included, beside that of two extensions with
 * the same manifest: one that does nothing, and one that registers all that ours has to register while the editor waits,
 * and nothing else. What ours takes longer than the second is our code; the rest is the editor's.
 *
 * Beside each time stands the processor time of the host's thread, which says more on a machine that does other things.
 * Run: npm run build && npx tsx test/bench/activation.ts
 */

const runs = 7;
const shipped = ['dist', 'media', 'l10n', 'package.nls.json'];

/**
 * Waits until the window is at rest, then times the loading and activation of the built extension, and how long it takes
 * until the composition root, which follows in a file of its own, has been read and has run.
 */
const suite = `
const vscode = require('vscode');
const fs = require('node:fs');
const busy = () => {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return (user + system) / 1000;
};
exports.run = async () => {
  await new Promise(resolve => setTimeout(resolve, 3000));
  const extension = vscode.extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
  if (extension.isActive) throw new Error('It was active before it was asked');
  const busyBefore = busy();
  const startedAt = performance.now();
  await extension.activate();
  const activated = performance.now() - startedAt;
  const busyMs = busy() - busyBefore;
  const isComposed = () => Object.keys(require.cache).some(file => /composition-[^/]+\\.js$/.test(file));
  const nextTurn = () => new Promise(resolve => setImmediate(resolve));
  while (process.env.BENCH_COMPOSED && !isComposed()) await nextTurn();
  await nextTurn();
  const composed = performance.now() - startedAt;
  fs.writeFileSync(process.env.BENCH_RESULT, JSON.stringify({ activated, busyMs, composed }));
};
`;

const emptyCode = `require('vscode'); exports.activate = () => {};`;

const registeringCode = `
const { commands, window, workspace, StatusBarAlignment } = require('vscode');
const nothing = () => undefined;
const emptyTree = { getChildren: () => [], getTreeItem: row => row };
const emptyFiles = { onDidChangeFile: () => ({ dispose: nothing }), watch: () => ({ dispose: nothing }) };
// The editor refuses a provider that lacks one of these.
for (const name of ['stat', 'readDirectory', 'createDirectory', 'readFile', 'writeFile', 'delete', 'rename'])
  emptyFiles[name] = nothing;
exports.activate = ({ subscriptions }) => {
  for (const id of ${JSON.stringify([viewIds.sandboxes, viewIds.snapshots, viewIds.activity, viewIds.catalog])})
    subscriptions.push(window.createTreeView(id, { treeDataProvider: emptyTree, canSelectMany: true }));
  subscriptions.push(window.createStatusBarItem('tensorlake.status', StatusBarAlignment.Left, 0));
  for (const id of ${JSON.stringify(Object.values(commandIds))})
    subscriptions.push(commands.registerCommand(id, nothing));
  subscriptions.push(workspace.registerFileSystemProvider('${fileScheme}', emptyFiles));
  subscriptions.push(window.registerTerminalProfileProvider('${terminalProfileId}', {}));
  subscriptions.push(window.registerUriHandler({ handleUri: nothing }));
};
`;

const timesSchema = z.object({ activated: z.number(), busyMs: z.number(), composed: z.number() });

type Times = z.infer<typeof timesSchema>;

/** An extension that is measured. */
interface Candidate {
  readonly name: string;
  /** Instead of the code of ours. */
  readonly code?: string;
  readonly extensionPath: string;
  readonly times: Times[];
}

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'tl-bench-'));
  try {
    const suitePath = join(root, 'suite.cjs');
    writeFileSync(suitePath, suite);
    const ours = candidate(root, 'activation');
    const registering = candidate(root, 'of a stub that registers the same', registeringCode);
    const empty = candidate(root, 'of a stub that does nothing', emptyCode);
    const all = [ours, registering, empty];
    const host = await createEditorHost();
    // Alternating, so that the load of the machine affects all of them.
    for (let run = 0; run < runs; run += 1)
      for (const each of all)
        each.times.push(await measure(host, each, join(root, `result-${all.indexOf(each)}-${run}`), root));
    for (const { name, times } of all) {
      print(name, times, 'activated');
      print('  processor time', times, 'busyMs');
    }
    print('until all is composed', ours.times, 'composed');
    print('of the stub that does nothing, with the turn after it', empty.times, 'composed');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function candidate(root: string, name: string, code?: string): Candidate {
  const extensionPath = mkdtempSync(join(root, 'extension-'));
  for (const part of shipped) cpSync(join(projectRoot, part), join(extensionPath, part), { recursive: true });
  if (code !== undefined) writeFileSync(join(extensionPath, 'dist', 'extension.js'), code);
  const manifest = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
  // Prevents activation before the measurement starts.
  writeFileSync(join(extensionPath, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
  return { name, extensionPath, times: [], ...(code !== undefined && { code }) };
}

async function measure(
  host: EditorHost,
  { code, extensionPath }: Candidate,
  result: string,
  root: string,
): Promise<Times> {
  await host.runSuite({
    extensionPath,
    suitePath: join(root, 'suite.cjs'),
    workspacePath: root,
    env: { BENCH_RESULT: result, ...(code === undefined ? { BENCH_COMPOSED: '1' } : {}) },
    timeoutMs: 60_000,
  });
  return timesSchema.parse(JSON.parse(readFileSync(result, 'utf8')));
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

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
