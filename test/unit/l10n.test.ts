import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { bundlePath } from '../../scripts/l10nStrings';
import { projectRoot } from '../support/projectRoot';

/** The texts that a file passes to `l10n.t`. */
function textsOf(name: string, source: string): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      /^(vscode\.)?l10n\.t$/.test(node.expression.getText().replace(/\s/g, ''))
    ) {
      const [text] = node.arguments;
      assert.ok(text && ts.isStringLiteralLike(text), `${name}: ${node.getText()} is no text to translate`);
      texts.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, source, ts.ScriptTarget.ESNext, true));
  return texts;
}

describe('runtime strings', () => {
  // Not by the extractor that writes the bundle: it takes half a minute.
  it('are all in the bundle for translators, and nothing else is (npm run l10n writes it)', () => {
    const files = readdirSync(path.join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter(name => name.endsWith('.ts'))
      .map(name => [name, readFileSync(path.join(projectRoot, 'src', name), 'utf8')] as const)
      .filter(([, source]) => source.includes('l10n'))
      .flatMap(file => textsOf(...file));
    assert.ok(texts.length > 500, 'the texts were found');
    const bundle = JSON.parse(readFileSync(bundlePath, 'utf8')) as Readonly<Record<string, unknown>>;
    const expected = [...new Set(texts)].sort();
    assert.deepEqual(Object.keys(bundle).sort(), expected);
    assert.deepEqual(Object.values(bundle).sort(), expected);
  }).timeout(30_000);
});
