import { buildHostSuite, runHostSuite } from './hostSuite';
import { editorNames, parseEditorName } from '../test/support/editorHost/index';

/** Runs test/host in the editors named on the command line, or in all. */
async function main(): Promise<void> {
  const asked = process.argv.slice(2).map(parseEditorName);
  await buildHostSuite();
  for (const name of asked.length > 0 ? asked : editorNames) await runHostSuite(name);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
