import { parseArgs } from 'node:util';
import { startEmulator } from '../emulator/server';
import { record } from '../test/server/report';
import { runChecks, type Column } from '../test/server/run';
import type { ServerOptions } from '../test/server/server';
import { runMain } from './runMain';

const usage = `Asks a server of the API everything that the suite of test/server asks, and prints for each check same, different or absent.

  npm run test:server -- --api URL [--proxy URL] [--key KEY] [--write]

Without --api it asks the emulator with --open-source. --write keeps the column for docs/reliability.md.`;

runMain(async () => {
  const { values } = parseArgs({
    options: {
      api: { type: 'string' },
      proxy: { type: 'string' },
      key: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const column =
    values.api === undefined
      ? await ofEmulator()
      : await ask({ api: values.api.replace(/\/+$/, ''), proxy: values.proxy, key: values.key ?? '' });
  if (values.write) record(values.api === undefined ? 'emulator' : 'server', column);
  if (Object.values(column).some(found => found.startsWith('failed'))) process.exitCode = 1;
});

async function ofEmulator(): Promise<Column> {
  const emulator = await startEmulator({ ages: ['openSource'], speed: 10 });
  try {
    return await ask({ api: emulator.url, key: '' });
  } finally {
    await emulator.stop();
  }
}

function ask(options: ServerOptions): Promise<Column> {
  return runChecks(options, (name, found) => console.log(`${name}: ${found}`));
}
