import { parseJson } from '../../core/kernel/json';
import { quoteShellWord } from '../../core/kernel/shellWords';
import { segment } from '../http/client';
import { readPage, type SandboxPage } from './pages';
import { readSandboxRows } from './sandboxSchema';

export function readSandboxPage(text: string): SandboxPage {
  const { rows, nextCursor } = readPage(parseJson(text), 'sandboxes');
  const { sandboxes, badRows } = readSandboxRows(rows);
  return { sandboxes, badRows: badRows.length, badRowList: badRows, ...(nextCursor && { nextCursor }) };
}

export function sandboxPath(idOrName: string): string {
  return `/sandboxes/${segment(idOrName)}`;
}

/** The variable of the official tools, which holds the key so that no command line does (API reference section 1.3). */
const keyVariable = 'TENSORLAKE_API_KEY';

/**
 * A POST with a JSON body as a command for a POSIX shell. The key is never part of it.
 *
 * @param url where it goes
 * @param body what is sent as JSON
 */
export function curlOfPost(url: string, body: unknown): string {
  return [
    `curl -sS -X POST ${quoteShellWord(url)}`,
    `-H "Authorization: Bearer $${keyVariable}"`,
    `-H 'Content-Type: application/json'`,
    // Unlike --data, it takes a leading @ for what it is.
    `--data-raw ${quoteShellWord(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}
