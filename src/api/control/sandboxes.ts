import { quoteShellWord } from '../../core/kernel/shellWords';

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
