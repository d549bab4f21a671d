import { Uri, commands, env, type WebviewPanel } from 'vscode';
import { inBackground } from '../../core/kernel/unexpected';
import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { managementUrl, portUrl } from '../../core/sandbox/portUrl';
import type { ActivityLog } from '../../core/activity/activityLog';
import type { Origins } from '../../core/sandbox/origins';
import { displayName, type Sandbox } from '../../core/sandbox/sandbox';
import { availabilityOf } from '../../core/list/availability';
import type { SandboxStore } from '../../core/list/store';
import type { BillingStore } from '../../host/storage/billingSettings';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import { copyAddresses, copyText } from '../../host/editor/clipboard';
import { titleText } from '../../text/kit/surfaces';
import { commandIds } from '../../manifest';
import { billFieldsOf } from '../../text/billing';
import { commandsOf } from './actions';
import { isThere, type PageFacts, type Relative } from './facts';
import { drawPage, notice, spokenState } from './page';
import { mediaFolder, shellHtml } from '../kit/shell';

/** What pages read. */
export interface PageSources {
  readonly store: SandboxStore;
  readonly activityLog: ActivityLog;
  readonly origins: Origins;
  readonly billing: BillingStore;
  readonly publicDeadlines: PublicDeadlines;
  readonly clock: Clock;
  readonly extensionUri: Uri;
}

/** How often the ages on a visible page are updated. */
const tickMs = 30_000;

/** The messages a page may send, besides the one that it is ready. */
const requestTypes = ['run', 'copy', 'open'] as const;

interface PageRequest {
  readonly type: (typeof requestTypes)[number];
  readonly what: string;
}

/** The page of one sandbox in an editor tab. It follows the store, and keeps the last known facts once the store has forgotten them. */
export class DetailsPage implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private isReady = false;
  private lastDrawn = '';
  /** Whether the list of the account in use had the sandbox. */
  private wasListed = false;
  private timer: DisposableLike | undefined;

  /** @param known what was last known of the sandbox; absent after a reload of the window */
  constructor(
    private readonly panel: WebviewPanel,
    readonly sandboxId: string,
    private readonly sources: PageSources,
    private known: Sandbox | undefined,
  ) {
    const { store, activityLog, origins, billing, publicDeadlines, extensionUri } = sources;
    const { webview } = panel;
    this.disposables.add(webview.onDidReceiveMessage(message => inBackground(this.receive(message))));
    this.disposables.add(store.onDidChange(() => this.draw()));
    this.disposables.add(activityLog.onDidChange(() => this.draw()));
    this.disposables.add(origins.onDidChange(() => this.draw()));
    this.disposables.add(billing.onDidChange(() => this.draw()));
    this.disposables.add(publicDeadlines.onDidChange(() => this.draw()));
    this.disposables.add(panel.onDidChangeViewState(() => this.draw()));
    this.disposables.add({ dispose: () => this.timer?.dispose() });
    webview.options = { enableScripts: true, localResourceRoots: [mediaFolder(extensionUri)] };
    webview.html = shellHtml(webview, extensionUri, sandboxId);
    this.draw();
  }

  get isVisible(): boolean {
    return this.panel.visible;
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Sends the page if it changed and is visible. */
  private draw(): void {
    this.timer?.dispose();
    this.noteListed();
    const facts = this.facts();
    if (facts) this.panel.title = titleText(displayName(facts.sandbox));
    if (!this.isReady || !this.panel.visible || this.disposables.isDisposed) return;
    this.timer = this.sources.clock.after(tickMs, () => this.draw());
    const message = facts
      ? { type: 'draw', tree: drawPage(facts), spoken: spokenState(facts) }
      : { type: 'orphan', notice: notice(this.availability()) };
    const drawn = JSON.stringify(message);
    if (drawn === this.lastDrawn) return;
    this.lastDrawn = drawn;
    void this.panel.webview.postMessage(message);
  }

  private availability(): Pick<PageFacts, 'availability'> {
    return availabilityOf(this.sources.store.current, this.sandboxId, this.wasListed);
  }

  /** A change of the account begins with an empty list that is signed out or being loaded. */
  private noteListed(): void {
    const { status, rows, archive } = this.sources.store.current;
    if (status.kind === 'signedOut' || status.kind === 'loading') this.wasListed = false;
    if (rows.has(this.sandboxId) || archive.has(this.sandboxId)) this.wasListed = true;
  }

  private facts(): PageFacts | undefined {
    const { store, activityLog, origins, billing, publicDeadlines, clock } = this.sources;
    const { availability, row } = availabilityOf(store.current, this.sandboxId, this.wasListed);
    const sandbox = row?.sandbox ?? this.known;
    if (!sandbox) return undefined;
    this.known = sandbox;
    const relative = (id: string): Relative => ({ id, name: store.current.rows.get(id)?.sandbox.name });
    const source = origins.sourceOf(this.sandboxId, 'sandbox');
    return {
      sandbox,
      action: row?.action,
      lacks: row?.lacks,
      availability,
      entries: activityLog.entries(this.sandboxId),
      copyOf: source === undefined ? undefined : relative(source),
      copies: (origins.bySource('sandbox').get(this.sandboxId) ?? []).map(relative),
      restoredFrom: origins.sourceOf(this.sandboxId, 'snapshot'),
      bill: row ? billFieldsOf(row, billing.current) : [],
      publicEnd: publicDeadlines.ends.get(this.sandboxId),
      nowMs: clock.now(),
    };
  }

  /** Handles a message of the page. What the page does not offer now is not done. */
  private async receive(message: unknown): Promise<void> {
    const asked = readMessage(message);
    if (asked === 'ready') {
      this.isReady = true;
      this.lastDrawn = '';
      this.draw();
      return;
    }
    const facts = this.facts();
    if (asked && facts) await this.serve(asked, facts);
  }

  private async serve({ type, what }: PageRequest, facts: PageFacts): Promise<void> {
    switch (type) {
      case 'run': {
        const command = [...commandsOf(facts).keys()].find(each => each === what);
        if (command !== undefined) await commands.executeCommand(command, { sandboxId: this.sandboxId });
        return;
      }
      case 'copy': {
        await copy(facts.sandbox, what);
        return;
      }
      case 'open':
        await open(facts, what);
        return;
    }
  }
}

/** Reads a message of the page; undefined for anything else. */
function readMessage(message: unknown): PageRequest | 'ready' | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'ready') return 'ready';
  const type = requestTypes.find(each => each === message.type);
  return type && 'what' in message && typeof message.what === 'string'
    ? { type, what: message.what }
    : undefined;
}

async function copy(sandbox: Sandbox, what: string): Promise<void> {
  const text = what === 'id' ? sandbox.id : what === 'name' ? sandbox.name : undefined;
  if (text !== undefined) await copyText(text);
  const address = what === 'url' ? managementUrl(sandbox) : addressOfPort(sandbox, what);
  if (address !== undefined) await copyAddresses([address]);
}

/** The address of an exposed port that the page names as `port:8080`. */
function addressOfPort(sandbox: Sandbox, what: string): string | undefined {
  const port = sandbox.exposedPorts.find(each => what === `port:${each}`);
  return port === undefined ? undefined : portUrl(sandbox, port);
}

async function open(facts: PageFacts, what: string): Promise<void> {
  const { sandbox, copyOf, copies } = facts;
  const relative = [copyOf, ...copies].find(each => each && what === `sandbox:${each.id}`);
  if (relative) {
    await commands.executeCommand(commandIds.showDetails, relative.id);
    return;
  }
  const address = addressOfPort(sandbox, what);
  if (address !== undefined && sandbox.allowUnauthenticatedAccess && isThere(facts))
    await env.openExternal(Uri.parse(address));
}
