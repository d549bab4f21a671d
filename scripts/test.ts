import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, constants, setPriority } from 'node:os';
import path from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import type { EditorName } from '../test/support/editorHost/index';
import { projectRoot } from '../test/support/projectRoot';

/** One step of the whole test. A suite is counted by its cases, anything else as one check. */
interface Stage {
  readonly name: string;
  /** A command line; the programs of the project are on the path when npm runs this. */
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it only takes the time of the processor that nothing else wants, as it is not about time. */
  readonly isPatient?: true;
}

/** Lanes of stages that run at once. */
type Group = readonly (readonly Stage[])[];

interface Result {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** The beginning of the report of each failed case. */
  readonly failures: readonly string[];
}

/** Whether a unit test measures memory. Each look is a full collection, which takes long on the heap of a whole suite. */
const measuresMemory = (file: string): boolean =>
  /support\/(strain|flood)/.test(readFileSync(path.join(projectRoot, file), 'utf8'));

/** The files of the unit suite, from the root of the project. */
const unitFiles = filesBelow('test/unit').map(file => `test/unit/${file}.test.ts`);
const memoryFiles = unitFiles.filter(measuresMemory);

/** What is not run but read: it fills the time in which suites wait, and slows none of them down. */
const staticChecks: readonly Stage[] = [
  { name: 'format', command: 'prettier --check . --log-level warn', isPatient: true },
  { name: 'types', command: 'tsc --noEmit', isPatient: true },
  { name: 'unused code', command: 'npm run --silent knip', isPatient: true },
  { name: 'lint', command: 'eslint . --max-warnings 0', isPatient: true },
];

/** The suites without an editor, at once and first. */
const suitesWithoutEditor: Group = [
  [
    {
      name: 'unit',
      command: `mocha "test/unit/**/*.test.ts" ${memoryFiles.map(file => `--ignore ${file}`).join(' ')}`,
    },
  ],
  [
    { name: 'unit, memory', command: `mocha ${memoryFiles.join(' ')}` },
    { name: 'faults, short', command: 'tsx scripts/testFaults.ts --short' },
    { name: 'contract', command: 'tsx scripts/testContract.ts' },
  ],
];

/** The files of the host suite that mostly wait, for what the extension gives a service time to do: a process of their own. */
const hostWaiting = [
  'change/8-public',
  'create/3-createOnce',
  'create/3-public-create',
  'create/7-setUp',
  'create/7-setUpWhose',
  'lifecycle/3-proof',
];

/** The files of the host suite that run in the newest editor only: they are about the service and this machine, not the editor. */
const hostNewestOnly = [...hostWaiting, 'files/7-transfer', 'files/7-transferTrouble'];

/** What the short form runs in the oldest editor: that all of the extension is there and draws. */
const hostFloorShort = [
  'panel/1-activation',
  'panel/4-drawnPanel',
  'panel/4-surfaces',
  'lifecycle/2-lifecycle',
];

/** The files of the window suite in the short form: one for each surface. Together they are a third of the suite. */
const uiShort = [
  'account/signIn',
  'create/create',
  'files/files',
  'lifecycle/lifecycle',
  'panel/panel',
  'panel/trouble',
  'remote/processes',
  'snapshots/snapshots',
];

/**
 * The files of the window suite that run in the oldest editor too; all of them would double the time of the long form,
 * and the others use the same parts of the editor. `VSCODE_TEST_EDITOR=floor npm run test:ui` runs all of it there.
 */
const uiFloor = ['account/signIn', 'panel/panel', 'lifecycle/lifecycle'];

const hostNewest: readonly Stage[] = [
  { name: 'host, newest', command: `tsx scripts/testHost.ts newest --without ${hostWaiting.join(',')}` },
];
const hostNewestWaiting: readonly Stage[] = [
  {
    name: 'host, newest, waiting',
    command: `tsx scripts/testHost.ts newest --only ${hostWaiting.join(',')}`,
  },
];

/** The editors, and the package that the suites with a window install. */
const preparation: readonly Stage[] = [
  { name: 'editors', command: 'tsx scripts/fetchEditors.ts' },
  { name: 'package', command: 'tsx scripts/package.ts' },
];

/** The suites with an editor in the short form, but for what mostly waits. */
const shortForm: Group = [
  [
    ...hostNewest,
    {
      name: 'host, floor, short',
      command: `tsx scripts/testHost.ts floor --only ${hostFloorShort.join(',')}`,
    },
  ],
  [uiStage('ui, newest, short', 'newest', uiShort)],
];

/** What mostly waits begins as soon as there is an editor, and nothing waits for it, nor for the static checks. */
async function runShortForm(): Promise<readonly Result[]> {
  const read = inOrder(staticChecks);
  const preparing = inOrder(preparation);
  const waiting = preparing.then(() => inOrder(hostNewestWaiting));
  const first = [...(await sideBySide(suitesWithoutEditor)), ...(await preparing)];
  return [...first, ...(await sideBySide(shortForm)), ...(await waiting), ...(await read)];
}

async function runLongForm(): Promise<readonly Result[]> {
  const first = await sideBySide([staticChecks, ...suitesWithoutEditor, preparation]);
  return [...first, ...(await sideBySide(longForm()))];
}

/** The suites with an editor, all of them. On two cores one window at a time: two at once are slow enough to bring out races in the suite. */
function longForm(): Group {
  const hosts = [
    ...hostNewest,
    ...hostNewestWaiting,
    { name: 'host, floor', command: `tsx scripts/testHost.ts floor --without ${hostNewestOnly.join(',')}` },
  ];
  const floor = uiStage('ui, floor', 'floor', uiFloor);
  // Halves of every other file.
  const halves = [0, 1].map(half =>
    uiStage(
      `ui, newest, half ${half + 1}`,
      'newest',
      uiFiles().filter((_, index) => index % 2 === half),
    ),
  );
  return availableParallelism() >= 4
    ? [[...hosts, floor], ...halves.map(half => [half])]
    : [hosts, [...halves, floor]];
}

/** The files of the window suite, as `panel/find`. */
function uiFiles(): readonly string[] {
  return filesBelow('test/ui').toSorted((a, b) => path.basename(a).localeCompare(path.basename(b)));
}

/** The test files below a folder, as `panel/find`. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => name.replaceAll('\\', '/').replace(/\.test\.ts$/, ''));
}

function uiStage(name: string, editor: EditorName, files: readonly string[]): Stage {
  const unknown = files.filter(file => !uiFiles().includes(file));
  // Of several files mocha leaves out one that does not exist, and is content.
  if (unknown.length > 0) throw new Error(`test/ui has no ${unknown.join(', ')}`);
  return {
    name,
    command: `mocha --config test/ui/.mocharc.json ${files.map(file => `test/ui/${file}.test.ts`).join(' ')}`,
    env: { VSCODE_TEST_EDITOR: editor },
  };
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
  const results = await (values.all ? runLongForm() : runShortForm());
  const failed = sum(results.map(result => result.failed));
  for (const { name, failures } of results)
    if (failures.length > 0) console.log(`\n--- ${name}: what failed, in short\n${failures.join('\n')}`);
  console.log();
  for (const result of results)
    console.log(
      `${result.failed === 0 ? 'ok    ' : 'FAILED'}  ${result.name}: ${result.passed} passed, ${result.failed} failed (${result.seconds} s)`,
    );
  // Once more, on one line each, for logs of which only the end is kept.
  for (const failure of results.flatMap(result => result.failures))
    console.log(`FAILED  ${onOneLine(failure)}`);
  console.log(`\n${sum(results.map(result => result.passed))} passed, ${failed} failed`);
  return failed === 0;
}

/** Runs lanes of stages at once. The output of a stage is printed when it ends, so that outputs do not mix. */
async function sideBySide(lanes: Group): Promise<Result[]> {
  return (await Promise.all(lanes.map(inOrder))).flat();
}

async function inOrder(stages: readonly Stage[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const stage of stages) results.push(await run(stage));
  return results;
}

async function run({ name, command, env, isPatient }: Stage): Promise<Result> {
  console.log(`${name}…`);
  const startedAt = Date.now();
  const child = spawn(command, {
    shell: true,
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  // Programs that the shell starts have its priority.
  if (isPatient && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? 1)));
  console.log(`\n--- ${name}\n${output}`);
  const passing = countOf(output, 'passing');
  const failing = countOf(output, 'failing');
  // A suite can fail outside its cases, and then counts none as failing.
  const failed = code === 0 ? failing : Math.max(1, failing);
  const isSuite = /^\s*\d+ passing\b/m.test(output);
  return {
    name,
    passed: isSuite ? passing : failed === 0 ? 1 : 0,
    failed,
    seconds: secondsSince(startedAt),
    failures: failed === 0 ? [] : inShort(output),
  };
}

/** The first lines of each failure that mocha lists; of anything else the last lines. */
function inShort(output: string): readonly string[] {
  const from = output.search(/^\s*\d+ failing\b/m);
  const lines = (text: string): string[] => text.split('\n').filter(line => line.trim() !== '');
  if (from < 0) return [lines(output).slice(-10).join('\n')];
  const cases = output
    .slice(from)
    .split(/^(?= {2}\d+\) )/m)
    .slice(1);
  return cases.map(each => lines(each).slice(0, 6).join('\n'));
}

function onOneLine(failure: string): string {
  const text = stripVTControlCharacters(failure).replace(/\s+/g, ' ').trim();
  return text.replace(/Timeout \d+ms exceeded\. Call log: - /, '').slice(0, 250);
}

/** The number in mocha's line `12 passing (3s)`. */
function countOf(output: string, word: string): number {
  return sum([...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'))].map(match => Number(match[1])));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function secondsSince(startedAt: number): number {
  return Math.round((Date.now() - startedAt) / 1000);
}

main().then(
  isGood => process.exit(isGood ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
