import { parseArgs } from 'node:util';
import { buildHostSuite, runHostSuite } from './hostSuite';
import { runMain } from './runMain';
import { editorNames, parseEditorName } from '../test/support/editorHost/index';

/**
 * Runs test/host in the editors named on the command line, or in all. `--only panel/6-quiet` runs these files alone,
 * `--without files/7-transfer,change/8-public` leaves files out.
 */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, without: { type: 'string' } },
  });
  const asked = positionals.map(parseEditorName);
  const [only, without] = [values.only?.split(','), values.without?.split(',')];
  if (only !== undefined) console.log(`Only: ${only.join(', ')}`);
  if (without !== undefined) console.log(`Left out: ${without.join(', ')}`);
  const found = new Set<string>();
  const suite = await buildHostSuite(undefined, file => {
    found.add(file);
    return (only === undefined || only.includes(file)) && without?.includes(file) !== true;
  });
  try {
    const unknown = [...(only ?? []), ...(without ?? [])].filter(file => !found.has(file));
    if (unknown.length > 0) throw new Error(`test/host has no ${unknown.join(', ')}`);
    for (const name of asked.length > 0 ? asked : editorNames) await runHostSuite(name, suite.path);
  } finally {
    suite.remove();
  }
}

runMain(main);
