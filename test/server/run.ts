import type { Check, Found } from './check';
import { controlChecks, poolChecks, snapshotChecks } from './controlChecks';
import { fileChecks, processChecks, terminalChecks } from './dataChecks';
import { Server, type ServerOptions } from './server';

const checks: readonly Check[] = [
  ...controlChecks,
  ...processChecks,
  ...fileChecks,
  ...terminalChecks,
  ...poolChecks,
  ...snapshotChecks,
];

/** What was found of one server, a line for each check in its order. */
export type Column = Readonly<Record<string, string>>;

/**
 * Runs all checks against a server, one after the other.
 *
 * @param report is told of each
 * @throws Error when the server makes no sandbox
 */
export async function runChecks(
  options: ServerOptions,
  report: (name: string, found: string) => void = () => undefined,
): Promise<Column> {
  const server = new Server(options);
  try {
    const sandbox = await server.running();
    const column: Record<string, string> = {};
    for (const { name, run } of checks) {
      const found = await run({ server, sandbox }).then(
        textOf,
        (error: unknown) => `failed: ${String(error)}`,
      );
      await server.end(sandbox);
      column[name] = found;
      report(name, found);
    }
    return column;
  } finally {
    await server.end();
  }
}

function textOf(found: Found): string {
  return typeof found === 'string' ? found : `different: ${found.different}`;
}
