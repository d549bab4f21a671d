import { l10n } from 'vscode';
import { networkDifferences } from '../../core/sandbox/networkRules';
import type { NetworkPolicy, Sandbox } from '../../core/sandbox/sandbox';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { networkRuleText, networkSentence } from '../../text/sandbox/networkText';
import { rowName } from '../../text/sandbox/rowText';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { askNetwork, entriesProblem, type Network } from './questions/askNetwork';
import { ignored, sendOffered } from '../../app/offered';
import { reviewChange, type ReviewedChange } from './reviewChange';
import { resolveTarget } from '../../app/targets';

/** Changes the network policy of a sandbox after a review. */
export function editNetwork(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not change the network'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canUpdate'],
        question: () => l10n.t('Change the network of which sandbox?'),
        none: () => l10n.t('No sandbox whose network can be changed.'),
      });
      if (!row) return;
      const agreed = await reviewChange(connection, row, networkOf(row.sandbox), givenNetwork(args[2]));
      if (!agreed) return;
      const { wanted } = agreed;
      await runBatch(context, connection, [row], 'update', async sandbox => {
        const changed = await sendOffered(context, connection, sandbox, 'network', async () =>
          connection.sandboxes.update(sandbox.id, { network: wanted ?? null }, connection.signal),
        );
        connection.poller.applyUpdate([changed]);
        if (networkDifferences(changed.networkPolicy, wanted).length > 0) throw ignored('network');
        return undefined;
      });
    },
  };
}

function networkOf(named: Sandbox): ReviewedChange<Network> {
  const title = l10n.t('Network of {0}', rowName({ sandbox: named }));
  return {
    title,
    read: sandbox => sandbox.networkPolicy,
    ask: async (_sandbox, draft) => await askNetwork(title, draft),
    lines: (before, after) =>
      networkDifferences(before, after).map(({ sign, rule }) => ({ sign, text: networkRuleText(rule) })),
    effect: networkSentence,
    refusal: ({ unreadRules }) =>
      unreadRules === undefined
        ? undefined
        : l10n.t(
            'Its network rules could be read in part only: to send them back would drop the others. Change them with another tool.',
          ),
  };
}

/** The policy that a key binding or another extension asks for, or null for none. */
function givenNetwork(value: unknown): { readonly wanted: Network } | undefined {
  if (value === undefined) return undefined;
  if (value === null) return { wanted: undefined };
  const policy = readPolicy(value);
  if (!policy) throw new UserError(l10n.t('A network policy is needed, or null for none.'));
  const problem = entriesProblem([...policy.allowOut, ...policy.denyOut]);
  if (problem !== undefined) throw new UserError(problem);
  return { wanted: policy };
}

function readPolicy(value: unknown): NetworkPolicy | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(value));
  const allowInternetAccess = members.get('allowInternetAccess') ?? true;
  const allowOut = textList(members.get('allowOut') ?? []);
  const denyOut = textList(members.get('denyOut') ?? []);
  return typeof allowInternetAccess === 'boolean' && allowOut && denyOut
    ? { allowInternetAccess, allowOut, denyOut }
    : undefined;
}

function textList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every(entry => typeof entry === 'string') ? value : undefined;
}
