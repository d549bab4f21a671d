import type { Page } from 'playwright-core';

/** VS Code as the desktop program, or as a server with a headless browser. */
export type HostKind = 'electron' | 'server';

/** Looks at what an editor leaves behind. What it throws fails the suite, or the closing of the window. */
export interface Inspection {
  /** The window of a suite when it has been opened; not called where it cannot be reached. */
  opened?(page: Page): void;
  /** The window of a suite that has passed, likewise. */
  ended?(page: Page): Promise<void>;
  /** The folder with settings, state and logs, after the editor has ended. */
  profile(folder: string): void;
}

/** Options of every start of VS Code. Paths are absolute. */
export interface LaunchOptions {
  /** A folder, or a file `*.code-workspace`. */
  readonly workspacePath: string;
  /** User settings, on top of quiet defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables for the extension host. No `TENSORLAKE_*` variable is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly inspection?: Inspection;
}

/** A test run inside the extension host. */
export interface SuiteOptions extends LaunchOptions {
  readonly extensionPath: string;
  /** A CommonJS module that exports `run(): Promise<void>`. */
  readonly suitePath: string;
  readonly timeoutMs: number;
}

/** Options of a window that a test controls, with the extension from its folder or from a package. */
export interface WindowOptions extends LaunchOptions {
  readonly extensionPath?: string;
  /** Packages to install. */
  readonly vsixPaths?: readonly string[];
  /**
   * Needed to load an extension from its folder; VS Code then shows no notification toasts. Default: on with
   * `extensionPath`, off with `vsixPaths`. The desktop host loads from the folder either way.
   */
  readonly smokeTestDriver?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** An open window. */
export interface EditorWindow {
  readonly page: Page;
  /** Reloads the window and waits until the workbench is back; the same profile, a new extension host. */
  reload(): Promise<void>;
  /**
   * Opens another window on the same profile.
   *
   * @param folder what it shows in a browser; by default what the first one shows, with the same workspace storage, which
   * windows of the desktop program never share
   */
  openAnother(folder?: string): Promise<Page>;
  /** The user settings as they are now, whoever wrote them. */
  settings(): Promise<Readonly<Record<string, unknown>>>;
  /** Changes user settings; the window applies them after a moment, or when it is reloaded. */
  changeSettings(changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends the editor and removes its profile. */
  close(): Promise<void>;
}

/** A VS Code that tests run in. */
export interface EditorHost {
  readonly kind: HostKind;
  readonly vscodeVersion: string;
  /** Rejects with the failure of `run()`. What the suite prints goes to this process's output. */
  runSuite(options: SuiteOptions): Promise<void>;
  openWindow(options: WindowOptions): Promise<EditorWindow>;
}
