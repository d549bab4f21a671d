import { createEditorHost, editorNames, fetchBrowser } from '../test/support/editorHost/index';
import { runMain } from './runMain';

/** Fetches the editors and the browser of the tests, before suites that run at once need them. */
async function main(): Promise<void> {
  for (const name of editorNames) {
    const { kind } = await createEditorHost(name);
    if (kind === 'server') await fetchBrowser();
  }
}

runMain(main);
