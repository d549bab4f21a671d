import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What `private.git` wants, with the user `someone`. */
export const password = 'not-for-everybody-1';

/** Files of a bare repository over HTTP, which is all that git needs; `private.git` for those who know the password. */
export class GitServer {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    readonly url: string,
    readonly seen: { authorized: number; isHeld: boolean },
  ) {}

  static async start(): Promise<GitServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tl-git-'));
    const git = (...args: readonly string[]): void => {
      execFileSync('git', [
        '-c',
        'user.name=t',
        '-c',
        'user.email=t@t',
        '-c',
        'commit.gpgsign=false',
        ...args,
      ]);
    };
    const work = path.join(folder, 'work');
    git('init', '-q', '-b', 'main', work);
    writeFileSync(path.join(work, 'README.md'), '# Cloned\n');
    git('-C', work, 'add', '.');
    git('-C', work, 'commit', '-qm', 'One');
    git('-C', work, 'checkout', '-qb', 'side');
    writeFileSync(path.join(work, 'side.txt'), 'side\n');
    git('-C', work, 'add', '.');
    git('-C', work, 'commit', '-qm', 'Two');
    git('-C', work, 'checkout', '-q', 'main');
    for (const name of ['open', 'private', 'held']) {
      git('clone', '-q', '--bare', work, path.join(folder, `${name}.git`));
      git('-C', path.join(folder, `${name}.git`), 'update-server-info');
    }
    const seen = { authorized: 0, isHeld: false };
    const authorization = `Basic ${Buffer.from(`someone:${password}`).toString('base64')}`;
    const server = createServer(({ url = '/', headers }, response) => {
      const { pathname } = new URL(url, 'http://x');
      if (pathname.startsWith('/held.git/objects/')) {
        seen.isHeld = true;
        return;
      }
      if (pathname.startsWith('/private.git')) {
        if (headers.authorization !== authorization) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
          return;
        }
        seen.authorized += 1;
      }
      const file = path.join(folder, path.normalize(pathname));
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) response.writeHead(404).end();
      else createReadStream(file).pipe(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new GitServer(folder, server, `http://127.0.0.1:${port}`, seen);
  }

  /** Has git on this machine know the password, or nothing. */
  store(isKnown: boolean): void {
    const file = path.join(this.folder, 'credentials');
    writeFileSync(file, isKnown ? `${this.url.replace('//', `//someone:${password}@`)}\n` : '');
    const config = path.join(this.folder, 'gitconfig');
    writeFileSync(config, `[credential]\n\thelper = store --file=${file}\n`);
    process.env['GIT_CONFIG_GLOBAL'] = config;
    process.env['GIT_CONFIG_NOSYSTEM'] = '1';
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    delete process.env['GIT_CONFIG_GLOBAL'];
    delete process.env['GIT_CONFIG_NOSYSTEM'];
    rmSync(this.folder, { recursive: true, force: true });
  }
}
