import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The layers and what each may import: the block of docs/architecture.md, which a unit test checks file by file. Lint
 * says it in the editor, by the names of the top folders, which no folder below them repeats.
 */
const layers = /^```layers\n(.*?)^```$/ms
  .exec(readFileSync('docs/architecture.md', 'utf8'))[1]
  .trim()
  .split('\n')
  .map(line => line.trim().split(/\s+/))
  .filter(([layer]) => layer.startsWith('src/') && !['src/extension', 'src/composition'].includes(layer));
const topFolders = [...new Set(layers.map(([layer]) => layer.split('/')[1]))];

function forbiddenIn([layer, ...allowed]) {
  const reached = [layer, ...allowed].map(name => name.split('/')[1]);
  return [
    ...topFolders
      .filter(name => !reached.includes(name))
      .map(name => (name === 'manifest' ? '**/manifest' : `**/${name}/**`)),
    ...['vscode', 'undici'].filter(name => !allowed.includes(name)),
    ...(allowed.includes('node:*') ? [] : ['node:*']),
  ];
}

/** Globals of the editor that have exactly one caller. */
const seams = [
  ['commands', 'registerCommand', 'src/extension.ts'],
  ['workspace', 'getConfiguration', 'src/host/editor/settings.ts'],
  ['window', 'createOutputChannel', 'src/extension.ts'],
  ['window', 'showErrorMessage', 'src/host/editor/dialogs/messages.ts'],
  ['window', 'showWarningMessage', 'src/host/editor/dialogs/messages.ts'],
  ['window', 'showInformationMessage', 'src/host/editor/dialogs/messages.ts'],
  ['window', 'setStatusBarMessage', 'src/host/editor/dialogs/messages.ts'],
  ['window', 'withProgress', 'src/host/editor/dialogs/progress.ts'],
  ['window', 'showInputBox', 'src/host/editor/dialogs/quickInput.ts'],
  ['window', 'createInputBox', 'src/host/editor/dialogs/quickInput.ts'],
  ['window', 'showQuickPick', 'src/host/editor/dialogs/quickPick.ts'],
  ['window', 'createQuickPick', 'src/host/editor/dialogs/quickPick.ts'],
  ['window', 'createTerminal', 'src/host/editor/terminals.ts'],
  ['window', 'createWebviewPanel', 'src/webview/kit/panel.ts'],
];

/** Classes of the editor that are constructed in one file, which makes texts safe for them. */
const constructed = [
  ['MarkdownString', 'src/text/kit/markdown.ts'],
  ['TerminalProfile', 'src/host/editor/terminals.ts'],
  ['CodeLens', 'src/remote/logs/logDocuments.ts'],
];

/**
 * Readings of the time, each with the files that may take it: everything else gets a `Clock`, whose members say what is
 * measured. `Date.parse` takes sentences for times, and a date made of nothing is `Date.now` by another name.
 */
const times = [
  [
    "MemberExpression[object.name='Date'][property.name='parse']",
    'Times are read by src/core/kernel/time/timeText.ts',
    [],
  ],
  [
    "MemberExpression[object.name='Date'][property.name='now']",
    'Take a Clock',
    ['src/api/http/times/systemTime.ts'],
  ],
  [
    "NewExpression[callee.name='Date'][arguments.length=0]",
    'Take a Clock',
    // The time beside a line of the log, and the time at which a file was last read.
    ['src/host/editor/log/log.ts', 'src/remote/files/transfer/localWriter.ts'],
  ],
];

/** The named export brings every locale into the bundle, the namespace only what is used. */
const zodByName = {
  selector: "ImportDeclaration[source.value='zod/mini'] > ImportSpecifier",
  message: "import * as z from 'zod/mini'",
};

/** Other ways to the same globals, which the rules below would not see. */
const disguises = [
  [
    "ImportDeclaration[source.value='vscode'] > ImportNamespaceSpecifier",
    "import what is used of 'vscode' by name",
  ],
  ...['window', 'commands', 'workspace'].flatMap(name => [
    [
      `ImportDeclaration[source.value='vscode'] > ImportSpecifier[imported.name='${name}'][local.name!='${name}']`,
      `${name} keeps its name`,
    ],
    [`VariableDeclarator[init.name='${name}'] > ObjectPattern`, `${name}.method(…) is written out`],
    [`VariableDeclarator[init.name='${name}'] > Identifier.id`, `${name} keeps its name`],
    [`MemberExpression[computed=true][object.name='${name}']`, `${name}.method(…) is written out`],
  ]),
].map(([selector, message]) => ({ selector, message }));

const seamRules = file => [
  zodByName,
  ...disguises,
  ...seams
    .filter(([, , owner]) => owner !== file)
    .map(([object, method, owner]) => ({
      selector: `MemberExpression[object.name='${object}'][property.name='${method}']`,
      message: `${object}.${method} is called in ${owner} only`,
    })),
  ...times
    .filter(([, , owners]) => !owners.includes(file))
    .map(([selector, message]) => ({ selector, message })),
  ...constructed
    .filter(([, owner]) => owner !== file)
    .map(([name, owner]) => ({
      selector: `NewExpression[callee.name='${name}']`,
      message: `${name} is constructed in ${owner} only`,
    })),
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.vscode-test/', 'node_modules/', 'test/support/fixtures/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.mjs', 'media/*.js'] } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  ...layers.map(layer => ({
    files: [`${layer[0]}/**/*.ts`, `${layer[0]}.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: forbiddenIn(layer), message: `${layer[0]} may not import this (docs/architecture.md)` },
            ...(layer[0].endsWith('/model')
              ? [
                  {
                    regex: '^\\.\\./(?!\\.\\./\\.\\./core/)',
                    message: 'A model imports itself and core alone',
                  },
                ]
              : []),
          ],
        },
      ],
    },
  })),
  {
    files: ['src/api/**/*.ts'],
    ignores: ['src/api/http/route/httpLibrary.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'undici',
              message: 'src/api/http/route/httpLibrary.ts alone loads undici',
              allowTypeImports: true,
            },
          ],
        },
      ],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...seamRules('')] } },
  ...[...new Set([...seams, ...constructed, ...times].flatMap(seam => seam.at(-1)))].map(owner => ({
    files: [owner],
    rules: { 'no-restricted-syntax': ['error', ...seamRules(owner)] },
  })),
  {
    files: ['emulator/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
    },
  },
  // The script of a page runs in a browser, and is no part of what TypeScript checks.
  { files: ['**/*.mjs', 'media/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['media/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: Object.fromEntries(
        ['acquireVsCodeApi', 'clearTimeout', 'document', 'Element', 'Node', 'setTimeout', 'window'].map(
          name => [name, 'readonly'],
        ),
      ),
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
);
