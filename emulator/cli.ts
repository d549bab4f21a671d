import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { Faults, parseFaults } from './faults/registry';
import { faultTable, legacyFaults, type FaultKind } from './faults/table';
import { describeSwitches, resolveDialect } from './kernel/dialect';
import { hostName } from './http/request';
import { messageOf } from './kernel/errors';
import type { EmulatorOptions } from './server';

const number = z.number().optional();
const flag = z.boolean().optional();
const list = z.array(z.string()).optional();

/** What commander reads, under its names for the options. */
const flags = z.object({
  port: z.number(),
  sandboxes: z.number(),
  data: z.string().optional(),
  apiKey: list,
  forbiddenKey: list,
  pat: list,
  adminKey: z.string().optional(),
  host: list,
  cors: list,
  speed: z.number(),
  maxRunning: number,
  maxConcurrent: number,
  maxCpus: number,
  maxMemoryMb: number,
  maxDiskMb: number,
  maxTimeoutSecs: number,
  unknownState: flag,
  fault: z.array(z.record(z.string(), z.string())).default([]),
  faultHeader: flag,
  legacy: flag,
  olderServer: flag,
  openSource: flag,
  switch: z.record(z.string(), z.string()).optional(),
  dataDir: z.string().optional(),
  readyAfterBoot: number,
  plainPaths: flag,
});

function integer(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function keys(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, key(text)];
}

function key(text: string): string {
  if (!/^[\w.~+/=-]+$/.test(text))
    throw new InvalidArgumentError('It must be a bearer token, without spaces.');
  return text;
}

function hosts(text: string, before: readonly string[] = []): readonly string[] {
  // Neither a port, nor a dot at the end.
  if (hostName(text) !== text.toLowerCase())
    throw new InvalidArgumentError('It must be a host name, such as emulator.example.');
  return [...before, text];
}

function origins(text: string, before: readonly string[] = []): readonly string[] {
  if (text !== '*' && !(URL.canParse(text) && new URL(text).origin === text))
    throw new InvalidArgumentError('It must be an origin, such as http://localhost:3000, or *.');
  return [...before, text];
}

type FaultSpec = Readonly<Record<string, string>>;

function faults(text: string, before: readonly FaultSpec[] = []): readonly FaultSpec[] {
  return asArgument(() => {
    const parsed = parseFaults(text);
    const trial = new Faults();
    for (const fault of parsed) trial.add(fault);
    return [...before, ...parsed];
  });
}

function switches(text: string, before: FaultSpec = {}): FaultSpec {
  const [name = '', value] = text.split('=');
  if (value === undefined) throw new InvalidArgumentError('It must be of the form name=value.');
  return asArgument(() => {
    resolveDialect({ [name]: value });
    return { ...before, [name]: value };
  });
}

/** Turns an error of `read` into one that commander reports for the argument. */
function asArgument<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** The command line. Its errors end the process unless the caller overrides that. */
export function buildCommand(): Command {
  return new Command('emulator')
    .description(
      'A Tensorlake-compatible server on 127.0.0.1, for trying out and for tests. It isolates nothing.',
    )
    .option('--port <number>', 'port to listen on, 0 for any free one', integer(0, 65_535), 8900)
    .option('--sandboxes <number>', 'how many sandboxes there are from the start', integer(0, 100_000), 12)
    .option(
      '--data <directory>',
      'keep state and files there; what is there already counts more than --sandboxes',
    )
    .option('--speed <factor>', 'how many times faster than usual everything happens', positive, 1)
    .option('--unknown-state', 'add one sandbox in a state the API does not know yet')
    .optionsGroup('Access:')
    .option(
      '--key, --api-key <key>',
      'API key, repeatable: one project each (default: a random one, printed at the start)',
      keys,
    )
    .option('--forbidden-key <key>', 'key that is known and has no permission (403), repeatable', keys)
    .option('--pat <token>', 'personal access token, repeatable: one user each (default: a random one)', keys)
    .option('--admin-key <key>', 'key of /_emulator/ (default: random)', key)
    .option(
      '--host <name>',
      'answer to this host name and all below it, besides this machine, repeatable (others: 403)',
      hosts,
    )
    .option(
      '--cors <origin>',
      'let pages of this origin send requests and read answers of sandboxes, repeatable, * for any',
      origins,
    )
    .optionsGroup('Limits:')
    .option('--max-running <number>', 'sandboxes the hosts hold; more stay pending', integer(0, 1_000_000))
    .option('--max-concurrent <number>', 'sandboxes the plan allows; more are refused', integer(0, 1_000_000))
    .option('--max-cpus <number>', 'CPUs the plan allows one sandbox', integer(1, 1_000))
    .option('--max-memory-mb <number>', 'memory the plan allows one sandbox', integer(1, 1_000_000))
    .option('--max-disk-mb <number>', 'disk the plan allows one sandbox', integer(1, 10_000_000))
    .option('--max-timeout-secs <number>', 'longest idle timeout the plan allows', integer(1, 1_000_000))
    .optionsGroup('Inside of sandboxes:')
    .option(
      '--data-dir <directory>',
      'keep the files of sandboxes there (default: below --data; without it they go at the end)',
    )
    .option('--ready-after-boot <ms>', 'nothing listens for so long after a boot', integer(0, 3_600_000))
    .option('--plain-paths', 'translate paths only, as where the system has no mount namespaces')
    .optionsGroup('Misbehaviour:')
    .option('--fault <spec>', "fault that is on from the start, repeatable, such as '429:every=5'", faults)
    .option('--fault-header', 'honour X-Emulator-Fault without the admin key')
    .option('--legacy', `fields of the first servers: ${legacyFaults.join(', ')}`)
    .option('--older-server', 'behave like a server before the newest additions')
    .option('--open-source', 'behave like the open-source server, plain-text errors included')
    .option('--switch <name=value>', 'choose where sources disagree, repeatable', switches)
    .addHelpText('after', ({ command }) => `\n${explanations(command)}`)
    .allowExcessArguments(false);
}

function explanations(command: Command): string {
  const kinds: readonly (readonly [string, FaultKind])[] = Object.entries(faultTable);
  const faults = kinds.map(([name, { about, parameters }]) => {
    const fields = parameters.length === 0 ? '' : ` (${parameters.join(', ')})`;
    return [name, about + fields] as const;
  });
  return [
    'Faults are written name:field=value,field=value. Each takes next, every, method, route and plane, and',
    'those in brackets:',
    columns(command, faults),
    '',
    'Switches, the default first; numbers are sections and points of the API reference:',
    columns(command, describeSwitches()),
    '',
    'Once it listens it prints what the official CLI and SDKs need: TENSORLAKE_API_URL, TENSORLAKE_API_KEY,',
    'TENSORLAKE_CLOUD_URL and TENSORLAKE_SANDBOX_PROXY_URL.',
    '',
    'Examples:',
    "  emulator --fault '429:every=5' --fault 'slow-headers:ms=2000,route=/sandboxes'",
    '  emulator --data ./state --sandboxes 500',
    '  emulator --open-source --switch rename=refused',
  ].join('\n');
}

/** Terms and descriptions in the layout of commander, within the width of the terminal. */
function columns(command: Command, items: readonly (readonly [term: string, text: string])[]): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: process.stdout.columns });
  const width = Math.max(...items.map(([term]) => term.length));
  return items.map(([term, text]) => help.formatItem(term, width, text, help)).join('\n');
}

/** The options that a parsed command line stands for. */
export function optionsOf(command: Command): EmulatorOptions & { readonly port: number } {
  const { data, apiKey, forbiddenKey, pat, fault, legacy, olderServer, openSource, ...rest } = flags.parse(
    command.opts(),
  );
  const { port, sandboxes, adminKey, host, cors, speed, unknownState, maxRunning, faultHeader } = rest;
  const { maxConcurrent, maxCpus, maxMemoryMb, maxDiskMb, maxTimeoutSecs } = rest;
  const { dataDir, readyAfterBoot: readyAfterBootMs, plainPaths, switch: dialect } = rest;
  const presets = [...(legacy ? legacyFaults : []), ...(openSource ? ['plain-text'] : [])];
  return {
    port,
    sandboxes,
    dataDir: data,
    apiKeys: apiKey,
    forbiddenKeys: forbiddenKey,
    pats: pat,
    adminKey,
    hosts: host,
    corsOrigins: cors,
    speed,
    maxRunning,
    plan: { maxConcurrent, maxCpus, maxMemoryMb, maxDiskMb, maxTimeoutSecs },
    unknownState,
    faults: [...presets.map(name => ({ fault: name })), ...fault],
    faultHeader,
    dataPlane: { dataDir, readyAfterBootMs, plainPaths },
    ages: [...(olderServer ? (['older'] as const) : []), ...(openSource ? (['openSource'] as const) : [])],
    dialect,
  };
}
