import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { projectRoot } from '../test/support/projectRoot';
import { buildExtension, packageExtension } from './buildExtension';

/** One step of the whole test. A suite is counted by its cases, anything else as one check. */
interface Stage {
  readonly name: string;
  /** A command line; the programs of the project are on the path when npm runs this. */
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
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

const unitFiles = '"test/unit/**/*.test.ts"';
const uiSuite = 'mocha --config test/ui/.mocharc.json';

/** The static checks, the suites without an editor and the download of the editors, at once and first: they are quick to fail. */
const checks: Group = [
  [
    { name: 'format', command: 'prettier --check . --log-level warn' },
    { name: 'types', command: 'tsc --noEmit' },
    { name: 'unused code', command: 'npm run --silent knip' },
    { name: 'lint', command: 'eslint . --max-warnings 0' },
  ],
  [
    { name: 'contract', command: 'tsx scripts/testContract.ts' },
    { name: 'faults, short', command: 'tsx scripts/testFaults.ts --short' },
    { name: 'unit', command: `mocha ${unitFiles}` },
  ],
  [{ name: 'editors', command: 'tsx scripts/fetchEditors.ts' }],
];

/**
 * The files of the window suite that run in the oldest editor too; all of them would double the time of the whole test,
 * and the others use the same parts of the editor. `VSCODE_TEST_EDITOR=floor npm run test:ui` runs all of it there.
 */
const uiFloorFiles = ['account/signIn', 'panel/panel', 'lifecycle/lifecycle'].map(
  name => `test/ui/${name}.test.ts`,
);

/** The files of the host suite that run in the newest editor only: they are about the service and this machine, not the editor. */
const hostNewestOnly = [
  'files/7-transfer',
  'files/7-transferTrouble',
  'change/8-public',
  'create/3-createOnce',
  'create/3-public-create',
  'lifecycle/3-proof',
].join(',');

const hostFloor: Stage = {
  name: 'host, floor',
  command: `tsx scripts/testHost.ts floor --without ${hostNewestOnly}`,
};
const hostNewest: Stage = { name: 'host, newest', command: 'tsx scripts/testHost.ts newest' };
const uiFloor: Stage = {
  name: 'ui, floor',
  command: `${uiSuite} ${uiFloorFiles.join(' ')}`,
  env: { VSCODE_TEST_EDITOR: 'floor' },
};

/** The longest suite in two halves of every other file. */
const [uiFirstHalf, uiSecondHalf] = [uiNewestHalf(0), uiNewestHalf(1)];

function uiNewestHalf(half: 0 | 1): Stage {
  const names = readdirSync(path.join(projectRoot, 'test', 'ui'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .sort((a, b) => path.basename(a).localeCompare(path.basename(b)));
  const ours = names.flatMap((name, index) => (index % 2 === half ? [`test/ui/${name}`] : []));
  return {
    name: `ui, newest, half ${half + 1}`,
    command: `${uiSuite} ${ours.join(' ')}`,
    env: { VSCODE_TEST_EDITOR: 'newest' },
  };
}

/** On two cores one window at a time: two at once are slow enough to bring out races in the suite. The host suites mostly wait. */
const groupsForTwoCores: readonly Group[] = [
  [
    [hostNewest, hostFloor],
    [uiFirstHalf, uiSecondHalf, uiFloor],
  ],
];
const groupsForFourCores: readonly Group[] = [
  [[hostFloor, hostNewest, uiFloor], [uiFirstHalf], [uiSecondHalf]],
];

async function main(): Promise<boolean> {
  const groups = availableParallelism() >= 4 ? groupsForFourCores : groupsForTwoCores;
  const results = [...(await sideBySide(checks)), packaged()];
  for (const group of groups) results.push(...(await sideBySide(group)));
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

/** Builds the package that the suites with a window install. */
function packaged(): Result {
  const startedAt = Date.now();
  try {
    buildExtension();
    mkdirSync(path.join(projectRoot, 'out'), { recursive: true });
    packageExtension(path.join(projectRoot, 'out', 'tensorlake-sandboxes.vsix'));
    return { name: 'package', passed: 1, failed: 0, seconds: secondsSince(startedAt), failures: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message);
    return {
      name: 'package',
      passed: 0,
      failed: 1,
      seconds: secondsSince(startedAt),
      failures: [`package: ${message}`],
    };
  }
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

async function run({ name, command, env }: Stage): Promise<Result> {
  console.log(`${name}…`);
  const startedAt = Date.now();
  const child = spawn(command, {
    shell: true,
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
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
