import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { hasPackagedChromium, packagedChromium } from './chromiumPackage';
import { cleanEnvironment } from '../run/environment';
import { onShutdown } from '../run/shutdown';

const quietFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the headless shell needs to draw without a graphics card. */
const softwareDrawingFlags = [
  '--in-process-gpu',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

interface Choice {
  readonly executable: string;
  readonly flags: readonly string[];
  readonly env: Record<string, string>;
}

/**
 * Starts a headless browser: the one that `CHROMIUM_PATH` names, else an installed Chrome, Chromium or Edge, else the
 * Chromium that is on npm.
 *
 * @throws when there is none and npm has none for this platform
 */
export async function launchBrowser(): Promise<Browser> {
  const browser = await launchSandboxed(await chooseBrowser());
  const forget = onShutdown(() => browser.close());
  browser.once('disconnected', forget);
  return browser;
}

/** Fetches the browser that `launchBrowser` starts, if it is to be fetched. @throws as `launchBrowser` does */
export async function fetchBrowser(): Promise<void> {
  await chooseBrowser();
}

async function launchSandboxed(choice: Choice): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  try {
    return await launch(choice, !isRoot);
  } catch (error) {
    // Some kernels and containers allow no sandbox to ordinary users. The tests open only pages of this machine.
    if (isRoot || !String(error).includes('No usable sandbox')) throw error;
    return await launch(choice, false);
  }
}

function launch(choice: Choice, chromiumSandbox: boolean): Promise<Browser> {
  return chromium.launch({
    executablePath: choice.executable,
    headless: true,
    args: [...quietFlags, ...choice.flags],
    chromiumSandbox,
    env: cleanEnvironment(choice.env),
    // `onShutdown` closes the browser, in order with everything else.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

async function chooseBrowser(): Promise<Choice> {
  const named = process.env['CHROMIUM_PATH'];
  const installed = named ?? installedBrowsers().find(file => existsSync(file));
  if (installed !== undefined) return { executable: installed, flags: [], env: {} };
  if (!hasPackagedChromium()) {
    throw new Error(
      'No Chrome, Chromium or Edge found. Install one, or set CHROMIUM_PATH to its program file.',
    );
  }
  const packaged = await packagedChromium();
  return { ...packaged, flags: softwareDrawingFlags };
}

function installedBrowsers(): string[] {
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      ];
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(windowsBrowsersIn);
    default:
      return [
        'google-chrome',
        'google-chrome-stable',
        'chromium',
        'chromium-browser',
        'microsoft-edge',
      ].flatMap(findOnPath);
  }
}

function windowsBrowsersIn(variable: string): string[] {
  const root = process.env[variable];
  if (root === undefined) return [];
  return ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map(file =>
    path.join(root, file),
  );
}

/** The paths of the programs of this name on PATH. */
function findOnPath(program: string): string[] {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map(folder => path.join(folder, program))
    .filter(file => existsSync(file));
}
