import assert from 'node:assert/strict';
import { apiKey, apiUrl } from './emulatorClient';

/** Access to the inside of a sandbox, without the extension. */
export class Inside {
  constructor(private readonly id: string) {}

  /** Runs a shell script, which must succeed, and returns its output. */
  async sh(script: string, ...args: readonly string[]): Promise<string> {
    const body = JSON.stringify({ command: 'sh', args: ['-c', script, 'sh', ...args] });
    const response = await this.fetch('/processes/run', { method: 'POST', body, type: 'application/json' });
    const frames = (await response.text())
      .split('\n')
      .filter(line => line.startsWith('data: '))
      .map(
        (line): Record<string, unknown> => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>,
      );
    const lines = frames.flatMap(({ line, stream }) =>
      typeof line === 'string' ? [{ line, isError: stream === 'stderr' }] : [],
    );
    const text = (isError: boolean): string =>
      lines
        .filter(each => each.isError === isError)
        .map(({ line }) => line)
        .join('\n');
    assert.equal(frames.at(-1)?.['exit_code'], 0, text(true));
    return text(false);
  }

  async write(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.fetch(`/files?path=${encodeURIComponent(path)}`, { method: 'PUT', body: content });
  }

  async read(path: string): Promise<Buffer> {
    const response = await this.fetch(`/files?path=${encodeURIComponent(path)}`, { method: 'GET' });
    return Buffer.from(await response.arrayBuffer());
  }

  /** Names in a folder. */
  async names(path: string): Promise<readonly string[]> {
    const response = await this.fetch(`/files/list?path=${encodeURIComponent(path)}`, { method: 'GET' });
    const { entries } = (await response.json()) as { readonly entries: readonly { readonly name: string }[] };
    return entries.map(({ name }) => name);
  }

  async fetch(
    path: string,
    init: { method: string; body?: string | Uint8Array<ArrayBuffer>; type?: string },
  ): Promise<Response> {
    const { method, body, type = 'application/octet-stream' } = init;
    const response = await fetch(`${apiUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'x-tensorlake-sandbox-id': this.id,
        'content-type': type,
        accept: '*/*',
      },
      ...(body !== undefined && { body }),
    });
    if (!response.ok) assert.fail(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
