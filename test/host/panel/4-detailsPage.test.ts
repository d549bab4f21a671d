import assert from 'node:assert/strict';
import { Disposable, env, EventEmitter, extensions, ViewColumn, window } from 'vscode';
import { ActivityLog } from '../../../src/core/activity/activityLog';
import type { DisposableLike } from '../../../src/core/kernel/disposable';
import { SandboxStore } from '../../../src/core/list/store';
import { Origins } from '../../../src/core/sandbox/origins';
import type { Sandbox } from '../../../src/core/sandbox/sandbox';
import { systemClock } from '../../../src/host/editor/clock';
import { BillingStore } from '../../../src/host/storage/billingSettings';
import { PublicDeadlines } from '../../../src/host/storage/publicDeadlines';
import { DetailsPage } from '../../../src/webview/details/detailsPage';
import { FakeMemento } from '../../support/storage/fakeMemento';
import { sandbox } from '../../support/sandboxBuilder';
import { waitFor } from '../../support/waitFor';
import { onWebsite, servedByWebsite } from '../support/website';

const mine = sandbox({
  id: 'mine',
  exposedPorts: [8080],
  sandboxUrl: 'http://127.0.0.1:9443/',
  ingressEndpoint: 'https://sandbox.example',
});
const other = sandbox({ id: 'other' });

describe('the page of a sandbox', () => {
  const ends: DisposableLike[] = [];
  afterEach(() => ends.splice(0).forEach(end => end.dispose()));

  /** Opens the page of a sandbox; what it is sent, and a way to send what its buttons do. */
  function openPage(store: SandboxStore, known: Sandbox) {
    const extension = extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
    assert.ok(extension);
    const panel = window.createWebviewPanel('test.details', known.id, ViewColumn.Active);
    const sent: string[] = [];
    const requests = new EventEmitter<unknown>();
    const { webview } = panel;
    const post = webview.postMessage.bind(webview);
    webview.postMessage = (message: unknown) => {
      sent.push(JSON.stringify(message));
      return post(message);
    };
    const { event } = requests;
    const onDidReceiveMessage = webview.onDidReceiveMessage;
    Object.assign(webview, {
      onDidReceiveMessage: (listener: (message: unknown) => unknown) =>
        Disposable.from(onDidReceiveMessage(listener), event(listener)),
    });
    const page = new DetailsPage(
      panel,
      known.id,
      {
        store,
        activityLog: new ActivityLog(store, systemClock),
        origins: new Origins(undefined, () => undefined),
        billing: new BillingStore(),
        publicDeadlines: new PublicDeadlines(new FakeMemento(), systemClock),
        clock: systemClock,
        extensionUri: extension.extensionUri,
      },
      known,
    );
    ends.push(page, panel, requests);
    return { sent, request: (message: unknown) => requests.fire(message) };
  }

  it('calls none gone because another account is in use, and tells when it is', async () => {
    const store = new SandboxStore();
    let atMs = 0;
    const list = (...sandboxes: readonly Sandbox[]): void => {
      atMs += 1000;
      store.applyListing(sandboxes, atMs, atMs, 0);
    };
    store.reset({ kind: 'loading' });
    list(mine);
    const { sent } = openPage(store, mine);
    const last = (): string => sent.at(-1) ?? '';
    await waitFor('the page', () => sent.length > 0);
    assert.doesNotMatch(last(), /Last seen/);
    store.reset({ kind: 'loading' }, 'work');
    list(other);
    assert.match(last(), /The account in use does not list this sandbox/);
    assert.doesNotMatch(last(), /any more/);
    store.reset({ kind: 'loading' }, 'home');
    list(mine, other);
    assert.doesNotMatch(last(), /Last seen/);
    list(other);
    assert.match(last(), /does not list this sandbox any more/);
  });

  it('offers no address of a sandbox that has ended, though its server leaves it one', async () => {
    for (const [state, isOffered] of [
      ['running', true],
      ['terminated', false],
    ] as const) {
      const store = new SandboxStore();
      store.reset({ kind: 'loading' });
      const known: Sandbox = { ...mine, state };
      store.applyListing([known], 1000, 1000, 0);
      const { sent } = openPage(store, known);
      await waitFor('the page', () => sent.length > 0);
      const [page = ''] = sent;
      assert.equal(page.includes('Copy the management address'), isOffered);
      assert.equal(page.includes('Copy the address of port 8080'), isOffered);
    }
  });

  it('copies addresses as the browser of the user reaches them, and other text as it is', async () => {
    const store = new SandboxStore();
    store.reset({ kind: 'loading' });
    store.applyListing([mine], 1000, 1000, 0);
    const { request } = openPage(store, mine);
    await servedByWebsite(async () => {
      for (const [what, copied] of [
        ['id', 'mine'],
        ['url', onWebsite(9443)],
        // Where a sandbox has a host of its own, there is nothing to lead to.
        ['port:8080', 'https://8080-mine.sandbox.example'],
        ['id', 'mine'],
      ] as const) {
        request({ type: 'copy', what });
        await waitFor(what, async () => (await env.clipboard.readText()) === copied);
      }
    });
  });
});
