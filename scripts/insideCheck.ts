import { z } from 'zod';
import type { Account } from './account';

const page = z.object({ sandboxes: z.array(z.object({ id: z.string(), name: z.string().nullable() })) });

/**
 * Runs a command in a named, running sandbox of an emulator, on a file that was written through the file API.
 *
 * @returns one line that names the sandbox
 * @throws when the sandbox does not answer as it should
 */
export async function checkInside({ apiUrl, apiKey }: Account): Promise<string> {
  if (apiUrl === undefined) throw new Error('Only the inside of emulated sandboxes is tried');
  const call = async (method: string, path: string, headers: object = {}, body?: string): Promise<string> => {
    const response = await fetch(apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
      body,
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.text();
  };
  const { sandboxes } = page.parse(JSON.parse(await call('GET', '/sandboxes?status=running')));
  const sandbox = sandboxes.find(({ name }) => name !== null);
  if (sandbox === undefined) throw new Error('No sandbox with a name runs');
  const inside = { 'x-tensorlake-sandbox-id': sandbox.id };
  await call('PUT', '/api/v1/files?path=/tmp/smoke', inside, 'it works\n');
  // A relative path: without mount namespaces a command has the sandbox's files only below its working directory.
  const run = JSON.stringify({ command: 'cat', args: ['smoke'], working_dir: '/tmp' });
  const frames = await call('POST', '/api/v1/processes/run', inside, run);
  if (!frames.includes('"line":"it works"') || !frames.includes('{"exit_code":0}')) {
    throw new Error(`A command in ${sandbox.name ?? sandbox.id} answered ${frames}`);
  }
  return `A command ran in ${sandbox.name ?? sandbox.id}`;
}
