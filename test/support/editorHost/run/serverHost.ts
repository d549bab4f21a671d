import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../find/browser';
import { installServer } from '../find/install';
import type { InstalledServer } from '../find/install';
import type { Editor } from '../find/editors';
import { createProfile, type Profile } from './profile';
import { temporaryFolder } from './shutdown';
import { installVsixes, startServer } from './serverProcess';
import { openSuiteRelay } from './suiteRelay';
import type { EditorHost, EditorWindow, LaunchOptions, SuiteOptions, WindowOptions } from '../types';
import { waitForWorkbench } from './workbench';

/** Has the extension write all of its log, which an inspection is to see. */
const fullLog = 'tensorlake-sandboxes.tensorlake-sandboxes:trace';
const defaultViewport = { width: 1280, height: 800 };

/** VS Code as a server from npm, with a headless browser as its window. */
export async function createServerHost(editor: Editor): Promise<EditorHost> {
  const server = await installServer(editor);
  return {
    kind: 'server',
    vscodeVersion: server.vscodeVersion,
    runSuite: options => runSuite(server, options),
    openWindow: options => openWindow(server, options),
  };
}

async function runSuite(server: InstalledServer, options: SuiteOptions): Promise<void> {
  const session = await startSession(server, { ...options, smokeTestDriver: true });
  try {
    const relay = await openSuiteRelay(options.suitePath, session.profile.root);
    try {
      const page = await session.open({
        extensionDevelopmentPath: options.extensionPath,
        extensionTestsPath: relay.entryPath,
      });
      options.inspection?.opened?.(page);
      await relay.outcome(options.timeoutMs);
      await options.inspection?.ended?.(page);
    } finally {
      relay.close();
    }
  } finally {
    await session.close();
  }
}

async function openWindow(server: InstalledServer, options: WindowOptions): Promise<EditorWindow> {
  const { extensionPath } = options;
  const smokeTestDriver = options.smokeTestDriver ?? extensionPath !== undefined;
  if (extensionPath !== undefined && !smokeTestDriver) {
    throw new Error('Without the smoke test driver only a packaged extension loads: give vsixPaths');
  }
  const session = await startSession(server, { ...options, smokeTestDriver });
  const development: Record<string, string> =
    extensionPath === undefined ? {} : { extensionDevelopmentPath: extensionPath };
  const openReady = async (folder?: string): Promise<Page> => {
    const page = await session.open(development, folder);
    await waitForWorkbench(page);
    return page;
  };
  try {
    const page = await openReady();
    const reload = async (): Promise<void> => {
      await page.reload();
      await waitForWorkbench(page);
    };
    const { profile } = session;
    return {
      page,
      reload,
      openAnother: openReady,
      settings: () => profile.settings(),
      changeSettings: changes => profile.changeSettings(changes),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

interface SessionOptions extends LaunchOptions {
  readonly vsixPaths?: readonly string[];
  readonly smokeTestDriver: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** One server with one browser: any number of pages on the same profile. */
interface Session {
  readonly profile: Profile;
  /** Opens a page; `development` names folders and modules on the server to load. */
  open(development: Readonly<Record<string, string>>, workspacePath?: string): Promise<Page>;
  close(): Promise<void>;
}

async function startSession(server: InstalledServer, options: SessionOptions): Promise<Session> {
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const { env = {}, smokeTestDriver, vsixPaths } = options;
    const fresh = await createProfile(options);
    stops.push(() => fresh.remove());
    const profile =
      vsixPaths === undefined ? fresh : { ...fresh, extensions: await installedOnce(server, vsixPaths) };
    const running = await startServer(server, {
      ...{ profile, env, smokeTestDriver },
      builtinExtensions: server.neededExtensions,
    });
    stops.push(() => running.stop());
    const browser = await launchBrowser();
    stops.push(() => browser.close());
    const context = await browser.newContext({ viewport: options.viewport ?? defaultViewport });
    const secretKey = randomBytes(32).toString('base64');
    const open = async (
      development: Readonly<Record<string, string>>,
      workspacePath = options.workspacePath,
    ): Promise<Page> => {
      const page = await context.newPage();
      await serveSecretKey(page, secretKey);
      await page.goto(windowUrl(running.port, workspacePath, smokeTestDriver ? development : {}));
      return page;
    };
    return { profile, open, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Folders with installed packages, for all windows of this process that have the same ones. */
const installed = new Map<string, Promise<string>>();

/** Installs packages, or takes the folder into which they were installed before: that takes seconds for each window. */
async function installedOnce(server: InstalledServer, vsixPaths: readonly string[]): Promise<string> {
  const key = JSON.stringify([server.main, ...vsixPaths]);
  const known = installed.get(key) ?? install(server, vsixPaths);
  installed.set(key, known);
  return await known;
}

async function install(server: InstalledServer, vsixPaths: readonly string[]): Promise<string> {
  const root = await temporaryFolder();
  const extensions = path.join(root, 'ext');
  await installVsixes(server, { root, extensions }, vsixPaths);
  return extensions;
}

/**
 * Answers the page's request for half of the key that encrypts secrets; without it they are lost on reload. No other
 * request is stopped: a route in the page would stop each, and turn off the cache, so that a reload reads all anew.
 */
async function serveSecretKey(page: Page, body: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  session.on('Fetch.requestPaused', ({ requestId }) => {
    session.send('Fetch.fulfillRequest', { requestId, responseCode: 200, body }).catch(() => undefined);
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*/mint-key*' }] });
}

function windowUrl(
  port: number,
  workspacePath: string,
  development: Readonly<Record<string, string>>,
): string {
  const authority = `127.0.0.1:${port}`;
  const url = new URL(`http://${authority}/`);
  const isFile = workspacePath.endsWith('.code-workspace');
  url.searchParams.set(isFile ? 'workspace' : 'folder', pathToFileURL(workspacePath).pathname);
  const onServer = Object.entries(development).map(([name, file]) => [
    name,
    `vscode-remote://${authority}${pathToFileURL(file).pathname}`,
  ]);
  const started = onServer.length > 0 ? [...onServer, ['skipWelcome', 'true']] : [];
  url.searchParams.set('payload', JSON.stringify([...started, ['logLevel', fullLog]]));
  return url.href;
}
