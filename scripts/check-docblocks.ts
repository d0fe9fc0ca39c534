// Every exported symbol of src/core and src/contract needs a docblock: they are what everybody else builds on.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOTS = ['src/core', 'src/contract'];
const missing: string[] = [];

function files(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(root, name));
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((d) => d.name.getText());
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  )
    return [statement.name?.text ?? 'default'];
  return [];
}

for (const path of ROOTS.flatMap(files)) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    if (!exported || ts.getJSDocCommentsAndTags(statement).length > 0) continue;
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
    for (const name of declaredNames(statement)) missing.push(`${path}:${line + 1} ${name}`);
  }
}
if (missing.length > 0) {
  console.error(`Exported without a docblock:\n  ${missing.join('\n  ')}`);
  process.exit(1);
}
