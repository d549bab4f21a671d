import { env, Uri } from 'vscode';

/** Where a website that serves the editor shows a port of its machine. */
export function onWebsite(port: number | string): string {
  return `https://editor.example/proxy/${port}/`;
}

/**
 * Lets the editor be served by a website during `act`, which leads browsers to ports of 127.0.0.1 alone; `external` says
 * where. Returns the addresses that were opened.
 */
export async function servedByWebsite(
  act: () => PromiseLike<unknown>,
  external = onWebsite,
): Promise<readonly string[]> {
  const opened: string[] = [];
  const { asExternalUri, openExternal } = env;
  Object.assign(env, {
    asExternalUri: (uri: Uri) => {
      const port = /^127\.0\.0\.1:(\d+)$/.exec(uri.authority)?.[1];
      return Promise.resolve(port === undefined ? uri : Uri.parse(external(port)));
    },
    openExternal: (uri: Uri) => Promise.resolve(opened.push(uri.toString(true)) > 0),
  });
  try {
    await act();
  } finally {
    Object.assign(env, { asExternalUri, openExternal });
  }
  return opened;
}
