import type { Panel } from '../../test/ui/support/panel';

/** A request to the emulator, without the extension. */
export async function ask(
  { emulator }: Panel,
  method: string,
  route: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${emulator.url}${route}`, {
    method,
    headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await response.json().catch(() => undefined);
}

async function idOf(panel: Panel, name: string): Promise<string> {
  return ((await ask(panel, 'GET', `/sandboxes/${name}`)) as { readonly id: string }).id;
}

export async function write(panel: Panel, sandbox: string, file: string, body: string): Promise<void> {
  await fetch(`${panel.emulator.url}/api/v1/files?path=${encodeURIComponent(file)}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${panel.emulator.apiKey}`,
      'x-tensorlake-sandbox-id': await idOf(panel, sandbox),
    },
    body,
  });
}

export const home = '/home/tl-user';
