import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { snapshotTokens } from '../../src/core/snapshots/snapshot';
import { presetMembers } from '../../src/commands/create/createInput';
import { processTokens } from '../../src/remote/processes/model/processList';
import { groupTokensInOrder } from '../../src/core/list/groupActions';
import { capabilityTokens } from '../../src/core/sandbox/capabilities';
import { defaultTokens, pinTokens } from '../../src/core/list/order';
import { holds } from '../support/whenClause';
import {
  commandIds,
  contextDefaults,
  detailsViewType,
  fileScheme,
  settingDefaults,
  viewIds,
} from '../../src/manifest';

const root = join(__dirname, '..', '..');

const placed = { when: z.string().optional(), group: z.string().optional() };
const menuItem = z.union([
  z.strictObject({ command: z.string(), ...placed }),
  z.strictObject({ submenu: z.string(), ...placed }),
]);
const manifestSchema = z.object({
  activationEvents: z.array(z.string()),
  icon: z.string(),
  main: z.string(),
  extensionKind: z.array(z.string()),
  capabilities: z.unknown(),
  contributes: z.object({
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        category: z.string(),
        icon: z.string().optional(),
        enablement: z.string().optional(),
      }),
    ),
    submenus: z.array(z.object({ id: z.string(), label: z.string() })),
    menus: z.record(z.string(), z.array(menuItem)),
    keybindings: z.array(
      z.object({
        command: z.string(),
        key: z.string(),
        when: z.string(),
        args: z.strictObject({ from: z.literal('selection') }).optional(),
      }),
    ),
    views: z.record(z.string(), z.array(z.object({ id: z.string(), icon: z.string() }))),
    viewsContainers: z.object({ activitybar: z.array(z.object({ id: z.string(), icon: z.string() })) }),
    viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.string() })),
    configuration: z.object({
      properties: z.record(
        z.string(),
        z.looseObject({
          default: z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown())]),
          scope: z.string(),
          markdownDescription: z.string(),
        }),
      ),
    }),
  }),
});

const presetSchema = z.object({
  additionalProperties: z.object({
    additionalProperties: z.boolean(),
    properties: z.record(z.string(), z.object({ markdownDescription: z.string() })),
  }),
});

const text = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = manifestSchema.parse(JSON.parse(text));
const nls = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')));
const { contributes } = manifest;
const declared = contributes.commands.map(command => command.command);
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => ({ file, text: readFileSync(join(root, 'src', file), 'utf8') }));

/** Context keys that the editor itself sets. */
const editorKeys = [
  'resourceScheme',
  'view',
  'viewItem',
  'focusedView',
  'listFocus',
  'inputFocus',
  'inQuickOpen',
  'terminalFocus',
  'listMultiSelection',
  'listHasSelectionOrFocus',
  'listSupportsMultiselect',
  'treeElementCanExpand',
  'treeElementCanCollapse',
  'treestickyScrollFocused',
];
/** Words that a `viewItem` pattern may contain. */
const rowTokens: readonly string[] = [
  'sandbox',
  'group',
  'source',
  'restored',
  // Nodes below a sandbox.
  'remoteFiles',
  'remoteFolder',
  'remoteFile',
  'remoteEntry',
  'remoteRoot',
  'remotePorts',
  'portForward',
  'exposedPort',
  'hasPortUrl',
  'detachedTerminal',
  'endedTerminal',
  ...processTokens,
  ...groupTokensInOrder,
  'canDismiss',
  'transition',
  'pool',
  'image',
  ...capabilityTokens,
  ...pinTokens,
  ...defaultTokens,
  ...snapshotTokens,
];
/** The context key with the view state of each view. */
const viewStateKeys: Readonly<Record<string, string>> = {
  [viewIds.sandboxes]: 'tensorlake.mood',
  [viewIds.snapshots]: 'tensorlake.snapshotsMood',
  [viewIds.activity]: 'tensorlake.activityMood',
  [viewIds.catalog]: 'tensorlake.catalogMood',
};

function whenClauses(): readonly string[] {
  return [
    ...Object.values(contributes.menus).flatMap(items => items.flatMap(item => item.when ?? [])),
    ...contributes.keybindings.map(binding => binding.when),
    ...contributes.viewsWelcome.map(welcome => welcome.when),
    ...contributes.commands.flatMap(command => command.enablement ?? []),
  ];
}

/** The commands that a menu item opens, also through a submenu. */
function commandsOf(item: z.infer<typeof menuItem>): readonly string[] {
  return 'command' in item ? [item.command] : (contributes.menus[item.submenu] ?? []).flatMap(commandsOf);
}

function sorted(items: Iterable<string>): readonly string[] {
  return [...items].sort();
}

describe('manifest', () => {
  it('declares exactly the commands the code has, with an nls title each', () => {
    assert.deepEqual(sorted(declared), sorted(Object.values(commandIds)));
    for (const { title, category } of contributes.commands) {
      assert.match(title, /^%command\.\w+%$/);
      assert.equal(category, '%category%');
    }
  });

  it('names only declared commands in menus, key bindings and welcome contents', () => {
    const used = [
      ...Object.values(contributes.menus).flatMap(items => items.flatMap(commandsOf)),
      ...contributes.keybindings.map(({ command }) => command),
      ...Object.entries(nls)
        .filter(([key]) => /^(?:welcome|walkthrough)\./.test(key))
        .flatMap(([, content]) => [...content.matchAll(/\(command:([^)?]+)/g)].map(match => match[1] ?? '')),
    ];
    assert.deepEqual(
      used.filter(id => !declared.includes(id)),
      [],
    );
  });

  it('reaches each command for a sandbox from its context menu', () => {
    const inContext = (contributes.menus['view/item/context'] ?? [])
      .filter(item => item.group?.startsWith('inline') !== true)
      .filter(item => item.when?.startsWith(`view == ${viewIds.sandboxes} `) === true)
      .flatMap(commandsOf);
    const forRows = declared.filter(id =>
      /^tensorlake\.(?:sandbox|group|files|terminal|desktop|run|process|processes|port|logs)\./.test(id),
    );
    const notForRows: readonly string[] = [
      commandIds.create,
      commandIds.createFromLast,
      commandIds.createFromPreset,
      commandIds.pick,
      commandIds.runAgain,
      commandIds.cancelRun,
      commandIds.clearRunHistory,
      commandIds.reopenForwards,
      commandIds.olderLogs,
      commandIds.filterLogs,
      commandIds.refreshLogs,
    ];
    assert.deepEqual(sorted(new Set(inContext)), sorted(forRows.filter(id => !notForRows.includes(id))));
  });

  it('fills each submenu, and opens each from a menu', () => {
    const opened = Object.values(contributes.menus).flatMap(items =>
      items.flatMap(item => ('submenu' in item ? [item.submenu] : [])),
    );
    assert.deepEqual(sorted(new Set(opened)), sorted(contributes.submenus.map(({ id }) => id)));
    for (const [menu, items] of Object.entries(contributes.menus)) {
      const submenus = items.flatMap(item => ('submenu' in item ? [item.submenu] : []));
      assert.equal(new Set(submenus).size, submenus.length, `the editor takes a submenu once: ${menu}`);
    }
    for (const { id, label } of contributes.submenus) {
      assert.ok((contributes.menus[id] ?? []).length > 0, id);
      assert.match(label, /^%submenu\.\w+%$/);
    }
  });

  it('binds keys to its own commands in its own views only, but for Escape in the seconds before a clean-up', () => {
    for (const { command, key, when, args } of contributes.keybindings) {
      assert.ok(declared.includes(command), key);
      if (command === commandIds.stopCleanUp) {
        assert.deepEqual(
          [key, when],
          ['escape', 'tensorlake.cleanUpWaits && !terminalFocus && !inQuickOpen'],
        );
        continue;
      }
      assert.deepEqual(args, { from: 'selection' }, key);
      assert.match(when, /^focusedView == tensorlake\.\w+ && listFocus && !inputFocus/, key);
    }
  });

  it('shows a key beside each entry of a menu that has one: the command of the key is that of the entry', () => {
    const inMenus = new Set((contributes.menus['view/item/context'] ?? []).flatMap(commandsOf));
    const onlyKeys = contributes.keybindings.map(({ command }) => command).filter(id => !inMenus.has(id));
    // Enter unfolds a row that has something below it, and opens the others. Escape is no matter of a row.
    assert.deepEqual(sorted(onlyKeys), sorted([commandIds.openLine, commandIds.stopCleanUp]));
  });

  it('lets one command at most answer a key, whatever is selected', () => {
    for (const key of ['f2', 'delete', 'ctrl+c'])
      for (const view of [viewIds.sandboxes, viewIds.snapshots])
        for (const kind of ['none', 'sandbox', 'file', 'port', 'terminal']) {
          const context = { focusedView: view, listFocus: true, 'tensorlake.selectedKind': kind };
          const bound = contributes.keybindings.filter(each => each.key === key && holds(each.when, context));
          assert.equal(bound.length, view === viewIds.snapshots && key === 'f2' ? 0 : 1, `${key} on ${kind}`);
        }
  });

  it('lets the menu of rows depend on no key that a selection changes, since then every row is drawn again', () => {
    for (const { when } of Object.values(contributes.menus).flat())
      assert.doesNotMatch(when ?? '', /tensorlake\.(?:severalSelected|selectedKind)/);
  });

  it('has terminate last in the menu and not as an inline button', () => {
    const items = contributes.menus['view/item/context'] ?? [];
    const groups = items
      .filter(item => commandsOf(item).includes(commandIds.terminate))
      .map(item => item.group);
    assert.deepEqual(groups, ['9_destructive@1']);
  });

  it('gives every menu item a group with an order', () => {
    for (const [menu, items] of Object.entries(contributes.menus))
      if (menu !== 'commandPalette')
        for (const item of items)
          // The picker of File > New File… shows the name of the group, and has words for those of the editor alone.
          assert.match(
            item.group ?? '',
            menu === 'file/newFile' ? /^file@\d+$/ : /^(navigation|inline|\d_\w+)@\d+$/,
            commandsOf(item).join(),
          );
  });

  it('uses only known keys, views and row tokens in when clauses', () => {
    const known = new Set([
      ...editorKeys,
      ...Object.keys(contextDefaults),
      ...Object.values(viewIds),
      'tensorlake-logs',
      'false',
    ]);
    for (const clause of whenClauses()) {
      for (const [, pattern] of clause.matchAll(/viewItem =~ \/(.*?)\//g))
        for (const [word] of (pattern ?? '').replaceAll('\\b', ' ').matchAll(/\w+/g))
          assert.ok(rowTokens.includes(word), `${word} in ${clause}`);
      const names = clause
        .replaceAll(/=~ \/.*?\//g, '')
        .replaceAll(/(tensorlake\.(?:\w*[mM]ood|selectedKind)) [!=]= \w+/g, '$1')
        .matchAll(/[A-Za-z][\w.-]*/g);
      for (const [name] of names) assert.ok(known.has(name), `${name} in ${clause}`);
    }
  });

  it('has a welcome view for every view state with an empty list', () => {
    const failures = ['signedOut', 'rejected', 'forbidden', 'unreachable', 'failing'];
    const viewStatesOf: Readonly<Record<string, readonly string[]>> = {
      [viewIds.sandboxes]: [...failures, 'keyless', 'empty', 'filteredOut'],
      [viewIds.snapshots]: [...failures, 'empty'],
      [viewIds.activity]: ['signedOut', 'empty', 'filteredOut'],
      [viewIds.catalog]: failures,
    };
    for (const [view, key] of Object.entries(viewStateKeys)) {
      const welcomes = contributes.viewsWelcome.filter(welcome => welcome.view === view);
      const viewStates = welcomes.map(({ when }) => when.replace(`${key} == `, '').replace(/ && .*/, ''));
      assert.deepEqual(sorted(new Set(viewStates)), sorted(viewStatesOf[view] ?? []), view);
    }
    for (const { contents } of contributes.viewsWelcome) {
      const words = nls[contents.slice(1, -1)] ?? '';
      const buttons = words.split('\n').filter(line => /^\[[^\]]+\]\(command:[^)]+\)$/.test(line));
      const isWordsOnly = ['%welcome.intro%', '%welcome.cliLocked%'].includes(contents);
      assert.equal(buttons.length, isWordsOnly ? 0 : 1, `${contents} has one primary action`);
    }
  });

  it('has a text for each %key% and no text without one', () => {
    const used = [...text.matchAll(/"%([\w.]+)%"/g)].map(match => match[1] ?? '');
    assert.deepEqual(sorted(new Set(used)), sorted(Object.keys(nls)));
  });

  it('declares exactly the settings the code reads, with the same defaults', () => {
    const defaults = Object.entries(contributes.configuration.properties).map(([key, value]) => [
      key,
      value.default,
    ]);
    assert.deepEqual(Object.fromEntries(defaults), settingDefaults);
  });

  it('works in an untrusted workspace, reading only presets from it, each after a confirmation', () => {
    assert.deepEqual(manifest.capabilities, {
      untrustedWorkspaces: { supported: true },
      virtualWorkspaces: true,
    });
    const readers = sources.filter(({ text: source }) => /\.getConfiguration\(/.test(source));
    assert.deepEqual(
      readers.map(({ file }) => file),
      [join('host', 'editor', 'settings.ts')],
    );
    const presetReaders = sources.filter(({ text: source }) => source.includes('inspectSetting('));
    assert.deepEqual(presetReaders.map(({ file }) => file).sort(), [
      join('host', 'editor', 'settings.ts'),
      join('host', 'storage', 'presets.ts'),
    ]);
  });

  it('lets no workspace change where requests go', () => {
    const shareable = ['tensorlake.presets'];
    for (const [key, { scope }] of Object.entries(contributes.configuration.properties))
      assert.equal(scope, shareable.includes(key) ? 'window' : 'application', key);
  });

  it('lets a preset have exactly the fields of a create input', () => {
    const schema = presetSchema.parse(contributes.configuration.properties['tensorlake.presets']);
    assert.deepEqual(sorted(Object.keys(schema.additionalProperties.properties)), sorted(presetMembers));
    assert.equal(schema.additionalProperties.additionalProperties, false);
  });

  it('declares exactly the views the code creates', () => {
    const views = Object.values(contributes.views).flatMap(list => list.map(view => view.id));
    assert.deepEqual(sorted(views), sorted(Object.values(viewIds)));
  });

  it('has a file for each icon path', () => {
    const paths = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(container => container.icon),
      ...Object.values(contributes.views).flatMap(list => list.map(view => view.icon)),
    ];
    for (const path of paths) assert.ok(existsSync(join(root, path)), path);
  });

  it('reads every setting and context key it declares somewhere in src', () => {
    for (const key of [...Object.keys(settingDefaults), ...Object.keys(contextDefaults)])
      assert.ok(
        sources.some(({ file, text: source }) => file !== 'manifest.ts' && source.includes(`'${key}'`)),
        key,
      );
  });

  it('prefers to run on the side of the user, and runs in a browser too', () => {
    assert.deepEqual(manifest.extensionKind, ['ui', 'workspace']);
    assert.deepEqual(manifest.activationEvents, [
      'onStartupFinished',
      `onFileSystem:${fileScheme}`,
      // Restores the page of a sandbox that was open when the window was reloaded.
      `onWebviewPanel:${detailsViewType}`,
      // Opens links to sandboxes.
      'onUri',
    ]);
  });
});
