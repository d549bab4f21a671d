import { window, type LogOutputChannel } from 'vscode';

/** The log of the extension. English, and free of bodies and credentials: what goes in is decided by the callers. */
export function createLog(): LogOutputChannel {
  return window.createOutputChannel('Tensorlake Sandboxes', { log: true });
}
