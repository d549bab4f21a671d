import { tokenOf } from '../api/http/credential';
import { type DisposableLike, DisposableStore } from '../core/kernel/disposable';
import type { EventLike } from '../core/kernel/event';
import { inBackground } from '../core/kernel/unexpected';
import type { ViewState } from '../core/list/counts';
import type { ContextKeys } from '../host/editor/contextKeys';
import type { Connections } from '../host/session/connection';
import { findLogins, type FoundLogins, rememberRejected } from '../host/session/foundLogins';
import { configuredEndpoint, type SessionStore } from '../host/session/session';
import type { SharedMementoLike } from '../host/storage/mementos/mementoLike';

interface LoginOffersParts {
  readonly keys: ContextKeys;
  readonly kept: SharedMementoLike;
  readonly sessions: Pick<SessionStore, 'onDidChange'>;
  readonly connections: Pick<Connections, 'current'>;
  readonly panel: { readonly viewState: ViewState; readonly onDidChangeViewState: EventLike<ViewState> };
  /** The view Sandboxes. */
  readonly view: { readonly visible: boolean; readonly onDidChangeVisibility: EventLike<unknown> };
  readonly focus: { readonly onDidChange: EventLike<unknown> };
}

/**
 * Tells the signed-out view which logins are on this machine. It looks for them only while that view is shown, and never
 * offers one that the server rejected. It is made once somebody is known to be signed out, or rejected.
 */
export class LoginOffers implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private looks = 0;

  constructor(private readonly parts: LoginOffersParts) {
    const { sessions, panel, view, focus } = parts;
    const follow = (): void => inBackground(this.follow());
    for (const onDidChange of [
      sessions.onDidChange,
      panel.onDidChangeViewState,
      view.onDidChangeVisibility,
      focus.onDidChange,
    ] as readonly EventLike<unknown>[])
      this.disposables.add(onDidChange(follow));
    follow();
  }

  /** The logins on this machine for the server of the settings. */
  async find(): Promise<FoundLogins> {
    const endpoint = configuredEndpoint();
    if ('error' in endpoint) return { usable: [], locked: [] };
    return await findLogins(endpoint.ok, this.parts.kept);
  }

  /** Remembers that the server of the settings rejected a secret. */
  async reject(secret: string): Promise<void> {
    await this.remember(secret);
    await this.follow();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async remember(secret: string): Promise<void> {
    const endpoint = configuredEndpoint();
    if ('error' in endpoint) return;
    await rememberRejected(endpoint.ok, secret, this.parts.kept);
  }

  private async follow(): Promise<void> {
    const { panel, view, connections, keys } = this.parts;
    if (panel.viewState === 'rejected') {
      const secret = tokenOf(await connections.current?.session.credential());
      if (secret !== undefined) await this.remember(secret);
      return;
    }
    if (panel.viewState !== 'signedOut' || !view.visible) return;
    const look = ++this.looks;
    const { usable, locked } = await this.find();
    if (look !== this.looks || this.disposables.isDisposed) return;
    const isFrom = (source: string): boolean => usable.some(login => login.source === source);
    keys.set('tensorlake.environmentKeyFound', isFrom('environment'));
    keys.set('tensorlake.cliLoginFound', isFrom('cli'));
    keys.set('tensorlake.cliLoginLocked', locked.length > 0 && !isFrom('cli'));
  }
}
