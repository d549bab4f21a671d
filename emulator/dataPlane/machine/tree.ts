import { chmod, cp, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { codeOf } from '../../kernel/errors';
import { home } from './rootDirectory';

/**
 * Copies the tree of a sandbox: links as they are, without pipes and sockets, which belong to processes. Files that
 * appear or disappear meanwhile are no error.
 */
export async function copyTree(
  from: string,
  to: string,
  { withTmp }: { readonly withTmp: boolean },
): Promise<void> {
  const skipped = withTmp ? undefined : join(from, 'tmp');
  await mkdir(to, { recursive: true });
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    filter: async source => {
      if (skipped !== undefined && relative(skipped, source) === '') return false;
      const stat = await lstat(source).catch(() => undefined);
      return stat !== undefined && (stat.isFile() || stat.isDirectory() || stat.isSymbolicLink());
    },
  }).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}

/** Lets `make` fill a draft directory, which is renamed to `path` once it is complete. */
export async function makeTree(path: string, make: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.new`;
  // A killed emulator may have left one.
  await removeTree(draft);
  await make(draft);
  await rename(draft, path);
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Removes a tree in which processes that are being killed may still write. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

/** The files of every image. */
const imageFiles: Readonly<Record<string, string>> = {
  [`${home}/.bashrc`]: [
    'case $- in *i*) ;; *) return ;; esac',
    String.raw`PS1='tl-user@tl-sbx:\w\$ '`,
    'HISTFILE=~/.bash_history',
    "alias ll='ls -alF'",
    '',
  ].join('\n'),
  [`${home}/.profile`]: 'if [ -n "$BASH_VERSION" ] && [ -f "$HOME/.bashrc" ]; then . "$HOME/.bashrc"; fi\n',
};

/** The files in a seeded sandbox, as of a project in use. */
const projectFiles: Readonly<Record<string, string>> = {
  '/workspace/README.md':
    '# inventory\n\nCounts what is in stock. Start it with `./run.sh`; it answers on port 8080.\n\n| path | what |\n| --- | --- |\n| `app/server.py` | the service |\n| `app/stock.csv` | its data |\n',
  '/workspace/run.sh': '#!/bin/sh\nexec python3 /workspace/app/server.py "${1:-8080}"\n',
  '/workspace/app/server.py': `import csv
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STOCK = Path(__file__).with_name("stock.csv")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        with STOCK.open(newline="") as file:
            body = json.dumps(list(csv.DictReader(file)), indent=2).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    port = int(sys.argv[1])
    print(f"listening on {port}", flush=True)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
`,
  '/workspace/app/stock.csv': 'item,count\nbolt,1200\nnut,1150\nwasher,4000\n',
  '/workspace/.gitignore': '__pycache__/\n*.log\n',
  [`${home}/notes.txt`]: 'todo: reorder bolts\n',
};

/** Writes the files of the image, and with `withProject` those of a project in use. */
export async function furnish(root: string, withProject: boolean): Promise<void> {
  const files = { ...imageFiles, ...(withProject ? projectFiles : {}) };
  for (const [path, text] of Object.entries(files)) {
    const host = join(root, path);
    await mkdir(dirname(host), { recursive: true });
    await writeFile(host, text);
    if (text.startsWith('#!')) await chmod(host, 0o755);
  }
}
