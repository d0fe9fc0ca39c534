/** Text made safe for HTML content and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A relative path made safe for an href or src attribute. */
export function relativeUrl(path: string): string {
  return escapeHtml(path.split(/[\\/]/).map(encodeURIComponent).join('/'));
}

const STYLE = `
:root { color-scheme: dark; --ground: #101216; --card: #181b21; --line: #2a2e37; --ink: #e8e6e1; --soft: #9aa0ab; --mark: #e0a458; --after: #7fb7be; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 40px 24px 80px; }
h1 { font-size: 26px; font-weight: 600; margin: 0 0 4px; }
h2 { font-size: 17px; font-weight: 600; margin: 44px 0 12px; }
p { max-width: 76ch; color: var(--soft); margin: 6px 0; }
a { color: var(--after); }
.grid { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
figure video, figure img { display: block; width: 100%; background: #000; }
figcaption { padding: 9px 12px; display: flex; justify-content: space-between; gap: 12px; font-size: 14px; }
figcaption span { color: var(--soft); }
.controls { display: flex; gap: 14px; align-items: center; margin: 18px 0; }
button { background: var(--mark); color: #16130d; border: 0; border-radius: 6px; padding: 8px 18px; font: inherit; font-weight: 600; cursor: pointer; min-width: 92px; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--after); outline-offset: 2px; }
input[type=range] { flex: 1; accent-color: var(--mark); }
output { font-variant-numeric: tabular-nums; color: var(--soft); min-width: 64px; text-align: right; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { text-align: left; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; }
svg { width: 100%; height: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
svg text { fill: var(--soft); font-size: 11px; }
.label { display: inline-block; border: 1px solid var(--mark); color: var(--mark); border-radius: 4px; padding: 0 8px; font-size: 13px; }
td img { display: block; width: 200px; border-radius: 4px; }
`;

/** A whole page that works from a file, without any network. `body` and `script` are trusted markup. */
export function page(title: string, body: string, script = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>${script === '' ? '' : `\n<script>${script}</script>`}
</body>
</html>
`;
}

/** A table; the first row is the heading. Cells are trusted markup: escape text first. */
export function htmlTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const cells = (row: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells(head, 'th')}</thead><tbody>${body.map((row) => cells(row, 'td')).join('')}</tbody></table>`;
}
