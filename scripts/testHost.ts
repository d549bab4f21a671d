import { parseArgs } from 'node:util';
import { buildHostSuite, runHostSuite } from './hostSuite';
import { runMain } from './runMain';
import { editorNames, parseEditorName } from '../test/support/editorHost/index';

/** Runs test/host in the editors named on the command line, or in all; `--without files/7-transfer,change/8-public` leaves files out. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { without: { type: 'string', default: '' } },
  });
  const asked = positionals.map(parseEditorName);
  const without = values.without.split(',').filter(file => file !== '');
  const suite = await buildHostSuite();
  if (without.length > 0) console.log(`Left out: ${without.join(', ')}`);
  for (const name of asked.length > 0 ? asked : editorNames) await runHostSuite(name, suite, without);
}

runMain(main);
