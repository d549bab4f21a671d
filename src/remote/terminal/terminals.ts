import { commands, l10n, window, TerminalExitReason, type Terminal } from 'vscode';
import { inBackground } from '../../core/kernel/unexpected';
import { deferred } from '../../core/kernel/async';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { EventLike } from '../../core/kernel/event';
import { ApiError } from '../../core/kernel/errors';
import type { Row } from '../../core/list/rows';
import type { PanelChange, SandboxStore } from '../../core/list/store';
import type { ShellConnector, ShellEnd } from '../../core/terminal/shellEvents';
import type { TerminalSession, TerminalTicket } from '../../core/terminal/terminalSession';
import type { AppContext } from '../../app/appContext';
import type { Storage } from '../storage';
import { OutputRoom } from '../../api/data/pty/outputRoom';
import type { Connection } from '../../host/session/connection';
import { createTerminal, type TerminalOptions } from '../../host/editor/terminals';
import { UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { WindowFocus } from '../../host/editor/windowFocus';
import { commandIds, shownTerminalsKey } from '../../manifest';
import { reach, reachRunning, type Reached } from '../../app/reach';
import type { SpottedPorts } from '../ports/spottedPorts';
import { CloseQuestion } from './closeQuestion';
import { SandboxTerminal } from './sandboxTerminal';
import { startShell } from './startShell';
import { TerminalRecords } from './terminalRecords';
import { type TerminalRecord } from '../../core/terminal/detachedShell';

/** A shell that has ended, found on reattaching. */
export interface EndedShell {
  readonly row: Row;
  /** Its session, which is listed for another minute. */
  readonly session: TerminalSession | undefined;
}

/** Owns the terminals of this window that show shells in sandboxes, and the records of detached shells. */
export class Terminals implements DisposableLike {
  private readonly disposables = new DisposableStore();
  readonly records: TerminalRecords;
  /** Fires with the id of a sandbox whose detached shells changed. */
  readonly onDidChange: EventLike<string>;
  private readonly shown = new Map<string, SandboxTerminal>();
  /** Ids of the shells to which this window is reattaching. */
  private readonly reattaching = new Set<string>();
  private readonly closeQuestion: CloseQuestion;
  /** What waits of all terminals of this window. */
  private readonly room = new OutputRoom();

  constructor(
    private readonly app: AppContext,
    private readonly storage: Storage,
    private readonly spotted: SpottedPorts,
  ) {
    const { clock, log, store } = app;
    this.records = this.disposables.add(new TerminalRecords(storage.secrets, storage.global, clock, log));
    this.onDidChange = this.records.onDidChange;
    this.closeQuestion = new CloseQuestion(app, storage.global, record => this.end(record));
    const focus = this.disposables.add(new WindowFocus());
    this.disposables.add(focus.onDidChange(isPresent => isPresent && this.probe()));
    this.disposables.add(store.onDidChange(change => this.follow(change)));
    this.disposables.add(window.onDidCloseTerminal(terminal => this.closed(terminal)));
  }

  /**
   * Starts a shell and returns the options of its terminal.
   *
   * @returns undefined when the user backed out
   */
  async start(row: Row, path?: string): Promise<TerminalOptions | undefined> {
    const reached = await reach(this.app, row);
    const started = reached && (await startShell(this, this.app.clock, row, reached, path));
    if (!reached || !started) return undefined;
    const { command, ticket } = started;
    const record: TerminalRecord = {
      sessionId: ticket.sessionId,
      sandboxId: row.sandbox.id,
      endpoint: reached.connection.session.endpoint.text,
      command,
      openedAtMs: this.app.clock.now(),
    };
    await this.records.keep(record, ticket.token);
    return this.optionsFor(row, reached.connection, ticket, false);
  }

  /**
   * Reattaches to a detached shell. Does nothing if that is already in progress, since a double click on a node runs
   * the command twice.
   *
   * @returns the shell if it has ended
   * @throws UserError when its token is no longer known
   */
  async reattach(record: TerminalRecord): Promise<EndedShell | undefined> {
    if (this.reattaching.has(record.sessionId)) return undefined;
    this.reattaching.add(record.sessionId);
    try {
      return await this.showAgain(record);
    } finally {
      this.reattaching.delete(record.sessionId);
    }
  }

  /** The options of a terminal that reattaches to a shell. @param reached its sandbox */
  resume(row: Row, { connection }: Reached, ticket: TerminalTicket): TerminalOptions {
    inBackground(this.records.mark(ticket.sessionId, 'shown'));
    return this.optionsFor(row, connection, ticket, true);
  }

  /** Known shells that no terminal of this window shows. */
  detached(sandboxId?: string): readonly TerminalRecord[] {
    const { connections, store } = this.app;
    const endpoint = connections.current?.session.endpoint.text;
    if (endpoint === undefined) return [];
    return (
      this.records
        .list(endpoint)
        .filter(record => sandboxId === undefined || record.sandboxId === sandboxId)
        // The service also has sandboxes of other profiles.
        .filter(record => store.current.rows.has(record.sandboxId))
        .filter(record => !this.shown.has(record.sessionId))
    );
  }

  /** Whether a terminal of this window shows the shell. */
  shows(sessionId: string): boolean {
    return this.shown.has(sessionId);
  }

  /** Ids of the sandboxes whose shells the terminals of this window show. */
  shownIn(): readonly string[] {
    return [...this.shown.values()].map(({ sandboxId }) => sandboxId);
  }

  /** Ends a shell. @throws UserError when its sandbox does not run */
  async end({ sandboxId, sessionId }: TerminalRecord): Promise<void> {
    const connection = await this.app.connections.require();
    const { client } = await reachRunning(connection, sandboxId);
    await client.terminals.kill(sessionId, connection.signal);
    await this.records.forget(sessionId);
  }

  /** Number of terminals in this window whose shells run. */
  get shownCount(): number {
    return this.shown.size;
  }

  /** Closes the terminals of this window without a question and forgets all shells, which end after 5 minutes. */
  async forgetAll(secretNames: readonly string[]): Promise<void> {
    const ptys = new Set<unknown>(this.shown.values());
    this.shown.clear();
    for (const terminal of window.terminals) {
      const { creationOptions } = terminal;
      if ('pty' in creationOptions && ptys.has(creationOptions.pty)) terminal.dispose();
    }
    await this.records.forgetAll(secretNames);
  }

  /** Shells that this workspace showed when it was last open. */
  leftBehind(): readonly TerminalRecord[] {
    const left: unknown = this.storage.workspace.get(shownTerminalsKey);
    const ids: readonly unknown[] = Array.isArray(left) ? left : [];
    return this.detached().filter(({ sessionId }) => ids.includes(sessionId));
  }

  /** Records which shells the terminals of this workspace show. */
  async rememberShown(): Promise<void> {
    const ids = [...this.shown.keys()];
    // Nothing is written where all data was just removed, and the terminals end with the session.
    await this.storage.workspace.update(shownTerminalsKey, ids.length === 0 ? undefined : ids);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private optionsFor(
    row: Row,
    connection: Connection,
    ticket: TerminalTicket,
    isKnown: boolean,
  ): TerminalOptions {
    const { sessionId } = ticket;
    const pty = new SandboxTerminal(
      row.sandbox.id,
      sessionId,
      this.connectorOf(row.sandbox.id, connection, ticket),
      this.app.clock,
      isKnown,
      end => this.ended(sessionId, end),
      this.spotted.watch(row.sandbox.id),
    );
    this.shown.set(sessionId, pty);
    inBackground(this.rememberShown());
    return { name: rowName(row), pty, icon: 'vm-running' };
  }

  private async showAgain({ sandboxId, sessionId }: TerminalRecord): Promise<EndedShell | undefined> {
    const row = this.app.store.current.rows.get(sandboxId);
    if (!row) throw new UserError(l10n.t('The sandbox is not in the list any more.'));
    const token = await this.records.token(sessionId);
    if (token === undefined) {
      await this.records.forget(sessionId);
      throw new UserError(l10n.t('What it takes to reattach was lost: the secret store did not keep it.'));
    }
    const reached = await reach(this.app, row);
    if (!reached) return undefined;
    const session = await reached.client.terminals.find(sessionId, reached.connection.signal);
    if (session?.isAlive === true) {
      createTerminal(this.resume(row, reached, { sessionId, token })).show();
      return undefined;
    }
    await this.records.forget(sessionId);
    return { row, session };
  }

  private connectorOf(sandboxId: string, connection: Connection, ticket: TerminalTicket): ShellConnector {
    return {
      attach: async (events, signal) => {
        const { client } = await reachRunning(connection, sandboxId);
        return await client.terminals.attach(ticket, events, signal, { room: this.room });
      },
      sandboxState: async signal => {
        try {
          const sandbox = await connection.sandboxes.withoutRetries().get(sandboxId, signal);
          connection.poller.applyUpdate([sandbox]);
          return sandbox.state;
        } catch (error) {
          if (ApiError.is(error, 'notFound')) return 'gone';
          throw error;
        }
      },
      wake: async () => {
        // Waits for a running action on the sandbox, such as a suspend.
        await untilIdle(this.app.store, sandboxId, connection.signal);
        await commands.executeCommand(commandIds.resume, sandboxId);
      },
      abandon: () => {
        const end = async (): Promise<void> => {
          const { client } = await reachRunning(connection, sandboxId);
          await client.terminals.kill(ticket.sessionId, connection.signal);
        };
        // It ends by itself in a while.
        void end().catch(() => undefined);
      },
      isSignedOut: () => connection.signal.aborted,
    };
  }

  private ended(sessionId: string, end: ShellEnd): void {
    this.shown.delete(sessionId);
    inBackground(this.rememberShown());
    if (end.kind === 'signedOut') inBackground(this.records.mark(sessionId, 'detached'));
    else inBackground(this.records.forget(sessionId));
  }

  private closed({ creationOptions, exitStatus }: Terminal): void {
    const pty = 'pty' in creationOptions ? creationOptions.pty : undefined;
    // VS Code also closes the terminals when the window closes or reloads; those are restored or offered afterwards.
    if (!(pty instanceof SandboxTerminal) || exitStatus?.reason === TerminalExitReason.Shutdown) return;
    const { sessionId, isAlive } = pty;
    if (!isAlive || this.shown.get(sessionId) !== pty) return;
    this.shown.delete(sessionId);
    inBackground(this.rememberShown());
    inBackground(
      this.records.mark(sessionId, 'detached').then(() => {
        const record = this.records.find(sessionId);
        if (record) inBackground(this.closeQuestion.ask(record));
      }),
    );
  }

  private probe(): void {
    for (const terminal of this.shown.values()) terminal.probe();
  }

  private follow({ previous, current }: PanelChange): void {
    if (previous.rows === current.rows) return;
    for (const terminal of [...this.shown.values()]) {
      const row = current.rows.get(terminal.sandboxId);
      if (row && row !== previous.rows.get(terminal.sandboxId)) terminal.observe(row.sandbox.state);
    }
    for (const { sandboxId, sessionId } of this.detached())
      if (current.rows.get(sandboxId)?.sandbox.state === 'terminated')
        inBackground(this.records.forget(sessionId));
  }
}

/** Resolves once no action of this window is in progress on a sandbox. */
async function untilIdle(store: SandboxStore, sandboxId: string, signal: AbortSignal): Promise<void> {
  const isIdle = (): boolean => signal.aborted || store.current.rows.get(sandboxId)?.action === undefined;
  if (isIdle()) return;
  const { promise, resolve } = deferred<undefined>();
  const subscription = store.onDidChange(() => {
    if (isIdle()) resolve(undefined);
  });
  await promise;
  subscription.dispose();
}
