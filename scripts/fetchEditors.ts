import { createEditorHost, editorNames, fetchBrowser } from '../test/support/editorHost/index';

/** Fetches the editors and the browser of the tests, so that suites side by side find them there. */
async function main(): Promise<void> {
  for (const name of editorNames) {
    const { kind } = await createEditorHost(name);
    if (kind === 'server') await fetchBrowser();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
