import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { describeSwitches, resolveDialect } from './kernel/dialect';
import { Faults, parseFaults } from './faults/registry';
import { faultTable, legacyFaults, type FaultKind } from './faults/table';
import { defaultApiKey, defaultPat, type EmulatorOptions } from './server';

const flags = z.object({
  port: z.number(),
  sandboxes: z.number(),
  data: z.string().optional(),
  apiKey: z.array(z.string()).optional(),
  forbiddenKey: z.array(z.string()).optional(),
  pat: z.array(z.string()).optional(),
  adminKey: z.string().optional(),
  speed: z.number(),
  maxRunning: z.number().optional(),
  maxConcurrent: z.number().optional(),
  maxCpus: z.number().optional(),
  maxMemoryMb: z.number().optional(),
  maxDiskMb: z.number().optional(),
  maxTimeoutSecs: z.number().optional(),
  unknownState: z.boolean().optional(),
  fault: z.array(z.record(z.string(), z.string())).default([]),
  faultHeader: z.boolean().optional(),
  legacy: z.boolean().default(false),
  olderServer: z.boolean().default(false),
  openSource: z.boolean().default(false),
  switch: z.record(z.string(), z.string()).optional(),
  dataDir: z.string().optional(),
  readyAfterBoot: z.number().optional(),
  plainPaths: z.boolean().optional(),
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

type FaultSpec = Readonly<Record<string, string>>;

function faults(text: string, before: readonly FaultSpec[] = []): readonly FaultSpec[] {
  return refusing(() => {
    const given = parseFaults(text);
    const trial = new Faults();
    for (const fault of given) trial.add(fault);
    return [...before, ...given];
  });
}

function switches(text: string, before: FaultSpec = {}): FaultSpec {
  const [name = '', value] = text.split('=');
  if (value === undefined) throw new InvalidArgumentError('It must be of the form name=value.');
  return refusing(() => {
    resolveDialect({ [name]: value });
    return { ...before, [name]: value };
  });
}

/** Lets what is wrong with an argument be said as commander says it. */
function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** The command line; its errors end the process, unless the caller says otherwise. */
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
    .option('--api-key <key>', `API key, repeatable: one project each (default: ${defaultApiKey})`, keys)
    .option('--forbidden-key <key>', 'key that is known and has no permission (403), repeatable', keys)
    .option(
      '--pat <token>',
      `personal access token, repeatable: one user each (default: ${defaultPat})`,
      keys,
    )
    .option('--admin-key <key>', 'key of /_emulator/ (default: random)', key)
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

/** Terms and texts as commander lays out options, within the width of the terminal. */
function columns(command: Command, items: readonly (readonly [term: string, text: string])[]): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: process.stdout.columns });
  const width = Math.max(...items.map(([term]) => term.length));
  return items.map(([term, text]) => help.formatItem(term, width, text, help)).join('\n');
}

/** What a parsed command line asks for. */
export function optionsOf(command: Command): EmulatorOptions & { readonly port: number } {
  const given = flags.parse(command.opts());
  const presets = [...(given.legacy ? legacyFaults : []), ...(given.openSource ? ['plain-text'] : [])];
  return {
    port: given.port,
    sandboxes: given.sandboxes,
    dataDir: given.data,
    apiKeys: given.apiKey,
    forbiddenKeys: given.forbiddenKey,
    pats: given.pat,
    adminKey: given.adminKey,
    speed: given.speed,
    maxRunning: given.maxRunning,
    plan: {
      maxConcurrent: given.maxConcurrent,
      maxCpus: given.maxCpus,
      maxMemoryMb: given.maxMemoryMb,
      maxDiskMb: given.maxDiskMb,
      maxTimeoutSecs: given.maxTimeoutSecs,
    },
    unknownState: given.unknownState,
    faults: [...presets.map(fault => ({ fault })), ...given.fault],
    faultHeader: given.faultHeader,
    dataPlane: {
      dataDir: given.dataDir,
      readyAfterBootMs: given.readyAfterBoot,
      plainPaths: given.plainPaths,
    },
    ages: [
      ...(given.olderServer ? (['older'] as const) : []),
      ...(given.openSource ? (['openSource'] as const) : []),
    ],
    dialect: given.switch,
  };
}
