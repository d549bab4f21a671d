import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Directions of import (see CONTRIBUTING.md): a folder may not import what its row names. */
const layers = {
  core: {
    forbidden: ['vscode', 'undici', '**/api/**', '**/host/**', '**/commands/**', '**/views/**', 'node:*'],
  },
  api: { forbidden: ['vscode', '**/host/**', '**/commands/**', '**/views/**'] },
  host: { forbidden: ['undici', '**/commands/**', '**/views/**'] },
  views: { forbidden: ['undici', '**/api/**', '**/commands/**', '**/remote/**'] },
  commands: { forbidden: ['undici', '**/views/**', '**/remote/**'] },
  remote: { forbidden: ['undici', '**/commands/**', '**/views/**'] },
};

/** Globals of the editor that have exactly one caller. */
const seams = [
  ['commands', 'registerCommand', 'src/host/editor/commandRegistry.ts'],
  ['workspace', 'getConfiguration', 'src/host/editor/settings.ts'],
  ['window', 'createOutputChannel', 'src/log.ts'],
  ['window', 'showErrorMessage', 'src/host/editor/messages.ts'],
  ['window', 'showWarningMessage', 'src/host/editor/messages.ts'],
  ['window', 'showInformationMessage', 'src/host/editor/messages.ts'],
  ['window', 'withProgress', 'src/host/editor/progress.ts'],
];

/** The named export brings every locale into the bundle, the namespace only what is used. */
const zodByName = {
  selector: "ImportDeclaration[source.value='zod/mini'] > ImportSpecifier",
  message: "import * as z from 'zod/mini'",
};

const seamRules = file => [
  zodByName,
  ...seams
    .filter(([, , owner]) => owner !== file)
    .map(([object, method, owner]) => ({
      selector: `MemberExpression[object.name='${object}'][property.name='${method}']`,
      message: `${object}.${method} is called in ${owner} only`,
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
  ...Object.entries(layers).map(([folder, { forbidden }]) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: forbidden, message: `src/${folder} may not import this (CONTRIBUTING.md, layers)` },
          ],
        },
      ],
    },
  })),
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...seamRules('')] } },
  ...[...new Set(seams.map(([, , owner]) => owner))].map(owner => ({
    files: [owner],
    rules: { 'no-restricted-syntax': ['error', ...seamRules(owner)] },
  })),
  { files: ['src/api/http/undiciTransport.ts'], rules: { 'no-restricted-imports': 'off' } },
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
