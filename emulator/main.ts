import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { defaultApiKey, startEmulator, type Emulator } from './server';

const flags = z.object({
  port: z.number(),
  sandboxes: z.number(),
  apiKey: z.array(z.string()).optional(),
  forbiddenKey: z.array(z.string()).optional(),
  adminKey: z.string().optional(),
  speed: z.number(),
  maxRunning: z.number().optional(),
  maxConcurrent: z.number().optional(),
  maxMemoryMb: z.number().optional(),
  unknownState: z.boolean().optional(),
});

type Flags = z.output<typeof flags>;

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

function readFlags(): Flags {
  const command = new Command('emulator')
    .description(
      'A Tensorlake-compatible server on 127.0.0.1, for trying out and for tests. It isolates nothing.',
    )
    .option('--port <number>', 'port to listen on, 0 for any free one', integer(0, 65_535), 8900)
    .option('--sandboxes <number>', 'how many sandboxes there are from the start', integer(0, 100_000), 12)
    .option('--api-key <key>', `API key, repeatable: one project each (default: ${defaultApiKey})`, keys)
    .option('--forbidden-key <key>', 'key that is known and has no permission (403), repeatable', keys)
    .option('--admin-key <key>', 'key of /_emulator/state (default: random)', key)
    .option('--speed <factor>', 'how many times faster than usual everything happens', positive, 1)
    .option('--max-running <number>', 'sandboxes the hosts hold; more stay pending', integer(0, 1_000_000))
    .option('--max-concurrent <number>', 'sandboxes the plan allows; more are refused', integer(0, 1_000_000))
    .option('--max-memory-mb <number>', 'memory the plan allows one sandbox', integer(1, 1_000_000))
    .option('--unknown-state', 'add one sandbox in a state the API does not know yet')
    .allowExcessArguments(false)
    .parse();
  return flags.parse(command.opts());
}

function announce({ url, apiKey, adminKey }: Emulator, sandboxes: number): void {
  console.log(
    `Tensorlake emulator on ${url}, ${sandboxes} sandboxes. It isolates nothing: for development only.`,
  );
  console.log(`API key:   ${apiKey}`);
  console.log(`admin key: ${adminKey}`);
  console.log('');
  console.log(`export TENSORLAKE_API_URL=${url} TENSORLAKE_API_KEY=${apiKey}`);
}

function explain(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} is in use; choose another with --port, or --port 0 for any`;
  if (code === 'EACCES') return `port ${port} needs more rights; choose another with --port`;
  return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<void> {
  const { port, sandboxes, apiKey, forbiddenKey, maxConcurrent, maxMemoryMb, ...rest } = readFlags();
  try {
    const emulator = await startEmulator({
      ...rest,
      port,
      sandboxes,
      apiKeys: apiKey,
      forbiddenKeys: forbiddenKey,
      plan: { maxConcurrent, maxMemoryMb },
    });
    announce(emulator, sandboxes);
    const stop = (): void => void emulator.stop();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    console.error(`error: ${explain(error, port)}`);
    process.exitCode = 1;
  }
}

void main();
